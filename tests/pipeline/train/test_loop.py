"""How composers learn: rates, losses, and training that goes on along the same curve."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from bgm_train_fixtures import preset, write_corpus

from musivid.core.progress import Silent
from musivid.core.stopping import StopFlag
from musivid.pipeline.train.batches import (
    epoch_batches,
    load_batch,
)
from musivid.pipeline.train.loop import Trainer, learning_rate, token_losses
from musivid.pipeline.train.make import build_model
from musivid.score.corpus import Corpus
from musivid.settings.train import BgmTrainPreset


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return write_corpus(tmp_path / "corpus")


def trainer(corpus: Corpus, folder: Path, settings: BgmTrainPreset | None = None) -> Trainer:
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


def run(learner: Trainer, until: int | None = None) -> None:
    """Train to the end, or stop softly after `until` updates."""
    stop = StopFlag()

    class Watch(Silent):
        def advance(self, count: int = 1) -> None:
            stop.asked = until is not None and learner.step >= until

    learner.run(Watch(), stop, time.monotonic() + 600, lambda best: None)


def test_the_rate_rises_and_falls() -> None:
    learning = preset(steps=100, warmup=10, rate=1.0).learning
    rates = [learning_rate(learning, step) for step in range(100)]
    assert rates[0] == pytest.approx(0.1)
    assert max(rates) == pytest.approx(rates[10], abs=1e-3)
    assert rates[-1] == pytest.approx(0.02, abs=2e-3)


def test_losses_ignore_padding(corpus: Corpus) -> None:
    settings = preset()
    model, genres = build_model(settings.network, corpus, 0)
    model.eval()
    windows = epoch_batches(corpus, settings.windows, 2, 1, 0)[0]
    batch = load_batch(corpus, windows, settings.windows, genres)
    logits = model(batch.tokens, batch.init, batch.targets[..., 1])
    changed = dataclasses.replace(
        batch, targets=torch.where(batch.mask[..., None] > 0, batch.targets, 1)
    )
    losses = token_losses(model.schema, logits, batch)
    assert losses.shape == (7,)
    assert torch.equal(losses, token_losses(model.schema, logits, changed))


def test_a_stopped_training_goes_on_along_the_same_curve(corpus: Corpus, tmp_path: Path) -> None:
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


@pytest.mark.slow
def test_losses_go_down_and_batches_add_up(corpus: Corpus, tmp_path: Path) -> None:
    learner = trainer(corpus, tmp_path / "a", preset(steps=20, accumulate=2, rate=1e-2))
    run(learner)
    losses = learner.curve.losses
    assert len(losses) == 20
    assert np.mean(losses[-5:]) < np.mean(losses[:5]) - 0.2
    assert [step for step, _ in learner.curve.checks] == [4, 8, 12, 16, 20]
