"""The eight optimisers that may move a latent, and their states as plain tensors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

__all__ = ["load_optimiser_state", "make_optimiser", "optimiser_state"]

_TORCH = ("Adam", "AdamW", "Adagrad", "Adamax", "RMSprop", "RAdam")
_COUNTER = "step"  # some optimisers count steps in their group instead of beside each parameter
_IN_GROUP = "group_step"


def make_optimiser(name: str, latents: Sequence[Tensor], lr: float) -> torch.optim.Optimizer:
    """An optimiser of the latents, each a parameter in a group of its own (its own step size).

    DiffGrad (Dubey et al., arXiv 1909.11015) has the epsilon and decay that VQGAN-CLIP gives it;
    AdamP is Heo et al., arXiv 2006.08217.
    """
    groups = [{"params": [latent]} for latent in latents]
    if name in _TORCH:
        make: Callable[..., torch.optim.Optimizer] = getattr(torch.optim, name)
        return make(groups, lr=lr)
    import pytorch_optimizer

    if name == "DiffGrad":
        return pytorch_optimizer.DiffGrad(groups, lr=lr, eps=1e-9, weight_decay=1e-9)
    return pytorch_optimizer.AdamP(groups, lr=lr)


def optimiser_state(optimiser: torch.optim.Optimizer) -> dict[str, Tensor]:
    """All that the optimiser remembers, as tensors by flat names; numbers become 0-d tensors."""
    tensors: dict[str, Tensor] = {}
    for index, memory in optimiser.state_dict()["state"].items():
        for key, value in memory.items():
            tensors[f"{index}.{key}"] = torch.as_tensor(value).detach().cpu().clone()
    for index, group in enumerate(optimiser.param_groups):
        if isinstance(group.get(_COUNTER), int):
            tensors[f"{index}.{_IN_GROUP}"] = torch.tensor(group[_COUNTER])
    return tensors


def load_optimiser_state(optimiser: torch.optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    """Make the optimiser remember what `optimiser_state` returned."""
    state = optimiser.state_dict()
    memories: dict[int, dict[str, Any]] = {}
    for name, tensor in tensors.items():
        owner, key = name.split(".", 1)
        if key == _IN_GROUP:
            state["param_groups"][int(owner)][_COUNTER] = int(tensor)
        else:
            memories.setdefault(int(owner), {})[key] = tensor.clone()
    optimiser.load_state_dict({"state": memories, "param_groups": state["param_groups"]})
