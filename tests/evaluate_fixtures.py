"""Films whose truth is known, for the tests of evaluate."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from media_fixtures import write_wav

from musivid.media.sink import FrameSink
from musivid.media.soundtrack import Sound
from musivid.pipeline.evaluate.make import EvaluateJob, evaluate_file
from musivid.settings.evaluate import EvaluatePreset
from musivid.settings.presets import load_preset

__all__ = [
    "FPS",
    "RATE_HZ",
    "SECONDS",
    "SIZE",
    "TIMES",
    "clicks",
    "flashing",
    "folder",
    "measure",
    "no_session",
    "quick",
    "scene",
    "write_film",
]


RATE_HZ, FPS, SECONDS = 22050, 25, 12.0


SIZE = (320, 256)


TIMES = np.array([1.12, 2.4, 3.2, 4.6, 5.72, 6.8, 7.48, 8.72, 9.92, 10.8])


def clicks(times: np.ndarray = TIMES, seconds: float = SECONDS) -> np.ndarray:
    sound = 0.002 * np.random.default_rng(0).standard_normal(int(seconds * RATE_HZ))
    ring = 0.8 * np.sin(np.arange(660) * 0.28) * np.exp(-np.arange(660) / 170)
    for start in np.round(times * RATE_HZ).astype(int):
        sound[start : start + 660] += ring
    return sound.astype(np.float32)


def write_film(
    path: Path,
    frames: list[np.ndarray],
    sound: Path | None = None,
    fps: int = FPS,
    size: tuple[int, int] = SIZE,
) -> Path:
    plan = Sound(sound, 0.0, len(frames) / fps) if sound else None
    with FrameSink(path, size=size, fps=Fraction(fps), speed="ultrafast", sound=plan) as sink:
        for frame in frames:
            sink.write(frame)
    return path


def scene(seed: int = 0, light: int = 0) -> np.ndarray:
    """A soft picture: uint8 [h, w, 3]."""
    small = np.random.default_rng(seed).uniform(40, 150, (6, 8, 3))
    soft = cv2.resize(small, SIZE, interpolation=cv2.INTER_CUBIC)
    return np.clip(soft + light, 0, 255).astype(np.uint8)


def flashing(late_s: float = 0.0, seconds: float = SECONDS) -> list[np.ndarray]:
    dark, light = scene(), scene(light=80)
    lit = np.zeros(int(seconds * FPS), bool)
    for frame in np.round((TIMES + late_s) * FPS).astype(int):
        lit[frame : frame + 3] = True
    return [light if on else dark for on in lit]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Films and songs that the tests share."""
    path = tmp_path_factory.mktemp("evaluate")
    write_wav(path / "clicks.wav", clicks(), RATE_HZ)
    write_film(path / "good.mp4", flashing(), path / "clicks.wav")
    write_film(path / "late.mp4", flashing(0.12), path / "clicks.wav")
    write_film(path / "mute.mp4", flashing()[:100])
    return path


@pytest.fixture
def quick() -> EvaluatePreset:
    return load_preset("evaluate", "quick", ["surrogates=200"])


def no_session() -> None:
    raise AssertionError("no network is asked for")


def measure(path: Path, quick: EvaluatePreset, **more: Path) -> dict[str, Any]:
    return evaluate_file(EvaluateJob(path, **more), quick, no_session).facts
