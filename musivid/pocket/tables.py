"""What the finished perceptor is given besides its towers: tables of languages, mean pictures.

python -m musivid.pocket.tables --file models/pocket/perceptor.safetensors

Tensors that are in the file already stay as they are, byte for byte.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
import yaml
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from musivid.nets.pocket import PocketPerceptor, load_pocket_perceptor
from musivid.nets.pocket.text import TongueTable
from musivid.pocket.captions import FAMILY_WORDS
from musivid.pocket.scenes import render, sample_scene
from musivid.pocket.training import pixels
from musivid.weights.files import record_weights

__all__ = ["PICTURES", "main", "mean_sights", "read_table", "tongue_tables"]

PICTURES = 48
_FIRST, _RENDER_PX = 50_000_000, 192
_FOLDER = Path(__file__).with_name("languages")
# Languages in Latin letters are told apart by these many words; of others small ones are left out.
_LATIN, _LATIN_WORDS, _OTHER_WORDS = ("de", "es", "fr", "id", "it", "pt", "tr"), 2_500, 400
_OTHERS = ("ar", "hi", "ja", "ko", "ru")


def read_table(language: str) -> dict[str, str]:
    """Words and phrases of a language, and what each is called; the first name counts."""
    path = _FOLDER / f"{language}.yaml"
    if not path.exists():
        return {}
    found: dict[str, str] = {}
    for english, words in yaml.safe_load(path.read_text("utf-8")).items():
        called = "" if english == "_" else str(english).replace("_", " ")
        for word in str(words).split():
            found.setdefault(word.replace("_", " ").replace("-", " "), called)
    return found


def tongue_tables() -> dict[str, TongueTable]:
    """All languages as the words tower takes them; needs the `pocket` extra."""
    from wordfreq import top_n_list

    return {
        language: {
            "words": read_table(language),
            "common": " ".join(
                word
                for word in top_n_list(
                    language, _LATIN_WORDS if language in _LATIN else _OTHER_WORDS
                )
                if " " not in word
            ),
        }
        for language in sorted((*_LATIN, *_OTHERS))
    }


@torch.inference_mode()
def mean_sights(net: PocketPerceptor, count: int = PICTURES) -> Tensor:
    """Mean directions [families, dim] of what is seen in pictures of each family.

    Args:
        net: whose eyes.
        count: pictures of each.
    """
    import cv2

    rows = []
    for family in FAMILY_WORDS:
        scenes = [sample_scene(_FIRST + k, family) for k in range(count)]
        small = [
            cv2.resize(render(scene, _RENDER_PX), (net.image_px,) * 2, interpolation=cv2.INTER_AREA)
            for scene in scenes
        ]
        seen = net.embed_image(pixels(np.stack(small).transpose(0, 3, 1, 2)))
        rows.append(F.normalize(seen.mean(0), dim=0))
    return torch.stack(rows)


def main(argv: list[str] | None = None) -> None:
    """Put the tables into the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file", type=Path, default=Path("models/pocket/perceptor.safetensors"))
    parser.add_argument("--count", type=int, default=PICTURES, help="pictures of each family")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args(argv)
    torch.set_num_threads(args.threads)
    sights = mean_sights(load_pocket_perceptor(args.file), args.count)
    with safe_open(args.file, "pt") as file:
        metadata = file.metadata()
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    tables = tongue_tables()
    settings = json.loads(metadata["settings"]) | {
        "tongues": tables,
        "families": list(FAMILY_WORDS),
    }
    card = json.loads(metadata["card"]) | {"sight_pictures": args.count}
    metadata |= {"settings": json.dumps(settings, ensure_ascii=False), "card": json.dumps(card)}
    save_file(tensors | {"sights": sights.half().contiguous()}, args.file, metadata)
    record_weights(args.file, licence="MIT", source="trained by musivid on what it makes itself")
    print({language: len(table["words"]) for language, table in tables.items()})


if __name__ == "__main__":
    main()
