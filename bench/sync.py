"""A click track with a flash painted at each click: how far apart are they in the finished file?

    python bench/sync.py [--minutes 10] [--fps 23.976 24 25 29.97 30 60] [--songs mp3 wav]

Each video is written twice: in one piece, and as parts of ten seconds that are joined. Then picture
and sound are decoded by the time stamps of the file, as a player does, and for each click the start
of the flash is compared with the start of the click. The mp3 is copied into the file, the wav is
encoded as AAC. Up to half a frame is what rounding to a frame costs; `beyond rounding` is how far
any flash is from where that alone puts it. Clicks are found to a sample; the bar has one to spare.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from musivid.core.timeline import Timeline, parse_fps
from musivid.media.audio import load_track
from musivid.media.ffmpeg import file_url, run_ffmpeg
from musivid.media.sink import FrameSink, Sound, join_parts

RATES = ("23.976", "24", "25", "29.97", "30", "60")
SONGS = ("mp3", "wav")
SIZE = (64, 48)
RATE_HZ = 44_100
CLICK_S, CLICK_HZ = 0.006, 2500
BETWEEN_S = (0.8, 1.6)  # drawn evenly, so that clicks fall anywhere within frames
FLASH_FRAMES = 3
PART_S = 10.0
WINDOW_S = 30.0  # start, middle and end are so long


@dataclass(frozen=True, slots=True)
class Measured:
    """What a finished file shows.

    Attributes:
        clicks_s: when the clicks were written, in seconds.
        errors: flash minus click as decoded, in frames.
        beyond_ms: by how much any error differs from that of rounding alone.
        end_difference: end of the picture minus end of the sound, in frames.
        wrong_times: frames whose time is not exactly k / fps.
    """

    clicks_s: NDArray[np.float64]
    errors: NDArray[np.float64]
    beyond_ms: float
    end_difference: float
    wrong_times: int


def write_song(path: Path, duration_s: float) -> NDArray[np.float64]:
    """Write a click track in the format that the name says; when the clicks begin, in seconds."""
    samples = np.zeros(round(duration_s * RATE_HZ), np.float32)
    steps_s = np.random.default_rng(0).uniform(*BETWEEN_S, round(duration_s / BETWEEN_S[0]))
    clicks_s = np.round(np.cumsum(steps_s) * RATE_HZ) / RATE_HZ
    clicks_s = clicks_s[clicks_s < duration_s - 0.5]
    for click_s in clicks_s:
        start = round(click_s * RATE_HZ)
        samples[start : start + len(_burst())] = _burst()
    wav = path.with_suffix(".wav")
    with wave.open(str(wav), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    if path.suffix != ".wav":
        import ffmpeg

        options = {"b:a": "192k"}
        run_ffmpeg(ffmpeg.output(ffmpeg.input(file_url(wav)), file_url(path), **options))
    return clicks_s


def _burst() -> NDArray[np.float32]:
    phases = np.arange(round(CLICK_S * RATE_HZ)) * (2 * np.pi * CLICK_HZ / RATE_HZ)
    burst: NDArray[np.float32] = (0.8 * np.sin(phases)).astype(np.float32)
    return burst


def paint(timeline: Timeline, clicks_s: Sequence[float]) -> Iterator[NDArray[np.uint8]]:
    """Dark frames, and bright ones from the frame on that is nearest to each click."""
    width, height = SIZE
    dark = np.full((height, width, 3), 16, np.uint8)
    bright = np.full((height, width, 3), 235, np.uint8)
    first = {timeline.frame_at(click_s) for click_s in clicks_s}
    flashing = {frame + k for frame in first for k in range(FLASH_FRAMES)}
    for frame in range(timeline.frames):
        yield bright if frame in flashing else dark


def write_whole(out: Path, timeline: Timeline, clicks_s: Sequence[float], sound: Sound) -> None:
    """The video in one piece."""
    with FrameSink(out, size=SIZE, fps=timeline.fps, sound=sound) as sink:
        for frame in paint(timeline, clicks_s):
            sink.write(frame)


def write_joined(out: Path, timeline: Timeline, clicks_s: Sequence[float], sound: Sound) -> None:
    """The video as parts that are joined."""
    frames = paint(timeline, clicks_s)
    starts_s = [k * PART_S for k in range(max(1, round(timeline.duration_s / PART_S)))]
    parts = []
    for number, numbers in enumerate(timeline.split(starts_s)):
        parts.append(out.with_name(f"part{number}.mp4"))
        with FrameSink(parts[-1], size=SIZE, fps=timeline.fps) as sink:
            for _ in numbers:
                sink.write(next(frames))
    join_parts(parts, out, fps=timeline.fps, sound=sound, frames=timeline.frames)


def measure(path: Path, timeline: Timeline, clicks_s: NDArray[np.float64]) -> Measured:
    """Decode a file by its own time stamps and compare flashes with clicks."""
    times_s, brightness, wrong = _decode_picture(path, timeline.fps)
    samples, begin_s, sound_end_s = _decode_sound(path)
    lit = brightness > 128
    flashes_s = times_s[np.flatnonzero(lit & ~np.roll(lit, 1))]
    heard_s = np.array([_find_click(samples, begin_s, click_s) for click_s in clicks_s])
    if len(flashes_s) != len(heard_s):
        raise SystemExit(f"{path}: {len(flashes_s)} flashes, {len(heard_s)} clicks")
    fps = float(timeline.fps)
    rounding_s = np.array([timeline.time_s(timeline.frame_at(t)) - t for t in clicks_s])
    beyond_ms = 1000 * np.abs(flashes_s - heard_s - rounding_s).max()
    end_difference = (times_s[-1] + 1 / fps - sound_end_s) * fps
    return Measured(clicks_s, (flashes_s - heard_s) * fps, beyond_ms, end_difference, wrong)


def _decode_picture(
    path: Path, fps: Fraction
) -> tuple[NDArray[np.float64], NDArray[np.float64], int]:
    """Times and brightness of all frames, and how many are not exactly at k / fps."""
    import av

    times, brightness = [], []
    with av.open(str(path)) as file:
        unit = Fraction(file.streams.video[0].time_base or 1)
        for frame in file.decode(video=0):
            times.append((frame.pts or 0) * unit)
            brightness.append(frame.to_ndarray(format="gray").mean())
    wrong = sum(time != k / fps for k, time in enumerate(times))
    return np.array(times, np.float64), np.array(brightness), wrong


def _decode_sound(path: Path) -> tuple[NDArray[np.float32], float, float]:
    """Samples, the time of the first, and when the sound ends, all by the file's time stamps."""
    import av

    blocks, begin_s = [], None
    with av.open(str(path)) as file:
        stream = file.streams.audio[0]
        unit = float(stream.time_base or 1)
        end_s = ((stream.start_time or 0) + (stream.duration or 0)) * unit
        for frame in file.decode(audio=0):
            if begin_s is None:
                begin_s = (frame.pts or 0) * unit
            blocks.append(frame.to_ndarray()[0])
    return np.concatenate(blocks), begin_s or 0.0, end_s


