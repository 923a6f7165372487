"""Two small modules that stand in for blocks of taming's networks, with the same tensors.

Each takes the parts of the block that it stands for, so that the names of checkpoints stay.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

__all__ = ["Norm", "Up", "save_memory", "swap_blocks"]

# Which of the 3 weights of a row fall together on one cell, for each of the 4 transposed ones.
_FOLD = ((0.0, 0.0, 1.0), (0.0, 1.0, 1.0), (1.0, 1.0, 0.0), (1.0, 0.0, 0.0))


class Norm(nn.GroupNorm):
    """A `GroupNorm` that keeps the number format of its input; sums are in float32.

    Autocast would turn every activation into float32 here and back again in the convolution.
    """

    def __init__(self, published: nn.GroupNorm) -> None:
        super().__init__(published.num_groups, published.num_channels, published.eps)
        self.weight, self.bias = published.weight, published.bias

    def forward(self, x: Tensor) -> Tensor:
        """Map [n, channels, h, w] to the same shape."""
        weight, bias = self.weight.to(x.dtype), self.bias.to(x.dtype)
        with torch.autocast(x.device.type, enabled=False):
            return F.group_norm(x, self.num_groups, weight, bias, self.eps)


class Up(nn.Module):
    """An `Upsample`, which doubles the sides: each cell is repeated, then convolved.

    A 3x3 convolution of repeated cells sees each of them once or twice, so it equals a transposed
    4x4 convolution of the cells themselves, with 4 / 9 of the products: twice as quick
    (`bench/vqgan.py`). The weights of its kernel [in, out, 4, 4] are sums of those of `conv`,
    which must not change afterwards.
    """

    kernel: Tensor

    def __init__(self, published: nn.Module) -> None:
        super().__init__()
        self.conv = published.conv
        weight = self.conv.weight.detach()
        rows = torch.tensor(_FOLD, dtype=weight.dtype, device=weight.device)
        self.register_buffer(
            "kernel", torch.einsum("ai,bj,ocij->coab", rows, rows, weight), persistent=False
        )

    def forward(self, x: Tensor) -> Tensor:
        """Map [n, channels, h, w] to [n, channels, 2 h, 2 w]."""
        return F.conv_transpose2d(x, self.kernel, self.conv.bias, stride=2, padding=1)


def swap_blocks(network: nn.Module) -> None:
    """Put the stand-ins into a network of taming's blocks that has its weights."""
    from taming.modules.diffusionmodules.model import Upsample

    swaps: dict[type[nn.Module], Callable[..., nn.Module]] = {Upsample: Up, nn.GroupNorm: Norm}
    for module in list(network.modules()):
        for name, child in module.named_children():
            if type(child) in swaps:
                setattr(module, name, swaps[type(child)](child))


def save_memory(network: nn.Module, on: bool) -> None:
    """Whether residual blocks make their activations again for gradients, to keep fewer."""
    from taming.modules.diffusionmodules.model import ResnetBlock

    for block in network.modules():
        if isinstance(block, ResnetBlock):
            vars(block).pop("forward", None)
            if on:
                block.forward = partial(_again, block.forward)


def _again(forward: Callable[[Tensor, None], Tensor], x: Tensor, time: None) -> Tensor:
    """A block's output; what it took to get there is not kept, but made again for the gradient."""
    if not torch.is_grad_enabled():
        return forward(x, time)
    made: Tensor = checkpoint(forward, x, time, use_reentrant=False, preserve_rng_state=False)
    return made
