"""Paints the pictures of docs/gallery.md from the shipped weights: `python -m bench.gallery`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
import yaml
from PIL import Image

from musivid.media.frames import read_frames
from musivid.media.lyrics.reading import read_cues
from musivid.nets.pocket import load_pocket_dreamer, load_pocket_painter, load_pocket_perceptor
from musivid.pocket.scenes import mixed_scene, render, sample_scene
from musivid.weights.names import find_file

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "gallery"
SONG, LYRICS = ROOT / "examples" / "song.mp3", ROOT / "examples" / "lyrics.lrc"
STYLES = ("ink", "neon", "watercolour", "oil", "mosaic", "paper", "lowpoly", "starlight")
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


def film(folder: Path, name: str, *options: str) -> list[np.ndarray]:
    """The frames uint8 [256, 256, 3] of the example song's video, made with the given options."""
    path = folder / f"{name}.mp4"
    command = [
        sys.executable,
        "-m",
        "musivid",
        "video",
        str(SONG),
        "--preset",
        "dream",
        "--size",
        "256x256",
        "-q",
    ]
    subprocess.run([*command, "-o", str(path), "--force", *options], check=True)
    return [frame for _, frame in read_frames(path)]


def styles_sheet(folder: Path) -> Image.Image:
    """Eight looks of the same fourteen seconds, a row for each, five moments a row."""
    cut = ("--lyrics", str(LYRICS), "--from", "0:22", "--to", "0:36", "--fps", "8")
    rows = []
    for style in STYLES:
        frames = film(folder, style, "--style", style, *cut)
        rows += [shrink(frames[int(share * len(frames))]) for share in (0.1, 0.35, 0.5, 0.75, 0.97)]
    return sheet(np.stack(rows), 5)


def lyrics_sheet(folder: Path) -> Image.Image:
    """One frame of each line of the example's lyric video."""
    frames = film(folder, "lyrics", "--lyrics", str(LYRICS), "--burn-lyrics", "--fps", "8")
    rows = [int(8 * (cue.start_s + 1.6)) for cue in read_cues(LYRICS).cues if cue.text]
    return sheet(np.stack([frames[row] for row in rows]), 5)


def shrink(frame: np.ndarray) -> np.ndarray:
    """A frame at half its size."""
    return np.asarray(Image.fromarray(frame).reduce(2))


@torch.inference_mode()
def main() -> None:
    """Write reconstruction, prompts, mixed, world, styles and lyrics .jpg."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    painter = load_pocket_painter(find_file("pocket-painter"))
    dreamer = load_pocket_dreamer(find_file("pocket-dreamer"))
    perceptor = load_pocket_perceptor(find_file("pocket-perceptor"))
    shown = np.stack([render(sample_scene(UNSEEN + k), 256) for k in range(24)])
    real = torch.from_numpy(shown).permute(0, 3, 1, 2).float() / 255
    again = painter.decode(painter.quantize(painter.encode(real)))
    pairs = torch.stack([real.view(3, 8, 3, 256, 256), again.view(3, 8, 3, 256, 256)], 1)
    save("reconstruction", sheet(to_pictures(pairs.flatten(0, 2), 128), 8))
    for name, prompts in (("prompts", list(PROMPTS)), ("mixed", mixed_prompts())):
        latents = dreamer.dream(perceptor.embed_text(prompts), list(range(len(prompts))), 32, 32)
        painted = torch.cat([painter.decode(part) for part in latents.split(8)])
        save(name, sheet(to_pictures(painted, 128), 8))
    scenes = [sample_scene(UNSEEN + 100 + k) for k in range(24)]
    scenes += [mixed_scene(UNSEEN + k) for k in range(16)]
    world = np.stack([render(scene, 128) for scene in scenes])
    save("world", sheet(world, 8))
    with TemporaryDirectory() as folder:
        save("styles", styles_sheet(Path(folder)))
        save("lyrics", lyrics_sheet(Path(folder)))


def mixed_prompts() -> list[str]:
    """Prompts of two families each, in whole rows of the sheet."""
    prompts = yaml.safe_load((ROOT / "bench" / "data" / "mixed_prompts.yaml").read_text("utf-8"))
    return list(prompts)[: len(prompts) // 8 * 8]


def save(name: str, picture: Image.Image) -> None:
    """Write a sheet for the docs."""
    picture.save(FOLDER / f"{name}.jpg", quality=75)


if __name__ == "__main__":
    main()
