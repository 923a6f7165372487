"""The stages of one visualisation, each of which can be gone on with after a kill."""

from __future__ import annotations

import functools
import shutil
from pathlib import Path

import numpy as np
from torch import Tensor

from musivid.core.progress import Reporter
from musivid.core.run import Run
from musivid.core.stopping import StopFlag
from musivid.core.timeline import Cue
from musivid.media.pictures import fit_picture, read_picture
from musivid.pipeline.render.film import Film
from musivid.pipeline.render.studio import open_studio, painted_size
from musivid.pipeline.visualize.artists import PublishedArtist, open_artist
from musivid.pipeline.visualize.captions import (
    caption_sections,
    keep_captions,
    kept_captions,
)
from musivid.pipeline.visualize.job import CheckedVisualize
from musivid.pipeline.visualize.keyframes import Key, KeyFolder, pictures_hash
from musivid.pipeline.visualize.listen import Heard
from musivid.pipeline.visualize.plan import VisualizePlan, plan_visual
from musivid.pipeline.visualize.pocket import PocketArtist, hear_sections
from musivid.pipeline.visualize.prompts import Prompt, prompts_of, read_prompts, write_prompts
from musivid.pipeline.visualize.ways import canvas_size, make_film
from musivid.settings.video import ModelsPreset, PaintingPreset, VideoPreset, parse_size
from musivid.weights.session import Session

__all__ = ["Stages"]


class Stages:
    """A job on its way: every method is a stage that finds what was done before."""

    def __init__(
        self,
        checked: CheckedVisualize,
        session: Session,
        heard: Heard,
        run: Run,
        stop: StopFlag,
        *,
        reporter: Reporter,
    ) -> None:
        """Nothing is loaded before a stage needs it."""
        self.checked, self.session, self.heard = checked, session, heard
        self.run, self.stop, self.reporter = run, stop, reporter
        self.preset = checked.job.preset
        self.targets: np.ndarray | None = None

    def plan(self) -> VisualizePlan:
        """Sections with their captions, and the ways between their pictures."""
        sections = self.heard.sections
        if not (self.checked.job.images or self.checked.cues):
            sections = self._captioned()
        return plan_visual(
            self.heard.facts,
            self.heard.samples,
            sections,
            self.preset,
            start_s=self.checked.job.start_s,
        )

    def prompts_path(self) -> Path:
        """The file of prompts that the user may change."""
        return self.run.path("prompts.yaml")

    def keys_path(self) -> Path:
        """The folder of key pictures that the user may change."""
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
            write_prompts(self.prompts_path(), prompts)
        for number, prompt in enumerate(prompts, 1):
            self.reporter.note(f"picture {number}: {' '.join(prompt.text().split())}")
        return prompts

    def keys(self, plan: VisualizePlan, prompts: list[Prompt]) -> list[Key]:
        """Key pictures: given, or painted and saved with their prompts beside them."""
        job, size = self.checked.job, canvas_size(self.checked, self.session)
        if job.images:
            self.reporter.stage("read pictures", len(job.images), "pictures")
            keys = [Key(fit_picture(read_picture(path, size), size, self.preset.pictures.fit))
                    for path in job.images]  # fmt: skip
        elif self.preset.models.artist == "pocket":
            keys = self._paint_pocket(prompts, size)
        else:
            keys = self._paint_published(prompts, size)
        self._drop_stale(pictures_hash([key.picture for key in keys]))
        return keys

    def film(self, plan: VisualizePlan, prompts: list[Prompt], keys: list[Key]) -> Film:
        """The film of the plan."""
        return make_film(self, plan, prompts, keys)

    @functools.cached_property
    def pocket(self) -> PocketArtist:
        """The pocket artist, with its networks."""
        models = self.preset.models
        self.reporter.stage("load models")
        named = ModelsPreset(
            painter=models.painter, perceptor=models.perceptor, dreamer=models.dreamer
        )
        studio = open_studio(self.session, VideoPreset(models=named))
        duration = self.heard.facts.duration_s
        spans = [
            (cue.start_s, duration if cue.end_s is None else cue.end_s)
            for cue in self.heard.sections
        ]
        samples = self.heard.track.mono(studio.perceptor.rate_hz)
        size = painted_size(
            parse_size(self.preset.output.size),
            PaintingPreset(size=self.preset.pictures.size),
            studio.painter.factor,
        )
        return PocketArtist(studio, self.preset, size, hear_sections(studio, samples, spans))

    @functools.cached_property
    def published(self) -> PublishedArtist:
        """The artist of published pipelines, loaded."""
        self.reporter.stage("load models")
        return open_artist(self.checked, self.session)

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
        cues = kept_captions(path, self.heard)
        if cues is None:
            cues = caption_sections(self.checked, self.heard, self.session, self.reporter)
            keep_captions(path, cues, self.heard)
        return cues

    def _paint_pocket(self, prompts: list[Prompt], size: tuple[int, int]) -> list[Key]:
        """Key pictures of the pocket artist; those that are there already are kept."""
        artist, folder, keys = self.pocket, KeyFolder(self.run), dict[int, Key]()
        self.targets = artist.targets(prompts)
        steps = max(self.preset.pictures.steps, 1)
        self.reporter.stage("paint keys", len(prompts) * steps, "steps")
        fit = self.preset.pictures.fit
        for number, prompt in enumerate(prompts):
            key = folder.load(number, prompt, artist.size, fit)
            if key is not None:
                keys[number] = key

        def load(number: int) -> Tensor | None:
            key = keys.get(number)
            if key is None:
                return None
            return key.latent if key.latent is not None else self._encoded(key)

        def save(number: int, key: Key) -> None:
            if number in keys:  # its group is painted whole where one of it is missing
                return
            keys[number] = key
            self.reporter.preview(folder.save(number, key, prompts[number]))
            self.stop.check()

        artist.paint(self.targets, load=load, save=save, on_step=self.advance)
        fitted = [keys[number] for number in range(len(prompts))]
        if size == artist.size:
            return fitted
        return [Key(fit_picture(key.picture, size, fit)) for key in fitted]

    def _encoded(self, key: Key) -> Tensor:
        """A stand-in for the latent of a picture that the user changed; it is not painted again."""
        from musivid.pipeline.visualize.ways import to_pictures

        studio = self.pocket.studio
        return studio.painter.encode(to_pictures([key.picture]).to(studio.device)).float()

    def _paint_published(self, prompts: list[Prompt], size: tuple[int, int]) -> list[Key]:
        """Key pictures of published pipelines; those that are there already are kept."""
        folder, fit = KeyFolder(self.run), self.preset.pictures.fit
        native = self.preset.pictures.size or self.preset.output.size
        keys: list[Key] = []
        self.reporter.stage("paint keys", len(prompts), "pictures")
        for number, prompt in enumerate(prompts):
            key = folder.load(number, prompt, parse_size(native), fit)
            if key is None:
                key = Key(self.published.paint(prompt, prompts, number))
                self.reporter.preview(folder.save(number, key, prompt))
            keys.append(Key(fit_picture(key.picture, size, fit)))
            self.advance()
        return keys
