"""Bytes of a text file to characters: UTF-8, UTF-16 or, with a warning, Windows-1252."""

from __future__ import annotations

import codecs
import re

from musivid.core.errors import InputError

__all__ = ["decode_text"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_FALLBACK = "cp1252"


def decode_text(data: bytes, name: str) -> tuple[str, list[tuple[int, str]]]:
    r"""The text with `\n` line ends, and warnings as (line number, message).

    Raises:
        InputError: no text, or an encoding that cannot be told.
    """
    warnings: list[tuple[int, str]] = []
    encoding, body = _encoding(data)
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        text = _recover(body, encoding, error, name, warnings)
    if "\0" in text:
        raise InputError(f"{name} is not a text file", hint="Give lyrics as plain text.")
    return re.sub(r"\r\n?", "\n", text), warnings


def _encoding(data: bytes) -> tuple[str, bytes]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding, data[len(mark) :]
    # Latin letters in UTF-16 without a mark have a zero in every other byte.
    sample = data[:1000]
    for offset, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(sample) >= 4 and not any(sample[offset::2]) and all(sample[1 - offset :: 2]):
            return encoding, data
    return "utf-8", data


def _recover(
    body: bytes,
    encoding: str,
    error: UnicodeDecodeError,
    name: str,
    warnings: list[tuple[int, str]],
) -> str:
    """Decode what is cut off at its end, or is of an old encoding."""
    line = body[: error.start].decode(encoding, "ignore").count("\n") + 1
    if error.end == len(body) and len(body) - error.start < 4:
        warnings.append((line, "the file is cut off in the middle of a character"))
        return body[: error.start].decode(encoding)
    if encoding != "utf-8":
        raise _unknown(name, line, encoding.upper())
    try:
        text = body.decode(_FALLBACK)
    except UnicodeDecodeError:
        raise _unknown(name, line, "UTF-8") from None
    warnings.append((line, "not UTF-8; read as Windows-1252, so look at its special letters"))
    return text


def _unknown(name: str, line: int, encoding: str) -> InputError:
    return InputError(
        f"{name}, line {line}: this is not {encoding}, and its encoding cannot be recognised",
        hint="Save the file as UTF-8.",
    )
