"""Bytes of a text file to characters: Unicode in any form, else the old encoding that is likely."""

from __future__ import annotations

import codecs
import re

from musivid.core.errors import InputError, UsageError
from musivid.media.lyrics.detection import encoding_title, likely_encoding

__all__ = ["MIDI_HEAD", "check_encoding", "decode_text"]

MIDI_HEAD = b"MThd"
"""How MIDI files begin, which are passed on byte by byte: a letter of Latin-1 for each."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE_BYTES = 4000  # of a file without a mark, by whose zeros UTF-16 is told
_FEW = 0.5  # share of characters beyond ASCII that may be broken in what is still UTF-8
_HINT = "Save the file as UTF-8, or name its encoding, as --lyrics-encoding gbk."

Warnings = list[tuple[int, str]]


def check_encoding(name: str | None) -> None:
    """Check that there is an encoding of that name; None is any.

    Raises:
        UsageError: there is none.
    """
    if name is None:
        return
    try:
        "".encode(name)  # what is no encoding of texts, as base64, is refused here too
    except (LookupError, ValueError):
        raise UsageError(
            f"there is no encoding {name[:40]!r}",
            hint="Give utf-8, utf-16, gbk, big5, shift_jis, euc_kr, cp1251, cp1252, mac_roman, …",
        ) from None


def decode_text(data: bytes, name: str, encoding: str | None = None) -> tuple[str, Warnings]:
    r"""The text with `\n` line ends, and warnings as (line number, message).

    Args:
        data: the file.
        name: what it is called, for messages.
        encoding: what it is in, where somebody says so; None: it is told from the bytes.

    Raises:
        InputError: no text, or an encoding that cannot be told or is not the one said.
    """
    warnings: Warnings = []
    check_encoding(encoding)
    if data.startswith(MIDI_HEAD):
        return data.decode("latin-1"), warnings  # no text: its reader takes the bytes from it
    if encoding is not None:
        text = _as_said(data, name, encoding)
    else:
        found, body = _unicode_form(data)
        try:
            text = body.decode(found)
        except UnicodeDecodeError as error:
            text = _recover(body, found, error, name, warnings)
    text = re.sub(r"\r\n?", "\n", text.removeprefix("\ufeff"))
    if "\0" in text:
        raise InputError(
            f"{name}, line {_line(text, text.index(chr(0)))}: there is a zero byte, so it is not a "
            "text file",
            hint="Give lyrics as plain text.",
        )
    return text, warnings


def _as_said(data: bytes, name: str, encoding: str) -> str:
    """The text, in the encoding that somebody named."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{name}, line {line}: this is not {encoding}",
            hint="Name another --lyrics-encoding, or leave it out.",
        ) from None


def _unicode_form(data: bytes) -> tuple[str, bytes]:
    """The form of Unicode that marks or zeros show, and the bytes without the mark."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding, data[len(mark) :]
    # Times and line ends in UTF-16 without a mark have a zero in every other byte.
    sample = data[:_SAMPLE_BYTES]
    first, second = sample[0::2].count(0), sample[1::2].count(0)
    if first + second >= 4 and len(sample) <= 12 * (first + second):
        if second >= 8 * first:
            return "utf-16-le", data
        if first >= 8 * second:
            return "utf-16-be", data
    return "utf-8", data


def _recover(
    body: bytes, encoding: str, error: UnicodeDecodeError, name: str, warnings: Warnings
) -> str:
    """Decode what is cut off at its end, slightly damaged, or of an old encoding."""
    line = body[: error.start].decode(encoding, "ignore").count("\n") + 1
    if error.end == len(body) and len(body) - error.start < 4:
        whole = body[: error.start].decode(encoding)
        # A single byte after nothing but ASCII is rather an accent of an old encoding.
        if encoding != "utf-8" or not whole.isascii() or len(body) - error.start > 1:
            warnings.append((line, "the file is cut off in the middle of a character"))
            return whole
    if encoding != "utf-8":
        raise _unknown(name, line, encoding.upper())
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    if broken <= _FEW * sum(not letter.isascii() for letter in text):
        warnings.append((line, "bytes that are not UTF-8 are left out"))
        return text.replace("\ufffd", "")
    old = likely_encoding(body)
    if old is None:
        raise _unknown(name, line, "UTF-8")
    warnings.append(
        (line, f"not UTF-8; read as {encoding_title(old)}: if its letters are wrong, name another "
         "with --lyrics-encoding")
    )  # fmt: skip
    return body.decode(old, "replace").replace("\ufffd", "")


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def _unknown(name: str, line: int, encoding: str) -> InputError:
    return InputError(
        f"{name}, line {line}: this is not {encoding}, and its encoding cannot be recognised",
        hint=_HINT,
    )
