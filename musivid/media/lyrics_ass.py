"""Lyrics as ASS subtitles for drawing onto the picture; the sink burns them in with libass."""

from __future__ import annotations

from pathlib import Path


def fonts_folder() -> Path:
    return Path("/tmp")
