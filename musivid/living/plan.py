"""Which place a film shows when: places on the song's clock, as a table that people can change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Place", "lay_places"]


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of film in one scene.

    Attributes:
        start_s: where it begins; cuts have their middle there.
        end_s: where it ends.
        scene: name of the scene.
        look: one of the scene's looks.
        line: the words that it shows; empty where the sound chose it.
        cut: how the film comes to it.
        first_shot: index of the shot that it opens with.
        variant: another one draws its chances differently.
    """

    start_s: float
    end_s: float
    scene: str
    look: str
    line: str = ""
    cut: str = "cut"
    first_shot: int = 0
    variant: int = 0


def lay_places(
    borders_s: Sequence[float], choices: Sequence[tuple[str, str, str]], cuts: Sequence[str]
) -> list[Place]:
    """Places from borders (one more than choices of scene, look, line).

    A scene that comes back opens with its next shot.
    """
    seen: dict[str, int] = {}
    places = []
    for start, end, (scene, look, line), cut in zip(
        borders_s[:-1], borders_s[1:], choices, cuts, strict=True
    ):
        shot = seen.get(scene, 0)
        seen[scene] = shot + 1
        places.append(Place(start, end, scene, look, line, cut, shot, variant=0))
    return places
