"""Who goes through a film: one protagonist in one colour, and what single lines bring in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from musivid.core.seeds import dice
from musivid.living.denial import without_denied
from musivid.living.figures.cast import FIGURES
from musivid.living.plan import Place
from musivid.living.scenes import scene_class
from musivid.living.world import read_world
from musivid.settings.yamltext import read_plain_yaml

__all__ = [
    "ACCENTS",
    "cast_film",
    "choose_accent",
    "choose_protagonist",
    "figure_of",
    "figures_in",
    "has_room",
    "shows_somebody",
]

Rgb = tuple[float, float, float]

ACCENTS: dict[str, Rgb] = {
    "crimson": (0.44, 0.012, 0.016),
    "vermilion": (0.56, 0.055, 0.010),
    "saffron": (0.62, 0.24, 0.012),
    "rose": (0.52, 0.050, 0.105),
}
"""Colours of a protagonist, linear light."""

_PEOPLE = ("walker", "woman", "couple")
_PERSONS = frozenset(("couple", "woman", "walker", "child"))
_OWN = ("horse", "cat", "deer", "dancer", "child")  # who leads where a song names them often
_CALM = ("walker", "woman", "couple", "child")
_WILD = ("walker", "couple", "dancer", "woman")
_WISHED = (("dances", {"dance", "sway"}), ("walks", {"run", "leave", "return"}))
_BODIES = _PERSONS | {"angel", "dancer", "player", "umbrella"}
_SUBJECTS = {"ship": "boat", "rose": "flower"}  # whose figure has another name
_LIVELY = 0.55  # energy of a song in which people rather dance


@lru_cache(maxsize=1)
def _words() -> dict[str, str]:
    text = Path(__file__).with_name("cast.yaml").read_text(encoding="utf-8")
    return {str(word): name for name, words in read_plain_yaml(text).data.items() for word in words}


def figures_in(line: str) -> list[str]:
    """The figures that a line names, in its order; none that it says is not there."""
    known, line = _words(), without_denied(line)
    found = [known[word] for word in re.findall(r"[^\W\d_]+", line.lower()) if word in known]
    found += [name for word, name in known.items() if ord(word[0]) > 0x2E80 and word in line]
    return list(dict.fromkeys(found))


def shows_somebody(caption: str) -> bool:
    """Whether a picture of this caption has people in it."""
    return not _BODIES.isdisjoint(figures_in(caption))


def choose_protagonist(
    lines: Sequence[str], energy: float, seed: int, people: Sequence[str] = ()
) -> str:
    """Who the film follows: whom the words are about, else by the energy of the music.

    Args:
        lines: of the song; none: by the sound alone.
        energy: of the music, 0 still to 1 wild.
        seed: another one, another choice among those that fit.
        people: who is in its scenes anyway; whom no word names gives way to them.
    """
    rng = dice(seed + 5)
    named = Counter(name for line in lines for name in figures_in(line))
    own = [name for name in _OWN if named[name] >= 2]
    if own:
        return own[0]
    persons = [(named[name], name) for name in sorted(_PERSONS) if named[name]]
    if persons:
        return max(persons)[1]
    if people:
        return people[0]
    if lines:
        return _PEOPLE[int(rng.integers(2))]
    choice = _WILD if energy > _LIVELY else _CALM
    return choice[int(rng.integers(len(choice)))]


def choose_accent(seed: int) -> Rgb:
    """The one colour of a film."""
    return list(ACCENTS.values())[int(dice(seed + 6).integers(len(ACCENTS)))]


def figure_of(subjects: Sequence[str], shows: Sequence[str]) -> str | None:
    """The figure that brings a line's subject into a picture that does not show it.

    Args:
        subjects: what the line is about, the nearest first.
        shows: subjects that the picture shows.
    """
    for subject in subjects:
        if subject in shows:
            return None
        name = _SUBJECTS.get(subject, subject)
        if name in FIGURES:
            return name
    return None


def cast_film(
    places: Sequence[Place],
    energy: float,
    seed: int,
    meant: Mapping[str, Sequence[str]] = MappingProxyType({}),
    *,
    pictures: Container[str] = (),
) -> list[Place]:
    """The places with their figures, each in an action other than the one before.

    Nobody stands before a picture of the user's own, unless a plan says so.

    Args:
        places: of the film.
        energy: of the music, 0 still to 1 wild.
        seed: another one, other figures among those that fit.
        meant: subjects of each line, the nearest first.
        pictures: looks of `picture` that somebody may stand before.
    """
    shows = {look.name: look.shows for look in read_world()}
    lines = [place.line for place in places if place.line]
    own = [who for place in places if (who := scene_class(place.scene).people)]
    leads = choose_protagonist(lines, energy, seed, own)
    cast, rng, before = [], dice(seed + 8), ""
    for index, place in enumerate(places):
        own_picture = place.scene == "picture" and place.look not in pictures
        if own_picture or not scene_class(place.scene).stands:
            cast.append(place)
            continue
        named = [name for name in figures_in(place.line) if name not in _PERSONS]
        seen = shows.get(f"{place.scene}/{place.look}", ())
        if not named and (brought := figure_of(meant.get(place.line, ()), seen)):
            named = [brought]
        fitting = [name for name in named if has_room(place.scene, name)]
        name = fitting[0] if fitting else leads
        poses = list(FIGURES[name].poses)
        acts = {act.name for act in place.acts}
        wished = [pose for pose, why in _WISHED if pose in poses and acts & why]
        if not place.line and not wished:  # verses travel, choruses open
            own = ["dances", "stands"] if "open" in acts else ["walks", "dances"]
            wished = [pose for pose in own if pose in poses and pose != before][:1]
        last = index == len(places) - 1 and "stands" in poses
        others = [pose for pose in poses if pose != before] or poses
        pose = "stands" if last else (wished or [others[int(rng.integers(len(others)))]])[0]
        before = pose
        cast.append(replace(place, figure=f"{name} {pose}" if has_room(place.scene, name) else ""))
    return cast


def has_room(scene: str, name: str) -> bool:
    """Whether a scene has room for a figure."""
    stands = scene_class(scene).stands.values()
    home = FIGURES[name].home
    if home == "water":
        return any(stand.water is not None for stand in stands)
    return home == "air" or any(stand.ground for stand in stands)
