"""What a preset may say of the optimisation of latents (VQGAN-CLIP)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from musivid.settings.base import Group, Size, Unit
from musivid.settings.marks import SONG, Flag, Heeded

__all__ = ["KEYS", "PAINTED", "FeedbackPreset", "PaintingPreset"]

KEYS = Heeded("painting.mode", ("keys",))
"""On what counts where keyframes are painted."""

PAINTED = Heeded("painting.mode", ("keys", "every_frame"))
"""On what counts where anything is painted."""

_EVERY_FRAME = Heeded("painting.mode", ("every_frame",))
_SQUARES = Heeded("painting.cut_method", ("nrupdated", "updated", "original"))
_AUGMENTED = Heeded("painting.cut_method", ("latest", "nrupdated"))
# Those of a file may be for other times: what was kept of a printed preset goes on to be read.
_STEPPED = Heeded("painting.steps", ("1 or more",), typed=True)
_MOVED = Heeded("painting.feedback.every_s", ("above 0",), typed=True)


class FeedbackPreset(Group):
    """Zoom feedback of every_frame: the painted picture is moved, encoded and painted on."""

    every_s: float = Field(0.0, ge=0, le=60)
    """Seconds between moves; 0: never."""
    zoom: Annotated[float, _MOVED] = Field(1.0, ge=0.5, le=2)
    """Factor on the picture at each move: above 1 goes in, below 1 goes out."""
    rotate_deg: Annotated[float, _MOVED] = Field(0.0, ge=-180, le=180)
    """Degrees that the picture turns at each move."""
    shift_x: Annotated[float, _MOVED] = Field(0.0, ge=-1, le=1)
    """Share of the width that the picture goes right at each move."""
    shift_y: Annotated[float, _MOVED] = Field(0.0, ge=-1, le=1)
    """Share of the height that the picture goes down at each move."""


class PaintingPreset(Group):
    """The optimisation of a latent towards its target (VQGAN-CLIP)."""

    mode: Literal["keys", "every_frame", "living"] = "keys"
    """keys: paint keyframes and walk between them; every_frame: each frame is a few steps on;
    living: draw scenes at full size that the music moves, without painting."""
    size: Annotated[Size | None, PAINTED] = None
    """Width x height that the networks paint at; None: the output size, at most 256 a side."""
    steps: Annotated[int, KEYS] = Field(12, ge=0, le=5000)
    """Optimiser steps a keyframe (keys)."""
    steps_per_s: Annotated[float, _EVERY_FRAME] = Field(0.0, ge=0, le=1000)
    """Optimiser steps a second of song (every_frame); 0: 10 to 120, led by loudness."""
    fps: Annotated[float | None, _EVERY_FRAME, Flag("--paint-fps", panel="Pictures")] = Field(
        None, ge=1, le=240
    )
    """Number of pictures painted a second (every_frame); between them what is seen moves from one
    to the next along optical flow. None: every frame is painted."""
    cutouts: Annotated[int, PAINTED, _STEPPED] = Field(8, ge=1, le=512)
    """Number of cut-outs that the perceptor looks at in a step."""
    cutouts_at_once: Annotated[int, PAINTED, _STEPPED] = Field(0, ge=0, le=512)
    """Number of cut-outs in memory together; fewer need less and take longer; 0: all."""
    save_memory: Annotated[bool, PAINTED, _STEPPED, Heeded("painter", ("vqgan",), typed=True)] = (
        False
    )
    """Make a published VQGAN's activations again for gradients: less memory, a third more work."""
    cut_method: Annotated[
        Literal["latest", "updatedpooling", "nrupdated", "updated", "original"], PAINTED, _STEPPED
    ] = "latest"
    """How cut-outs are taken, as VQGAN-CLIP names it. latest: the whole picture, pooled, under the
    chosen augments; updatedpooling: the same under fixed ones; nrupdated: random squares under the
    chosen augments; updated: random squares under fixed ones; original: bare random squares."""
    cut_power: Annotated[float, PAINTED, _STEPPED, _SQUARES] = Field(1.0, gt=0, le=10)
    """Exponent on the random size of square cut-outs: above 1 prefers small ones."""
    augments: Annotated[
        list[Literal["Ji", "Sh", "Gn", "Pe", "Ro", "Af", "Et", "Ts", "Cr", "Er", "Re"]],
        PAINTED,
        _STEPPED,
        _AUGMENTED,
    ] = ["Af", "Pe", "Ji", "Er"]
    """Augments of the cut-outs, in order. Ji: colour jitter; Sh: sharpness; Gn: Gaussian noise; Pe:
    perspective; Ro: rotation; Af: affine; Et: elastic; Ts: thin-plate spline; Cr: crop; Er: erased
    rectangle; Re: crop, resized. For cut_method latest and nrupdated."""
    optimiser: Annotated[
        Literal["Adam", "AdamW", "Adagrad", "Adamax", "RMSprop", "DiffGrad", "AdamP", "RAdam"],
        PAINTED,
        _STEPPED,
    ] = "Adam"
    """Which optimiser moves the latent: torch's Adam, AdamW, Adagrad, Adamax, RMSprop or RAdam, or
    DiffGrad or AdamP of pytorch_optimizer."""
    lr: Annotated[float, PAINTED, _STEPPED] = Field(0.1, gt=0, le=10)
    """Learning rate: the optimiser's step size."""
    init: Annotated[
        Literal["dream", "random", "pixels", "gradient"],
        PAINTED,
        Heeded("painting.init_image", ("null",), typed=True),
    ] = "dream"
    """Where a picture starts. dream: the dreamer's latent; random: codes of the codebook; pixels:
    noise; gradient: colours that run across or down."""
    init_image: Annotated[str | None, PAINTED] = None
    """A picture file to start from instead; None: as init says."""
    init_weight: Annotated[float, PAINTED, _STEPPED] = Field(0.0, ge=0, le=100)
    """Weight of staying near the first latent."""
    continue_from: Annotated[Unit, KEYS, _STEPPED] = 0.0
    """Share of the last keyframe's latent that the next one starts from (0: afresh, 1: go on)."""
    levels: Annotated[Unit, KEYS] = 0.0
    """How far the dark and the light of a keyframe are drawn apart, against fog (0: as it is,
    1: over the whole range; for mode keys)."""
    noise_prompts: Annotated[list[int], PAINTED, _STEPPED] = []
    """Seeds of random directions that act as prompts."""
    noise_weight: Annotated[
        float, PAINTED, _STEPPED, Heeded("painting.noise_prompts", ("some",), typed=True)
    ] = Field(0.1, ge=-10, le=10)
    """Weight of each noise prompt."""
    feedback: Annotated[FeedbackPreset, _EVERY_FRAME] = FeedbackPreset()
    """Zoom feedback (every_frame)."""
    restyle: Annotated[
        str | None, _EVERY_FRAME, Flag("--restyle", metavar="FILM", panel=SONG, is_path=True)
    ] = None
    """A film whose frames each painted one starts from, at the same time as the song (preset
    restyle, and others of mode every_frame); None: each goes on from the one before."""
    restyle_keep: Annotated[Unit, _EVERY_FRAME, Heeded("painting.restyle", ("a film",))] = 1.0
    """Share of the film's frame in where each painted one starts (1: all, as published; less lets
    what was painted live on)."""
    quantise: Annotated[bool, PAINTED] = True
    """Snap latents to the codebook, as published; painters that also decode free ones need not."""
    exact: Annotated[bool, PAINTED, _STEPPED] = False
    """Compute as published, for comparison: in float32, with the fading term of init_weight."""

    def aspects(self) -> dict[str, tuple[str, ...]]:
        """What decides which settings of painting are heeded."""
        steps = self.mode != "keys" or self.steps > 0
        return {
            "painting.steps": ("1 or more" if steps else "0",),
            "painting.init_image": ("null" if self.init_image is None else "a picture",),
            "painting.noise_prompts": ("some" if self.noise_prompts else "none",),
            "painting.feedback.every_s": ("above 0" if self.feedback.every_s else "0",),
            "painting.restyle": ("none" if self.restyle is None else "a film",),
        }
