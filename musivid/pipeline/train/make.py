"""`musivid bgm train` from data to weights: corpus, network, training, and what is kept of it."""

from __future__ import annotations

import csv
import io
import math
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from musivid.core.device import choose_device, choose_dtype, compute_in
from musivid.core.errors import Interrupted
from musivid.core.outputs import check_room
from musivid.core.progress import Reporter, Silent
from musivid.core.run import Run, run_folder
from musivid.core.seeds import global_lots
from musivid.core.stopping import StopFlag, soft_stop
from musivid.core.storage import write_atomic
from musivid.nets.compound.files import (
    BMT_SCHEMA,
    CMT_SCHEMA,
    CompoundTransformer,
)
from musivid.nets.compound.files import save_compound as save_model
from musivid.pipeline.train.batches import epoch_batches
from musivid.pipeline.train.begin import begin
from musivid.pipeline.train.facts import TrainPlanFacts, TrainResult
from musivid.pipeline.train.job import TrainJob, check_train, train_outputs
from musivid.pipeline.train.loop import Trainer
from musivid.pipeline.train.plot import plot_curve, write_curve
from musivid.pipeline.train.sources import count_reasons, prepare
from musivid.score.bmt.vocabulary import FAMILIES
from musivid.score.cmt.initial_tokens import KEY_CLASSES, initial_tokens
from musivid.score.cmt.tokens import INSTRUMENTS
from musivid.score.corpus import Corpus, Dropped
from musivid.score.corpus_tokens import BmtTokens
from musivid.settings.presets import dump_preset
from musivid.settings.train import NetworkPreset

if TYPE_CHECKING:
    from accelerate import Accelerator

__all__ = ["TrainPlan", "build_model", "plan_train", "train_job"]

_BEST, _LAST, _STATE = "best.safetensors", "last.safetensors", "checkpoint.pt"
_PRECISION = {torch.float32: "no", torch.bfloat16: "bf16", torch.float16: "fp16"}

# Four bytes for each of ten numbers: weights, their average and AdamW's two moments in a checkpoint
# that is written beside the one before it, and the best and the last weights.
_BYTES_A_PARAMETER = 40


@dataclass(frozen=True, slots=True)
class TrainPlan:
    """What will be trained on what.

    Attributes:
        corpus: the prepared songs.
        model: with the weights to begin with.
        genres: in the order of the model's classes.
        facts: what there is to tell of it.
    """

    corpus: Corpus
    model: CompoundTransformer
    genres: tuple[str, ...]
    facts: TrainPlanFacts


def plan_train(job: TrainJob, reporter: Reporter) -> TrainPlan:
    """Prepare the corpus and the network.

    Raises:
        InputError: the data cannot be used. WeightsError: nor can the weights to begin with.
        OutputError: the disk has no room for what is kept.
    """
    preset = job.preset
    begun = begin(job)
    corpus = prepare(
        job.data,
        preset.corpus,
        reporter,
        family=preset.family,
        vocabulary=begun.vocabulary if begun else None,
    )
    if begun is None:
        model, genres = build_model(preset.network, corpus, preset.seed)
    else:
        model, genres = begun.model, begun.genres
    parameters = sum(p.numel() for p in model.parameters())
    check_room(job.out, _BYTES_A_PARAMETER * parameters)
    batches = len(epoch_batches(corpus, preset.windows, preset.learning.batch, preset.seed, 0))
    taught = corpus.part(validation=False)
    facts = TrainPlanFacts(
        songs=len(taught),
        kept_out=len(corpus.part(validation=True)),
        dropped=dict(count_reasons(corpus.dropped)),
        words=sum(entry.length for entry in taught),
        family=preset.family,
        genres=tuple(genres or corpus.genres()),
        parameters=parameters,
        updates=preset.learning.steps,
        batches_of_an_epoch=batches,
        epochs=round(preset.learning.steps * preset.learning.accumulate / batches, 2),
        run=str(run_folder(job.out)),
    )
    return TrainPlan(corpus, model, genres, facts)


def build_model(
    network: NetworkPreset, corpus: Corpus, seed: int
) -> tuple[CompoundTransformer, tuple[str, ...]]:
    """Return a new network for a corpus, and its list of genres."""
    sizes: dict[str, Any] = {
        "widths": network.widths,
        "model_size": network.model_size,
        "layers": network.layers,
        "heads": network.heads,
        "ff": network.ff,
        "dropout": network.dropout,
    }
    genres: tuple[str, ...] = ()
    if isinstance(corpus.tokens, BmtTokens):
        classes = zip(FAMILIES, corpus.tokens.vocabulary.sizes, strict=True)
        schema = BMT_SCHEMA.resized(dict(classes), **sizes)
    else:
        genres = corpus.genres()
        schema = CMT_SCHEMA.resized(
            **sizes,
            init_n_class=(len(genres) + 1, KEY_CLASSES, len(INSTRUMENTS)),
            init_widths=(network.init_width,) * 3,
            default_init=tuple(tuple(token) for token in initial_tokens(0, 0, ())),
            init_spread=network.init_spread,
        )
    with global_lots(seed, torch.device("cpu")):
        return CompoundTransformer(schema), genres


