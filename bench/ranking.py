"""Whether the ranking of pieces hears music: see docs/benchmarks.md.

    python -m bench.ranking [--films 20] [--list]

For each film of random cuts there are a hand-made song (`data/hand_songs.yaml`, ten in all), played
as long as the film, and what is written by default. Of both, the pitches of each player are brought
into another order, and are drawn anew from the key's scale; rhythm and drums stay. Right is a film
in which either song is worth more than both that were shuffled, and each of these more than the
same rhythm with drawn pitches.
"""

from __future__ import annotations

import argparse
import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from bench.film_songs import films
from musivid.analysis.motion import Motion
from musivid.analysis.tonality import Key
from musivid.core.progress import Silent
from musivid.core.seeds import dice
from musivid.pipeline.bgm.job import BgmJob, CheckedBgm
from musivid.pipeline.bgm.plan import BgmPlan, plan_bgm
from musivid.pipeline.bgm.rank import rank_scores
from musivid.pipeline.bgm.song import SongComposer
from musivid.pipeline.bgm.write import write_music
from musivid.score.notes import Note, Score, TrackNotes
from musivid.score.songs.genres import GENRES
from musivid.score.songs.moods import MOODS
from musivid.settings.presets import load_preset
from musivid.settings.yamltext import read_plain_yaml

EIGHTH = 240  # ticks
STEPS = dict(zip("CDEFGAB", (0, 2, 4, 5, 7, 9, 11), strict=True))
SONGS = Path(__file__).parent / "data/hand_songs.yaml"


def tune_of(text: str) -> Iterator[Note]:
    """The notes of a tune, one after the other."""
    at = 0
    for sharp, name, low, length in re.findall(r"(\^?)([A-Ga-gz])(,?)(\d*)", text):
        ticks = EIGHTH * int(length or 1)
        if name != "z":
            pitch = 60 + STEPS[name.upper()] + 12 * name.islower() - 12 * bool(low) + bool(sharp)
            yield Note(at, ticks, pitch, 90)
        at += ticks


def chord_of(name: str) -> list[int]:
    """A triad below the tune, its root first."""
    root = 48 + STEPS[name[0]] - ("b" in name)
    return [root, root + (3 if name.endswith("m") else 4), root + 7]


def hand_made(song: dict[str, Any], seconds: float, bpm: float, manner: int) -> Score:
    """A song, over and over for so many seconds; accompanied in one of four manners."""
    bar, names = 480 * song["beats"], song["chords"].split("|")
    once = list(tune_of(song["tune"]))
    turns = max(1, int(seconds * bpm / 60 * 480) // (bar * len(names)))
    lead, piano, bass, drums = [], [], [], []
    for turn in range(turns):
        first = turn * bar * len(names)
        lead += [dataclasses.replace(n, start=first + n.start) for n in once]
        for number, both in enumerate(names):
            start, parts = first + bar * number, both.split("-")
            for part, name in enumerate(parts):
                length = bar // len(parts)
                at, (root, *rest) = start + part * length, chord_of(name)
                bass.append(Note(at, length - 20, root - 12, 85))
                piano += played([root, *rest], at, length, manner)
            if manner % 2:
                drums += [Note(start + 480 * k, 100, 38 if k % 2 else 36, 90)
                          for k in range(song["beats"])]  # fmt: skip
    players = {"Lead": (73, lead), "Piano": (0, piano), "Bass": (32, bass), "Drums": (0, drums)}
    tracks = [
        TrackNotes(name, program, name == "Drums", tuple(notes))
        for name, (program, notes) in players.items()
    ]
    key = Key.named(song["key"])
    return Score(tuple(tracks), bpm, turns * len(names), beats_per_bar=song["beats"], key=key)


def played(chord: list[int], at: int, length: int, manner: int) -> list[Note]:
    """A chord held, on beats, after beats, or broken."""
    beats = range(at, at + length, 480)
    if manner == 0:
        return [Note(at, length - 20, pitch, 70) for pitch in chord]
    if manner == 1:
        return [Note(beat, 400, pitch, 70) for beat in beats for pitch in chord]
    if manner == 2:
        return [Note(beat + 240, 200, pitch, 70) for beat in beats for pitch in chord]
    order = [chord[k] for k in (0, 1, 2, 1)]
    places = enumerate(range(at, at + length, EIGHTH))
    return [Note(place, 220, order[k % 4], 70) for k, place in places]


def redrawn(score: Score, kind: str, seed: int) -> Score:
    """The same rhythm, each player's pitches in another order or any of the scale in its range."""
    rng, tracks = dice(seed, 3), []
    assert score.key is not None
    for track in score.tracks:
        pitches = np.array([n.pitch for n in track.notes])
        if track.is_drum or not len(pitches):
            tracks.append(track)
            continue
        scale = [p for p in range(pitches.min(), pitches.max() + 1)
                 if p % 12 in score.key.pitch_classes]  # fmt: skip
        new = rng.permutation(pitches) if kind == "shuffled" else rng.choice(scale, len(pitches))
        notes = tuple(dataclasses.replace(n, pitch=int(p))
                      for n, p in zip(track.notes, new, strict=True))  # fmt: skip
        tracks.append(dataclasses.replace(track, notes=notes))
    return dataclasses.replace(score, tracks=tuple(tracks))


def written(motion: Motion, genre: str, mood: str, seed: int) -> tuple[Score, BgmPlan]:
    """What is written for a film by default, and its plan."""
    wishes = {"control.genre": genre, "control.emotion": mood, "seed": seed}
    preset = load_preset("bgm_infer", None, wishes)
    checked = CheckedBgm(BgmJob(Path("film.mp4"), None, preset), None, motion.duration_s, (), None)
    plan, ranked = write_music(
        plan_bgm(checked, Silent(), motion), checked, SongComposer(), Silent()
    )
    return ranked[0].score, plan


def worths(number: int, motion: Motion, song: dict[str, Any]) -> tuple[str, list[float]]:
    """What both songs of a film are worth, then both shuffled, then both drawn."""
    genre, mood = list(GENRES)[number % len(GENRES)], list(MOODS)[number % len(MOODS)]
    own, plan = written(motion, genre, mood, number + 1)
    hand = hand_made(song, motion.duration_s, plan.tempo.mean_bpm, number % 4)
    pieces = [hand, own] + [
        redrawn(score, kind, number) for kind in ("shuffled", "drawn") for score in (hand, own)
    ]
    by_number = {r.facts.candidate: r.worth for r in rank_scores(pieces, plan)}
    return f"{song['name']}; {genre}, {mood}", [by_number[k] for k in range(6)]


def main() -> None:
    """Print how many films are ranked right, and the narrowest gaps."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--films", type=int, default=20)
    parser.add_argument("--list", action="store_true")
    asked = parser.parse_args()
    songs = read_plain_yaml(SONGS.read_text("utf-8")).data
    rows = []
    for number, motion in enumerate(films(asked.films, (28, 45), seed=5)):
        name, row = worths(number, motion, songs[number % len(songs)])
        rows.append(row)
        if asked.list:
            print(name, " ".join(f"{value:.3f}" for value in row))
    table = np.array(rows)
    above = table[:, :2].min(1) - table[:, 2:4].max(1)
    below = (table[:, 2:4] - table[:, 4:]).min(1)
    print(f"right {int(((above > 0) & (below > 0)).sum())} of {len(rows)}")
    print(f"narrowest: songs over shuffled {above.min():.3f}, these over drawn {below.min():.3f}")


if __name__ == "__main__":
    main()
