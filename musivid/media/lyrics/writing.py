"""Cues out, in any format of the table that can be written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from musivid.core.errors import UsageError
from musivid.core.storage import write_atomic
from musivid.core.timeline import Cue
from musivid.media.lyrics.formats import written_format_of, written_formats

__all__ = ["format_cues", "write_cues"]


def format_cues(cues: Sequence[Cue], form: str, *, duration_s: float | None = None) -> str:
    """Cues as the text of a file.

    Args:
        cues: sorted by time.
        form: name of a format, as `json`.
        duration_s: length of the song, where the last cue ends in subtitles.

    Raises:
        UsageError: no such format, or one that is only read.
    """
    known = written_formats()
    found = known.get(form.lower())
    if found is None or found.write is None:
        raise UsageError(
            f"cues cannot be written as {form!r}", hint=f"Give one of {', '.join(known)}."
        )
    return found.write(cues, duration_s)


def write_cues(cues: Sequence[Cue], path: Path, *, duration_s: float | None = None) -> None:
    """Write cues into a file, in the format that its ending names.

    Raises:
        UsageError: no such format.
        OutputError: the file cannot be written.
    """
    write_atomic(path, format_cues(cues, written_format_of(path), duration_s=duration_s))
