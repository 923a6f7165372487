"""Teaching a composer from Python."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from musivid.core.paths import expanded
from musivid.core.progress import Reporter, Silent
from musivid.pipeline.train.facts import TrainResult
from musivid.pipeline.train.job import TrainJob
from musivid.pipeline.train.make import train_job
from musivid.settings.presets import Overrides, change_preset, load_preset, without_none
from musivid.settings.train import BgmTrainPreset

__all__ = ["train"]


def train(
    data: Sequence[Path | str] | Path | str,
    weights: Path | str,
    *,
    preset: BgmTrainPreset | str | Path = "pocket",
    settings: Overrides = (),
    seed: int | None = None,
    device: str = "auto",
    dtype: str = "auto",
    max_minutes: float | None = None,
    resume: bool = False,
    force: bool = False,
    reporter: Reporter | None = None,
) -> TrainResult | None:
    """Teach a composer from MIDI files; killed at any moment, the same call goes on.

    Args:
        data: files, folders of them, whose names are genres, or published data sets.
        weights: the .safetensors to write; checkpoints are kept beside it.
        preset: settings, by name or path, or loaded.
        settings: laid over the preset, as {"learning.steps": 500}.
        seed: of everything; None: the preset's.
        device: auto, cpu, cuda, cuda:1, mps.
        dtype: auto, float32, bfloat16, float16.
        max_minutes: after which to stop and keep what there is; None trains to the end.
        resume: demand that there is something to go on with.
        force: replace weights that are there.
        reporter: told of stages and progress.

    Returns:
        what came of it; None in all but the first of several processes.

    Raises:
        MusividError: an input or setting that cannot be used; the subclass says which.
    """
    chosen = load_preset("bgm_train", preset) if isinstance(preset, str | Path) else preset
    chosen = change_preset(change_preset(chosen, settings), without_none({"seed": seed}))
    files = [data] if isinstance(data, str | Path) else data
    job = TrainJob(
        tuple(str(file) for file in files),
        expanded(weights).absolute(),
        chosen,
        device=device,
        dtype=dtype,
        max_minutes=max_minutes,
        resume=resume,
        force=force,
    )
    return train_job(job, reporter or Silent())
