"""What a card makes of musivid, in one command of at most fifteen minutes: a table to paste.

Random weights: of published size, or small with --small, which also runs on a CPU to prove the
bench itself. Each part stands alone; one that fails says why, and the others go on.

Run as: python bench/gpu.py [--device cuda] [--small] [--parts exact steps memory ...] [--json]
"""

from __future__ import annotations

import argparse
import contextlib
import json
import platform
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from compound import SCHEMAS, build, draw_tokens
from published import CLIP_DIM, CODES, FACTOR, PublishedModels, PublishedStep, our_networks
from step import PUBLISHED

from musivid.core.device import choose_dtype, free_memory
from musivid.painting.painter import LatentPainter
from musivid.settings.presets import load_preset
from musivid.settings.video import PaintingPreset

Row = tuple[str, str, str]  # what, figure, bar

LEAST_S = 0.5  # that a figure is measured for, after warming up


def main() -> None:
    options = _options()
    found: list[Row] = []
    for name in options.parts:
        began = time.monotonic()
        try:
            rows = list(PARTS[name](options))
        except Exception as error:
            rows = [(name, f"failed: {str(error).splitlines()[0][:120]}", "")]
        rows.append((f"{name}, in all", f"{time.monotonic() - began:.0f} s", ""))
        found += rows
    if options.json:
        print(json.dumps({"machine": _machine(options.device), "rows": found}, indent=1))
        return
    print(f"{_machine(options.device)}\n\n| what | figure | bar |\n|---|---|---|")
    for row in found:
        print("| " + " | ".join(row) + " |")


def exact(options: argparse.Namespace) -> Iterator[Row]:
    """Networks on the device beside the same on the CPU, in float32 and in half precision."""
    half = choose_dtype(torch.device(options.device))
    for name, run in _networks(options).items():
        on_cpu = run(torch.device("cpu"), torch.float32)
        for dtype in dict.fromkeys((torch.float32, half)):
            here = run(torch.device(options.device), dtype)
            apart = (here.float().cpu() - on_cpu).abs().max() / on_cpu.abs().max()
            yield f"{name} in {_short(dtype)} beside the CPU", f"{apart:.1e} of the largest", ""


def steps(options: argparse.Namespace) -> Iterator[Row]:
    """Painting steps a second: as published, exactly, as `imagenet`; and the peak of memory."""
    device = torch.device(options.device)
    models = PublishedModels()
    painter, perceptor = our_networks(models, device)
    models.to(device)
    side = (64 if options.small else 256) // FACTOR
    codes = torch.randint(CODES, (side, side), generator=torch.Generator().manual_seed(1))
    latent = models.codebook[codes.to(device)].movedim(2, 0)[None]
    target = torch.randn(1, CLIP_DIM, generator=torch.Generator().manual_seed(2)).to(device)
    cutouts = 2 if options.small else 32

    def ours(settings: PaintingPreset) -> Callable[[], object]:
        own = LatentPainter(
            painter, perceptor, settings, seeds=[0], device=device, autocast=choose_dtype(device)
        )
        own.start(latent)
        return lambda: own.step(target)

    published = PublishedStep(models, latent, target, cutouts=cutouts, seed=0)
    imagenet = load_preset("video", "imagenet").painting
    runs = {
        f"step as published, {cutouts} cut-outs": (lambda: published.step(), ""),
        f"step exact, {cutouts} cut-outs": (
            ours(PaintingPreset(**PUBLISHED | {"cutouts": cutouts}, exact=True)), ""
        ),
        f"step of imagenet, {imagenet.cutouts} cut-outs": (
            ours(imagenet), ">= 100 /s, >= 5 times the published"
        ),
    }  # fmt: skip
    first = None
    for name, (run, bar) in runs.items():
        with _peak(device) as peak:
            rate = _rate(run, device, options)
        first = first or rate
        told = f"{rate:.2f} /s, {rate / first:.2f} times, {peak()}"
        yield f"{name} at {side * FACTOR} px", told, bar


