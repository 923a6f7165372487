"""How four moods differ in each genre, and how loud all of them are: see docs/benchmarks.md.

    python -m bench.moods [--seconds 16] [--seed 5] [--no-sound]

One film is scored in every genre and mood as `bgm infer` does by default, and rendered as it
renders. A mood is told from another by what its songs have more of: tempo, notes a second, height,
strength and length of notes, and a minor key.
"""

from __future__ import annotations

import argparse
from itertools import combinations, pairwise

import numpy as np

from bench.film_songs import films, song_for
from musivid.analysis.loudness import loudness_lufs, true_peak_dbtp
from musivid.pipeline.bgm.mix import render_score
from musivid.pipeline.bgm.sound import RATE_HZ
from musivid.score.notes import Score
from musivid.score.songs.genres import GENRES
from musivid.score.songs.moods import MOODS
from musivid.settings.presets import load_preset

FIGURES = ("beats a minute", "notes a second", "pitch", "velocity", "length", "minor")


def figures_of(score: Score, bpm: float, seconds: float) -> dict[str, float]:
    """What a listener may tell a mood by; lengths are shares of the time to the next note."""
    notes = [n for t in score.tracks if not t.is_drum for n in t.notes]
    lead = sorted(
        (n for t in score.tracks if t.name == "Lead" for n in t.notes), key=lambda n: n.start
    )
    gaps = [(b.start - a.start, a.duration) for a, b in pairwise(lead)]
    lengths = [min(length / gap, 1.5) for gap, length in gaps if gap > 0]
    assert score.key is not None
    return {
        "beats a minute": bpm,
        "notes a second": sum(len(t.notes) for t in score.tracks) / seconds,
        "pitch": float(np.mean([n.pitch for n in notes])),
        "velocity": float(np.mean([n.velocity for n in notes])),
        "length": float(np.mean(lengths)) if lengths else float("nan"),
        "minor": float(score.key.mode in ("minor", "phrygian", "dorian")),
    }


def main() -> None:
    """Print the mean of each figure by mood, how often moods differ in it, and loudness."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=16.0)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--no-sound", action="store_true")
    asked = parser.parse_args()
    film = films(1, (asked.seconds, asked.seconds), asked.seed)[0]
    preset = load_preset("bgm_infer")
    rows: dict[str, list[dict[str, float]]] = {mood: [] for mood in MOODS}
    loud: list[tuple[float, float, str]] = []
    for genre in GENRES:
        for mood in MOODS:
            song, _ = song_for(film, genre, mood, asked.seed)
            bpm = song.form.tempo.mean_bpm
            rows[mood].append(figures_of(song.score, bpm, film.duration_s))
            if not asked.no_sound:
                sound = render_score(song.score, film.duration_s, preset)
                level, peak = loudness_lufs(sound, RATE_HZ), true_peak_dbtp(sound)
                loud.append((level, peak, f"{genre}, {mood}"))
    print(f"{'':15}" + "".join(f"{mood:>9}" for mood in MOODS) + "   least that two differ in")
    for name in FIGURES:
        values = {mood: np.array([row[name] for row in rows[mood]]) for mood in MOODS}
        means = "".join(f"{np.nanmean(v):9.2f}" for v in values.values())
        apart = {
            f"{a}-{b}": float(np.mean(np.abs(values[a] - values[b]) > 0.02 * np.abs(values[a])))
            for a, b in combinations(MOODS, 2)
        }
        pair = min(apart, key=apart.__getitem__)
        print(f"{name:15}{means}   {apart[pair]:.0%} of genres ({pair})")
    if loud:
        levels, peaks = [row[0] for row in loud], [row[1] for row in loud]
        ends = f"least loud {min(loud)[2]}, loudest {max(loud)[2]}"
        print(f"{len(loud)} songs: {min(levels):.2f} to {max(levels):.2f} LUFS ({ends})")
        print(f"true peak at most {max(peaks):.2f} dBTP")


if __name__ == "__main__":
    main()
