"""Where the music comes from: composed by CMT or BMT tokens, or chosen among MIDI files."""

from __future__ import annotations

from pathlib import Path

from musivid.core.progress import Reporter
from musivid.pipeline.bgm.cmt import compose_scores, fit_score
from musivid.pipeline.bgm.composer import open_composer
from musivid.pipeline.bgm.job import CheckedBgm
from musivid.pipeline.bgm.match import best_matches, laid_out, match_facts
from musivid.pipeline.bgm.plan import BgmPlan, replan
from musivid.pipeline.bgm.rank import Ranked, rank_scores
from musivid.settings.bgm import BgmInferPreset
from musivid.weights.session import Session

__all__ = ["check_source", "write_music"]

_NEAR = 0.08  # how far from its own tempo a piece may be played


def check_source(preset: BgmInferPreset, session: Session) -> None:
    """Load the composer before the clip is looked at, so that a wrong one is told at once.

    Raises:
        WeightsError: a model that cannot be loaded. PresetError: a model of the other system.
    """
    if preset.match.folder is None and preset.composer is not None:
        open_composer(session, preset)


def write_music(
    plan: BgmPlan, checked: CheckedBgm, session: Session, reporter: Reporter
) -> tuple[BgmPlan, list[Ranked]]:
    """Return the pieces for a plan, the best first, and the plan that they keep to.

    Raises:
        InputError: no MIDI file that can be used. WeightsError: a model that cannot be loaded.
        PresetError: settings that the model cannot follow.
    """
    preset = checked.job.preset
    if preset.match.folder is not None:
        return _choose(plan, checked, Path(preset.match.folder).expanduser(), reporter)
    composer = open_composer(session, preset)
    reporter.stage("compose", total=len(plan.controls), unit="bars")
    if composer.system == "bmt":
        from musivid.pipeline.bgm.bmt import compose_bmt_scores

        scores = compose_bmt_scores(plan, composer, preset, reporter.advance)
    else:
        scores = compose_scores(plan, composer, preset, reporter.advance)
    return plan, rank_scores(scores, plan)


def _choose(
    plan: BgmPlan, checked: CheckedBgm, folder: Path, reporter: Reporter
) -> tuple[BgmPlan, list[Ranked]]:
    """The best match, played on a tempo map near its own tempo."""
    preset = checked.job.preset
    matches = best_matches(folder, plan, reporter)
    best = matches[0].score
    reporter.note(f"chose {matches[0].path}")
    piece = laid_out(best, len(plan.controls))
    tempo = preset.tempo.bpm or best.tempo_bpm
    plan = replan(plan, checked, (tempo * (1 - _NEAR), tempo * (1 + _NEAR)), piece.key)
    piece = fit_score(laid_out(best, len(plan.controls)), plan, preset, {})
    ranked = rank_scores([piece], plan)
    ranked[0].figures["matches"] = match_facts(matches)
    return plan, ranked
