"""What painting with a published VQGAN and CLIP takes of a device's memory, before these are read.

Bytes are those of tensors kept for gradients, counted by `bench/painting_memory.py`; what is being
computed comes on top.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from musivid.core.device import free_memory
from musivid.pipeline.render.studio import painted_size
from musivid.settings.video import VideoPreset
from musivid.weights.names import find_model

if TYPE_CHECKING:
    from musivid.weights.session import Session

__all__ = ["PaintingMemory", "painting_memory"]

_PIXEL_BYTES = {False: 20_600, True: 4_800}  # of a VQGAN's decoder, by painting.save_memory
_PAINTER_BYTES = 331e6  # of its weights, the encoder's among them
_FACTOR = 16
# Of each CLIP: bytes of its weights, and those that it keeps for a cut-out.
_PERCEPTORS = {
    "clip-vit-b-32": (605e6, 26e6),
    "clip-vit-b-16": (598e6, 118e6),
    "clip-vit-l-14": (1710e6, 432e6),
    "clip-rn50": (408e6, 100e6),
}
_LISTENER_BYTES = 47e6
_CUTOUT_BYTES = 11e6  # that a cut-out and its augments keep
_HALF = 0.55  # of activations in half precision; norms keep some in float32
_CAST = 0.27  # of the weights: those that a step needs, once more in half precision
_WORKING = 1.2  # gradients and work spaces come and go beside what is kept
_TOGETHER_ON_CUDA = 8  # keyframes that are painted at once


@dataclass(frozen=True, slots=True)
class PaintingMemory:
    """Bytes that painting takes, and that are free.

    Attributes:
        weights: of the networks.
        work: of a step at most.
        free: on the device; None: nobody can tell.
        device: what it is called.
    """

    weights: int
    work: int
    free: int | None
    device: str

    @property
    def fits(self) -> bool:
        """Whether there is room, as far as anybody knows."""
        return self.free is None or self.weights + self.work <= self.free

    @property
    def told(self) -> str:
        """All of it in words."""
        taken = f"about {(self.weights + self.work) / 1e9:.1f} GB, {self.weights / 1e9:.1f} of it"
        free = "" if self.free is None else f"; {self.free / 1e9:.1f} GB are free on {self.device}"
        return f"{taken} for weights{free}"

    @property
    def warning(self) -> str:
        """What to do where there is no room; empty: there is."""
        if self.fits:
            return ""
        return (
            f"painting takes {self.told}: a smaller painting.size, painting.save_memory, fewer "
            "painting.cutouts_at_once or --preset low-vram need less"
        )


def painting_memory(
    preset: VideoPreset, size: tuple[int, int], session: Session
) -> PaintingMemory | None:
    """What painting takes; None where no published VQGAN paints, whose networks are small.

    Args:
        preset: settings.
        size: (width, height) of the film.
        session: where it is painted, and in what.
    """
    import torch

    models, painting = preset.models, preset.painting
    if painting.mode == "living" or _kind_of(models.painter) != "vqgan":
        return None
    width, height = painted_size(size, painting, _FACTOR)
    is_alone = session.device.type != "cuda" or painting.mode != "keys" or painting.continue_from
    pictures = 1 if is_alone else _TOGETHER_ON_CUDA
    half = _HALF if session.dtype != torch.float32 and not painting.exact else 1.0
    weights, cutout = _PERCEPTORS.get(models.perceptor, _PERCEPTORS["clip-vit-b-32"])
    weights += _PAINTER_BYTES + (_LISTENER_BYTES if models.listener else 0)
    cutouts = pictures * painting.cutouts
    at_once = min(cutouts, painting.cutouts_at_once or cutouts)
    kept = half * (pictures * width * height * _PIXEL_BYTES[painting.save_memory])
    kept += half * at_once * cutout + cutouts * _CUTOUT_BYTES
    casts = _CAST * weights if half < 1 else 0.0
    return PaintingMemory(
        weights=round(weights),
        work=round(_WORKING * kept + casts),
        free=free_memory(session.device),
        device=str(session.device),
    )


def _kind_of(painter: str) -> str:
    from musivid.weights.missing import lacking_noted

    with lacking_noted():  # it may be missing: its kind is known all the same
        return find_model(painter, "painter").spec.kind
