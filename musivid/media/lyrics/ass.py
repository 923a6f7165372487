"""Lyrics as ASS subtitles for drawing onto the picture; the sink burns them in with libass."""

from __future__ import annotations

import importlib.util
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from musivid.core.storage import write_atomic
from musivid.core.timeline import Cue
from musivid.media.ffmpeg import run_ffmpeg
from musivid.media.lyrics.lines import cue_spans

if TYPE_CHECKING:
    from pysubs2 import SSAStyle

__all__ = ["cues_to_ass", "fonts_folder", "missing_letters"]

FONT = "DejaVu Sans"
"""Font of the lyrics: it comes with matplotlib, so every machine has it. Libass takes letters that
it lacks (Chinese, Japanese, Korean, Thai, ...) from the fonts of the system."""

# All lengths are shares of the smaller side of the picture.
_LETTER = 0.072
_LEAST_LETTER_PX = 10  # smaller cannot be read
_OUTLINE = 0.05  # share of the letters' size
_MARGIN = 0.05  # share of the width to either side
_FADE_MS = 180  # of each line in and out; by eye
_BOTTOM_CENTRE = 2  # place of lines in ASS, as on a number pad
_AUTO_DIRECTION = -1  # libass then finds out which texts go from right to left
_WORD_JOINER = "\u2060"  # between a backslash and a letter, it keeps libass from seeing a command
_MISSING = re.compile(r"glyph 0x([0-9A-Fa-f]+)")


def cues_to_ass(
    cues: Sequence[Cue], size: tuple[int, int], *, duration_s: float | None = None
) -> str:
    """An ASS file: white letters with an outline at the bottom, wrapped and fading.

    Args:
        cues: sorted by time; pauses and negative prompts are not shown.
        size: width and height of the picture.
        duration_s: length of the song, where the last cue ends.
    """
    import pysubs2

    width, height = size
    letter_px = max(_LEAST_LETTER_PX, round(min(size) * _LETTER))
    margin_px = round(min(size) * _MARGIN)
    file = pysubs2.SSAFile()
    file.info.update(
        {
            "PlayResX": str(width),
            "PlayResY": str(height),
            "WrapStyle": "0",
            "ScaledBorderAndShadow": "yes",
            "YCbCr Matrix": "None",
        }
    )
    file.styles = {"Default": _style(letter_px, margin_px)}
    most = max(1, (width - 2 * margin_px) // letter_px)
    file.events = [
        pysubs2.SSAEvent(round(start_s * 1000), round(end_s * 1000), _event_text(text, most))
        for start_s, end_s, text in cue_spans(cues, duration_s)
    ]
    return file.to_string("ass")


def fonts_folder() -> Path:
    """A folder that holds `FONT`."""
    # Finding the package does not import it, which would take a second.
    spec = importlib.util.find_spec("matplotlib")
    assert spec is not None and spec.submodule_search_locations  # it is a dependency
    return Path(spec.submodule_search_locations[0]) / "mpl-data" / "fonts" / "ttf"


def missing_letters(cues: Sequence[Cue], scratch: Path) -> str:
    """Letters of the cues for which neither `FONT` nor the system has a glyph.

    One frame with all letters is drawn and libass's own complaints are read.

    Args:
        cues: the cues.
        scratch: path of a file that is written and removed.

    Raises:
        EncodeError: ffmpeg failed.
    """
    import ffmpeg

    letters = sorted({letter for cue in cues for letter in cue.text if ord(letter) > 0x24F})
    if not letters:
        return ""
    write_atomic(scratch, cues_to_ass([Cue(0.0, 1.0, "".join(letters))], (640, 360)))
    try:
        picture = ffmpeg.input("color=black:s=640x360:r=1:d=1", format="lavfi")
        drawn = picture.filter("subtitles", filename=str(scratch), fontsdir=str(fonts_folder()))
        said = run_ffmpeg(ffmpeg.output(drawn, "-", format="null"), loglevel="warning")
    finally:
        scratch.unlink(missing_ok=True)
    absent = {chr(int(code, 16)) for code in _MISSING.findall(said)}
    return "".join(letter for letter in letters if letter in absent)


def _style(letter_px: int, margin_px: int) -> SSAStyle:
    import pysubs2

    return pysubs2.SSAStyle(
        fontname=FONT,
        fontsize=letter_px,
        primarycolor=pysubs2.Color(255, 255, 255),
        outlinecolor=pysubs2.Color(0, 0, 0, 40),
        backcolor=pysubs2.Color(0, 0, 0, 140),
        outline=max(1.0, letter_px * _OUTLINE),
        shadow=max(0.5, letter_px * _OUTLINE / 2),
        alignment=pysubs2.Alignment(_BOTTOM_CENTRE),
        marginl=margin_px,
        marginr=margin_px,
        marginv=margin_px,
        encoding=_AUTO_DIRECTION,
    )


def _event_text(text: str, most: int) -> str:
    """A text as libass takes it literally, with line breaks where it finds none itself."""
    lines = _wrap_wide(text, most)
    escaped = (line.replace("\\", "\\" + _WORD_JOINER).replace("{", r"\{") for line in lines)
    return rf"{{\fad({_FADE_MS},{_FADE_MS})}}" + r"\N".join(escaped)


def _wrap_wide(text: str, most: int) -> list[str]:
    """Break a text of wide letters, which has no spaces, into lines of about equal length."""
    widths = [2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text]
    if 2 not in widths or sum(widths) <= 2 * most:
        return [text]
    rows = -(-sum(widths) // (2 * most))
    goal, filled, lines = sum(widths) / rows, 0, [""]
    for letter, width in zip(text, widths, strict=True):
        if filled >= goal * len(lines) and len(lines) < rows:
            lines.append("")
        lines[-1] += letter
        filled += width
    return [line.strip() for line in lines]
