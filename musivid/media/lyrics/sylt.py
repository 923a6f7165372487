"""Timed lyrics in ID3 tags: frames SYLT (SLT before version 2.3), as the ID3v2 documents lay down.

ffmpeg, which reads all other tags here, passes over them.
"""

from __future__ import annotations

from pathlib import Path

from musivid.media.lyrics.detection import encoding_title, likely_encoding
from musivid.media.lyrics.id3 import read_tag
from musivid.media.lyrics.lines import Sheet

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
    sheet = Sheet(may_be_unordered=True)
    if encoding == 0:
        pieces = _in_their_letters(pieces, sheet)
    for number, line in enumerate(_parted(pieces), 1):
        text = "".join(said for _, said in line)
        sheet.add(number, line[0][0], None, text, words=line if len(line) > 1 else ())
    return sheet


def _in_their_letters(pieces: list[tuple[float, str]], sheet: Sheet) -> list[tuple[float, str]]:
    """Pieces that say Latin-1, as all did for long, in what their letters are likely in."""
    raw = "\n".join(said for _, said in pieces).encode("latin-1")
    found = None if raw.isascii() else likely_encoding(raw)
    if found is None or found == "cp1252":
        return pieces
    sheet.warn(1, f"not Latin-1, as it says; read as {encoding_title(found)}")
    return [(at, said.encode("latin-1").decode(found, "replace")) for at, said in pieces]


def _parted(pieces: list[tuple[float, str]]) -> list[list[tuple[float, str]]]:
    """Pieces as lines: where breaks of lines stand among them these part, else each is a line."""
    breaks = any("\n" in said.replace("\r", "\n") for _, said in pieces)
    lines: list[list[tuple[float, str]]] = []
    begins = True
    for at, said in pieces:
        said = said.replace("\r\n", "\n").replace("\r", "\n")
        if begins or not breaks or said.startswith("\n"):
            lines.append([])
        begins = said.rstrip(" ").endswith("\n") and bool(said.strip())
        lines[-1].append((at, said.replace("\n", " ") if said.strip() else said.strip("\n")))
    return lines


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
