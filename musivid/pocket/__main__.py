"""Makes all pocket models from nothing, or goes on where it was stopped: `make pocket`.

Pictures, songs and checkpoints go to $MUSIVID_POCKET_CACHE (default `.cache/pocket`, about 10 GB);
delete it to begin anew. Needs the `pocket` extra. About four hours on two cores.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from musivid.pocket import train_dreamer, train_painter, train_perceptor, train_sound, train_words

__all__ = ["main"]


def main() -> None:
    """Train eyes, then the painter (whose polish needs them), ears, words, and dreams."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--folder", type=Path, default=Path("models/pocket"))
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    threads, folder = ["--threads", str(args.threads)], args.folder
    train_perceptor.main([*threads, "--out", str(folder / "perceptor.safetensors")])
    train_painter.main([*threads, "--out", str(folder / "painter.safetensors")])
    train_sound.main([*threads, "--file", str(folder / "perceptor.safetensors")])
    train_words.main([*threads, "--file", str(folder / "perceptor.safetensors")])
    train_dreamer.main([*threads, "--folder", str(folder)])


if __name__ == "__main__":
    main()
