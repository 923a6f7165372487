"""SoundFont files: taken apart, damaged ones refused, and found where systems keep them.

Chunks and their order follow the SoundFont Technical Specification 2.04, sections 4, 5 and 7. In
files of version 3 (.sf3, as MuseScore made them) each sample is an Ogg Vorbis stream (RFC 3533).
"""

from __future__ import annotations

import itertools
import mmap
import os
import struct
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from musivid.core.errors import InputError

__all__ = [
    "BAG",
    "ENDINGS",
    "GENERATOR",
    "HEADER",
    "INSTRUMENT",
    "INSTRUMENT_ID",
    "PACKED",
    "ROM",
    "SAMPLE",
    "SAMPLE_ID",
    "FontFile",
    "find_font",
    "open_font",
    "system_fonts",
]

ENDINGS = (".sf2", ".sf3")
HEADER, GENERATOR, BAG = struct.Struct("<20sHHHIII"), struct.Struct("<HH"), struct.Struct("<HH")
INSTRUMENT, SAMPLE = struct.Struct("<20sH"), struct.Struct("<20sIIIIIBbHH")
INSTRUMENT_ID, SAMPLE_ID = 41, 53  # generators of SoundFont 2.04, 8.1.2
ROM = 0x8000  # flag of a sample's type, SoundFont 2.04, 7.10
PACKED = 0x10  # flag of a compressed sample: its ends are bytes, and its loop counts from its start
_OGG_PAGE, _LAST_PAGE = struct.Struct("<4sBBqIIIB"), 4  # head of a page; flag of the last one

