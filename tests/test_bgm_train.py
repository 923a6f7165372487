"""Teaching composers: sources, corpus, windows, exact resume, and the command."""

from __future__ import annotations

import dataclasses
import itertools
import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
import torch

from musivid.errors import InputError, OutputError
from musivid.nets.compound import load_compound, read_card
from musivid.pipeline.bgm_train import TrainJob, build_model, train
from musivid.pipeline.bgm_train_loop import Trainer, learning_rate, word_losses
from musivid.pipeline.bgm_train_sources import count_reasons, find_sources, prepare
from musivid.pipeline.bgm_train_windows import (
    epoch_batches,
    load_batch,
    transposed,
    validation_batches,
)
from musivid.pipeline.stopping import StopFlag
from musivid.progress import Silent
from musivid.schema_bgm_train import BgmTrainPreset, CorpusPreset, WindowsPreset
from musivid.score.corpus import Corpus, CorpusWriter
from musivid.score.initial_words import initial_words, key_class, key_of_class
from musivid.score.midi import write_midi
from musivid.score.notes import Key, Note, Score, TrackNotes
from musivid.score.npz_cmt import CmtSong, write_npz
from musivid.score.tokens_cmt import BAR, encode

BEAT, PITCH, INSTRUMENT = 0, 3, 5
SMALL = {"model_size": 16, "layers": 1, "heads": 2, "ff": 16, "dropout": 0.2, "init_width": 4}
WIDTHS = {"pitch": 8, "duration": 8, "density": 8, "beat": 8, "p_beat": 8, "strength": 8}


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


@pytest.fixture
def songs(tmp_path):
    folder = tmp_path / "songs"
    for seed in range(8):
        genre = folder / ("jazz" if seed % 2 else "pop")
        genre.mkdir(parents=True, exist_ok=True)
        write_midi(song(seed, tonic=seed), genre / f"{seed}.mid")
    return folder


@pytest.fixture
def corpus(tmp_path):
    with CorpusWriter(tmp_path / "corpus", "test", 0.2) as writer:
        for seed in range(12):
            genre = "jazz" if seed % 2 else "pop"
            writer.add(str(seed), encode(song(seed, 4 + seed)), genre, 1 + seed % 12)
    return Corpus(tmp_path / "corpus")


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


def trainer(corpus, folder, settings=None):
    from accelerate import Accelerator
    from accelerate.state import AcceleratorState

    settings = settings or preset()
    AcceleratorState._reset_state()
    folder.mkdir(exist_ok=True)
    model, genres = build_model(settings.network, corpus, settings.seed)
    return Trainer(
        model,
        corpus,
        settings,
        genres,
        checkpoint=folder / "c.pt",
        accelerator=Accelerator(cpu=True),
    )


def run(learner, until=None):
    """Train to the end, or stop softly after `until` updates."""
    stop = StopFlag()

    class Watch(Silent):
        def advance(self, count: int = 1) -> None:
            stop.asked = until is not None and learner.step >= until

    learner.run(Watch(), stop, time.monotonic() + 600, lambda best: None)


# Initial words and corpus


def test_keys_are_classes():
    assert key_class(None) == 0
    assert key_class(Key(0, "major")) == 1
    assert key_class(Key(9, "minor")) == key_class(Key(9, "dorian")) == 22
    assert [key_class(key_of_class(n)) for n in range(25)] == list(range(25))
    with pytest.raises(ValueError, match="25"):
        key_of_class(25)


def test_initial_words_have_the_published_form():
    assert initial_words(5, 0, (1, 2, 3, 4, 5)) == [
        [5, 0, 0], [0, 0, 0], [0, 0, 1], [0, 0, 2], [0, 0, 3], [0, 0, 4], [0, 0, 5],
    ]  # fmt: skip
    assert initial_words(0, 3, (4,))[1:] == [[0, 3, 0], *([[0, 0, 0]] * 3), [0, 0, 4], [0, 0, 0]]


def test_a_corpus_gives_back_what_was_put_in(tmp_path):
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


def test_a_failed_preparation_leaves_nothing(tmp_path):
    with pytest.raises(RuntimeError), CorpusWriter(tmp_path / "c", "here") as writer:
        writer.add("one", encode(song(1)))
        raise RuntimeError
    assert not list((tmp_path / "c").iterdir())


def test_a_cut_corpus_is_refused(corpus):
    words = corpus.path.with_name("words.i16")
    words.write_bytes(words.read_bytes()[:-5])
    with pytest.raises(InputError, match="not a prepared corpus"):
        Corpus(corpus.path.parent)


