"""Training of the pocket perceptor's eyes and words; `train_sound` gives it ears afterwards.

python -m musivid.pocket.train_perceptor --steps 1450
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from musivid.nets.pocket import PocketPerceptor
from musivid.pocket.captions import FAMILY_WORDS, caption, full_caption
from musivid.pocket.dataset import PLAIN, Pictures, cache_folder
from musivid.pocket.training import Average, Loop, pixels, ship
from musivid.pocket.vocabulary import Vocabulary, load_vocabulary, new_words

__all__ = ["contrast", "main", "measure_words"]

DIM, WIDE_PX = 192, 108
UNSEEN, STEPS = 10_000_000, 1450


def contrast(a: Tensor, b: Tensor, scale: Tensor) -> Tensor:
    """Symmetric contrastive loss of two sets of raw embeddings [n, dim] that belong in pairs."""
    logits = (
        F.normalize(a.float(), dim=-1)
        @ F.normalize(b.float(), dim=-1).T
        * scale.exp().clamp(max=60)
    )
    own = torch.arange(len(logits))
    return (F.cross_entropy(logits, own) + F.cross_entropy(logits.T, own)) / 2


class Trainer:
    """One step of training at a time."""

    def __init__(
        self, pictures: Pictures, words: Vocabulary, steps: int, batch: int, seed: int
    ) -> None:
        self.pictures, self.words, self.batch = pictures, words, batch
        self.small = np.stack(
            [cv2.resize(p, (WIDE_PX, WIDE_PX), interpolation=cv2.INTER_AREA) for p in pictures.px]
        )
        self.net = new_perceptor(words)
        self.net.to(memory_format=torch.channels_last)
        self.scale = nn.ParameterDict(
            {"pairs": nn.Parameter(torch.tensor(2.6)), "families": nn.Parameter(torch.tensor(2.3))}
        )
        self.family = {name: row for row, name in enumerate(FAMILY_WORDS)}
        self.centres = nn.ParameterDict(
            {"families": nn.Parameter(torch.randn(len(self.family), DIM), requires_grad=False)}
        )
        learned = [p for n, p in self.net.named_parameters() if not n.startswith("sound.")]
        self.optimiser = torch.optim.AdamW(
            [*learned, *self.scale.parameters()], 1e-3, (0.9, 0.98), weight_decay=0.05
        )
        self.average = Average(self.net)
        self.loop = Loop(
            cache_folder() / f"perceptor-{seed}.pt",
            steps,
            {
                "net": self.net,
                "scale": self.scale,
                "centres": self.centres,
                "optimiser": self.optimiser,
                "average": self.average,
            },
            250,
        )

    def _batch(self, rng: np.random.Generator) -> tuple[Tensor, list[str], Tensor]:
        rows = rng.integers(0, len(self.small), self.batch)
        side, out = self.net.image_px, []
        for row in rows:
            span = int(rng.integers(84, WIDE_PX + 1))
            x, y = rng.integers(0, WIDE_PX - span + 1, 2)
            crop = cv2.resize(self.small[row, y : y + span, x : x + span], (side, side))
            out.append(crop[:, ::-1] if rng.random() < 0.5 else crop)
        images = pixels(np.ascontiguousarray(np.stack(out).transpose(0, 3, 1, 2)))
        noise = torch.from_numpy(
            rng.normal(0, 0.04, (self.batch, 1, 1, 1)).astype(np.float32)
        ).abs()
        images = images + noise * torch.randn_like(images)
        scenes = [self.pictures.scenes[row] for row in rows]
        texts = [full_caption(s, rng) if rng.random() < 0.35 else caption(s, rng) for s in scenes]
        return images, texts, torch.tensor([self.family[s.family] for s in scenes])

    def step(self, step: int, rng: np.random.Generator) -> dict[str, float]:
        """Train on one batch of pictures and one of lyric-like lines; returns the figures."""
        images, texts, families = self._batch(rng)
        picked = rng.integers(0, len(self.words.lines), self.batch)
        lines = [self.words.lines[i] for i in picked]
        wanted = torch.from_numpy(self.words.families[picked])
        with torch.autocast("cpu", torch.bfloat16):
            seen = self.net.image(images)
            said = self.net.text(texts + lines)
        pairs = contrast(seen, said[: self.batch], self.scale["pairs"])
        with torch.no_grad():
            unit = F.normalize(seen.float(), dim=-1)
            self.centres["families"].data.mul_(0.99).index_add_(0, families, unit, alpha=0.05)
        goal = F.normalize(self.centres["families"].detach(), dim=-1)
        near = (
            F.normalize(said[self.batch :].float(), dim=-1) @ goal.T * self.scale["families"].exp()
        )
        meaning = F.kl_div(near.log_softmax(-1), wanted, reduction="batchmean")
        kinds = F.cross_entropy(unit_logits(seen, goal), families)
        rows = torch.from_numpy(rng.integers(0, len(self.net.text.words), 128))
        pieces = self._spell(rows)
        loss = pairs + 0.7 * meaning + 0.3 * kinds + 0.3 * pieces
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        for group in self.optimiser.param_groups:
            group["lr"] = self.loop.rate(1.2e-3)
        self.optimiser.step()
        self.average.update(self.net, step)
        return {
            "pairs": pairs.item(),
            "meaning": meaning.item(),
            "kinds": kinds.item(),
            "pieces": pieces.item(),
        }

    def _spell(self, rows: Tensor) -> Tensor:
        """How far the vectors made of pieces are from the table's, for words that stand in it."""
        words = [self.net.text.words[row] for row in rows]
        return F.mse_loss(self.net.text.spelled(words), self.net.text.vectors(words))

    def finish(self) -> PocketPerceptor:
        """Return the averaged net with the modalities' centres measured."""
        net = new_perceptor(self.words)
        net.load_state_dict(self.average.tensors)
        return centre(net.eval(), self.pictures, self.words)


