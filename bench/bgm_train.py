"""Whether a network can learn eight songs by heart, and in which time.

python -m bench.bgm_train

A small one on one core; the loss is the mean cross-entropy of the seven fields of a word.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import torch

from musivid.core.progress import Silent
from musivid.pipeline.train.job import TrainJob
from musivid.pipeline.train.make import train_job
from musivid.pocket.composer_songs import playable_genres
from musivid.pocket.songs import compose, draw_facts
from musivid.score.cmt.initial_tokens import key_class
from musivid.score.cmt.tokens import encode
from musivid.score.corpus import CorpusWriter
from musivid.settings.train import BgmTrainPreset

SETTINGS = {
    "windows": {"words": 1024, "transpose": 0},
    "network": {"model_size": 128, "layers": 3, "heads": 4, "ff": 256, "dropout": 0.0,
                "widths": {"pitch": 64, "duration": 32, "p_beat": 32}, "init_width": 16},
    "learning": {"steps": 400, "batch": 8, "rate": 3e-3, "warmup": 20, "clip": 1.0,
                 "average": 0.0, "validate_every": 100, "save_every": 1000},
}  # fmt: skip


def main() -> None:
    """Print the loss after learning eight songs of eight bars."""
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        with CorpusWriter(Path(folder, "songs"), "eight songs", 0.0) as writer:
            for seed in range(8):
                facts = draw_facts(seed, genre=playable_genres()[seed])
                score, _ = compose(seed, facts, 8)
                writer.add(str(seed), encode(score), facts.genre, key_class(score.key))
        job = TrainJob(
            (str(Path(folder, "songs")),),
            Path(folder, "out.safetensors"),
            BgmTrainPreset.model_validate(SETTINGS),
            device="cpu",
        )
        began = time.process_time()
        made = train_job(job, Silent())
        assert made is not None
        took = time.process_time() - began
    print(f"loss {made.loss:.4f} after {made.updates} updates, {took:.0f} CPU s")


if __name__ == "__main__":
    main()
