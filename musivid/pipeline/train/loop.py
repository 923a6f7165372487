"""The training of a compound-word transformer: steps, validation, checkpoints, exact resume.

What a step does follows from the preset, the corpus and the step's number alone. So a training that
is killed and started again goes on along the same curve, and several processes agree on their
batches without talking about them.
"""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from musivid.core.progress import Reporter
from musivid.core.seeds import mixed_seed
from musivid.core.stopping import StopFlag
from musivid.core.storage import temporary_beside
from musivid.nets.compound.files import CompoundSchema, CompoundTransformer
from musivid.pipeline.train.batches import Batch, epoch_batches, load_batch, validation_batches
from musivid.score.cmt.initial_tokens import KEY_CLASSES
from musivid.score.corpus import Corpus
from musivid.settings.train import BgmTrainPreset, LearningPreset

if TYPE_CHECKING:
    from accelerate import Accelerator

__all__ = ["Curve", "Trainer", "learning_rate", "token_losses"]

_FLOOR = 0.02  # share of the highest rate at which the cosine ends
_ROW_EVERY_S = 30.0  # of the table that a person watches
_BETAS = (0.9, 0.98)  # of AdamW, as for the first transformers


@dataclass(slots=True)
class Curve:
    """How the loss went.

    Attributes:
        losses: mean training loss of each update so far.
        checks: (updates done, loss on songs kept out) of each validation.
        spent_s: seconds of training, all its parts together.
    """

    losses: list[float] = field(default_factory=list)
    checks: list[tuple[int, float]] = field(default_factory=list)
    spent_s: float = 0.0

    @property
    def best(self) -> float:
        """The lowest validation loss; infinite before the first."""
        return min((loss for _, loss in self.checks), default=math.inf)


def learning_rate(preset: LearningPreset, step: int) -> float:
    """Return the rate of an update: a straight rise, then half a cosine down."""
    if step < preset.warmup:
        return preset.rate * (step + 1) / preset.warmup
    done = (step - preset.warmup) / max(preset.steps - preset.warmup, 1)
    return preset.rate * (_FLOOR + (1 - _FLOOR) * 0.5 * (1 + math.cos(math.pi * min(done, 1.0))))


def token_losses(schema: CompoundSchema, logits: dict[str, Tensor], batch: Batch) -> Tensor:
    """Return the cross-entropy [fields] of each field of the tokens, over what is not padding."""
    found = []
    for name, scores in logits.items():
        wanted = batch.targets[..., schema.column(name)]
        each = F.cross_entropy(scores.flatten(0, 1).float(), wanted.flatten(), reduction="none")
        found.append((each * batch.mask.flatten()).sum() / batch.mask.sum())
    return torch.stack(found)