# Sources


def test_folders_are_genres_and_reasons_are_counted(songs):
    write_midi(song(3, beats=3), songs / "waltz.mid")
    write_midi(song(4, bars=2), songs / "short.mid")
    write_midi(song(1, tonic=1), songs / "again.mid")
    (songs / "broken.mid").write_bytes(b"MThd nothing")
    found = prepare([str(songs)], CorpusPreset(least_notes=2, validation=0), Silent())
    assert found.genres() == ("jazz", "pop")
    assert len(found.entries) == 8
    reasons = dict(count_reasons(found.dropped))
    assert reasons == {"not in 4/4": 1, "too short": 1, "the same notes": 1, "unreadable": 1}


def test_keys_come_from_the_notes_where_none_is_written(songs, tmp_path):
    bare = dataclasses.replace(song(9, 16, tonic=7), key=None)
    write_midi(bare, tmp_path / "bare.mid")
    found = prepare([str(tmp_path / "bare.mid")], CorpusPreset(validation=0), Silent())
    # A tune at random over a scale has no tonic; its notes are those of one of these keys.
    assert key_of_class(found.entries[0].key).pitch_classes == Key(7).pitch_classes


def test_a_corpus_is_made_once(songs, monkeypatch):
    settings = CorpusPreset(validation=0)
    first = prepare([str(songs)], settings, Silent())
    monkeypatch.setattr("musivid.pipeline.bgm_train_sources.read_midi", None)
    assert prepare([str(songs)], settings, Silent()).entries == first.entries
    assert prepare([str(first.path.parent)], settings, Silent()).entries == first.entries


def test_published_data_sets_are_learnt_from(tmp_path):
    words = [CmtSong(f"s{n}", encode(song(n, 5)), "Rock") for n in range(3)]
    write_npz(tmp_path / "set.npz", words)
    found = prepare([str(tmp_path / "set.npz")], CorpusPreset(validation=0), Silent())
    assert found.genres() == ("rock",)
    assert np.array_equal(found.rows(found.entries[1]), words[1].rows)


def test_long_songs_end_on_a_bar_line(tmp_path):
    write_midi(song(1, 30), tmp_path / "long.mid")
    found = prepare(
        [str(tmp_path / "long.mid")], CorpusPreset(most_words=200, validation=0), Silent()
    )
    entry = found.entries[0]
    whole = encode(song(1, 30))
    assert 100 < entry.length <= 200
    assert whole[entry.length, BEAT] == BAR


@pytest.mark.parametrize("name", ["nothing", "empty"])
def test_nothing_to_learn_from_is_an_error(tmp_path, name):
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError):
        find_sources([str(tmp_path / name)])


def test_when_no_song_will_do_the_reasons_are_told(tmp_path):
    write_midi(song(1, 2), tmp_path / "a.mid")
    with pytest.raises(InputError, match=r"too short \(1\)"):
        prepare([str(tmp_path)], CorpusPreset(least_notes=2), Silent())


# Windows


def test_windows_are_whole_bars_and_reach_every_word(corpus):
    settings = WindowsPreset(words=64, transpose=0)
    seen = {entry.name: np.zeros(entry.length, bool) for entry in corpus.part(validation=False)}
    for epoch in range(12):
        for window in itertools.chain(*epoch_batches(corpus, settings, 3, 1, epoch)):
            rows = corpus.rows(window.entry)
            assert rows[window.start, BEAT] == BAR
            assert window.stop == len(rows) or rows[window.stop, BEAT] == BAR
            assert 1 < window.stop - window.start <= 64
            seen[window.entry.name][window.start : window.stop] = True
    assert all(rows.all() for rows in seen.values())


def test_epochs_differ_and_come_back(corpus):
    def windows(epoch):
        return epoch_batches(corpus, WindowsPreset(words=64), 3, 1, epoch)

    assert windows(0) == windows(0)
    assert windows(0) != windows(1)


def test_transposing_moves_pitches_and_key_but_no_drums(corpus):
    entry = corpus.part(validation=False)[0]
    rows = corpus.rows(entry)
    moved = transposed(rows, 3)
    is_drum, is_note = rows[:, INSTRUMENT] == 1, rows[:, PITCH] > 0
    assert np.array_equal(moved[is_drum], rows[is_drum])
    assert (moved[is_note & ~is_drum, PITCH] == rows[is_note & ~is_drum, PITCH] + 3).all()

    settings = WindowsPreset(words=64, drop_genre=0, drop_key=0, drop_instruments=0)
    for windows in epoch_batches(corpus, settings, 3, 1, 0):
        batch = load_batch(corpus, windows, settings, corpus.genres())
        for window, said in zip(windows, batch.init.tolist(), strict=True):
            assert said[0][0] == corpus.genres().index(window.entry.genre) + 1
            assert (said[1][1] - window.entry.key - window.shift) % 12 == 0
            assert [word[2] for word in said[2:]] == [1, 2, 0, 0, 0]


