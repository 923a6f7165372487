"""Files that settings name, whatever for: a plan, a picture, a SoundFont, weights."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from musivid.core.errors import PresetError
from musivid.core.paths import expanded
from musivid.core.pipes import is_pipe

if TYPE_CHECKING:
    from musivid.settings.base import Preset

__all__ = ["named_files", "refuse_pipes"]

_LONGEST = 4096  # characters of a path; what is longer is no name


def named_files(preset: Preset) -> dict[str, list[Path]]:
    """The files that are there under a text among the settings, by the dotted key of the setting.

    A text that happens to be the name of a file is among them: they are only kept from harm.
    """
    found: dict[str, list[Path]] = {}
    for key, text in _texts("", preset.model_dump(mode="json")):
        with contextlib.suppress(OSError, ValueError, RuntimeError):  # no name at all
            path = expanded(text)
            if len(text) < _LONGEST and path.is_file():
                found.setdefault(key, []).append(path)
    return found


def refuse_pipes(preset: Preset) -> None:
    """Refuse pipes among settings: their files are looked at more than once.

    Raises:
        PresetError: there is one.
    """
    for key, text in _texts("", preset.model_dump(mode="json")):
        with contextlib.suppress(RuntimeError):  # a home that is not there
            if is_pipe(expanded(text)):
                raise PresetError(f"{key}: {text} is a pipe", hint="Write it to a file first.")


def _texts(key: str, value: Any) -> Iterator[tuple[str, str]]:
    """All texts among settings; those in lists under the key of the list."""
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts(f"{key}.{name}".lstrip("."), inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(key, inner)
