"""Lyrics as subtitles: what SRT, WebVTT and SBV have in common. They are written with pysubs2.

A text is read once from its first line to its last, so a large file takes no more than its share.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, pairwise
from typing import Literal

from musivid.core.clock import parse_time_s
from musivid.core.timeline import Cue
from musivid.media.lyrics.lines import Sheet, clean_text, cue_spans

__all__ = [
    "Block",
    "add_blocks",
    "format_subtitles",
    "has_arrows",
    "has_timings",
    "parse_subtitles",
    "seconds_of",
]

Layout = Literal["srt", "vtt"]

_ARROW = "-->"
_TIME = r"(?:\d{1,3}[:：])?\d{1,2}[:：]\d{1,2}(?:[.,:，．]\d{1,9}(?:\.\d{1,20})?)?"
_SHARES = re.compile(r"([.,]\d+)\.\d+$")  # shares of a millisecond, as scripts write them
_WIDE_SIGNS = str.maketrans("：，．", ":,.")
_TIMING = re.compile(rf"\s*({_TIME})\s*-->\s*({_TIME})(?:\s+.*)?$")
_WORD_TIME = re.compile(rf"<({_TIME})>")
_VTT_BLOCK = re.compile(r"(NOTE|STYLE|REGION)\b")
# For players \N is a line break; this invisible character keeps a backslash a backslash.
_WORD_JOINER = "\u2060"
# A mark that is not closed before the next one opens is none; else a search would never end.
_OVERRIDE = re.compile(rf"\{{\\[^{_WORD_JOINER}{{}}][^{{}}]*\}}")
_TAG = re.compile(r"</?(?:[A-Za-z][^<>]*|[\d:.]+)>")
_HUGE_REFERENCE = re.compile(r"&(?=#[xX]?[0-9a-fA-F]{8})")  # of no character, and too long to read
_TOUCHING_S = 0.1  # between two subtitles that are on without a pause
_ROLLING = 1 / 3  # share of subtitles that repeat what is on already, from which captions roll up


@dataclass(frozen=True, slots=True)
class Block:
    """A subtitle as it stands in a file.

    Attributes:
        number: of its timing line.
        start_s: when it comes.
        end_s: when it goes.
        lines: its text, with its markup.
    """

    number: int
    start_s: float
    end_s: float
    lines: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Said:
    """A subtitle without markup: its lines, and of each when its words begin, where it says so."""

    block: Block
    lines: Sequence[str]
    words: Sequence[Sequence[tuple[float, str]]]


def seconds_of(text: str) -> float:
    """A well-formed time as seconds, exact to what subtitles have."""
    text = text.translate(_WIDE_SIGNS)
    if text.count(":") == 3:  # the share of a second behind a colon as well
        text = ".".join(text.rsplit(":", 1))
    text = _SHARES.sub(r"\1", text)
    return round(parse_time_s(text), 3)  # sums of minutes and tenths are not


def has_timings(text: str) -> bool:
    """Whether there is a timing line as SRT and WebVTT have them."""
    return any(_ARROW in line and _TIMING.match(line) for line in text.split("\n"))


def has_arrows(text: str) -> bool:
    """Whether there is something like a timing line, right or wrong."""
    return any(_ARROW in line and re.search(r"\d", line) for line in text.split("\n"))


def parse_subtitles(text: str, format_name: Layout) -> Sheet:
    """Read SRT or WebVTT; markup, notes, styles and settings of position are left out."""
    sheet = Sheet(may_be_unordered=True)
    add_blocks(sheet, list(_blocks(text, format_name, sheet)))
    return sheet


def add_blocks(sheet: Sheet, blocks: Sequence[Block]) -> None:
    """Add subtitles to a sheet as they are spoken.

    What is said again without a pause is one line, and captions that roll up, each line of which
    is shown again above the next one, are said once.
    """
    said = [_said(block) for block in blocks]
    pairs = list(pairwise(said))
    rolls = sum(_repeated(a, b) > 0 for a, b in pairs) >= max(1, _ROLLING * len(pairs))
    spoken: list[_Said] = []
    for index, one in enumerate(said):
        again = _repeated(said[index - 1], one) if index else 0
        if again and again == len(one.lines):
            before = spoken[-1]
            end_s = max(before.block.end_s, one.block.end_s)
            spoken[-1] = replace(before, block=replace(before.block, end_s=end_s))
        elif again and rolls:
            spoken.append(_Said(one.block, one.lines[again:], one.words[again:]))
        else:
            spoken.append(one)
    for one in spoken:
        at, words = one.block, list(chain.from_iterable(one.words))
        sheet.add(at.number, at.start_s, at.end_s, "\n".join(one.lines), words=words)


def format_subtitles(cues: Sequence[Cue], duration_s: float | None, format_name: Layout) -> str:
    """Write cues as SRT or WebVTT, which know neither pauses nor negative prompts."""
    import pysubs2

    file = pysubs2.SSAFile()
    file.events = [
        pysubs2.SSAEvent(round(start_s * 1000), round(end_s * 1000), _escaped(text, format_name))
        for start_s, end_s, text in cue_spans(cues, duration_s)
    ]
    return file.to_string(format_name, keep_ssa_tags=True)


def _blocks(text: str, format_name: Layout, sheet: Sheet) -> Iterator[Block]:
    """Subtitles with well-formed times; others become faults.

    In WebVTT an empty line ends a text, and what stands above the next timing line is its name; in
    SRT a text goes on to the number of the next one.
    """
    block: Block | None = None
    ended = is_note = False
    before = ""
    for number, line in enumerate(text.split("\n"), 1):
        if format_name == "vtt" and not before and _VTT_BLOCK.match(line):
            is_note = True
        if not line and format_name == "vtt":
            ended, is_note = True, False
        elif is_note:
            pass
        elif _ARROW in line:
            if block is not None:
                yield _without_number(block)
            block, ended = _timed(sheet, number, line, format_name), False
        elif block is not None and not ended:
            block.lines.append(line)
        before = line
    if block is not None:
        yield block


def _timed(sheet: Sheet, number: int, line: str, format_name: Layout) -> Block | None:
    """The subtitle that a timing line begins."""
    timing = _TIMING.match(line)
    if timing is None:
        example = "0:01:05,500 --> 0:01:08,000" if format_name == "srt" else "01:05.500 --> …"
        sheet.fault(number, f"{line.strip()[:60]!r} is not a timing line; write {example}")
        return None
    return Block(number, seconds_of(timing[1]), seconds_of(timing[2]))


def _without_number(block: Block) -> Block:
    """A subtitle without the number of the next one."""
    if block.lines and block.lines[-1].strip().isdigit():
        block.lines.pop()
    return block


def _said(block: Block) -> _Said:
    lines: list[str] = []
    words: list[list[tuple[float, str]]] = []
    time_s, is_timed = block.start_s, False
    for line in block.lines:
        pieces = []
        for place, part in enumerate(_WORD_TIME.split(line)):
            if place % 2:
                time_s, is_timed = seconds_of(part), True
            else:
                pieces.append((time_s, _plain(part)))
        if shown := clean_text("".join(piece for _, piece in pieces)):
            lines.append(shown)
            words.append(pieces)
    return _Said(block, lines, words if is_timed else [])


def _repeated(before: _Said, after: _Said) -> int:
    """How many of the first lines of a subtitle are the last ones of that before it, still on."""
    if not before.block.start_s <= after.block.start_s <= before.block.end_s + _TOUCHING_S:
        return 0
    most = min(len(before.lines), len(after.lines))
    return next((n for n in range(most, 0, -1) if before.lines[-n:] == after.lines[:n]), 0)


def _plain(text: str) -> str:
    """The words of a subtitle without markup."""
    text = text.replace(r"\N", " ").replace(r"\n", " ").replace(r"\h", " ")
    text = _HUGE_REFERENCE.sub("&amp;", _TAG.sub("", _OVERRIDE.sub("", text)))
    return html.unescape(text).replace("\\" + _WORD_JOINER, "\\")


def _escaped(text: str, format_name: str) -> str:
    """A text that reads back as it is."""
    text = text.replace("\\", "\\" + _WORD_JOINER)
    needs_it = _ARROW in text or "<" in text or html.unescape(text) != text
    escaped = html.escape(text, quote=False) if format_name == "vtt" or needs_it else text
    return escaped.replace("\n", r"\N")
