"""Melodies: a motif that is repeated, varied and answered, as hooks are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from musivid.pocket.songs.harmony import Chord
from musivid.pocket.songs.patterns import RHYTHMS

__all__ = ["Tone", "level_index", "write_melody"]

# How far a melody moves from note to note in scale steps, and how often.
_MOVES = np.array([0, 1, -1, 2, -2, 3, -3, 4, -4])
_MOVE_ODDS = np.cumsum([0.16, 0.25, 0.25, 0.11, 0.11, 0.04, 0.04, 0.02, 0.02])
_PHRASE = ("a", "v", "a", "b")  # two bars each: motif, variation, motif, answer


@dataclass(frozen=True, slots=True)
class Tone:
    """One note of a melody: start and length in sixteenths, and a scale step."""

    start: int
    length: int
    step: int


@dataclass(frozen=True, slots=True)
class _Motif:
    """Two bars of rhythm, (start, length) in sixteenths, and the moves between their notes."""

    rhythm: list[tuple[int, int]]
    moves: list[int]


def level_index(value: float, options: int) -> int:
    """Return which of `options` variants, sparse to dense, a value 0..1 asks for."""
    return min(int(max(value, 0.0) * options), options - 1)


def write_melody(
    rng: np.random.Generator,
    chords: list[tuple[Chord, Chord]],
    style: str,
    busy: float,
    home: int,
    *,
    closes: bool = False,
) -> list[Tone]:
    """Return a melody over chords.

    Args:
        rng: where its lots come from.
        chords: two for each bar.
        style: a key of `RHYTHMS`.
        busy: how dense, 0..1.
        home: the scale step around which it moves.
        closes: whether it ends the piece, on the root of the last chord.
    """
    variants = RHYTHMS[style]
    index = level_index(busy, len(variants))
    main = _motif(rng, variants[index])
    answer = _motif(rng, variants[max(index - 1, 0)])
    turned = list(main.moves)
    for place in range(len(turned) * 2 // 3, len(turned)):
        turned[place] = _move(rng)
    motifs = {"a": main, "v": _Motif(main.rhythm, turned), "b": answer}
    beats = len(variants[index].split("|")[0])
    tones: list[Tone] = []
    for unit in range(0, len(chords), 2):
        motif = motifs[_PHRASE[unit // 2 % len(_PHRASE)]]
        here = chords[unit : unit + 2]
        tones += _realise(motif, here, unit * beats, beats, home)
    return _rest_at_end(tones, chords, beats, closes=closes)


def _motif(rng: np.random.Generator, pattern: str) -> _Motif:
    signs = pattern.replace("|", "")
    starts = [i for i, sign in enumerate(signs) if sign == "x"]
    rhythm = []
    for start in starts:
        end = start + 1
        while end < len(signs) and signs[end] == "-":
            end += 1
        rhythm.append((start, end - start))
    return _Motif(rhythm, [_move(rng) for _ in rhythm])


def _move(rng: np.random.Generator) -> int:
    return int(_MOVES[np.searchsorted(_MOVE_ODDS, rng.random() * _MOVE_ODDS[-1])])


def _realise(
    motif: _Motif, chords: list[tuple[Chord, Chord]], offset: int, per_bar: int, home: int
) -> list[Tone]:
    """Set a motif to chords: strong and long notes are chord tones, the rest are of the scale."""
    tones = []
    step = home
    for (start, length), move in zip(motif.rhythm, motif.moves, strict=True):
        bar, place = divmod(start, per_bar)
        if bar >= len(chords):
            break
        chord = chords[bar][2 * place // per_bar]
        # The further from home, the stronger the pull back.
        step += move if abs(step + move - home) <= 5 else -move
        strong = place % 8 == 0 or length >= 4
        if strong and not chord.has(step):
            step = chord.nearest(step)
        tones.append(Tone(offset + start, min(length, len(chords) * per_bar - start), step))
    return tones


def _rest_at_end(
    tones: list[Tone], chords: list[tuple[Chord, Chord]], per_bar: int, *, closes: bool
) -> list[Tone]:
    """Let the last bar come to rest on a tone of its chord, on its root at the very end."""
    if len(chords) < 2 or not tones:
        return tones
    last_bar = (len(chords) - 1) * per_bar
    kept = [tone for tone in tones if tone.start < last_bar + (0 if closes else per_bar // 2)]
    if closes:
        chord = chords[-1][0]
        before = kept[-1].step if kept else tones[0].step
        root = min((chord.root + 7 * turn for turn in (-1, 0, 1)), key=lambda s: abs(s - before))
        return [*kept, Tone(last_bar, per_bar, root)]
    if not kept:
        return tones
    final = kept[-1]
    chord = chords[final.start // per_bar][2 * (final.start % per_bar) // per_bar]
    length = max(final.length, min(8, len(chords) * per_bar - final.start))
    return [*kept[:-1], Tone(final.start, length, chord.nearest(final.step))]
