"""What recordings do to music: level, tone, noise, overload, other sounds; drawn at random."""

from __future__ import annotations

import numpy as np

__all__ = ["roughen"]

_TILT_HZ = 800.0
_CHANCES = {"tilt": 0.5, "band": 0.2, "peak": 0.3, "overload": 0.15, "noise": 0.35}
_LOUDEST, _QUIETEST_DB = 0.98, -26.0


def roughen(sound: np.ndarray, rate_hz: int, rng: np.random.Generator) -> np.ndarray:
    """Return the sound as some recording might have it: float32 [n], -1..1, same length.

    Args:
        sound: float32 [n], mono.
        rate_hz: samples a second.
        rng: where its lots come from.
    """
    does = {name: rng.random() < chance for name, chance in _CHANCES.items()}
    gains = _tone(len(sound), rate_hz, rng, does)
    if gains is not None:
        sound = np.fft.irfft(np.fft.rfft(sound) * gains, n=len(sound))
    if does["overload"]:
        drive = 10 ** (rng.uniform(3, 14) / 20) / max(float(np.abs(sound).max()), 1e-6)
        driven = sound * drive
        sound = np.tanh(driven) if rng.random() < 0.5 else np.clip(driven, -1, 1)
    if does["noise"]:
        sound = sound + _noise(sound, rate_hz, rng)
    peak = max(float(np.abs(sound).max()), 1e-6)
    level = _LOUDEST * 10 ** (_QUIETEST_DB * rng.random() ** 2 / 20)
    return (sound * (level / peak)).astype(np.float32)


def _tone(
    samples: int, rate_hz: int, rng: np.random.Generator, does: dict[str, bool]
) -> np.ndarray | None:
    """Return gains per frequency bin, or None where the tone is left alone."""
    if not (does["tilt"] or does["band"] or does["peak"]):
        return None
    octaves = np.log2(np.maximum(np.fft.rfftfreq(samples, 1 / rate_hz), 20.0) / _TILT_HZ)
    gain_db = np.zeros_like(octaves)
    if does["tilt"]:
        gain_db += rng.uniform(-1.5, 1.5) * octaves
    if does["peak"]:
        centre, width = rng.uniform(-3, 2.5), rng.uniform(0.3, 1.0)
        gain_db += rng.uniform(-9, 7) * np.exp(-(((octaves - centre) / width) ** 2))
    if does["band"]:
        low, high = (
            np.log2(rng.uniform(40, 250) / _TILT_HZ),
            np.log2(rng.uniform(3000, 7800) / _TILT_HZ),
        )
        gain_db -= 18 * np.maximum(low - octaves, 0) + 30 * np.maximum(octaves - high, 0)
    return np.asarray(10 ** (gain_db / 20))


def _noise(sound: np.ndarray, rate_hz: int, rng: np.random.Generator) -> np.ndarray:
    """Return hiss or hum far enough below the sound."""
    power = float(np.mean(sound**2)) + 1e-9
    level = np.sqrt(power) * 10 ** (-rng.uniform(14, 40) / 20)
    if rng.random() < 0.25:
        turns = np.arange(len(sound)) / rate_hz * (50.0 if rng.random() < 0.5 else 60.0)
        wave = sum(np.sin(2 * np.pi * k * turns) / k for k in (1, 2, 3, 5))
        return np.asarray(level * wave)
    hiss = rng.standard_normal(len(sound), dtype=np.float32)
    if rng.random() < 0.5:  # pink
        spectrum = np.fft.rfft(hiss)
        spectrum /= np.sqrt(np.arange(len(spectrum)) + 1.0)
        hiss = np.fft.irfft(spectrum, n=len(sound)).astype(np.float32)
        hiss /= hiss.std() + 1e-9
    return np.asarray(level * hiss)
