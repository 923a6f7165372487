"""Scores into the sound of a clip: played once, faded with the picture, as loud as asked; stems."""

from __future__ import annotations

import tempfile
import weakref
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.loudness import PIECE_S, Mastering, loudness_of, mastered, mastering_for
from musivid.core.errors import OutputError
from musivid.pipeline.bgm.sound import RATE_HZ, write_wav
from musivid.score.notes import Score
from musivid.score.synthesis.player import play
from musivid.settings.bgm import BgmInferPreset
from musivid.weights.names import find_soundfont

__all__ = ["Mix", "fade_curve", "render_score", "whole", "write_stems"]

Sound = NDArray[np.float32]

_BLOCK = PIECE_S * RATE_HZ  # samples that are worked on at once


class Mix:
    """A score as its players sound, as long as the film and faded.

    It is played once, and lies in a file without a name that goes with this object: an hour takes
    no more memory than a minute.

    Attributes:
        level_lufs: its loudness before it is made as loud as asked.
    """

    def __init__(self, score: Score, duration_s: float, preset: BgmInferPreset) -> None:
        """Play the score.

        Raises:
            InputError: the SoundFont cannot be read. OutputError: the disk is full.
        """
        self._sound = preset.sound
        try:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 (closed with this object)
            weakref.finalize(self, self._file.close)
            played = _played(score, duration_s, preset)
            self.level_lufs = loudness_of(self._keep(played), 2, RATE_HZ)
        except OSError as error:
            raise OutputError(
                f"cannot keep the sound in {tempfile.gettempdir()}: {error.strerror or error}",
                hint="Set TMPDIR to a folder of a disk with more room.",
            ) from None
        self._mastering: Mastering | None = None

    def mastered(self) -> Iterator[Sound]:
        """Yield the music as loud as asked, its peaks held down, in blocks: float32 [2, n]."""
        if self._mastering is None:
            settings = self._sound
            self._mastering = mastering_for(
                self._blocks, (2, RATE_HZ), self.level_lufs,
                lufs=settings.lufs, peak_dbtp=settings.peak_dbtp,
            )  # fmt: skip
        return mastered(self._blocks(), RATE_HZ, self._mastering)

    def _keep(self, blocks: Iterable[Sound]) -> Iterator[Sound]:
        for block in blocks:
            self._file.write(np.ascontiguousarray(block.T).data)
            yield block

    def _blocks(self) -> Iterator[Sound]:
        """What is kept, from its beginning."""
        size, place = 2 * 4 * _BLOCK, 0
        while True:
            self._file.seek(place)
            read = self._file.read(size)
            if not read:
                return
            place += len(read)
            yield np.frombuffer(read, np.float32).reshape(-1, 2).T


def render_score(score: Score, duration_s: float, preset: BgmInferPreset) -> Sound:
    """Return the music as sound, float32 [2, samples], exactly as long as the film.

    Raises:
        InputError: the SoundFont cannot be read.
    """
    return whole(Mix(score, duration_s, preset).mastered())


def whole(blocks: Iterable[Sound]) -> Sound:
    """Return the blocks of a sound as one."""
    return np.concatenate([np.zeros((2, 0), np.float32), *blocks], axis=1)


def _played(score: Score, duration_s: float, preset: BgmInferPreset) -> Iterator[Sound]:
    """A score as its players sound, as long as the film and faded, at no loudness yet."""
    font = find_soundfont(preset.sound.soundfont) if preset.sound.soundfont else None
    samples = round(duration_s * RATE_HZ)
    fade = fade_curve(min(preset.ending.fade_s, duration_s / 3))
    place = 0
    tail_s = max(0.0, duration_s - score.duration_s) + 0.1
    for block in play(score, RATE_HZ, font, tail_s=tail_s):
        block = block[:, : samples - place]
        if not block.shape[1]:
            return
        place += block.shape[1]
        begun = place - samples + len(fade)  # samples of the fade up to the end of the block
        if begun > 0:
            count = min(begun, block.shape[1])
            block[:, -count:] *= fade[begun - count : begun]
        yield block


def write_stems(
    folder: Path, score: Score, plan: tuple[float, float], preset: BgmInferPreset
) -> tuple[Path, ...]:
    """Write each player alone, all from one zero and at the level that they have in the music.

    Together they are the music before its peaks are held down; samples are floats, so that none
    is clipped.

    Args:
        folder: is there already.
        score: the piece.
        plan: length of the film in seconds, and the loudness of the whole `Mix` in LUFS.
        preset: SoundFont, fade and loudness.

    Raises:
        OutputError: they cannot be written.
    """
    duration_s, level = plan
    gain = np.float32(10 ** ((preset.sound.lufs - level) / 20) if np.isfinite(level) else 1)
    paths: list[Path] = []
    for track in (track for track in score.tracks if track.notes):
        alone = _played(replace(score, tracks=(track,)), duration_s, preset)
        path = folder / f"{_plain(track.name) or 'Player'}.wav"
        if path in paths:
            path = path.with_stem(f"{path.stem} {len(paths) + 1}")
        write_wav(path, (block * gain for block in alone), "FLOAT")
        paths.append(path)
    return tuple(paths)


def _plain(name: str) -> str:
    """The name of a player as that of a file: letters, digits, blanks."""
    return "".join(sign for sign in name if sign.isalnum() or sign == " ").strip()[:60]


def fade_curve(fade_s: float) -> NDArray[np.float32]:
    """A cosine that brings the last seconds of a sound to silence, float32 [samples]."""
    curve = 0.5 + 0.5 * np.cos(np.linspace(0, np.pi, round(fade_s * RATE_HZ)))
    return curve.astype(np.float32)
