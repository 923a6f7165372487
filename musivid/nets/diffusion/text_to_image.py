"""Any pipeline that makes pictures of a text, or of a text and a picture, as an artist."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from musivid.core.errors import WeightsError
from musivid.nets.diffusion.asked import asked_of, heeded_by
from musivid.nets.diffusion.reading import count_tokens, shorten
from musivid.nets.protocols import Wish

__all__ = ["TextArtist"]

Picture = NDArray[np.uint8]

_LEAST_STRENGTH = 0.05  # of image-to-image; below it no step would be left


class TextArtist:
    """Any pipeline that makes pictures of a text, or of a text and a picture to start from."""

    def __init__(self, pipeline: Any, *, steps: int | None, guidance: float | None) -> None:
        """Keep the pipeline, loaded.

        Args:
            pipeline: of diffusers, called with a text.
            steps: of its diffusion; None: as many as its class has by itself.
            guidance: scale; None: as its class has it by itself.
        """
        own = asked_of(pipeline)
        self._own_steps = steps is not None
        if steps is None:
            steps = own["num_inference_steps"].default if "num_inference_steps" in own else 1
        self._pipeline, self._steps, self._guidance = pipeline, int(steps or 1), guidance
        self._from_picture: Any = None
        self._tokens = count_tokens(getattr(pipeline, "tokenizer", None))

    def looks_at(self, size: tuple[int, int]) -> tuple[int, int] | None:
        """Pictures of the size that is painted, since it starts from one of them."""
        return size

    def read(self, wishes: Sequence[Wish]) -> None:
        """Do nothing: each picture's text is read while it is painted."""

    def unheeded(self, wishes: Sequence[Wish]) -> list[str]:
        """Weights of pictures where it is only shown them, and what else it knows nothing of.

        Raises:
            WeightsError: it can begin with no picture, and there are some.
        """
        who, told = type(self._pipeline).__name__, []
        heeded = heeded_by(self._pipeline, self._guidance)
        if any(wish.pictures for wish in wishes):
            self._starting()
            if heeded["pipeline.artwork"] != "weighed":
                told.append(f"a {who} is shown the artwork as it is: its weight has no effect")
        if any(wish.negative for wish in wishes):
            if heeded["pipeline.negative"] == "unknown":
                told.append(f"a {who} knows of no negative prompt: prompts.negative has no effect")
            elif heeded["pipeline.negative"] != "heard":
                told.append(f"prompts.negative is {heeded['pipeline.negative']}")
        if self._own_steps and heeded["pipeline.steps"] != "counted":
            told.append(f"a {who} takes as many steps as it will: pictures.steps has no effect")
        if self._guidance is not None and heeded["pipeline.guidance"] != "asked for":
            told.append(f"a {who} knows of no guidance: pictures.guidance has no effect")
        return told

    def paint(self, wish: Wish, *, seed: int, size: tuple[int, int]) -> Picture:
        """A picture uint8 [h, w, 3] of one text, the heaviest part first; pictures take turns."""
        said = sorted(wish.texts, key=lambda part: -part[1])
        text = ", ".join(filter(None, shorten([part for part, _ in said], *self._tokens)))
        negative = shorten([wish.negative], *self._tokens)[0]
        if not wish.pictures:
            return self.paint_text(text, negative, seed=seed, size=size)
        start, _ = wish.pictures[wish.turn % len(wish.pictures)]
        keep = min(sum(weight for _, weight in wish.pictures), 1.0)
        return self.paint_text(text, negative, seed=seed, size=size, start=start, keep=keep)

    @torch.no_grad()
    def paint_text(
        self,
        text: str,
        negative: str,
        *,
        seed: int,
        size: tuple[int, int],
        start: Picture | None = None,
        keep: float = 0.0,
    ) -> Picture:
        """A picture uint8 [h, w, 3] of a text.

        Args:
            text: what to paint.
            negative: what not, where the pipeline knows of it.
            seed: of its noise.
            size: (width, height).
            start: uint8 [h, w, 3] of that size to start from, or None.
            keep: 0..1, how much of `start` stays.
        """
        asked: dict[str, Any] = {
            "prompt": text,
            "negative_prompt": negative or None,
            "width": size[0],
            "height": size[1],
            "num_inference_steps": self._steps,
            "generator": torch.Generator().manual_seed(seed),
        }
        if self._guidance is not None:
            asked["guidance_scale"] = self._guidance
        pipeline = self._pipeline
        if start is not None:
            from PIL import Image

            pipeline = self._starting()
            strength = max(1 - keep, _LEAST_STRENGTH)
            asked |= {"image": Image.fromarray(start), "strength": strength}
            # int(steps * strength) steps are left; none would be an error.
            asked["num_inference_steps"] = max(self._steps, int(np.ceil(1 / strength)))
        known = asked_of(pipeline)
        made = pipeline(**{key: value for key, value in asked.items() if key in known})
        return np.asarray(made.images[0].convert("RGB"), np.uint8)

    def _starting(self) -> Any:
        """The same networks as a pipeline that starts from a picture, or is told by one.

        Raises:
            WeightsError: no such pipeline is known.
        """
        if self._from_picture is None:
            from diffusers import AutoPipelineForImage2Image

            try:
                self._from_picture = AutoPipelineForImage2Image.from_pipe(self._pipeline)
            except (ValueError, AttributeError):  # it has none; some take pictures themselves
                if "image" not in asked_of(self._pipeline):
                    raise WeightsError(
                        f"a {type(self._pipeline).__name__} starts from no picture",
                        hint="Leave the artwork out, or set prompts.artwork to 0.",
                    ) from None
                self._from_picture = self._pipeline
            self._from_picture.set_progress_bar_config(disable=True)
        return self._from_picture
