"""The pocket composer's songs, and its weights made ready to ship; `musivid bgm train` is between.

python -m musivid.pocket.train_composer songs
musivid bgm train .cache/pocket/composer-songs -o .cache/pocket/composer.safetensors --preset pocket
python -m musivid.pocket.train_composer ship
"""

from __future__ import annotations

import argparse
from pathlib import Path

from musivid.nets.compound.files import load_compound, read_card, save_compound
from musivid.pocket.composer_songs import write_songs
from musivid.pocket.dataset import cache_folder
from musivid.weights.files import record_weights

__all__ = ["main", "ship"]

SONGS = 6500


def ship(weights: Path, out: Path) -> None:
    """Write trained weights in half precision with their card, and the checksum beside them."""
    card = {
        **read_card(weights),
        "data": f"{SONGS} songs of this project's own composer by rules, 19 genres, 8 to 56 bars",
        "seed": 0,
        "licence": "MIT; nothing but this project's own songs",
    }
    save_compound(load_compound(weights, "cmt"), out, card, half=True)
    record_weights(out, licence="MIT", source="trained by musivid on what it makes itself")


def main(argv: list[str] | None = None) -> None:
    """Write the songs, or ship what was learnt from them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", choices=("songs", "ship"))
    parser.add_argument("--count", type=int, default=SONGS, help="songs to write")
    parser.add_argument("--weights", type=Path, help="what `bgm train` wrote")
    parser.add_argument("--out", type=Path, default=Path("models/pocket/composer.safetensors"))
    args = parser.parse_args(argv)
    if args.work == "songs":
        write_songs(cache_folder() / "composer-songs", args.count)
    else:
        ship(args.weights or cache_folder() / "composer.safetensors", args.out)


if __name__ == "__main__":
    main()
