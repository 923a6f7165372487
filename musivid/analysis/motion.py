"""What moves in a film: flow, impact, visual beats, cuts, brightness; one pass, constant memory.

`bgm infer` composes after it, `evaluate` measures with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.cuts import CutFinder, is_sudden
from musivid.analysis.flow import ANGLES, FlowMeter, working_size
from musivid.analysis.kept import kept_file, read_kept, write_kept
from musivid.analysis.published_flow import read_speed
from musivid.analysis.strikes import find_strikes
from musivid.analysis.visual_beats import (
    ImpactMeter,
    choose_beats,
    find_peaks,
    shape_envelope,
    visual_tempo,
)
from musivid.core.progress import Reporter, Silent
from musivid.media.containers import Damage
from musivid.media.frames import probe_video, read_frames
from musivid.media.packets import FrameGrid, scan_packets

__all__ = ["Motion", "MotionMeter", "read_motion", "see_motion", "with_speed"]

Curve = NDArray[np.float64]

_CACHE_VERSION = 11  # rises when the same film gives other numbers
_MOST_FPS, _LEAST_FPS = 60.0, 1.0  # of the grid that frames are laid on
_BLUR = 8  # directions to either side
_LATE_S = 0.12  # frames later than this were not lost on the way: a picture was held
_USUAL_FPS = 25.0  # where a file states nonsense


@dataclass(frozen=True, slots=True)
class Motion:
    """What moves in a film. All curves have one value a frame, on a uniform grid of `fps`.

    Attributes:
        fps: frames a second.
        times_s: float64 [n], when each frame is shown, by its own stamp.
        flow: float64 [n], mean of |dx| and |dy| in pixels per 1/30 s of a 640x360 picture.
        impact: float64 [n], -1..1, how suddenly motion is slowed down (visbeat's envelope).
        brightness: float64 [n], mean luma, 0..1.
        change: float64 [n], mean absolute difference of luma to the frame before, 0..1.
        cuts_s: float64 [k], when new shots begin.
        beats_s: float64 [b], visual beats.
        beat_weights: float64 [b], how heavy each is, 0..1.
        tempo_bpm: visual tempo, folded into 60..160; None where nothing has a pulse.
        strikes_s: float64 [m], moments that strike at once, cuts apart.
        strike_weights: float64 [m], how far each stands out, 0..1.
        speed: float64 [n], flow as CMT measures it, in pixels a frame; empty where it was not
            asked for.
        soft_cuts_s: float64 [s], middles of fades through black, dissolves and wipes.
    """

    fps: float
    times_s: Curve
    flow: Curve
    impact: Curve
    brightness: Curve
    change: Curve
    cuts_s: Curve
    beats_s: Curve
    beat_weights: Curve
    tempo_bpm: float | None
    strikes_s: Curve = field(default_factory=lambda: np.zeros(0))
    strike_weights: Curve = field(default_factory=lambda: np.zeros(0))
    speed: Curve = field(default_factory=lambda: np.zeros(0))
    soft_cuts_s: Curve = field(default_factory=lambda: np.zeros(0))

    @property
    def duration_s(self) -> float:
        """Length of the picture, as long as its last frame is shown."""
        return len(self.times_s) / self.fps


class MotionMeter:
    """Sees the frames of a film in order and says in the end what moved.

    Args:
        fps: frames a second.
        size: width and height of the frames that come.
    """

    def __init__(self, fps: float, size: tuple[int, int]) -> None:
        self._fps = fps
        self._flow = FlowMeter(size, fps)
        self._impact = ImpactMeter(fps)
        self._cuts = CutFinder(fps)
        self._last_directions: NDArray[np.float32] | None = None
        self._last_flow = 0.0
        self._smooth = np.zeros(ANGLES, np.float64)
        # flow, brightness, change and turn of every frame
        self._rows: list[tuple[float, float, float, float]] = []
        self._shown_s: list[float] = []

    def see(self, frame: NDArray[np.uint8], steps: int = 1, *, time_s: float | None = None) -> None:
        """Take the next frame, uint8 [h, w, 3] RGB.

        Args:
            frame: the picture.
            steps: how many frame lengths after the one before it is shown; over a few, what
                changed is spread, over more the one before stood still.
            time_s: when it is shown; None: at its step of the grid.
        """
        held = steps - 1 if self._rows and steps / self._fps > _LATE_S else 0
        self.hold(held)
        steps -= held
        step = self._flow.see(frame, steps)
        turn = self._turn_of(step.directions)
        flow, directions = step.flow, step.directions
        if is_sudden(step.novelty, step.recolouring) and self._last_directions is not None:
            # Flow across a cut means nothing: the motion before it is taken to go on.
            flow, directions = self._last_flow, self._last_directions
        self._last_flow, self._last_directions = flow, directions
        for part in range(steps if self._rows else 1):
            if self._rows and part < steps - 1:
                self._cuts.hold()
            else:
                self._cuts.see(self._flow.grey, step.novelty)
            self._rows.append((flow, step.brightness, step.change / steps, turn / steps))
            self._impact.see(directions)
            self._shown_s.append((len(self._rows) - 1) / self._fps)
        if time_s is not None:
            self._shown_s[-1] = time_s

    def hold(self, steps: int) -> None:
        """Show the last frame for so many more steps of the grid."""
        still = np.zeros(ANGLES, np.float32)
        for _ in range(steps):
            self._shown_s.append(len(self._rows) / self._fps)
            turn = self._turn_of(still)
            self._rows.append((0.0, self._rows[-1][1], 0.0, turn))
            self._cuts.hold()
            self._impact.see(still)

    def finish(self) -> Motion:
        """Return what moved in the frames that were seen."""
        flow, brightness, change, turn = np.array(self._rows, np.float64).reshape(-1, 4).T
        times_s = np.array(self._shown_s)
        envelope = shape_envelope(self._impact.finish(), self._fps)
        peaks = find_peaks(envelope, self._fps)
        beats = peaks[choose_beats(times_s[peaks], envelope[peaks])]
        cuts = self._cuts.find()
        strikes = find_strikes(change, turn, flow, cuts, self._fps)
        return Motion(
            fps=self._fps,
            times_s=times_s,
            flow=flow.copy(),
            impact=envelope,
            brightness=brightness.copy(),
            change=change.copy(),
            cuts_s=times_s[cuts],
            beats_s=times_s[beats],
            beat_weights=envelope[beats],
            tempo_bpm=visual_tempo(envelope, self._fps) if len(beats) else None,
            strikes_s=times_s[strikes.frames],
            strike_weights=strikes.weights,
            soft_cuts_s=times_s[self._cuts.find_soft(cuts)],
        )

    def _turn_of(self, directions: NDArray[np.float32]) -> float:
        """By how much motion differs from that of the frame before, over all directions."""
        smooth = _blurred(directions)
        turn = float(np.abs(smooth - self._smooth).sum())
        self._smooth = smooth
        return turn


def _blurred(directions: NDArray[np.float32]) -> Curve:
    """Motion by direction, blurred so that neighbouring directions count as near."""
    round_ = np.concatenate([directions[-_BLUR:], directions, directions[:_BLUR]])
    return np.convolve(round_, np.full(2 * _BLUR + 1, 1 / (2 * _BLUR + 1)), mode="valid")


def read_motion(
    path: Path, *, reporter: Reporter | None = None, cache: Path | None = None
) -> Motion:
    """Return what moves in a video file of any size, constant or variable rate; read once.

    Args:
        path: any video that ffmpeg can read.
        reporter: told of the progress and of what could not be decoded.
        cache: a folder in which the result is kept under the hash of the file's content.

    Raises:
        InputError: not there, a folder, empty, not media, or without moving picture.
    """
    told = reporter or Silent()
    info, times = probe_video(path), scan_packets(path)
    kept = kept_file(cache, "motion", _CACHE_VERSION, path) if cache else None
    if kept and (known := _read_cache(kept)):
        return known
    fps = _grid_fps(float(times.grid_fps))
    size = working_size(info.size)
    told.stage("look", total=round(times.length_s * fps), unit="frames")
    meter, damage, grid = MotionMeter(fps, size), Damage(), FrameGrid(fps)
    _watch(meter, read_frames(path, size, damage=damage), grid, told)
    if damage.packets or damage.cut_off:
        told.warn(f"{path} is damaged; its picture is used up to {grid.seen / fps:.2f} s")
    else:
        meter.hold(grid.steps_until(times.length_s))
    motion = meter.finish()
    if kept:
        _write_cache(kept, motion)
    return motion


def with_speed(
    motion: Motion, path: Path, *, reporter: Reporter | None = None, cache: Path | None = None
) -> Motion:
    """Return what moves in a file with its speed as CMT measures it.

    Args:
        motion: of the file.
        path: the file, which is read once more.
        reporter: told of the progress.
        cache: a folder in which the result is kept.

    Raises:
        InputError: the file cannot be read.
    """
    shown_s, speeds = read_speed(path, reporter=reporter, cache=cache)
    if not len(speeds):
        return replace(motion, speed=np.zeros(len(motion.times_s)))
    latest = np.searchsorted(shown_s, motion.times_s + 1e-6) - 1
    return replace(motion, speed=speeds[np.maximum(latest, 0)])


def see_motion(
    frames: Iterable[NDArray[np.uint8]],
    fps: float,
    size: tuple[int, int],
    *,
    reporter: Reporter | None = None,
) -> Motion:
    """Return what moves in frames that are no file.

    Args:
        frames: uint8 [height, width, 3], RGB; frame k is shown at k / fps.
        fps: frames a second.
        size: their width and height.
        reporter: told of the progress.
    """
    reporter = reporter or Silent()
    reporter.stage("look", unit="frames")
    meter = MotionMeter(_grid_fps(fps), size)
    timed = ((number / fps, frame) for number, frame in enumerate(frames))
    _watch(meter, timed, FrameGrid(_grid_fps(fps)), reporter)
    return meter.finish()


def _watch(
    meter: MotionMeter,
    frames: Iterable[tuple[float, NDArray[np.uint8]]],
    grid: FrameGrid,
    reporter: Reporter,
) -> None:
    """Show frames to a meter on a grid."""
    for time_s, frame in frames:
        if steps := grid.steps_to(time_s):
            meter.see(frame, steps, time_s=time_s)
            reporter.advance(steps)


def _grid_fps(stated: float) -> float:
    """The rate of the grid: that of the film, or a part of it where that is high."""
    if not np.isfinite(stated) or stated < _LEAST_FPS:
        return _USUAL_FPS
    while stated > _MOST_FPS + 1:
        stated /= 2
    return stated


def _read_cache(kept: Path) -> Motion | None:
    """What was kept, None where there is nothing or it cannot be read."""
    arrays = read_kept(kept)
    try:
        if arrays is None:
            return None
        tempo = float(arrays.pop("tempo_bpm"))
        fps = float(arrays.pop("fps"))
        return Motion(fps=fps, tempo_bpm=tempo if tempo > 0 else None, **arrays)
    except (ValueError, KeyError, TypeError):
        return None


def _write_cache(kept: Path, motion: Motion) -> None:
    arrays = {name: getattr(motion, name) for name in Motion.__slots__}
    write_kept(kept, arrays | {"tempo_bpm": motion.tempo_bpm or 0.0})
