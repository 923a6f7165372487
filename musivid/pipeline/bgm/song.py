"""Songs by rules, laid on a film: the composer that needs no model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from musivid.core.progress import Reporter
from musivid.core.seeds import mixed_seed
from musivid.pipeline.bgm.composer import Pieces
from musivid.pipeline.bgm.job import CheckedBgm
from musivid.pipeline.bgm.plan import BgmPlan, film_for
from musivid.score.songs import SongWish, compose_song, plan_form
from musivid.settings.bgm import BgmInferPreset

__all__ = ["SongComposer", "song_wish"]


@dataclass(frozen=True, slots=True)
class SongComposer:
    """Writes songs by rules: form, harmony, tune and players."""

    kind: ClassVar[str] = "song"

    def compose(self, plan: BgmPlan, checked: CheckedBgm, reporter: Reporter) -> Pieces:
        """Return as many songs as the preset asks for, on one tempo map, of different material."""
        preset = checked.job.preset
        form = plan_form(film_for(checked, plan.motion), plan.metre, plan.tempo)
        reporter.stage("compose", total=preset.candidates, unit="songs")
        scores = []
        for number in range(preset.candidates):
            scores.append(compose_song(form, song_wish(plan, preset, number)).score)
            reporter.advance()
        return Pieces(plan, scores)


def song_wish(plan: BgmPlan, preset: BgmInferPreset, number: int) -> SongWish:
    """Return what the candidate of a number is asked to be."""
    return SongWish(
        genre=plan.ensemble.genre,
        mood=plan.emotion,
        key=plan.harmony.key,
        seed=mixed_seed(preset.seed, 27, number),
        players=preset.control.instruments,
        is_free=preset.control.key is None,
        closes=preset.ending.cadence,
    )