def unit_logits(seen: Tensor, goal: Tensor) -> Tensor:
    """Scaled cosines [n, families] of pictures to the families' centres."""
    return F.normalize(seen.float(), dim=-1) @ goal.T * 12


def new_perceptor(words: Vocabulary) -> PocketPerceptor:
    """An untrained perceptor with the distilled word table in place."""
    net = PocketPerceptor(DIM, [], word_dim=1)
    net.text = new_words(DIM, words)
    return net


@torch.inference_mode()
def centre(net: PocketPerceptor, pictures: Pictures, words: Vocabulary) -> PocketPerceptor:
    """Measure the mean direction of pictures and of captions, which embed_* then take off."""
    rng = np.random.default_rng(11)
    rows = rng.integers(0, len(pictures.px), 1024)
    images = pixels(pictures.batch(rows, net.image_px))
    texts = [caption(pictures.scenes[row], rng) for row in rows]
    for name, raw in (
        ("image", torch.cat([net.image(part) for part in images.split(128)])),
        ("text", net.text(texts)),
    ):
        getattr(net, f"centre_{name}").copy_(F.normalize(raw.float(), dim=-1).mean(0))
    return net


@torch.inference_mode()
def measure(net: PocketPerceptor, unseen: Pictures) -> dict[str, float]:
    """Recall of pictures by their full captions among 100, and of families by their words."""
    rng, hits = np.random.default_rng(5), []
    images = torch.cat(
        [
            net.embed_image(pixels(unseen.batch(part, net.image_px)))
            for part in np.array_split(np.arange(500), 8)
        ]
    )
    texts = net.embed_text([full_caption(scene, rng) for scene in unseen.scenes[:500]])
    for k in range(5):
        part = slice(100 * k, 100 * k + 100)
        hits.append((texts[part] @ images[part].T).argmax(1) == torch.arange(100))
    return {"text_recall_at_1": round(float(torch.cat(hits).float().mean()), 3)}


@torch.inference_mode()
def measure_words(net: PocketPerceptor, unseen: Pictures, words: Vocabulary) -> dict[str, float]:
    """How often the teacher's first family is among the tower's first three, for everyday words."""
    images = torch.cat(
        [
            net.embed_image(pixels(unseen.batch(part, net.image_px)))
            for part in np.array_split(np.arange(len(unseen.px)), 8)
        ]
    )
    names = list(FAMILY_WORDS)
    goal = torch.stack(
        [
            F.normalize(
                images[[i for i, s in enumerate(unseen.scenes) if s.family == n]].sum(0), dim=0
            )
            for n in names
        ]
    )
    top = (net.embed_text(words.words[500:3500]) @ goal.T).topk(3).indices
    first = torch.from_numpy(words.families[500:3500]).argmax(1)
    return {
        "words_like_teacher_top_3": round(float((top == first[:, None]).any(1).float().mean()), 3)
    }


def main(argv: list[str] | None = None) -> None:
    """Train, or go on training, and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--batch", type=int, default=96)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--count", type=int, default=PLAIN, help="pictures to learn from")
    parser.add_argument("--first", type=int, default=0, help="seed of the first picture")
    parser.add_argument("--out", type=Path, default=Path("models/pocket/perceptor.safetensors"))
    args = parser.parse_args(argv)
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    words = load_vocabulary()
    pictures = Pictures(args.count, args.first)
    trainer = Trainer(pictures, words, args.steps, args.batch, args.seed)
    trainer.loop.run(trainer.step, 50)
    net, unseen = trainer.finish(), Pictures(512, UNSEEN)
    figures = measure(net, unseen) | measure_words(net, unseen, words)
    print(json.dumps(figures))
    settings = {
        "dim": DIM,
        "words": words.words,
        "others": net.text.others,
        "word_dim": words.table.shape[1],
    }
    ship(
        net,
        args.out,
        settings,
        steps=args.steps,
        batch=args.batch,
        seed=args.seed,
        hours=round(trainer.loop.spent_s / 3600, 2),
        figures=figures,
    )


if __name__ == "__main__":
    main()
