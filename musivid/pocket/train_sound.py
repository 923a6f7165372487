"""Training of the pocket perceptor's ears: our own composer's songs and the sights they call up.

python -m musivid.pocket.train_sound --steps 1200
"""

from __future__ import annotations

import argparse
import json
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from safetensors import safe_open
from torch import Tensor, nn

from musivid.nets.pocket import PocketPerceptor, load_pocket_perceptor
from musivid.pocket.dataset import cache_folder
from musivid.pocket.scenes import render
from musivid.pocket.sights import sight_of
from musivid.pocket.songs import snippet
from musivid.pocket.train_perceptor import contrast
from musivid.pocket.training import Average, Loop, pixels, ship

__all__ = ["main"]

SECONDS, RATE_HZ, UNSEEN = 5.0, 16000, 20_000_000
_SIGHTS = 4  # pictures drawn for each snippet
_SHARD = 400


def _make(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """One snippet as float16 samples, and pictures uint8 [4, 96, 96, 3] that go with it."""
    cv2.setNumThreads(1)
    sound, facts = snippet(seed, SECONDS, RATE_HZ)
    sights = [render(sight_of(facts, seed * _SIGHTS + k), 96) for k in range(_SIGHTS)]
    return sound.astype(np.float16), np.stack(sights)


def load_pairs(count: int, first: int = 0, workers: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """Snippets float16 [count, 80000] and their sights uint8 [count, 4, 96, 96, 3].

    Made once, `_SHARD` at a time, so that more can be added; `count` is a multiple of that.
    """
    shards = [_load_shard(start, workers) for start in range(first, first + count, _SHARD)]
    return np.concatenate([s[0] for s in shards]), np.concatenate([s[1] for s in shards])


def _load_shard(first: int, workers: int) -> tuple[np.ndarray, np.ndarray]:
    path = cache_folder() / f"pairs-{first}.npz"
    if not path.exists():
        with ProcessPoolExecutor(workers) as pool:
            made = list(pool.map(_make, range(first, first + _SHARD), chunksize=20))
        np.savez(path, sounds=np.stack([m[0] for m in made]), sights=np.stack([m[1] for m in made]))
    with np.load(path) as data:
        return data["sounds"], data["sights"]


class Trainer:
    """One step of training at a time; eyes and words stay as they are."""

    def __init__(self, net: PocketPerceptor, count: int, steps: int, batch: int) -> None:
        self.net, self.batch = net, batch
        self.sounds, sights = load_pairs(count)
        self.seen = see(net, sights)
        self.ears = net.sound.requires_grad_(True).train().to(memory_format=torch.channels_last)
        self.scale = nn.ParameterDict({"pairs": nn.Parameter(torch.tensor(2.3))})
        self.optimiser = torch.optim.AdamW(
            [*self.ears.parameters(), *self.scale.parameters()],
            1e-3,
            (0.9, 0.98),
            weight_decay=0.05,
        )
        self.average = Average(self.ears)
        self.loop = Loop(
            cache_folder() / "sound.pt",
            steps,
            {
                "ears": self.ears,
                "scale": self.scale,
                "optimiser": self.optimiser,
                "average": self.average,
            },
            250,
        )

    def step(self, step: int, rng: np.random.Generator) -> dict[str, float]:
        """Train on one batch; returns the figures."""
        rows = rng.integers(0, len(self.sounds), self.batch)
        clips = torch.from_numpy(self.sounds[rows].astype(np.float32))
        clips = clips * torch.from_numpy(
            10 ** rng.uniform(-0.5, 0.25, (len(rows), 1)).astype(np.float32)
        )
        clips = torch.roll(clips, int(rng.integers(0, clips.shape[1])), 1).clamp(-1, 1)
        goal = self.seen[rows, rng.integers(0, _SIGHTS, len(rows))]
        with torch.autocast("cpu", torch.bfloat16):
            heard = self.ears(clips)
        loss = contrast(heard, goal, self.scale["pairs"])
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.ears.parameters(), 1.0)
        for group in self.optimiser.param_groups:
            group["lr"] = self.loop.rate(1e-3, 100)
        self.optimiser.step()
        self.average.update(self.ears, step)
        return {"pairs": loss.item()}


@torch.inference_mode()
def see(net: PocketPerceptor, sights: np.ndarray) -> Tensor:
    """Embeddings [n, 4, dim] of the sights of each snippet."""
    out = [
        net.embed_image(
            pixels(np.ascontiguousarray(part.reshape(-1, 96, 96, 3).transpose(0, 3, 1, 2)))
        )
        for part in np.array_split(sights, max(1, len(sights) // 32))
    ]
    return torch.cat(out).view(len(sights), _SIGHTS, -1).clone()


@torch.inference_mode()
def measure(net: PocketPerceptor) -> dict[str, float]:
    """Recall of the mean sight of each of 100 unseen snippets by its sound."""
    sounds, sights = load_pairs(400, UNSEEN)
    seen = F.normalize(see(net, sights).mean(1), dim=-1)
    heard = torch.cat(
        [
            net.embed_audio(torch.from_numpy(part.astype(np.float32)))
            for part in np.array_split(sounds, 8)
        ]
    )
    ranks = []
    for k in range(4):
        scores = heard[100 * k : 100 * k + 100] @ seen[100 * k : 100 * k + 100].T
        ranks.append((scores > scores.diagonal()[:, None]).sum(1))
    rank = torch.cat(ranks)
    return {f"sound_recall_at_{k}": round(float((rank < k).float().mean()), 3) for k in (1, 10)}


def main(argv: list[str] | None = None) -> None:
    """Train, or go on training, and write the whole perceptor again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=1200)
    parser.add_argument("--batch", type=int, default=96)
    parser.add_argument("--count", type=int, default=3600)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--file", type=Path, default=Path("models/pocket/perceptor.safetensors"))
    args = parser.parse_args(argv)
    torch.set_num_threads(args.threads)
    torch.manual_seed(7)
    net = load_pocket_perceptor(args.file)
    with safe_open(args.file, "pt") as file:
        card, settings = (
            json.loads(file.metadata()["card"]),
            json.loads(file.metadata()["settings"]),
        )
    trainer = Trainer(net, args.count, args.steps, args.batch)
    trainer.loop.run(trainer.step, 50)
    net.sound.load_state_dict(trainer.average.tensors)
    net.eval().requires_grad_(False)
    with torch.inference_mode():
        heard = torch.cat(
            [
                net.sound(torch.from_numpy(s.astype(np.float32)))
                for s in np.array_split(trainer.sounds[:512], 8)
            ]
        )
    net.centre_sound.copy_(F.normalize(heard.clone(), dim=-1).mean(0))
    card["figures"] |= measure(net)
    print(json.dumps(card["figures"]))
    ship(
        net, args.file, settings, **card | {"sound_steps": args.steps, "sound_snippets": args.count}
    )


if __name__ == "__main__":
    main()
