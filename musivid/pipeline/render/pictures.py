"""Pictures of the user's own as places of a film of scenes: where they stand, what draws them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from musivid.core.errors import PresetError
from musivid.media.pictures import fit_picture, read_picture

if TYPE_CHECKING:
    from musivid.living.film import MakeScene
    from musivid.living.plan import Place
    from musivid.living.scene import Scene
    from musivid.living.weather import Weather
    from musivid.nets.protocols import Perceptor

__all__ = ["OwnPicture", "lay_pictures", "picture_maker"]

_SHARE, _MOST_SHARE = 0.25, 0.6  # of the places that weight 1, and all weights, are shown in
_RETURNS, _NEAR = 0.5, 1.5  # what a part that returns, and a picture next door, count
_LEAST_S = 1.0  # a place is not divided into shorter ones


@dataclass(frozen=True, slots=True)
class OwnPicture:
    """A picture that a film shows.

    Attributes:
        source: the file, or its bytes where it lies within the song.
        weight: how much of the film it has, beside others and the scenes.
        weather: what falls over it; empty: nothing.
    """

    source: Path | bytes
    weight: float
    weather: Weather = ""


def picture_maker(pictures: Sequence[OwnPicture]) -> MakeScene | None:
    """What makes the scenes of a film with these pictures; None: none is needed."""
    if not pictures:
        return None
    from musivid.living.film import made_scene
    from musivid.living.scenes.picture import PICTURE_ROOM, Picture

    def make(place: Place, size: tuple[int, int], seed: int) -> Scene:
        if place.scene != "picture":
            return made_scene(place, size, seed)
        own = pictures[int(place.look) - 1]
        room = round(size[0] * PICTURE_ROOM), round(size[1] * PICTURE_ROOM)
        read = read_picture(own.source, room, role="image")
        return Picture(size, place.look, seed, read, weather=own.weather)

    return make


def lay_pictures(
    places: Sequence[Place],
    pictures: Sequence[OwnPicture],
    perceptor: Perceptor | None,
    *,
    alone: str | None = None,
    divide: bool = True,
) -> list[Place]:
    """The plan with pictures in some of its places; each is shown at least once.

    A picture stands where its meaning is near the line's, or the scene's that it takes the place
    of, and rather where a part of the song returns.

    Args:
        places: the plan.
        pictures: what is to be shown.
        perceptor: compares pictures with words; None: all places are as good.
        alone: `picture`, or the one of `picture/1`, is all that is shown.
        divide: places may be divided where there are fewer than pictures.
    """
    if not pictures:
        return list(places)
    if not divide and len(pictures) >= len(places):
        raise PresetError(
            f"{len(pictures)} pictures for {len(places)} places", hint="Give fewer pictures."
        )
    if alone is not None:
        one = alone.partition("/")[2]
        turns = [int(one)] if one else range(1, len(pictures) + 1)
        shown = _divided(places, 1 if one else len(pictures))
        return _shot(
            [_as_picture(p, n) for p, n in zip(shown, itertools.cycle(turns), strict=False)]
        )
    shown = _divided(places, len(pictures) + 1)
    weights = np.array([picture.weight for picture in pictures])
    whole = min(_SHARE * weights.sum(), _MOST_SHARE) * len(shown)
    counts = np.maximum(np.round(whole * weights / weights.sum()), 1).astype(int)
    score = _fitness(shown, pictures, perceptor)
    taken: dict[int, int] = {}
    for turn in range(int(counts.max())):
        for number in np.flatnonzero(counts > turn).tolist():
            if len(taken) < len(shown):
                place = _best_place(score[number], taken, number)
                taken[place] = number
    return _shot([_as_picture(p, taken[k] + 1) if k in taken else p for k, p in enumerate(shown)])


def _as_picture(place: Place, number: int) -> Place:
    return replace(place, scene="picture", look=str(number), shot="")


def _shot(places: Sequence[Place]) -> list[Place]:
    """The plan in which every place says with which shot it opens: what returns, with its next."""
    from musivid.living.scenes import scene_class

    seen: dict[str, int] = {}
    found = []
    for place in places:
        home = f"{place.scene}/{place.look}" if place.scene == "picture" else place.scene
        turn = seen.get(home, 0)
        seen[home] = turn + 1
        if not place.shot:
            shots = scene_class(place.scene).shots
            place = replace(place, shot=shots[turn % len(shots)])
        found.append(place)
    return found


def _divided(places: Sequence[Place], least: int) -> list[Place]:
    """The plan with its longest places halved until there are so many, if they are long enough."""
    found = list(places)
    while len(found) < least:
        index = max(range(len(found)), key=lambda k: found[k].end_s - found[k].start_s)
        place = found[index]
        middle = (place.start_s + place.end_s) / 2
        if middle - place.start_s < _LEAST_S / 2:
            raise PresetError(
                f"{least - 1} pictures do not fit into {found[-1].end_s:.1f} s",
                hint="Give fewer pictures, or a longer part of the song.",
            )
        found[index : index + 1] = [
            replace(place, end_s=middle),
            replace(place, start_s=middle, cut="cut", shot=""),
        ]
    return found


def _fitness(
    places: Sequence[Place], pictures: Sequence[OwnPicture], perceptor: Perceptor | None
) -> NDArray[np.float64]:
    """How well each picture stands in each place, float64 [pictures, places], in spreads."""
    scenes = [place.scene for place in places]
    returns = [_RETURNS * (scene in scenes[:k]) for k, scene in enumerate(scenes)]
    score = np.tile(np.array(returns), (len(pictures), 1))
    if perceptor is None:
        return score
    import torch

    from musivid.living.world import find_looks

    texts = [
        place.line or ", ".join(find_looks(f"{place.scene}/{place.look}")[0].words[:2])
        for place in places
    ]
    with torch.inference_mode():
        said = perceptor.embed_text(texts).float().cpu().numpy()
        seen = np.concatenate([_embedded(perceptor, picture.source) for picture in pictures])
    likeness = seen @ said.T
    away = likeness - likeness.mean(1, keepdims=True)
    return np.asarray(score + away / (likeness.std(1, keepdims=True) + 1e-3), np.float64)


def _embedded(perceptor: Perceptor, source: Path | bytes) -> NDArray[np.float32]:
    """What a picture means, float32 [1, dim]."""
    import torch

    px = perceptor.image_px
    picture = fit_picture(read_picture(source, (px, px)), (px, px), "crop")
    pixels = torch.from_numpy(picture.copy()).permute(2, 0, 1)[None].float().div(255)
    seen = perceptor.embed_image(pixels)
    return np.asarray(seen.detach().float().cpu().numpy(), np.float32)


def _best_place(score: NDArray[np.float64], taken: dict[int, int], number: int) -> int:
    """The best place that is free, away from other pictures, most from the same one."""
    cost = np.zeros(len(score))
    for place, other in taken.items():
        away = np.abs(np.arange(len(score)) - place)
        cost += _NEAR * (away == 1) + (_NEAR if other == number else 0.0) / (1 + away)
        cost[place] = np.inf
    return int(np.argmax(score - cost))
