"""Projects of Reaper, written: sounds on tracks from one zero, tempo, markers and regions."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from musivid.interchange.edit import Clip, Edit
from musivid.interchange.midi_written import tempo_map
from musivid.interchange.page import Output, Page

__all__ = ["RPP_OUT"]

_VERSION = '0.1 "6.0"'  # of the format, and the oldest Reaper that it was made after
_MINUTE = 60_000_000  # microseconds
_SQUARE = 1  # shape of a tempo that holds until the next one
_METRE = 65536  # times its lower number, plus its upper one: a time signature
_USUAL_RATE_HZ = 44100


def _write(edit: Edit, page: Page) -> bytes:
    return ("\n".join([*_lines(edit, page), ">"]) + "\n").encode()


def _lines(edit: Edit, page: Page) -> Iterator[str]:
    bars = tempo_map(edit.grid).bars
    rates = [media.rate_hz for media in edit.media() if media.channels]
    yield f"<REAPER_PROJECT {_VERSION} 0"
    yield f"  SAMPLERATE {rates[0] if rates else _USUAL_RATE_HZ} 0 0"
    yield f"  TEMPO {_MINUTE / bars[0].tempo:.10f} {bars[0].metre[0]} {bars[0].metre[1]}"
    for number, mark in enumerate(edit.marks, start=1):
        name = _quoted(page.name(mark.name))
        yield f"  MARKER {number} {float(mark.time):.9f} {name} {int(mark.end is not None)}"
        if mark.end is not None:
            yield f'  MARKER {number} {float(mark.end):.9f} "" 1'
    yield "  <TEMPOENVEX"
    yield "    ACT 1 -1"
    for bar in bars:
        metre = bar.metre[0] + _METRE * bar.metre[1]
        yield f"    PT {float(bar.time):.9f} {_MINUTE / bar.tempo:.10f} {_SQUARE} {metre}"
    yield "  >"
    for lane in edit.of("audio"):
        yield "  <TRACK"
        yield f"    NAME {_quoted(page.name(lane.name))}"
        for clip in lane.clips:
            yield from _item(clip, page)
        yield "  >"


def _item(clip: Clip, page: Page) -> Iterator[str]:
    yield "    <ITEM"
    yield f"      POSITION {float(clip.start):.9f}"
    yield f"      LENGTH {float(clip.end - clip.start):.9f}"
    yield "      LOOP 0"
    yield f"      NAME {_quoted(page.name(clip.title))}"
    yield f"      SOFFS {float(clip.source):.9f}"
    yield "      <SOURCE WAVE"
    yield f"        FILE {_quoted(_place(clip.media.path, page.folder))}"
    yield "      >"
    yield "    >"


def _place(path: Path, folder: Path) -> str:
    """Where a file is: as seen from the project if it lies with it, so that both can move."""
    place = os.path.relpath(path, folder)
    return str(path.absolute()) if place.startswith("..") else place


def _quoted(text: str) -> str:
    """A text in the first quotes that it does not hold itself."""
    mark = next((sign for sign in "\"'`" if sign not in text), "`")
    return f"{mark}{text.replace('`', chr(39)) if mark in text else text}{mark}"


RPP_OUT = Output("rpp", "projects of Reaper (.rpp)", ".rpp", _write, ("reaper",), counts="seconds")
