"""How fast a film is encoded: the names that libx264 gave its presets."""

from __future__ import annotations

from typing import Literal, get_args

__all__ = ["SPEEDS", "Speed"]

Speed = Literal[
    "ultrafast",
    "superfast",
    "veryfast",
    "faster",
    "fast",
    "medium",
    "slow",
    "slower",
    "veryslow",
]

SPEEDS: tuple[str, ...] = get_args(Speed)
"""From the fastest to the one with the smallest files."""