def _find_click(samples: NDArray[np.float32], begin_s: float, near_s: float) -> float:
    """When a click begins, by the best match with its shape within 0.1 s."""
    first = max(0, round((near_s - begin_s - 0.1) * RATE_HZ))
    part = samples[first : first + round(0.2 * RATE_HZ)]
    match = np.correlate(part, _burst(), "valid")
    return begin_s + (first + int(match.argmax())) / RATE_HZ


def rows(
    folder: Path, kind: str, rates: Sequence[str], minutes: float
) -> Iterator[tuple[list[str], bool]]:
    """A row of the table for each rate and way of writing, and whether it meets the bar."""
    song = folder / f"song.{kind}"
    clicks_s = write_song(song, minutes * 60 + 0.321)
    track = load_track(song)
    sound = Sound(song, 0.0, track.duration_s)
    for rate in rates:
        timeline = Timeline(track.duration_s, parse_fps(rate))
        for name, write in (("one piece", write_whole), ("joined parts", write_joined)):
            out = folder / "out.mp4"
            started = time.perf_counter()
            write(out, timeline, list(clicks_s), sound)
            took_s = time.perf_counter() - started
            found = measure(out, timeline, clicks_s)
            windows = [_worst(found, at, track.duration_s) for at in (0.0, 0.5, 1.0)]
            bar = 0.5 + float(timeline.fps) / RATE_HZ
            good = max(windows) <= bar and abs(found.end_difference) <= 1 and not found.wrong_times
            cells = [kind, rate, name, *(f"{worst:.3f}" for worst in windows)]
            cells += [f"{found.beyond_ms:.2f} ms", f"{found.end_difference:+.2f}"]
            yield [*cells, str(found.wrong_times), f"{took_s:.0f} s", "yes" if good else "NO"], good


def _worst(found: Measured, place: float, duration_s: float) -> float:
    """The greatest error within a window at the start (0), middle (0.5) or end (1)."""
    first_s = place * max(0.0, duration_s - WINDOW_S)
    inside = (found.clicks_s >= first_s) & (found.clicks_s <= first_s + WINDOW_S)
    return float(np.abs(found.errors[inside]).max())


def main() -> int:
    """Print the table; 1 if a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--fps", nargs="+", default=RATES)
    parser.add_argument("--songs", nargs="+", default=SONGS, choices=("mp3", "wav", "m4a", "flac"))
    asked = parser.parse_args()
    heading = ["song", "fps", "written as", "start", "middle", "end"]
    heading += ["beyond rounding", "ends", "off grid"]
    print(f"{asked.minutes:g} minutes; errors in frames: flash minus click, greatest; bar 0.5")
    print("| " + " | ".join([*heading, "writing", "within"]) + " |")
    print("|" + " --- |" * (len(heading) + 2))
    all_good = True
    with tempfile.TemporaryDirectory() as folder:
        for kind in asked.songs:
            for cells, good in rows(Path(folder), kind, asked.fps, asked.minutes):
                print("| " + " | ".join(cells) + " |", flush=True)
                all_good &= good
    return 0 if all_good else 1


if __name__ == "__main__":
    sys.exit(main())
