"""Cuts of made footage whose faults and twins are known: see docs/footage.md.

    python -m bench.footage [--folders 12] [--songs 6] [--bars 16]

Each folder has clips that are black at first, out of focus at last, shaking, or hide a cut, and
twins of other clips at another size and rate. Songs are composed by us; each line names one clip.
Nothing is rendered.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.sound import ANALYSIS_RATE_HZ, SoundFacts, analyse
from musivid.core.errors import InputError
from musivid.core.timeline import Timeline
from musivid.footage.cut import Cut, Line, Sight, Wish, plan_cut
from musivid.footage.faults import grade
from musivid.footage.looking import clips_in, look_through
from musivid.footage.meaning import by_embedding, by_names, name_words
from musivid.footage.pool import Pool, pool_of
from musivid.footage.returns import find_parts
from musivid.footage.rhythm import lengths_in_beats, place_slots, song_beats
from musivid.pocket.songs import compose
from musivid.score.synthesis.player import render

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
import footage_fixtures as made

Fits = Callable[[str], NDArray[np.float64]]  # of a line to how well each file fits it

FPS, CLIP_S, SLACK_S = Fraction(25), 5.0, 0.08
DARK_S, SOFT_S, CUT_S = 1.2, 3.6, 2.4  # black until, out of focus from, another shot from
SEED, FORM_BARS = 41_000_000, 24
NAMES = ("waves", "forest", "street", "dancer", "train", "snow", "candle", "bridge", "river",
         "tower", "market", "garden", "desert", "harbour", "mirror", "stairs")  # fmt: skip


@dataclass(slots=True)
class Known:
    """What is true of a folder: spans of faults by file, and whose twin a file is."""

    faults: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    cuts: dict[str, float] = field(default_factory=dict)
    shaking: set[str] = field(default_factory=set)
    twins: dict[str, str] = field(default_factory=dict)


def make_folder(folder: Path, seed: int) -> Known:
    """Eighteen clips of five seconds."""
    rng, known = np.random.default_rng(seed), Known()
    kinds = ["black"] * 2 + ["soft"] * 2 + ["shaking"] + ["cut"] * 2 + ["clean"] * 9
    rng.shuffle(kinds)
    for number, (name, kind) in enumerate(zip(NAMES, kinds, strict=True)):
        ground, way = seed * 100 + number, made.pan(float(rng.uniform(0.01, 0.3)))
        path, key = folder / f"{name}.mp4", f"{name}.mp4"
        if kind == "cut":
            made.write_clip(path, made.shot(ground, CUT_S, way),
                            made.shot(ground + 50, CLIP_S - CUT_S, way))  # fmt: skip
            known.cuts[key] = CUT_S
            continue
        change = {"black": made.black_until(DARK_S), "soft": made.blurred_from(SOFT_S)}.get(kind)
        if kind == "shaking":
            way = made.shaking
            known.shaking.add(key)
        made.write_clip(path, made.shot(ground, CLIP_S, way, change=change))
        known.faults[key] = {"black": [(0.0, DARK_S)], "soft": [(SOFT_S, CLIP_S)]}.get(kind, [])
        if kind == "clean" and len(known.twins) < 2:
            twin = f"again {len(known.twins)}.mp4"
            frames = made.shot(ground, CLIP_S, way, size=(256, 144), fps=30)
            made.write_clip(folder / twin, frames, size=(256, 144), fps=30)
            known.twins[twin] = key
    return known


def heard(seed: int, bars: int) -> SoundFacts:
    """A composed song."""
    score, _ = compose(seed, bars=bars)
    sound = render(score, ANALYSIS_RATE_HZ, channels=1)[0]
    return analyse((sound * 0.9 / np.abs(sound).max()).astype(np.float32), ANALYSIS_RATE_HZ)


def lines_for(duration_s: float, seed: int) -> list[Line]:
    """A line every four seconds that names a clip."""
    order = np.random.default_rng(seed).permutation(len(NAMES))
    starts = np.arange(1.0, duration_s - 4, 4.0)
    return [(float(s), float(s) + 3.5, f"I saw the {NAMES[order[n % len(NAMES)]]}")
            for n, s in enumerate(starts)]  # fmt: skip


def spans(cut: Cut, known: Known) -> dict[str, list[tuple[float, float]]]:
    """What is shown of each file in seconds; twins count as what they are twins of."""
    found: dict[str, list[tuple[float, float]]] = {}
    for shot in cut.shots:
        start = float(shot.source / FPS)
        name = known.twins.get(shot.path.name, shot.path.name)
        found.setdefault(name, []).append((start, start + float(shot.frames / FPS)))
    return {name: sorted(own) for name, own in found.items()}


def in_faults(cut: Cut, known: Known) -> int:
    """Shots that show a fault, but for shaking ones that are said to be all that is left."""
    count = 0
    for shot in cut.shots:
        name, start = shot.path.name, float(shot.source / FPS)
        end = start + float(shot.frames / FPS)
        bad = any(a < end - SLACK_S and b > start + SLACK_S for a, b in known.faults.get(name, ()))
        at = known.cuts.get(name)
        bad |= at is not None and start + SLACK_S < at < end - SLACK_S
        bad |= name in known.shaking and not shot.poor
        count += bad
    return count


def longest_run(lengths: list[int]) -> int:
    """How many equal lengths follow each other at most."""
    runs = [1]
    for before, after in pairwise(lengths):
        runs.append(runs[-1] + 1 if before == after else 1)
    return max(runs)


def made_sight(pool: Pool, known: Known, seed: int) -> Sight:
    """Embeddings as a CLIP's, in which a clip is near to its word, with as much that is not.

    Lines come to it backwards, so that no name of a file is among them.
    """
    rng = np.random.default_rng(seed)
    words = {name: row / np.linalg.norm(row) for name, row in
             zip(NAMES, rng.normal(size=(len(NAMES), 64)), strict=True)}  # fmt: skip
    owner = [known.twins.get(p := pool.files[n].seen.path.name, p) for n in pool.file_of_shot]
    noise = rng.normal(size=(len(owner), 64)) / 8
    shots = np.stack([words[Path(name).stem] for name in owner]) + noise
    shots /= np.linalg.norm(shots, axis=1, keepdims=True)

    def said(lines: Sequence[str]) -> NDArray[np.float64]:
        return np.stack([words[line[::-1].split()[-1]] if line else np.zeros(64) for line in lines])

    return Sight("made embeddings", lambda lines: by_embedding(shots, said, lines))


def by_file(sight: Sight, pool: Pool, lines: list[Line]) -> Fits:
    """How well the best shot of each file fits each line."""
    texts = [text for _, _, text in lines]
    fits = np.zeros((len(texts), len(pool.files)))
    np.maximum.at(fits, (slice(None), pool.file_of_shot), sight.fits(texts))
    return dict(zip(texts, fits, strict=True)).__getitem__


def line_ranks(cut: Cut, pool: Pool, lines: list[Line], fits_of: Fits) -> list[float]:
    """Where the file of each shot with a line stands among all files, 0 best to 1; ties halfway."""
    places = {one.seen.path: n for n, one in enumerate(pool.files)}
    ranks = []
    for shot in cut.shots:
        begin, end = float(shot.first / FPS), float(shot.last / FPS)
        shared = [(min(e, end) - max(s, begin), text) for s, e, text in lines]
        most, text = max(shared, default=(0.0, ""))
        if most <= 0:
            continue
        fits = fits_of(text)
        own = fits[places[shot.path]]
        ranks.append(float(((fits > own).sum() + (fits == own).sum() / 2) / len(fits)))
    return ranks


def main() -> None:
    """Print the figures of the table."""
    from scipy.stats import spearmanr

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folders", type=int, default=12)
    parser.add_argument("--songs", type=int, default=6)
    parser.add_argument("--bars", type=int, default=16)
    asked = parser.parse_args()
    tunes = [heard(SEED + n, asked.bars) for n in range(asked.songs)]
    on_beat, faults, twice, runs, lacking, shots = [], 0, 0.0, [], 0, 0
    ranks: dict[str, list[float]] = {"names": [], "made embeddings": []}
    rates: list[float] = []
    # Whole forms, for which no footage is needed: short songs have too few parts to compare.
    for facts in [heard(SEED + n, FORM_BARS) for n in range(asked.songs)]:
        slots, _ = place_slots(facts, pace=1.0)
        parts = find_parts(facts, song_beats(facts))
        cuts = np.array([slot.start_s for slot in slots])
        often = [
            ((cuts >= part.start_s - 1e-6) & (cuts < part.end_s - 1e-6)).sum()
            / (part.end_s - part.start_s)
            for part in parts
        ]
        if len(parts) >= 3 and np.ptp([p.loudness for p in parts]) > 0.02:
            rates.append(float(spearmanr(often, [p.loudness for p in parts]).statistic))
        runs.append(longest_run(list(lengths_in_beats(slots, song_beats(facts)))))
    began, second = 0.0, 0.0
    with tempfile.TemporaryDirectory() as place:
        for number in range(asked.folders):
            root = Path(place) / f"{number}"
            known = make_folder(root, 500 + number)
            cache, clock = Path(place) / "cache", time.process_time()
            looked = look_through(clips_in(root), cache=cache)
            began += time.process_time() - clock
            clock = time.process_time()
            pool = pool_of(grade(look_through(clips_in(root), cache=cache).seen))
            second = max(second, time.process_time() - clock)
            assert len(looked.seen) == len(NAMES) + 2
            for nth, facts in enumerate(tunes):
                timeline, lines = Timeline(facts.duration_s, FPS), lines_for(facts.duration_s, nth)
                try:
                    cut = plan_cut(pool, facts, timeline, lines, Wish(), root=root)
                except InputError as error:
                    print(f"folder {number}, song {nth}: {error.problem}")
                    lacking += 1
                    continue
                beats = song_beats(facts)
                on_beat += [float(np.abs(beats - float(s.first / FPS)).min()) <= 0.5 / FPS + 1e-6
                            for s in cut.shots[1:]]  # fmt: skip
                faults += in_faults(cut, known)
                for own in spans(cut, known).values():
                    twice += sum(max(0.0, a[1] - b[0] - SLACK_S) for a, b in pairwise(own))
                named = [name_words(one.seen.path, root) for one in pool.files]
                ranks["names"] += line_ranks(
                    cut, pool, lines, lambda text, own=named: by_names(own, [text])[0])  # fmt: skip
                sight = made_sight(pool, known, number)
                lines = [(begin, end, text[::-1]) for begin, end, text in lines]
                cut = plan_cut(pool, facts, timeline, lines, Wish(sight=sight), root=root)
                ranks["made embeddings"] += line_ranks(
                    cut, pool, lines, by_file(sight, pool, lines))  # fmt: skip
                shots += len(cut.shots)
    films = asked.folders * asked.songs - lacking
    print(f"{films} films, {shots} shots; {lacking} more lack footage and were refused")
    print(f"cuts within half a frame of a beat {np.mean(on_beat):.1%}; shots with faults {faults}")
    print(f"seconds shown twice {twice:.2f}; longest runs of equal lengths {max(runs)}")
    print(f"Spearman of cut rate and loudness: {np.mean(rates):.2f} (least {min(rates):.2f}, "
          f"{len(rates)} songs)")  # fmt: skip
    for name, found in ranks.items():
        print(f"rank of the file for its line by {name} {np.mean(found):.2f} (chance 0.5)")
    print(f"looking: {began:.0f} CPU s in all; known files at most {second:.2f} CPU s a folder")


if __name__ == "__main__":
    main()
