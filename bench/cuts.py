"""Cuts that are found in made films, beside PySceneDetect's detectors: see docs/benchmarks.md.

    python -m bench.cuts [--films 20] [--seed 0]

Every film has 20 cuts, 1.2 to 4 s apart. A quarter of them are between pictures that are alike: the
same subject drawn again in the same light and colours, or the same picture from nearer by. The
camera pans, zooms, sways or stands; films are plain, grainy, dark, or fast; within shots it flashes
and the camera whips round. A found cut counts within one frame. `scenedetect` is asked too where it
is installed (pip install --no-deps scenedetect).
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from musivid.analysis.motion import MotionMeter
from musivid.core.seeds import dice
from musivid.pocket.scenes import Scene, render, sample_scene

Frame = NDArray[np.uint8]

FPS, SIZE, CUTS = 25, (320, 180), 20
KINDS = ("plain", "grain", "dark", "fast")
DRAWN_PX = 384
MOVES = ("pan", "zoom", "sway", "still")


@dataclass(frozen=True)
class Shot:
    """One shot: what it shows, how the camera moves, and what happens within.

    Attributes:
        picture: uint8 [DRAWN_PX, DRAWN_PX, 3].
        frames: how many it has.
        move: one of MOVES.
        near: how near the camera is; 1: the whole width.
        place: where it looks first, 0..1 across and down.
        speed: of the camera.
        flash: frame at which it flashes for two frames; -1: never.
        whip: frame at which the camera turns to another place; -1: never.
    """

    picture: Frame
    frames: int
    move: str
    near: float
    place: tuple[float, float]
    speed: float
    flash: int = -1
    whip: int = -1

    def seen(self, k: int) -> Frame:
        """Frame k, uint8 [180, 320, 3]."""
        t, (across, down), near = k / FPS, self.place, self.near
        if self.move == "pan":
            across += self.speed * t
        elif self.move == "zoom":
            near *= 1 + self.speed * t
        elif self.move == "sway":
            across += 0.3 * self.speed * np.sin(4 * t)
            down += 0.2 * self.speed * np.sin(3.1 * t)
        blur = 0
        if 0 <= self.whip <= k:
            turned = min(1.0, (k - self.whip + 1) / 6)
            across += 0.6 * turned * (1 if self.place[0] < 0.5 else -1)
            blur = 0 if turned == 1 else 31
        frame = self._crop(across, down, near)
        if blur:
            frame = np.asarray(cv2.blur(frame, (blur, 1)), np.uint8)
        if self.flash >= 0 and 0 <= k - self.flash < 2:
            frame = (255 - (255 - frame.astype(np.float32)) * 0.3).astype(np.uint8)
        return frame

    def _crop(self, across: float, down: float, near: float) -> Frame:
        width = DRAWN_PX / (1.3 * near)
        scale = SIZE[0] / width
        x = (1 - 1 / (1.3 * near)) * DRAWN_PX * _fold(across)
        y = (DRAWN_PX - SIZE[1] / scale) * _fold(down)
        move = np.array([[scale, 0, -x * scale], [0, scale, -y * scale]], np.float32)
        return np.asarray(cv2.warpAffine(self.picture, move, SIZE), np.uint8)


def _fold(place: float) -> float:
    """A place to and fro between 0 and 1."""
    return 1 - abs((place % 2) - 1)


def make_shots(seed: int, kind: str) -> list[Shot]:
    """The shots of a film, one more than cuts."""
    rng = dice(seed, 3)
    shots: list[Shot] = []
    scene: Scene | None = None
    for number in range(CUTS + 1):
        alike = scene is not None and rng.random() < 0.25
        nearer = alike and rng.random() < 0.5
        if scene is None or not alike:
            scene = sample_scene(int(rng.integers(1 << 30)))
        elif not nearer:
            scene = replace(scene, seed=int(rng.integers(1 << 30)))
        drawn = shots[-1].picture if nearer else _draw(scene)
        before = shots[-1].near if shots else 1.0
        frames = int(rng.integers(round(1.2 * FPS), 4 * FPS))
        quick = 3.0 if kind == "fast" else 1.0
        shots.append(
            Shot(
                drawn,
                frames,
                str(rng.choice(MOVES)),
                before * 1.5 if nearer and before < 1.6 else float(rng.uniform(1.0, 1.3)),
                (float(rng.random()), float(rng.random())),
                quick * float(rng.uniform(0.05, 0.2)),
                flash=int(rng.integers(8, frames - 8)) if rng.random() < 0.2 else -1,
                whip=int(rng.integers(8, frames - 12)) if rng.random() < 0.15 else -1,
            )
        )
        assert number < len(shots)
    return shots


def _draw(scene: Scene) -> Frame:
    small = render(scene, 192)
    return np.asarray(
        cv2.resize(small, (DRAWN_PX, DRAWN_PX), interpolation=cv2.INTER_CUBIC), np.uint8
    )


def film_frames(shots: list[Shot], kind: str, seed: int) -> Iterator[Frame]:
    """All frames of a film."""
    rng = dice(seed, 4)
    for shot in shots:
        for k in range(shot.frames):
            frame = shot.seen(k).astype(np.float32)
            if kind == "dark":
                frame = 8 + 0.18 * frame
            noise = {"grain": 9.0, "dark": 1.5}.get(kind, 0.8)
            frame += noise * rng.standard_normal((SIZE[1], SIZE[0], 1), np.float32)
            yield np.clip(frame, 0, 255).astype(np.uint8)


def find_with_musivid(frames: Iterator[Frame]) -> list[int]:
    """The first frames of new shots, as `musivid` finds them."""
    meter = MotionMeter(float(FPS), SIZE)
    for frame in frames:
        meter.see(frame)
    return [round(time_s * FPS) for time_s in meter.finish().cuts_s]


def find_with_scenedetect(frames: Iterator[Frame]) -> dict[str, list[int]]:
    """The same of PySceneDetect's two detectors with their own settings; empty without it."""
    try:
        from scenedetect import AdaptiveDetector, ContentDetector, FrameTimecode
    except ImportError:
        return {}
    detectors = {"AdaptiveDetector": AdaptiveDetector(), "ContentDetector": ContentDetector()}
    found: dict[str, list[int]] = {name: [] for name in detectors}
    for k, frame in enumerate(frames):
        turned = np.ascontiguousarray(frame[..., ::-1])
        for name, detector in detectors.items():
            found[name] += [
                cut.frame_num
                for cut in detector.process_frame(FrameTimecode(k, float(FPS)), turned)
            ]
    return found


