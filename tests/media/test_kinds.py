"""Endings: one table for all commands, and none of them in two kinds that could be confused."""

from __future__ import annotations

import ast
import itertools
from pathlib import Path

import pytest
from source import modules

from musivid.media.kinds import FILM, KINDS, LYRICS, MEDIA, NOTES, PICTURE, SONG


def test_no_ending_is_of_two_kinds() -> None:
    for one, other in itertools.combinations(KINDS, 2):
        assert not set(one.suffixes) & set(other.suffixes), (one.name, other.name)


def test_endings_are_plain_and_what_is_written_is_read() -> None:
    for kind in KINDS:
        assert all(s.startswith(".") and s == s.lower() for s in kind.suffixes)
        assert set(kind.written) <= set(kind.suffixes)


@pytest.mark.parametrize(
    ("kind", "name"),
    [(SONG, "a.MP3"), (FILM, "b.webm"), (NOTES, "c.midi"), (PICTURE, "d.JPEG"), (LYRICS, "e.srt")],
)
def test_a_name_shows_its_kind(kind: object, name: str) -> None:
    assert [each for each in KINDS if each.holds(Path(name))] == [kind]


def test_whatever_may_sound_is_media() -> None:
    assert {".wav", ".mp4"} <= MEDIA and ".mid" not in MEDIA


def test_no_other_module_lists_endings() -> None:
    """A tuple or set of two endings of one kind is a second table."""
    every = {suffix for kind in KINDS for suffix in kind.suffixes}
    for module in modules():
        if not any(suffix[1:] in module.text for suffix in every):
            continue
        if module.part == "pocket" or module.name.startswith("musivid.media"):
            continue
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.Tuple | ast.Set | ast.List):
                continue
            texts = {e.value for e in node.elts if isinstance(e, ast.Constant)}
            for kind in KINDS:
                listed = texts & {*kind.suffixes, *(s[1:] for s in kind.suffixes)}
                assert len(listed) < 2, f"{module.name}: {sorted(map(str, listed))}"
