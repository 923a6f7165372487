"""Beats of composed songs against those that were written; the fit of what tells counts apart.

python bench/beats.py measure --songs 60                  # of songs that nothing was fitted on
python bench/beats.py measure --songs 60 --seconds 20     # the same on excerpts
python bench/beats.py fit --songs 170                     # weights of musivid/analysis/tempo.py
"""

from __future__ import annotations

import argparse
import itertools
import json
import time
from dataclasses import dataclass, replace

import numpy as np

FRESH_SEED, FIT_SEED = 40_000_000, 20_000_000
REACH_S = 0.07  # of the usual F-measure of beats
EXCERPT_S = 25.0


@dataclass(frozen=True, slots=True)
class Known:
    """A song that was heard, and what is true of it."""

    spectrum: object
    harmony: object
    genre: str
    tempo_bpm: float
    beats_s: np.ndarray
    beats_per_bar: int


def songs(first: int, count: int):
    """Composed songs, rendered and measured, one after the other."""
    from musivid.analysis.harmony import measure_harmony
    from musivid.analysis.spectrum import measure_spectrum
    from musivid.pocket.songs import compose
    from musivid.score.synthesis.player import render

    for seed in range(first, first + count):
        score, facts = compose(seed)
        sound = render(score, 22050, channels=1)[0]
        sound *= 0.9 / np.abs(sound).max()
        step = score.ticks_per_bar / score.beats_per_bar
        beats = np.array([score.time_s(k * step) for k in range(score.bars * score.beats_per_bar)])
        yield Known(
            measure_spectrum(sound, 22050), measure_harmony(sound, 22050),
            facts.genre, facts.tempo_bpm, beats, score.beats_per_bar,
        )  # fmt: skip


def metronomes(count: int, rng: np.random.Generator):
    """Bare clicks with accents, which nobody counts at half or twice their pace."""
    from musivid.analysis.harmony import measure_harmony
    from musivid.analysis.spectrum import measure_spectrum

    shape = np.exp(-np.arange(2000) / 250)
    for _ in range(count):
        bpm, accent = float(rng.uniform(72, 168)), int(rng.integers(1, 5))
        beats = np.arange(0.3, rng.uniform(12, 30), 60 / bpm)
        sound = np.zeros(int((beats[-1] + 0.5) * 22050), np.float32)
        for beat, at_s in enumerate(beats):
            hit = rng.uniform(0.1, 0.4) * rng.standard_normal(2000)
            if beat % accent == 0:
                hit = 0.6 * hit + 0.6 * np.sin(2 * np.pi * 60 * np.arange(2000) / 22050)
            first = round(at_s * 22050)
            sound[first : first + 2000] += hit * shape
        yield Known(
            measure_spectrum(sound, 22050), measure_harmony(sound, 22050),
            "clicks", bpm, beats, accent,
        )  # fmt: skip


def excerpt(song: Known, start_s: float, seconds: float) -> Known:
    """A part of a song, on its own clock."""
    whole, notes = song.spectrum, song.harmony
    first, wide = (round(start_s / part.hop_s) for part in (whole, notes))
    last, wide_last = (round((start_s + seconds) / part.hop_s) for part in (whole, notes))
    start_s = first * whole.hop_s
    part = replace(whole, mel=whole.mel[:, first:last], chroma=whole.chroma[:, first:last])
    chords = replace(
        notes, upper=notes.upper[:, wide:wide_last], bass=notes.bass[:, wide:wide_last]
    )
    beats = song.beats_s - start_s
    inside = (beats >= 0) & (beats < seconds)
    # Whole bars only, so that every `beats_per_bar`-th beat still begins one.
    skipped = -int(np.flatnonzero(inside)[0]) % song.beats_per_bar
    return replace(song, spectrum=part, harmony=chords, beats_s=beats[inside][skipped:])


