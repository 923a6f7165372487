"""What a song's file says of itself: title and artist, and its artwork, within it or beside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from musivid.media.containers import open_media, read_packets
from musivid.media.kinds import PICTURE, file_beside
from musivid.media.lyrics.detection import likely_encoding
from musivid.media.lyrics.id3 import read_tag

__all__ = ["Tags", "artwork_beside", "embedded_artwork", "read_tags"]

_FRAMES = {"title": (b"TIT2", b"TT2"), "artist": (b"TPE1", b"TP1"), "album": (b"TALB", b"TAL")}
_NAMES = ("cover", "folder", "front", "album", "artwork")  # of pictures that stand for a record


@dataclass(frozen=True, slots=True)
class Tags:
    """What a file is called by its tags; empty where they are silent."""

    title: str = ""
    artist: str = ""
    album: str = ""


def read_tags(song: Path) -> Tags:
    """Title, artist and album of a song.

    Raises:
        InputError: it cannot be read as media.
    """
    with open_media(song, "a song") as container:
        found = dict(container.metadata)
        for stream in container.streams.audio:  # Ogg keeps its tags there
            found = {**stream.metadata, **found}
    said = {name.lower(): text for name, text in found.items()} | _in_their_letters(song)
    said = {name: " ".join(text.split()) for name, text in said.items()}
    return Tags(
        said.get("title", ""),
        said.get("artist") or said.get("album_artist", ""),
        said.get("album", ""),
    )


def _in_their_letters(song: Path) -> dict[str, str]:
    """What tags of ID3 say that claim Latin-1, as all did for long, and are of another writing.

    They are, if most of their letters are none of ASCII: accents are few.
    """
    tag = read_tag(song)
    raw = {name: tag.unmarked(*frames) for name, frames in _FRAMES.items()} if tag else {}
    texts = {name: text for name, text in raw.items() if text}
    together = b"\n".join(texts.values())
    strange = sum(byte > 127 for byte in together)
    if strange <= sum(chr(byte).isalpha() for byte in together if byte < 128):
        return {}
    found = likely_encoding(together)
    return {name: text.decode(found, "replace") for name, text in texts.items()} if found else {}


def embedded_artwork(song: Path) -> bytes | None:
    """The picture file within a song's file, the first if there are several; None: none.

    Raises:
        InputError: it cannot be read as media.
    """
    with open_media(song, "a song") as container:
        for stream in container.streams.video:
            if not stream.disposition & stream.disposition.attached_pic:
                continue
            for packet in read_packets(container, [stream]):
                if packet is not None and packet.size:
                    return bytes(packet)
    return None


def artwork_beside(song: Path) -> Path | None:
    """The picture beside a song: of its name, else cover, folder, front, album; None: none."""
    if (own := file_beside(song, PICTURE.suffixes)) is not None:
        return own
    try:
        near = sorted(path for path in song.parent.iterdir() if PICTURE.holds(path))
    except OSError:  # a folder that cannot be listed holds nothing for us
        return None
    for name in _NAMES:
        for path in near:
            if path.stem.lower() == name and path.is_file():
                return path
    return None
