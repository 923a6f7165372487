"""Subtitles that are a stream of a song's own file: text in MKV, MP4 and WebM; pictures are not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from musivid.media.containers import open_media, read_packets

__all__ = ["Subtitles", "read_subtitles"]

# How ffmpeg calls the text of a stream, and the format in which it is read here.
_FORMATS = {"ass": "ass", "ssa": "ass", "webvtt": "vtt", "mov_text": "srt", "subrip": "srt",
            "text": "srt"}  # fmt: skip
_ASS_FIELDS = 9  # of an event in Matroska, the text last
_MOST = 100_000  # events that are read


@dataclass(frozen=True, slots=True)
class Subtitles:
    """A stream of subtitles as the text of a file.

    Attributes:
        where: what it is called, for messages.
        text: in a format that is read as lyrics.
    """

    where: str
    text: str


def read_subtitles(song: Path) -> Subtitles | None:
    """The subtitles in a file that are likeliest all that is sung; None: there are none.

    Raises:
        InputError: it cannot be read as media.
    """
    import pysubs2

    with open_media(song, "a song") as container:
        streams = [stream for stream in container.streams.subtitles if _codec(stream) in _FORMATS]
        if not streams:
            return None
        chosen = min(streams, key=_rank)
        sound = next(iter(container.streams.audio), None)
        begins_s = float((sound.start_time or 0) * (sound.time_base or 0)) if sound else 0.0
        file, codec = pysubs2.SSAFile(), _codec(chosen)
        for packet in _packets(container, chosen):
            start_s = float(packet.pts * packet.time_base) - begins_s
            end_s = start_s + float((packet.duration or 0) * packet.time_base)
            if text := _text(bytes(packet), codec):
                times = round(1000 * max(0.0, start_s)), round(1000 * max(0.0, end_s))
                file.append(pysubs2.SSAEvent(*times, text))
    language = chosen.metadata.get("language", "und")
    of = f", 1 of {len(streams)}" if len(streams) > 1 else ""
    told = "subtitles" + (f", {language}" if language != "und" else "") + of
    return Subtitles(told, file.to_string(_FORMATS[codec], keep_ssa_tags=True))


def _codec(stream: Any) -> str:
    """How ffmpeg calls what a stream holds; empty where it does not know."""
    context = stream.codec_context
    return str(context.codec.canonical_name) if context is not None else ""


def _rank(stream: Any) -> tuple[bool, bool, int]:
    """Streams that show all that is said come first, then what players show unless told."""
    shown = stream.disposition
    is_partial = bool(shown & (shown.forced | shown.comment | shown.hearing_impaired))
    return is_partial, not shown & shown.default, stream.index


def _packets(container: Any, stream: Any) -> Iterator[Any]:
    """The packets of a stream that have a time."""
    for count, packet in enumerate(read_packets(container, [stream])):
        if packet is None or count >= _MOST:
            return
        if packet.size and packet.pts is not None:
            yield packet


def _text(data: bytes, codec: str) -> str:
    """The text of a packet, with its markup, as an event has it."""
    if codec == "mov_text":  # how long it is, the text, boxes of styles
        data = data[2 : 2 + int.from_bytes(data[:2], "big")]
        wide = data[:2] in (b"\xfe\xff", b"\xff\xfe")
        text = data.decode("utf-16" if wide else "utf-8", "replace")
    else:
        text = data.decode("utf-8", "replace")
    if _FORMATS[codec] == "ass":
        fields = text.split(",", _ASS_FIELDS - 1)
        text = fields[-1] if len(fields) == _ASS_FIELDS else ""
    return "\\N".join(line for line in text.splitlines() if line.strip())
