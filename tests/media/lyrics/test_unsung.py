"""What stands in texts of songs and is not sung."""

from __future__ import annotations

import pytest

from musivid.media.lyrics.reading import parse_plain
from musivid.media.lyrics.unsung import is_mark, without_marks


@pytest.mark.parametrize(
    "line",
    ["[Chorus]", "[Verse 1: Ann & Bob]", "Chorus", "verse 2:", "Pre-Chorus", "x2", "(x2)", "2x",
     "(Chorus)", "Chorus x2", "[Chorus] x2", "Bridge:", "×3"],
)  # fmt: skip
def test_marks(line: str) -> None:
    assert is_mark(line)


@pytest.mark.parametrize(
    ("line", "sung"),
    [("La la la (x2)", "La la la"), ("La la la x3", "La la la"), ("[Ann] I am here", "I am here"),
     ("Meet me on the bridge", "Meet me on the bridge"), ("Oh (no, no)", "Oh (no, no)"),
     ("Solo tu", "Solo tu"), ("24 hours", "24 hours"), ("", "")],
)  # fmt: skip
def test_what_is_sung_stays(line: str, sung: str) -> None:
    assert without_marks(line) == sung and not is_mark(line)


def test_plain_words_are_read_without_them() -> None:
    text = "[Verse 1]\nA red sea\n\nChorus:\nLa la (x2)\nx2\n"
    assert parse_plain(text.encode())[0] == ["A red sea", "La la (x2)"]
