"""Lyrics as ASS subtitles for drawing onto the picture; the sink burns them in with libass."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from musivid.core.storage import write_atomic
from musivid.core.timeline import Cue
from musivid.media.ffmpeg import run_ffmpeg
from musivid.media.lyrics.breaking import fit_rows
from musivid.media.lyrics.lines import cue_spans

if TYPE_CHECKING:
    from pysubs2 import SSAStyle

    from musivid.media.lyrics.face import Face

__all__ = ["FONT", "cues_to_ass", "missing_letters", "subtitle_face"]

FONT = "DejaVu Sans"
"""Font of the lyrics: it comes with matplotlib, so every machine has it. Libass takes letters that
it lacks (Chinese, Japanese, Korean, Thai, ...) from the fonts of the system."""

# All lengths are shares of the smaller side of the picture.
_LETTER = 0.072
_LEAST_LETTER_PX = 10  # smaller cannot be read
_OUTLINE = 0.05  # share of the letters' size
_MARGIN = 0.05  # share of the width to either side
_FADE_MS, _FADE_SHARE = 180, 0.15  # of each line in and out, and of its time at most; by eye
_EM = 0.87  # size of FONT's em beside its height, which is what libass goes by
_BOTTOM_CENTRE = 2  # place of lines in ASS, as on a number pad
_AUTO_DIRECTION = -1  # libass then finds out which texts go from right to left
_WORD_JOINER = "\u2060"  # between a backslash and a letter, it keeps libass from seeing a command
_MISSING = re.compile(r"glyph 0x([0-9A-Fa-f]+)")


def cues_to_ass(
    cues: Sequence[Cue],
    size: tuple[int, int],
    *,
    duration_s: float | None = None,
    face: Face | None = None,
) -> str:
    """An ASS file: white letters with an outline at the bottom, in rows that fit, fading.

    Args:
        cues: sorted by time; pauses and negative prompts are not shown.
        size: width and height of the picture.
        duration_s: length of the song, where the last cue ends.
        face: measures the lines; None: `subtitle_face`.
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
            "WrapStyle": "2",
            "ScaledBorderAndShadow": "yes",
            "YCbCr Matrix": "None",
        }
    )
    file.styles = {"Default": _style(letter_px, margin_px)}
    room = (width - 2 * margin_px) / letter_px, (height - 2 * margin_px) / letter_px
    for start_s, end_s, text in cue_spans(cues, duration_s):
        start_ms, end_ms = round(start_s * 1000), round(end_s * 1000)
        words = _event_text(text, face or subtitle_face(), room, end_ms - start_ms)
        file.events.append(pysubs2.SSAEvent(start_ms, end_ms, words))
    return file.to_string("ass")


@functools.cache
def subtitle_face() -> Face:
    """What measures lines as libass draws them."""
    from musivid.media.lyrics.face import Face, fonts_folder

    return Face([fonts_folder() / "DejaVuSans.ttf"], 400.0)


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

    from musivid.media.lyrics.face import fonts_folder

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


def _event_text(text: str, face: Face, room: tuple[float, float], lasts_ms: int) -> str:
    """A text as libass takes it literally, in the rows and letters that fit.

    Args:
        text: of the line.
        face: measures it.
        room: how many letters' sizes a row may be wide, and how many rows there is room for.
        lasts_ms: how long it is shown.
    """

    @functools.cache
    def ems(part: str) -> float:
        width, own = face.ems(part)
        # libass sizes a font by its height; that of a font which the system chooses is not known.
        return width * _EM if own else width

    fitted = fit_rows(text, ems, *room)
    percent = int(100 * fitted.scale)
    size = "" if percent == 100 else rf"\fscx{percent}\fscy{percent}"
    fade_ms = round(min(_FADE_MS, _FADE_SHARE * lasts_ms))
    rows = (row.replace("\\", "\\" + _WORD_JOINER).replace("{", r"\{") for row in fitted.rows)
    return rf"{{\fad({fade_ms},{fade_ms}){size}}}" + r"\N".join(rows)
