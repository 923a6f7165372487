"""Time of one optimisation step at published size: as published, exactly, and as `imagenet` does.

All in one process, with the same random weights: VQGAN f16-16384 and CLIP ViT-B/32, 256x256.

Run as: python bench/step.py [--device cuda] [--steps 3] [--threads 2] [--json]
"""

from __future__ import annotations

import argparse
import json
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
from published import CLIP_DIM, CODES, FACTOR, PublishedModels, PublishedStep, our_networks

from musivid.core.device import choose_dtype
from musivid.painting.painter import LatentPainter
from musivid.settings.presets import load_preset
from musivid.settings.video import PaintingPreset

PUBLISHED = dict(
    cutouts=32, cut_method="latest", augments=["Af", "Pe", "Ji", "Er"], optimiser="Adam", lr=0.1
)  # fmt: skip
REALTIME_STEPS_PER_S = 100  # what Music2Video's readme runs at
BARS = {"exact": 1.15, "imagenet": 1.7}


@dataclass
class Timing:
    """Seconds of a step: best and by the clock of the CPU."""

    wall_s: float = float("inf")
    cpu_s: float = float("inf")

    def add(self, run: Callable[[], object], device: torch.device) -> object:
        """Time one run and keep the least of each clock."""
        _wait(device)
        wall, cpu = time.perf_counter(), time.process_time()
        result = run()
        _wait(device)
        self.wall_s = min(self.wall_s, time.perf_counter() - wall)
        self.cpu_s = min(self.cpu_s, time.process_time() - cpu)
        return result


def main() -> None:
    options = _options()
    torch.set_num_threads(options.threads or torch.get_num_threads())
    device = torch.device(options.device)
    models = PublishedModels()
    painter, perceptor = our_networks(models, device)
    models.to(device)
    side = options.size // FACTOR
    codes = torch.randint(CODES, (side, side), generator=torch.Generator().manual_seed(1))
    latent = models.codebook[codes.to(device)].movedim(2, 0)[None]
    target = torch.randn(1, CLIP_DIM, generator=torch.Generator().manual_seed(2)).to(device)

    def ours(settings: PaintingPreset) -> Callable[[], float]:
        own = LatentPainter(
            painter,
            perceptor,
            settings,
            seeds=[0],
            device=device,
            autocast=choose_dtype(torch.device(device)),
        )
        own.start(latent)
        return lambda: own.step(target).item()

    imagenet = load_preset("video", "imagenet").painting
    runs = {
        "published": PublishedStep(models, latent, target, cutouts=32, seed=0).step,
        "exact": ours(PaintingPreset(**PUBLISHED, exact=True)),
        "imagenet": ours(imagenet),
    }
    timings = {name: Timing() for name in runs}
    losses: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(options.steps + 1):  # in turns, so that a busy machine slows all alike
        for name, run in runs.items():
            losses[name].append(timings[name].add(run, device))
    report(timings, losses, device, as_json=options.json)


def report(
    timings: dict[str, Timing],
    losses: dict[str, list[float]],
    device: torch.device,
    *,
    as_json: bool,
) -> None:
    """Print times, ratios and how far the losses of the exact mode lie from the published ones."""
    reference = timings["published"]
    apart = max(abs(a - b) for a, b in zip(losses["published"], losses["exact"], strict=True))
    on_cpu = device.type == "cpu"
    rows = {
        name: {
            "wall_s": round(timing.wall_s, 4),
            "cpu_s": round(timing.cpu_s, 4),
            "times_faster": round(
                reference.cpu_s / timing.cpu_s if on_cpu else reference.wall_s / timing.wall_s, 3
            ),
            "steps_per_s": round(1 / timing.wall_s, 3),
            "of_real_time_at_100_steps_per_s": round(1 / timing.wall_s / REALTIME_STEPS_PER_S, 4),
            "first_losses": [round(loss, 6) for loss in losses[name][:3]],
        }
        for name, timing in timings.items()
    }
    met = {name: rows[name]["times_faster"] >= bar for name, bar in BARS.items()}
    facts = {"machine": _machine(device), "rows": rows, "loss_difference": apart, "met": met}
    if as_json:
        print(json.dumps(facts, indent=2))
        return
    print(facts["machine"])
    for name, row in rows.items():
        print(f"{name:10}", *(f"{key}={value}" for key, value in row.items()))
    print(f"exact: losses differ by at most {apart:.2e} (bar 1e-4)")
    for name, bar in BARS.items():
        print(f"{name}: {rows[name]['times_faster']:.2f}x (bar {bar}x)")


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def _machine(device: torch.device) -> str:
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else _processor()
    return f"{name}, {torch.get_num_threads()} threads, torch {torch.__version__}"


def _processor() -> str:
    with open("/proc/cpuinfo") as lines:
        names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--size", type=int, default=256, help="pixels a side")
    parser.add_argument("--steps", type=int, default=2, help="steps timed, after one to warm up")
    parser.add_argument("--threads", type=int, default=0, help="CPU threads; 0: torch's own choice")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser.parse_args()


if __name__ == "__main__":
    main()
