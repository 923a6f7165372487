"""Songs for the pocket composer: in 4/4, of every genre, key, band, length and density.

Called by `train_composer`, which lets `musivid bgm train` learn from them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from musivid.pocket.songs import GENRES, compose, draw_facts
from musivid.pocket.songs.facts import stream
from musivid.score.cmt.initial_tokens import key_class
from musivid.score.cmt.tokens import encode
from musivid.score.corpus import CorpusWriter
from musivid.score.notes import Note, Score

__all__ = ["learning_song", "playable_genres", "write_songs"]

_BARS = (8, 56)  # shortest and longest song; their logarithms are spread evenly
_SOLO_CHANCE = 0.3  # of songs that lose some of their players, so that any band is heard of
_THIN_CHANCE = 0.25  # of songs whose density changes from segment to segment
_STEP = 4  # steps of a quarter note
_STEPS = 16  # of a bar
# How firmly a step of the bar is held when it gets thinner.
_WEIGHT = np.array([9, 1, 3, 1, 6, 1, 3, 1, 7, 1, 3, 1, 6, 1, 3, 1], float)
# Modes whose scale is not that of a key's two modes are written in the nearer of these.
_PLAIN_MODES = {"mixolydian": "major", "lydian": "major", "dorian": "minor", "phrygian": "minor"}


def playable_genres() -> tuple[str, ...]:
    """Return the genres in 4/4, the only metre of the CMT form."""
    return tuple(name for name, genre in GENRES.items() if genre.beats == 4)


def write_songs(folder: Path, count: int, first_seed: int = 0) -> None:
    """Write a corpus of `count` songs of the seeds from `first_seed` on."""
    with CorpusWriter(folder, f"pocket songs {first_seed}+{count}", 0.03) as writer:
        for name, score, genre in _songs(count, first_seed):
            writer.add(name, encode(score), genre, key_class(score.key))


def _songs(count: int, first_seed: int) -> Iterator[tuple[str, Score, str]]:
    for seed in range(first_seed, first_seed + count):
        score, genre = learning_song(seed)
        yield f"song {seed}", score, genre


def learning_song(seed: int) -> tuple[Score, str]:
    """Return a song as the composer learns from it, and its genre."""
    rng = stream(seed, "composer")
    genres = playable_genres()
    facts = draw_facts(seed, genre=genres[int(rng.integers(len(genres)))])
    facts = replace(
        facts,
        mode=_PLAIN_MODES.get(facts.mode, facts.mode),
        density=round(float(rng.uniform(0.1, 1.0)), 3),
    )
    bars = round(math.exp(rng.uniform(math.log(_BARS[0]), math.log(_BARS[1]))))
    score = compose(seed, facts, bars)[0]
    if rng.random() < _SOLO_CHANCE:
        score = _fewer_players(score, rng)
    if rng.random() < _THIN_CHANCE:
        score = _thinned(score, rng)
    return score, facts.genre


def _fewer_players(score: Score, rng: np.random.Generator) -> Score:
    """Return the score without one or more of its tracks; one with pitches stays."""
    playing = [t.name for t in score.tracks if t.notes]
    pitched = [name for name in playing if name != "Drums"]
    if len(playing) < 2 or not pitched:
        return score
    keep = {pitched[int(rng.integers(len(pitched)))]}
    keep |= {name for name in playing if rng.random() < 0.4}
    return replace(
        score, tracks=tuple(t if t.name in keep else replace(t, notes=()) for t in score.tracks)
    )


def _thinned(score: Score, rng: np.random.Generator) -> Score:
    """Return the score with fewer moments of onset in segments of one to four bars.

    Off-beats go first, for all players at once.
    """
    step = score.ticks_per_beat // _STEP
    kept = np.ones((score.bars + 1, _STEPS), bool)
    bar = 0
    while bar < score.bars:
        length, share = int(rng.integers(1, 5)), float(rng.uniform(0.15, 1.3))
        ranks = np.argsort(-(_WEIGHT + rng.uniform(0, 2, _STEPS)))
        kept[bar : bar + length, ranks[max(1, round(min(share, 1.0) * _STEPS)) :]] = False
        bar += length

    def stays(note: Note) -> bool:
        place = round(note.start / step)
        return bool(kept[min(place // _STEPS, score.bars), place % _STEPS])

    return replace(
        score,
        tracks=tuple(replace(t, notes=tuple(filter(stays, t.notes))) for t in score.tracks),
    )
