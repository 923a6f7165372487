"""What a training is asked for, and all that can be checked before anything is read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from musivid.core.errors import UsageError
from musivid.core.outputs import check_apart, check_output
from musivid.core.run import check_run_folder, run_folder
from musivid.pipeline.train.sources import find_sources
from musivid.settings.named import named_files
from musivid.settings.train import BgmTrainPreset

__all__ = ["TrainJob", "check_train", "train_outputs"]


@dataclass(frozen=True, slots=True)
class TrainJob:
    """What was asked for.

    Attributes:
        data: files and folders to learn from.
        out: the weights to write, .safetensors.
        preset: all settings.
        device: as for `choose_device`.
        dtype: as for `choose_dtype`.
        max_minutes: after which to stop and keep what there is; None trains to the end.
        resume: whether there must be something to continue.
        force: whether `out` may be replaced.
        offline: keep away from the network.
        threads: in which a CPU computes; None: as many as it has cores.
    """

    data: tuple[str, ...]
    out: Path
    preset: BgmTrainPreset
    device: str = "auto"
    dtype: str = "auto"
    max_minutes: float | None = None
    resume: bool = False
    force: bool = False
    offline: bool = False
    threads: int | None = None


def check_train(job: TrainJob) -> None:
    """Check what can be checked before anything is read.

    Raises:
        OutputError: no .safetensors, a folder, there already, or something that is learnt from.
        InputError: there is nothing to learn from. UsageError: no time.
    """
    written = train_outputs(job.out)
    for path in written.values():
        check_output(
            path,
            force=job.force or job.resume,
            endings=(".safetensors",) if path == job.out else (),
            hint="Add --resume to train on, --force to replace it, or -o.",
        )
    read = {"data": [source.path for source in find_sources(job.data)], **named_files(job.preset)}
    check_apart(written, read, work=run_folder(job.out))
    check_run_folder(run_folder(job.out))
    if job.max_minutes is not None and not job.max_minutes > 0:  # NaN is neither
        raise UsageError(f"--max-minutes {job.max_minutes:g} leaves no time", hint="Give more.")


def train_outputs(out: Path) -> dict[str, Path]:
    """All that a training writes beside its run, by what it is to the user."""
    return {
        "weights": out,
        "last weights": out.with_name(f"{out.stem}-last.safetensors"),
        "plot": out.with_name(f"{out.stem}-loss.png"),
    }
