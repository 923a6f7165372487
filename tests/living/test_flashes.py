"""Light that music throws never flashes beyond what is safe, however fast it is hit."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from living_fixtures import HOP_S, made_facts, made_spectrum
from numpy.typing import NDArray

from musivid.core.timeline import Timeline
from musivid.living.film import LivingFilm
from musivid.living.moment import Music, lay_music
from musivid.living.plan import Place

FPS, LENGTH_S, HITS_S = 25, 6.0, 0.125
SIZE = (64, 36)
# Per WCAG 2.3.1 and ITU-R BT.1702: changes of a tenth of the greatest luminance where the darker
# side is below 0.8, more than three pairs in a second, on more than a quarter of the screen.
STEP, DARKER, MOST, AREA = 0.10, 0.80, 3, 0.25


def hammered() -> Music:
    """A song whose drums hit eight times a second, as loud as can be."""
    facts = made_facts(LENGTH_S)
    times = np.arange(len(facts.curves.onset)) * HOP_S
    hits = np.exp(-(times % HITS_S) / 0.03).astype(np.float32)
    full = np.ones_like(hits)
    curves = replace(facts.curves, onset=hits, percussive=hits, loudness=full, bass=hits)
    beats = np.arange(0.0, LENGTH_S, 2 * HITS_S)
    fast = replace(facts, curves=curves, beats_s=beats, downbeats_s=beats[::4])
    return lay_music(fast, made_spectrum(LENGTH_S), Timeline(LENGTH_S, Fraction(FPS)))


def flashes(light: NDArray[np.float32]) -> NDArray[np.int64]:
    """Pairs of opposite changes of luminance at each place; light [frames, places], 0..1."""
    turns = np.zeros(light.shape[1], np.int64)
    low, high = light[0].copy(), light[0].copy()
    way = np.zeros(light.shape[1], np.int64)
    for row in light[1:]:
        low, high = np.minimum(low, row), np.maximum(high, row)
        up = (row - low >= STEP) & (low < DARKER) & (way != 1)
        down = (high - row >= STEP) & (row < DARKER) & (way != -1)
        turns += up | down
        way = np.where(up, 1, np.where(down, -1, way))
        low, high = (np.where(up | down, row, edge) for edge in (low, high))
    return turns // 2


def luminance(frame: NDArray[np.uint8]) -> NDArray[np.float32]:
    linear = (frame.reshape(-1, 3) / 255.0) ** 2.2
    return np.asarray(linear @ (0.2126, 0.7152, 0.0722), np.float32)


def worst_share(film: LivingFilm) -> float:
    """The largest share of the screen that flashes too often within some second."""
    light = np.stack([luminance(film.frame(k)) for k in range(40, 92)])
    seconds = range(0, len(light) - FPS, 5)
    return max(float((flashes(light[k : k + FPS]) > MOST).mean()) for k in seconds)


def test_the_measure_knows_a_flash() -> None:
    dark, bright = np.full(8, 0.1, np.float32), np.full(8, 0.6, np.float32)
    assert (flashes(np.stack([dark, bright] * 5)) >= 4).all()
    assert (flashes(np.stack([dark, dark + 0.05] * 8)) == 0).all()
    slow = np.linspace(0.1, 0.9, 25, dtype=np.float32)[:, None]
    assert (flashes(np.repeat(slow, 4, 1)) == 0).all(), "one way is no flash"


@pytest.mark.parametrize(
    "name",
    [
        "stage/arena", "stage/club", "stage/festival", "lighthouse/storm", "meadow/storm",
        "desk/storm", "city/rain", "clouds/storm", "fireworks/newyear", "fire/camp", "sea/storm",
    ],
)  # fmt: skip
def test_no_scene_flashes_beyond_what_is_safe(name: str) -> None:
    scene, look = name.split("/")
    film = LivingFilm(hammered(), [Place(0.0, LENGTH_S, scene, look)], SIZE, seed=1)
    assert worst_share(film) < AREA
