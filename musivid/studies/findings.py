"""A study read twice: with everybody, and without those whom the declared rules exclude."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from musivid import __version__
from musivid.studies.doubts import doubts_of
from musivid.studies.exclude import Excluded, exclude
from musivid.studies.foretelling import Foretold, Measured, foretold
from musivid.studies.manifest import Manifest
from musivid.studies.records import Answers
from musivid.studies.results import Results, results_of

__all__ = ["Findings", "StimulusFacts", "find", "findings_json"]


@dataclass(frozen=True, slots=True)
class StimulusFacts:
    """What was shown.

    Attributes:
        clip: which film.
        system: which music.
        sha256: digest of its file.
        gain_db: by how much it was made louder.
        duration_s: its length.
    """

    clip: str
    system: str
    sha256: str
    gain_db: float
    duration_s: float


@dataclass(frozen=True, slots=True)
class Findings:
    """The two readings of a study.

    Attributes:
        manifest: what was declared.
        clips: how many films.
        answers: all that were given.
        everybody: results of all answers.
        kept: results of those that the rules keep.
        excluded: what the rules found.
        measured: what the machine finds in the stimuli; empty: they were not measured.
    """

    manifest: Manifest
    clips: int
    answers: Answers
    everybody: Results
    kept: Results
    excluded: Excluded
    measured: tuple[Measured, ...] = ()

    def foretold(self) -> tuple[Foretold, ...]:
        """How well what the machine finds foretells the answers that are shown."""
        kept = self.excluded.answers
        return foretold(self.answers if self.keeps_nobody else kept, self.measured)

    @property
    def keeps_nobody(self) -> bool:
        """Whether the rules exclude all that answered."""
        return self.everybody.raters > 0 and self.kept.raters == 0

    @property
    def shown(self) -> Results:
        """What reports show first: what the rules keep; everybody where they keep nobody."""
        return self.everybody if self.keeps_nobody else self.kept

    def doubts(self) -> list[str]:
        """What weakens the reading that is shown."""
        nobody = "The declared rules exclude everybody: all answers are counted here."
        return [*([nobody] if self.keeps_nobody else []), *doubts_of(self.shown)]


def find(
    manifest: Manifest,
    stimuli: Sequence[StimulusFacts],
    answers: Answers,
    measured: tuple[Measured, ...] = (),
) -> Findings:
    """Both readings; the same answers give the same ones."""
    lengths = {one.clip: one.duration_s for one in stimuli}
    excluded = exclude(manifest, answers, lengths)
    answered = {row.clip for row in answers.ratings} | {row.clip for row in answers.votes}
    clips = len(lengths or answered)
    everybody, kept = (results_of(manifest, each) for each in (answers, excluded.answers))
    return Findings(manifest, clips, answers, everybody, kept, excluded, measured)


def findings_json(found: Findings) -> dict[str, Any]:
    """Return JSON types: both readings, what was excluded, and what to doubt."""
    return {
        "musivid": __version__,
        "study": found.manifest.title,
        "digest": found.manifest.freeze(),
        "with_exclusions": _reading(found.kept),
        "everybody": _reading(found.everybody),
        "excluded": {
            "by_rule": found.excluded.counts(),
            "participants": _plain(dict(found.excluded.participants)),
            "outliers": len(found.excluded.outliers),
        },
        "foretold": _plain([dataclasses.asdict(one) for one in found.foretold()]),
    }


def _reading(results: Results) -> dict[str, Any]:
    return {**_plain(dataclasses.asdict(results)), "doubts": doubts_of(results)}


def _plain(data: Any) -> Any:
    """The same without numbers that JSON lacks."""
    if isinstance(data, dict):
        return {str(key): _plain(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_plain(value) for value in data]
    return None if isinstance(data, float) and not math.isfinite(data) else data
