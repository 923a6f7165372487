"""Paints the pictures of docs/gallery.md from the shipped weights: `python -m bench.gallery`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PIL import Image

from musivid.nets.pocket import load_pocket_dreamer, load_pocket_painter, load_pocket_perceptor
from musivid.pocket.scenes import render, sample_scene
from musivid.registry import find_model

FOLDER = Path(__file__).parents[1] / "docs" / "gallery"
UNSEEN = 30_000_000
PROMPTS = (
    "a golden sunset over the sea",
    "a dark green forest",
    "the city at night",
    "snow on the hills",
    "fire",
    "pink flowers in a field",
    "the moon over mountains",
    "waves of the ocean",
    "a purple nebula",
    "northern lights",
    "a red heart",
    "lightning in a storm",
    "a blue butterfly",
    "a castle at sunset",
    "people dancing",
    "a guitar",
    "rain in the city",
    "a lighthouse by the sea",
    "autumn leaves",
    "palm trees on a beach",
    "a rainbow",
    "fireworks",
    "a planet with rings",
    "green eyes",
    "a sailing ship",
    "hot-air balloons",
    "a candle in the dark",
    "the road goes on",
    "birds in the sky",
    "an angel",
    "a whale",
    "a black cat",
    "wild horses",
    "a crowd at a concert",
    "neon grid",
    "a spiral",
    "stained glass",
    "a mandala",
    "smoke",
    "we were so in love",
)


def sheet(pictures: np.ndarray, columns: int) -> Image.Image:
    """Lay uint8 pictures [n, h, w, 3] side by side."""
    rows = [np.hstack(pictures[i : i + columns]) for i in range(0, len(pictures), columns)]
    return Image.fromarray(np.vstack([row for row in rows if row.shape == rows[0].shape]))


def to_pictures(tensor: torch.Tensor, side: int) -> np.ndarray:
    """Float [n, 3, h, w] to uint8 [n, side, side, 3]."""
    small = torch.nn.functional.interpolate(tensor.clamp(0, 1), side, mode="area")
    return (small * 255 + 0.5).byte().permute(0, 2, 3, 1).numpy()


@torch.inference_mode()
def main() -> None:
    """Write reconstruction.jpg, prompts.jpg and world.jpg."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    painter = load_pocket_painter(find_model("pocket-painter"))
    dreamer = load_pocket_dreamer(find_model("pocket-dreamer"))
    perceptor = load_pocket_perceptor(find_model("pocket-perceptor"))
    scenes = np.stack([render(sample_scene(UNSEEN + k), 256) for k in range(24)])
    real = torch.from_numpy(scenes).permute(0, 3, 1, 2).float() / 255
    again = painter.decode(painter.quantize(painter.encode(real)))
    pairs = torch.stack([real.view(3, 8, 3, 256, 256), again.view(3, 8, 3, 256, 256)], 1)
    sheet(to_pictures(pairs.flatten(0, 2), 128), 8).save(FOLDER / "reconstruction.jpg", quality=85)
    meaning = perceptor.embed_text(list(PROMPTS))
    latents = dreamer.dream(meaning, list(range(len(PROMPTS))), 32, 32)
    painted = torch.cat([painter.decode(part) for part in latents.split(8)])
    sheet(to_pictures(painted, 128), 8).save(FOLDER / "prompts.jpg", quality=85)
    world = np.stack([render(sample_scene(UNSEEN + 100 + k), 128) for k in range(40)])
    sheet(world, 8).save(FOLDER / "world.jpg", quality=85)


if __name__ == "__main__":
    main()