class Trainer:
    """One training, on one or several processes; the first one keeps files and talks."""

    def __init__(
        self,
        model: CompoundTransformer,
        corpus: Corpus,
        preset: BgmTrainPreset,
        genres: tuple[str, ...],
        *,
        checkpoint: Path,
        accelerator: Accelerator,
    ) -> None:
        """Take up where the checkpoint is, or begin.

        Args:
            model: with the weights to begin with; it is trained in place.
            corpus: songs.
            preset: all settings.
            genres: the model's list of genres, in the order of their classes. Genre, key and
                instruments are said to a model that has classes for keys; others, such as the
                published one, see their own initial tokens.
            checkpoint: file, written again and again.
            accelerator: of the accelerate library: device, precision and processes.
        """
        self.corpus, self.preset, self.genres = corpus, preset, genres
        self.checkpoint, self.accelerator = checkpoint, accelerator
        self.schema, self.curve = model.schema, Curve()
        self.tells = KEY_CLASSES in model.schema.init_n_class
        self.bare = model.requires_grad_(True).to(accelerator.device)
        optimiser = torch.optim.AdamW(
            _groups(self.bare, preset.learning.decay), preset.learning.rate, _BETAS
        )
        self.model, self.optimiser = accelerator.prepare(self.bare, optimiser)
        self.average = {k: v.detach().clone() for k, v in self.bare.state_dict().items()}
        self._epoch, self._batches = -1, []  # type: ignore[var-annotated]
        if checkpoint.exists():
            self._load()
        first = epoch_batches(corpus, preset.windows, preset.learning.batch, preset.seed, 0)
        group = accelerator.num_processes * preset.learning.accumulate
        self._updates = max(len(first) // group, 1)

    @property
    def step(self) -> int:
        """Updates done."""
        return len(self.curve.losses)

    @property
    def finished(self) -> bool:
        """Whether all updates are done."""
        return self.step >= self.preset.learning.steps

    def run(self, reporter: Reporter, stop: StopFlag, deadline: float, keep: Any) -> None:
        """Train until all updates are done, the user asks to stop, or the clock says so.

        Args:
            reporter: told of each update and of the table's rows.
            stop: looked at after each update.
            deadline: on `time.monotonic()`.
            keep: called after each validation with whether the averaged weights are the best
                so far.
        """
        learning = self.preset.learning
        reporter.stage("training", total=learning.steps, unit="updates")
        reporter.advance(self.step)
        table = _Table(reporter, self.curve)
        began, before = time.monotonic(), self.curve.spent_s
        stopping = False
        while not self.finished and not stopping:
            tokens = self._update()
            self.curve.spent_s = before + time.monotonic() - began
            reporter.advance()
            table.count(tokens)
            checked = self.step % learning.validate_every == 0 or self.finished
            if checked:
                keep(self.validate())
            if checked or self.step % learning.save_every == 0:
                self.save()
            table.row(learning_rate(learning, self.step - 1), checked)
            stopping = self._agree(stop.asked or time.monotonic() > deadline)
        self.save()

    def _agree(self, wish: bool) -> bool:
        """Whether any process wishes to stop."""
        if self.accelerator.num_processes == 1:
            return wish
        votes = torch.tensor([float(wish)], device=self.accelerator.device)
        return bool(self.accelerator.reduce(votes, "sum") > 0)

    def _update(self) -> int:
        """Do one update; returns how many tokens it was of."""
        learning, step, world = self.preset.learning, self.step, self.accelerator.num_processes
        torch.manual_seed(mixed_seed(self.preset.seed, step, self.accelerator.process_index))
        rate = learning_rate(learning, step)
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.model.train()
        total, tokens = torch.zeros((), device=self.accelerator.device), 0
        for part in range(learning.accumulate):
            batch = self._batch(step, part)
            tokens += int(batch.mask.sum()) * world
            last = part == learning.accumulate - 1
            with self.accelerator.no_sync(self.model) if not last else contextlib.nullcontext():
                loss = self._losses(self.model, batch).mean() / learning.accumulate
                self.accelerator.backward(loss)
            total += loss.detach()
        self.accelerator.clip_grad_norm_(self.model.parameters(), learning.clip)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        self._follow(step)
        self.curve.losses.append(float(self.accelerator.reduce(total, "mean")))
        return tokens

    def _batch(self, step: int, part: int) -> Batch:
        """The batch of this process for a part of an update."""
        preset = self.preset
        epoch, place = divmod(step, self._updates)
        if epoch != self._epoch:
            self._batches = epoch_batches(
                self.corpus, preset.windows, preset.learning.batch, preset.seed, epoch
            )
            self._epoch = epoch
        turn = place * preset.learning.accumulate + part
        index = turn * self.accelerator.num_processes + self.accelerator.process_index
        windows = self._batches[index % len(self._batches)]
        return self._moved(load_batch(self.corpus, windows, preset.windows, self.genres))

    def _moved(self, batch: Batch) -> Batch:
        parts = (batch.tokens, batch.targets, batch.mask, batch.init)
        return Batch(*(part.to(self.accelerator.device) for part in parts))

    def _losses(self, model: nn.Module, batch: Batch) -> Tensor:
        types = batch.targets[..., self.schema.column(self.schema.type_field)]
        with self.accelerator.autocast():
            logits = model(batch.tokens, batch.init if self.tells else None, types)
        return token_losses(self.schema, logits, batch)

    def _follow(self, step: int) -> None:
        """Draw the average after the weights; early on it keeps closer to them."""
        decay = min(self.preset.learning.average, (step + 1) / (step + 10))
        with torch.no_grad():
            for name, value in self.bare.state_dict().items():
                if value.is_floating_point():
                    self.average[name].lerp_(value, 1 - decay)

    def validate(self) -> bool:
        """Add the averaged weights' loss on songs kept out to the curve; whether it is the best.

        Without such songs the training loss of late updates stands in for it.
        """
        batches = validation_batches(
            self.corpus,
            self.preset.windows,
            self.preset.learning.batch,
            self.preset.learning.validate_songs,
        )
        if batches:
            loss = self._loss_of_average(
                self._moved(load_batch(self.corpus, b, self.preset.windows, self.genres))
                for b in batches
            )
        else:
            late = self.curve.losses[-self.preset.learning.validate_every :]
            loss = sum(late) / len(late)
        best = loss < self.curve.best
        self.curve.checks.append((self.step, loss))
        return best

    def _loss_of_average(self, batches: Iterable[Batch]) -> float:
        own = {k: v.detach().clone() for k, v in self.bare.state_dict().items()}
        self.bare.load_state_dict(self.average)
        self.bare.eval()
        total, weight = 0.0, 0.0
        with torch.inference_mode():
            for batch in batches:
                count = float(batch.mask.sum())
                total += float(self._losses(self.bare, batch).mean()) * count
                weight += count
        self.bare.load_state_dict(own)
        return total / weight

    def save(self) -> None:
        """Write the checkpoint, whole or not at all; the first process alone does."""
        if self.accelerator.is_main_process:
            scaler = self.accelerator.scaler
            state = {
                "model": self.bare.state_dict(),
                "average": self.average,
                "optimiser": self.optimiser.state_dict(),
                "scaler": scaler.state_dict() if scaler is not None else {},
                "losses": self.curve.losses,
                "checks": [list(check) for check in self.curve.checks],
                "spent_s": self.curve.spent_s,
            }
            part = temporary_beside(self.checkpoint)
            torch.save(state, part)
            part.replace(self.checkpoint)

    def _load(self) -> None:
        state = torch.load(self.checkpoint, self.accelerator.device, weights_only=True)
        self.bare.load_state_dict(state["model"])
        self.average = state["average"]
        self.optimiser.load_state_dict(state["optimiser"])
        if self.accelerator.scaler is not None and state["scaler"]:
            self.accelerator.scaler.load_state_dict(state["scaler"])
        checks = [(int(step), float(loss)) for step, loss in state["checks"]]
        self.curve = Curve(state["losses"], checks, state["spent_s"])


class _Table:
    """The rows that a person watches: updates, losses, rate, tokens a second."""

    def __init__(self, reporter: Reporter, curve: Curve) -> None:
        self._reporter, self._curve = reporter, curve
        self._tokens, self._since, self._from = 0, time.monotonic(), len(curve.losses)
        reporter.note(f"{'update':>8} {'loss':>8} {'kept out':>9} {'rate':>9} {'tokens/s':>8}")

    def count(self, tokens: int) -> None:
        """Note how many tokens an update was of."""
        self._tokens += tokens

    def row(self, rate: float, checked: bool) -> None:
        """Write a row if half a minute has passed, or after a validation."""
        took = time.monotonic() - self._since
        if not checked and took < _ROW_EVERY_S:
            return
        losses = self._curve.losses
        mean = sum(losses[self._from :]) / max(len(losses) - self._from, 1)
        kept_out = f"{self._curve.checks[-1][1]:9.4f}" if checked else " " * 9
        self._reporter.note(
            f"{len(losses):8d} {mean:8.4f} {kept_out} {rate:9.2e} {self._tokens / took:8.0f}"
        )
        self._tokens, self._since, self._from = 0, time.monotonic(), len(losses)


def _groups(model: nn.Module, decay: float) -> list[dict[str, Any]]:
    """Parameters of which only the matrices of linear layers are drawn towards zero."""
    named = list(model.named_parameters())
    heavy = [p for name, p in named if p.ndim > 1 and "embedding" not in name]
    light = [p for name, p in named if p.ndim < 2 or "embedding" in name]
    return [{"params": heavy, "weight_decay": decay}, {"params": light, "weight_decay": 0.0}]
