"""Timed lyrics in ID3 tags: frames SYLT (SLT before version 2.3), as the ID3v2 documents lay down.

ffmpeg, which reads all other tags here, passes over them.
"""

from __future__ import annotations

from pathlib import Path

from musivid.media.lyrics.id3 import read_tag
from musivid.media.lyrics.lines import Sheet
from musivid.media.lyrics.syllables import syllables_sheet

__all__ = ["read_sylt"]

_MOST = 2_000_000  # bytes of a frame, and pieces of text together
_ENCODINGS = ("latin-1", "utf-16", "utf-16-be", "utf-8")
_MPEG_FRAMES, _MILLISECONDS = 1, 2  # what times may count
_WORDS = (0, 1, 2)  # contents: other, lyrics, what is said; chords and remarks are none


def read_sylt(song: Path, frame_s: float) -> Sheet | None:
    """The timed lines that a song's tag holds; None: there are none.

    Args:
        song: any file.
        frame_s: length of a frame of its sound, which some tags count.
    """
    tag = read_tag(song)
    if tag is None:
        return None
    for name, data in tag.frames():
        if name in (b"SYLT", b"SLT") and 6 < len(data) <= _MOST:
            sheet = _lines(data, frame_s)
            if sheet is not None and any(line.text for line in sheet.lines):
                return sheet
    return None


def _lines(data: bytes, frame_s: float) -> Sheet | None:
    """The lines of a frame; None: it holds none, or what cannot be read."""
    encoding, counts, content = data[0], data[4], data[5]
    if encoding >= len(_ENCODINGS) or content not in _WORDS:
        return None
    if counts not in (_MPEG_FRAMES, _MILLISECONDS):
        return None
    unit_s = 0.001 if counts == _MILLISECONDS else frame_s
    _, at = _text(data, 6, encoding)  # what the frame is called
    pieces: list[tuple[float, str]] = []
    while at < len(data):
        said, at = _text(data, at, encoding)
        if at + 4 > len(data):
            break
        pieces.append((round(int.from_bytes(data[at : at + 4]) * unit_s, 3), said))
        at += 4
    return syllables_sheet(pieces, is_latin=encoding == 0)


def _text(data: bytes, at: int, encoding: int) -> tuple[str, int]:
    """A text that ends with a zero, and where the next thing begins."""
    wide = encoding in (1, 2)
    end = at
    if wide:
        while data[end : end + 2] not in (b"\0\0", b"", data[-1:]):
            end += 2
    else:
        found = data.find(b"\0", at)
        end = found if found >= 0 else len(data)
    raw = data[at:end]
    name = _ENCODINGS[encoding]
    if encoding == 1 and raw[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        name = "utf-16-le"  # only the first text of a frame has a mark
    return raw.decode(name, "replace"), end + (2 if wide else 1)
