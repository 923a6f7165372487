"""Markers of MIDI files: meta events of type 6, timed through all changes of tempo."""

from __future__ import annotations

import io
import struct
from bisect import bisect
from fractions import Fraction
from typing import Any

from musivid.core.limits import MIDI as MIDI_BYTES
from musivid.interchange.marks import Counting, Format, Mark, Sheet, Source, Unreadable
from musivid.media.kinds import NOTES

__all__ = ["MIDI"]

_USUAL_TEMPO = 500_000  # microseconds a quarter, of a file that says none
_OURS = ("key: ", "chord: ")  # what our own files say beside the form
_CUE = "cue: "  # before the names of a film's moments in them


def _shows(source: Source) -> bool:
    return source.data[:4] == b"MThd"


def _read(source: Source, counting: Counting) -> Sheet:
    import mido

    MIDI_BYTES.check(len(source.data) / 1e6, source.name)
    try:
        file = mido.MidiFile(file=io.BytesIO(source.data))
    except (
        OSError,
        EOFError,
        ValueError,
        LookupError,
        TypeError,
        ArithmeticError,
        AttributeError,
        mido.KeySignatureError,
    ) as error:
        raise Unreadable(
            0,
            f"it cannot be read as MIDI: {str(error) or 'it is cut off'}",
            "Give a standard MIDI file (.mid) of type 0 or 1.",
        ) from None
    events = _events(file)
    tempi = [(tick, event.tempo) for tick, event in events if event.type == "set_tempo"]
    clock = _Clock(source.data, tempi)
    sheet = Sheet()
    for tick, event in events:
        if event.type == "marker":
            name = _text(event.text)
            if name.startswith(_OURS):
                sheet.leave_out(0, f"{name!r} at {float(clock.time(tick)):.3f} s says no moment")
                continue
            written = f"tick {tick}"
            sheet.mark(Mark(clock.time(tick), name.removeprefix(_CUE), written=written))
    cues = sum(event.type == "cue_marker" for _, event in events)
    if cues:
        sheet.leave_out(0, f"{cues} cue point{'s'[: cues - 1]}: markers alone are taken")
    return sheet


def _events(file: Any) -> list[tuple[int, Any]]:
    """What all tracks say beside notes, each with its tick, ascending."""
    events: list[tuple[int, Any]] = []
    for track in file.tracks:
        tick = 0
        for event in track:
            tick += event.time
            if event.is_meta:
                events.append((tick, event))
    return sorted(events, key=lambda pair: pair[0])


class _Clock:
    """Ticks into seconds.

    Args:
        data: the file, whose header says what a tick is.
        tempi: ticks, ascending, and microseconds a quarter from there on.
    """

    def __init__(self, data: bytes, tempi: list[tuple[int, int]]) -> None:
        frames, ticks = struct.unpack(">bB", data[12:14])
        self._ticks = Fraction(frames * 256 + ticks)  # of a quarter
        self._per_second = Fraction(0)
        if frames < 0:  # ticks of frames: SMPTE, where 29 means 30000/1001
            fps = Fraction(30000, 1001) if frames == -29 else Fraction(-frames)
            self._per_second = fps * max(1, ticks)
            self._ticks = Fraction(1)
        elif not self._ticks:
            raise Unreadable(0, "it counts time in 0 ticks a quarter", "Export it again.")
        # Ticks at which a tempo begins, its microseconds a quarter, and when that is.
        self._changes: list[tuple[int, int, Fraction]] = [(0, _USUAL_TEMPO, Fraction(0))]
        for at, value in tempi:
            since, tempo, passed = self._changes[-1]
            passed += Fraction(at - since) * tempo / (self._ticks * 1_000_000)
            self._changes.append((at, value, passed))

    def time(self, tick: int) -> Fraction:
        """When a tick sounds, in seconds."""
        if self._per_second:
            return tick / self._per_second
        since, tempo, passed = self._changes[bisect(self._changes, tick, key=lambda c: c[0]) - 1]
        return passed + Fraction(tick - since) * tempo / (self._ticks * 1_000_000)


def _text(text: str) -> str:
    """Text of a file, which says nothing of its encoding: UTF-8 if it is that, else Latin-1."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


MIDI = Format("midi", "markers of MIDI files (.mid)", NOTES.suffixes, _shows, _read)
