"""FLOP of a second of video in preset `imagenet`, counted, against 100 published steps.

python bench/flops.py [--fps 25] [--json]
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable

import torch
from published import CLIP_DIM, CODES, FACTOR, PublishedModels, PublishedStep, our_networks
from torch.utils.flop_counter import FlopCounterMode

from musivid.core.timeline import parse_fps
from musivid.nets.protocols import Painter
from musivid.painting.painter import LatentPainter
from musivid.settings.presets import load_preset
from musivid.settings.video import parse_size

PUBLISHED_SIDE, PUBLISHED_STEPS_PER_S = 256, 100
BAR = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--fps", default=None, help="frames a second; None: the preset's")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    preset = load_preset("video", "imagenet")
    width, height = parse_size(preset.painting.size or preset.output.size)
    models = PublishedModels()
    painter, perceptor = our_networks(models, torch.device("cpu"))
    target = torch.randn(1, CLIP_DIM, generator=torch.Generator().manual_seed(0))
    published = count_published(models, target)
    own = LatentPainter(painter, perceptor, preset.painting, seeds=[0])
    own.start(_latent(models, height // FACTOR, width // FACTOR))
    step = _count(lambda: own.step(target))
    decode = _count(lambda: _decode(painter, own.latents, quantise=preset.walk.quantise))
    fps = float(parse_fps(options.fps or preset.output.fps))
    steps_per_s = preset.painting.steps / preset.keys.every_s
    decodes_per_s = fps / preset.walk.decode_every
    second = step * steps_per_s + decode * decodes_per_s
    facts = {
        "published_step_gflop": published / 1e9,
        "published_second_gflop": published * PUBLISHED_STEPS_PER_S / 1e9,
        "step_gflop": step / 1e9,
        "steps_per_s": steps_per_s,
        "decode_gflop": decode / 1e9,
        "decodes_per_s": decodes_per_s,
        "second_gflop": second / 1e9,
        "times_fewer": published * PUBLISHED_STEPS_PER_S / second,
        "bar": BAR,
    }
    if options.json:
        print(json.dumps(facts, indent=2))
    else:
        print("\n".join(f"{name:24} {value:12,.1f}" for name, value in facts.items()))


def count_published(models: PublishedModels, target: torch.Tensor) -> int:
    """FLOP of one published step: 256x256, 32 cut-outs."""
    side = PUBLISHED_SIDE // FACTOR
    step = PublishedStep(models, _latent(models, side, side), target, cutouts=32, seed=0)
    return _count(step.step)


def _latent(models: PublishedModels, rows: int, columns: int) -> torch.Tensor:
    codes = torch.randint(CODES, (rows, columns), generator=torch.Generator().manual_seed(1))
    return models.codebook[codes].movedim(2, 0)[None]


@torch.no_grad()
def _decode(painter: Painter, latents: torch.Tensor, *, quantise: bool) -> torch.Tensor:
    """A frame of a walk: what `decode_walk` does to one place."""
    return painter.decode(painter.quantize(latents) if quantise else latents)


def _count(run: Callable[[], object]) -> int:
    with FlopCounterMode(display=False) as counter:
        run()
    return counter.get_total_flops()


if __name__ == "__main__":
    main()
