"""Limits that figures of `evaluate` must reach, for machines that decide: `sync.bas_music.z=2`."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from musivid.core.errors import UsageError

__all__ = ["Limit", "read_limits", "shortfalls"]

_SECTIONS = (
    *("sync", "picture", "integrity", "meaning", "music", "roundtrip", "distribution"),
    *("duration_s", "fps", "tempo_bpm"),
)


@dataclass(frozen=True, slots=True)
class Limit:
    """The least that a figure may be: `path` is dotted, from the file's own object."""

    path: str
    least: float


def read_limits(texts: Sequence[str]) -> list[Limit]:
    """Return limits from what was typed.

    Raises:
        UsageError: not NAME=NUMBER, or no section of a result.
    """
    limits = []
    for text in texts:
        path, _, number = text.partition("=")
        try:
            least = float(number)
            if math.isnan(least):
                raise ValueError("it is no number")
        except ValueError:
            raise UsageError(
                f"--fail-under {text!r} is not a limit", hint="Write it as sync.bas_music.z=2."
            ) from None
        if path.split(".")[0] not in _SECTIONS:
            raise UsageError(
                f"--fail-under {text!r} names nothing that is measured",
                hint=f"It begins with one of: {', '.join(_SECTIONS)}.",
            )
        limits.append(Limit(path, least))
    return limits


def shortfalls(facts: Mapping[str, Any], limits: Sequence[Limit]) -> list[str]:
    """Return in words which limits a file does not reach; what was not measured does not either.

    A path to a measure means its value.
    """
    name = Path(str(next(iter(facts.values()), ""))).name
    missed = []
    for limit in limits:
        found: Any = facts
        for key in limit.path.split("."):
            reason = found.get("reason", "") if isinstance(found, Mapping) else ""
            found = found.get(key) if isinstance(found, Mapping) else None
        if isinstance(found, Mapping):
            reason = found.get("reason", "")
            found = found.get("value")
        if isinstance(found, bool) or not isinstance(found, int | float):
            missed.append(f"{name}: {limit.path} was not measured" + (f": {reason}" * bool(reason)))
        elif not found >= limit.least:
            missed.append(f"{name}: {limit.path} is {found:.4g}, under {limit.least:g}")
    return missed
