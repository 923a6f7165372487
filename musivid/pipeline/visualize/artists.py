"""Published pipelines at work for `visualize`: artists, what walks between pictures, variations."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from musivid.core.seeds import child_seed
from musivid.media.pictures import Picture, fit_picture, read_picture
from musivid.nets.diffusion.variations import Variations
from musivid.nets.protocols import Artist, Painter, Wish
from musivid.painting.between import slerp
from musivid.pipeline.render.kept import Kept
from musivid.pipeline.visualize.job import CheckedVisualize
from musivid.pipeline.visualize.keyframes import Keyframe, KeyframeFolder
from musivid.pipeline.visualize.kinds import ARTISTS
from musivid.pipeline.visualize.prompts import Prompt
from musivid.settings.video import parse_size
from musivid.weights.session import Session

if TYPE_CHECKING:
    from musivid.nets.diffusion.pipelines import Offload
    from musivid.pipeline.visualize.stages import Stages

__all__ = ["make_keyframes", "open_artist", "open_coder", "open_variations", "wish_of"]

_PAINT, _NOISE = 18, 19  # places of seeds
_SEEN_PX = 512  # artwork is looked at by a CLIP of 224 or 336 pixels


def make_keyframes(stages: Stages, prompts: list[Prompt], size: tuple[int, int]) -> list[Keyframe]:
    """Keyframes of a published artist; those that are there already are kept, and fitted."""
    folder, pictures = KeyframeFolder(stages.run), stages.preset.pictures
    native = parse_size(pictures.size or stages.preset.output.frame)
    there = {
        number: keyframe
        for number, prompt in enumerate(prompts)
        if (keyframe := folder.load(number, prompt, native, pictures.fit)) is not None
    }
    atelier = _Atelier(stages, prompts, native)
    keyframes: list[Keyframe] = []
    stages.reporter.stage("paint keyframes", len(prompts), "pictures")
    for number, prompt in enumerate(prompts):
        if number not in there:
            there[number] = Keyframe(atelier.paint(number))
            stages.reporter.preview(folder.save(number, there[number], prompt))
        keyframes.append(Keyframe(fit_picture(there[number].picture, size, pictures.fit)))
        stages.advance()
    return keyframes


class _Atelier:
    """A published artist at work, opened when the first picture is painted."""

    def __init__(self, stages: Stages, prompts: list[Prompt], size: tuple[int, int]) -> None:
        """Load nothing yet."""
        self._stages, self._prompts, self._size = stages, prompts, size
        self._kept = Kept(
            stages.session, stages.reporter, self._open, offload=stages.preset.models.offload
        )
        self._number = 0

    def paint(self, number: int) -> Picture:
        """The picture of a prompt."""
        self._number = number
        return self._kept.use(self._paint)

    def _paint(self, artist: Artist) -> Picture:
        seed = child_seed(self._stages.preset.seed, _PAINT, self._number)
        wish = wish_of(self._prompts[self._number], artist, self._size, turn=self._number)
        return artist.paint(wish, seed=seed, size=self._size)

    def _open(self, offload: Offload) -> Artist:
        """The artist, who has read what all pictures are asked for."""
        stages = self._stages
        stages.reporter.stage("load models")
        artist = open_artist(stages.checked, stages.session, offload)
        wishes = [wish_of(each, artist, self._size) for each in self._prompts]
        for told in artist.unheeded(wishes):
            stages.reporter.warn(told)
        artist.read(wishes)
        stages.reporter.stage("paint keyframes", len(self._prompts), "pictures")
        stages.reporter.advance(self._number)
        return artist


def wish_of(
    prompt: Prompt,
    artist: Artist,
    size: tuple[int, int],
    *,
    turn: int = 0,
) -> Wish:
    """What an artist is asked for by a prompt.

    Args:
        prompt: texts and picture files, weighted.
        artist: who paints, and looks at pictures in its own way.
        size: (width, height) that is painted.
        turn: number of the picture.
    """
    seen = [(Path(said.what), said.weight) for said in prompt.pictures()]
    wanted = artist.looks_at(size)

    def look(path: Path) -> Picture:
        if wanted is None:
            return read_picture(path, (_SEEN_PX, _SEEN_PX), role="artwork")
        return fit_picture(read_picture(path, wanted, role="artwork"), wanted, "crop")

    return Wish(
        texts=tuple((said.what, said.weight) for said in prompt.texts()),
        pictures=tuple((look(path), weight) for path, weight in seen),
        negative=prompt.negative,
        turn=turn,
    )


def open_artist(
    checked: CheckedVisualize, session: Session, offload: Offload | None = None
) -> Artist:
    """The published artist of a job.

    Args:
        checked: the job.
        session: loads its pipelines.
        offload: how they are kept; None: as the settings say.

    Raises:
        WeightsError: a pipeline cannot be loaded.
    """
    models = checked.job.preset.models
    kind = ARTISTS[models.artist]
    assert kind.open is not None  # the pocket artist is opened by its networks
    pipelines = {
        role: functools.partial(
            session.pipeline,
            checked.pipelines[role],
            loader=kind.loader,
            offload=offload or models.offload,
            quantise=models.quantise_text if role in kind.reading else "none",
        )
        for role in kind.pipelines
    }
    return kind.open(pipelines, checked.job.preset)


def open_coder(checked: CheckedVisualize, session: Session) -> tuple[Painter, torch.dtype | None]:
    """What turns pictures into latents and back, and the half precision that it may decode in.

    Raises:
        WeightsError: it cannot be loaded.
    """
    models = checked.job.preset.models
    half = None if session.dtype == torch.float32 else session.dtype
    if models.walker is None:
        return session.painter(models.painter), half
    contrast = checked.job.preset.walk.clip_contrast
    coder = session.coder(checked.pipelines["walker"], clip_range=contrast)
    return coder, half if session.device.type == "cpu" else None


def open_variations(checked: CheckedVisualize, session: Session) -> Variations:
    """What paints on the way with the walker's UNet.

    Raises:
        WeightsError: the walker is not an image variation pipeline, or cannot be loaded.
    """
    preset = checked.job.preset
    pipeline = session.pipeline(
        checked.pipelines["walker"],
        loader="StableDiffusionImageVariationPipeline",
        offload=preset.models.offload,
    )
    return Variations(
        pipeline,
        slerp,
        steps=preset.walk.steps,
        guidance=preset.walk.guidance,
        strength=preset.walk.strength,
        seed=child_seed(preset.seed, _NOISE),
    )
