"""Songs, corpora and settings for the tests of `musivid bgm train`."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from musivid.analysis.tonality import Key
from musivid.score.cmt.tokens import encode
from musivid.score.corpus import Corpus, CorpusWriter
from musivid.score.midi import write_midi
from musivid.score.notes import Note, Score, TrackNotes
from musivid.settings.train import BgmTrainPreset

SMALL = {"model_size": 16, "layers": 1, "heads": 2, "ff": 16, "dropout": 0.2, "init_width": 4}
WIDTHS = {"pitch": 8, "duration": 8, "density": 8, "beat": 8, "p_beat": 8, "strength": 8}


ROLL_STEPS_A_BEAT = 24


def song(seed: int, bars: int = 6, tonic: int = 0, beats: int = 4) -> Score:
    rng = np.random.default_rng(seed)
    steps = 4 * beats * bars
    scale = sorted(Key(tonic).pitch_classes)
    tune = [
        Note(120 * s, 120, 60 + int(scale[rng.integers(7)]), 80)
        for s in range(steps)
        if s % 4 == 0 or rng.random() < 0.4
    ]
    drums = [Note(480 * b, 60, 36, 90) for b in range(beats * bars)]
    tracks = (
        TrackNotes("Drums", 0, True, tuple(drums)),
        TrackNotes("Piano", 0, False, tuple(tune)),
    )
    return Score(tracks, 120.0, bars, beats_per_bar=beats, key=Key(tonic))


def write_songs(folder: Path) -> Path:
    """Eight songs of six bars in the folders of two genres."""
    for seed in range(8):
        genre = folder / ("jazz" if seed % 2 else "pop")
        genre.mkdir(parents=True, exist_ok=True)
        write_midi(song(seed, tonic=seed), genre / f"{seed}.mid")
    return folder


def write_corpus(folder: Path) -> Corpus:
    """Twelve songs of two genres, 4 to 15 bars long, two of them kept out."""
    with CorpusWriter(folder, "test", 0.2) as writer:
        for seed in range(12):
            genre = "jazz" if seed % 2 else "pop"
            writer.add(str(seed), encode(song(seed, 4 + seed)), genre, 1 + seed % 12)
    return Corpus(folder)


def preset(**learning: object) -> BgmTrainPreset:
    return BgmTrainPreset.model_validate(
        {
            "seed": 5,
            "windows": {"words": 128},
            "network": {**SMALL, "widths": WIDTHS},
            "learning": {"steps": 8, "batch": 2, "warmup": 2, "rate": 3e-3, "save_every": 3,
                         "validate_every": 4, **learning},
        }
    )  # fmt: skip


def write_roll(path: Path, tracks: list[Any], *, word: str = "resolution", **arrays: Any) -> Path:
    """A file as pypianoroll writes one: (program, drums, name, roll [steps, 128]) a track."""
    facts: dict[str, Any] = {word: ROLL_STEPS_A_BEAT, "name": "made"}
    for number, (program, drums, name, roll) in enumerate(tracks):
        facts[str(number)] = {"program": program, "is_drum": drums, "name": name}
        matrix = sparse.csc_matrix(roll)
        for part in ("data", "indices", "indptr", "shape"):
            arrays[f"pianoroll_{number}_csc_{part}"] = np.asarray(getattr(matrix, part))
    np.savez_compressed(path, **arrays)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("info.json", json.dumps(facts))
    return path
