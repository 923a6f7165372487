"""Lyrics in karaoke MIDI (.kar): syllables that stand among the notes, as text or lyric events."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from musivid.media.lyrics.encoding import MIDI_HEAD
from musivid.media.lyrics.lines import NO, SURE, Format, Sheet
from musivid.media.lyrics.syllables import Pieces, syllables_sheet

__all__ = ["KARAOKE", "read_karaoke"]

_MOST = 500_000  # bytes: such songs have a tenth of it
_LINES = re.compile(r"^[/\\]|\r\n?")  # of Soft Karaoke, and of lyric events


def _shows(text: str) -> int:
    return SURE if text.startswith(MIDI_HEAD.decode()) else NO


def _read(text: str) -> Sheet:
    # MIDI comes as Latin-1, byte by byte; what has other letters is none, and is told so.
    return read_karaoke(text.encode("latin-1", "replace"))


def read_karaoke(data: bytes, encoding: str | None = None) -> Sheet:
    """Read the lyric events, or the text events where there are none of these.

    Args:
        data: the file.
        encoding: of its texts, as Python calls it; None: it is told from their bytes.
    """
    sheet = Sheet()
    if len(data) > _MOST:
        sheet.fault(1, f"it is MIDI of {len(data) / 1e6:.1f} MB; {_MOST / 1e6:g} MB are read")
        return sheet
    try:
        said = list(_events(data))
    except _faults() as error:
        sheet.fault(1, f"it is damaged MIDI: {error or type(error).__name__}")
        return sheet
    for kind in ("lyrics", "text"):
        pieces: Pieces = [(at, text) for at, name, text in said if name == kind]
        if len(pieces) > 1:
            return syllables_sheet(pieces, is_latin=True, encoding=encoding)
    return sheet


def _events(data: bytes) -> Iterator[tuple[float, str, str]]:
    """When texts are sung, their kind of event, and they; `@` begins what is about them."""
    import mido

    time_s = 0.0
    for message in mido.MidiFile(file=io.BytesIO(data), clip=True):
        time_s += message.time
        if message.type in ("lyrics", "text") and not message.text.startswith(("@", "%")):
            yield round(time_s, 3), message.type, _LINES.sub("\n", message.text)


def _faults() -> tuple[type[Exception], ...]:
    """What damaged MIDI makes of mido."""
    import mido

    return (
        ArithmeticError, AttributeError, EOFError, LookupError, OSError, TypeError, ValueError,
        mido.KeySignatureError,
    )  # fmt: skip


KARAOKE = Format("kar", "karaoke MIDI", (".kar",), _shows, _read, beside=True)
