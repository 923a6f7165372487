"""What composers learn from: sources, their reasons, and the prepared corpus."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from bgm_train_fixtures import song, write_corpus, write_roll, write_songs

from musivid.analysis.tonality import Key
from musivid.core.errors import InputError
from musivid.core.progress import Silent
from musivid.pipeline.train.sources import count_reasons, find_sources, prepare
from musivid.score.bmt.tokens import decode as decode_bmt
from musivid.score.cmt.arrays import Song, write_npz
from musivid.score.cmt.initial_tokens import initial_tokens, key_class, key_of_class
from musivid.score.cmt.tokens import BAR, decode, encode
from musivid.score.corpus import Corpus, CorpusWriter
from musivid.score.midi import write_midi
from musivid.settings.train import CorpusPreset

BEAT = 0


@pytest.fixture
def songs(tmp_path: Path) -> Path:
    return write_songs(tmp_path / "songs")


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return write_corpus(tmp_path / "corpus")


# Initial tokens and corpus


def test_keys_are_classes() -> None:
    assert key_class(None) == 0
    assert key_class(Key(0, "major")) == 1
    assert key_class(Key(9, "minor")) == key_class(Key(9, "dorian")) == 22
    assert [key_class(key_of_class(n)) for n in range(25)] == list(range(25))
    with pytest.raises(ValueError, match="25"):
        key_of_class(25)


def test_initial_tokens_have_the_published_form() -> None:
    assert initial_tokens(5, 0, (1, 2, 3, 4, 5)) == [
        [5, 0, 0], [0, 0, 0], [0, 0, 1], [0, 0, 2], [0, 0, 3], [0, 0, 4], [0, 0, 5],
    ]  # fmt: skip
    assert initial_tokens(0, 3, (4,))[1:] == [[0, 3, 0], *([[0, 0, 0]] * 3), [0, 0, 4], [0, 0, 0]]


def test_a_corpus_gives_back_what_was_put_in(tmp_path: Path) -> None:
    rows = encode(song(1))
    with CorpusWriter(tmp_path / "c", "here", 0.0) as writer:
        writer.add("one", rows, "pop", 3)
        writer.add("two", rows)
        writer.drop("three", "unreadable: no MIDI")
    found = Corpus(tmp_path / "c")
    assert np.array_equal(found.rows(found.entries[0]), rows)
    assert found.entries[0].instruments == (1, 2)
    assert len(found.bars(found.entries[0])) == 6
    assert [drop.why for drop in found.dropped] == [
        "the same notes: as in one",
        "unreadable: no MIDI",
    ]


def test_a_failed_preparation_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), CorpusWriter(tmp_path / "c", "here") as writer:
        writer.add("one", encode(song(1)))
        raise RuntimeError
    assert not list((tmp_path / "c").iterdir())


def test_a_cut_corpus_is_refused(corpus: Corpus) -> None:
    tokens = corpus.path.with_name("words.i16")
    tokens.write_bytes(tokens.read_bytes()[:-5])
    with pytest.raises(InputError, match="not a prepared corpus"):
        Corpus(corpus.path.parent)


# Sources


def test_folders_are_genres_and_reasons_are_counted(songs: Path) -> None:
    write_midi(song(3, beats=3), songs / "waltz.mid")
    write_midi(song(4, bars=2), songs / "short.mid")
    write_midi(song(1, tonic=1), songs / "again.mid")
    (songs / "broken.mid").write_bytes(b"MThd nothing")
    found = prepare([str(songs)], CorpusPreset(least_notes=2, validation=0), Silent())
    assert found.genres() == ("jazz", "pop")
    assert len(found.entries) == 8
    reasons = dict(count_reasons(found.dropped))
    assert reasons == {"not in 4/4": 1, "too short": 1, "the same notes": 1, "unreadable": 1}


def test_keys_come_from_the_notes_where_none_is_written(songs: Path, tmp_path: Path) -> None:
    bare = dataclasses.replace(song(9, 16, tonic=7), key=None)
    write_midi(bare, tmp_path / "bare.mid")
    found = prepare([str(tmp_path / "bare.mid")], CorpusPreset(validation=0), Silent())
    # A tune at random over a scale has no tonic; its notes are those of one of these keys.
    assert key_of_class(found.entries[0].key).pitch_classes == Key(7).pitch_classes


def test_a_corpus_is_made_once(songs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = CorpusPreset(validation=0)
    first = prepare([str(songs)], settings, Silent())
    monkeypatch.setattr("musivid.pipeline.train.cmt.read_score", None)
    assert prepare([str(songs)], settings, Silent()).entries == first.entries
    assert prepare([str(first.path.parent)], settings, Silent()).entries == first.entries


def test_published_data_sets_are_learnt_from(tmp_path: Path) -> None:
    tokens = [Song(f"s{n}", encode(song(n, 5)), "Rock") for n in range(3)]
    write_npz(tmp_path / "set.npz", tokens)
    found = prepare([str(tmp_path / "set.npz")], CorpusPreset(validation=0), Silent())
    assert found.genres() == ("rock",)
    assert np.array_equal(found.rows(found.entries[1]), tokens[1].rows)


@pytest.mark.parametrize("family", ["cmt", "bmt"])
def test_piano_rolls_are_learnt_from(tmp_path: Path, family: Literal["cmt", "bmt"]) -> None:
    roll = np.zeros((24 * 4 * 6, 128), np.uint8)
    for beat in range(24):
        roll[24 * beat : 24 * beat + 20, 60 + beat % 5] = 90
    (tmp_path / "A").mkdir()
    write_roll(tmp_path / "A" / "x.npz", [(0, False, "Piano", roll)])
    settings = CorpusPreset(validation=0, least_notes=2)
    found = prepare([str(tmp_path)], settings, Silent(), family=family)
    assert len(found.entries) == 1 and not found.dropped and not found.genres()
    kept = found.rows(found.entries[0])
    score = decode(kept, tempo_bpm=120.0) if family == "cmt" else decode_bmt(kept)
    assert [n.pitch for n in score.tracks[0].notes] == [60 + beat % 5 for beat in range(24)]


def test_long_songs_end_on_a_bar_line(tmp_path: Path) -> None:
    write_midi(song(1, 30), tmp_path / "long.mid")
    found = prepare(
        [str(tmp_path / "long.mid")], CorpusPreset(most_words=200, validation=0), Silent()
    )
    entry = found.entries[0]
    whole = encode(song(1, 30))
    assert 100 < entry.length <= 200
    assert whole[entry.length, BEAT] == BAR


@pytest.mark.parametrize("name", ["nothing", "empty"])
def test_nothing_to_learn_from_is_an_error(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError):
        find_sources([str(tmp_path / name)])


def test_when_no_song_will_do_the_reasons_are_told(tmp_path: Path) -> None:
    write_midi(song(1, 2), tmp_path / "a.mid")
    with pytest.raises(InputError, match=r"too short \(1\)"):
        prepare([str(tmp_path)], CorpusPreset(least_notes=2), Silent())
