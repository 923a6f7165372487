"""Lyrics that are written, and read back as they were."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lyrics_reading import plain, read

from musivid.core.errors import UsageError
from musivid.core.timeline import Cue
from musivid.media.lyrics.lines import MAX_TIME_S
from musivid.media.lyrics.reading import read_cues
from musivid.media.lyrics.writing import format_cues, write_cues

CUES = [
    Cue(0.5, 2.0, "First, with a comma"),
    Cue(2.0, None, 'a "quote" & <tag> {\\an8} \\N --> 1'),
    Cue(3.25, None, ""),
    Cue(4.0, None, "日本語", 1.0),
]


@pytest.mark.parametrize("form", ["json", "jsonl", "csv"])
def test_written_cues_read_back_whole(form: str) -> None:
    cues = [*CUES, Cue(5.0, 6.0, "not this", -0.5)]
    assert read(format_cues(cues, form), f"l.{form}").cues == cues


@pytest.mark.parametrize("form", ["srt", "vtt"])
def test_subtitles_have_ends_and_no_pauses(form: str) -> None:
    lyrics = read(format_cues([*CUES, Cue(5.0, 6.0, "not this", -0.5)], form, duration_s=9.0))
    assert lyrics.format == form
    assert plain(lyrics) == [
        (0.5, CUES[0].text, 2.0),
        (2.0, CUES[1].text, 3.25),
        (4.0, "日本語", 9.0),
    ]


def test_lrc_marks_ends_by_empty_lines() -> None:
    text = format_cues([Cue(1, 2, "a"), Cue(3, None, "b"), Cue(65.5, None, "c")], "lrc")
    assert text == "[00:01.00]a\n[00:02.00]\n[00:03.00]b\n[01:05.50]c\n"


def test_writing_files(tmp_path: Path) -> None:
    write_cues(CUES, tmp_path / "l.TXT")
    assert (tmp_path / "l.TXT").read_text() == format_cues(CUES, "txt")
    assert format_cues(CUES[:1], "txt") == "00:00.500 First, with a comma\n"
    assert read_cues(_written(tmp_path / "l.json")).cues == CUES
    with pytest.raises(UsageError, match="'doc'"):
        write_cues(CUES, tmp_path / "l.doc")


def _written(path: Path) -> Path:
    write_cues(CUES, path)
    return path


_TEXTS = st.text(
    "aB9éß日本。שלוםไ🎵,;:.'\"<>/&{}[]\\|#-*_@!?()=\u3000\u200f", min_size=1, max_size=12
)
_LINES = (
    st.lists(_TEXTS, min_size=1, max_size=4)
    .map(" ".join)
    .map(str.strip)
    .filter(lambda text: text and text[0] != "#" and text == text.strip("\u3000"))
)
_TIMES = st.integers(0, int(MAX_TIME_S * 100) - 1000).map(lambda n: n / 100)


@st.composite
def _cue_lists(draw: Callable[..., Any], with_ends: bool) -> list[Cue]:
    """Cues at different times, each ending before the next one begins or not saying when."""
    starts = sorted(draw(st.lists(_TIMES, min_size=1, max_size=6, unique=True)))
    cues = []
    for start_s, following_s in zip(starts, [*starts[1:], starts[-1] + 9], strict=True):
        end_s = None
        if with_ends or draw(st.booleans()):
            end_s = round(draw(st.sampled_from([following_s, (start_s + following_s) / 2])), 3)
            end_s = max(end_s, round(start_s + 0.005, 3))
        cues.append(Cue(start_s, end_s, draw(_LINES)))
    return cues


@settings(max_examples=80, deadline=None)
@given(_cue_lists(with_ends=False), st.sampled_from(["json", "jsonl", "csv"]))
def test_round_trip_with_everything(cues: Any, form: Any) -> None:
    assert read(format_cues(cues, form), f"l.{form}").cues == cues


@settings(max_examples=80, deadline=None)
@given(_cue_lists(with_ends=True), st.sampled_from(["srt", "vtt"]))
@example([Cue(0.0, 1.0, "{\\p1} <b> &amp; 00:00:01,000 --> 00:00:02,000")], "srt")
@example([Cue(0.0, 1.0, "NOTE 5"), Cue(1.0, 2.0, "7")], "vtt")
def test_round_trip_of_subtitles(cues: Any, form: Any) -> None:
    # Subtitles that say the same without a pause are read as one; signs of captions are left out.
    signs = str.maketrans("[【>♪", "((<-")
    parted = [replace(cue, text=f"{n} {cue.text.translate(signs)}") for n, cue in enumerate(cues)]
    assert read(format_cues(parted, form), f"l.{form}").cues == parted


@settings(max_examples=80, deadline=None)
@given(_cue_lists(with_ends=False))
def test_round_trip_of_lrc(cues: Any) -> None:
    # Brackets begin tags, so LRC cannot hold a text that begins with one; nor signs of captions.
    tags = str.maketrans("[<【>♪", "((((-")
    cues = [Cue(cue.start_s, None, cue.text.translate(tags)) for cue in cues]
    assert read(format_cues(cues, "lrc"), "l.lrc").cues == cues