def memory(options: argparse.Namespace) -> Iterator[Row]:
    """Peak of memory of the painting step of each preset, at 512x512 and 1024x576."""
    device = torch.device(options.device)
    models = PublishedModels()
    painter, perceptor = our_networks(models, device)
    del models
    target = torch.randn(1, CLIP_DIM, generator=torch.Generator().manual_seed(2)).to(device)
    sizes = [(64, 64)] if options.small else [(512, 512), (1024, 576)]
    for name in ("imagenet", "low-vram"):
        settings = load_preset("video", name).painting
        painter.save_memory(settings.save_memory)
        for width, height in sizes:
            own = LatentPainter(
                painter,
                perceptor,
                settings,
                seeds=[0],
                device=device,
                autocast=choose_dtype(device),
            )
            with _peak(device) as peak:
                own.start(painter.sample(0, height // FACTOR, width // FACTOR))
                own.step(target)
            yield f"a step of {name} at {width}x{height}", peak(), ""


def pipelines(options: argparse.Namespace) -> Iterator[Row]:
    """Tiny pipelines in the published layouts, in the format of the device, each way of keeping."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
    from modern_fixtures import save_modern

    from musivid.nets.diffusion.pipelines import load_pipeline
    from musivid.nets.diffusion.text_to_image import TextArtist
    from musivid.nets.protocols import Wish

    device = torch.device(options.device)
    dtype = torch.float32 if device.type == "cpu" else choose_dtype(device)
    with tempfile.TemporaryDirectory() as folder:
        save_modern(Path(folder))
        for place in sorted(Path(folder).iterdir()):
            for offload in ("none", "model", "sequential"):
                made = load_pipeline(place, device=device, dtype=dtype, offload=offload)
                artist = TextArtist(made, steps=2, guidance=1.0)
                wish = Wish((("a red house", 1.0),))
                with _peak(device) as peak:
                    picture = artist.paint(wish, seed=1, size=(64, 64))
                assert picture.shape == (64, 64, 3)
                yield f"tiny {place.name}, offload {offload}, {_short(dtype)}", peak(), "runs"


def composers(options: argparse.Namespace) -> Iterator[Row]:
    """Tokens a second of CMT and BMT at published size, one piece and ten."""
    device = torch.device(options.device)
    for system, schema in SCHEMAS.items():
        model = build(schema).to(device)
        for batch in (1, 10):
            tokens = draw_tokens(schema, batch, 8).to(device)
            state = model.start(batch=batch)

            def step(tokens: Any = tokens, state: Any = state, model: Any = model) -> None:
                with torch.inference_mode():
                    hidden, _ = model.step(tokens[:, 0], state)
                    model.field_logits(hidden, model.type_logits(hidden).argmax(-1))

            rate = batch * _rate(step, device, options)
            yield f"{system}, {batch} at once", f"{rate:.0f} tokens/s", ""


def training(options: argparse.Namespace) -> Iterator[Row]:
    """One training step of CMT in half precision."""
    device = torch.device(options.device)
    schema = SCHEMAS["cmt"]
    model = build(schema).to(device).train().requires_grad_(True)
    optimiser = torch.optim.AdamW(model.parameters(), 1e-4)
    tokens = draw_tokens(schema, 1, 65 if options.small else 2001).to(device)
    half = choose_dtype(device)

    def step() -> None:
        optimiser.zero_grad(set_to_none=True)
        enabled = half != torch.float32
        with torch.autocast(device.type, half if enabled else torch.bfloat16, enabled=enabled):
            types = tokens[:, 1:, schema.column("type")]
            logits = model(tokens[:, :-1], None, types)
            losses = [
                F.cross_entropy(part.flatten(0, 1).float(), tokens[0, 1:, schema.column(name)])
                for name, part in logits.items()
            ]
        (sum(losses) / len(losses)).backward()
        optimiser.step()

    with _peak(device) as peak:
        rate = _rate(step, device, options)
    told = f"{1 / rate:.3f} s, {peak()}"
    yield f"training step of cmt, {tokens.shape[1] - 1} tokens, {_short(half)}", told, ""


def scenes(options: argparse.Namespace) -> Iterator[Row]:
    """Living scenes, which are drawn on the CPU, beside a card that is busy or not."""
    size = "128x72" if options.small else "1280x720"
    with tempfile.TemporaryDirectory() as folder:
        song, out = Path(folder) / "song.wav", Path(folder) / "a.mp4"
        _write_song(song, 4.0 if options.small else 12.0)
        began = time.monotonic()
        command = [
            sys.executable,
            "-m",
            "musivid",
            "video",
            str(song),
            "-o",
            str(out),
            "--size",
            size,
            "--quiet",
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=600)
        wall = time.monotonic() - began
    yield f"living scenes at {size}, all in", f"{wall:.1f} s", ""


def encoders(options: argparse.Namespace) -> Iterator[Row]:
    """Whether this ffmpeg has an encoder of the card, and whether the card takes it."""
    from musivid.media.ffmpeg import ffmpeg_path

    told = subprocess.run(
        [ffmpeg_path(), "-hide_banner", "-encoders"], capture_output=True, text=True, check=True
    ).stdout
    for name in ("h264_nvenc", "hevc_nvenc", "av1_nvenc"):
        if name not in told:
            yield name, "not in this ffmpeg", ""
            continue
        source = ["-f", "lavfi", "-i", "testsrc=size=640x360:rate=25:duration=1"]
        run = [ffmpeg_path(), "-v", "error", *source, "-c:v", name, "-f", "null", "-"]
        done = subprocess.run(run, capture_output=True, text=True, check=False)
        yield name, "works" if done.returncode == 0 else "refused by the card or its driver", ""


PARTS: dict[str, Callable[[argparse.Namespace], Iterator[Row]]] = {
    "exact": exact,
    "steps": steps,
    "memory": memory,
    "pipelines": pipelines,
    "composers": composers,
    "training": training,
    "scenes": scenes,
    "encoders": encoders,
}


def _networks(
    options: argparse.Namespace,
) -> dict[str, Callable[[torch.device, torch.dtype], torch.Tensor]]:
    """What gives the output of each network on a device, in a number format."""
    painter, perceptor = our_networks(PublishedModels(), torch.device("cpu"))
    side = 4 if options.small else 16
    latent = painter.sample(0, side, side)
    pictures = torch.rand(1, 3, 224, 224, generator=torch.Generator().manual_seed(0))
    tokens = draw_tokens(SCHEMAS["cmt"], 1, 32 if options.small else 500)
    composer = build(SCHEMAS["cmt"])

    def run(
        network: Any, give: Callable[[torch.device], torch.Tensor]
    ) -> Callable[[torch.device, torch.dtype], torch.Tensor]:
        def on(device: torch.device, dtype: torch.dtype) -> torch.Tensor:
            network.to(device)
            enabled = dtype != torch.float32
            kind = dtype if enabled else torch.bfloat16
            with torch.inference_mode(), torch.autocast(device.type, kind, enabled=enabled):
                made = give(device)
            network.to("cpu")
            return made

        return on

    return {
        "VQGAN decoding": run(painter, lambda d: painter.decode(latent.to(d))),
        "CLIP seeing": run(perceptor, lambda d: perceptor.embed_image(pictures.to(d))),
        "CLIP reading": run(perceptor, lambda d: perceptor.embed_text(["a red sun"])),
        "CMT": run(composer, lambda d: composer.encode(tokens.to(d))),
    }


def _rate(run: Callable[[], object], device: torch.device, options: argparse.Namespace) -> float:
    """How often a second something runs, after warming up."""
    for _ in range(1 if options.small else 3):
        run()
    _wait(device)
    began, count = time.perf_counter(), 0
    while count == 0 or (time.perf_counter() - began < LEAST_S and not options.small):
        run()
        count += 1
        _wait(device)
    return count / (time.perf_counter() - began)


@contextlib.contextmanager
def _peak(device: torch.device) -> Iterator[Callable[[], str]]:
    """What tells the peak of the device's memory since then."""
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)
        yield lambda: f"{torch.cuda.max_memory_allocated(device) / 1e9:.2f} GB"
    else:
        yield lambda: "memory not counted on this device"


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def _short(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")


def _write_song(path: Path, seconds: float) -> None:
    import numpy as np
    import soundfile

    times = np.arange(int(22050 * seconds)) / 22050
    beat = np.exp(-8 * (times % 0.5)) * np.sin(2 * np.pi * 110 * times)
    soundfile.write(path, 0.4 * beat, 22050)


def _machine(name: str) -> str:
    device = torch.device(name)
    card = torch.cuda.get_device_name(device) if device.type == "cuda" else platform.processor()
    free = free_memory(device)
    room = f", {free / 1e9:.0f} GB free" if free else ""
    return f"{card or name}{room}, torch {torch.__version__}, {platform.platform()}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--small", action="store_true", help="small sizes, to prove the bench")
    parser.add_argument("--parts", nargs="+", default=list(PARTS), choices=list(PARTS))
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
