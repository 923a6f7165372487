"""What the ears learn from: excerpts of our own songs, their facts, and a sight for each."""

from __future__ import annotations

import json
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass

import cv2
import numpy as np
import torch
from torch import Tensor

from musivid.nets.pocket import PocketPerceptor
from musivid.pocket.dataset import cache_folder
from musivid.pocket.scenes import FAMILIES, render
from musivid.pocket.sights import sight_of
from musivid.pocket.songs import GENRES, SongFacts, snippet
from musivid.pocket.training import pixels

__all__ = ["INSTRUMENTS", "NUMBERS", "Lessons", "load_lessons"]

SECONDS, RATE_HZ = 5.0, 16000
_SHARD = 400
NUMBERS = ("energy", "valence", "brightness", "density")
INSTRUMENTS = (
    *("drums", "piano", "organ", "guitar", "strings", "choir", "synth", "brass"),
    *("saxophone", "flute", "bass", "bells", "harp", "violin"),
)
_GLAD_MODES = ("lydian", "major", "mixolydian")


@dataclass(frozen=True, slots=True)
class Lessons:
    """What `count` snippets sound like, what is true of them, and what they call up.

    Attributes:
        mels: half [n, mels, frames], the sound tower's log-mel pictures.
        facts: of each.
        sights: [n, dim], embedding of a picture that goes with each.
    """

    mels: Tensor
    facts: list[SongFacts]
    sights: Tensor

    def answers(self) -> dict[str, Tensor]:
        """What the side questions of the training should be answered with, one row a snippet."""
        genres, families = list(GENRES), list(FAMILIES)
        seen = [sight_of(facts, 0) for facts in self.facts]
        numbers = [[getattr(f, n) for n in NUMBERS] + [f.tempo_bpm / 200] for f in self.facts]
        bands = [[float(any(i in p for p in f.instruments)) for i in INSTRUMENTS]
                 for f in self.facts]  # fmt: skip
        return {
            "genre": torch.tensor([genres.index(f.genre) for f in self.facts]),
            "family": torch.tensor([families.index(s.family) for s in seen]),
            "glad": torch.tensor([int(f.mode in _GLAD_MODES) for f in self.facts]),
            "numbers": torch.tensor(numbers),
            "band": torch.tensor(bands),
        }


def load_lessons(net: PocketPerceptor, count: int, first: int = 0, workers: int = 2) -> Lessons:
    """Return the lessons of seeds `first` to `first + count` (a multiple of 400) for a net.

    Sounds are made once and kept; sights are drawn and looked at anew where the table of sights or
    the net has changed, which the caller does by deleting `lessons-*.pt`.
    """
    shards = []
    for start in range(first, first + count, _SHARD):
        path = cache_folder() / f"lessons-{start}.pt"
        if not path.exists():
            torch.save(_look(net, *_load_snippets(start, workers), start), path)
        shards.append(torch.load(path, weights_only=True))
    facts = [SongFacts(**_tuples(json.loads(text))) for shard in shards for text in shard["facts"]]
    return Lessons(
        torch.cat([s["mels"] for s in shards]), facts, torch.cat([s["sights"] for s in shards])
    )


def _tuples(facts: dict[str, object]) -> dict[str, object]:
    """JSON's lists as tuples."""
    return {k: tuple(v) if isinstance(v, list) else v for k, v in facts.items()}


def _load_snippets(first: int, workers: int) -> tuple[np.ndarray, list[str]]:
    """Sounds float16 [400, 80000] and their facts as JSON."""
    path = cache_folder() / f"snippets-{first}.npz"
    if not path.exists():
        with ProcessPoolExecutor(workers) as pool:
            made = list(pool.map(_make, range(first, first + _SHARD), chunksize=20))
        np.savez(path, sounds=np.stack([m[0] for m in made]), facts=np.array([m[1] for m in made]))
    with np.load(path) as data:
        return data["sounds"], data["facts"].tolist()


def _make(seed: int) -> tuple[np.ndarray, str]:
    sound, facts = snippet(seed, SECONDS, RATE_HZ)
    return sound.astype(np.float16), json.dumps(asdict(facts))


@torch.inference_mode()
def _look(
    net: PocketPerceptor, sounds: np.ndarray, facts: list[str], first: int
) -> dict[str, object]:
    """One shard as log-mels, facts and the embeddings of its sights."""
    cv2.setNumThreads(1)
    parts = np.array_split(sounds, 8)
    mels = [net.sound.mel(torch.from_numpy(part.astype(np.float32))) for part in parts]
    known = [SongFacts(**_tuples(json.loads(text))) for text in facts]
    drawn = np.stack([render(sight_of(f, first + row), 96) for row, f in enumerate(known)])
    with torch.autocast("cpu", torch.bfloat16):
        seen = [
            net.embed_image(pixels(np.ascontiguousarray(part.transpose(0, 3, 1, 2)))).float()
            for part in np.array_split(drawn, 4)
        ]
    return {
        "mels": torch.cat(mels).half().clone(),
        "facts": facts,
        "sights": torch.cat(seen).clone(),
    }
