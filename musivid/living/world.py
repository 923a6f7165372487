"""The world of scenes as data: each look, the words it is found by, and how it feels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from musivid.settings.yamltext import read_plain_yaml

__all__ = ["WorldLook", "read_world"]


@dataclass(frozen=True, slots=True)
class WorldLook:
    """One look of a scene.

    Attributes:
        scene: name of the scene.
        look: name of the look.
        words: lines that a songwriter could sing of it.
        energy: 0 still to 1 wild.
        light: 0 dark to 1 bright.
    """

    scene: str
    look: str
    words: tuple[str, ...]
    energy: float
    light: float

    @property
    def name(self) -> str:
        """How it is asked for: `sea/moon`."""
        return f"{self.scene}/{self.look}"


@lru_cache(maxsize=1)
def read_world() -> tuple[WorldLook, ...]:
    """All looks of all scenes, in the order of `world.yaml`."""
    text = Path(__file__).with_name("world.yaml").read_text(encoding="utf-8")
    raw = read_plain_yaml(text).data
    return tuple(
        WorldLook(scene, look, tuple(row["words"]), float(row["energy"]), float(row["light"]))
        for scene, looks in raw.items()
        for look, row in looks.items()
    )
