"""The stages of one visualisation, each of which can be gone on with after a kill."""

from __future__ import annotations

import functools
import shutil
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from musivid.core.progress import Reporter
from musivid.core.run import Run
from musivid.core.stopping import StopFlag
from musivid.core.timeline import Cue
from musivid.media.pictures import fit_picture, read_picture
from musivid.pipeline.render.film import Film
from musivid.pipeline.render.studio import open_studio, painted_size
from musivid.pipeline.visualize.captions import (
    caption_sections,
    keep_captions,
    kept_captions,
)
from musivid.pipeline.visualize.job import CheckedVisualize, pocket_models
from musivid.pipeline.visualize.keyframes import Keyframe, pictures_hash
from musivid.pipeline.visualize.kinds import ARTISTS
from musivid.pipeline.visualize.listen import SectionedSong
from musivid.pipeline.visualize.plan import VisualizePlan, plan_visual
from musivid.pipeline.visualize.pocket import PocketArtist, hear_sections
from musivid.pipeline.visualize.prompts import Prompt, prompts_of, read_prompts, write_prompts
from musivid.pipeline.visualize.ways import canvas_size, make_film
from musivid.settings.video import ModelsPreset, PaintingPreset, VideoPreset
from musivid.weights.session import Session

if TYPE_CHECKING:
    from musivid.living.world import WorldLook

__all__ = ["Stages"]

_MOST_SAID = 200  # letters of a prompt that are told; all of it lies in the run's folder


class Stages:
    """A job on its way: every method is a stage that finds what was done before."""

    def __init__(
        self,
        checked: CheckedVisualize,
        session: Session,
        song: SectionedSong,
        run: Run,
        stop: StopFlag,
        *,
        reporter: Reporter,
    ) -> None:
        """Nothing is loaded before a stage needs it."""
        self.checked, self.session, self.song = checked, session, song
        self.run, self.stop, self.reporter = run, stop, reporter
        self.preset = checked.job.preset
        self.targets: np.ndarray | None = None
        self.looks: list[WorldLook] | None = None

    def plan(self) -> VisualizePlan:
        """Sections with their captions, and the ways between their pictures."""
        sections = self.song.sections
        if not (self.checked.job.images or self.checked.cues):
            sections = self._captioned()
        return plan_visual(
            self.song.facts,
            self.song.samples,
            sections,
            self.preset,
            start_s=self.checked.job.start_s,
        )

    def prompts_path(self) -> Path:
        """The file of prompts that the user may change."""
        return self.run.path("prompts.yaml")

    def keyframes_path(self) -> Path:
        """The folder of keyframes that the user may change."""
        return self.run.path("keys", "001.png").parent

    def prompts(self, plan: VisualizePlan) -> list[Prompt]:
        """What each picture is asked for, as the user left it; none where pictures are given."""
        job = self.checked.job
        if job.images:
            return []
        prompts = prompts_of(self.checked, plan)
        if self.prompts_path().is_file():
            prompts = read_prompts(self.prompts_path(), prompts)
        else:
            if self.preset.seen_as_sights:
                from musivid.pipeline.visualize.sights import with_sights

                prompts = with_sights(self, prompts)
            write_prompts(self.prompts_path(), prompts)
        for number, prompt in enumerate(prompts, 1):
            said = textwrap.shorten(prompt.text(), _MOST_SAID, placeholder=" …")
            self.reporter.note(f"picture {number}: {said}")
        return prompts

    def keyframes(self, plan: VisualizePlan, prompts: list[Prompt]) -> list[Keyframe]:
        """Keyframes: given, or painted and saved with their prompts beside them."""
        job, size = self.checked.job, canvas_size(self.checked, self.session)
        if job.images:
            self.reporter.stage("read pictures", len(job.images), "pictures")
            fit = self.preset.pictures.fit
            pictures = [fit_picture(read_picture(path, size), size, fit) for path in job.images]
            keyframes = [Keyframe(picture) for picture in pictures]
        else:
            artist = ARTISTS[self.preset.models.artist]
            keyframes = artist.paint(self, prompts, size)
        self._drop_stale(pictures_hash([keyframe.picture for keyframe in keyframes]))
        return keyframes

    def film(self, plan: VisualizePlan, prompts: list[Prompt], keyframes: list[Keyframe]) -> Film:
        """The film of the plan."""
        if self.checked.job.mode == "living":
            from musivid.pipeline.visualize.drawn import draw_film

            return draw_film(self, plan, prompts)
        return make_film(self, plan, prompts, keyframes)

    @functools.cached_property
    def pocket(self) -> PocketArtist:
        """The pocket artist, with its networks."""
        models = self.preset.models
        self.tell_loading()
        named = ModelsPreset(
            painter=models.painter, perceptor=models.perceptor, dreamer=models.dreamer
        )
        studio = open_studio(self.session, VideoPreset(models=named))
        duration = self.song.facts.duration_s
        spans = [
            (cue.start_s, duration if cue.end_s is None else cue.end_s)
            for cue in self.song.sections
        ]
        samples = self.song.track.mono(studio.perceptor.rate_hz)
        size = painted_size(
            self.preset.output.frame_size,
            PaintingPreset(size=self.preset.pictures.size),
            studio.painter.factor,
        )
        return PocketArtist(studio, self.preset, size, hear_sections(studio, samples, spans))

    def tell_loading(self) -> None:
        """Say that models are loaded now, unless all of ours are there already."""
        named = {name for name in pocket_models(self.checked.job).values() if name}
        if not named <= self.session.sizes().keys():
            self.reporter.stage("load models")

    def advance(self, count: int = 1) -> None:
        """Tell of progress, and stop if the user asked for it."""
        self.reporter.advance(count)
        self.stop.check()

    def _drop_stale(self, pictures: str) -> None:
        """Throw away what was made from other pictures than these."""
        noted = self.run.stage_facts("pictures").get("sha256")
        if noted == pictures:
            return
        for name in ("parts", "between"):
            shutil.rmtree(self.run.path(name), ignore_errors=True)
        self.run.finish_stage("pictures", sha256=pictures)

    def _captioned(self) -> list[Cue]:
        """The sections with captions made for them, kept in the run's folder."""
        path = self.run.path("captions.json")
        cues = kept_captions(path, self.song)
        if cues is None:
            cues = caption_sections(self.checked, self.song, self.session, self.reporter)
            keep_captions(path, cues, self.song)
        return cues
