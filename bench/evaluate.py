"""What `musivid evaluate` tells of films whose truth is known, and what it costs.

    python bench/evaluate.py cost          CPU seconds of a 30-s film of 768x768, after start-up
    python bench/evaluate.py flashes       flashes on clicks, -200..200 ms; then shuffled
    python bench/evaluate.py metronome     a metronome's flashes against 50 unrelated songs
    python bench/evaluate.py memory 1 10   peak memory of 1 and of 10 minutes of 1920x1080

Everything is made on the spot; `cost` and `memory` take CPU and peak memory of a child process.
"""

from __future__ import annotations

import argparse
import functools
import resource
import subprocess
import sys
import tempfile
import time
import wave
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np

from musivid.analysis.strikes import rise_of
from musivid.media.audio import load_track
from musivid.media.sink import FrameSink
from musivid.media.soundtrack import Sound
from musivid.metrics.events import AudioEvents, PictureEvents, find_rises, flow_peaks
from musivid.metrics.sync.measures import SyncSettings, measure_sync
from musivid.pipeline.evaluate.hearing import Heard, hear_track
from musivid.pipeline.evaluate.make import EvaluateJob, evaluate_file
from musivid.pocket.songs.composer import compose
from musivid.settings.presets import load_preset
from musivid.weights.session import Session

RATE_HZ, FPS, SECONDS = 22050, 30, 30.0
FLASH_FRAMES = 3
OFFSETS_MS = (-200, -120, -50, -20, 0, 20, 50, 120, 200)
PERIODS_S = (0.5, 0.6, 1.0)


def click_times(seed: int = 0, regular_s: float | None = None) -> np.ndarray:
    """When clicks come: at uneven steps, as a steady pulse would fit itself one beat later too."""
    if regular_s:
        return np.arange(1.0, SECONDS - 1, regular_s)
    times = 1 + np.cumsum(np.random.default_rng(seed).uniform(1.05, 1.9, 60))
    return times[times < SECONDS - 1]


def write_clicks(path: Path, times: np.ndarray, seconds: float = SECONDS) -> None:
    """A click at each time, over faint noise, as WAV."""
    rng = np.random.default_rng(1)
    sound = 0.003 * rng.standard_normal(int(seconds * RATE_HZ))
    length = int(0.03 * RATE_HZ)
    at = np.arange(length) / RATE_HZ
    for start in np.round(times * RATE_HZ).astype(int):
        room = sound[start : start + length]
        room += (0.8 * np.sin(2 * np.pi * 1000 * at) * np.exp(-at / 0.008))[: len(room)]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())


def backdrop(size: tuple[int, int], time_s: float) -> np.ndarray:
    """A hardly drifting picture of soft colours: uint8 [h, w, 3]."""
    width, height = size
    across = np.linspace(0, 6, width)[None] + 0.02 * time_s
    down = np.linspace(0, 6, height)[:, None] - 0.01 * time_s
    waves = [np.sin(across + k) * np.cos(down + 2 * k) for k in range(3)]
    return (110 + 45 * np.stack(waves, -1)).astype(np.uint8)


