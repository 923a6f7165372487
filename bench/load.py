"""Seconds and memory to take over and to load each published model, with random weights.

    python bench/load.py [NAME ...] [--json]

Files are written as the publishers do (trainer's state beside the tensors), converted as
`musivid models import` does, and loaded in a fresh process each, on one thread. Imports are not
counted; the peak of memory counts pages of the file that the system can drop. Linux only.
"""

from __future__ import annotations

import argparse
import json
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
from musivid.nets.vqgan.model import Network, load_vqgan
from musivid.nets.vqgan.sizes import LayerShape, VqganShape
from musivid.nets.wav2clip import Wav2Clip, load_wav2clip

LOADERS = {"vqgan": load_vqgan, "clip": load_clip_perceptor, "wav2clip": load_wav2clip}


def vqgan(widths: tuple[int, ...], codes: int, gumbel: bool) -> nn.Module:
    """The networks of a published VQGAN, without memory behind them."""
    attention = frozenset({len(widths) - 1})
    sides = [LayerShape(widths, 2, attention, 128, 256) for _ in range(2)]
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


def memory_mb(kind: str) -> float:
    """Resident memory of this process, now (VmRSS) or at its highest (VmHWM)."""
    status = Path("/proc/self/status").read_text()
    return int(status.split(f"{kind}:")[1].split()[0]) / 1e3


def measure(family: str, path: str) -> None:
    """Load one file in this process and print seconds and megabytes."""
    torch.set_num_threads(1)  # waiting threads would count as work
    Path("/proc/self/clear_refs").write_text("5")  # forget the peak of what went before
    before, wall, cpu = memory_mb("VmRSS"), time.perf_counter(), time.process_time()
    model = LOADERS[family](Path(path))
    figures = {
        "wall_s": time.perf_counter() - wall,
        "cpu_s": time.process_time() - cpu,
        "peak_mb": memory_mb("VmHWM") - before,
        "weights_mb": sum(p.numel() * p.element_size() for p in model.state_dict().values()) / 1e6,
    }
    print(json.dumps(figures))


def in_fresh_process(family: str, path: Path) -> dict[str, float]:
    command = [sys.executable, __file__, "--measure", family, str(path)]
    found = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(found.stdout.splitlines()[-1]))


def bench(folder: Path, family: str, module: nn.Module) -> dict[str, float]:
    """All figures of one model."""
    published, slim = folder / "published.pt", folder / "slim.safetensors"
    publish(published, family, random_tensors(module))
    start = time.perf_counter(), time.process_time()
    tensors, metadata = convert_checkpoint(published, family)
    save_file(tensors, slim, metadata)
    report = {
        "convert_wall_s": time.perf_counter() - start[0],
        "convert_cpu_s": time.process_time() - start[1],
    }
    del tensors
    for kind, path in (("published", published), ("slim", slim)):
        figures = in_fresh_process(family, path) | {"file_mb": path.stat().st_size / 1e6}
        report |= {f"{kind}_{key}": value for key, value in figures.items()}
    return report


def show(name: str, figures: dict[str, float]) -> None:
    seconds = figures["convert_wall_s"], figures["convert_cpu_s"]
    print(f"{name}: converted in {seconds[0]:.1f} s ({seconds[1]:.1f} CPU s)")
    for kind in ("published", "slim"):
        wall, cpu, peak, file, held = (
            figures[f"{kind}_{key}"]
            for key in ("wall_s", "cpu_s", "peak_mb", "file_mb", "weights_mb")
        )
        print(
            f"  {kind:9} file {file:5.0f} MB: loaded in {wall:.2f} s ({cpu:.2f} CPU s), "
            f"{peak:.0f} MB at the peak for {held:.0f} MB of weights",
            flush=True,
        )


def main() -> None:
    known = models()  # imports open_clip for every process, so that no figure has it inside
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", help=f"which of {', '.join(known)}; all, if left out")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        measure(*options.measure)
        return
    report = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in options.names or known:
            report[name] = bench(Path(folder), *known[name])
            if not options.json:
                show(name, report[name])
    if options.json:
        print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
