"""How a film of a song divides: what its parts are made from where they are made."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from musivid.analysis.sound import SoundFacts
from musivid.core.progress import Reporter
from musivid.farm.errands import files_of
from musivid.farm.packing import relocated
from musivid.pipeline.render.away import Needs, Workplace
from musivid.pipeline.render.parts import PartForm, PartMaker
from musivid.pipeline.render.together import KeyGroups, Team, make_together
from musivid.pipeline.video.job import VideoJob, files_read, needs_of
from musivid.pipeline.video.plan import VideoPlan
from musivid.pipeline.video.stages import VideoWork

if TYPE_CHECKING:
    from torch import Tensor

    from musivid.living.plan import Place
    from musivid.pipeline.render.film import Film
    from musivid.pipeline.render.keyframe_painting import KeyframePlan
    from musivid.pipeline.render.studio import Studio
    from musivid.pipeline.video.cutting import ShownCut

__all__ = ["CutMaker", "SceneMaker", "WalkMaker", "make_footage", "make_scenes", "make_walk"]


@dataclass(frozen=True, slots=True)
class WalkMaker:
    """What a walk is made from.

    Attributes:
        job: settings, and the files that they name.
        facts: what was heard.
        plan: clock, size, moments of keyframes.
        keyframes: what each should mean.
        form: how parts are encoded.
    """

    job: VideoJob
    facts: SoundFacts
    plan: VideoPlan
    keyframes: KeyframePlan
    form: PartForm

    def moved(self, places: Mapping[str, str]) -> WalkMaker:
        """The same where its files lie elsewhere."""
        job, form = relocated(self.job, places), relocated(self.form, places)
        return replace(self, job=job, form=form)

    def paint(self, place: Workplace, group: range, previous: Tensor | None) -> list[Tensor]:
        """Latents [1, c, h, w] of a group of keyframes."""
        from musivid.pipeline.render.keyframe_painting import paint_group
        from musivid.pipeline.render.studio import open_studio

        preset = self.job.preset
        studio = open_studio(place.session(), preset)
        return paint_group(studio, self.keyframes, preset, group, previous)

    def open(self, place: Workplace, latents: Mapping[int, Tensor], reporter: Reporter) -> Film:
        """The walk."""
        from musivid.pipeline.render.studio import open_studio
        from musivid.pipeline.video.walks import walk_film

        studio = open_studio(place.session(), self.job.preset)
        return walk_film(studio, self.facts, self.job.preset, self.plan, latents)


@dataclass(frozen=True, slots=True)
class SceneMaker:
    """What a film of scenes is made from.

    Attributes:
        job: the song and all settings.
        facts: what was heard.
        plan: clock, size, lines.
        places: what is shown when.
        form: how parts are encoded.
    """

    job: VideoJob
    facts: SoundFacts
    plan: VideoPlan
    places: tuple[Place, ...]
    form: PartForm

    def moved(self, places: Mapping[str, str]) -> SceneMaker:
        """The same where its files lie elsewhere."""
        job, form = relocated(self.job, places), relocated(self.form, places)
        return replace(self, job=job, form=form)

    def paint(self, place: Workplace, group: range, previous: Tensor | None) -> list[Tensor]:
        """Nothing: scenes have no keyframes."""
        raise AssertionError("scenes have no keyframes")

    def open(self, place: Workplace, latents: Mapping[int, Tensor], reporter: Reporter) -> Film:
        """The scenes; what is to be told of them was told where they were planned."""
        from musivid.core.progress import Silent
        from musivid.pipeline.video.living import draw_film

        facts = self.facts
        return draw_film(self.job, self.plan, facts, facts.spectrum, self.places, reporter=Silent())


@dataclass(frozen=True, slots=True)
class CutMaker:
    """What a film of footage is made from.

    Attributes:
        job: the song and all settings.
        shown: the cut, clock, size, lines.
        form: how parts are encoded.
    """

    job: VideoJob
    shown: ShownCut
    form: PartForm

    def moved(self, places: Mapping[str, str]) -> CutMaker:
        """The same where its files lie elsewhere."""
        cut, shapes = relocated(self.shown.cut, places), relocated(self.shown.shapes, places)
        job, form = relocated(self.job, places), relocated(self.form, places)
        return CutMaker(job, replace(self.shown, cut=cut, shapes=shapes), form)

    def paint(self, place: Workplace, group: range, previous: Tensor | None) -> list[Tensor]:
        """Nothing: footage has no keyframes."""
        raise AssertionError("footage has no keyframes")

    def open(self, place: Workplace, latents: Mapping[int, Tensor], reporter: Reporter) -> Film:
        """The footage; what is to be told of it was told where it was cut."""
        from musivid.core.progress import Silent
        from musivid.pipeline.video.cutting import cut_film

        return cut_film(self.job, self.shown, Silent())


def make_footage(work: VideoWork, parts: PartMaker, shown: ShownCut, *, team: Team) -> None:
    """Have the parts of a film of footage made by a team.

    Raises:
        Interrupted: stopped; what came back is kept.
    """
    job = work.checked.job
    make_together(
        parts, CutMaker(job, shown, parts.form), team, _drawing(job),
        reads=[*_read(job, parts, besides=("song", "footage")), *shown.shapes],
        stop=work.stop, reporter=work.reporter,
    )  # fmt: skip


def make_scenes(
    work: VideoWork,
    parts: PartMaker,
    facts: SoundFacts,
    places: Sequence[Place],
    *,
    team: Team,
) -> None:
    """Have the parts of a film of scenes made by a team.

    Raises:
        Interrupted: stopped; what came back is kept.
    """
    job = work.checked.job
    maker = SceneMaker(job, facts, work.plan, tuple(places), parts.form)
    make_together(
        parts, maker, team, _drawing(job),
        reads=_read(job, parts), stop=work.stop, reporter=work.reporter,
    )  # fmt: skip


def make_walk(
    work: VideoWork,
    parts: PartMaker,
    studio: Studio,
    facts: SoundFacts,
    keyframes: KeyframePlan,
    *,
    team: Team,
) -> None:
    """Have keyframes and parts of a walk made by a team.

    Raises:
        Interrupted: stopped; what came back is kept.
    """
    from musivid.pipeline.render.keyframe_painting import keyframe_groups

    job = work.checked.job
    kind = "cuda" if team.wanted.device.startswith("cuda") else studio.device.type
    keys = KeyGroups(
        groups=keyframe_groups(keyframes, kind),
        in_turn=job.preset.painting.continue_from > 0,
        needed=_keyframes_needed(work.plan, parts.ranges),
        load=work.kept_keyframe,
        save=lambda keyframe, data: work.keep_keyframe(studio, keyframe, data),
    )
    maker = WalkMaker(job, facts, work.plan, keyframes, parts.form)
    make_together(
        parts, maker, team, needs_of(job),
        reads=_read(job, parts, besides=("song",)),
        stop=work.stop, reporter=work.reporter, keys=keys,
    )  # fmt: skip


def _drawing(job: VideoJob) -> Needs:
    """What a machine needs that only draws what was planned here, without any network."""
    return replace(needs_of(job), networks=False, models=frozenset())


def _keyframes_needed(plan: VideoPlan, ranges: Sequence[range]) -> dict[int, frozenset[int]]:
    """The keyframes at both ends of each span that a part shows."""
    from musivid.pipeline.video.walks import keyframes_at

    needed: dict[int, frozenset[int]] = {}
    spans = list(enumerate(pairwise(keyframes_at(plan))))
    for part, frames in enumerate(ranges):
        shown = [k for k, (a, b) in spans if a < frames.stop and b > frames.start]
        needed[part] = frozenset(key for k in shown for key in (k, k + 1))
    return needed


def _read(job: VideoJob, parts: PartMaker, *, besides: Collection[str] = ()) -> list[Path]:
    """The files that parts are made from, besides some roles."""
    roles = {role: paths for role, paths in files_read(job).items() if role not in besides}
    subtitles = parts.form.subtitles
    return [*files_of(roles), *([subtitles.absolute()] if subtitles else [])]
