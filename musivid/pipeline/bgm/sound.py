"""Files of sound, and music together with the clip's own: it gives way where that is loud."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.loudness import loudness_lufs, normalise
from musivid.core.errors import InputError, OutputError
from musivid.media.audio import load_track, probe_audio
from musivid.media.frames import VideoInfo
from musivid.settings.bgm import BgmInferPreset

__all__ = [
    "RATE_HZ",
    "check_own_sound",
    "convert_sound",
    "mix_with_clip",
    "write_wav",
]

Sound = NDArray[np.float32]

RATE_HZ = 44_100
"""Of the WAV, as on compact discs."""

_OWN_LUFS = -18.0  # of the clip's own sound in the mix
_DUCK_FROM_DB, _DUCK_TO_DB = -45.0, -25.0  # level of the clip's sound that ducks not at all, fully
_BLOCK = 10 * RATE_HZ  # samples that are worked on at once
# Of the level that ducks the music: step, time constants.
_WINDOW_S, _ATTACK_S, _RELEASE_S = 0.02, 0.08, 0.6


def convert_sound(wav: Path, out: Path, kbps: int) -> None:
    """Write a WAV again in the form that a name ends in: .flac, .mp3 or .wav itself.

    Args:
        wav: from `write_wav`.
        out: the new file.
        kbps: bit rate of an MP3; above 320 that of the best.

    Raises:
        EncodeError: ffmpeg cannot.
    """
    import ffmpeg

    from musivid.media.ffmpeg import file_url, run_ffmpeg

    if out.suffix.lower() == ".wav":
        shutil.copyfile(wav, out)
        return
    rate = {"b:a": f"{min(kbps, 320)}k"} if out.suffix.lower() == ".mp3" else {}
    run_ffmpeg(ffmpeg.output(ffmpeg.input(file_url(wav)), file_url(out), **rate))


def mix_with_clip(
    music: Path, clip: Path, info: VideoInfo, preset: BgmInferPreset
) -> Iterator[Sound]:
    """Return music and the clip's own sound together; the music gives way where that is loud.

    Args:
        music: a file that `write_wav` wrote, as long as the picture.
        clip: with sound.
        info: of its picture.
        preset: loudness and ducking.

    Raises:
        InputError: the clip has no sound that can be decoded.
    """
    import soundfile

    with soundfile.SoundFile(music) as file:
        mixed = _own_sound(clip, info, file.frames)
        level = loudness_lufs(mixed, RATE_HZ)
        if np.isfinite(level):
            mixed *= np.float32(10 ** ((_OWN_LUFS - level) / 20))
        ducking = _Ducking(mixed, preset.sound.duck_db)
        for first in range(0, mixed.shape[1], _BLOCK):
            part = file.read(_BLOCK, dtype="float32").T
            mixed[:, first : first + _BLOCK] += part * ducking.gain(first, part.shape[1])
    settings = preset.sound
    normalise(mixed, RATE_HZ, lufs=settings.lufs, peak_dbtp=settings.peak_dbtp)
    return (mixed[:, first : first + _BLOCK] for first in range(0, mixed.shape[1], _BLOCK))


def _own_sound(clip: Path, info: VideoInfo, samples: int) -> Sound:
    """The clip's sound on the clock of its picture: float32 [2, samples]."""
    track = load_track(clip, rate_hz=RATE_HZ)
    channels = len(track.samples)
    late = round((probe_audio(clip, least_s=0.0).delay_s - info.delay_s) * RATE_HZ)
    first, place = max(0, -late), max(0, late)
    count = max(0, min(track.samples.shape[1] - first, samples - place))
    sound = np.zeros((2, samples), np.float32)
    heard = track.samples if channels <= 2 else track.mono()[None]
    # A single channel is heard on both sides.
    sound[:, place : place + count] = heard[:, first : first + count]
    return sound


class _Ducking:
    """Gain of the music while other sound is heard: quick to go down, slow to come back."""

    def __init__(self, own: Sound, duck_db: float) -> None:
        window = round(_WINDOW_S * RATE_HZ)
        level = np.array(
            [_level_db(own[:, i : i + window]) for i in range(0, own.shape[1], window)]
        )
        wanted = np.clip((level - _DUCK_FROM_DB) / (_DUCK_TO_DB - _DUCK_FROM_DB), 0, 1)
        down, up = np.exp(-_WINDOW_S / _ATTACK_S), np.exp(-_WINDOW_S / _RELEASE_S)
        self._held, state = np.zeros(len(wanted)), 0.0
        for block, value in enumerate(wanted):
            keep = down if value > state else up
            state = keep * state + (1 - keep) * value
            self._held[block] = state
        self._places = (np.arange(len(wanted)) + 0.5) * window
        self._duck_db = duck_db

    def gain(self, first: int, count: int) -> NDArray[np.float32]:
        """Return the gain of `count` samples from `first` on."""
        smooth = np.interp(np.arange(first, first + count), self._places, self._held)
        return (10 ** (-self._duck_db * smooth / 20)).astype(np.float32)


def _level_db(sound: Sound) -> float:
    return float(10 * np.log10((sound.mean(0).astype(np.float64) ** 2).mean() + 1e-12))


def write_wav(path: Path, blocks: Iterable[Sound], samples: str = "PCM_16") -> None:
    """Write the blocks of a stereo sound as a WAV of 44.1 kHz.

    Args:
        path: the file.
        blocks: float32 [2, n] each.
        samples: their form, by libsndfile's name.

    Raises:
        OutputError: it cannot be written.
    """
    import soundfile

    try:
        with soundfile.SoundFile(path, "w", RATE_HZ, 2, samples, format="WAV") as file:
            for block in blocks:
                file.write(block.T)
    except (OSError, soundfile.LibsndfileError) as error:
        raise OutputError(
            f"cannot write {path}: {error}",
            hint="The folder must be writable and the disk must have room.",
        ) from None


def check_own_sound(clip: Path, info: VideoInfo | None) -> None:
    """Refuse --keep-audio where there is nothing to keep.

    Raises:
        InputError: the clip has no sound.
    """
    if info is None or not info.has_sound:
        raise InputError(
            f"{clip} has no sound to keep", hint="Leave --keep-audio out; the music is added."
        )
