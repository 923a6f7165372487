"""Training of the pocket perceptor's words: captions to pictures, lyrics to families; eyes stay.

python -m musivid.pocket.train_words --steps 800
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
from musivid.pocket.captions import FAMILY_WORDS, caption, full_caption
from musivid.pocket.dataset import PLAIN, Pictures, cache_folder, training_pictures
from musivid.pocket.train_perceptor import UNSEEN, contrast, measure, measure_words
from musivid.pocket.training import Average, Loop, pixels, ship
from musivid.pocket.vocabulary import Vocabulary, load_vocabulary, new_words

__all__ = ["STEPS", "centres_of", "main", "see_all"]

STEPS = 800


@torch.inference_mode()
def see_all(net: PocketPerceptor, pictures: Pictures) -> Tensor:
    """Embeddings [n, dim] of all pictures."""
    out = []
    for rows in np.array_split(np.arange(len(pictures.px)), max(1, len(pictures.px) // 64)):
        with torch.autocast("cpu", torch.bfloat16):
            out.append(net.embed_image(pixels(pictures.batch(rows, net.image_px))).float())
    return torch.cat(out).clone()


def _seen(net: PocketPerceptor, pictures: Pictures) -> Tensor:
    """What `see_all` gives, made once."""
    path = cache_folder() / f"seen-{pictures.name}.pt"
    if not path.exists():
        torch.save(see_all(net, pictures), path)
    return torch.as_tensor(torch.load(path, weights_only=True))


def centres_of(seen: Tensor, pictures: Pictures) -> Tensor:
    """Mean directions [families, dim] of what is seen in each family's pictures."""
    names = [scene.family for scene in pictures.scenes]
    rows = [[i for i, name in enumerate(names) if name == family] for family in FAMILY_WORDS]
    return torch.stack([F.normalize(seen[mine].mean(0), dim=0) for mine in rows])


class Trainer:
    """One step of training at a time; eyes stay as they are."""

    def __init__(
        self, net: PocketPerceptor, words: Vocabulary, steps: int, batch: int, count: int
    ) -> None:
        self.words, self.batch = words, batch
        albums = training_pictures(count)
        seen = [_seen(net, album) for album in albums]
        self.centres = centres_of(seen[0], albums[0])
        self.seen = torch.cat(seen)
        self.scenes = [scene for album in albums for scene in album.scenes]
        self.net = new_words(net.dim, words)
        self.scale = nn.ParameterDict(
            {"pairs": nn.Parameter(torch.tensor(2.6)), "families": nn.Parameter(torch.tensor(2.3))}
        )
        self.optimiser = torch.optim.AdamW(
            [*self.net.parameters(), *self.scale.parameters()], 1e-3, (0.9, 0.98), weight_decay=0.05
        )
        self.average = Average(self.net)
        self.loop = Loop(
            cache_folder() / "words.pt",
            steps,
            {
                "net": self.net,
                "scale": self.scale,
                "optimiser": self.optimiser,
                "average": self.average,
            },
            250,
        )

    def step(self, step: int, rng: np.random.Generator) -> dict[str, float]:
        """Train on one batch of captions and one of lyric-like lines; returns the figures."""
        rows = rng.integers(0, len(self.seen), self.batch)
        scenes = [self.scenes[row] for row in rows]
        texts = [full_caption(s, rng) if rng.random() < 0.35 else caption(s, rng) for s in scenes]
        # Every second line is a single word: the words are a quarter of all lines.
        count = len(self.words.words)
        picked = rng.integers(0, len(self.words.lines), self.batch)
        half = self.batch // 2
        picked[:half] = (count * rng.random(half) ** 1.3).astype(int)
        wanted = torch.from_numpy(self.words.families[picked])
        with torch.autocast("cpu", torch.bfloat16):
            said = self.net(texts + [self.words.lines[i] for i in picked]).float()
        pairs = contrast(self.seen[rows], said[: self.batch], self.scale["pairs"])
        near = F.normalize(said[self.batch :], dim=-1) @ self.centres.T
        near = near * self.scale["families"].exp().clamp(max=40)
        meaning = F.kl_div(near.log_softmax(-1), wanted, reduction="batchmean")
        spelled = [self.net.words[i] for i in rng.integers(0, count, 256)]
        pieces = F.mse_loss(self.net.spelled(spelled), self.net.vectors(spelled))
        self.optimiser.zero_grad(set_to_none=True)
        (pairs + meaning + 0.3 * pieces).backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        for group in self.optimiser.param_groups:
            group["lr"] = self.loop.rate(1.5e-3)
        self.optimiser.step()
        self.average.update(self.net, step)
        return {"pairs": pairs.item(), "meaning": meaning.item(), "pieces": pieces.item()}


def main(argv: list[str] | None = None) -> None:
    """Train, or go on training, and write the whole perceptor again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--batch", type=int, default=192)
    parser.add_argument("--count", type=int, default=PLAIN, help="pictures of one family")
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
    words = load_vocabulary()
    trainer = Trainer(net, words, args.steps, args.batch, args.count)
    trainer.loop.run(trainer.step, 50)
    net.text = new_words(net.dim, words)
    net.text.load_state_dict(trainer.average.tensors)
    net.centre_text.zero_()  # what is said is pulled to centred pictures, so it is centred too
    net.eval().requires_grad_(False)
    unseen, mixed = Pictures(512, UNSEEN), Pictures(512, UNSEEN, mixed=True)
    card["figures"] |= measure(net, unseen) | measure_words(net, unseen, words)
    card["figures"]["mixed_recall_at_1"] = measure(net, mixed)["text_recall_at_1"]
    print(json.dumps(card["figures"]))
    settings |= {"words": words.words, "others": net.text.others, "word_dim": words.table.shape[1]}
    ship(
        net,
        args.file,
        settings,
        small=True,
        **card | {"word_steps": args.steps, "word_batch": args.batch},
    )


if __name__ == "__main__":
    main()
