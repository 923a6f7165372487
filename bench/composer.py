"""How like its training songs the pocket composer's music is, and whether it does as it is told.

python -m bench.composer [--weights FILE] [--songs 38] [--free] [--set A.B=C] [--midi FOLDER]

Each unseen song by the rules is answered by one of the model's, of the same genre, key, players and
onsets a bar, drawn as `bgm infer --preset pocket` draws, towards chords that it plans; with --free
without chords and masks on keys and players, to see what the model itself obeys. One core, about a
second a song.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import torch

from musivid.analysis.key import key_of_classes
from musivid.metrics.music.measures import measure_music
from musivid.pipeline.bgm.cmt import CmtComposer, _bias
from musivid.pipeline.bgm.decode import compose_cmt
from musivid.pipeline.bgm.kinds import open_composer
from musivid.pipeline.bgm.plan import BgmPlan
from musivid.pocket.composer_songs import learning_song
from musivid.score.cmt.grammar import Rules
from musivid.score.cmt.initial_tokens import key_class
from musivid.score.cmt.tokens import BAR, decode, encode
from musivid.score.control_rows import BarControl
from musivid.score.harmony import plan_harmony
from musivid.score.midi import write_midi
from musivid.score.notes import Score
from musivid.settings.bgm import BgmInferPreset
from musivid.settings.presets import load_preset
from musivid.weights.session import Session

FIRST_SEED = 1_000_000  # far from those that were learnt from
MOST_BARS = 24
LIKENESS = ("pitch_class_entropy_1", "pitch_class_entropy_4", "grooving_similarity",
            "scale_consistency", "empty_bar_rate", "polyphony", "n_pitches_used")  # fmt: skip
DRUMS = 1


def unseen_songs(count: int) -> list[tuple[Score, str]]:
    """Songs by the rules, none longer than `MOST_BARS`, with their genres."""
    found, seed = [], FIRST_SEED
    while len(found) < count:
        score, genre = learning_song(seed)
        if score.bars <= MOST_BARS:
            found.append((score, genre))
        seed += 1
    return found


def answer(
    composer: CmtComposer,
    preset: BgmInferPreset,
    rows: np.ndarray,
    song: Score,
    genre: str,
    *,
    seed: int,
    is_free: bool,
) -> np.ndarray:
    """Tokens of the model for what is true of a song."""
    players = tuple(int(i) for i in np.unique(rows[:, 5]) if i)
    every = np.arange(129) > 0
    assert song.key is not None
    scale = every & np.isin((np.arange(129) - 1) % 12, sorted(song.key.pitch_classes))
    pitches = {n: every if is_free or n == DRUMS else scale for n in range(1, 6)}
    rules = Rules(
        controls=[BarControl(int(token[2]) - 1) for token in rows if token[0] == BAR],
        is_free=[False] * song.bars,
        instruments=(1, 2, 3, 4, 5) if is_free else players,
        pitches=pitches,
        most_notes=dict.fromkeys(range(1, 6), 19),
        density_range=(0, 16),
        length_ticks=16 * song.bars,
    )
    # What `bgm infer` plans before it composes; only its chords count here.
    chords = plan_harmony(song.key, song.bars, 16 * song.bars, np.random.default_rng(seed))
    plan = cast("BgmPlan", SimpleNamespace(harmony=chords))
    return compose_cmt(
        composer.model,
        rules,
        composer.init(genre, song.key, players),
        seeds=[seed],
        sampling=preset.sampling,
        bias=None if is_free else _bias(plan, preset.harmony),
        shift=composer.shift(song.key),
        memory=composer.memory,
    )[0]


def obeyed(rows: np.ndarray, song: Score, asked: np.ndarray) -> tuple[float, bool, bool]:
    """Share of notes in the asked scale, whether the key that is found has it, and the players."""
    notes = rows[(rows[:, 3] > 0) & (rows[:, 5] != DRUMS)]
    assert song.key is not None
    classes = (notes[:, 3] - 1) % 12
    heard = np.bincount(classes, np.maximum(notes[:, 4] - 1, 0.5), 12)
    found = key_of_classes(heard).key
    players = set(np.unique(rows[:, 5]).tolist()) <= set(np.unique(asked[:, 5]).tolist())
    inside = float(np.isin(classes, sorted(song.key.pitch_classes)).mean()) if len(notes) else 1.0
    return inside, found is None or key_class(found) == key_class(song.key), players


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, default=Path("models/pocket/composer.safetensors"))
    parser.add_argument("--songs", type=int, default=38)
    parser.add_argument("--midi", type=Path)
    parser.add_argument("--free", action="store_true", help="no masks on keys and players")
    parser.add_argument("--set", action="append", default=[], help="change the preset")
    args = parser.parse_args()
    preset = cast("BgmInferPreset", load_preset("bgm_infer", "pocket", args.set))
    torch.set_num_threads(1)
    weights = str(args.weights.absolute())
    chosen = preset.model_copy(update={"composer": weights})
    composer = cast("CmtComposer", open_composer(Session("cpu", "float32"), chosen))
    ours: dict[str, list[float]] = {name: [] for name in LIKENESS}
    theirs: dict[str, list[float]] = {name: [] for name in LIKENESS}
    told, of_rules = [], []
    for number, (song, genre) in enumerate(unseen_songs(args.songs)):
        asked = encode(song)
        rows = answer(composer, preset, asked, song, genre, seed=number, is_free=args.free)
        told.append(obeyed(rows, song, asked))
        of_rules.append(obeyed(asked, song, asked))
        for found, tokens in ((ours, rows), (theirs, asked)):
            score = decode(tokens, tempo_bpm=song.tempo_bpm)
            measures = measure_music(score)
            for name in LIKENESS:
                if (value := measures[name].value) is not None:
                    found[name].append(value)
            if args.midi and found is ours:
                args.midi.mkdir(parents=True, exist_ok=True)
                write_midi(score, args.midi / f"{number:03d}-{genre.replace(' ', '-')}.mid")
    print(f"{'figure':24} {'songs':>8} {'model':>8} {'differs':>8}")
    for name in LIKENESS:
        a, b = np.mean(theirs[name]), np.mean(ours[name])
        share = f"{100 * (b / a - 1):+7.1f} %" if a else f"{b - a:+8.4f}"
        print(f"{name:24} {a:8.3f} {b:8.3f} {share:>8}")
    for place, name in enumerate(("notes in the scale", "key found as asked", "players as asked")):
        a, b = (np.mean([each[place] for each in every]) for every in (of_rules, told))
        print(f"{name:24} {a:8.3f} {b:8.3f}")


if __name__ == "__main__":
    main()
