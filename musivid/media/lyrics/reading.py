"""Timed lyrics in: any common format to cues, with every fault named by its line number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from musivid.core.errors import InputError
from musivid.core.timeline import Cue
from musivid.media.containers import check_file
from musivid.media.lyrics.encoding import decode_text
from musivid.media.lyrics.formats import accepted, format_shown
from musivid.media.lyrics.lines import Line, Sheet

__all__ = ["Lyrics", "parse_cues", "read_cues"]

_MAX_BYTES = 5_000_000  # of a file; lyrics are a thousand times smaller
_MAX_LINES = 50_000  # of a file
_MAX_FAULTS = 50  # more than that many are counted only


@dataclass(frozen=True, slots=True)
class Lyrics:
    """Timed lyrics.

    Attributes:
        cues: sorted by time; no two begin at the same time unless their weights differ.
        warnings: what the user should know, with file name and line number.
        format: its name in `formats.FORMATS`.
    """

    cues: list[Cue]
    warnings: list[str]
    format: str


def read_cues(path: Path, duration_s: float | None = None) -> Lyrics:
    """Read timed lyrics from a file.

    Args:
        path: the file; its format is told from what is in it, its name is a hint.
        duration_s: length of the song; what lies beyond is dropped with a warning.

    Raises:
        InputError: not readable, or with faults: all of them at once, with their lines.
    """
    check_file(path, "a lyrics file")
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from None
    if len(data) > _MAX_BYTES:
        raise InputError(f"{path} is larger than 5 MB", hint="Give lyrics as text. " + accepted())
    return parse_cues(data, path.name, duration_s)


def parse_cues(data: bytes, name: str = "lyrics", duration_s: float | None = None) -> Lyrics:
    """Read timed lyrics from the content of a file called `name`.

    Raises:
        InputError: with all faults and their lines.
    """
    text, doubts = decode_text(data, name)
    if text.count("\n") >= _MAX_LINES:
        raise InputError(f"{name} has more than {_MAX_LINES} lines", hint=accepted())
    found = format_shown(text, name)
    if found is None:
        raise InputError(f"the format of {name} cannot be recognised", hint=accepted())
    sheet = found.read(text)
    sheet.warnings[:0] = doubts
    if sheet.faults:
        raise _faulty(sheet, name)
    if not sheet.lines:
        raise InputError(f"{name} has no timed lines in it", hint=accepted())
    lines = _sorted(sheet)
    lines = _within(_joined(lines, sheet), sheet, duration_s)
    warnings = [f"{name}, line {number}: {message}" for number, message in sorted(sheet.warnings)]
    cues = [Cue(line.start_s, line.end_s, line.text, line.weight, line.words) for line in lines]
    return Lyrics(cues, warnings, found.name)


def _faulty(sheet: Sheet, name: str) -> InputError:
    """One error that names all faults."""
    faults = sorted(set(sheet.faults))
    shown = [f"  line {number}: {message}" for number, message in faults[:_MAX_FAULTS]]
    if len(faults) > _MAX_FAULTS:
        shown.append(f"  and {len(faults) - _MAX_FAULTS} more")
    return InputError("\n".join([f"{name} cannot be used:", *shown]), hint=accepted())


def _sorted(sheet: Sheet) -> list[Line]:
    """The lines by time; those of equal times stay in the order of the file."""
    if not sheet.may_be_unordered:
        for before, line in pairwise(sheet.lines):
            if line.start_s < before.start_s:
                sheet.warn(line.number, "earlier than the line before it; sorted by time")
    return sorted(sheet.lines, key=lambda line: line.start_s)


def _joined(lines: Sequence[Line], sheet: Sheet) -> list[Line]:
    """Lines of the same time and weight become one; a prompt and a negative one stay two."""
    joined: list[Line] = []
    for line in lines:
        twins = [i for i in _last_at(joined, line.start_s) if joined[i].weight == line.weight]
        if not twins:
            joined.append(line)
            continue
        before = joined[twins[0]]
        sheet.warn(line.number, f"the same time as line {before.number}; the texts are joined")
        ends = [end for end in (before.end_s, line.end_s) if end is not None]
        text = " ".join(filter(None, (before.text, line.text)))
        joined[twins[0]] = replace(before, text=text, end_s=max(ends, default=None), words=())
    return joined


def _last_at(lines: Sequence[Line], start_s: float) -> list[int]:
    """Positions of the last lines, as far as they begin at `start_s`."""
    first = len(lines)
    while first and lines[first - 1].start_s == start_s:
        first -= 1
    return list(range(first, len(lines)))


def _within(lines: Sequence[Line], sheet: Sheet, duration_s: float | None) -> list[Line]:
    """The lines that begin before the song ends, ending with it at the latest."""
    if duration_s is None:
        return list(lines)
    kept = []
    for line in lines:
        if line.start_s >= duration_s:
            sheet.warn(
                line.number,
                f"it begins at {line.start_s:g} s, beyond the song's end at {duration_s:.1f} s; "
                "dropped",
            )
        elif line.end_s is not None and line.end_s > duration_s:
            kept.append(replace(line, end_s=duration_s))
        else:
            kept.append(line)
    return kept
