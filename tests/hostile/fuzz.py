"""Inputs that hypothesis makes of sound files by changing them, given to a parser."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

from hostile.parsers import Parser
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from musivid.core.errors import MusividError

__all__ = ["LONGEST_S", "changed", "drive"]

LONGEST_S = 5.0
"""What one small input may take at most."""


def changed(parser: Parser) -> st.SearchStrategy[bytes]:
    """Files that are a seed with some places changed, or are made of its words alone."""
    word = st.sampled_from(parser.words) if parser.words else st.nothing()
    piece = st.binary(max_size=6) | word | st.builds(bytes.__mul__, word, st.integers(1, 200))
    edit = st.tuples(st.integers(0, 10_000), st.integers(0, 12), piece)
    edited = st.builds(_edited, st.sampled_from(parser.seeds), st.lists(edit, max_size=6))
    return edited | st.lists(piece, max_size=12).map(b"".join)


def _edited(data: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    for place, removed, piece in edits:
        at = place % (len(data) + 1)
        data = data[:at] + piece + data[at + removed :]
    return data


def drive(parser: Parser, folder: Path, count: int, *, number: int = 0) -> int:
    """Give a parser some inputs; how many there were.

    Args:
        parser: what reads them.
        folder: for the files.
        count: how many inputs at most.
        number: by which other inputs are chosen.

    Raises:
        AssertionError: one took too long, or whatever a parser raised that is no error of ours.
    """
    path, given_inputs = folder / f"input{parser.suffix}", 0

    @seed(number)
    @settings(
        max_examples=count, deadline=None, database=None,
        phases=(Phase.generate, Phase.shrink), suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(changed(parser))
    def one(data: bytes) -> None:
        nonlocal given_inputs
        given_inputs += 1
        path.write_bytes(data)
        began_s = time.process_time()
        with contextlib.suppress(MusividError):
            parser.read(path)
        assert time.process_time() - began_s < LONGEST_S, "it took too long"

    one()
    return given_inputs
