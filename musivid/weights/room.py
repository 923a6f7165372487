"""Whether a published pipeline has room on a device, and how it is kept there where it has little.

`Session` asks before it loads one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from musivid.core import device as devices
from musivid.core.progress import Reporter
from musivid.weights.pipelines import count_parameters, index_facts

if TYPE_CHECKING:
    import torch

    from musivid.nets.diffusion.pipelines import Offload
    from musivid.nets.diffusion.quantised import Quantise

__all__ = ["SMALLER", "Room"]

_SHARE = 0.85  # of free memory that weights may take; the rest is for what they compute

SMALLER: Mapping[Offload, Offload] = {"none": "model", "model": "sequential"}
"""The next smaller way to keep a pipeline."""


@dataclass(frozen=True, slots=True)
class Room:
    """A device that a pipeline is brought to.

    Attributes:
        device: where it works.
        dtype: of its weights.
        reporter: told what is needed, and what is free.
        release: lets go of all other models.
        quantise: how text encoders are kept.
    """

    device: torch.device
    dtype: torch.dtype
    reporter: Reporter
    release: Callable[[], None]
    quantise: Quantise = "none"

    def offload(self, folder: Path, wanted: Offload, others: list[str]) -> Offload:
        """How a pipeline is kept, after a look at its weights and at what is free on the device.

        Args:
            folder: of the pipeline.
            wanted: by the settings.
            others: names of the models that are held there.
        """
        on_cpu = self.device.type == "cpu"
        if wanted != "none" and on_cpu:
            self.reporter.note("models.offload has no effect on a CPU: its memory is the main one")
        needed = self._needed(folder)
        free = devices.free_memory(self.device)
        if not needed or free is None:
            return wanted
        if needed > _SHARE * free and others and not on_cpu:
            names = ", ".join(others)
            self.reporter.note(f"{folder.name} needs room on {self.device}: {names} go")
            self.release()
            free = devices.free_memory(self.device) or free
        told = f"{folder.name}: weights of {needed / 1e9:.1f} GB, {free / 1e9:.1f} GB are free"
        self.reporter.note(f"{told} on {self.device}")
        if needed <= _SHARE * free or wanted != "none":
            return wanted
        if on_cpu:
            self.reporter.warn(f"{told}: it may be killed, or swap for hours; take a smaller one")
            return wanted
        self.reporter.warn(
            f"{told} on {self.device}: each network is brought there while it works "
            "(models.offload model)"
        )
        return "model"

    def _needed(self, folder: Path) -> int:
        """Bytes of a pipeline's weights."""
        counts = count_parameters(folder)
        needed = sum(counts.values()) * float(self.dtype.itemsize)
        if self.quantise != "none":
            from musivid.nets.diffusion.quantised import NUMBER_BYTES, text_parts

            texts = sum(counts.get(part, 0) for part in text_parts(index_facts(folder)))
            needed -= texts * (self.dtype.itemsize - NUMBER_BYTES[self.quantise])
        return round(needed)