def matched(found: list[int], true: list[int]) -> int:
    """How many true cuts have a found one within a frame, each found one used once."""
    left = list(found)
    hits = 0
    for cut in true:
        near = [k for k in left if abs(k - cut) <= 1]
        if near:
            left.remove(near[0])
            hits += 1
    return hits


def main() -> None:
    """Print recall and precision of every finder, by kind of film and in all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--films", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--alone", action="store_true", help="do not ask scenedetect")
    asked = parser.parse_args()
    counts: dict[tuple[str, str], NDArray[np.int64]] = {}
    began = time.process_time()
    for film in range(asked.films):
        seed, kind = asked.seed + film, KINDS[film % len(KINDS)]
        shots = make_shots(seed, kind)
        true = np.cumsum([shot.frames for shot in shots])[:-1].tolist()
        found = {"musivid": find_with_musivid(film_frames(shots, kind, seed))}
        if not asked.alone:
            found |= find_with_scenedetect(film_frames(shots, kind, seed))
        for name, cuts in found.items():
            row = np.array([matched(cuts, true), len(true), len(cuts)])
            for part in (kind, "all"):
                counts[name, part] = counts.get((name, part), np.zeros(3, np.int64)) + row
    for (name, part), (hits, wanted, got) in sorted(counts.items()):
        print(
            f"{name:17s} {part:6s} {wanted:4d} cuts  recall {100 * hits / wanted:5.1f} %  "
            f"precision {100 * hits / max(1, got):5.1f} %"
        )
    print(f"{time.process_time() - began:.0f} CPU s")


if __name__ == "__main__":
    main()
