"""How often a living scene shows what a line says: `python bench/living_words.py`.

For the words and lines in `bench/data/`, each with the subjects that a person would accept: the
share whose first look, or the figure that comes into it, shows one of them. `--wrong` lists the
others.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import torch
import yaml

from musivid.living.casting import figure_of, figures_in, has_room
from musivid.living.choosing import Chooser
from musivid.living.scenes import scene_class
from musivid.nets.pocket import load_pocket_perceptor

DATA = Path(__file__).parent / "data"
FILES = (
    "lyric_words_tuned", "lyric_words", "lyric_words_new", "lyric_lines", "lyric_lines_new",
    *(f"lyric_words_{code}" for code in
      ("zh", "es", "pt", "fr", "de", "it", "ru", "ja", "ko", "hi", "ar", "tr", "id")),
)  # fmt: skip
_SHOWN = {"boat": "ship", "flower": "rose", "player": "guitar"}  # the subjects of figures
BAR = {"lyric_words": 0.85, "lyric_lines": 0.85}  # other languages: 0.80


def misread(chooser: Chooser, accepted: dict[str, str]) -> dict[str, str]:
    """Lines whose first look shows nothing that is accepted, with its name."""
    wrong = {}
    for line, right in accepted.items():
        look = chooser.looks[int(chooser.by_line(str(line)).argmax())]
        named = [name for name in figures_in(str(line)) if has_room(look.scene, name)]
        figure = named[0] if named else figure_of(chooser.subjects_of(str(line)), look.shows)
        seen = {*look.shows, _SHOWN.get(figure or "", figure)}
        if figure and not (scene_class(look.scene).stands and has_room(look.scene, figure)):
            seen = {*look.shows}
        if not chooser.understands(str(line)) or not seen & set(right.split()):
            wrong[str(line)] = f"{look.name} {figure or ''}"
    return wrong


def main() -> None:
    """Measure all files and print the shares."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wrong", action="store_true", help="list what is not shown")
    parser.add_argument("--file", type=Path, default="models/pocket/perceptor.safetensors")
    args = parser.parse_args()
    torch.set_num_threads(1)
    net: Any = load_pocket_perceptor(Path(args.file))
    net.eval()
    chooser = Chooser(net)
    for name in FILES:
        accepted = yaml.safe_load((DATA / f"{name}.yaml").read_text("utf-8"))
        wrong = misread(chooser, accepted)
        share = 1 - len(wrong) / len(accepted)
        print(f"{name}: {share:.3f} of {len(accepted)} (bar {BAR.get(name, 0.8):.2f})")
        if args.wrong:
            print(*(f"  {line}: {look}" for line, look in wrong.items()), sep="\n")


if __name__ == "__main__":
    main()