def test_what_is_said_is_dropped_as_often_as_asked(corpus):
    settings = WindowsPreset(words=32, drop_genre=1, drop_key=0.5, drop_instruments=0)
    batches = [b for epoch in range(6) for b in epoch_batches(corpus, settings, 4, 0, epoch)]
    init = torch.cat([load_batch(corpus, b, settings, corpus.genres()).init for b in batches])
    assert (init[:, 0, 0] == 0).all()
    assert 0.35 < float((init[:, 1, 1] == 0).float().mean()) < 0.65
    assert (init[:, 2, 2] == 1).all()


def test_targets_follow_tokens_and_padding_is_masked(corpus):
    windows = epoch_batches(corpus, WindowsPreset(words=64), 3, 1, 0)[0]
    batch = load_batch(corpus, windows, WindowsPreset(), corpus.genres())
    assert torch.equal(batch.tokens[:, 1:], batch.targets[:, :-1])
    assert batch.mask.sum(1).tolist() == [w.stop - w.start - 1 for w in windows]


def test_validation_tells_all_and_keeps_apart(corpus):
    held = {w.entry.name for b in validation_batches(corpus, WindowsPreset(), 2, 9) for w in b}
    taught = {w.entry.name for b in epoch_batches(corpus, WindowsPreset(), 2, 0, 0) for w in b}
    assert held
    assert not held & taught


# Learning


def test_the_rate_rises_and_falls():
    learning = preset(steps=100, warmup=10, rate=1.0).learning
    rates = [learning_rate(learning, step) for step in range(100)]
    assert rates[0] == pytest.approx(0.1)
    assert max(rates) == pytest.approx(rates[10], abs=1e-3)
    assert rates[-1] == pytest.approx(0.02, abs=2e-3)


def test_losses_ignore_padding(corpus):
    settings = preset()
    model, genres = build_model(settings.network, corpus, 0)
    model.eval()
    windows = epoch_batches(corpus, settings.windows, 2, 1, 0)[0]
    batch = load_batch(corpus, windows, settings.windows, genres)
    logits = model(batch.tokens, batch.init, batch.targets[..., 1])
    changed = dataclasses.replace(
        batch, targets=torch.where(batch.mask[..., None] > 0, batch.targets, 1)
    )
    losses = word_losses(model.schema, logits, batch)
    assert losses.shape == (7,)
    assert torch.equal(losses, word_losses(model.schema, logits, changed))


def test_a_stopped_training_goes_on_along_the_same_curve(corpus, tmp_path):
    whole = trainer(corpus, tmp_path / "a")
    run(whole)
    part = trainer(corpus, tmp_path / "b")
    run(part, until=5)
    assert part.step == 5
    rest = trainer(corpus, tmp_path / "b")
    assert rest.step == 5
    run(rest)
    assert rest.curve.losses == whole.curve.losses
    assert rest.curve.checks == whole.curve.checks
    assert all(torch.equal(rest.average[k], v) for k, v in whole.average.items())


def test_losses_go_down_and_batches_add_up(corpus, tmp_path):
    learner = trainer(corpus, tmp_path / "a", preset(steps=20, accumulate=2, rate=1e-2))
    run(learner)
    losses = learner.curve.losses
    assert len(losses) == 20
    assert np.mean(losses[-5:]) < np.mean(losses[:5]) - 0.2
    assert [step for step, _ in learner.curve.checks] == [4, 8, 12, 16, 20]


# The whole command


def options(*more):
    sets = [f"network.{k}={v}" for k, v in SMALL.items()]
    sets += ["windows.words=128", "learning.batch=2", "learning.validate_every=3",
             "learning.save_every=2", "learning.warmup=2", "corpus.validation=0.3"]  # fmt: skip
    return [word for text in sets for word in ("--set", text)] + list(more)