def train_job(job: TrainJob, reporter: Reporter) -> TrainResult | None:
    """Train, or train on, and write the weights, their last state, and the curve beside them.

    Under `accelerate launch` or `torchrun` every process calls this; the first one alone prepares,
    writes and talks, and the others return None.

    Raises:
        Interrupted: the user stopped it; the same command goes on.
        MusividError: as `check_train` and `plan_train` say.
    """
    if job.threads is not None:
        compute_in(job.threads)
    accelerator = _accelerator(job)
    main = accelerator.is_main_process
    if main:
        check_train(job)
    with accelerator.main_process_first():
        plan = plan_train(job, reporter if main else Silent())
    run = _open_run(job, plan, accelerator) if main else None
    try:
        accelerator.wait_for_everyone()
        trainer = Trainer(
            plan.model,
            plan.corpus,
            job.preset,
            plan.genres,
            checkpoint=run_folder(job.out) / _STATE,
            accelerator=accelerator,
        )
        accelerator.wait_for_everyone()
        with soft_stop() as stop:
            _work(job, plan, trainer, run, reporter=reporter if main else Silent(), stop=stop)
        if run is None:
            return None
        return _publish(job, plan, trainer, run, stop)
    finally:
        if run is not None:
            run.close()


def _accelerator(job: TrainJob) -> Accelerator:
    from accelerate import Accelerator
    from accelerate.state import AcceleratorState

    device = choose_device(job.device)
    if device.type == "cuda" and device.index is not None and "LOCAL_RANK" not in os.environ:
        torch.cuda.set_device(device)
    precision = _PRECISION[choose_dtype(device, job.dtype)]
    # Left by an earlier training of this Python process, perhaps in another precision.
    AcceleratorState._reset_state()
    return Accelerator(cpu=device.type == "cpu", mixed_precision=precision)


def _open_run(job: TrainJob, plan: TrainPlan, accelerator: Accelerator) -> Run:
    run = Run.open(
        run_folder(job.out),
        command="bgm train",
        inputs={"corpus": plan.corpus.path},
        preset_yaml=dump_preset(job.preset),
        facts={
            "processes": accelerator.num_processes,
            "precision": str(accelerator.mixed_precision),
        },
        resume=job.resume,
        force=job.force,
    )
    _write_dropped(plan.corpus.dropped, run.path("dropped.csv"))
    return run


def _write_dropped(dropped: tuple[Dropped, ...], path: Path) -> None:
    """Write a table of the songs that were left out, and why."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["song", "why"])
    table.writerows((drop.name, drop.why) for drop in dropped)
    write_atomic(path, text.getvalue())


def _work(
    job: TrainJob,
    plan: TrainPlan,
    trainer: Trainer,
    run: Run | None,
    *,
    reporter: Reporter,
    stop: StopFlag,
) -> None:
    minutes = math.inf if job.max_minutes is None else job.max_minutes

    def keep(best: bool) -> None:
        if run is None:
            return
        for name in (_BEST, _LAST) if best else (_LAST,):
            _save(job, plan, trainer, run.path(name))
        plot_curve(trainer.curve, run.path("loss.png"))
        write_curve(trainer.curve, run.path("loss.csv"))
        reporter.preview(run.path("loss.png"))

    trainer.run(reporter, stop, time.monotonic() + 60 * minutes, keep)


def _save(job: TrainJob, plan: TrainPlan, trainer: Trainer, path: Path) -> None:
    """Write the averaged weights."""
    model = CompoundTransformer(trainer.schema)
    model.load_state_dict(trainer.average)
    step, loss = trainer.curve.checks[-1]
    card = {
        **_spoken(job, plan),
        "songs": plan.facts.songs,
        "updates": step,
        "loss_on_songs_kept_out": round(loss, 5),
        "minutes": round(trainer.curve.spent_s / 60, 1),
    }
    save_model(model, path, card)


def _spoken(job: TrainJob, plan: TrainPlan) -> dict[str, Any]:
    """What a reader must know of the model's tokens."""
    if isinstance(plan.corpus.tokens, BmtTokens):
        return {"vocabulary": plan.corpus.tokens.vocabulary.to_json()}
    windows = job.preset.windows
    return {
        "genres": list(plan.genres),
        "home_key": windows.home_key,
        "window_words": windows.words,
    }


def _publish(
    job: TrainJob, plan: TrainPlan, trainer: Trainer, run: Run, stop: StopFlag
) -> TrainResult:
    """Put the best weights, the last ones and the curve beside the run's folder."""
    if stop.asked:
        raise Interrupted(
            f"stopped after {trainer.step} of {job.preset.learning.steps} updates",
            hint="The same command goes on from there.",
        )
    if not run.path(_BEST).exists() or trainer.curve.checks[-1][0] < trainer.step:
        best = trainer.validate()
        for name in (_BEST, _LAST) if best else (_LAST,):
            _save(job, plan, trainer, run.path(name))
    out, last, picture = train_outputs(job.out).values()
    write_atomic(out, run.path(_BEST).read_bytes())
    write_atomic(last, run.path(_LAST).read_bytes())
    plot_curve(trainer.curve, picture)
    write_curve(trainer.curve, run.path("loss.csv"))
    result = TrainResult(
        output=str(out),
        last=str(last),
        plot=str(picture),
        updates=trainer.step,
        finished=trainer.finished,
        loss=round(trainer.curve.losses[-1], 5),
        best_loss_on_songs_kept_out=round(trainer.curve.best, 5),
        minutes=round(trainer.curve.spent_s / 60, 2),
        dropped=plan.facts.dropped,
        run=plan.facts.run,
    )
    if trainer.finished:
        run.finish(asdict(result))
    return result
