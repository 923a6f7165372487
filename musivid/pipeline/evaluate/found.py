"""What was found in a file: figures, what drawings are made of, and how all of it is written."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from musivid.core.outputs import check_apart, check_output
from musivid.core.paths import expanded
from musivid.core.plain_json import json_document
from musivid.core.storage import write_atomic
from musivid.metrics.chance import Measure
from musivid.metrics.events import Traces
from musivid.metrics.integrity import FileFacts, FrameFacts, LevelFacts
from musivid.metrics.picture import PictureFacts

if TYPE_CHECKING:
    from musivid.score.notes import Score

__all__ = ["Evaluated", "Kind", "Measures", "results_document"]

Kind = Literal["video", "audio", "midi"]
Measures = Mapping[str, Measure]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluated:
    """What was found in a file; what it has not is None or empty.

    Attributes:
        kind: what it is.
        path: of the file that was measured.
        audio: the song that its picture was measured against.
        duration_s: of the picture, else of the sound or the notes.
        fps: frames a second.
        size: width and height of the picture.
        tempo_bpm: of the sound; 0 without a pulse.
        sync: how well sound and picture meet.
        picture: figures of the picture.
        lengths: of picture and sound.
        frames: how evenly they come.
        level: of the sound.
        meaning: how well they agree in meaning.
        music: figures of the notes, or of a song's structure.
        roundtrip: what of a song comes back from its film.
        traces: curves and events for drawings.
        score: the notes.
    """

    kind: Kind
    path: Path
    audio: Path | None = None
    duration_s: float
    fps: float | None = None
    size: tuple[int, int] | None = None
    tempo_bpm: float | None = None
    sync: Measures = field(default_factory=dict)
    picture: PictureFacts | None = None
    lengths: FileFacts | None = None
    frames: FrameFacts | None = None
    level: LevelFacts | None = None
    meaning: Measures = field(default_factory=dict)
    music: Measures = field(default_factory=dict)
    roundtrip: Measures = field(default_factory=dict)
    traces: Traces
    score: Score | None = None

    @property
    def facts(self) -> dict[str, Any]:
        """All but drawings in JSON types; what the file has not is left out."""
        found = {
            self.kind: str(self.path),
            **({"audio": str(self.audio)} if self.audio else {}),
            "duration_s": round(self.duration_s, 4),
            "fps": None if self.fps is None else round(self.fps, 6),
            "size": None if self.size is None else list(self.size),
            "tempo_bpm": None if self.tempo_bpm is None else round(self.tempo_bpm, 2),
            "sync": _dicts(self.sync),
            "picture": _plain(self.picture),
            "integrity": self._integrity(),
            "meaning": _dicts(self.meaning),
            "music": _dicts(self.music),
            "roundtrip": _dicts(self.roundtrip),
        }
        return {name: value for name, value in found.items() if value not in (None, {})}

    def _integrity(self) -> dict[str, Any]:
        """Lengths, frames and level; of lengths that which the file has."""
        lengths = _plain(self.lengths)
        for name in ("ends_apart_s", "codec", "pixel_format"):
            if lengths.get(name, "") is None:
                del lengths[name]
        return lengths | _plain(self.frames) | _plain(self.level)

    def __getitem__(self, path: str) -> Any:
        """Return what is found under a dotted path: `sync.bas_music.z`.

        Raises:
            KeyError: nothing is.
        """
        return functools.reduce(lambda found, key: found[key], path.split("."), self.facts)

    def save(self, path: Path | str, *, force: bool = False) -> Path:
        """Write all figures (.json), a report of one file (.html), or a drawing (.png).

        Raises:
            OutputError: another ending, it exists, or it cannot be written.
        """
        out = expanded(path)
        kind = out.suffix.lower()
        check_output(out, force=force, endings=(".json", ".html", ".png"))
        check_apart({"result": out}, {"file": self.path, "song": self.audio})
        out.parent.mkdir(parents=True, exist_ok=True)
        if kind == ".json":
            write_atomic(out, json_document(results_document([self])))
        elif kind == ".html":
            from musivid.pipeline.evaluate.report.page import write_report

            write_report([self.facts], [self.traces], out, scores=[self.score])
        else:
            from musivid.pipeline.evaluate.report.plot import write_plot

            write_plot(self.facts, self.traces, out)
        return out


def results_document(results: Sequence[Evaluated], **more: Any) -> dict[str, Any]:
    """Return what a file of results holds, in JSON types: `save` and the command write the same."""
    from musivid import __version__

    files = [result.facts for result in results]
    return {"musivid": __version__, "files": files, **{k: v for k, v in more.items() if v}}


def _plain(facts: Any) -> dict[str, Any]:
    """Facts in JSON types, tuples as lists; of none, nothing."""
    found = {} if facts is None else asdict(facts)
    return {name: _listed(value) for name, value in found.items()}


def _listed(value: Any) -> Any:
    return [_listed(inner) for inner in value] if isinstance(value, tuple) else value


def _dicts(measures: Mapping[str, Measure]) -> dict[str, dict[str, Any]]:
    return {name: measure.as_dict() for name, measure in measures.items()}
