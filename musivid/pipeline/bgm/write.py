"""The music of a plan: made by the composer of the preset, of whatever kind, and ranked."""

from __future__ import annotations

from dataclasses import replace

from musivid.core.progress import Reporter
from musivid.pipeline.bgm.composer import ComposerKind
from musivid.pipeline.bgm.fit import with_cues
from musivid.pipeline.bgm.job import CheckedBgm
from musivid.pipeline.bgm.plan import BgmPlan
from musivid.pipeline.bgm.rank import Ranked, rank_scores

__all__ = ["write_music"]


def write_music(
    plan: BgmPlan, checked: CheckedBgm, composer: ComposerKind, reporter: Reporter
) -> tuple[BgmPlan, list[Ranked]]:
    """Return the pieces for a plan, the best first, and the plan that they keep to.

    Raises:
        InputError: no MIDI file that can be used. PresetError: settings that cannot be followed.
    """
    made = composer.compose(plan, checked, reporter)
    hits = checked.named.hits
    scores = [with_cues(score, made.plan, hits) for score in made.scores]
    ranked = rank_scores(scores, made.plan, checked.job.preset.ranking)
    if made.matches:
        ranked[0] = replace(ranked[0], facts=replace(ranked[0].facts, matches=made.matches))
    return made.plan, ranked
