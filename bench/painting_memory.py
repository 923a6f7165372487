"""Bytes that a step of painting keeps for gradients: a pixel of the VQGAN, a cut-out of each CLIP.

Networks of published size with random weights; CLIPs on the meta device, where nothing is computed.
`musivid/pipeline/video/memory.py` has the figures.

Run as: python bench/painting_memory.py [--half]
"""

from __future__ import annotations

import argparse
import functools
from collections.abc import Callable, Iterable, Iterator

import torch
from published import CODE_DIM, FACTOR, PublishedModels, our_networks
from torch import Tensor

from musivid.nets.clip import ClipShape, build_clip
from musivid.nets.clip_speed import hasten
from musivid.painting.cutouts import CutoutMaker
from musivid.settings.painting import PaintingPreset

SIDE = 128  # pixels of the decoded picture
CLIPS = {
    "clip-vit-b-32": ClipShape(768, 12, 32, 224, 512, 512, 12, 77, 49408),
    "clip-vit-b-16": ClipShape(768, 12, 16, 224, 512, 512, 12, 77, 49408),
    "clip-vit-l-14": ClipShape(1024, 24, 14, 224, 768, 768, 12, 77, 49408),
    "clip-rn50": ClipShape(64, (3, 4, 6, 3), 0, 224, 1024, 512, 12, 77, 49408),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--half", action="store_true", help="in bfloat16; the weights' copies count"
    )
    half = parser.parse_args().half
    for name, figure in (*clips(), *decoder(half), *cutouts()):
        print(f"{name}: {figure}", flush=True)


def clips() -> Iterator[tuple[str, str]]:
    """Weights of each CLIP, and what a cut-out keeps."""
    for name, shape in CLIPS.items():
        model = build_clip(shape).requires_grad_(False)
        hasten(model.visual)
        picture = torch.zeros(4, 3, 224, 224, requires_grad=True, device="meta")
        kept = kept_bytes(functools.partial(model.encode_image, picture), model.parameters())
        weights = sum(parameter.numel() for parameter in model.parameters())
        yield name, f"weights {4 * weights / 1e6:.0f} MB, a cut-out {kept / 4e6:.1f} MB"


def decoder(half: bool) -> Iterator[tuple[str, str]]:
    """What a pixel of the decoder keeps, without and with `painting.save_memory`."""
    painter, _ = our_networks(PublishedModels(), torch.device("cpu"))
    latent = torch.zeros(1, CODE_DIM, SIDE // FACTOR, SIDE // FACTOR, requires_grad=True)
    for saving in (False, True):
        painter.save_memory(saving)
        with torch.autocast("cpu", torch.bfloat16, enabled=half):
            weights = (*painter.parameters(), *painter.buffers())
            kept = kept_bytes(functools.partial(painter.decode, latent), weights)
        yield f"VQGAN, save_memory {saving}", f"{kept / SIDE**2:.0f} bytes a pixel"


def cutouts() -> Iterator[tuple[str, str]]:
    """What a cut-out itself keeps, augments and all."""
    for method in ("latest", "nrupdated"):
        maker = CutoutMaker(PaintingPreset(cutouts=8, cut_method=method), 224)
        picture = torch.rand(1, 3, 256, 256, requires_grad=True)
        kept = kept_bytes(functools.partial(maker, picture, torch.Generator().manual_seed(0)), ())
        yield f"cut-outs {method}", f"{kept / 8e6:.1f} MB each"


def kept_bytes(run: Callable[[], object], weights: Iterable[Tensor]) -> int:
    """Bytes of all that is kept for gradients while something runs, but for the weights."""
    own = {tensor.untyped_storage()._cdata for tensor in weights}
    kept: dict[int, tuple[int, object]] = {}

    def keep(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage._cdata not in own:
            kept[storage._cdata] = storage.nbytes(), storage
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        made = run()  # held until all is counted
    del made
    return sum(count for count, _ in kept.values())


if __name__ == "__main__":
    main()
