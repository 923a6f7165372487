"""Training of the pocket tagger: log-mel pictures of our own composer's songs, and their facts.

python -m musivid.pocket.train_tagger --clips 8000 --epochs 14
"""

from __future__ import annotations

import argparse
import json
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from musivid.nets.captioning.tagger import GENRES, INSTRUMENTS, Tagger
from musivid.pocket.dataset import cache_folder
from musivid.pocket.songs import draw_facts, snippet
from musivid.pocket.training import ship

__all__ = ["family_of", "labels_of", "main"]

SECONDS, UNSEEN = 10.0, 30_000_000
_SHARD = 400
CLIPS, EPOCHS = 3600, 9
_CROP = 224  # frames seen in training, about 5 s
_LOWEST_DB = -90.0  # a picture is kept in bytes: decibels over this, twice
# Everyday names (score/instruments.py) that a listener would call by the name of the family.
_FAMILIES = {
    "drums": "drums, toms, taiko, synth drum",
    "bass guitar": "bass guitar, fretless bass, slap bass",
    "synth bass": "synth bass",
    "double bass": "double bass",
    "piano": "piano, bright piano, electric grand piano, honky-tonk piano",
    "electric piano": "electric piano, clavinet",
    "organ": "organ, rock organ, church organ, reed organ",
    "accordion": "accordion, harmonica",
    "acoustic guitar": "nylon guitar, acoustic guitar, banjo",
    "electric guitar": "electric guitar, jazz guitar, muted guitar",
    "distorted guitar": "overdriven guitar, distorted guitar",
    "strings": "strings, synth strings, tremolo strings",
    "solo strings": "violin, viola, cello, fiddle",
    "choir": "choir",
    "brass": "trumpet, trombone, tuba, muted trumpet, french horn, brass, synth brass",
    "saxophone": "saxophone",
    "flute": "flute, piccolo, recorder, pan flute, shakuhachi, whistle, bottle, ocarina",
    "reeds": "oboe, english horn, bassoon, clarinet",
    "synth lead": "synth lead",
    "synth pad": "synth pad",
    "mallets": "vibraphone, marimba, celesta, glockenspiel, music box, xylophone, tubular bells, "
    "bells, dulcimer, kalimba",
    "plucked strings": "harp, pizzicato strings, harpsichord, sitar, koto",
}
_FAMILY_OF = {name: f for f, names in _FAMILIES.items() for name in names.split(", ")}


def family_of(name: str) -> str | None:
    """The tagger's word for an everyday name of an instrument; None: it has none."""
    return _FAMILY_OF.get(name)


def labels_of(names: tuple[str, ...]) -> np.ndarray:
    """Which of `INSTRUMENTS` are among everyday names: float32 [instruments], 0 or 1."""
    families = {family_of(name) for name in names}
    return np.array([name in families for name in INSTRUMENTS], np.float32)


