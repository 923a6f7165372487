"""Short excerpts of songs that never were, as sound with exact facts, fast enough to train on."""

from __future__ import annotations

from math import ceil

import numpy as np

from musivid.pocket.songs.composer import compose
from musivid.pocket.songs.effects import roughen
from musivid.pocket.songs.facts import SongFacts, draw_facts, stream
from musivid.score.synthesis.player import render

__all__ = ["snippet"]

_LOUDEST_DB = -1.0
_MIXED_CHANCE, _MIXED_DB = 0.08, (-24.0, -14.0)


def snippet(
    seed: int,
    seconds: float = 5.0,
    rate_hz: int = 16_000,
    *,
    facts: SongFacts | None = None,
    augment: bool = True,
) -> tuple[np.ndarray, SongFacts]:
    """Return an excerpt from within a song and what is true of it.

    It begins anywhere in a bar, as windows cut from recordings do. Eight bars and more have several
    sections.

    Args:
        seed: of everything.
        seconds: its length, up to about a minute.
        rate_hz: samples a second.
        facts: what is asked for; None draws facts from the seed.
        augment: whether to change level and tone, add noise, overload and other sounds at random.

    Returns:
        samples: float32 [round(seconds * rate_hz)], mono, -1..1.
        facts: those of the notes that are heard; effects are not in them.
    """
    rng = stream(seed, "snippet")
    sound, heard = _excerpt(seed, seconds, rate_hz, facts or draw_facts(seed), rng)
    if not augment:
        return sound, heard
    if rng.random() < _MIXED_CHANCE:
        other = int(rng.integers(2**32))
        behind, _ = _excerpt(other, seconds, rate_hz, draw_facts(other), rng)
        sound = sound + np.float32(10 ** (rng.uniform(*_MIXED_DB) / 20)) * behind
    return roughen(sound, rate_hz, rng), heard


def _excerpt(
    seed: int, seconds: float, rate_hz: int, facts: SongFacts, rng: np.random.Generator
) -> tuple[np.ndarray, SongFacts]:
    bar_s = facts.beats_per_bar * 60 / facts.tempo_bpm
    late_s = float(rng.random()) * min(bar_s, seconds)
    bars = ceil((seconds + late_s) / bar_s)
    score, heard = compose(seed, facts, bars)
    start, samples = round(late_s * rate_hz), round(seconds * rate_hz)
    sound = render(score, rate_hz, tail_s=0.0, channels=1)[0]
    sound = np.pad(sound, (0, max(0, start + samples - len(sound))))[start : start + samples]
    peak = float(np.abs(sound).max())
    if peak > 0:
        sound = sound * np.float32(10 ** (_LOUDEST_DB / 20) / peak)
    return sound.astype(np.float32), heard
