"""The networks that paint, made ready: which they are, where they are, what they compute in."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch

from musivid.core.device import autocast as half_precision
from musivid.core.errors import PresetError
from musivid.nets.protocols import Dreamer, Painter, Perceptor
from musivid.painting.thrift import Thrift
from musivid.settings.video import PaintingPreset, VideoPreset, parse_size
from musivid.weights.session import Session

__all__ = ["Studio", "open_studio", "painted_size"]

_LONGEST_PX = 256  # longest side that is painted where the preset says nothing


@dataclass(frozen=True, slots=True)
class Studio:
    """What a pipeline paints with.

    Attributes:
        painter: latents and pictures.
        perceptor: what pictures, words and sounds mean.
        dreamer: first latents; None: the painter's random codes.
        device: where they are.
        autocast: half precision of inner products; None: float32.
        thrift: whether memory is spared, from when the device is full on.
    """

    painter: Painter
    perceptor: Perceptor
    dreamer: Dreamer | None
    device: torch.device
    autocast: torch.dtype | None
    thrift: Thrift = field(default_factory=Thrift)

    def half(self) -> torch.autocast:
        """Context in which the networks may compute in half precision."""
        return half_precision(self.device, self.autocast)


def open_studio(session: Session, preset: VideoPreset) -> Studio:
    """Return the studio of a preset; each model is loaded once per session.

    Raises:
        PresetError: the dreamer knows another space than the perceptor's.
    """
    models = preset.models
    painter = session.painter(models.painter)
    painter.save_memory(preset.painting.save_memory)
    perceptor = session.perceptor(models.perceptor, models.listener)
    dreamer = session.dreamer(models.dreamer) if models.dreamer else None
    if dreamer is not None and dreamer.dim != perceptor.dim:
        raise PresetError(
            f"{models.dreamer} dreams in another space than {models.perceptor} sees in: "
            f"{dreamer.dim} dimensions, not {perceptor.dim}",
            hint="Set models.dreamer to null.",
        )
    return Studio(
        painter=painter,
        perceptor=perceptor,
        dreamer=dreamer,
        device=session.device,
        autocast=None if session.dtype == torch.float32 else session.dtype,
        thrift=Thrift(session.warn),
    )


def painted_size(output: tuple[int, int], settings: PaintingPreset, factor: int) -> tuple[int, int]:
    """Return the (width, height) that networks paint at: whole multiples of their factor.

    Without a size in the preset it is the output's, shrunk so that no side is above 256. The
    camera enlarges it to cover the output, so the nearest multiple is as good as any.
    """
    width, height = parse_size(settings.size) if settings.size else output
    if settings.size is None:
        shrink = min(1.0, _LONGEST_PX / max(width, height))
        width, height = round(width * shrink), round(height * shrink)
    sides = [max(factor, factor * round(side / factor)) for side in (width, height)]
    return sides[0], sides[1]
