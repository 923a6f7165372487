"""Adam, the default optimiser of latents; torch's own imports its compiler when it is made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

__all__ = ["Adam"]

_MEAN_DECAY, _SQUARE_DECAY, _EPSILON = 0.9, 0.999, 1e-8
_MOMENTS = ("exp_avg", "exp_avg_sq")


class Adam:
    """Adam as its paper proposes it; the numbers on a CPU are those of `torch.optim.Adam`.

    It has the part of torch's interface that latents need. `import torch._dynamo`, which torch's
    own costs, takes about as long as `import torch`.

    Source: D. Kingma and J. Ba, arXiv 1412.6980.

    Attributes:
        param_groups: one for each tensor: it, in a list, as `params`, and its step size `lr`.
    """

    def __init__(self, groups: Sequence[dict[str, Any]], lr: float) -> None:
        self.param_groups = [{"lr": lr, **group} for group in groups]
        self._memories: dict[int, dict[str, Any]] = {}

    @torch.no_grad()
    def step(self) -> None:
        """Move every tensor by its `grad`."""
        for index, group in enumerate(self.param_groups):
            (moved,) = group["params"]
            if index not in self._memories:
                zeros = {name: torch.zeros_like(moved) for name in _MOMENTS}
                self._memories[index] = {"step": 0, **zeros}
            memory = self._memories[index]
            memory["step"] += 1
            _move(moved, group["lr"], **memory)

    def state_dict(self) -> dict[str, Any]:
        """What the optimiser remembers, as torch's own says it."""
        return {"state": self._memories, "param_groups": self.param_groups}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Remember what `state_dict` returned."""
        for index, memory in state["state"].items():
            moved = self.param_groups[index]["params"][0]
            self._memories[index] = {
                "step": int(memory["step"]),
                **{name: memory[name].to(moved.device) for name in _MOMENTS},
            }


def _move(moved: Tensor, lr: float, *, step: int, exp_avg: Tensor, exp_avg_sq: Tensor) -> None:
    """One step of one tensor; its memory changes with it."""
    assert moved.grad is not None  # the caller has put it there
    exp_avg.lerp_(moved.grad, 1 - _MEAN_DECAY)
    exp_avg_sq.mul_(_SQUARE_DECAY).addcmul_(moved.grad, moved.grad, value=1 - _SQUARE_DECAY)
    scale = (1 - _SQUARE_DECAY**step) ** 0.5
    spread = (exp_avg_sq.sqrt() / scale).add_(_EPSILON)
    moved.addcdiv_(exp_avg, spread, value=-lr / (1 - _MEAN_DECAY**step))
