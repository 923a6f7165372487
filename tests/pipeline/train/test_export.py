"""`bgm train --export`: songs as the files that the published trainings read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bgm_train_fixtures import song, write_songs

from musivid.core.errors import InputError, OutputError
from musivid.core.progress import Silent
from musivid.pipeline.train import TrainJob, check_export, export_songs
from musivid.pipeline.train.sources import find_sources, prepare
from musivid.score.bmt.arrays import read_arrays
from musivid.score.bmt.vocabulary import PUBLISHED_VOCABULARY, read_vocabulary
from musivid.score.cmt.arrays import read_npz
from musivid.score.cmt.tokens import encode
from musivid.score.midi import write_midi
from musivid.settings.train import BgmTrainPreset, CorpusPreset

ALL = CorpusPreset(validation=0.25, least_notes=2)


def job(data: Path, family: str = "cmt", **asked: Any) -> TrainJob:
    preset = BgmTrainPreset.model_validate({"family": family, "corpus": ALL.model_dump()})
    return TrainJob((str(data),), Path("unused.safetensors"), preset, **asked)


def test_songs_become_the_published_data_set_of_cmt(tmp_path: Path) -> None:
    songs = write_songs(tmp_path / "songs")
    (songs / "broken.mid").write_bytes(b"MThd nothing")
    made = export_songs(job(songs), tmp_path / "set.npz", Silent())
    assert (made.songs, dict(made.dropped)) == (8, {"unreadable": 1})
    found = {s.name: s for s in read_npz(tmp_path / "set.npz")}
    assert {s.genre for s in found.values()} == {"jazz", "pop"}
    assert np.array_equal(found["3"].rows, encode(song(3, tonic=3)))
    # What was exported is learnt from as the songs were.
    again = prepare([str(tmp_path / "set.npz")], ALL, Silent())
    assert len(again.entries) == 8 and again.genres() == ("jazz", "pop")


def test_songs_become_the_published_arrays_of_bmt(tmp_path: Path) -> None:
    (tmp_path / "songs" / "sad").mkdir(parents=True)
    for folder in ("", "sad"):
        for seed in (1, 2):
            write_midi(song(seed, tonic=len(folder)), tmp_path / "songs" / folder / f"{seed}.mid")
    made = export_songs(job(tmp_path / "songs", "bmt"), tmp_path / "out" / "mine.npz", Silent())
    names = [Path(p).name for p in made.written]
    assert names == [
        "mine_data_linear.npz", "mine_fn2idx_map.json", "mine_data_idx.npz", "dictionary.pkl",
    ]  # fmt: skip
    clips = read_arrays(tmp_path / "out" / names[0])
    assert {c.name for c in clips} == {"1", "2", "1-2", "2-2"}
    assert sorted(c.emotion for c in clips) == [0, 0, 3, 3]
    words = read_vocabulary(tmp_path / "out" / "dictionary.pkl")
    assert words.values == PUBLISHED_VOCABULARY.values
    assert check_export(job(tmp_path / "songs", "bmt", force=True), Path(made.written[0]))


def test_an_export_never_takes_the_place_of_what_is_read(tmp_path: Path) -> None:
    write_songs(tmp_path)
    export_songs(job(tmp_path), tmp_path / "set.npz", Silent())
    for asked, force in ((tmp_path / "set.npz", True), (tmp_path / "a.mid", False)):
        with pytest.raises(OutputError):
            check_export(job(tmp_path, force=force), asked)
    with pytest.raises(InputError):
        check_export(job(tmp_path / "nothing"), tmp_path / "b.npz")


def test_folders_of_a_single_letter_are_no_genres(tmp_path: Path) -> None:
    for folder in ("A/B", "lpd_5_cleansed/A", "folk/a"):
        (tmp_path / folder).mkdir(parents=True)
        write_midi(song(1), tmp_path / folder / "x.mid")
    assert sorted(s.genre for s in find_sources([str(tmp_path)])) == ["", "", "folk"]