_TABLES = {
    b"phdr": HEADER, b"pbag": BAG, b"pgen": GENERATOR, b"inst": INSTRUMENT, b"ibag": BAG,
    b"igen": GENERATOR, b"shdr": SAMPLE,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FontFile:
    """A SoundFont file that is whole.

    Attributes:
        chunks: its leaf chunks by their four letters, `smpl` and the tables of `pdta` among them.
        packed: whether it holds compressed samples.
    """

    chunks: Mapping[bytes, memoryview]
    packed: bool


def open_font(path: Path) -> FontFile:
    """Open a SoundFont; what is read of it later is mapped, not loaded.

    Raises:
        InputError: it is none, or is damaged.
    """
    try:
        with path.open("rb") as file:
            if file.read(4) != b"RIFF" or file.read(8)[4:] != b"sfbk":
                raise InputError(
                    f"{path} is not a SoundFont", hint="Give a file in the form .sf2 or .sf3."
                )
            data = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        chunks = _chunks(data)
        return FontFile(chunks, _check(chunks))
    except (OSError, KeyError, struct.error, ValueError, IndexError) as error:
        said = f"it has no {error.args[0].decode()}" if isinstance(error, KeyError) else error
        raise InputError(
            f"{path} cannot be read as a SoundFont: {said}",
            hint="The file is damaged: fetch it again, or give another one.",
        ) from None


def find_font(names: Sequence[str]) -> Path | None:
    """The first of these file names that lies where this system keeps SoundFonts."""
    here = {path.name.lower(): path for path in reversed(system_fonts())}
    return next((here[name.lower()] for name in names if name.lower() in here), None)


def system_fonts() -> list[Path]:
    """All SoundFonts where this system keeps them, folder by folder in the order of their names."""
    found: list[Path] = []
    for folder in _folders():
        try:
            names = sorted(os.listdir(folder))
        except OSError:
            continue
        found += [folder / name for name in names if name.lower().endswith(ENDINGS)]
    return [path for path in found if path.is_file()]


def _folders() -> Iterator[Path]:
    """Where packages of systems, FluidSynth and MuseScore put SoundFonts, and users their own."""
    home = Path(os.path.expanduser("~"))
    for name in ("MuseScore4", "MuseScore3"):
        yield home / "Documents" / name / "SoundFonts"
    if sys.platform == "win32":
        yield Path(os.environ.get("PROGRAMDATA", "C:/ProgramData")) / "soundfonts"
        yield Path("C:/soundfonts")
        programs = Path(os.environ.get("PROGRAMFILES", "C:/Program Files"))
        yield from (programs / name / "sound" for name in ("MuseScore 4", "MuseScore 3"))
    elif sys.platform == "darwin":
        yield home / "Library/Audio/Sounds/Banks"
        yield Path("/Library/Audio/Sounds/Banks")
        for name in ("MuseScore 4.app", "MuseScore 3.app"):
            yield Path("/Applications") / name / "Contents/Resources/sound"
        for above in ("/opt/homebrew", "/usr/local", "/opt/local"):
            yield from (Path(above) / "share" / name for name in _SHARED)
    else:
        data = os.environ.get("XDG_DATA_HOME") or home / ".local/share"
        for above in (Path(data), Path("/usr/local/share"), Path("/usr/share")):
            yield from (above / name for name in _SHARED)


_SHARED = ("soundfonts", "sounds/sf2", "sounds/sf3")


def _chunks(data: memoryview) -> dict[bytes, memoryview]:
    """All leaf chunks of a file by their four letters.

    Raises:
        ValueError: one goes on behind the end of what holds it.
    """
    found: dict[bytes, memoryview] = {}
    stack = [(12, len(data))]
    while stack:
        at, end = stack.pop()
        while at + 8 <= end:
            name, size = bytes(data[at : at + 4]), struct.unpack_from("<I", data, at + 4)[0]
            if at + 8 + size > end:
                raise ValueError(f"it is cut off: {size} bytes were to follow at byte {at + 8}")
            if name == b"LIST":
                stack.append((at + 12, at + 8 + size))
            else:
                found[name] = data[at + 8 : at + 8 + size]
            at += 8 + size
            # A byte that makes them even; sf3convert writes none. No name begins with a 0.
            at += size % 2 and bytes(data[at : at + 1]) == b"\0"
    return found


def _check(chunks: Mapping[bytes, memoryview]) -> bool:
    """Whether samples are compressed.

    Raises:
        KeyError: a chunk is missing. ValueError: tables speak of what is not there.
    """
    rows = {}
    for name, table in _TABLES.items():
        rows[name] = len(chunks[name]) // table.size
        if len(chunks[name]) % table.size or not rows[name]:
            raise ValueError(f"its table {name.decode()} is cut off")
    _check_order(chunks[b"phdr"], HEADER, 3, rows[b"pbag"])
    _check_order(chunks[b"inst"], INSTRUMENT, 1, rows[b"ibag"])
    for kind in (b"p", b"i"):
        _check_order(chunks[kind + b"bag"], BAG, 0, rows[kind + b"gen"])
    named = {INSTRUMENT_ID: rows[b"inst"] - 1, SAMPLE_ID: rows[b"shdr"] - 1}
    for kind, target in ((b"pgen", INSTRUMENT_ID), (b"igen", SAMPLE_ID)):
        # The closing row of each table names nothing.
        for number, amount in itertools.islice(GENERATOR.iter_unpack(chunks[kind]), rows[kind] - 1):
            if number == target and amount >= named[target]:
                raise ValueError(f"{kind.decode()} names {amount} of {named[target]}")
    return _check_samples(chunks)


def _check_order(chunk: memoryview, table: struct.Struct, field: int, rows: int) -> None:
    """Check that the rows of a table begin one after the other in another one of so many rows."""
    firsts = [row[field] for row in table.iter_unpack(chunk)]
    if any(a > b for a, b in itertools.pairwise([*firsts, rows])):
        raise ValueError(f"its tables speak of rows beyond {rows}")


def _check_samples(chunks: Mapping[bytes, memoryview]) -> bool:
    """As `_check`; samples of sound cards are refused where they are played."""
    sound, packed = chunks[b"smpl"], False
    headers = list(SAMPLE.iter_unpack(chunks[b"shdr"]))[:-1]
    for name, first, last, *_, kind in headers:
        if kind & ROM:
            continue
        size = len(sound) if kind & PACKED else len(sound) // 2
        if not first <= last <= size:
            said = name.rstrip(b"\0").decode("latin-1")
            raise ValueError(f"sample {said!r} ends at {last} of {size}")
        if kind & PACKED and last > first:
            packed = True
            _check_stream(sound[first:last], name.rstrip(b"\0").decode("latin-1"))
    return packed


def _check_stream(data: memoryview, name: str) -> None:
    """Check that an Ogg stream is there from its first page to its last.

    Raises:
        ValueError: it is not.
    """
    at, ended = 0, False
    while not ended and at + _OGG_PAGE.size <= len(data):
        magic, _, flags, *_, parts = _OGG_PAGE.unpack_from(data, at)
        if magic != b"OggS":
            break
        at += _OGG_PAGE.size
        at += parts + sum(data[at : at + parts])
        ended = bool(flags & _LAST_PAGE)
    if not ended or at > len(data):
        raise ValueError(f"sample {name!r} is no whole Ogg stream")
