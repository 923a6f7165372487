"""`musivid bgm train` with BMT tokens: sources, windows, and a composer that composes."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bgm_fixtures import film, own_weights
from bgm_train_fixtures import song
from programs import Program

from musivid.core.errors import InputError
from musivid.core.progress import Silent
from musivid.nets.compound.files import load_compound, read_card
from musivid.pipeline.bgm.kinds import open_composer
from musivid.pipeline.train.batches import epoch_batches, load_batch, validation_batches
from musivid.pipeline.train.sources import count_reasons, prepare
from musivid.score.bmt.arrays import write_arrays
from musivid.score.bmt.dataset import Clip
from musivid.score.bmt.tokens import COLUMNS, chords_in, decode, encode
from musivid.score.bmt.vocabulary import FAMILIES, PUBLISHED_VOCABULARY, ROOTS, Vocabulary
from musivid.score.corpus import Corpus
from musivid.score.corpus_tokens import BmtTokens, tokens_of
from musivid.score.midi import read_midi, write_midi
from musivid.settings.presets import load_preset
from musivid.settings.train import CorpusPreset, ExcerptsPreset
from musivid.weights.session import Session

COLUMN = {name: n for n, name in enumerate(COLUMNS)}
ALL = CorpusPreset(validation=0, least_notes=2)
SMALL = {"model_size": 16, "layers": 1, "heads": 2, "ff": 16}


@pytest.fixture
def songs(tmp_path: Path) -> Path:
    folder = tmp_path / "songs"
    (folder / "calm").mkdir(parents=True)
    for seed in range(8):
        name = f"calm/{seed}.mid" if seed % 2 else f"Q1_{seed}.mid"
        write_midi(song(seed, tonic=seed), folder / name)
    return folder


def bmt_corpus(data: Path, settings: CorpusPreset = ALL, **options: Any) -> Corpus:
    return prepare([str(data)], settings, Silent(), family="bmt", **options)


def test_moods_and_reasons_are_told(songs: Path) -> None:
    write_midi(song(3, beats=3), songs / "waltz.mid")
    write_midi(song(4, bars=2), songs / "short.mid")
    (songs / "broken.mid").write_bytes(b"MThd nothing")
    found = bmt_corpus(songs)
    assert found.tokens.family == "bmt" and len(found.entries) == 8
    assert found.genres() == ("calm", "happy")
    reasons = dict(count_reasons(found.dropped))
    assert sorted(reasons.values()) == [1, 1, 1]
    assert any("3/4" in why for why in reasons) and "too short" in reasons


def test_a_prepared_corpus_is_found_again_and_not_mistaken(
    songs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = bmt_corpus(songs)
    monkeypatch.setattr("musivid.pipeline.train.bmt.prepare", None)
    again = bmt_corpus(songs)
    assert again.path == first.path and again.entries == first.entries
    assert bmt_corpus(first.path.parent).entries == first.entries
    with pytest.raises(InputError, match="holds BMT tokens, not CMT"):
        prepare([str(first.path.parent)], ALL, Silent())


def test_published_arrays_are_learnt_from(tmp_path: Path) -> None:
    clips = [Clip(f"Q{n}_x", encode(song(n), emotion=n), n) for n in (1, 3)]
    beyond = clips[0].tokens.copy()
    beyond[5, COLUMN["pitch"]] = 99
    write_arrays(tmp_path, [*clips, Clip("Q2_y", beyond, 2)])
    found = bmt_corpus(tmp_path)
    assert {e.genre for e in found.entries} == {"happy", "sad"}
    rows = {e.genre: found.rows(e) for e in found.entries}
    assert np.array_equal(rows["sad"], clips[1].tokens)
    assert [d.why for d in found.dropped] == ["broken tokens: pitch is beyond the vocabulary"]


def test_the_dictionary_beside_arrays_says_what_they_mean(tmp_path: Path) -> None:
    values = dict(PUBLISHED_VOCABULARY.values)
    values["pitch"] = (0, *reversed(values["pitch"][1:]))
    own = Vocabulary(values)
    write_arrays(tmp_path, [Clip("Q1_x", encode(song(1), emotion=1, vocabulary=own), 1)])
    ids = {("bar-beat" if f == "beat" else f): own.ids[f] for f in FAMILIES}
    numbers = {name: {v: k for k, v in known.items()} for name, known in ids.items()}
    (tmp_path / "dictionary.pkl").write_bytes(pickle.dumps((ids, numbers), protocol=3))
    found = bmt_corpus(tmp_path)
    assert found.tokens.vocabulary.values == own.values
    score = decode(found.rows(found.entries[0]), vocabulary=own)
    assert {n.pitch for n in score.tracks[0].notes} == {n.pitch for n in song(1).tracks[1].notes}


def test_a_vocabulary_may_be_of_what_occurs(songs: Path) -> None:
    found = bmt_corpus(songs, CorpusPreset(validation=0, vocabulary="own"))
    assert found.tokens.vocabulary.sizes < PUBLISHED_VOCABULARY.sizes
    again = tokens_of(json.loads(json.dumps(found.tokens.to_json())), "here")
    assert again.vocabulary.values == found.tokens.vocabulary.values


def test_transposing_moves_pitches_and_chords() -> None:
    tokens, rows = BmtTokens(), encode(song(2))
    low, high = tokens.shifts(rows)
    assert low < -6 and high > 6
    for shift in (-5, 3, high):
        moved = tokens.transposed(rows, shift)
        notes, shifted = (decode(r).tracks[0].notes for r in (rows, moved))
        assert [n.pitch + shift for n in notes] == [n.pitch for n in shifted]
    for (tick, before), (place, after) in zip(
        chords_in(rows), chords_in(tokens.transposed(rows, 2)), strict=True
    ):
        assert tick == place
        root, moved_root = before.partition("_")[0], after.partition("_")[0]
        assert root == moved_root == "N" or (ROOTS.index(root) + 2) % 12 == ROOTS.index(moved_root)
    kept = [c for c in COLUMNS if c not in ("pitch", "chord")]
    columns = [COLUMN[c] for c in kept]
    assert np.array_equal(rows[:, columns], tokens.transposed(rows, 2)[:, columns])


def test_every_window_begins_with_the_mood(songs: Path) -> None:
    found = bmt_corpus(songs, CorpusPreset(validation=0.25, least_notes=2))
    emotion, beat = COLUMN["emotion"], COLUMN["beat"]
    for drop, told in ((0.0, True), (1.0, False)):
        settings = ExcerptsPreset(words=60, drop_genre=drop)
        for windows in epoch_batches(found, settings, 3, 1, 0):
            batch = load_batch(found, windows, settings, ())
            assert batch.tokens.shape[-1] == 11 and batch.init.numel() == 0
            moods = [{"happy": 1, "calm": 4}[w.entry.genre] * told for w in windows]
            assert batch.tokens[:, 0, emotion].tolist() == moods
            assert (batch.tokens[:, 1, beat] == found.tokens.vocabulary.ids["beat"]["Bar"]).all()
    for windows in validation_batches(found, settings, 2, 9):
        assert load_batch(found, windows, ExcerptsPreset(), ()).mask.sum() > 0


def test_a_trained_composer_composes_with_its_own_tokens(
    songs: Path, tmp_path: Path, musivid: Program
) -> None:
    out = tmp_path / "mine.safetensors"
    sets = [f"network.{k}={v}" for k, v in SMALL.items()]
    sets += ["windows.words=128", "learning.batch=2", "learning.accumulate=1",
             "corpus.validation=0.3", "corpus.vocabulary=own"]  # fmt: skip
    arguments = ["bgm", "train", songs, "--preset", "bmt", "-o", out]
    arguments += [token for text in sets for token in ("--set", text)]
    code, text, talk = musivid(*arguments, "--updates", "3", "--json")
    assert code == 0, talk
    assert json.loads(text)["finished"]
    model = load_compound(out, "bmt")
    vocabulary = read_card(out)["vocabulary"]
    assert len(vocabulary["pitch"]) == model.schema["pitch"].classes < 30

    clip = film(tmp_path / "clip.mp4", 2.0)
    code, _, talk = musivid(
        *("bgm", "infer", clip, "--preset", "bmt", "--set", f"composer={out}"),
        *("--emotion", "calm"),
    )
    assert code == 0, talk
    played = {note.pitch for note in read_midi(tmp_path / "clip.mid").tracks[0].notes}
    known = {int(v.rpartition("_")[2]) for v in vocabulary["pitch"] if v}
    assert played and len(played - known) <= 4  # the last chord is not the model's

    code, _, talk = musivid(
        *arguments[:-1],
        *("corpus.vocabulary=null", "--start", out, "--updates", "2"),
        *("-o", tmp_path / "more.safetensors"),
    )
    assert code == 0, talk
    assert read_card(tmp_path / "more.safetensors")["vocabulary"] == vocabulary


def test_weights_of_other_tokens_are_not_a_start(
    songs: Path, tmp_path: Path, musivid: Program
) -> None:
    path = own_weights(tmp_path / "cmt.safetensors", "pocket")
    code, _, talk = musivid(
        *("bgm", "train", songs, "--preset", "bmt", "--start", path),
        *("-o", tmp_path / "x.safetensors"),
    )
    assert code == 3 and "holds tokens of CMT, not of BMT" in " ".join(talk.split())
    code, _, talk = musivid(
        *("bgm", "train", songs, "--preset", "bmt", "--set", "windows.home_key=true"),
    )
    assert code == 2 and "home_key" in talk


def test_positions_follow_how_the_weights_were_made(tmp_path: Path) -> None:
    path = own_weights(tmp_path / "b.safetensors", "bmt")
    preset = load_preset("bgm_infer", "bmt", [f"composer={path}"])
    assert not open_composer(Session("cpu", "float32"), preset).released
