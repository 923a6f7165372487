"""Taming's VQGAN as published and as musivid runs it: CPU seconds and times faster.

    python bench/vqgan.py [--size 256] [--times 3] [--json]

VQGAN f16-16384 with random weights on one thread. The doubling of sides is a block of our own, and
is to be at least 1.5 times as fast as taming's; it is timed as wide and as large as the finest.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable

import torch
from published import CODE_DIM, FACTOR, PublishedModels, our_networks
from torch import Tensor

from musivid.nets.vqgan.swaps import Up

Run = Callable[[Tensor], Tensor]


def pairs(size: int) -> dict[str, tuple[Run, Run, tuple[int, ...]]]:
    """What is compared: taming's, ours, and the shape of what goes in."""
    from taming.modules.diffusionmodules.model import Upsample
    from taming.modules.vqvae.quantize import VectorQuantizer2

    models = PublishedModels()
    painter, _ = our_networks(models, torch.device("cpu"))
    doubling = Upsample(128, True).requires_grad_(False)
    ours = Up(doubling).to(memory_format=torch.channels_last)  # as the painter has it
    codes = VectorQuantizer2(*models.codebook.shape, 0.25)
    codes.embedding.weight = models.codebook
    side = size // FACTOR
    return {
        "doubling": (doubling, ours, (1, 128, size // 2, size // 2)),
        "codebook": (lambda z: codes(z)[0], painter.quantize, (1, CODE_DIM, side, side)),
        "decoder": (
            lambda z: models.decoder(models.post_quant_conv(z)),
            painter.decode,
            (1, CODE_DIM, side, side),
        ),
    }


def seconds(run: Run, x: Tensor, gradient: bool) -> float:
    """CPU seconds of one run."""
    began = time.process_time()
    if gradient:
        x = x.detach().requires_grad_()
        run(x).float().square().sum().backward()
    else:
        with torch.no_grad():
            run(x)
    return time.process_time() - began


def main() -> None:
    """Print a line for each part, format and direction."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=256, help="pixels a side")
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="print JSON")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    rows = []
    for name, (theirs, ours, shape) in pairs(asked.size).items():
        given = torch.randn(shape)
        for form in ("float32", "bfloat16"):
            for gradient in (False, True):
                best = [float("inf")] * 2
                with torch.autocast("cpu", torch.bfloat16, enabled=form == "bfloat16"):
                    for _ in range(asked.times + 1):
                        for k, run in enumerate((theirs, ours)):
                            best[k] = min(best[k], seconds(run, given, gradient))
                rows.append({"part": name, "format": form, "gradient": gradient,
                             "taming_s": round(best[0], 4), "ours_s": round(best[1], 4),
                             "times_faster": round(best[0] / best[1], 2)})  # fmt: skip
                if not asked.json:
                    print(*(f"{key}={value}" for key, value in rows[-1].items()), flush=True)
    if asked.json:
        print(json.dumps(rows, indent=2))


if __name__ == "__main__":
    main()
