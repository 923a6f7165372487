"""Lyrics as subtitles: what SRT and WebVTT have in common, read and written with pysubs2."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from musivid.core.timeline import Cue
from musivid.media.lyrics.lines import Sheet, cue_spans

__all__ = ["format_subtitles", "has_arrows", "has_timings", "parse_subtitles"]

Layout = Literal["srt", "vtt"]

_ARROW = "-->"
_SRT_TIME = r"(?:\d{1,2}:)?\d{1,2}:\d{1,2}[.,]\d{1,3}"
_TIMING = re.compile(rf"\s*({_SRT_TIME})\s*-->\s*({_SRT_TIME})(?:\s+.*)?$")
_VTT_BLOCK = re.compile(r"(NOTE|STYLE|REGION)\b")
# pysubs2 takes \N for a line break; this invisible character keeps a backslash a backslash.
_WORD_JOINER = "\u2060"
_OVERRIDE = re.compile(rf"\{{\\[^{_WORD_JOINER}}}][^}}]*\}}")
_TAG = re.compile(r"</?(?:[A-Za-z][^>]*|[\d:.]+)>")
# Two times in a text would make pysubs2 take it for a timing line. This is not a character at all.
_COLON = "\ufdd0"


@dataclass(frozen=True, slots=True)
class _Block:
    """A subtitle: the number of its timing line, its times as written, and its text."""

    number: int
    start: str
    end: str
    lines: Sequence[str]


def has_timings(text: str) -> bool:
    """Whether there is a timing line as SRT and WebVTT have them."""
    return any(_TIMING.match(line) for line in text.split("\n"))


def has_arrows(text: str) -> bool:
    """Whether there is something like a timing line, right or wrong."""
    return any(_ARROW in line and re.search(r"\d", line) for line in text.split("\n"))


def parse_subtitles(text: str, format_name: Layout) -> Sheet:
    """Read SRT or WebVTT; markup, notes, styles and settings of position are left out."""
    import pysubs2

    sheet = Sheet(may_be_unordered=True)
    blocks = list(_blocks(text, format_name, sheet))
    if not blocks:
        return sheet
    events = pysubs2.SSAFile.from_string(_canonical(blocks), "srt", keep_html_tags=True)
    for block, event in zip(blocks, events, strict=True):
        sheet.add(block.number, event.start / 1000, event.end / 1000, _plain(event.text))
    return sheet


def format_subtitles(cues: Sequence[Cue], duration_s: float | None, format_name: Layout) -> str:
    """Write cues as SRT or WebVTT, which know neither pauses nor negative prompts."""
    import pysubs2

    file = pysubs2.SSAFile()
    file.events = [
        pysubs2.SSAEvent(round(start_s * 1000), round(end_s * 1000), _escaped(text, format_name))
        for start_s, end_s, text in cue_spans(cues, duration_s)
    ]
    return file.to_string(format_name, keep_ssa_tags=True)


def _blocks(text: str, format_name: Layout, sheet: Sheet) -> Iterator[_Block]:
    """Subtitles with well-formed times; others become faults."""
    lines = text.split("\n")
    starts = [i for i, line in enumerate(lines) if _ARROW in line and not _is_note(lines, i)]
    for start, following in pairwise([*starts, len(lines)]):
        timing = _TIMING.match(lines[start])
        if timing is None:
            example = "0:01:05,500 --> 0:01:08,000" if format_name == "srt" else "01:05.500 --> …"
            shown = lines[start].strip()[:60]
            sheet.fault(start + 1, f"{shown!r} is not a timing line; write {example}")
            continue
        body = lines[start + 1 : following]
        if following < len(lines):
            body = _without_name(body, format_name)
        yield _Block(start + 1, timing[1], timing[2], _text_lines(body, format_name))


def _is_note(lines: Sequence[str], position: int) -> bool:
    """Whether a line belongs to a NOTE, STYLE or REGION of WebVTT."""
    while position >= 0 and lines[position].strip():
        if _VTT_BLOCK.match(lines[position]):
            return True
        position -= 1
    return False


def _without_name(body: list[str], format_name: Layout) -> list[str]:
    """Text without what belongs to the next subtitle: its number in SRT, its name in WebVTT."""
    if not body or not body[-1].strip():
        return body
    alone = len(body) == 1 or not body[-2].strip()
    is_name = body[-1].strip().isdigit() or (format_name == "vtt" and alone)
    return body[:-1] if is_name else body


def _text_lines(body: list[str], format_name: Layout) -> list[str]:
    """The lines of the text: in WebVTT up to the first blank, in SRT all."""
    lines: list[str] = []
    for line in body:
        if format_name == "vtt" and not line.strip():
            break
        lines.append(line)
    return lines


def _canonical(blocks: Sequence[_Block]) -> str:
    """SRT as pysubs2 reads it without loss: full times, and a number after every text."""
    parts = []
    for block in blocks:
        start, end = (t if t.count(":") == 2 else f"00:{t}" for t in (block.start, block.end))
        words = (line.replace(":", _COLON) for line in block.lines)
        parts += [f"{start} --> {end}", *words, "", "0"]
    return "\n".join([*parts, ""])


def _plain(text: str) -> str:
    """The words of a subtitle without markup."""
    text = text.replace(_COLON, ":").replace(r"\N", "\n").replace(r"\h", " ")
    text = _OVERRIDE.sub("", text)
    return html.unescape(_TAG.sub("", text)).replace("\\" + _WORD_JOINER, "\\")


def _escaped(text: str, format_name: str) -> str:
    """A text that reads back as it is."""
    text = text.replace("\\", "\\" + _WORD_JOINER)
    needs_it = _ARROW in text or "<" in text or html.unescape(text) != text
    return html.escape(text, quote=False) if format_name == "vtt" or needs_it else text
