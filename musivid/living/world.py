"""The world of scenes as data: each look, the words it is found by, and how it feels."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from musivid.core.errors import PresetError
from musivid.settings.yamltext import read_plain_yaml

__all__ = ["WorldLook", "find_looks", "read_world"]

_COVER_LOOKS = ("ring", "bars", "wave", "mountain")


@dataclass(frozen=True, slots=True)
class WorldLook:
    """One look of a scene.

    Attributes:
        scene: name of the scene.
        look: name of the look.
        words: lines that a songwriter could sing of it.
        energy: 0 still to 1 wild.
        light: 0 dark to 1 bright.
        shows: subjects that are seen in it, the most telling first.
        suits: subjects whose sound calls it up as well, though they are not seen in it.
    """

    scene: str
    look: str
    words: tuple[str, ...]
    energy: float
    light: float
    shows: tuple[str, ...] = ()
    suits: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """How it is asked for: `sea/moon`."""
        return f"{self.scene}/{self.look}"


# What a film is never sent to by choice: whole films of their own.
_COVERS = tuple(WorldLook("cover", look, (), 0.5, 0.5) for look in _COVER_LOOKS)


@lru_cache(maxsize=1)
def read_world() -> tuple[WorldLook, ...]:
    """All looks of all scenes, in the order of `world.yaml`."""
    text = Path(__file__).with_name("world.yaml").read_text(encoding="utf-8")
    raw = read_plain_yaml(text).data
    return tuple(
        WorldLook(
            scene,
            look,
            tuple(row["words"]),
            float(row["energy"]),
            float(row["light"]),
            tuple(row.get("shows", ())),
            tuple(row.get("suits", ())),
        )
        for scene, looks in raw.items()
        for look, row in looks.items()
    )


def find_looks(name: str | None) -> tuple[WorldLook, ...]:
    """The looks that a film may show: all, those of a scene, or the one of `scene/look`.

    Covers and the user's own pictures are found by name alone.

    Raises:
        PresetError: there is no such scene or look; the nearest is named.
    """
    world = read_world()
    if name is None:
        return world
    if own := re.fullmatch(r"picture(?:/(\d+))?", name):
        return (WorldLook("picture", own[1] or "1", (), 0.5, 0.5),)
    world = (*world, *_COVERS)
    found = tuple(look for look in world if name in (look.scene, look.name))
    if not found:
        known = list(dict.fromkeys(n for look in world for n in (look.scene, look.name)))
        near = difflib.get_close_matches(name, known, 3, 0.3)
        scenes = ", ".join(dict.fromkeys(look.scene for look in world))
        raise PresetError(
            f"there is no scene {name!r}" + (f"; nearest: {', '.join(near)}" if near else ""),
            hint=f"Scenes are {scenes}; a look of one is asked for as sea/moon.",
        )
    return found
