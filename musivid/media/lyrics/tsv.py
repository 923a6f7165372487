"""Lyrics in TSV: as CSV, but for tabs; so are Whisper's tables."""

from __future__ import annotations

from musivid.media.lyrics.lines import LIKELY, NO, Format, Sheet
from musivid.media.lyrics.rows import find_delimiter, has_labels, parse_table

__all__ = ["TSV"]


def _shows(text: str) -> int:
    return LIKELY if find_delimiter(text) == "\t" and not has_labels(text) else NO


def _read(text: str) -> Sheet:
    return parse_table(text, "\t")


TSV = Format("tsv", "TSV (also Whisper's)", (".tsv",), _shows, _read, beside=True)
