"""Where songs without words are taken: `python bench/living_genres.py`.

Three songs of each genre by the rule composer, 30 s each: how many scenes are used in all, how
alike the scenes of two genres are, whether another seed makes another film, and how often a song's
nearest other song (by the looks that it shows) is of its genre, beside chance.
"""

from __future__ import annotations

import argparse
import itertools
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import torch

from musivid.analysis.sound import ANALYSIS_RATE_HZ, analyse
from musivid.analysis.spectrum import measure_spectrum
from musivid.living.choosing import Chooser
from musivid.living.directing import Heard, direct
from musivid.living.world import read_world
from musivid.nets.pocket import load_pocket_perceptor
from musivid.nets.protocols import Perceptor
from musivid.pocket.songs import GENRES, snippet
from musivid.pocket.songs.facts import draw_facts

SECONDS, WINDOW_S, EARS_HZ = 30.0, 5.0, 16_000
SHARED = 0.40  # of their scenes, from which on two genres look alike


def hear(net: Perceptor, genre: str, number: int) -> Heard:
    """A song of a genre, as a film is directed by it."""
    facts = draw_facts(7919 * number + list(GENRES).index(genre), genre=genre)
    rate = ANALYSIS_RATE_HZ
    sound, _ = snippet(number, SECONDS, rate, facts=facts, augment=False)
    found, spectrum = analyse(sound, rate), measure_spectrum(sound, rate)
    ears = np.interp(
        np.arange(int(SECONDS * EARS_HZ)) / EARS_HZ, np.arange(len(sound)) / rate, sound
    )
    starts = np.arange(0, SECONDS, WINDOW_S)
    side = int(WINDOW_S * EARS_HZ)
    windows = np.stack([ears[int(s * EARS_HZ) :][:side] for s in starts]).astype(np.float32)
    with torch.inference_mode():
        rows = net.embed_audio(torch.from_numpy(windows)).numpy()
    return Heard(found, spectrum.mel, spectrum.hop_s, starts + WINDOW_S / 2, rows)


def alike(one: Counter[str], other: Counter[str]) -> float:
    """The share that two counts have in common, 0..1."""
    return sum((one & other).values()) / max(min(one.total(), other.total()), 1)


def z_of_neighbours(films: list[tuple[str, Counter[str]]], draws: int = 500) -> tuple[float, float]:
    """How often the nearest other film is of the same genre, and that in spreads above chance."""
    likeness = np.array([[alike(a, b) for _, b in films] for _, a in films])
    np.fill_diagonal(likeness, -1)
    nearest = [np.flatnonzero(row == row.max()) for row in likeness]

    def share(genres: np.ndarray) -> float:
        return float(
            np.mean([(genres[n] == g).mean() for n, g in zip(nearest, genres, strict=True)])
        )

    genres = np.array([genre for genre, _ in films])
    rng = np.random.default_rng(0)
    chance = [share(rng.permutation(genres)) for _ in range(draws)]
    found = share(genres)
    return found, (found - float(np.mean(chance))) / float(np.std(chance))


def main() -> None:
    """Direct all songs and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--songs", type=int, default=3, help="of each genre")
    args = parser.parse_args()
    torch.set_num_threads(1)
    net: Any = load_pocket_perceptor(Path("models/pocket/perceptor.safetensors"))
    net.eval()
    chooser = Chooser(net)
    films, others, scenes = [], 0, {genre: Counter[str]() for genre in GENRES}
    for genre, number in itertools.product(GENRES, range(args.songs)):
        heard = hear(net, genre, number)
        places = direct(heard, [], chooser, 0)
        again = direct(heard, [], chooser, 1)
        names = [f"{place.scene}/{place.look}" for place in places]
        others += names != [f"{place.scene}/{place.look}" for place in again]
        films.append((genre, Counter(names)))
        scenes[genre].update(place.scene for place in places)
    for genre, count in scenes.items():
        print(f"{genre:12}", ", ".join(f"{name} {n}" for name, n in count.most_common()))
    used = {name for count in scenes.values() for name in count}
    pairs = [alike(scenes[a], scenes[b]) for a, b in itertools.combinations(GENRES, 2)]
    found, z = z_of_neighbours(films)
    print(f"scenes used: {len(used)} of {len({look.scene for look in read_world()})}")
    much = sum(pair >= SHARED for pair in pairs)
    print(
        f"two genres share {np.mean(pairs):.2f} of their scenes, at most {max(pairs):.2f}; ", end=""
    )
    print(f"pairs that share {SHARED:.2f} or more: {much} of {len(pairs)}")
    print(f"another seed, another film: {others} of {len(films)}")
    print(f"the nearest other film is of the same genre: {found:.2f}, z {z:.1f}")


if __name__ == "__main__":
    main()
