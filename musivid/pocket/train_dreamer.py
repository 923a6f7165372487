"""Training of the pocket dreamer: from the perceptor's embeddings to the painter's latents.

python -m musivid.pocket.train_dreamer --steps 6250
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import Tensor

from musivid.nets.pocket import (
    PocketDreamer,
    load_pocket_painter,
    load_pocket_perceptor,
)
from musivid.pocket.captions import caption, full_caption
from musivid.pocket.dataset import PLAIN, Pictures, cache_folder, training_pictures
from musivid.pocket.scenes import Scene
from musivid.pocket.training import Average, Loop, pixels, ship

__all__ = ["STEPS", "choose_scenes", "main"]

STEPS = 6250

SETTINGS: dict[str, object] = {
    "channels": 16,
    "dim": 192,
    "width": 256,
    "depth": 4,
    "heads": 4,
    "fine": 128,
}

KEPT, KEPT_MIXED = 2300, 1300  # what is remembered; each scene takes 1.7 kB


@torch.inference_mode()
def encode_all(
    pictures: Pictures, painter: torch.nn.Module, perceptor: torch.nn.Module
) -> tuple[Tensor, Tensor]:
    """Latents half [n, 16, 32, 32] of pictures, and their embeddings [n, 192]."""
    count = len(pictures.px)
    latents = torch.empty(count, 16, 32, 32, dtype=torch.float16)
    meanings = torch.empty(count, 192)
    for rows in np.array_split(np.arange(count), count // 32):
        images = pixels(pictures.batch(rows, 256))
        with torch.autocast("cpu", torch.bfloat16):
            latents[rows] = painter.encode(images).half()
            small = F.interpolate(images, perceptor.image_px, mode="area")
            meanings[rows] = perceptor.embed_image(small).float()
    return latents, meanings


def load_latents(
    pictures: Pictures, folder: Path, perceptor: torch.nn.Module
) -> tuple[Tensor, Tensor]:
    """What `encode_all` gives for training pictures, made once a painter."""
    path = cache_folder() / f"latents-{pictures.name}.safetensors"
    if not path.exists():
        painter = load_pocket_painter(folder / "painter.safetensors")
        painter = painter.to(memory_format=torch.channels_last)
        latents, meanings = encode_all(pictures, painter, perceptor)
        save_file({"latents": latents, "meanings": meanings}, path)
    tensors = load_file(path)
    return tensors["latents"], tensors["meanings"]


def choose_scenes(scenes: list[Scene], count: int) -> list[int]:
    """Rows of `count` scenes, ascending: subjects in turn, three plain ones for each styled one."""
    waiting: dict[tuple[str, ...], tuple[list[int], list[int]]] = {}
    for row, scene in enumerate(scenes):
        subject = (scene.family, scene.union, scene.extra if scene.union else "")
        waiting.setdefault(subject, ([], []))[scene.style == "plain"].append(row)
    chosen: list[int] = []
    for turn in range(len(scenes)):
        for rows in (both[turn % 4 < 3] for both in waiting.values()):
            if rows and len(chosen) < count:
                chosen.append(rows.pop(0))
    return sorted(chosen)


class Trainer:
    """One step of training at a time."""

    def __init__(self, folder: Path, steps: int, batch: int, count: int) -> None:
        self.perceptor = load_pocket_perceptor(folder / "perceptor.safetensors")
        albums = training_pictures(count)
        parts = [load_latents(album, folder, self.perceptor) for album in albums]
        self.latents, self.meanings = (torch.cat(part) for part in zip(*parts, strict=True))
        self.plain = len(albums[0].scenes)
        self.scenes, self.batch = [scene for album in albums for scene in album.scenes], batch
        self.net = PocketDreamer(**SETTINGS)  # type: ignore[arg-type]
        self.optimiser = torch.optim.AdamW(
            self.net.parameters(), 1e-3, (0.9, 0.98), weight_decay=0.01
        )
        self.average = Average(self.net, 0.999)
        self.loop = Loop(
            cache_folder() / "dreamer.pt",
            steps,
            {"net": self.net, "optimiser": self.optimiser, "average": self.average},
            250,
        )

    def _conditions(self, rows: np.ndarray, rng: np.random.Generator) -> Tensor:
        """What the pictures mean: by their looks, by their captions, by both, or by nothing."""
        looks = self.meanings[rows]
        texts = [
            full_caption(self.scenes[r], rng)
            if rng.random() < 0.5
            else caption(self.scenes[r], rng)
            for r in rows
        ]
        with torch.inference_mode():
            words = self.perceptor.embed_text(texts)
        share = torch.from_numpy(
            rng.choice([0.0, 1.0, 0.5], len(rows), p=[0.25, 0.5, 0.25]).astype(np.float32)
        )
        mixed = looks + (words.clone() - looks) * share[:, None]
        noise = torch.from_numpy(rng.normal(0, 0.015, mixed.shape).astype(np.float32))
        mixed = F.normalize(mixed + noise, dim=-1)
        free = torch.from_numpy(rng.random(len(rows)) < 0.1)
        return torch.where(free[:, None], self.net.nothing, mixed)

    def step(self, step: int, rng: np.random.Generator) -> dict[str, float]:
        """Train on one batch; returns the figures."""
        rows = rng.integers(0, len(self.latents), self.batch)
        latents = self.latents[rows].float()
        latents = self._shape(latents, rng)
        noise = torch.from_numpy(rng.standard_normal(latents.shape, np.float32))
        # Times in the middle are the hard ones (logit-normal, Esser et al. 2024, arXiv 2403.03206).
        t = torch.from_numpy(rng.normal(0, 1, self.batch).astype(np.float32)).sigmoid()
        x = noise + (latents - noise) * t[:, None, None, None]
        conditions = self._conditions(rows, rng)
        with torch.autocast("cpu", torch.bfloat16):
            guess = self.net.velocity(x, t, conditions)
        loss = F.mse_loss(guess.float(), latents - noise)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        for group in self.optimiser.param_groups:
            group["lr"] = self.loop.rate(1.2e-3)
        self.optimiser.step()
        self.average.update(self.net, step)
        return {"loss": loss.item()}

    def finish(self, folder: Path) -> PocketDreamer:
        """Return the averaged net with its memories: as many scenes of each family, most plain."""
        painter = load_pocket_painter(folder / "painter.safetensors")
        rows = choose_scenes(self.scenes[: self.plain], KEPT)
        mixed = choose_scenes(self.scenes[self.plain :], KEPT_MIXED)
        rows += [self.plain + row for row in mixed]
        net = PocketDreamer(**SETTINGS, memories=len(rows))  # type: ignore[arg-type]
        net.load_state_dict(self.average.tensors, strict=False)
        net.memory.codebook.copy_(painter.codebook)
        net.memory.meanings.copy_(self.meanings[rows])
        for row, scene in enumerate(rows):
            net.memory.remember(row, painter.indices(self.latents[scene][None].float())[0])
        return net.eval()

    @staticmethod
    def _shape(latents: Tensor, rng: np.random.Generator) -> Tensor:
        """Some batches are wide or tall, so that other shapes of picture are not strange."""
        lot = rng.random()
        if lot < 0.3:
            return latents[:, :, int(rng.integers(4, 9)) :][:, :, :20]
        return latents[..., int(rng.integers(0, 13)) :][..., :20] if lot < 0.36 else latents


def main(argv: list[str] | None = None) -> None:
    """Train, or go on training, and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--count", type=int, default=PLAIN, help="pictures of one family")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=Path("models/pocket"))
    args = parser.parse_args(argv)
    torch.set_num_threads(args.threads)
    torch.manual_seed(7)
    trainer = Trainer(args.folder, args.steps, args.batch, args.count)
    trainer.loop.run(trainer.step)
    net = trainer.finish(args.folder)
    ship(
        net,
        args.folder / "dreamer.safetensors",
        SETTINGS | {"memories": len(net.memory.meanings)},
        small=True,
        steps=args.steps,
        batch=args.batch,
        seed=7,
        data=f"latents of {len(trainer.scenes):,} procedural scenes, mixed ones among them",
        hours=round(trainer.loop.spent_s / 3600, 2),
        licence="MIT; nothing but this project's own pictures",
    )


if __name__ == "__main__":
    main()
