"""Songs become batches: excerpts of whole bars, transposed, with what is said of them."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

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
from musivid.score.corpus import Corpus
from musivid.settings.train import ExcerptsPreset

BEAT, PITCH, INSTRUMENT = 0, 3, 5


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return write_corpus(tmp_path / "corpus")


def test_windows_are_whole_bars_and_reach_every_token(corpus: Any) -> None:
    settings = ExcerptsPreset(words=64, transpose=0)
    seen = {entry.name: np.zeros(entry.length, bool) for entry in corpus.part(validation=False)}
    for epoch in range(12):
        for excerpt in itertools.chain(*epoch_batches(corpus, settings, 3, 1, epoch)):
            rows = corpus.rows(excerpt.entry)
            assert rows[excerpt.start, BEAT] == BAR
            assert excerpt.stop == len(rows) or rows[excerpt.stop, BEAT] == BAR
            assert 1 < excerpt.stop - excerpt.start <= 64
            seen[excerpt.entry.name][excerpt.start : excerpt.stop] = True
    assert all(rows.all() for rows in seen.values())


def test_epochs_differ_and_come_back(corpus: Corpus) -> None:
    def excerpts(epoch: Any) -> Any:
        return epoch_batches(corpus, ExcerptsPreset(words=64), 3, 1, epoch)

    assert excerpts(0) == excerpts(0)
    assert excerpts(0) != excerpts(1)


def test_transposing_moves_pitches_and_key_but_no_drums(corpus: Corpus) -> None:
    entry = corpus.part(validation=False)[0]
    rows = corpus.rows(entry)
    moved = corpus.tokens.transposed(rows, 3)
    is_drum, is_note = rows[:, INSTRUMENT] == 1, rows[:, PITCH] > 0
    assert np.array_equal(moved[is_drum], rows[is_drum])
    assert (moved[is_note & ~is_drum, PITCH] == rows[is_note & ~is_drum, PITCH] + 3).all()

    settings = ExcerptsPreset(words=64, drop_genre=0, drop_key=0, drop_instruments=0)
    for excerpts in epoch_batches(corpus, settings, 3, 1, 0):
        batch = load_batch(corpus, excerpts, settings, corpus.genres())
        for excerpt, said in zip(excerpts, batch.init.tolist(), strict=True):
            assert said[0][0] == corpus.genres().index(excerpt.entry.genre) + 1
            assert (said[1][1] - excerpt.entry.key - excerpt.shift) % 12 == 0
            assert [token[2] for token in said[2:]] == [1, 2, 0, 0, 0]


def test_what_is_said_is_dropped_as_often_as_asked(corpus: Corpus) -> None:
    settings = ExcerptsPreset(words=32, drop_genre=1, drop_key=0.5, drop_instruments=0)
    batches = [b for epoch in range(6) for b in epoch_batches(corpus, settings, 4, 0, epoch)]
    init = torch.cat([load_batch(corpus, b, settings, corpus.genres()).init for b in batches])
    assert (init[:, 0, 0] == 0).all()
    assert 0.35 < float((init[:, 1, 1] == 0).float().mean()) < 0.65
    assert (init[:, 2, 2] == 1).all()


def test_targets_follow_tokens_and_padding_is_masked(corpus: Corpus) -> None:
    excerpts = epoch_batches(corpus, ExcerptsPreset(words=64), 3, 1, 0)[0]
    batch = load_batch(corpus, excerpts, ExcerptsPreset(), corpus.genres())
    assert torch.equal(batch.tokens[:, 1:], batch.targets[:, :-1])
    assert batch.mask.sum(1).tolist() == [w.stop - w.start - 1 for w in excerpts]


def test_validation_tells_all_and_keeps_apart(corpus: Corpus) -> None:
    held = {w.entry.name for b in validation_batches(corpus, ExcerptsPreset(), 2, 9) for w in b}
    taught = {w.entry.name for b in epoch_batches(corpus, ExcerptsPreset(), 2, 0, 0) for w in b}
    assert held
    assert not held & taught
