"""Pipelines of diffusers that make the clip between two pictures: image to video, both ends given.

Wan is given the last picture beside the first ("Wan: Open and Advanced Large-Scale Video Generative
Models", arXiv 2503.20314); LTX-Video takes pictures as conditions at numbers of frames ("LTX-Video:
Realtime Video Latent Diffusion", arXiv 2501.00103). How they are called is read from them.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from musivid.core.errors import WeightsError
from musivid.nets.diffusion.reading import count_tokens, shorten
from musivid.nets.protocols import ClipWish

__all__ = ["ClipAnimator"]

# Of LTX-Video from 0.9.1 on, whose decoder does the last step: as diffusers' notes on it have them.
_LTX_DECODING = {"decode_timestep": 0.05, "decode_noise_scale": 0.025}
_LTX_EXACT = {"image_cond_noise_scale": 0.0}  # both pictures are met as they are


class ClipAnimator:
    """An image-to-video pipeline that begins with one picture and ends with another."""

    def __init__(self, pipeline: Any, *, steps: int, guidance: float, tiled: bool = False) -> None:
        """Keep the pipeline, loaded.

        Args:
            pipeline: of diffusers, called with `last_image` or with `conditions`.
            steps: of its diffusion.
            guidance: scale; 1 or less: none.
            tiled: decode in overlapping tiles, for less memory.

        Raises:
            WeightsError: it takes no last picture.
        """
        self._pipeline, self._steps, self._guidance = pipeline, steps, guidance
        self._asked = inspect.signature(pipeline.__call__).parameters
        if not {"last_image", "conditions"} & self._asked.keys():
            raise WeightsError(
                f"a {type(pipeline).__name__} makes no clip between two pictures",
                hint="Name a pipeline of Wan or LTX-Video in models.animator.",
            )
        if tiled:
            pipeline.vae.enable_tiling()
        count, limit = count_tokens(pipeline.tokenizer)
        read = self._asked.get("max_sequence_length")
        self._tokens = count, min(limit, read.default) if read else limit

    @torch.no_grad()
    def film(self, wish: ClipWish, told: Callable[[], None]) -> NDArray[np.uint8]:
        """The clip uint8 [frames, h, w, 3] that a wish asks for; `told` is called after each step.

        Raises:
            WeightsError: it gives another number of frames, or of another size.
        """
        height, width = wish.first.shape[:2]

        def stepped(pipeline: Any, step: int, time: Any, given: dict[str, Any]) -> dict[str, Any]:
            told()
            return given

        asked: dict[str, Any] = {
            "prompt": shorten([wish.text], *self._tokens)[0],
            "negative_prompt": shorten([wish.negative], *self._tokens)[0] or None,
            "width": width,
            "height": height,
            "num_frames": wish.frames,
            "frame_rate": wish.fps,
            "num_inference_steps": self._steps,
            "guidance_scale": self._guidance,
            "generator": torch.Generator().manual_seed(wish.seed),
            "output_type": "np",
            "callback_on_step_end": stepped,
            **self._between(wish),
        }
        known = {key: value for key, value in asked.items() if key in self._asked}
        with warnings.catch_warnings():  # its schedulers' own, of how they call numpy
            warnings.simplefilter("ignore", DeprecationWarning)
            made = self._pipeline(**known)
        clip = np.stack([np.rint(frame * 255).astype(np.uint8) for frame in made.frames[0]])
        if clip.shape != (wish.frames, height, width, 3):
            raise WeightsError(
                f"a {type(self._pipeline).__name__} was asked for {wish.frames} frames of "
                f"{width}x{height} and made {len(clip)} of {clip.shape[2]}x{clip.shape[1]}",
                hint="Its autoencoder wants other lengths or sizes: set clips.size and clips.most.",
            )
        return clip

    def _between(self, wish: ClipWish) -> dict[str, Any]:
        """How the pipeline is given both pictures."""
        from PIL import Image

        first, last = Image.fromarray(wish.first), Image.fromarray(wish.last)
        if "last_image" in self._asked:
            return {"image": first, "last_image": last}
        from diffusers.pipelines.ltx.pipeline_ltx_condition import LTXVideoCondition

        ends = ((first, 0), (last, wish.frames - 1))
        conditions = [LTXVideoCondition(image=image, frame_index=at) for image, at in ends]
        return {"conditions": conditions, **_LTX_DECODING, **_LTX_EXACT}
