"""Training of the pocket perceptor's ears: our own composer's songs and the sights they call up.

python -m musivid.pocket.train_sound --steps 850
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors import safe_open
from torch import Tensor, nn

from musivid.nets.pocket import PocketPerceptor, load_pocket_perceptor
from musivid.nets.pocket.ears import Ears
from musivid.pocket.dataset import cache_folder
from musivid.pocket.hearing import INSTRUMENTS, NUMBERS, Lessons, load_lessons
from musivid.pocket.scenes import FAMILIES
from musivid.pocket.songs import GENRES
from musivid.pocket.train_perceptor import contrast
from musivid.pocket.training import Average, Loop, ship

__all__ = ["main", "measure_ears"]

UNSEEN, STEPS, COUNT = 20_000_000, 850, 20_000
# Side questions, asked while training only: what is asked, and how many answers there are.
_ASKED = {
    "genre": len(GENRES),
    "family": len(FAMILIES),
    "glad": 2,
    "numbers": len(NUMBERS) + 1,
    "band": len(INSTRUMENTS),
}


class Trainer:
    """One step of training at a time; eyes and words stay as they are."""

    def __init__(self, net: PocketPerceptor, count: int, steps: int, batch: int) -> None:
        self.net, self.batch = net, batch
        self.lessons = load_lessons(net, count)
        self.answers = self.lessons.answers()
        self.genres = [
            np.flatnonzero(self.answers["genre"].numpy() == g) for g in range(len(GENRES))
        ]
        self.ears = net.sound.requires_grad_(True).train().to(memory_format=torch.channels_last)
        self.asked = nn.ModuleDict({k: nn.Linear(self.ears.wide, n) for k, n in _ASKED.items()})
        self.scale = nn.ParameterDict({"pairs": nn.Parameter(torch.tensor(2.3))})
        self.optimiser = torch.optim.AdamW(
            [*self.ears.parameters(), *self.asked.parameters(), *self.scale.parameters()],
            1e-3,
            (0.9, 0.98),
            weight_decay=0.05,
        )
        self.average = Average(self.ears)
        self.loop = Loop(
            cache_folder() / "ears.pt",
            steps,
            {
                "ears": self.ears,
                "asked": self.asked,
                "scale": self.scale,
                "optimiser": self.optimiser,
                "average": self.average,
            },
            250,
        )

    def step(self, step: int, rng: np.random.Generator) -> dict[str, float]:
        """Train on one batch; returns the figures."""
        rows = self._rows(rng)
        mels = disturb(self.lessons.mels[rows].float(), rng)
        goal = self.lessons.sights[rows]
        with torch.autocast("cpu", torch.bfloat16):
            features = self.ears.features(mels)
            heard = self.ears.head(features)
            said = {name: ask(F.layer_norm(features, (self.ears.wide,))).float()
                    for name, ask in self.asked.items()}  # fmt: skip
        pairs = contrast(heard, goal, self.scale["pairs"])
        wrong = self._wrong(said, rows)
        self.optimiser.zero_grad(set_to_none=True)
        (pairs + 0.3 * sum(wrong.values())).backward()
        nn.utils.clip_grad_norm_(self.ears.parameters(), 1.0)
        for group in self.optimiser.param_groups:
            group["lr"] = self.loop.rate(1.5e-3, 150)
        self.optimiser.step()
        self.average.update(self.ears, step)
        return {"pairs": pairs.item()} | {name: value.item() for name, value in wrong.items()}

    def _rows(self, rng: np.random.Generator) -> np.ndarray:
        """Rows of a batch; every second one has five genres only, which are harder to tell."""
        if rng.random() < 0.5:
            return rng.integers(0, len(self.lessons.facts), self.batch)
        few = np.concatenate([self.genres[g] for g in rng.choice(len(self.genres), 5, False)])
        return rng.choice(few, self.batch, len(few) < self.batch)

    def _wrong(self, said: dict[str, Tensor], rows: np.ndarray) -> dict[str, Tensor]:
        """How far each side question's answer is from the truth."""
        true = {name: answer[rows] for name, answer in self.answers.items()}
        kinds = {k: F.cross_entropy(said[k], true[k]) for k in ("genre", "family", "glad")}
        return kinds | {
            "numbers": 10 * F.mse_loss(said["numbers"], true["numbers"]),
            "band": F.binary_cross_entropy_with_logits(said["band"], true["band"]),
        }


def disturb(mels: Tensor, rng: np.random.Generator) -> Tensor:
    """Log-mels [n, mels, frames] as another recording might have them."""
    n, bands, frames = mels.shape
    mels = torch.roll(mels, int(rng.integers(frames)), 2)[..., : int(rng.integers(140, frames + 1))]
    level = rng.normal(0, 0.03, (n, 1, 1)) + rng.normal(0, 0.03, (n, 1, 1)) * np.linspace(
        -1.7, 1.7, bands
    ).reshape(1, -1, 1)
    floor = rng.uniform(-1.3, -0.75, (n, 1, 1)) + rng.normal(0, 0.03, (n, bands, 1))
    mels = torch.maximum(mels + torch.from_numpy(level).float(), torch.from_numpy(floor).float())
    for row in np.flatnonzero(rng.random(n) < 0.5):
        band, frame = int(rng.integers(bands - 8)), int(rng.integers(mels.shape[2] - 20))
        mels[row, band : band + int(rng.integers(1, 9))] = -0.9
        mels[row, :, frame : frame + int(rng.integers(1, 20))] = -0.9
    return mels


@torch.inference_mode()
def measure_ears(net: PocketPerceptor, lessons: Lessons) -> dict[str, float]:
    """Recall of one sight of each of 100 unseen snippets by its sound, mean of whole hundreds."""
    heard = hear(net, lessons.mels)
    ranks = []
    for start in range(0, len(heard), 100):
        part = slice(start, start + 100)
        scores = heard[part] @ lessons.sights[part].T
        ranks.append((scores > scores.diagonal()[:, None]).sum(1))
    rank = torch.cat(ranks)
    return {f"sound_recall_at_{k}": round(float((rank < k).float().mean()), 3) for k in (1, 10)}


@torch.inference_mode()
def hear(net: PocketPerceptor, mels: Tensor) -> Tensor:
    """Embeddings [n, dim] of log-mels, as `embed_audio` gives them for their clips."""
    raw = [net.sound.head(net.sound.features(part.float())) for part in mels.split(64)]
    return F.normalize(F.normalize(torch.cat(raw), dim=-1) - net.centre_sound, dim=-1)


def main(argv: list[str] | None = None) -> None:
    """Train, or go on training, and write the whole perceptor again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--batch", type=int, default=160)
    parser.add_argument("--count", type=int, default=COUNT)
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
    net.sound = Ears(net.dim)
    net.centre_sound.zero_()  # what is heard is pulled to centred sights, so it is centred too
    trainer = Trainer(net, args.count, args.steps, args.batch)
    trainer.loop.run(trainer.step, 50)
    net.sound.load_state_dict(trainer.average.tensors)
    net.eval().requires_grad_(False)
    card["figures"] |= measure_ears(net, load_lessons(net, 400, UNSEEN))
    print(json.dumps(card["figures"]))
    card |= {"sound_steps": args.steps, "sound_batch": args.batch, "sound_snippets": args.count}
    ship(net, args.file, settings, **card)


if __name__ == "__main__":
    main()