def write_flashes(
    path: Path, sound: Path, times: np.ndarray, size: tuple[int, int], seconds: float = SECONDS
) -> None:
    """A film that gets bright for a tenth of a second at each time."""
    lit = np.zeros(int(seconds * FPS) + FLASH_FRAMES, bool)
    for frame in np.round(times * FPS).astype(int):
        lit[max(frame, 0) : frame + FLASH_FRAMES] = True
    small = (max(2, size[0] // 4), max(2, size[1] // 4))
    with FrameSink(
        path, size=size, fps=Fraction(FPS), speed="ultrafast", sound=Sound(sound, 0.0, seconds)
    ) as sink:
        for k in range(int(seconds * FPS)):
            frame = cv2.resize(backdrop(small, k / FPS), size, interpolation=cv2.INTER_LINEAR)
            sink.write(np.clip(frame.astype(np.int16) + 90 * lit[k], 0, 255).astype(np.uint8))


def measure(film: Path, *options: str, preset: str = "quick") -> dict:
    """What evaluate finds in a film; the preset pocket asks networks as well."""
    settings = load_preset("evaluate", preset, options)
    return evaluate_file(EvaluateJob(film), settings, session).facts


@functools.cache
def session() -> Session:
    """One session for all films."""
    return Session("cpu", offline=True)


def flashes() -> None:
    """Offsets that are found, z of all measures, and how often shuffled films look like chance."""
    with tempfile.TemporaryDirectory() as name:
        folder, times = Path(name), click_times()
        song = folder / "clicks.wav"
        write_clicks(song, times)
        heard = hear_track(load_track(song))
        least: dict[str, float] = {}
        worst = 0.0
        for offset in OFFSETS_MS:
            film = folder / f"{offset}.mp4"
            write_flashes(film, song, times + offset / 1000, (320, 320))
            sync = measure(film, "offset_ms=auto")["sync"]
            found = sync["xcorr"]["params"]["offset_ms"]
            # Frames are 33 ms apart: the film's true offset is that of its frames.
            true = 1000 * float(np.mean(np.round((times + offset / 1000) * FPS) / FPS - times))
            worst = max(worst, abs(found - true))
            scores = {key: one["z"] for key, one in sync.items() if one["value"] is not None}
            for key, z in scores.items():
                least[key] = min(least.get(key, z), z)
            print(f"offset {offset:+4d} ms: true {true:+7.1f}, found {found:+7.1f}")
            sys.stdout.flush()
        print(f"worst error {worst:.1f} ms; least z of each measure, offset made good:")
        print("  " + ", ".join(f"{key} {z:.1f}" for key, z in least.items()))
        plain = measure(folder / "0.mp4")["sync"]
        scores = {key: one["z"] for key, one in plain.items() if one["value"] is not None}
        print("offset 0, not moved: " + ", ".join(f"{key} {z:.1f}" for key, z in scores.items()))
        shuffled(heard, times)


def shuffled(heard: Heard, times: np.ndarray) -> None:
    """The frames of the film in a random order, 100 times."""
    frames = int(SECONDS * FPS)
    lit = np.zeros(frames)
    for frame in np.round(times * FPS).astype(int):
        lit[frame : frame + FLASH_FRAMES] = 1.0
    quiet: dict[str, int] = {}
    trials: dict[str, int] = {}
    for seed in range(100):
        order = np.random.default_rng(seed).permutation(frames)
        change = np.abs(np.diff(lit[order], prepend=lit[order[0]])) * 0.35
        found = measure_sync(heard.events, as_events(change), None, heard.legacy_beats_s)
        for name, one in found.items():
            if one.value is not None:
                trials[name] = trials.get(name, 0) + 1
                quiet[name] = quiet.get(name, 0) + (abs(one.z or 0.0) < 2)
    whole = sum(quiet.values()) / sum(trials.values())
    print(f"shuffled 100 times: |z| < 2 in {100 * whole:.1f} % of all; by measure:")
    print("  " + ", ".join(f"{k} {100 * quiet[k] / trials[k]:.0f} %" for k in quiet))


def as_events(change: np.ndarray) -> PictureEvents:
    """Events of a picture that is given by its curve of change."""
    rise = rise_of(change, FPS)
    legacy, last = [], 0.0
    for k in np.flatnonzero(change > 0.127):
        if k / FPS - last > 1:
            last = k / FPS
            legacy.append(last)
    return PictureEvents(
        fps=FPS,
        change=change,
        rise=rise,
        flow=2 * change,
        changes_s=find_rises(rise, FPS) / FPS,
        flow_peaks_s=flow_peaks(2 * change) / FPS,
        cuts_s=np.empty(0),
        legacy_s=np.array(legacy),
    )


def song_events(seed: int) -> AudioEvents:
    """What there is to hear in a composed song, from its notes."""
    score, _ = compose(seed)
    seconds = min(SECONDS, score.duration_s)
    strength: dict[float, float] = {}
    for track in score.tracks:
        for note in track.notes:
            if (time_s := round(score.time_s(note.start), 3)) < seconds:
                strength[time_s] = strength.get(time_s, 0.0) + note.velocity / 127
    times = np.array(sorted(strength))
    hop_s = 0.0232
    envelope = np.zeros(int(seconds / hop_s) + 2)
    for time_s in times:
        envelope[round(time_s / hop_s)] += strength[float(time_s)]
    envelope = np.clip(envelope / np.quantile(envelope[envelope > 0], 0.98), 0, 1)
    beats = np.arange(0, seconds, 60 / score.tempo_bpm)
    apart = np.concatenate([[True], np.diff(times) > 0.03])
    bar = beats[:: score.beats_per_bar]
    return AudioEvents(seconds, times[apart], beats, bar, score.tempo_bpm, envelope, hop_s)


def metronome() -> None:
    """Songs of 50 in which any measure but the published one is fooled by a metronome."""
    songs = [song_events(seed) for seed in range(50)]
    for period in PERIODS_S:
        fooled, by = 0, {}
        for seed, song in enumerate(songs):
            first = np.random.default_rng(seed).uniform(0, period)
            change = np.zeros(int(song.duration_s * FPS))
            for frame in np.round(np.arange(first, song.duration_s, period) * FPS).astype(int):
                change[min(frame, len(change) - 1)] += 0.5
                change[min(frame + FLASH_FRAMES, len(change) - 1)] += 0.5
            found = measure_sync(song, as_events(change), SyncSettings(), song.beats_s)
            over = [k for k, one in found.items() if k != "avs_legacy" and (one.z or 0) > 2]
            fooled += bool(over)
            for name in over:
                by[name] = by.get(name, 0) + 1
        print(f"a flash every {period} s: fooled by {fooled} of {len(songs)} songs {by}")


def cost() -> None:
    """CPU seconds of the measures alone, imports and first calls before."""
    with tempfile.TemporaryDirectory() as name:
        folder, times = Path(name), click_times()
        song, film, warm = (folder / x for x in ("clicks.wav", "film.mp4", "warm.mp4"))
        write_clicks(song, times)
        write_flashes(film, song, times, (768, 768))
        write_flashes(warm, song, times, (64, 64), 4.0)
        print(run_child("child-cost", str(warm), str(film)))


def child_cost(warm: str, film: str) -> None:
    """In a child: a short film first, then the clock."""
    for preset in ("quick", "pocket"):
        measure(Path(warm), preset=preset)
        start = time.process_time()
        measure(Path(film), preset=preset)
        took = time.process_time() - start
        print(f"{preset}: {took:.2f} CPU s for 30 s of 768x768 at {FPS} frames a second")


def memory(*lengths: str) -> None:
    """Peak memory of films of 1920x1080 that last so many minutes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for minutes in lengths or ("1", "10"):
            seconds = 60.0 * float(minutes)
            song, film = folder / "clicks.wav", folder / "film.mp4"
            times = np.arange(1.0, seconds - 1, 1.3)
            write_clicks(song, times, seconds)
            write_flashes(film, song, times, (1920, 1080), seconds)
            print(f"{minutes} min: " + run_child("child-memory", str(film)))


def child_memory(film: str) -> None:
    """In a child: what the whole process takes at most."""
    measure(Path(film))
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB at most")


def run_child(*arguments: str) -> str:
    """What a child of this script prints."""
    command = [sys.executable, __file__, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    tasks = {"cost": cost, "flashes": flashes, "metronome": metronome, "memory": memory}
    children = {"child-cost": child_cost, "child-memory": child_memory}
    parser.add_argument("task", choices=[*tasks, *children])
    parser.add_argument("arguments", nargs="*")
    asked = parser.parse_args()
    if asked.task in children:
        children[asked.task](*asked.arguments)
    else:
        tasks[asked.task](*asked.arguments)


if __name__ == "__main__":
    main()
