"""What files say of themselves: how they were made, in XMP, and the picture that stands for them.

Terms are those of IPTC's vocabulary of digital source types. XMP lies where its specification
(part 3, storage in files) puts it: in PNG a text chunk, in MP4 a box of its own at the end, in
QuickTime an atom of the film's user data.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal
from xml.sax.saxutils import escape

from musivid import __version__

__all__ = ["PNG_XMP", "Label", "Source", "add_cover_atom", "append_xmp", "xmp_packet"]

Source = Literal[
    "algorithmicMedia", "trainedAlgorithmicMedia", "compositeSynthetic", "compositeCapture"
]
"""Made by an algorithm that learnt from nothing; by one that learnt from samples; of several
elements, some of them made by an algorithm."""

PNG_XMP = "XML:com.adobe.xmp"
"""Keyword of the text chunk of a PNG that holds XMP."""

_TERMS = "http://cv.iptc.org/newscodes/digitalsourcetype/"
_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")  # of the box that holds XMP
_JPEG = 13  # type of data in an item of metadata


@dataclass(frozen=True, slots=True)
class Label:
    """What goes into a film besides its tags, where its container has room for it.

    Attributes:
        cover: a JPEG that stands for it in lists; None: none.
        xmp: a packet that says how it was made; empty: none.
    """

    cover: Path | None = None
    xmp: str = ""


def xmp_packet(source: Source, title: str = "") -> str:
    """An XMP packet that says how a picture or film was made, by what, and its title."""
    named = (
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(title)}</rdf:li></rdf:Alt>'
        "</dc:title>\n"
        if title
        else ""
    )
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"\n'
        ' xmlns:xmp="http://ns.adobe.com/xap/1.0/"\n'
        ' xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">\n'
        f"<Iptc4xmpExt:DigitalSourceType>{_TERMS}{source}</Iptc4xmpExt:DigitalSourceType>\n"
        f"<xmp:CreatorTool>musivid {__version__}</xmp:CreatorTool>\n{named}"
        "</rdf:Description>\n</rdf:RDF>\n</x:xmpmeta>\n"
        '<?xpacket end="r"?>'
    )


def append_xmp(film: Path, packet: str) -> None:
    """Add XMP to an MP4 as its last box; nothing in it moves."""
    with film.open("ab") as file:
        file.write(_box(b"uuid", _UUID + packet.encode()))


def add_cover_atom(film: Path, jpeg: bytes) -> None:
    """Add a cover to a QuickTime film whose index comes last; nothing else in it moves.

    Raises:
        ValueError: its index does not come last.
    """
    data = _box(b"data", _JPEG.to_bytes(4, "big") + bytes(4) + jpeg)
    kind = bytes(8) + b"mdirappl" + bytes(9)  # as iTunes has it
    items = _box(b"meta", bytes(4) + _box(b"hdlr", kind) + _box(b"ilst", _box(b"covr", data)))
    with film.open("r+b") as file:
        start, index = _last_box(file)
        if index[4:8] != b"moov":
            raise ValueError(f"the index of {film} does not come last")
        children = _children(index[8:])
        held = b"".join(body for name, body in children if name == b"udta")[8:]
        others = b"".join(body for name, body in children if name != b"udta")
        # User data may end in a zero of 32 bits, behind which nothing is read.
        held = held[:-4] if held.endswith(bytes(4)) else held
        file.seek(start)
        file.write(_box(b"moov", others + _box(b"udta", held + items)))


def _box(name: bytes, content: bytes) -> bytes:
    return (8 + len(content)).to_bytes(4, "big") + name + content


def _children(content: bytes) -> list[tuple[bytes, bytes]]:
    """Names of the boxes within a box, and each as it stands."""
    found, at = [], 0
    while at + 8 <= len(content):
        size = int.from_bytes(content[at : at + 4], "big")
        found.append((content[at + 4 : at + 8], content[at : at + size]))
        at += size
    return found


def _last_box(file: BinaryIO) -> tuple[int, bytes]:
    """Where the last box of a file begins, and the box."""
    at, end = 0, file.seek(0, 2)
    while True:
        file.seek(at)
        head = file.read(16)
        size = int.from_bytes(head[:4], "big")
        if size == 1:  # a larger one has its size behind its name
            size = int.from_bytes(head[8:16], "big")
        if size < 8 or at + size >= end:
            file.seek(at)
            return at, file.read()
        at += size
