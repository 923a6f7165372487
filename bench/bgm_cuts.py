"""How near to beats cuts fall, on synthetic lists of irregular cuts: see docs/benchmarks.md.

    python -m bench.bgm_cuts [--clips 30] [--seed 0] [--shots 1.2-5] [--quarters]

Shots last as long as `--shots` says, short ones more often; clips last 10 to 90 s. No picture is
made: the lists go straight to the tempo map of a song, genres and moods in turn, whose eighths
count where the song counts so. With `--quarters` they go to that of composers that count quarters
alone, with the default settings.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from musivid.score.songs import FilmOutline, song_tempo
from musivid.score.songs.genres import GENRES
from musivid.score.songs.moods import MOODS
from musivid.score.tempo_map import Moments, TempoMap, TempoWish, plan_tempo

NOTHING = np.zeros(0)


def irregular_cuts(
    rng: np.random.Generator, duration_s: float, shots_s: tuple[float, float]
) -> np.ndarray:
    """Return cuts, the last at least half a second before the end."""
    times: list[float] = []
    now, (low, high) = 0.0, np.log(shots_s)
    while True:
        now += float(np.exp(rng.uniform(low, high)))
        if now > duration_s - 0.5:
            return np.array(times)
        times.append(now)


def tempo_for(duration_s: float, cuts: np.ndarray, clip: int, *, quarters: bool) -> TempoMap:
    """The tempo map of a song, or of music that counts quarters."""
    if quarters:
        return plan_tempo(duration_s, Moments(cuts, NOTHING, NOTHING, NOTHING), TempoWish())
    genres, moods = list(GENRES), list(MOODS)
    genre, mood = genres[clip % len(genres)], moods[(clip + clip // len(genres)) % len(moods)]
    film = FilmOutline(duration_s, cuts_s=tuple(cuts.tolist()))
    return song_tempo(film, genre, mood, GENRES[genre].metre, TempoWish())


def main() -> None:
    """Print one line a clip and the shares of all cuts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clips", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--shots", default="1.2-5", help="seconds, from shortest to longest")
    parser.add_argument("--quarters", action="store_true", help="as composers without eighths do")
    asked = parser.parse_args()
    rng = np.random.default_rng(asked.seed)
    shortest, longest = (float(part) for part in asked.shots.split("-"))
    distances, downbeats, sways, steps, began = [], [], [], [], time.process_time()
    for clip in range(asked.clips):
        duration_s = rng.uniform(10, 90)
        cuts = irregular_cuts(rng, duration_s, (shortest, longest))
        tempo = tempo_for(duration_s, cuts, clip, quarters=asked.quarters)
        off = np.abs(cuts[:, None] - tempo.grid_s[None])
        distances.append(1000 * off.min(1))
        downbeats.append(off.argmin(1) % (4 * tempo.parts) == 0)
        tempi = 60 / np.diff(tempo.grid_s[int(tempo.has_upbeat) :]) / tempo.parts
        sways.append(np.abs(tempi / tempo.mean_bpm - 1).max())
        steps.append(np.abs(np.diff(tempi) / tempi[1:]).max())
        print(
            f"{clip:2d}  {duration_s:5.1f} s  {len(cuts):2d} cuts  {tempo.mean_bpm:5.1f} bpm in "
            f"{'eighths' if tempo.parts > 1 else 'quarters'}  "
            f"worst {distances[-1].max(initial=0):3.0f} ms  sway {100 * sways[-1]:.1f} %",
            flush=True,
        )
    off_ms = np.concatenate(distances)
    print(
        f"{len(off_ms)} cuts: {100 * (off_ms <= 40).mean():.1f} % within 40 ms of the grid, "
        f"{100 * (off_ms <= 60).mean():.1f} % within 60 ms, worst {off_ms.max():.0f} ms; "
        f"{100 * np.concatenate(downbeats).mean():.0f} % on first beats of four; tempo at most "
        f"{100 * max(sways):.1f} % from its mean, {100 * max(steps):.1f} % from step to step; "
        f"{time.process_time() - began:.0f} CPU s"
    )


if __name__ == "__main__":
    main()
