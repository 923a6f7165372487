"""Where musivid finds and keeps files: what it ships with, and the user's own folders."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["cache_folder", "config_folder", "data_folder", "shipped_folder"]

_PACKAGE = Path(__file__).resolve().parents[1]


def shipped_folder(name: str) -> Path:
    """The shipped folder `name` (`configs`, `models`): the wheel's copy, or the checkout's.

    A wheel holds it inside the package; an editable install uses the one beside the package.
    """
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def config_folder() -> Path:
    """Folder of the user's own presets: $XDG_CONFIG_HOME/musivid."""
    return _user_folder("XDG_CONFIG_HOME", ".config")


def data_folder() -> Path:
    """Folder for what the user fetched: $XDG_DATA_HOME/musivid."""
    return _user_folder("XDG_DATA_HOME", ".local/share")


def cache_folder() -> Path:
    """Folder for what can be lost without harm: $XDG_CACHE_HOME/musivid."""
    return _user_folder("XDG_CACHE_HOME", ".cache")


def _user_folder(variable: str, below_home: str) -> Path:
    base = os.environ.get(variable, "")
    # The XDG rules say that a relative path is to be ignored.
    root = Path(base) if base and Path(base).is_absolute() else Path.home() / below_home
    return root / "musivid"
