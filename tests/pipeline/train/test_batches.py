"""Songs become batches: windows of whole bars, transposed, with what is said of them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from bgm_train_fixtures import write_corpus

from musivid.pipeline.train.batches import (
    epoch_batches,
    load_batch,
    validation_batches,
)
from musivid.score.cmt.tokens import BAR
from musivid.settings.train import WindowsPreset

BEAT, PITCH, INSTRUMENT = 0, 3, 5


@pytest.fixture
def corpus(tmp_path):
    return write_corpus(tmp_path / "corpus")


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
    moved = corpus.words.transposed(rows, 3)
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
