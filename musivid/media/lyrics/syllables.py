"""Lines of syllables, each with its time, as ID3 tags and karaoke MIDI have them."""

from __future__ import annotations

from musivid.media.lyrics.detection import encoding_title, likely_encoding
from musivid.media.lyrics.lines import Sheet

__all__ = ["Pieces", "syllables_sheet"]

Pieces = list[tuple[float, str]]
"""When each syllable, word or line is sung, and its text, with breaks of lines."""


def syllables_sheet(pieces: Pieces, *, is_latin: bool, encoding: str | None = None) -> Sheet:
    """The lines of pieces in the order of a file.

    Args:
        pieces: as they stand in it.
        is_latin: whether they were read as Latin-1 because the file says so, or says nothing.
        encoding: what they are in then, where somebody says so.
    """
    sheet = Sheet(may_be_unordered=True)
    if is_latin:
        pieces = _in_their_letters(pieces, sheet, encoding)
    for number, line in enumerate(_parted(pieces), 1):
        text = "".join(said for _, said in line)
        sheet.add(number, line[0][0], None, text, words=line if len(line) > 1 else ())
    return sheet


def _in_their_letters(pieces: Pieces, sheet: Sheet, encoding: str | None) -> Pieces:
    """Pieces that say Latin-1, as all did for long, in what their letters are likely in."""
    raw = "\n".join(said for _, said in pieces).encode("latin-1")
    found = encoding or _encoding_of(raw)
    if found is None:
        return pieces
    if found not in (encoding, "utf-8"):
        sheet.warn(1, f"not UTF-8; read as {encoding_title(found)}")
    return [(at, said.encode("latin-1").decode(found, "replace")) for at, said in pieces]


def _encoding_of(raw: bytes) -> str | None:
    """What bytes are likely in; None: ASCII or Western letters."""
    try:
        return None if raw.decode("utf-8").isascii() else "utf-8"
    except UnicodeDecodeError:
        found = likely_encoding(raw)
    return None if found == "cp1252" else found


def _parted(pieces: Pieces) -> list[Pieces]:
    """Pieces as lines: where breaks of lines stand among them these part, else each is a line."""
    breaks = any("\n" in said.replace("\r", "\n") for _, said in pieces)
    lines: list[Pieces] = []
    begins = True
    for at, said in pieces:
        said = said.replace("\r\n", "\n").replace("\r", "\n")
        if begins or not breaks or said.startswith("\n"):
            lines.append([])
        begins = said.rstrip(" ").endswith("\n") and bool(said.strip())
        lines[-1].append((at, said.replace("\n", " ") if said.strip() else said.strip("\n")))
    return lines
