"""Makes all pocket models from nothing, or goes on where it was stopped: `make pocket`.

Pictures, songs and checkpoints go to $MUSIVID_POCKET_CACHE (default `.cache/pocket`, about 14 GB);
delete it to begin anew. Needs the `pocket` extra. About six hours on two cores; `--share 0.01`
rehearses all of it with a hundredth of the lessons in a quarter of an hour.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from musivid.pocket import (
    tables,
    train_composer,
    train_dreamer,
    train_painter,
    train_perceptor,
    train_sound,
    train_tagger,
    train_words,
)
from musivid.pocket.dataset import PLAIN

__all__ = ["main"]


def scaled(share: float, whole: int, unit: int = 1) -> str:
    """A share of a number, in whole units and one at least, as an option's value."""
    return str(unit * max(1, round(whole * share / unit)))


def main() -> None:
    """Train eyes, then the painter (whose polish needs them), ears, words, dreams, and the tagger.

    Tables of languages and mean pictures follow the words. Last the composer's songs are written;
    `musivid bgm train` learns from them.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--folder", type=Path, default=Path("models/pocket"))
    parser.add_argument("--share", type=float, default=1.0, help="of all lessons and steps")
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)

    def options(
        steps: int, weights: str, name: str, count: int = PLAIN, unit: int = 1
    ) -> list[str]:
        return ["--threads", str(args.threads), "--steps", scaled(args.share, steps),
                "--count", scaled(args.share, count, unit),
                name, str(args.folder / weights)]  # fmt: skip

    eyes, painter = "perceptor.safetensors", "painter.safetensors"
    train_perceptor.main(options(train_perceptor.STEPS, eyes, "--out"))
    train_painter.main(options(train_painter.STEPS, painter, "--out"))
    train_sound.main(options(train_sound.STEPS, eyes, "--file", train_sound.COUNT, 400))
    train_words.main(options(train_words.STEPS, eyes, "--file"))
    count = ["--count", scaled(args.share, tables.PICTURES)]
    tables.main([*count, "--file", str(args.folder / eyes)])
    train_dreamer.main(options(train_dreamer.STEPS, "", "--folder"))
    clips = ["--clips", scaled(args.share, train_tagger.CLIPS, 400)]
    train_tagger.main([*clips, "--out", str(args.folder / "tagger.safetensors")])
    train_composer.main(["songs", "--count", scaled(args.share, train_composer.SONGS)])


if __name__ == "__main__":
    main()
