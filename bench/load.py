"""Seconds and memory to take over and to load each published model, with random weights.

    python bench/load.py [--json]

Files are written as the publishers do (trainer's state beside the tensors), converted as
`musivid models import` does, and loaded in a fresh process each; imports are not counted.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from musivid.nets.checkpoints import convert_checkpoint
from musivid.nets.clip import ClipShape, build_clip, load_clip_perceptor
from musivid.nets.vqgan import Network, VqganShape, load_vqgan
from musivid.nets.vqgan_layers import LayerShape
from musivid.nets.wav2clip import Wav2Clip, load_wav2clip

LOADERS = {"vqgan": load_vqgan, "clip": load_clip_perceptor, "wav2clip": load_wav2clip}


def vqgan(widths: tuple[int, ...], codes: int, gumbel: bool) -> nn.Module:
    """The networks of a published VQGAN, without memory behind them."""
    attention = frozenset({len(widths) - 1})
    sides = [LayerShape(widths, 2, attention, outer, 256) for outer in (3, 128)]
    with torch.device("meta"):
        return Network(VqganShape(*sides, codes, 256, gumbel, 256 if gumbel else None))


def models() -> dict[str, tuple[str, nn.Module]]:
    """Family and module of each published model."""
    f16, f8 = (128, 128, 256, 256, 512), (128, 128, 256, 512)
    with torch.device("meta"):
        ears = Wav2Clip()
    sizes = ClipShape(768, 12, 32, 224, 512, 512, 12, 77, 49408)
    return {
        "vqgan-imagenet-f16-16384": ("vqgan", vqgan(f16, 16384, False)),
        "vqgan-imagenet-f16-1024": ("vqgan", vqgan(f16, 1024, False)),
        "vqgan-gumbel-f8": ("vqgan", vqgan(f8, 8192, True)),
        "clip-vit-b-32": ("clip", build_clip(sizes)),
        "wav2clip": ("wav2clip", ears),
    }


def random_tensors(module: nn.Module) -> dict[str, Tensor]:
    lots = torch.Generator().manual_seed(0)
    return {
        name: torch.rand(value.shape, generator=lots).mul_(0.1).to(value.dtype)
        for name, value in module.state_dict().items()
    }


def publish(path: Path, family: str, tensors: dict[str, Tensor]) -> None:
    """Write a file of the publisher's kind, with what training leaves behind."""
    if family == "vqgan":
        extra = {"loss.discriminator.main.0.weight": torch.zeros(20_000_000)}
        content = {"epoch": 1, "optimizer_states": [extra], "state_dict": tensors | extra}
        torch.save(content, path, _use_new_zipfile_serialization=False)  # as torch 1.5 and before
    else:
        torch.save(tensors, path)


def measure(family: str, path: str) -> None:
    """Load one file in this process and print seconds and megabytes."""
    if family == "clip":
        import open_clip  # noqa: F401
    before, start = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    model = LOADERS[family](Path(path))
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_SELF)
    held = sum(p.numel() * p.element_size() for p in model.state_dict().values())
    figures = {
        "wall_s": wall,
        "cpu_s": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "peak_mb": (after.ru_maxrss - before.ru_maxrss) / 1e3,
        "weights_mb": held / 1e6,
    }
    print(json.dumps(figures))


def in_fresh_process(family: str, path: Path) -> dict[str, float]:
    command = [sys.executable, __file__, "--measure", family, str(path)]
    found = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(found.stdout.splitlines()[-1]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        measure(*options.measure)
        return
    report = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, (family, module) in models().items():
            published, slim = Path(folder) / "published.pt", Path(folder) / "slim.safetensors"
            publish(published, family, random_tensors(module))
            print(f"{name} ...", file=sys.stderr)
            start = time.perf_counter()
            tensors, metadata = convert_checkpoint(published, family)
            save_file(tensors, slim, metadata)
            report[name] = {"convert_s": time.perf_counter() - start}
            for kind, path in (("published", published), ("slim", slim)):
                figures = in_fresh_process(family, path) | {"file_mb": path.stat().st_size / 1e6}
                report[name] |= {f"{kind}_{key}": value for key, value in figures.items()}
    if options.json:
        print(json.dumps(report, indent=1))
        return
    for name, figures in report.items():
        print(f"{name}: converted in {figures['convert_s']:.1f} s")
        for kind in ("published", "slim"):
            wall, cpu, peak, file, held = (
                figures[f"{kind}_{key}"]
                for key in ("wall_s", "cpu_s", "peak_mb", "file_mb", "weights_mb")
            )
            print(
                f"  {kind:9} file {file:5.0f} MB: loaded in {wall:.2f} s ({cpu:.2f} CPU s), "
                f"{peak:.0f} MB at the peak for {held:.0f} MB of weights"
            )


if __name__ == "__main__":
    main()
