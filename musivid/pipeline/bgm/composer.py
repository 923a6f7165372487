"""What every kind of composer does, whatever its tokens; `kinds` opens the one of a preset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from musivid.core.progress import Reporter
from musivid.pipeline.bgm.job import CheckedBgm
from musivid.pipeline.bgm.plan import BgmPlan
from musivid.score.notes import Score

__all__ = ["ComposerKind", "MatchFacts", "Pieces"]


@dataclass(frozen=True, slots=True)
class MatchFacts:
    """What there is to tell of a match; fields are the keys of its JSON.

    Attributes:
        file: its path.
        likeness: of its rhythm to the film's; None: they are equal.
        tempo_bpm: its own tempo.
        bars: its length.
    """

    file: str
    likeness: float | None
    tempo_bpm: float
    bars: int


@dataclass(frozen=True, slots=True)
class Pieces:
    """What a composer made of a plan.

    Attributes:
        plan: that the pieces keep to: the one that was given, or another for the same film.
        scores: pieces that end with the film, as many as candidates.
        matches: the files that were nearest to the plan, where pieces were chosen from files.
    """

    plan: BgmPlan
    scores: Sequence[Score]
    matches: tuple[MatchFacts, ...] = ()


class ComposerKind(Protocol):
    """Whoever makes music for a film's plan, in the manner of its kind."""

    kind: ClassVar[str]
    """As the table of models has it: pocket, cmt, bmt; or song and match, which need no model."""

    def compose(self, plan: BgmPlan, checked: CheckedBgm, reporter: Reporter) -> Pieces:
        """Return finished pieces for a plan.

        Args:
            plan: what each bar, the whole and the end are asked to be.
            checked: the job that the plan is of, with the settings that the kind obeys.
            reporter: told how far the work is.

        Raises:
            InputError: nothing fits the film. PresetError: settings that it cannot follow.
        """
