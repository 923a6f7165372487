"""What was written down of a song before the work was killed, in the cache until it is done."""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from musivid.core.errors import OutputError
from musivid.core.paths import cache_folder
from musivid.core.plain_json import json_digest, json_document, parse_json
from musivid.core.storage import write_atomic
from musivid.pipeline.lyrics.sung import SungLine, SungWord

if TYPE_CHECKING:
    from musivid.settings.lyrics import LyricsPreset
    from musivid.weights.session import Session

__all__ = ["Progress", "ProgressFile", "progress_of"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a transcription is.

    Attributes:
        start_s: where the next window begins.
        language: what is sung in, once it is known.
        silent: lines that were left out, where nobody seems to sing.
        lines: those that were written down.
    """

    start_s: float = 0.0
    language: str | None = None
    silent: int = 0
    lines: tuple[SungLine, ...] = ()


@dataclass(frozen=True, slots=True)
class ProgressFile:
    """The file that keeps it; a file that cannot be written keeps nothing, and no work stops."""

    path: Path

    def load(self) -> Progress:
        """What is kept; nothing where there is no such file, or a damaged one."""
        try:
            facts = parse_json(self.path.read_text(encoding="utf-8"))
            lines = tuple(_line(row) for row in facts.pop("lines"))
            found = Progress(**facts, lines=lines)
            return found if found.start_s >= 0 else Progress()
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return Progress()

    def save(self, progress: Progress) -> None:
        """Keep how far it is."""
        with contextlib.suppress(OSError, OutputError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_atomic(self.path, json_document(asdict(progress)))

    def remove(self) -> None:
        """Keep nothing: the work is done."""
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)


def progress_of(
    samples: NDArray[np.float32], session: Session, preset: LyricsPreset
) -> ProgressFile:
    """The file for a song, by all that its words depend on.

    Args:
        samples: float32 [time], as the transcriber hears them.
        session: device, format and the weights that were loaded.
        preset: settings.
    """
    facts = {
        "samples": hashlib.sha256(np.ascontiguousarray(samples).tobytes()).hexdigest(),
        "preset": preset.model_dump(mode="json"),
        "weights": session.hashes(),
        "machine": [str(session.device), str(session.dtype), session.threads],
    }
    return ProgressFile(cache_folder() / "lyrics" / f"{json_digest(facts)}.json")


def _line(row: dict[str, Any]) -> SungLine:
    words = tuple(SungWord(**word) for word in row.pop("words"))
    return SungLine(**row, words=words)
