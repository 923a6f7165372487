"""What every kind of composer does, whatever its tokens; `kinds` opens the one of a preset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from musivid.core.progress import Reporter
from musivid.pipeline.bgm.job import CheckedBgm
from musivid.pipeline.bgm.plan import BgmPlan
from musivid.score.notes import Score

__all__ = ["ComposerKind", "Pieces"]


@dataclass(frozen=True, slots=True)
class Pieces:
    """What a composer made of a plan.

    Attributes:
        plan: that the pieces keep to: the one that was given, or another for the same film.
        scores: pieces that end with the film, as many as candidates.
        figures: what else is to be known of how they came about, in JSON types.
    """

    plan: BgmPlan
    scores: Sequence[Score]
    figures: Mapping[str, Any] = field(default_factory=dict)


class ComposerKind(Protocol):
    """Whoever makes music for a film's plan, in the manner of its kind."""

    kind: ClassVar[str]
    """As the table of models has it: pocket, cmt, bmt; or match, which needs no model."""

    def compose(self, plan: BgmPlan, checked: CheckedBgm, reporter: Reporter) -> Pieces:
        """Return finished pieces for a plan.

        Args:
            plan: what each bar, the whole and the end are asked to be.
            checked: the job that the plan is of, with the settings that the kind obeys.
            reporter: told how far the work is.

        Raises:
            InputError: nothing fits the film. PresetError: settings that it cannot follow.
        """
