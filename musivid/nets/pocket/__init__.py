"""The pocket models: small networks of this project's own, and how their files are loaded."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from musivid.core.errors import WeightsError
from musivid.nets.pocket.dreamer import PocketDreamer
from musivid.nets.pocket.painter import PocketPainter
from musivid.nets.pocket.perceptor import PocketPerceptor

__all__ = [
    "PocketDreamer",
    "PocketPainter",
    "PocketPerceptor",
    "load_pocket_dreamer",
    "load_pocket_painter",
    "load_pocket_perceptor",
    "save_pocket",
]


_LARGE = 4096  # entries from which on a tensor is large
_MOST_SIZE = 65_536  # of any width, depth or count that a header states
_STEPS = ":steps"  # ends the name of the units that a tensor of bytes is in


def save_pocket(
    module: nn.Module,
    path: Path,
    settings: dict[str, object],
    *,
    small: bool = False,
    **card: object,
) -> None:
    """Write a module's tensors in half precision, with its settings and its card.

    Args:
        module: whose tensors.
        path: the file, which is replaced.
        settings: what the module is built with.
        small: whether large tensors are written as bytes, with one unit a row.
        card: what is to be known of the training.
    """
    from safetensors.torch import save_file

    tensors: dict[str, Tensor] = {}
    for name, value in module.state_dict().items():
        if small and value.is_floating_point() and value.ndim > 1 and value.numel() >= _LARGE:
            tensors |= _to_bytes(name, value)
        else:
            tensors[name] = value.half() if value.is_floating_point() else value
    metadata = {
        "family": type(module).__name__,
        "settings": json.dumps(settings),
        "card": json.dumps(card),
    }
    save_file({name: value.contiguous() for name, value in tensors.items()}, path, metadata)


def _to_bytes(name: str, value: Tensor) -> dict[str, Tensor]:
    """A tensor as int8 and the units of its rows, [rows, 1, ...]."""
    steps = value.abs().amax(tuple(range(1, value.ndim)), keepdim=True).clamp(min=1e-8) / 127
    steps = steps.half().float().clamp(min=1e-7)
    return {name: (value / steps).round().clamp(-127, 127).char(), name + _STEPS: steps.half()}


def _to_floats(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Tensors as the module has them: floats are float32, bytes with units are floats again."""
    out = {}
    for name, value in tensors.items():
        if name.endswith(_STEPS):
            continue
        steps = tensors.get(name + _STEPS)
        value = value if steps is None else value.float() * steps.float()
        out[name] = value.float() if value.is_floating_point() else value
    return out


def _load(path: Path, build: Callable[..., nn.Module]) -> nn.Module:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "pt") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise WeightsError(
            f"{path} cannot be read as pocket weights: {error}",
            hint="The file is damaged or of another kind.",
            command="musivid models verify",
        ) from None
    family = metadata.get("family", "an unknown model")
    if family != build.__name__:
        raise WeightsError(
            f"{path} holds {family}, not {build.__name__}",
            hint="Name the model that the preset asks for.",
            command="musivid models list",
        )
    try:
        settings = json.loads(metadata["settings"])
        floats = _to_floats(tensors)
        with torch.random.fork_rng(devices=[]):
            _check_sizes(build, settings, floats)
            module = build(**settings)
        module.load_state_dict(floats)
    except (KeyError, TypeError, ValueError, RuntimeError, RecursionError) as error:
        raise WeightsError(
            f"{path} does not fit what its header says: {str(error).splitlines()[0][:200]}",
            hint="The file is damaged: install musivid again, or fetch it anew.",
            command="musivid models verify",
        ) from None
    return module.eval().requires_grad_(False)


def _check_sizes(
    build: Callable[..., nn.Module], settings: dict[str, Any], tensors: dict[str, Tensor]
) -> None:
    """Hold a header's sizes against the tensors that are there, before room is made for them.

    Raises:
        ValueError, TypeError: they are of another network.
    """
    lists = (value if isinstance(value, list) else [value] for value in settings.values())
    numbers = (n for values in lists for n in values if isinstance(n, int | float))
    if not all(0 <= number <= _MOST_SIZE for number in numbers):
        raise ValueError(f"a size is not of 0 to {_MOST_SIZE}")
    with torch.device("meta"):
        empty = build(**settings).state_dict()
    if {k: v.shape for k, v in empty.items()} != {k: v.shape for k, v in tensors.items()}:
        raise ValueError("its tensors are of other names or shapes")


def load_pocket_painter(path: Path) -> nn.Module:
    """Load `painter.safetensors`. Raises WeightsError when it is damaged or another model's."""
    return _load(path, PocketPainter)


def load_pocket_perceptor(path: Path) -> nn.Module:
    """Load `perceptor.safetensors`. Raises WeightsError when it is damaged or another model's."""
    return _load(path, PocketPerceptor)


def load_pocket_dreamer(path: Path) -> nn.Module:
    """Load `dreamer.safetensors`. Raises WeightsError when it is damaged or another model's."""
    return _load(path, PocketDreamer)
