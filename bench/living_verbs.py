"""Whether what verbs say is seen: `python bench/living_verbs.py [--sheet FILE.png]`.

For each of the forty lines of `bench/data/verb_lines.yaml`: the look that is chosen for it, and its
picture with and without what happens, 1.4 and 3.2 s after the verb is sung. An action counts as
seen where it is the one that was written down before, and changes the picture by more than two
steps of 255 in the mean; where nothing may happen, nothing does. `--sheet` writes each line's
picture without and with it side by side, to be looked at.
"""

from __future__ import annotations

import argparse
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import torch
import yaml
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from musivid.analysis.sound import ANALYSIS_RATE_HZ, analyse
from musivid.analysis.spectrum import measure_spectrum
from musivid.core.timeline import Timeline
from musivid.living.acting import act_out
from musivid.living.choosing import Chooser
from musivid.living.film import LivingFilm
from musivid.living.moment import Music, lay_music
from musivid.living.plan import Place
from musivid.media.audio import load_track
from musivid.nets.pocket import load_pocket_perceptor

ROOT = Path(__file__).parents[1]
SIZE, FPS = (320, 180), 25
FROM_S, SUNG_S, LENGTH_S = 2.0, 4.0, 12.0  # when a line is sung, for how long, and its place
AGES_S, LEAST = (1.4, 3.2), 2.0

Frame = NDArray[np.uint8]


def example_music() -> Music:
    """The example song on the clock of a film."""
    sound = load_track(ROOT / "examples" / "song.mp3", end_s=LENGTH_S).mono(ANALYSIS_RATE_HZ)
    facts = analyse(sound, ANALYSIS_RATE_HZ)
    spectrum = measure_spectrum(sound, ANALYSIS_RATE_HZ)
    return lay_music(facts, spectrum, Timeline(facts.duration_s, Fraction(FPS)))


def compared(place: Place, line: str, music: Music) -> tuple[Place, float, Frame]:
    """The place with what happens, how far it changes the picture, and both side by side."""
    [acted] = act_out([place], [(FROM_S, FROM_S + SUNG_S, line)], np.empty(0))
    if not acted.acts:
        return acted, 0.0, np.zeros((SIZE[1], 2 * SIZE[0], 3), np.uint8)
    start = acted.acts[0].start_s
    plain, own = (LivingFilm(music, [p], SIZE, seed=1, pulse=0.0) for p in (place, acted))
    pairs = [[film.frame(round((start + age) * FPS)) for film in (plain, own)] for age in AGES_S]
    seen = [float(np.abs(b.astype(int) - a.astype(int)).mean()) for a, b in pairs]
    best = int(np.argmax(seen))
    return acted, seen[best], np.concatenate(pairs[best], 1)


def main() -> None:
    """Print what was found, and draw the sheet."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sheet", type=Path)
    sheet = parser.parse_args().sheet
    torch.set_num_threads(1)
    net: Any = load_pocket_perceptor(ROOT / "models" / "pocket" / "perceptor.safetensors")
    chooser, music, tiles, right = Chooser(net.eval()), example_music(), [], 0
    lines = yaml.safe_load((ROOT / "bench" / "data" / "verb_lines.yaml").read_text("utf-8"))
    for wanted, line in lines:
        look = chooser.looks[int(chooser.by_line(line).argmax())]
        place, change, pair = compared(Place(0.0, LENGTH_S, look.scene, look.look), line, music)
        names = [act.name for act in place.acts]
        good = not names if wanted == "none" else wanted in names and change > LEAST
        right += good
        print(f"{'' if good else 'NOT '}{wanted}: {line} | {look.name} {names} {change:.1f}")
        tile = Image.fromarray(pair)
        ImageDraw.Draw(tile).text((6, 4), f"{wanted}: {line}", (255, 255, 255))
        tiles.append(np.asarray(tile))
    print(f"{right} of {len(lines)} lines (bar 0.90)")
    if sheet:
        halves = [np.concatenate(tiles[k::2]) for k in (0, 1)]
        Image.fromarray(np.concatenate(halves, 1)).save(sheet)


if __name__ == "__main__":
    main()
