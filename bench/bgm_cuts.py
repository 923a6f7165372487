"""How near to beats cuts fall, on 30 synthetic lists of irregular cuts: see docs/benchmarks.md.

    python bench/bgm_cuts.py [--clips 30] [--seed 0]

Shots last 0.8 to 8 s, short ones more often; clips last 10 to 90 s. No picture is made: the lists
go straight to the tempo map, with the default settings of `musivid bgm infer`.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from musivid.score.tempo_map import Moments, TempoWish, plan_tempo

NOTHING = np.zeros(0)
SHORTEST_S, LONGEST_S = 0.8, 8.0


def irregular_cuts(rng: np.random.Generator, duration_s: float) -> np.ndarray:
    """Return cuts, the last at least half a second before the end."""
    times: list[float] = []
    now = 0.0
    while True:
        now += float(np.exp(rng.uniform(np.log(SHORTEST_S), np.log(LONGEST_S))))
        if now > duration_s - 0.5:
            return np.array(times)
        times.append(now)


def main() -> None:
    """Print one line a clip and the shares of all cuts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clips", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    rng = np.random.default_rng(asked.seed)
    distances, downbeats, sways, steps, began = [], [], [], [], time.process_time()
    for clip in range(asked.clips):
        duration_s = rng.uniform(10, 90)
        cuts = irregular_cuts(rng, duration_s)
        tempo = plan_tempo(duration_s, Moments(cuts, NOTHING, NOTHING, NOTHING), TempoWish())
        off = np.abs(cuts[:, None] - tempo.beats_s[None])
        distances.append(1000 * off.min(1))
        downbeats.append(off.argmin(1) % 4 == 0)
        tempi = tempo.bpm[int(tempo.has_upbeat) :]
        sways.append(np.abs(tempi / tempo.mean_bpm - 1).max())
        steps.append(np.abs(np.diff(tempi) / tempi[1:]).max())
        print(
            f"{clip:2d}  {duration_s:5.1f} s  {len(cuts):2d} cuts  {tempo.mean_bpm:5.1f} bpm  "
            f"worst {distances[-1].max(initial=0):3.0f} ms  sway {100 * sways[-1]:.1f} %"
        )
    off_ms = np.concatenate(distances)
    print(
        f"{len(off_ms)} cuts: {100 * (off_ms <= 40).mean():.1f} % within 40 ms of a beat, "
        f"{100 * (off_ms <= 80).mean():.1f} % within 80 ms, worst {off_ms.max():.0f} ms; "
        f"{100 * np.concatenate(downbeats).mean():.0f} % on downbeats (chance 25 %); tempo at most "
        f"{100 * max(sways):.1f} % from its mean, {100 * max(steps):.1f} % from beat to beat; "
        f"{time.process_time() - began:.0f} CPU s"
    )


if __name__ == "__main__":
    main()