def f_measure(found: np.ndarray, true: np.ndarray) -> float:
    """F of beats, each true one matched with one found at most `REACH_S` away."""
    at, hit = 0, 0
    for beat in true:
        while at < len(found) and found[at] < beat - REACH_S:
            at += 1
        if at < len(found) and found[at] <= beat + REACH_S:
            at, hit = at + 1, hit + 1
    return 2 * hit / max(len(found) + len(true), 1)


def measure(known) -> dict[str, float]:
    """Means over songs."""
    from musivid.analysis.bars import find_bars
    from musivid.analysis.beats import find_beats
    from musivid.analysis.curves import measure_onsets

    rows, spent = [], 0.0
    for song in known:
        began = time.process_time()
        onsets = measure_onsets(song.spectrum)
        beats = find_beats(onsets, song.spectrum, song.harmony)
        bars = find_bars(beats, onsets, song.spectrum, song.harmony)
        spent += time.process_time() - began
        right = [
            abs(bpm / song.tempo_bpm - 1) <= 0.04 for bpm in (beats.tempo_bpm, beats.rival_bpm)
        ]
        rows.append(
            (right[0], any(right), beats.rival_bpm > 0, right[0] and beats.rival_bpm > 0,
             f_measure(beats.times_s, song.beats_s),
             f_measure(bars.downbeats_s, song.beats_s[:: song.beats_per_bar]))
        )  # fmt: skip
        if not any(right):
            print(f"# {song.genre}: {song.tempo_bpm:g} heard as {beats.tempo_bpm:.1f}")
    names = ("tempo", "tempo_or_named", "named", "named_though_right", "beats_f", "bars_f")
    means = dict(zip(names, np.mean(np.array(rows, float), 0).round(3).tolist(), strict=True))
    return means | {"songs": len(rows), "cpu_s": round(spent / len(rows), 3)}


def fit(known, strength: float = 0.01) -> None:
    """Print the weights under which the true count is the likeliest of those listed."""
    from scipy.optimize import minimize

    from musivid.analysis.curves import measure_onsets
    from musivid.analysis.tempo import list_counts

    lists = []
    for song in known:
        counts = list_counts(measure_onsets(song.spectrum), song.spectrum, song.harmony)
        right = np.abs(counts.bpm / song.tempo_bpm - 1) < 0.04 if len(counts.bpm) else np.zeros(0)
        if right.any():
            lists.append((counts.signs, right))
    spread = np.concatenate([signs for signs, _ in lists]).std(0) + 1e-6

    def cost(weights: np.ndarray) -> tuple[float, np.ndarray]:
        total, slope = strength * weights @ weights, 2 * strength * weights
        for signs, right in lists:
            odds = signs / spread @ weights
            chance = np.exp(odds - odds.max())
            chance /= chance.sum()
            wanted = chance * right / (chance[right].sum() + 1e-12)
            total -= np.log(chance[right].sum() + 1e-12) / len(lists)
            slope = slope - (signs / spread).T @ (wanted - chance) / len(lists)
        return total, slope

    found = minimize(cost, np.zeros(len(spread)), jac=True, method="L-BFGS-B").x / spread
    print(len(lists), "songs and excerpts:", ", ".join(f"{weight:.2f}" for weight in found))


def main() -> None:
    """Measure or fit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", choices=["measure", "fit"])
    parser.add_argument("--songs", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=0.0, help="0: whole songs")
    asked = parser.parse_args()
    rng = np.random.default_rng(0)

    def cut(song: Known, seconds: float) -> Known:
        return excerpt(song, float(rng.uniform(0, song.beats_s[-1] - seconds)), seconds)

    if asked.part == "measure":
        heard = songs(FRESH_SEED, asked.songs)
        print(json.dumps(measure(cut(s, asked.seconds) if asked.seconds else s for s in heard)))
        return
    pairs = (part for s in songs(FIT_SEED, asked.songs) for part in (s, cut(s, EXCERPT_S)))
    fit(itertools.chain(pairs, metronomes(asked.songs // 4, rng)))


if __name__ == "__main__":
    main()
