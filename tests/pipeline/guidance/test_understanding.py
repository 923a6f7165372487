"""What is understood of a song's words is counted, and told where it is little."""

from __future__ import annotations

import pytest
import torch

from musivid.core.progress import Silent
from musivid.nets.pocket import PocketPerceptor
from musivid.pipeline.guidance.understanding import read_lines, warn_unread


@pytest.fixture(scope="module")
def perceptor() -> PocketPerceptor:
    torch.manual_seed(0)
    small = [f"{a}{b}o" for a in "bcdfghjklmnpqrst" for b in "abcdefghijklmnop"]
    return PocketPerceptor(16, [*small, "sea", "moon"], {"luna": "moon"}, 8).eval()


class Told(Silent):
    """Keeps warnings."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def warn(self, text: str) -> None:
        self.warnings.append(text)


def test_words_are_counted_once_a_line(perceptor: PocketPerceptor) -> None:
    song = read_lines(perceptor, ["bao sea qwertz", "la luna", "la luna", " ", "cdo"])
    assert [(line.known, line.unknown) for line in song.lines] == [
        (("sea",), ("qwertz",)),
        (("luna",), ("la",)),
        ((), ()),
    ]
    assert (song.known, song.count, song.language) == (2, 4, "")
    assert song.told == "2 of 4 understood; small words are not counted"
    assert [line.told for line in song.lines] == ["1 of 2, not qwertz", "1 of 2, not la", ""]


def test_a_warning_is_given_where_most_are_not_understood(perceptor: PocketPerceptor) -> None:
    told = Told()
    warn_unread(read_lines(perceptor, ["sea moon qwertz"]), told, "")
    warn_unread(read_lines(perceptor, []), told, "")
    assert told.warnings == []
    warn_unread(read_lines(perceptor, ["sea a b", "c d e a"]), told, "the sound guides")
    assert told.warnings == ["of 7 words 6 are not understood (a, b, c, …); the sound guides"]
