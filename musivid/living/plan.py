"""Which place a film shows when: places on the song's clock, as a table that people can change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Act", "Place", "lay_places"]

_OPEN_S = 3.2  # how long the light of a chorus opens


@dataclass(frozen=True, slots=True)
class Act:
    """Something that happens in a place, as a verb of the line says.

    Attributes:
        name: what, one of `verbs.action_names`.
        start_s: when it begins, in seconds of the film.
        end_s: when it is over.
    """

    name: str
    start_s: float
    end_s: float


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
        shot: the one that it opens with; empty: the scene's first.
        figure: who is in it and does what: `walker walks`; empty: nobody.
        acts: what happens in it, ascending.
        variant: another one draws its chances differently.
        held: whether it stays in the shot that it opens with.
    """

    start_s: float
    end_s: float
    scene: str
    look: str
    line: str = ""
    cut: str = "cut"
    shot: str = ""
    figure: str = ""
    acts: tuple[Act, ...] = ()
    variant: int = 0
    held: bool = False

    @property
    def first_shot(self) -> int:
        """Index of the shot that it opens with."""
        from musivid.living.scenes import scene_class

        return scene_class(self.scene).shots.index(self.shot) if self.shot else 0


def lay_places(
    borders_s: Sequence[float],
    choices: Sequence[tuple[str, str, str]],
    cuts: Sequence[str],
    opens: Sequence[bool] = (),
) -> list[Place]:
    """Places from borders (one more than choices of scene, look, line).

    A scene that comes back opens with its next shot.

    Args:
        borders_s: where places begin, and where the last ends.
        choices: scene, look and line of each.
        cuts: how the film comes to each.
        opens: which open as a chorus does, with the first and widest shot, and light; empty: none.
    """
    from musivid.living.scenes import scene_class

    seen: dict[str, int] = {}
    places = []
    for index, (scene, look, line) in enumerate(choices):
        shots = scene_class(scene).shots
        turn = seen.get(scene, 0)
        seen[scene] = turn + 1
        opened = bool(opens) and opens[index]
        start, end = borders_s[index], borders_s[index + 1]
        acts: tuple[Act, ...] = ()
        if opened and end - start > _OPEN_S:
            acts = (Act("open", start, start + _OPEN_S),)
        shot = shots[0 if opened else turn % len(shots)]
        places.append(Place(start, end, scene, look, line, cuts[index], shot, acts=acts))
    return places
