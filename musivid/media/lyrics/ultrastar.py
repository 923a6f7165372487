"""Lyrics in songs of UltraStar: notes in quarters of a beat, each with its syllable."""

from __future__ import annotations

import re

from musivid.media.lyrics.lines import NO, SURE, Format, Sheet

__all__ = ["ULTRASTAR"]

_SONG = re.compile(r"\s*#\w+:(?:[^\n]*\n\s*)(?:#[^\n]*\n\s*)*(?:P ?\d\s*\n)?[:*FRG] -?\d+ \d+ ")
_TAG = re.compile(r"#(\w+)\s*:(.*)$")
_NOTE = re.compile(r"[:*FRG] (-?\d{1,9}) (\d{1,9}) -?\d{1,9}(?: (.*))?$")
_REST = re.compile(r"- ?(-?\d{1,9})?(?: (-?\d{1,9}))?\s*$")
_PARTS = 4  # of a beat, that positions count
_BPM = (1.0, 100_000.0)

Notes = list[tuple[float, str]]


def _shows(text: str) -> int:
    return SURE if _SONG.match(text) else NO


def _read(text: str) -> Sheet:
    """Read the syllables as words of lines; positions count from the gap before the song."""
    sheet = Sheet(may_be_unordered=True)
    part_s = gap_s = 0.0
    relative, origin = False, 0
    notes: Notes = []
    first, end_s = 0, 0.0
    for number, line in enumerate(text.split("\n"), 1):
        line = line.rstrip("\r")
        if tag := _TAG.match(line):
            name, said = tag[1].upper(), tag[2].strip().replace(",", ".")
            if name == "BPM":
                part_s = _part_s(sheet, number, said)
            elif name == "GAP":
                gap_s = _number(sheet, number, said) / 1000
            elif name == "RELATIVE":
                relative = said.upper() == "YES"
        elif note := _NOTE.match(line):
            at = gap_s + (origin + int(note[1])) * part_s
            end_s = at + int(note[2]) * part_s
            first = first or number
            notes.append((round(max(0.0, at), 3), note[3] or ""))
        elif rest := _REST.match(line):
            _add(sheet, first, notes, end_s)
            notes, first = [], 0
            origin += int(rest[2] or rest[1] or 0) if relative else 0
        elif re.match(r"P ?\d\s*$", line):  # who sings of two
            _add(sheet, first, notes, end_s)
            notes, first, origin = [], 0, 0
        elif line.strip() not in ("", "E"):
            sheet.fault(number, f"{line.strip()[:30]!r} is no note")
    _add(sheet, first, notes, end_s)
    if not part_s:
        sheet.fault(1, "#BPM is missing")
    return sheet


def _add(sheet: Sheet, number: int, notes: Notes, end_s: float) -> None:
    """Add the notes of a line; a tilde holds the syllable before it."""
    sung = [(at, said.replace("~", "")) for at, said in notes]
    if sung:
        text = "".join(said for _, said in sung)
        words = [piece for piece in sung if piece[1].strip()]
        sheet.add(number, sung[0][0], round(max(end_s, 0.0), 3), text, words=words)


def _part_s(sheet: Sheet, number: int, said: str) -> float:
    bpm = _number(sheet, number, said)
    if _BPM[0] <= bpm <= _BPM[1]:
        return 60 / (bpm * _PARTS)
    sheet.fault(number, f"the tempo {said[:30]!r} is none")
    return 1.0


def _number(sheet: Sheet, number: int, said: str) -> float:
    if re.fullmatch(r"-?\d{1,9}(\.\d{1,9})?", said):
        return float(said)
    sheet.fault(number, f"{said[:30]!r} is not a number")
    return 0.0


ULTRASTAR = Format("ultrastar", "UltraStar", (".txt",), _shows, _read, telling=False)
