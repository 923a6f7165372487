"""Scenes, one a file; a scene is a class in a module of its name, and a row of `world.yaml`."""

from __future__ import annotations

import importlib

from musivid.living.scene import Scene

__all__ = ["scene_class"]


def scene_class(name: str) -> type[Scene]:
    """The class of a scene: `sea` is `Sea` of `scenes/sea.py`."""
    module = importlib.import_module(f"musivid.living.scenes.{name}")
    found: type[Scene] = getattr(module, name.title().replace("_", ""))
    return found
