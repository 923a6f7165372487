"""The pocket artist: pictures dreamt from captions, styles, artwork and sound, and painted on."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from musivid.core.seeds import child_seed, dice
from musivid.media.pictures import fit_picture, read_picture
from musivid.painting.between import slerp
from musivid.painting.directions import unit
from musivid.painting.inits import start_latents
from musivid.painting.keyframes import paint_keyframes
from musivid.painting.levels import measure_levels
from musivid.painting.painter import to_frames
from musivid.pipeline.guidance.space import measure_space
from musivid.pipeline.guidance.windows import Window, embed_windows
from musivid.pipeline.render.keyframe_painting import KeyframePlan, paint_keyframe_plan
from musivid.pipeline.render.studio import Studio
from musivid.pipeline.visualize.keyframes import Keyframe, KeyframeFolder
from musivid.pipeline.visualize.prompts import Prompt
from musivid.settings.video import PaintingPreset, VideoPreset
from musivid.settings.visualize import VisualizePreset

if TYPE_CHECKING:
    from musivid.pipeline.visualize.stages import Stages

__all__ = ["PocketArtist", "hear_sections", "make_keyframes"]

Array = NDArray[np.float32]

_DREAM, _PAINT, _STRAY, _RUNG = 10, 11, 12, 13  # places of seeds
_HEARD_S = 6.0  # of a section's sound, from its middle


def hear_sections(studio: Studio, samples: Array, spans_s: Sequence[tuple[float, float]]) -> Array:
    """What the middle of each section sounds like, float32 [sections, dim], unit length.

    Args:
        studio: its perceptor hears.
        samples: float32 [time], mono at the perceptor's rate.
        spans_s: start and end of each section.
    """
    windows = []
    for start, end in spans_s:
        middle, half = (start + end) / 2, min(_HEARD_S, end - start) / 2
        windows.append(Window(middle, middle - half, middle + half))
    return embed_windows(studio.perceptor, samples, windows, device=studio.device)


@dataclass(frozen=True, slots=True)
class PocketArtist:
    """Paints keyframes, and pictures on the way between them.

    Attributes:
        studio: painter, perceptor, dreamer.
        preset: how to paint.
        size: (width, height) that is painted.
        sounds: float32 [sections, dim], from `hear_sections`.
    """

    studio: Studio
    preset: VisualizePreset
    size: tuple[int, int]
    sounds: Array

    def targets(self, prompts: Sequence[Prompt]) -> Array:
        """What each picture should mean, float32 [prompts, dim], unit length."""
        perceptor, device = self.studio.perceptor, self.studio.device
        pictures = sorted({said.what for prompt in prompts for said in prompt.pictures()})
        texts = sorted({said.what for prompt in prompts for said in prompt.texts()})
        space = measure_space(perceptor, self.sounds, pictures=bool(pictures), device=device)
        meant: dict[str, Array] = {}
        if texts:
            rows = perceptor.in_song(texts).embed_text(texts).float().cpu().numpy()
            meant |= dict(zip(texts, space.direction(rows, "words"), strict=True))
        for path in pictures:
            seen = self._embed_picture(path)
            meant[path] = space.direction(seen, "pictures")[0]
        heard = space.direction(self.sounds, "sounds")
        rows = np.zeros((len(prompts), self.sounds.shape[1]), np.float32)
        for number, prompt in enumerate(prompts):
            for said in (*prompt.texts(), *prompt.pictures()):
                rows[number] += said.weight * meant[said.what]
            rows[number] += prompt.sound * heard[number]
        return unit(space.target(unit(rows)) + self.preset.pictures.wander * self._ways(len(rows)))

    def paint(
        self,
        targets: Array,
        *,
        load: Callable[[int], Tensor | None],
        save: Callable[[int, Keyframe], None],
        on_step: Callable[[int], None],
    ) -> list[Tensor]:
        """Latents [1, c, h, w] of all keyframes.

        Args:
            targets: from `targets`.
            load: the latent of a picture that is done already, or None.
            save: told each new picture.
            on_step: told how many pictures have been moved, after each step.
        """
        seed = self.preset.seed
        plan = KeyframePlan(
            targets=targets,
            dream_seeds=[child_seed(seed, _DREAM, keyframe) for keyframe in range(len(targets))],
            paint_seeds=[child_seed(seed, _PAINT, keyframe) for keyframe in range(len(targets))],
            lr_scales=[1.0] * len(targets),
            size=self.size,
        )
        video = VideoPreset(painting=self._painting(self.preset.pictures.steps or 0))

        def save_keyframe(number: int, latent: Tensor) -> None:
            save(number, self.develop(latent))

        return paint_keyframe_plan(
            self.studio, plan, video, load=load, save=save_keyframe, on_step=on_step
        )

    def develop(self, latent: Tensor) -> Keyframe:
        """The keyframe of a latent [1, c, h, w], its dark and light drawn apart."""
        with torch.inference_mode(), self.studio.half():
            frame = to_frames(self.studio.painter.decode(latent))[0]
        levels = measure_levels(frame, self.preset.pictures.levels)
        return Keyframe(levels.apply(frame), latent, levels)

    def rung(self, ends: tuple[Tensor, Tensor], target: Array, share: float, seed: int) -> Tensor:
        """A latent [1, c, h, w] painted on the way between two others.

        It begins between them, drawn by `walk.strength` towards a dream of what lies between their
        meanings, less near the ends; so the way leads through pictures and not through fog.

        Args:
            ends: latents [1, c, h, w].
            target: float32 [dim], what it should mean.
            share: 0..1, how far on the way.
            seed: its dream's and its cut-outs'.
        """
        studio, walk = self.studio, self.preset.walk
        painting = self._painting(walk.steps)
        meant = torch.from_numpy(target)[None].to(studio.device)
        with studio.half():
            dreamt = start_latents(
                studio.painter, painting, meant, [seed], size=self.size, dreamer=studio.dreamer
            ).float()
        between = slerp(ends[0], ends[1], share)
        first = slerp(between, dreamt, walk.strength * min(1.0, 2 * math.sin(math.pi * share)))
        return paint_keyframes(
            studio.painter,
            studio.perceptor,
            painting,
            first,
            meant,
            seeds=[child_seed(seed, _RUNG)],
            autocast=studio.autocast,
        )

    def _painting(self, steps: int) -> PaintingPreset:
        """How the optimiser works: as little as sharpens a dream without laying a grain on it."""
        return PaintingPreset(
            steps=steps,
            cutouts=8,
            cut_method="nrupdated",
            augments=["Ji"],
            lr=0.02,
            init="dream",
            quantise=False,
        )

    def _ways(self, count: int) -> Array:
        """A direction of its own for each picture, float32 [count, dim], unit length."""
        dim = self.sounds.shape[1]
        seeds = [child_seed(self.preset.seed, _STRAY, keyframe) for keyframe in range(count)]
        return unit(np.array([dice(s).standard_normal(dim) for s in seeds], np.float32))

    def _embed_picture(self, path: str) -> Array:
        from pathlib import Path

        px = self.studio.perceptor.image_px
        picture = fit_picture(read_picture(Path(path), (px, px)), (px, px), "crop")
        tensor = torch.from_numpy(picture.copy()).permute(2, 0, 1)[None].float().div(255)
        seen = self.studio.perceptor.embed_image(tensor.to(self.studio.device))
        embedded: Array = seen.detach().float().cpu().numpy()
        return embedded


def make_keyframes(stages: Stages, prompts: list[Prompt], size: tuple[int, int]) -> list[Keyframe]:
    """Keyframes of the pocket artist; those that are there already are kept."""
    artist, folder, keyframes = stages.pocket, KeyframeFolder(stages.run), dict[int, Keyframe]()
    stages.targets = artist.targets(prompts)
    steps = max(stages.preset.pictures.steps or 0, 1)
    stages.reporter.stage("paint keyframes", len(prompts) * steps, "steps")
    fit = stages.preset.pictures.fit
    for number, prompt in enumerate(prompts):
        keyframe = folder.load(number, prompt, artist.size, fit)
        if keyframe is not None:
            keyframes[number] = keyframe

    def load(number: int) -> Tensor | None:
        keyframe = keyframes.get(number)
        if keyframe is None:
            return None
        return keyframe.latent if keyframe.latent is not None else _encoded(artist, keyframe)

    def save(number: int, keyframe: Keyframe) -> None:
        if number in keyframes:  # its group is painted whole where one of it is missing
            return
        keyframes[number] = keyframe
        stages.reporter.preview(folder.save(number, keyframe, prompts[number]))
        stages.stop.check()

    artist.paint(stages.targets, load=load, save=save, on_step=stages.advance)
    fitted = [keyframes[number] for number in range(len(prompts))]
    if size == artist.size:
        return fitted
    return [Keyframe(fit_picture(keyframe.picture, size, fit)) for keyframe in fitted]


def _encoded(artist: PocketArtist, keyframe: Keyframe) -> Tensor:
    """A stand-in for the latent of a picture that the user changed; it is not painted again."""
    from musivid.pipeline.visualize.ways import to_pictures

    studio = artist.studio
    return studio.painter.encode(to_pictures([keyframe.picture]).to(studio.device)).float()
