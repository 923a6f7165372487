"""Published pipelines at work for `visualize`: each is loaded once a session, by what it is for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import torch

from musivid.core.seeds import child_seed
from musivid.media.pictures import Picture, fit_picture, read_picture
from musivid.nets.diffusion.artists import KandinskyArtist, TextArtist
from musivid.nets.diffusion.pipelines import DiffusionCoder, load_coder, load_pipeline
from musivid.nets.diffusion.variations import Variations
from musivid.nets.protocols import Painter
from musivid.painting.walk import slerp
from musivid.pipeline.visualize.job import CheckedVisualize
from musivid.pipeline.visualize.prompts import Prompt, shorten
from musivid.settings.video import parse_size
from musivid.settings.visualize import VisualizePreset
from musivid.weights.session import Session

__all__ = ["PublishedArtist", "open_artist", "open_coder", "open_variations"]

_PAINT, _NOISE = 18, 19  # places of seeds
_SEEN_PX = 512  # artwork is looked at by a CLIP of 224 or 336 pixels
_loaded: WeakKeyDictionary[Session, dict[tuple[Any, ...], Any]] = WeakKeyDictionary()
_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True)
class PublishedArtist:
    """Paints keyframes with Kandinsky 2.2 or with one pipeline.

    Attributes:
        hand: what paints.
        preset: how.
    """

    hand: KandinskyArtist | TextArtist
    preset: VisualizePreset

    def paint(self, prompt: Prompt, prompts: Sequence[Prompt], number: int) -> Picture:
        """Picture `number`, uint8 [h, w, 3].

        Args:
            prompt: what it is asked for.
            prompts: of all pictures, whose texts are read in one pass.
            number: from 0; its seed depends on it.
        """
        seed = child_seed(self.preset.seed, _PAINT, number)
        size = parse_size(self.preset.pictures.size or self.preset.output.size)
        if isinstance(self.hand, KandinskyArtist):
            return self._mixed(self.hand, prompt, prompts, seed=seed, size=size)
        return self._told(self.hand, prompt, number, seed=seed, size=size)

    def _mixed(
        self,
        hand: KandinskyArtist,
        prompt: Prompt,
        prompts: Sequence[Prompt],
        *,
        seed: int,
        size: tuple[int, int],
    ) -> Picture:
        """By the weighted mean of what texts and pictures mean.

        Published weights sum to 1, so there the mean is the published sum; without artwork the sum
        would be far too short for the decoder.
        """
        pictures, count = self.preset.pictures, hand.tokens

        def short(text: str) -> str:
            return shorten([text], *count)[0]

        texts = [short(said.what) for one in prompts for said in one.texts()]
        texts += [short(one.negative) for one in prompts]
        meant = hand.embed_texts(
            texts,
            seed=self.preset.seed,
            steps=pictures.prior_steps,
            guidance=pictures.prior_guidance,
        )
        rows = [said.weight * meant[short(said.what)] for said in prompt.texts()]
        for said in prompt.pictures():
            seen = read_picture(Path(said.what), (_SEEN_PX, _SEEN_PX), role="artwork")
            rows.append(said.weight * hand.embed_picture(seen))
        negative = meant[short(prompt.negative)]
        whole = sum(said.weight for said in (*prompt.texts(), *prompt.pictures()))
        return hand.paint(
            torch.cat(rows).sum(0, keepdim=True) / whole if rows else torch.zeros_like(negative),
            negative,
            seed=seed,
            size=size,
            steps=pictures.steps,
            guidance=pictures.guidance,
        )

    def _told(
        self,
        hand: TextArtist,
        prompt: Prompt,
        number: int,
        *,
        seed: int,
        size: tuple[int, int],
    ) -> Picture:
        """By one text, the heaviest part first; artworks take turns as what it starts from."""
        said = sorted(prompt.texts(), key=lambda said: -said.weight)
        text = ", ".join(filter(None, shorten([one.what for one in said], *hand.tokens)))
        start, keep, artwork = None, 0.0, prompt.pictures()
        if artwork:
            one = artwork[number % len(artwork)]
            picture = read_picture(Path(one.what), size, role="artwork")
            start = fit_picture(picture, size, "crop")
            keep = min(sum(other.weight for other in artwork), 1.0)
        return hand.paint(
            text,
            shorten([prompt.negative], *hand.tokens)[0],
            seed=seed,
            size=size,
            steps=self.preset.pictures.steps,
            guidance=self.preset.pictures.guidance,
            start=start,
            keep=keep,
        )


def open_artist(checked: CheckedVisualize, session: Session) -> PublishedArtist:
    """The artist of a job.

    Raises:
        WeightsError: a pipeline cannot be loaded.
    """
    preset, places = checked.job.preset, checked.pipelines
    if preset.models.artist == "kandinsky":
        prior = _open(session, preset, places["prior"])
        decoder = _open(session, preset, places["pipeline"])
        return PublishedArtist(KandinskyArtist(prior, decoder), preset)
    pipeline = _open(session, preset, places["pipeline"], kind="AutoPipelineForText2Image")
    return PublishedArtist(TextArtist(pipeline), preset)


def open_coder(checked: CheckedVisualize, session: Session) -> tuple[Painter, torch.dtype | None]:
    """What turns pictures into latents and back, and the half precision that it may decode in.

    Raises:
        WeightsError: it cannot be loaded.
    """
    preset = checked.job.preset
    half = None if session.dtype == torch.float32 else session.dtype
    if preset.models.walker is None:
        painter = session.painter(preset.models.painter)
        if isinstance(painter, torch.nn.Module):
            painter.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        return painter, half
    place, contrast = checked.pipelines["walker"], preset.walk.clip_contrast

    def make() -> DiffusionCoder:
        dtype = _dtype(session)
        return load_coder(place, device=session.device, dtype=dtype, clip_range=contrast)

    coder = _once(session, ("coder", str(place), contrast), make)
    return coder, half if session.device.type == "cpu" else None


def open_variations(checked: CheckedVisualize, session: Session) -> Variations:
    """What paints on the way with the walker's UNet.

    Raises:
        WeightsError: the walker is not an image variation pipeline, or cannot be loaded.
    """
    preset = checked.job.preset
    pipeline = _open(
        session, preset, checked.pipelines["walker"], kind="StableDiffusionImageVariationPipeline"
    )
    return Variations(
        pipeline,
        slerp,
        steps=preset.walk.steps,
        guidance=preset.walk.guidance,
        strength=preset.walk.strength,
        seed=child_seed(preset.seed, _NOISE),
    )


def _open(
    session: Session, preset: VisualizePreset, place: Path | str, kind: str = "DiffusionPipeline"
) -> Any:
    offload = preset.models.offload

    def make() -> Any:
        dtype, device = _dtype(session), session.device
        return load_pipeline(place, device=device, dtype=dtype, offload=offload, kind=kind)

    return _once(session, ("pipeline", str(place), kind, offload), make)


def _dtype(session: Session) -> torch.dtype:
    """Of weights: half on a GPU; on a CPU whole, where only some operations run in half."""
    return torch.float32 if session.device.type == "cpu" else session.dtype


def _once(session: Session, key: tuple[Any, ...], make: Callable[[], _Made]) -> _Made:
    """What was made for this session under this key."""
    held = _loaded.setdefault(session, {})
    if key not in held:
        held[key] = make()
    made: _Made = held[key]
    return made
