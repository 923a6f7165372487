"""What the three trainings share: steps that can be stopped and continued, averages, schedules."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from musivid.nets.pocket import save_pocket
from musivid.weights.files import record_weights

__all__ = ["Average", "Loop", "pixels", "ship"]


def pixels(batch: np.ndarray) -> Tensor:
    """Return uint8 pictures as float 0..1 in channels-last order."""
    return torch.from_numpy(batch).float().div_(255).contiguous(memory_format=torch.channels_last)


def ship(
    module: nn.Module,
    path: Path,
    settings: dict[str, object],
    *,
    small: bool = False,
    **card: object,
) -> None:
    """Write the weights with their card, and the checksum beside them."""
    save_pocket(module, path, settings, small=small, **card)
    record_weights(path, licence="MIT", source="trained by musivid on what it makes itself")


class Average:
    """Exponential moving average of a module's tensors, which is what gets shipped."""

    def __init__(self, module: nn.Module, decay: float = 0.998) -> None:
        self.decay = decay
        self.tensors = {k: v.detach().clone() for k, v in module.state_dict().items()}

    def update(self, module: nn.Module, step: int) -> None:
        """Take in the module's present tensors; early steps count for more."""
        decay = min(self.decay, (step + 1) / (step + 10))
        for name, value in module.state_dict().items():
            if value.is_floating_point():
                self.tensors[name].lerp_(value, 1 - decay)
            else:
                self.tensors[name].copy_(value)


class Loop:
    """Counts steps with a warm-up and cosine schedule; saves now and then; can go on.

    Args:
        path: checkpoint file.
        steps: length of the whole schedule.
        parts: what to save: modules, optimisers, averages by name.
        every: steps between two checkpoints.
    """

    def __init__(self, path: Path, steps: int, parts: dict[str, object], every: int = 500) -> None:
        self.path, self.steps, self.parts, self.every = path, steps, parts, every
        self.step, self.spent_s = 0, 0.0
        if path.exists():
            self._load()

    def rate(self, peak: float, warm: int = 200) -> float:
        """The learning rate of the present step."""
        if self.step < warm:
            return peak * (self.step + 1) / warm
        return peak * (0.02 + 0.49 * (1 + math.cos(math.pi * self.step / self.steps)))

    def run(
        self, work: Callable[[int, np.random.Generator], dict[str, float]], say: int = 100
    ) -> None:
        """Call `work(step, rng)` for each step that is left; prints its figures."""
        sums: dict[str, float] = {}
        start, first = time.monotonic(), self.step
        for step in range(self.step, self.steps):
            self.step = step
            figures = work(step, np.random.default_rng((7, self.step)))
            for name, value in figures.items():
                sums[name] = sums.get(name, 0.0) + value
            if (self.step + 1) % say == 0:
                pace = (time.monotonic() - start) / (self.step + 1 - first)
                text = " ".join(f"{k} {v / say:.4f}" for k, v in sums.items())
                print(
                    f"{self.path.stem} {self.step + 1}/{self.steps} {text} {pace:.2f} s/step",
                    flush=True,
                )
                sums = {}
            if (self.step + 1) % self.every == 0 or self.step + 1 == self.steps:
                self._save(self.spent_s + time.monotonic() - start)
        self.spent_s += time.monotonic() - start

    def _save(self, spent_s: float) -> None:
        state = {
            name: part.tensors if isinstance(part, Average) else part.state_dict()  # type: ignore[attr-defined]
            for name, part in self.parts.items()
        }
        part = self.path.with_suffix(".part")
        torch.save({"step": self.step + 1, "spent_s": spent_s, **state}, part)
        part.replace(self.path)

    def _load(self) -> None:
        state = torch.load(self.path, weights_only=True)
        self.step, self.spent_s = state.pop("step"), state.pop("spent_s")
        for name, value in state.items():
            part = self.parts[name]
            if isinstance(part, Average):
                part.tensors = value
            else:
                part.load_state_dict(value)  # type: ignore[attr-defined]