def test_bgm_train_writes_a_composer(songs, tmp_path, musivid):
    out = tmp_path / "mine.safetensors"
    code, text, _ = musivid("bgm", "train", songs, "-o", out, "--updates", "6", *options("--json"))
    facts = json.loads(text)
    assert code == 0
    assert facts["finished"]
    assert facts["updates"] == 6
    model = load_compound(out, "cmt")
    assert model.schema.init_n_class == (3, 25, 6)
    assert read_card(out)["genres"] == ["jazz", "pop"]
    assert (tmp_path / "mine-last.safetensors").exists()
    assert (tmp_path / "mine-loss.png").read_bytes()[:4] == b"\x89PNG"
    rows = (tmp_path / "mine.musivid" / "loss.csv").read_text().splitlines()
    assert len(rows) == 7
    assert rows[3].count(",") == 2
    assert not rows[3].endswith(",")

    assert musivid("bgm", "train", songs, "-o", out, "--updates", "6", *options())[0] == 2
    again = tmp_path / "more.safetensors"
    code, _, talk = musivid(
        "bgm", "train", songs, "-o", again, "--start", out, "--updates", "2", *options()
    )
    assert code == 0, talk
    assert read_card(again)["genres"] == ["jazz", "pop"]


def test_time_up_keeps_the_best_and_can_go_on(songs, tmp_path):
    settings = preset(steps=8)
    job = TrainJob((str(songs),), tmp_path / "m.safetensors", settings, "cpu", "float32", 1e-6)
    facts = train(job, Silent())
    assert facts["updates"] == 1
    assert not facts["finished"]
    with pytest.raises(OutputError, match="exists"):
        train(dataclasses.replace(job, max_minutes=None), Silent())
    facts = train(dataclasses.replace(job, max_minutes=None, resume=True), Silent())
    assert facts["finished"]
    assert facts["updates"] == 8


def test_a_dry_run_makes_nothing(songs, tmp_path, musivid):
    out = tmp_path / "mine.safetensors"
    code, text, _ = musivid("bgm", "train", songs, "-o", out, "-n", *options("--json"))
    facts = json.loads(text)
    assert code == 0
    assert facts["songs"] + facts["kept_out"] == 8
    assert facts["parameters"] > 1000
    assert not list(tmp_path.glob("mine*"))


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("-o", "mine.pt"), "safetensors"),
        (("--max-minutes", "0"), "no time"),
        (("--resume",), "nothing to continue"),
        (("--start", "nothing.safetensors"), "no file of weights"),
        (("--set", "network.heads=3"), "multiple of heads"),
    ],
)
def test_what_cannot_be_done_is_said(songs, tmp_path, musivid, monkeypatch, arguments, word):
    monkeypatch.chdir(tmp_path)
    code, _, talk = musivid("bgm", "train", songs, *options(*arguments))
    assert code in (2, 3)
    assert word in talk


def start(words, **extra):
    environment = {**os.environ, "OMP_NUM_THREADS": "1", **extra}
    return subprocess.Popen(
        [sys.executable, "-m", *words], env=environment, stderr=subprocess.PIPE, text=True
    )


@pytest.mark.slow
def test_killed_and_started_again_the_curve_is_the_same(songs, tmp_path):
    def words(out):
        return ["musivid", "bgm", "train", str(songs), "-o", str(out), "--updates", "16",
                "--device", "cpu", *options()]  # fmt: skip

    whole = start(words(tmp_path / "a.safetensors"))
    _, talk = whole.communicate()
    assert whole.returncode == 0, talk
    state = tmp_path / "b.musivid" / "checkpoint.pt"
    killed = start(words(tmp_path / "b.safetensors"))
    while not state.exists():
        assert killed.poll() is None
        time.sleep(0.01)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert not (tmp_path / "b.safetensors").exists()
    again = start(words(tmp_path / "b.safetensors"))
    assert again.communicate() and again.returncode == 0
    a, b = ((tmp_path / f"{n}.musivid" / "loss.csv").read_text() for n in "ab")
    assert a == b
    assert (tmp_path / "a.safetensors").read_bytes()[-4000:] == (
        tmp_path / "b.safetensors"
    ).read_bytes()[-4000:]


@pytest.mark.slow
def test_two_processes_learn_together(songs, tmp_path):
    out = tmp_path / "two.safetensors"
    words = ["torch.distributed.run", "--nproc-per-node", "2", "--master-port", "29611", "-m",
             "musivid", "bgm", "train", str(songs), "-o", str(out), "--updates", "6",
             "--device", "cpu", *options()]  # fmt: skip
    process = start(words)
    _, talk = process.communicate()
    assert process.returncode == 0, talk
    assert read_card(out)["updates"] == 6
    manifest = json.loads((tmp_path / "two.musivid" / "manifest.json").read_text())
    assert manifest["recipe"]["facts"]["processes"] == 2
