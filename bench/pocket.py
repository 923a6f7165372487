"""Measures what the pocket models see, hear, understand and paint: `python -m bench.pocket`.

Prints each figure beside its bar. `--judge FILE` names a perceptor of another seed, which never
guided the painter (`python -m musivid.pocket.train_perceptor --seed 8 --steps 350 --batch 64
--count 5120 --first 40000000 --out FILE`); it is not shipped. Words and prompts: `bench/data/`.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch
import torch.nn.functional as F
import yaml
from torch import Tensor

from musivid.nets.pocket import load_pocket_dreamer, load_pocket_painter, load_pocket_perceptor
from musivid.pocket.captions import FAMILY_WORDS
from musivid.pocket.dataset import Pictures
from musivid.pocket.hearing import load_lessons
from musivid.pocket.train_painter import measure as measure_painter
from musivid.pocket.train_perceptor import UNSEEN
from musivid.pocket.train_perceptor import measure as measure_eyes
from musivid.pocket.train_sound import UNSEEN as UNHEARD
from musivid.pocket.train_sound import measure_ears
from musivid.pocket.train_words import centres_of, see_all

DATA = Path(__file__).parent / "data"
BARS = {
    "psnr": 25.0,
    "ssim": 0.85,
    "codes_used": 0.9,
    "text_recall_at_1": 0.8,
    "sound_recall_at_1": 0.4,
    "sound_recall_at_10": 0.9,
    "lyric_words_top_3": 0.85,
    "painted_top_3": 0.8,
}


def families_named(net: torch.nn.Module, texts: list[str], centres: Tensor) -> list[list[str]]:
    """The three families nearest to each text."""
    names = list(FAMILY_WORDS)
    top = (net.embed_text(texts) @ centres.T).topk(3).indices
    return [[names[i] for i in row] for row in top.tolist()]


def measure_lyrics(net: torch.nn.Module, centres: Tensor, file: str) -> tuple[float, list[str]]:
    """Share of words with an accepted family among the first three, and the words without."""
    accepted = yaml.safe_load((DATA / file).read_text("utf-8"))
    named = families_named(net, [str(word) for word in accepted], centres)
    wrong = [
        f"{word}: {', '.join(first)}"
        for (word, right), first in zip(accepted.items(), named, strict=True)
        if not set(right.split()) & set(first)
    ]
    return 1 - len(wrong) / len(accepted), wrong


def count_strays(net: torch.nn.Module, codes: list[str]) -> dict[str, int]:
    """Lines with a word that is read in another language: each alone, and as lines of one song."""
    strays = {"lines": 0, "alone": 0, "in_song": 0}
    for code in codes:
        lines = [str(line) for line in yaml.safe_load((DATA / f"lyric_words_{code}.yaml").open())]
        strays["lines"] += len(lines)
        for name, text in (("alone", net.text), ("in_song", net.text.in_song(lines))):
            strays[name] += sum(set(text.tongues_of(line)) != {code} for line in lines)
    return strays


def paint(folder: Path, texts: list[str], side: int = 32) -> Tensor:
    """Pictures [n, 3, 8 * side, 8 * side] that the dreamer makes of texts, no optimiser used."""
    perceptor = load_pocket_perceptor(folder / "perceptor.safetensors")
    dreamer = load_pocket_dreamer(folder / "dreamer.safetensors")
    painter = load_pocket_painter(folder / "painter.safetensors")
    out = []
    for start in range(0, len(texts), 10):
        part = texts[start : start + 10]
        seeds = [1000 + start + k for k in range(len(part))]
        latents = dreamer.dream(perceptor.embed_text(part), seeds, side, side)
        out.append(painter.decode(latents).clamp(0, 1))
    return torch.cat(out)


def judge_painted(
    judge: torch.nn.Module, centres: Tensor, folder: Path, file: str, *, first: int, needed: int
) -> tuple[float, list[str]]:
    """How often a judge sees `needed` right families among its `first` ones in what is painted."""
    prompts = yaml.safe_load((DATA / file).read_text("utf-8"))
    small = F.interpolate(paint(folder, list(prompts)), judge.image_px, mode="area")
    names = list(FAMILY_WORDS)
    top = (judge.embed_image(small) @ centres.T).topk(first).indices.tolist()
    wrong = [
        f"{text}: {', '.join(names[i] for i in row)}"
        for (text, right), row in zip(prompts.items(), top, strict=True)
        if len(set(right.split()) & {names[i] for i in row}) < needed
    ]
    return 1 - len(wrong) / len(prompts), wrong


def judge_world(judge: torch.nn.Module, centres: Tensor, mixed: Pictures) -> float:
    """How often a judge sees both families among its first five in the world's own mixtures."""
    names = list(FAMILY_WORDS)
    top = (see_all(judge, mixed) @ centres.T).topk(5).indices.tolist()
    both = [{s.family, s.extra} <= {names[i] for i in row}
            for s, row in zip(mixed.scenes, top, strict=True)]  # fmt: skip
    return sum(both) / len(both)


@torch.inference_mode()
def main() -> None:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("models/pocket"))
    parser.add_argument("--judge", type=Path)
    args = parser.parse_args()
    torch.set_num_threads(1)
    net = load_pocket_perceptor(args.folder / "perceptor.safetensors")
    unseen = Pictures(1536, UNSEEN)
    painter = load_pocket_painter(args.folder / "painter.safetensors")
    figures = measure_painter(painter, Pictures(512, UNSEEN))
    figures |= measure_eyes(net, unseen)
    mixed = Pictures(512, UNSEEN, mixed=True)
    figures["mixed_recall_at_1"] = measure_eyes(net, mixed)["text_recall_at_1"]
    figures |= measure_ears(net, load_lessons(net, 400, UNHEARD))
    centres = centres_of(see_all(net, unseen), unseen)
    codes = ["zh", "es", "pt", "fr", "de", "it", "ru", "ja", "ko", "hi", "ar", "tr", "id"]
    for name in ("lyric_words", *(f"lyric_words_{code}" for code in codes)):
        share, wrong = measure_lyrics(net, centres, f"{name}.yaml")
        figures[f"{name}_top_3"] = round(share, 3)
        print(f"{name}: not understood", *wrong, sep="\n  ")
    figures |= {f"strays_{name}": count for name, count in count_strays(net, codes).items()}
    if args.judge:
        judge = load_pocket_perceptor(args.judge)
        centres = centres_of(see_all(judge, unseen), unseen)
        for file, name, first, needed in (
            ("prompts.yaml", "painted_top_3", 3, 1),
            ("mixed_prompts.yaml", "mixed_painted_both_top_5", 5, 2),
        ):
            share, wrong = judge_painted(
                judge, centres, args.folder, file, first=first, needed=needed
            )
            figures[name] = round(share, 3)
            print(f"{name}: not recognised", *wrong, sep="\n  ")
        figures["mixed_world_both_top_5"] = round(judge_world(judge, centres, mixed), 3)
    for name, value in figures.items():
        print(f"{name:24} {value:8.3f}" + (f"   bar {BARS[name]}" if name in BARS else ""))
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
