"""One of the pieces that a run kept, delivered: the clip with it, notes, sound, and its stems."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from musivid import __version__
from musivid.analysis.loudness import loudness_lufs
from musivid.core.progress import Reporter
from musivid.core.run import run_folder
from musivid.core.storage import temporary_folder
from musivid.media.scored import score_clip
from musivid.pipeline.bgm.job import CheckedBgm
from musivid.pipeline.bgm.sound import RATE_HZ, mix_with_clip, write_wav
from musivid.score.midi import read_midi
from musivid.score.notes import Score
from musivid.score.synthesis.player import render
from musivid.settings.presets import preset_hash
from musivid.weights.names import find_soundfont

__all__ = ["CandidateFiles", "deliver_candidate"]

_THEN = (1980, 1, 1, 0, 0, 0)  # the same stems give the same archive


@dataclass(frozen=True, slots=True)
class CandidateFiles:
    """What is delivered of a piece.

    Attributes:
        film: the clip with it.
        notes: MIDI.
        sound: WAV.
        stems: a ZIP with a WAV a track; together they are the sound before its peaks were held.
    """

    film: Path
    notes: Path
    sound: Path
    stems: Path


def deliver_candidate(
    checked: CheckedBgm, rank: int, folder: Path, reporter: Reporter
) -> CandidateFiles:
    """Deliver a piece that the run of a job kept.

    Args:
        checked: the job, whose run is finished.
        rank: of the piece, from 1 on.
        folder: for the files; it is replaced as a whole.
        reporter: told of stages.

    Raises:
        MusividError: a file is gone or cannot be written.
    """
    job, info = checked.job, checked.info
    kept = run_folder(checked.outputs.video) / "candidates"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with temporary_folder(folder) as room:
        made = room / "made"
        made.mkdir()
        files = CandidateFiles(
            made / "film.mp4", made / "music.mid", made / "music.wav", made / "stems.zip"
        )
        shutil.copyfile(kept / f"{rank}.mid", files.notes)
        shutil.copyfile(kept / f"{rank}.wav", files.sound)
        reporter.stage("play stems")
        _write_stems(read_midi(files.notes), checked, files.stems)
        reporter.stage("join")
        heard = files.sound
        if info is not None and job.preset.sound.keep_audio:
            heard = room / "mixed.wav"
            write_wav(heard, mix_with_clip(files.sound, job.clip, info, job.preset))
        facts = {"musivid": __version__, "command": "bgm infer", "candidate": rank,
                 "preset": preset_hash(job.preset), "seed": job.preset.seed}  # fmt: skip
        score_clip(
            job.clip, heard, files.film, kbps=job.preset.sound.kbps,
            metadata={"comment": json.dumps(facts)},
        )  # fmt: skip
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(made, folder)
    names = (files.film, files.notes, files.sound, files.stems)
    return CandidateFiles(*(folder / path.name for path in names))


def _write_stems(score: Score, checked: CheckedBgm, path: Path) -> None:
    """Write each track as it is in the mix, all by the same gain."""
    tracks = [track for track in score.tracks if track.notes]
    gain = _gain(score, checked)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for number, track in enumerate(tracks, start=1):
            wav = path.with_name("stem.wav")
            write_wav(wav, _played(replace(score, tracks=(track,)), checked) * gain)
            name = "".join(c if c.isalnum() else " " for c in track.name).strip() or "Track"
            archive.writestr(zipfile.ZipInfo(f"{number:02d} {name}.wav", _THEN), wav.read_bytes())
            wav.unlink()


def _gain(score: Score, checked: CheckedBgm) -> np.float32:
    """What brings all tracks together to the loudness of the sound; no stem is clipped by it."""
    whole = _played(score, checked)
    level = loudness_lufs(whole, RATE_HZ)
    lufs = checked.job.preset.sound.lufs
    gain = 10 ** ((lufs - level) / 20) if np.isfinite(level) else 1.0
    tops = (float(np.abs(sound).max(initial=0.0)) for sound in _each(score, checked))
    return np.float32(min(gain, 0.99 / max(max(tops, default=0.0), 1e-6)))


def _each(score: Score, checked: CheckedBgm) -> Iterator[NDArray[np.float32]]:
    """The sound of each track, one after the other: an hour of all would not fit into memory."""
    for track in score.tracks:
        if track.notes:
            yield _played(replace(score, tracks=(track,)), checked)


def _played(score: Score, checked: CheckedBgm) -> NDArray[np.float32]:
    """A score as sound, as long as the clip: float32 [2, samples], not normalised."""
    named = checked.job.preset.sound.soundfont
    font = find_soundfont(named) if named else None
    samples = round(checked.duration_s * RATE_HZ)
    tail_s = max(0.0, checked.duration_s - score.duration_s) + 0.1
    sound = render(score, RATE_HZ, font, tail_s=tail_s)[:, :samples]
    return np.pad(sound, ((0, 0), (0, samples - sound.shape[1]))).astype(np.float32)
