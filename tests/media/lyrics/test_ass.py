"""Burnt-in lyrics: drawn where and when they should be, the same in parts as in one piece."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pysubs2
import pytest

from musivid.core.timeline import Cue
from musivid.media.frames import read_frames
from musivid.media.lyrics.ass import FONT, cues_to_ass, missing_letters
from musivid.media.lyrics.face import fonts_folder
from musivid.media.sink import FrameSink, join_parts

SIZE, FPS = (320, 180), Fraction(10)
GREY = np.full((180, 320, 3), 90, np.uint8)
CUES = [Cue(0.5, 1.5, "Hello, world"), Cue(2.0, None, ""), Cue(2.5, 3.0, "again")]


def _film(path: Path, count: int, subtitles: Path, first: int = 0) -> list[np.ndarray]:
    with FrameSink(
        path, size=SIZE, fps=FPS, crf=4, subtitles=subtitles, subtitles_offset_s=first / FPS
    ) as sink:
        for _ in range(count):
            sink.write(GREY)
    return [frame.astype(int) for _, frame in read_frames(path)]


def _letters(frame: np.ndarray) -> np.ndarray:
    """Where the frame is no longer grey."""
    return np.abs(frame - 90).max(2) > 60


@pytest.fixture
def ass(tmp_path: Path) -> Path:
    folder = tmp_path / "it's [a], b;c:d=e %d"
    folder.mkdir()
    path = folder / "ly'r,ics [x];:=.ass"
    path.write_text(cues_to_ass(CUES, SIZE))
    return path


def test_lines_are_drawn_at_the_bottom_in_time(tmp_path: Path, ass: Path) -> None:
    frames = _film(tmp_path / "out.mp4", 35, ass)
    shown = [bool(_letters(frame).any()) for frame in frames]
    assert [k for k in range(35) if shown[k]] == [*range(6, 15), *range(26, 30)]
    rows, columns = np.nonzero(_letters(frames[10]))
    assert rows.min() > 120
    assert abs(columns.mean() - 160) < 6  # in the middle
    assert frames[10].max() > 230 and frames[10].min() < 30  # white with a dark outline


def test_lines_fade_in(tmp_path: Path, ass: Path) -> None:
    frames = _film(tmp_path / "out.mp4", 12, ass)
    assert _letters(frames[6]).sum() < _letters(frames[9]).sum()


def test_parts_show_the_same_as_one_piece(tmp_path: Path, ass: Path) -> None:
    whole = _film(tmp_path / "whole.mp4", 35, ass)
    for first, count in ((0, 7), (7, 1), (8, 27)):
        _film(tmp_path / f"{first}.mp4", count, ass, first)
    parts = [tmp_path / f"{first}.mp4" for first in (0, 7, 8)]
    join_parts(parts, tmp_path / "out.mp4", fps=FPS, frames=35)
    joined = [frame for _, frame in read_frames(tmp_path / "out.mp4")]
    for one, other in zip(whole, joined, strict=True):
        assert np.abs(one - other).mean() < 1.0


def test_no_text_can_give_commands() -> None:
    text = r"{\pos(0,0)}\N{\an8} up \h"
    event = pysubs2.SSAFile.from_string(cues_to_ass([Cue(0, 1, text)], SIZE))[0]
    assert event.text.count("{") == 1 + event.text.count(r"\{")
    assert r"\N" not in event.text and r"\h" not in event.text


def test_texts_without_spaces_are_wrapped() -> None:
    text = "日本語の歌詞はスペースなしで長く続くことがありますのでここで折り返します"
    event = pysubs2.SSAFile.from_string(cues_to_ass([Cue(0, 1, text)], SIZE))[0]
    lines = event.plaintext.split("\n")
    assert len(lines) >= 2 and "".join(lines) == text
    assert max(map(len, lines)) - min(map(len, lines)) <= len(lines)


def test_sizes_follow_the_picture() -> None:
    small = pysubs2.SSAFile.from_string(cues_to_ass(CUES, (256, 256)))
    large = pysubs2.SSAFile.from_string(cues_to_ass(CUES, (1920, 1080)))
    assert large.info["PlayResX"] == "1920"
    assert large.styles["Default"].fontsize > 4 * small.styles["Default"].fontsize
    assert small.styles["Default"].fontname == FONT


def test_the_font_is_there() -> None:
    assert (fonts_folder() / "DejaVuSans.ttf").is_file()


def test_letters_without_a_glyph_are_found(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch.ass"
    assert missing_letters([Cue(0, 1, "Größe Ελληνικά Русский שלום")], scratch) == ""
    assert missing_letters([Cue(0, 1, "abc")], scratch) == ""
    # Linear A: hardly any machine has it.
    assert missing_letters([Cue(0, 1, "a \U00010600\U00010601")], scratch) != ""
    assert not scratch.exists()
