"""Lyrics as labels of Audacity: start, end and text in rows with tabs."""

from __future__ import annotations

from musivid.media.lyrics.lines import LIKELY, NO, Format, Sheet
from musivid.media.lyrics.rows import find_delimiter, has_labels, parse_table

__all__ = ["AUDACITY"]


def _shows(text: str) -> int:
    return LIKELY if find_delimiter(text) == "\t" and has_labels(text) else NO


def _read(text: str) -> Sheet:
    return parse_table(text, "\t")


AUDACITY = Format("audacity", "Audacity labels", (".txt",), _shows, _read, telling=False)
