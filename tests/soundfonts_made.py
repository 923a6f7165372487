"""Small SoundFonts by the letter of the specification, as files of either form."""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import soundfile

RECORDING = np.arange(1000, dtype="<i2")
RATE_HZ = 32_000
WAVE = (12_000 * np.sin(np.arange(6400) * 2 * np.pi / 50)).astype("<i2")
INSTRUMENT, SAMPLE = 41, 53
PACKED = 0x11  # mono, and compressed
Generators = Sequence[tuple[int, int]]


def chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def records(kind: bytes, zones: Sequence[Generators]) -> bytes:
    """The bags and generators of one preset (`p`) or instrument (`i`), closed as they must be."""
    starts = np.cumsum([0, *map(len, zones)])
    bags = b"".join(struct.pack("<HH", start, 0) for start in starts)
    listed = [pair for zone in zones for pair in zone]
    generators = b"".join(struct.pack("<Hh", *pair) for pair in [*listed, (0, 0)])
    return chunk(kind + b"bag", bags) + chunk(kind + b"gen", generators)


def write_font(
    path: Path,
    preset: Sequence[Generators] = (((INSTRUMENT, 0),),),
    instrument: Sequence[Generators] = (((SAMPLE, 0),),),
    *,
    kind: int = 1,
    program: int = 5,
    sound: bytes = RECORDING.tobytes(),
    place: tuple[int, int] = (100, 900),
    pads: bool = True,
) -> Path:
    """A file of one preset (bank 0) of one instrument of one sample.

    Args:
        path: of the file.
        preset: its zones.
        instrument: its zones.
        kind: of the sample.
        program: of the preset.
        sound: all that the file has of it.
        place: where the sample begins and ends in it.
        pads: whether a byte makes odd chunks even, as it must be.
    """
    header = struct.Struct("<20sHHHIII")
    headers = header.pack(b"one", program, 0, 0, 0, 0, 0)
    headers += header.pack(b"EOP", 0, 0, len(preset), 0, 0, 0)
    names = struct.pack("<20sH", b"one", 0) + struct.pack("<20sH", b"EOI", len(instrument))
    sample = struct.pack("<20sIIIIIBbHH", b"one", *place, 300, 700, RATE_HZ, 60, -7, 0, kind)
    hydra = b"".join([
        b"pdta", chunk(b"phdr", headers), records(b"p", preset), chunk(b"inst", names),
        records(b"i", instrument), chunk(b"shdr", sample + bytes(46)),
    ])  # fmt: skip
    # An odd chunk before the others: the next begins at an even place.
    info = chunk(b"LIST", b"INFO" + chunk(b"INAM", b"odd"))
    samples = chunk(b"smpl", sound)
    data = b"sfbk" + info + chunk(b"LIST", b"sdta" + samples) + chunk(b"LIST", hydra)
    if not pads:
        odd = b"sdta" + samples[: 8 + len(sound)]
        data = b"sfbk" + info + b"LIST" + struct.pack("<I", len(odd)) + odd + chunk(b"LIST", hydra)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"RIFF" + struct.pack("<I", len(data)) + data)
    return path


def write_packed(path: Path, program: int = 5) -> Path:
    """A file of version 3: its sample is `WAVE`, looped, as an Ogg stream of an odd length."""
    file = io.BytesIO()
    soundfile.write(file, WAVE, RATE_HZ, format="OGG", subtype="VORBIS")
    stream = file.getvalue()
    odd = stream + b"\0" * (1 - len(stream) % 2)
    loops = [[(54, 1), (SAMPLE, 0)]]
    return write_font(
        path, instrument=loops, kind=PACKED, program=program, sound=odd,
        place=(0, len(stream)), pads=False,
    )  # fmt: skip
