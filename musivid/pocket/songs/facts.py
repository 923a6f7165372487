"""What a song is: exact facts, and the lots that are drawn for them."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np

from musivid.analysis.tonality import TONICS
from musivid.score.songs.genres import GENRES, Genre

__all__ = ["MODE_VALENCE", "SongFacts", "draw_facts", "moods_of", "pick", "stream"]

T = TypeVar("T")
# How happy a mode sounds, other things being equal.
MODE_VALENCE = {
    "lydian": 0.75,
    "major": 0.75,
    "mixolydian": 0.65,
    "dorian": 0.45,
    "minor": 0.3,
    "harmonic minor": 0.2,
    "phrygian": 0.15,
}
# Rows: energy low, middle, high; columns: valence low, middle, high.
_MOODS = (
    (("sad", "lonely", "melancholic"), ("calm", "quiet", "dreamy"), ("peaceful", "tender", "warm")),
    (("gloomy", "tense", "brooding"), ("mellow", "steady", "pensive"), ("happy", "sunny", "light")),
    (
        ("angry", "fierce", "menacing"),
        ("driving", "intense", "strong"),
        ("joyful", "euphoric", "triumphant"),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SongFacts:
    """The facts of one song or excerpt.

    Attributes:
        genre: a key of `GENRES`.
        tempo_bpm: quarter notes a minute.
        key: tonic, one of `TONICS`.
        mode: a key of `MODES`.
        energy: how hard it is played, 0..1.
        valence: how happy it is, 0..1.
        brightness: how bright it sounds, 0..1; in a composed song measured on the notes.
        density: how many onsets there are, 0..1 (1: twelve a second); measured likewise.
        instruments: everyday names of all that play, `drums` first; empty lets the genre choose.
        moods: words for energy and valence together.
        beats_per_bar: 4, or 3 for a waltz.
    """

    genre: str
    tempo_bpm: float
    key: str
    mode: str
    energy: float
    valence: float
    brightness: float
    density: float
    instruments: tuple[str, ...] = ()
    moods: tuple[str, ...] = ()
    beats_per_bar: int = 4


def stream(seed: int, *names: str | int) -> np.random.Generator:
    """Return the generator of one named part of a seed; parts do not disturb each other."""
    return np.random.default_rng([seed, *(zlib.crc32(str(name).encode()) for name in names)])


def pick(rng: np.random.Generator, options: tuple[T, ...] | list[T]) -> T:
    """Return one of the options, all equally likely."""
    return options[int(rng.integers(len(options)))]


def moods_of(energy: float, valence: float) -> tuple[str, ...]:
    """Return words for a mood: three that fit energy (0..1) and valence (0..1)."""
    rows = [0 if value < 0.4 else 1 if value < 0.65 else 2 for value in (energy, valence)]
    return _MOODS[rows[0]][rows[1]]


def draw_facts(seed: int, **fixed: Any) -> SongFacts:
    """Draw the facts of a song from a seed; any field of `SongFacts` can be given instead.

    Raises:
        KeyError: the genre is not in `GENRES`.
        TypeError: a name is not a field of `SongFacts`.
    """
    rng = stream(seed, "facts")
    name = fixed.get("genre") or pick(rng, tuple(GENRES))
    genre = GENRES[name]
    energy = fixed.get("energy", _between(rng, genre.energy))
    valence = fixed.get("valence", _between(rng, genre.valence))
    low, high = genre.tempo
    tempo = low + (high - low) * (0.6 * _share(energy, genre.energy) + 0.4 * float(rng.random()))
    density = 0.2 + 0.5 * _share(energy, genre.energy) + 0.3 * float(rng.random())
    facts = SongFacts(
        genre=name,
        tempo_bpm=float(round(tempo)),
        key=pick(rng, TONICS),
        mode=_draw_mode(rng, genre, valence),
        energy=energy,
        valence=valence,
        brightness=round(float(rng.random()), 3),
        density=round(min(density, 1.0), 3),
        beats_per_bar=genre.beats,
    )
    facts = replace(facts, **fixed)
    return replace(facts, moods=moods_of(facts.energy, facts.valence))


def _between(rng: np.random.Generator, span: tuple[float, float]) -> float:
    return round(span[0] + (span[1] - span[0]) * float(rng.random()), 3)


def _share(value: float, span: tuple[float, float]) -> float:
    return min(max((value - span[0]) / max(span[1] - span[0], 1e-6), 0.0), 1.0)


def _draw_mode(rng: np.random.Generator, genre: Genre, valence: float) -> str:
    """Draw one of the genre's modes, those near to the valence more often."""
    weights = np.array([np.exp(-((MODE_VALENCE[m] - valence) ** 2) / 0.05) for m in genre.modes])
    return genre.modes[int(np.searchsorted(np.cumsum(weights) / weights.sum(), rng.random()))]
