"""Made minutes without a transition, and films of transitions: what other benches look at.

Minutes are of five kinds: a camera that pans and stops, one that shakes, light that flickers, rain
that falls, things that jump. In each, twenty strong moments are made at known times: the picture is
pushed aside, punched nearer, or a thing in it jumps. Transitions are fades through black, dissolves
and wipes between the shots of `bench.cuts`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.cuts import DRAWN_PX, FPS, SIZE, Shot, make_shots
from musivid.core.seeds import dice
from musivid.pocket.scenes import render, sample_scene

Frame = NDArray[np.uint8]
Floats = NDArray[np.float64]

KINDS = ("pan", "shake", "flicker", "rain", "jumps")
SECONDS, MOMENTS = 60, 20
TRANSITIONS = ("fade", "dissolve", "wipe")
STILL_S = (1.6, 3.0)  # of shots between transitions
LENGTH_S = (0.4, 2.0)  # of transitions


def minute_moments(seed: int) -> Floats:
    """When the strong moments of a minute are, ascending, on frames, in seconds."""
    gaps = dice(seed, 5).uniform(1.8, 3.6, MOMENTS)
    times = 1.5 + np.cumsum(gaps) * (SECONDS - 3.5) / gaps.sum()
    return np.round(times * FPS) / FPS


def minute_frames(kind: str, seed: int) -> Iterator[Frame]:
    """All frames of a minute, uint8 [180, 320, 3]."""
    rng = dice(seed, 6)
    small = render(sample_scene(int(rng.integers(1 << 30))), 192)
    picture = np.asarray(cv2.resize(small, (DRAWN_PX, DRAWN_PX), interpolation=cv2.INTER_CUBIC))
    strikes = {round(time * FPS) for time in minute_moments(seed)}
    shot = Shot(picture, SECONDS * FPS, "still", 1.15, (0.5, 0.5), 0.0)
    light, blob = 1.0, np.array([0.3, 0.5])
    place, near, shake = np.array([0.5, 0.5]), 1.15, np.zeros(2)
    speed = 0.08
    for k in range(SECONDS * FPS):
        if k in strikes:
            if kind == "jumps":
                step = rng.choice((-0.3, 0.3), 2)
                inside = (blob + step >= 0.1) & (blob + step <= 0.9)
                blob = blob + np.where(inside, step, -step)
            elif rng.random() < 0.5:
                place = place + rng.choice((-0.3, 0.3), 2)
            else:
                near = 1.6 if near < 1.4 else 1.15
        if kind == "pan":
            speed = -speed if rng.random() < 0.004 else speed
            place = place + np.array([speed / FPS, 0.0])
        if kind == "shake":
            shake = 0.8 * shake + rng.normal(0, 0.01, 2)
        if kind == "flicker":
            light = float(np.clip(0.7 * light + 0.3 + rng.normal(0, 0.05), 0.6, 1.2))
        across, down = place + shake
        frame = replace(shot, near=near, place=(float(across), float(down))).seen(0)
        yield _finished(frame, kind, rng, blob=blob, light=light)


def _finished(
    frame: Frame, kind: str, rng: np.random.Generator, *, blob: Floats, light: float
) -> Frame:
    """A frame with what falls or jumps in it, in its light, with a little noise."""
    if kind == "jumps":
        centre = (int(blob[0] * SIZE[0]), int(blob[1] * SIZE[1]))
        cv2.circle(frame, centre, 26, (240, 235, 90), -1)
    if kind == "rain":
        for x, y in rng.integers(0, SIZE, (90, 2)).tolist():
            cv2.line(frame, (x, y), (x + 2, y + 12), (200, 205, 215), 1)
    noisy = frame * light + 0.8 * rng.standard_normal((SIZE[1], SIZE[0], 1))
    return np.clip(noisy, 0, 255).astype(np.uint8)


@dataclass(frozen=True)
class SoftFilm:
    """Shots with a transition after each but the last.

    Attributes:
        shots: what is shown.
        kinds: of the transitions.
        lengths: of the transitions, in frames.
        stills: frames of each shot before its transition.
        seed: of all dice.
    """

    shots: tuple[Shot, ...]
    kinds: tuple[str, ...]
    lengths: tuple[int, ...]
    stills: tuple[int, ...]
    seed: int

    @property
    def middles(self) -> Floats:
        """The frames in the middle of the transitions."""
        ends = np.cumsum(np.array(self.stills[:-1]) + self.lengths)
        middles: Floats = ends - np.array(self.lengths) / 2
        return middles


def soft_film(seed: int, count: int, first: int = 0) -> SoftFilm:
    """A film of so many transitions; kinds go round from `first` on."""
    rng = dice(seed, 8)
    shots = [replace(s, flash=-1, whip=-1) for s in make_shots(seed, "plain")]
    shots = [s for n, s in enumerate(shots) if n == 0 or s.picture is not shots[n - 1].picture]
    assert len(shots) > count
    return SoftFilm(
        tuple(shots[: count + 1]),
        tuple(TRANSITIONS[(first + n) % 3] for n in range(count)),
        tuple(round(float(s) * FPS) for s in rng.uniform(*LENGTH_S, count)),
        tuple(round(float(s) * FPS) for s in rng.uniform(*STILL_S, count + 1)),
        seed,
    )


def soft_frames(film: SoftFilm) -> Iterator[Frame]:
    """All frames of a film, uint8 [180, 320, 3]; shots go on while they change."""
    rng, shown = dice(film.seed, 9), 0
    for number, shot in enumerate(film.shots):
        for k in range(shown, shown + film.stills[number]):
            yield _grained(shot.seen(k), rng)
        shown += film.stills[number]
        if number < len(film.kinds):
            length, other = film.lengths[number], film.shots[number + 1]
            for k in range(length):
                share = (k + 1) / (length + 1)
                a, b = shot.seen(shown + k), other.seen(k)
                yield _grained(_between(a, b, share, film.kinds[number], film.seed + number), rng)
            shown = length


def _between(a: Frame, b: Frame, share: float, kind: str, side: int) -> Floats:
    """A picture within a transition; wipes come from the left, right, top, bottom or the middle."""
    if kind == "dissolve":
        return a * (1 - share) + b * share
    if kind == "fade":
        return a * (1 - 2 * share) if share < 0.5 else b * (2 * share - 1)
    down, across = np.mgrid[0 : SIZE[1], 0 : SIZE[0]]
    x, y = across / SIZE[0], down / SIZE[1]
    order = (x, 1 - x, y, 1 - y, np.hypot(x - 0.5, (y - 0.5) * 0.56) / 0.58)[side % 5]
    return np.where((order < share)[..., None], b, a).astype(np.float64)


def _grained(frame: NDArray[np.generic], rng: np.random.Generator) -> Frame:
    noise = 0.8 * rng.standard_normal((SIZE[1], SIZE[0], 1))
    return np.clip(frame + noise, 0, 255).astype(np.uint8)
