"""Scores into the sound of a clip: rendered, faded with the picture, as loud as asked, mixed."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from musivid.errors import InputError
from musivid.media.audio import load_track, probe_audio
from musivid.media.frames import VideoInfo
from musivid.schema_bgm import BgmInferPreset
from musivid.score.loudness import loudness_lufs, normalise
from musivid.score.notes import Score
from musivid.score.synthesis import render
from musivid.storage import write_atomic

__all__ = ["RATE_HZ", "check_own_sound", "mix_with_clip", "render_score", "write_wav"]

Sound = NDArray[np.float32]

RATE_HZ = 44_100
_OWN_LUFS = -18.0  # of the clip's own sound in the mix
_DUCK_FROM_DB, _DUCK_TO_DB = -45.0, -25.0  # level of the clip's sound that ducks not at all, fully
_WINDOW_S, _ATTACK_S, _RELEASE_S = 0.02, 0.08, 0.6


def render_score(score: Score, duration_s: float, preset: BgmInferPreset) -> Sound:
    """Return the music as sound, float32 [2, samples], exactly as long as the film.

    Raises:
        InputError: the SoundFont cannot be read.
    """
    settings = preset.sound
    font = Path(settings.soundfont).expanduser() if settings.soundfont else None
    samples = round(duration_s * RATE_HZ)
    sound = render(score, RATE_HZ, font, tail_s=max(0.0, duration_s - score.duration_s) + 0.1)
    sound = sound[:, :samples]
    if sound.shape[1] < samples:
        sound = np.pad(sound, ((0, 0), (0, samples - sound.shape[1])))
    sound = _faded(sound, min(preset.ending.fade_s, duration_s / 3))
    return normalise(sound, RATE_HZ, lufs=settings.lufs, peak_dbtp=settings.peak_dbtp)


def _faded(sound: Sound, fade_s: float) -> Sound:
    """The sound with its last seconds brought to silence, as a cosine."""
    count = round(fade_s * RATE_HZ)
    if count:
        sound = sound.copy()
        curve = 0.5 + 0.5 * np.cos(np.linspace(0, np.pi, count))
        sound[:, -count:] *= curve.astype(np.float32)
    return sound


def mix_with_clip(music: Sound, clip: Path, info: VideoInfo, preset: BgmInferPreset) -> Sound:
    """Return music and the clip's own sound together; the music gives way where that is loud.

    Args:
        music: float32 [2, samples] at `RATE_HZ`.
        clip: with sound.
        info: of its picture.
        preset: loudness and ducking.

    Raises:
        InputError: the clip has no sound that can be decoded.
    """
    own = _own_sound(clip, info, music.shape[1])
    level = loudness_lufs(own, RATE_HZ)
    if np.isfinite(level):
        own = own * np.float32(10 ** ((_OWN_LUFS - level) / 20))
    mixed = music * _duck_curve(own, preset.sound.duck_db) + own
    settings = preset.sound
    return normalise(mixed, RATE_HZ, lufs=settings.lufs, peak_dbtp=settings.peak_dbtp)


def _own_sound(clip: Path, info: VideoInfo, samples: int) -> Sound:
    """The clip's sound on the clock of its picture: float32 [2, samples]."""
    track = load_track(clip, rate_hz=RATE_HZ)
    sound = track.samples
    sound = np.repeat(sound, 2, axis=0) if len(sound) == 1 else sound[:2]
    if track.samples.shape[0] > 2:
        sound = np.stack([track.mono()] * 2)
    late = round((probe_audio(clip, least_s=0.0).delay_s - info.delay_s) * RATE_HZ)
    sound = sound[:, -late:] if late < 0 else np.pad(sound, ((0, 0), (late, 0)))
    sound = sound[:, :samples]
    return np.pad(sound, ((0, 0), (0, samples - sound.shape[1]))).astype(np.float32)


def _duck_curve(own: Sound, duck_db: float) -> NDArray[np.float32]:
    """Gain of the music at each sample: quick to go down, slow to come back."""
    window = round(_WINDOW_S * RATE_HZ)
    blocks = -(-own.shape[1] // window)
    padded = np.pad(own.mean(0), (0, blocks * window - own.shape[1]))
    power = (padded.reshape(blocks, window).astype(np.float64) ** 2).mean(1)
    level = 10 * np.log10(power + 1e-12)
    wanted = np.clip((level - _DUCK_FROM_DB) / (_DUCK_TO_DB - _DUCK_FROM_DB), 0, 1)
    down, up = np.exp(-_WINDOW_S / _ATTACK_S), np.exp(-_WINDOW_S / _RELEASE_S)
    held, state = np.zeros(blocks), 0.0
    for block, value in enumerate(wanted):
        keep = down if value > state else up
        state = keep * state + (1 - keep) * value
        held[block] = state
    places = (np.arange(blocks) + 0.5) * window
    smooth = np.interp(np.arange(own.shape[1]), places, held)
    return (10 ** (-duck_db * smooth / 20)).astype(np.float32)


def write_wav(path: Path, sound: Sound) -> None:
    """Write sound as a 16-bit WAV of 44.1 kHz, whole or not at all.

    Raises:
        OutputError: it cannot be written.
    """
    import soundfile

    data = io.BytesIO()
    soundfile.write(data, sound.T, RATE_HZ, format="WAV", subtype="PCM_16")
    write_atomic(path, data.getvalue())


def check_own_sound(clip: Path, info: VideoInfo) -> None:
    """Refuse --keep-audio where there is nothing to keep.

    Raises:
        InputError: the clip has no sound.
    """
    if not info.has_sound:
        raise InputError(
            f"{clip} has no sound to keep", hint="Leave --keep-audio out; the music is added."
        )
