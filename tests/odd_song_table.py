"""Odd songs as people and tools make them, each with what is right of it; made when asked for.

No kind has more than ten. All but a few sing from 0.25 to 0.75 of one second.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ffmpeg
import numpy as np
from media_fixtures import write_video
from numpy.typing import NDArray
from odd_songs import tone, write_sound, write_wav_head

from musivid.media.ffmpeg import file_url, run_ffmpeg

__all__ = [
    "OddSong",
    "between",
    "changed",
    "cut",
    "data",
    "filmed",
    "flac_picture",
    "floats",
    "headed",
    "id3",
    "joined",
    "patched",
    "picture",
    "processed",
    "renamed",
    "with_cover",
    "written",
]  # fmt: skip

Make = Callable[[Path], object]
RATE_HZ = 8000


@dataclass(frozen=True, slots=True)
class OddSong:
    """A song, and what is right.

    Attributes:
        kind: what is odd.
        name: of the file.
        make: writes it.
        form: channels and rate in Hz.
        lasts_s: its length.
        sings_s: from when to when it is heard.
        tags: title and artist.
        cover: the kind of the picture in it, as Pillow calls it.
        fault: a part of the error, where it is refused.
        warning: a part of a warning, where one is due; else there is none.
        slack_s: how far times may be off: lossy codecs ring.
    """

    kind: str
    name: str
    make: Make
    form: tuple[int, int] = (1, RATE_HZ)
    lasts_s: float = 1.0
    sings_s: tuple[float, float] = (0.25, 0.75)
    tags: tuple[str, str] = ("", "")
    cover: str = ""
    fault: str = ""
    warning: str = ""
    slack_s: float = 0.01


def sung(rate_hz: int = RATE_HZ, channels: int = 1, seconds: float = 1.0) -> NDArray[np.float32]:
    """A tone from 0.25 s on to 0.25 s before the end."""
    samples = tone(seconds, rate_hz, channels)
    quiet = round(0.25 * rate_hz)
    samples[:, :quiet] = samples[:, -quiet:] = 0
    return samples


def written(codec: str = "", rate_hz: int = RATE_HZ, channels: int = 1, **options: Any) -> Make:
    """Write the song by an encoder, in the container of the name."""
    return lambda path: write_sound(path, sung(rate_hz, channels), rate_hz, codec, **options)


def pcm(samples: NDArray[np.float32]) -> bytes:
    """16-bit samples as a WAV has them."""
    return (samples.T * 32767).astype("<i2").tobytes()


def headed(**head: Any) -> Make:
    """A WAV of 16-bit samples whose header says something."""
    channels = head.get("channels", 1)
    return lambda path: write_wav_head(path, pcm(sung(channels=min(max(channels, 1), 24))), **head)


def patched(make: Make, at: int, data: bytes) -> Make:
    """Bytes written over others."""

    def write(path: Path) -> None:
        make(path)
        whole = bytearray(path.read_bytes())
        whole[at : at + len(data)] = data
        path.write_bytes(whole)

    return write


def cut(make: Make, share: float) -> Make:
    """Only the beginning, or, of a negative share, only the end."""

    def write(path: Path) -> None:
        make(path)
        whole = path.read_bytes()
        at = round(share * len(whole))
        path.write_bytes(whole[:at] if share > 0 else whole[at:])

    return write


def between(before: bytes, make: Make, after: bytes = b"") -> Make:
    """Bytes before and after a song."""

    def write(path: Path) -> None:
        make(path)
        path.write_bytes(before + path.read_bytes() + after)

    return write


def joined(*makes: Make, glue: bytes = b"") -> Make:
    """Songs one after the other, byte by byte."""

    def write(path: Path) -> None:
        parts = []
        for make in makes:
            make(path)
            parts.append(path.read_bytes())
        path.write_bytes(glue.join(parts))

    return write


def renamed(suffix: str, make: Make) -> Make:
    """A song under an ending that is not its own."""

    def write(path: Path) -> None:
        own = path.with_name(f"x{suffix}")
        make(own)
        own.rename(path)

    return write


def data(content: bytes) -> Make:
    """A file of these bytes."""
    return lambda path: path.write_bytes(content)


def floats(samples: NDArray[np.float32], bits: int = 32) -> Make:
    """A WAV of float samples."""
    kind = "<f4" if bits == 32 else "<f8"
    return lambda path: write_wav_head(path, samples.astype(kind).tobytes(), code=3, bits=bits)


def changed(first: float, *values: tuple[int, float]) -> NDArray[np.float32]:
    """The song in mono, louder by a factor, with odd samples at some places."""
    samples: NDArray[np.float32] = sung()[0] * np.float32(first)
    for at, value in values:
        samples[at] = value
    return samples


def picture(kind: str = "JPEG") -> bytes:
    """A small picture file."""
    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (16, 16), (200, 40, 40)).save(file, kind)
    return file.getvalue()


def _frame(name: bytes, body: bytes) -> bytes:
    return name + struct.pack(">I", len(body)) + b"\0\0" + body


def id3(
    *, title: bytes = b"", artist: bytes = b"", art: bytes = b"", kind: bytes = b"jpeg"
) -> bytes:
    """An ID3v2.3 tag; texts with the byte that says their encoding before them."""
    frames = b""
    if title:
        frames += _frame(b"TIT2", title)
    if artist:
        frames += _frame(b"TPE1", artist)
    if art:
        frames += _frame(b"APIC", b"\0image/" + kind + b"\0\3\0" + art)
    size = bytes(len(frames) >> shift & 127 for shift in (21, 14, 7, 0))
    return b"ID3\3\0\0" + size + frames


def flac_picture(art: bytes, mime: bytes = b"image/jpeg") -> Make:
    """A FLAC with a picture block after its first one."""

    def write(path: Path) -> None:
        written()(path)
        whole = path.read_bytes()
        body = (
            struct.pack(">II", 3, len(mime))
            + mime
            + struct.pack(">IIIIII", 0, 16, 16, 24, 0, len(art))
            + art
        )
        block = b"\6" + struct.pack(">I", len(body))[1:] + body
        path.write_bytes(whole[:42] + block + whole[42:])

    return write


def filmed(codec: str, *, late: bool = False) -> Make:
    """A video of one second with the song in some codec; without sound if there is none."""

    def write(path: Path) -> None:
        film = write_video(path.with_name("film.mp4"), 25)
        if not codec:
            film.rename(path)
            return
        song = write_sound(path.with_name("song.wav"), sung(), RATE_HZ, "pcm_s16le")
        heard = ffmpeg.input(file_url(song), **({"itsoffset": 0.2} if late else {}))
        seen = ffmpeg.input(file_url(film))
        run_ffmpeg(
            ffmpeg.output(seen["v"], heard["a"], file_url(path), **{"c:v": "copy", "c:a": codec})
        )

    return write


def processed(codec: str, rate_hz: int = RATE_HZ) -> Make:
    """The song by the ffmpeg process, which has encoders that its library lacks."""

    def write(path: Path) -> None:
        song = write_sound(path.with_name("s.wav"), sung(rate_hz), rate_hz, "pcm_s16le")
        run_ffmpeg(ffmpeg.output(ffmpeg.input(file_url(song)), file_url(path), **{"c:a": codec}))

    return write


def with_cover(path: Path) -> None:
    """An M4A with a JPEG in it."""
    song = write_sound(path.with_name("s.m4a"), sung(), RATE_HZ, "aac")
    art = path.with_name("art.jpg")
    art.write_bytes(picture())
    streams = ffmpeg.input(file_url(song))["a"], ffmpeg.input(file_url(art))["v"]
    options = {"c": "copy", "disposition:v:0": "attached_pic"}
    run_ffmpeg(ffmpeg.output(*streams, file_url(path), **options))
