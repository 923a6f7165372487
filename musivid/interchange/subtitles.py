"""Subtitles and timed lyrics as marks: each cue at its start, with its text."""

from __future__ import annotations

from fractions import Fraction

from musivid.interchange.marks import Counting, Format, Mark, Sheet, Source, Unreadable
from musivid.media.lyrics import lines as found
from musivid.media.lyrics.lrc import LRC as _LRC
from musivid.media.lyrics.srt import SRT as _SRT
from musivid.media.lyrics.vtt import VTT as _VTT

__all__ = ["LRC", "SRT", "VTT"]


def _format(of: found.Format, title: str) -> Format:
    """The row of a format of lyrics; cues that say nothing only end others."""

    def shows(source: Source) -> bool:
        return of.shows(source.text) >= found.LIKELY

    def read(source: Source, counting: Counting) -> Sheet:
        said = of.read(source.text)
        if said.faults:
            line, problem = min(said.faults)
            raise Unreadable(line, problem)
        sheet = Sheet(notes=[f"line {line}: {text}" for line, text in said.warnings[:5]])
        for each in said.lines:
            start = Fraction(str(each.start_s))
            end = None if each.end_s is None else Fraction(str(each.end_s))
            if each.text:
                name = " ".join(each.text.split())
                sheet.mark(Mark(start, name, end, line=each.number, written=f"{start}"))
        return sheet

    return Format(of.name, title, of.suffixes, shows, read)


SRT = _format(_SRT, "SRT")
VTT = _format(_VTT, "WebVTT")
LRC = _format(_LRC, "LRC")
