"""Where musivid finds and keeps files: what it ships with, and the user's own folders."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from musivid.core.errors import UsageError

if TYPE_CHECKING:
    from platformdirs import PlatformDirs

__all__ = [
    "cache_folder",
    "config_folder",
    "data_folder",
    "expanded",
    "is_written_as_path",
    "means_path",
    "shipped_folder",
]

_MOST_NAME, _MOST_PATH = 255, 4095  # bytes
_PACKAGE = Path(__file__).resolve().parents[1]


def expanded(path: str | Path) -> Path:
    """The path with a leading `~` or `~name` made the home that is meant.

    Raises:
        UsageError: nobody here has that name, no home is known, or no system takes such a name.
    """
    named = os.fsencode(path)
    if len(named) > _MOST_PATH or any(len(part) > _MOST_NAME for part in named.split(b"/")):
        raise UsageError(
            f"{path}: such a name cannot be used: it is too long",
            hint="Give a shorter name: most systems take 255 bytes a name, 4096 a path.",
        )
    try:
        return Path(path).expanduser()
    except RuntimeError:
        home = Path(path).parts[0]
        raise UsageError(
            f"{path}: no home folder is known for {home}",
            hint=f"Write the folder out in full, or ./{home} for a file of that name.",
        ) from None


def shipped_folder(name: str) -> Path:
    """The shipped folder `name` (`configs`, `models`): the wheel's copy, or the checkout's.

    A wheel holds it inside the package; an editable install uses the one beside the package.
    """
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def means_path(text: str, names: Collection[str], suffixes: Collection[str]) -> bool:
    """Whether what a user wrote means a file rather than something known by name.

    A known name is that, whatever lies in the working folder. Everything else is a path if it is
    written like one, or is a file as it stands.

    Args:
        text: what was written.
        names: those that are known.
        suffixes: endings of such files, in lower case, with their dots.
    """
    if text in names:
        return False
    return is_written_as_path(text, suffixes) or expanded(text).is_file()


def is_written_as_path(text: str, suffixes: Collection[str]) -> bool:
    """Whether a text looks like a path: parts of one, or an ending of such files."""
    return "/" in text or os.sep in text or Path(text).suffix.lower() in suffixes


def config_folder() -> Path:
    """Folder of the user's own presets: on Linux $XDG_CONFIG_HOME/musivid."""
    return _kept(_places().user_config_path, "XDG_CONFIG_HOME", ".config")


def data_folder() -> Path:
    """Folder for what the user fetched: on Linux $XDG_DATA_HOME/musivid."""
    return _kept(_places().user_data_path, "XDG_DATA_HOME", ".local/share")


def cache_folder() -> Path:
    """Folder for what can be lost without harm: on Linux $XDG_CACHE_HOME/musivid."""
    return _kept(_places().user_cache_path, "XDG_CACHE_HOME", ".cache")


def _places() -> PlatformDirs:
    """Where the system that this is keeps the files of programs."""
    from platformdirs import PlatformDirs

    return PlatformDirs("musivid", appauthor=False)


def _kept(folder: Path, variable: str, below_home: str) -> Path:
    """The folder, or the one that version 0.1 made on every system, where only that is there."""
    chosen = os.environ.get(variable, "")
    old = os.path.join(os.path.expanduser("~"), below_home, "musivid")
    # Asked of `os.path`, for which a home that may not be entered, or is none, holds nothing.
    if (chosen and folder.parent == Path(chosen)) or os.path.exists(folder):
        return folder
    return Path(old) if os.path.isdir(old) else folder