def _make(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """A picture uint8 [96, frames] and its labels."""
    torch.set_num_threads(1)
    sound, facts = snippet(seed, SECONDS, Tagger.rate_hz)
    picture = Tagger().picture(torch.from_numpy(sound)[None])[0].numpy()
    small = np.clip(np.round(2 * (picture - _LOWEST_DB)), 0, 255).astype(np.uint8)
    return small, labels_of(facts.instruments)


def load_clips(count: int, first: int, workers: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """Pictures uint8 [count, 96, frames] and labels float32 [count, instruments], made once."""
    pictures, labels = [], []
    for start in range(first, first + count, _SHARD):
        path = cache_folder() / f"tagger-{start}.npz"
        if not path.exists():
            with ProcessPoolExecutor(workers) as pool:
                made = list(pool.map(_make, range(start, start + _SHARD), chunksize=20))
            np.savez(path, pictures=np.stack([m[0] for m in made]), labels=[m[1] for m in made])
        with np.load(path) as data:
            pictures.append(data["pictures"])
            labels.append(data["labels"])
    return np.concatenate(pictures)[:count], np.concatenate(labels)[:count]


def _decibels(small: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(small).float() / 2 + _LOWEST_DB


def _crop(small: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The same segment of half of the frames or all, of every picture."""
    length = small.shape[2] if rng.random() < 0.2 else _CROP
    start = int(rng.integers(small.shape[2] - length + 1))
    return small[:, :, start : start + length]


def facts_of(count: int, first: int) -> tuple[np.ndarray, np.ndarray]:
    """Genre int64 [count], and energy and valence float32 [count, 2], of snippets by their seed."""
    facts = [draw_facts(seed) for seed in range(first, first + count)]
    genres = np.array([GENRES.index(fact.genre) for fact in facts])
    return genres, np.array([(fact.energy, fact.valence) for fact in facts], np.float32)


def train(net: Tagger, clips: int, epochs: int, batch: int = 64, seed: int = 0) -> None:
    """Train on snippets of seeds 0 to `clips`; the learning rate rises, then falls as a cosine."""
    pictures, labels = load_clips(clips, 0)
    genres, moods = facts_of(clips, 0)
    rng = np.random.default_rng(seed)
    steps = epochs * (clips // batch)
    optimiser = torch.optim.AdamW(net.parameters(), 3e-3, weight_decay=0.02)
    plan = torch.optim.lr_scheduler.OneCycleLR(optimiser, 3e-3, steps, pct_start=0.15)
    net.train()
    for step in range(steps):
        rows = np.sort(rng.choice(clips, batch, replace=False))
        seen = _decibels(_crop(pictures[rows], rng))
        # Another tone of the whole: recordings differ in it, instruments do not.
        tilt = torch.from_numpy(rng.normal(0, 5, (batch, 1, 1))).float()
        seen = seen + tilt * torch.linspace(-1, 1, net.bands)[None, :, None]
        players, kinds, feelings = net(seen)
        loss = (
            F.binary_cross_entropy_with_logits(players, torch.from_numpy(labels[rows]))
            + 0.1 * F.cross_entropy(kinds, torch.from_numpy(genres[rows]), label_smoothing=0.1)
            + 0.1 * F.binary_cross_entropy_with_logits(feelings, torch.from_numpy(moods[rows]))
        )
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        plan.step()
        if step % 100 == 0:
            print(f"step {step}/{steps} loss {float(loss.detach()):.4f}", flush=True)
    net.eval()


def odds(net: Tagger, pictures: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The net's outputs for pictures in bytes."""
    with torch.inference_mode():
        parts = [net(_decibels(pictures[i : i + 64])) for i in range(0, len(pictures), 64)]
    players, genres, moods = (torch.cat(part).numpy() for part in zip(*parts, strict=True))
    return players, genres, moods


def f1(guess: np.ndarray, truth: np.ndarray) -> float:
    """Micro-averaged F1 of boolean arrays [n, instruments]."""
    hits = float((guess & truth).sum())
    return 2 * hits / max(float(guess.sum() + truth.sum()), 1.0)


def calibrate(net: Tagger, pictures: np.ndarray, labels: np.ndarray) -> None:
    """Move each instrument's bias so that odds of one to one are where its F1 is best."""
    found, truth = odds(net, pictures)[0], labels > 0.5
    tries = np.linspace(-3, 3, 61)
    for k in range(found.shape[1]):
        scores = [f1(found[:, k] > t, truth[:, k]) for t in tries]
        best = float(np.mean(tries[np.array(scores) >= max(scores) - 1e-9]))
        with torch.no_grad():
            net.head.bias[k] -= best


def measure(net: Tagger, pictures: np.ndarray, labels: np.ndarray, first: int) -> dict[str, float]:
    """Figures on clips of seeds from `first` that were not trained on."""
    players, kinds, feelings = odds(net, pictures)
    genres, moods = facts_of(len(pictures), first)
    guess, truth = players > 0, labels > 0.5
    off = np.abs(1 / (1 + np.exp(-feelings)) - moods).mean(0)
    figures = {
        "f1": f1(guess, truth),
        "genre": float((kinds.argmax(1) == genres).mean()),
        "energy_off": float(off[0]),
        "valence_off": float(off[1]),
    }
    each = {name: f1(guess[:, k], truth[:, k]) for k, name in enumerate(INSTRUMENTS)}
    return {name: round(value, 3) for name, value in (figures | each).items()}


def main(argv: list[str] | None = None) -> None:
    """Train, calibrate, measure and ship."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=CLIPS)
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path("models/pocket/tagger.safetensors"))
    asked = parser.parse_args(argv)
    torch.manual_seed(asked.seed)
    net = Tagger()
    train(net, asked.clips, asked.epochs, seed=asked.seed)
    pictures, labels = load_clips(2 * _SHARD, UNSEEN)
    calibrate(net, pictures[:_SHARD], labels[:_SHARD])
    figures = measure(net, pictures[_SHARD:], labels[_SHARD:], UNSEEN + _SHARD)
    print(json.dumps(figures))
    ship(
        net,
        asked.out,
        {"instruments": list(INSTRUMENTS), "genres": list(GENRES)},
        data=f"{asked.clips} snippets of 10 s by musivid.pocket.songs, roughened as recordings are",
        epochs=asked.epochs,
        seed=asked.seed,
        figures=figures,
    )


if __name__ == "__main__":
    main()
