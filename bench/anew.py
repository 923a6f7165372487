"""Whether our ears keep good takes of music played anew: see docs/benchmarks.md.

    python -m bench.anew [--films 12] [--seconds 20] [--seed 0]

Songs are written for made films of irregular cuts. In place of a network, each song is played by
other instruments and without drums, which keeps it on the cuts; a take that misses is the song of
another film, or the song itself late or at another speed. Each is held against the film as `bgm
infer --render` holds takes; the share that would be kept is printed.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bench.bgm_cuts import irregular_cuts
from musivid.core.seeds import dice
from musivid.media.blocks import resampled
from musivid.media.clip import Clip
from musivid.pipeline.bgm import compose
from musivid.pipeline.bgm.anew import HeardSound, hear_sound
from musivid.pipeline.bgm.mix import render_score
from musivid.pipeline.bgm.sound import RATE_HZ
from musivid.score.notes import Score
from musivid.settings.bgm import RenderPreset
from musivid.settings.presets import load_preset

FPS, SHOTS_S = 10, (1.2, 5.0)
PROGRAMS = 112  # of General MIDI that play tunes
LATE_S = (0.03, 0.1, 0.2, 0.4)
SPEEDS = (0.9, 1.1)


@dataclass(frozen=True)
class Scored:
    """A film and its song: its cuts, what our ears hear in the song, and its other takes."""

    moments_s: NDArray[np.float64]
    own: HeardSound
    takes: dict[str, HeardSound]


def main() -> None:
    """Print a line a film and the shares that would be kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--films", type=int, default=12)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    films = [scored(asked.seed, number, asked.seconds) for number in range(asked.films)]
    kept: dict[str, list[bool]] = {}
    for number, film in enumerate(films):
        own = film.own.meeting(film.moments_s, film.own)
        others = [other.own for other in films if other is not film]
        takes = [*film.takes.items(), *(("of another film", other) for other in others)]
        told = []
        for name, take in takes:
            share = take.meeting(film.moments_s, film.own).of(own)
            kept.setdefault(name, []).append(share >= RenderPreset().least)
            told.append(f"{name} {share:.0%}")
        print(f"{number:2d}  {len(film.moments_s):2d} cuts, our own meets {own.cuts:.0%};", *told)
    for name, found in kept.items():
        print(f"{name:22s} {sum(found):3d} of {len(found)} kept")


def scored(seed: int, number: int, seconds: float) -> Scored:
    """A film of irregular cuts with its song."""
    rng = dice(seed, number)
    cuts = irregular_cuts(rng, seconds, SHOTS_S)
    count = round(seconds * FPS)
    shot = np.searchsorted(cuts, (np.arange(count) + 0.5) / FPS)
    looks = rng.integers(0, 256, (len(cuts) + 1, 36, 64, 3), np.uint8)
    preset = load_preset("bgm_infer", "song", ["candidates=1"])
    made = compose(Clip(looks[shot], FPS), preset=preset, seed=number)
    sound = render_score(made.score, seconds, preset)
    takes = dict(played_otherwise(sound, made.score, seconds, rng))
    heard = {name: hear_sound(take) for name, take in takes.items()}
    return Scored(made.plan.motion.cuts_s, hear_sound(sound), heard)


def played_otherwise(
    sound: NDArray[np.float32], score: Score, seconds: float, rng: np.random.Generator
) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """The same music in other voices, late, and at other speeds."""
    preset = load_preset("bgm_infer", "song")
    tracks = tuple(
        track if track.is_drum else replace(track, program=int(rng.integers(PROGRAMS)))
        for track in score.tracks
    )
    yield "other instruments", render_score(replace(score, tracks=tracks), seconds, preset)
    tracks = tuple(track for track in tracks if not track.is_drum)
    yield "and without drums", render_score(replace(score, tracks=tracks), seconds, preset)
    for late_s in LATE_S:
        yield f"{1000 * late_s:.0f} ms late", np.roll(sound, round(late_s * RATE_HZ), 1)
    for speed in SPEEDS:
        yield f"{speed:g} of the speed", resampled(sound, round(RATE_HZ * speed), RATE_HZ)


if __name__ == "__main__":
    main()
