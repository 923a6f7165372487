"""Kernels loaded before somebody waits for them: small pictures of scenes, which nobody sees."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.sound import analyse
from musivid.core.timeline import Timeline
from musivid.living.film import LivingFilm
from musivid.living.moment import lay_music
from musivid.living.plan import Place
from musivid.living.scenes import scene_class
from musivid.living.world import read_world

__all__ = ["rehearse"]

_LENGTH_S, _RATE_HZ = 2.0, 22_050
_GROWN = ("wood",)
_SLOW = ("wood", "meadow", "shore", "city", "river", "liquid", "ink")  # these come first


def rehearse(size: tuple[int, int], seed: int = 0) -> Iterator[str]:
    """Draw a picture of each shot of each scene; gives the scene after each.

    What a scene needs is then in memory: its kernels, and what it keeps from one time to the next.

    Args:
        size: (width, height) in pixels of the pictures to come.
        seed: their seed.
    """
    facts = analyse(_clicks(), _RATE_HZ)
    timeline = Timeline(facts.duration_s, Fraction(25))
    music = lay_music(facts, facts.spectrum, timeline)
    for scene, look in sorted(_looks(), key=lambda each: each[0] not in _SLOW):
        for shot in scene_class(scene).shots:
            place = Place(0.0, facts.duration_s, scene, look, shot=shot, held=True)
            LivingFilm(music, [place], size, seed=seed).frame(timeline.frames // 2)
            yield scene


def _looks() -> list[tuple[str, str]]:
    """A look of each scene; all looks of those that grow something of their own for each."""
    first: dict[str, str] = {}
    for look in read_world():
        first.setdefault(look.scene, look.look)
    return [
        (look.scene, look.look)
        for look in read_world()
        if look.look == first[look.scene] or look.scene in _GROWN
    ]


def _clicks() -> NDArray[np.float32]:
    """A song in which something happens: float32 [time], four hits a second."""
    times = np.arange(int(_LENGTH_S * _RATE_HZ)) / _RATE_HZ
    return (np.sin(2 * np.pi * 220 * times) * np.exp(-(times % 0.25) / 0.05)).astype(np.float32)
