"""Whether music meets the strongest moments of a picture: see docs/benchmarks.md.

    python -m bench.moments [--minutes 10] [CLIP ...]

Made minutes (a camera that pans or shakes, light that flickers, rain, things that jump) have twenty
strong moments at known times; every second one has a variable frame rate, a third of its frames
left out. Of clips the twenty highest rises of change are taken that `evaluate` finds, cuts and all.
A moment is met if a note begins on a beat, or on an eighth where the song counts so, within 70 ms.
Chance is the mean of 200 turns of the moments round the film's clock, each by another part of it; z
is by how many of their standard deviations more moments are met.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from bench.cuts import FPS, SIZE
from bench.made_minutes import KINDS, Floats, minute_frames, minute_moments
from musivid.analysis.motion import Motion, MotionMeter, read_motion
from musivid.core.progress import Silent
from musivid.core.seeds import dice
from musivid.media.reader import open_reader
from musivid.metrics.picture import PictureMeter
from musivid.pipeline.bgm.job import BgmJob, CheckedBgm
from musivid.pipeline.bgm.plan import plan_bgm
from musivid.pipeline.bgm.song import SongComposer
from musivid.pipeline.bgm.write import write_music
from musivid.settings.presets import load_preset

NEAR_S, MOST, TURNS = 0.07, 20, 200


def minute(kind: str, seed: int, *, uneven: bool) -> Motion:
    """What is seen in a made minute; moments themselves are never among the frames left out."""
    kept = {round(float(time) * FPS) for time in minute_moments(seed)}
    rng, meter, last = dice(seed, 12), MotionMeter(float(FPS), SIZE), -1
    for k, frame in enumerate(minute_frames(kind, seed)):
        if not uneven or k in kept or rng.random() > 1 / 3:
            meter.see(frame, k - last, time_s=k / FPS)
            last = k
    return meter.finish()


def beat_onsets(motion: Motion) -> Floats:
    """When notes begin on beats, or eighths that are counted, in the default song for a film."""
    preset = load_preset("bgm_infer", None)
    checked = CheckedBgm(BgmJob(Path("film.mp4"), None, preset), None, motion.duration_s, (), None)
    plan = plan_bgm(checked, Silent(), motion)
    plan, ranked = write_music(plan, checked, SongComposer(), Silent())
    score, step = ranked[0].score, plan.tempo.beat_ticks // plan.tempo.parts
    starts = {n.start for track in score.tracks for n in track.notes}
    # Human players are a few ticks off the beat.
    on = [t for t in starts if min(t % step, step - t % step) <= 20]
    times: Floats = np.sort(score.times_s(on))
    return times


def clip_moments(path: Path) -> Floats:
    """The strongest moments of a clip as `evaluate` sees it."""
    with open_reader(path, hears=False) as film:
        meter: PictureMeter | None = None
        times: list[float] = []
        for picture in film.pictures():
            planes = picture.planes()
            meter = meter or PictureMeter(FPS, planes[0].shape[::-1])
            meter.see(planes, time_s=picture.time_s)
            times.append(picture.time_s)
    assert meter is not None
    events = meter.events([])
    rises = events.rise[[int(np.abs(np.array(times) - t).argmin()) for t in events.changes_s]]
    return np.sort(events.changes_s[np.argsort(-rises)[:MOST]])


def main() -> None:
    """Print the share that is met and the median offset, for each film and in all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clips", nargs="*", type=Path)
    parser.add_argument("--minutes", type=int, default=10)
    asked = parser.parse_args()
    every: list[tuple[Floats, Floats]] = []

    def show(name: str, motion: Motion, moments: Floats) -> None:
        onsets = beat_onsets(motion)
        turns = np.linspace(0, motion.duration_s, TURNS + 1, endpoint=False)
        turned = (moments + turns[:, None]) % motion.duration_s
        off = onsets[np.abs(onsets - turned[..., None]).argmin(axis=-1)] - turned
        every.append((off[0], (np.abs(off[1:]) <= NEAR_S).sum(axis=1)))
        print(line(name, *every[-1]))

    for number in range(asked.minutes):
        kind, uneven = KINDS[number % len(KINDS)], number % 2 == 1
        motion = minute(kind, number, uneven=uneven)
        show(f"{kind}, {'variable' if uneven else 'constant'}", motion, minute_moments(number))
    for path in asked.clips:
        show(path.stem, read_motion(path), clip_moments(path))
    offs, turned = zip(*every, strict=True)
    print(line("all", np.concatenate(offs), np.sum(turned, axis=0)))


def line(name: str, off: Floats, turned: Floats) -> str:
    """What is told of a film: its moments' offsets in seconds, and how many each turn meets."""
    met = (np.abs(off) <= NEAR_S).sum()
    z = (met - turned.mean()) / max(float(turned.std()), 1e-9)
    share, chance = 100 * met / len(off), 100 * turned.mean() / len(off)
    found = f"{share:4.0f} % of {len(off)} (chance {chance:.0f} %, z {z:.1f})"
    return f"{name:18s} {found}, median {1000 * np.median(off):+.0f} ms"


if __name__ == "__main__":
    main()
