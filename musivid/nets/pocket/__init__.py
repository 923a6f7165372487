"""The pocket models: small networks of this project's own, and how their files are loaded."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn

from musivid.errors import WeightsError
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


def save_pocket(module: nn.Module, path: Path, settings: dict[str, object], **card: object) -> None:
    """Write a module's tensors in half precision, with its settings and its card."""
    from safetensors.torch import save_file

    tensors = {
        name: (value.half() if value.is_floating_point() else value).contiguous()
        for name, value in module.state_dict().items()
    }
    metadata = {
        "family": type(module).__name__,
        "settings": json.dumps(settings),
        "card": json.dumps(card),
    }
    save_file(tensors, path, metadata)


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
    with torch.random.fork_rng(devices=[]):
        module = build(**json.loads(metadata["settings"]))
    module.load_state_dict(
        {
            name: value.float() if value.is_floating_point() else value
            for name, value in tensors.items()
        }
    )
    return module.eval().requires_grad_(False)


def load_pocket_painter(path: Path) -> nn.Module:
    """Load `painter.safetensors`. Raises WeightsError when it is damaged or another model's."""
    return _load(path, PocketPainter)


def load_pocket_perceptor(path: Path) -> nn.Module:
    """Load `perceptor.safetensors`. Raises WeightsError when it is damaged or another model's."""
    return _load(path, PocketPerceptor)


def load_pocket_dreamer(path: Path) -> nn.Module:
    """Load `dreamer.safetensors`. Raises WeightsError when it is damaged or another model's."""
    return _load(path, PocketDreamer)
