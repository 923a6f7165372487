"""From a corpus to batches: bar-aligned excerpts, transposed, with initial tokens of random reach.

Nothing here has a memory: the batches of an epoch follow from seed and epoch alone, so a training
that is continued sees what it would have seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from musivid.core.seeds import dice
from musivid.score.cmt.initial_tokens import genre_class, initial_tokens
from musivid.score.corpus import Corpus, Entry
from musivid.settings.train import ExcerptsPreset

__all__ = ["Batch", "Excerpt", "epoch_batches", "load_batch", "validation_batches"]

_POOL = 32  # batches within which excerpts are sorted by length, so that little is padding
_OCTAVE = 12  # semitones
_UNIT = 128  # tokens; batches are padded to a multiple of it


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A segment of whole bars of one song.

    Attributes:
        entry: the song.
        start: its first row.
        stop: the row after its last.
        shift: semitones by which its pitches are moved.
        lots: three numbers 0..1 that decide whether genre or mood, key and instruments are said.
    """

    entry: Entry
    start: int
    stop: int
    shift: int
    lots: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows as tensors.

    Attributes:
        tokens: int64 [b, n, fields], all tokens but the last of each excerpt.
        targets: int64 [b, n, fields], the token after each.
        mask: float32 [b, n], 1 where there is a target.
        init: int64 [b, 7, 3], the initial tokens; [b, 0] of systems that have none.
    """

    tokens: Tensor
    targets: Tensor
    mask: Tensor
    init: Tensor


def epoch_batches(
    corpus: Corpus, preset: ExcerptsPreset, size: int, seed: int, epoch: int
) -> list[list[Excerpt]]:
    """Return the training batches of an epoch, shuffled; each has excerpts of about one length.

    Args:
        corpus: where the songs are.
        preset: lengths and transposition.
        size: excerpts in a batch; the last batch may be smaller.
        seed: of the training.
        epoch: from 0.
    """
    rng = dice(seed, epoch, 1)
    excerpts: list[Excerpt] = []
    for entry in corpus.part(validation=False):
        for start, stop in _cut(corpus.bars(entry), entry.length, preset.words, rng):
            shift = _draw_shift(corpus, entry, preset, rng)
            lots = tuple(float(lot) for lot in rng.random(3))
            excerpts.append(Excerpt(entry, start, stop, shift, (lots[0], lots[1], lots[2])))
    order = [excerpts[i] for i in rng.permutation(len(excerpts))]
    batches = []
    for first in range(0, len(order), _POOL * size):
        pool = sorted(order[first : first + _POOL * size], key=lambda w: w.start - w.stop)
        batches += [pool[i : i + size] for i in range(0, len(pool), size)]
    return [batches[i] for i in rng.permutation(len(batches))]


def validation_batches(
    corpus: Corpus, preset: ExcerptsPreset, size: int, most: int
) -> list[list[Excerpt]]:
    """Return up to `most` excerpts of held-out songs, their beginnings, always the same ones."""
    excerpts = []
    for entry in corpus.part(validation=True)[:most]:
        stop = _end(corpus.bars(entry), entry.length, 0, preset.words)
        quiet = preset.model_copy(update={"transpose": 0})
        shift = _draw_shift(corpus, entry, quiet, dice(0))
        excerpts.append(Excerpt(entry, 0, stop, shift, (1.0, 1.0, 1.0)))
    excerpts.sort(key=lambda w: w.stop)
    return [excerpts[i : i + size] for i in range(0, len(excerpts), size)]


def load_batch(
    corpus: Corpus, excerpts: Sequence[Excerpt], preset: ExcerptsPreset, genres: Sequence[str]
) -> Batch:
    """Return excerpts as tensors, the shorter ones padded with zeros.

    Args:
        corpus: where the songs are.
        excerpts: of one batch.
        preset: how often genre, key and instruments are left unsaid.
        genres: the model's own list, in the order of its classes.
    """
    cuts = [_cut_out(corpus, excerpt, preset) for excerpt in excerpts]
    # Few different lengths: for each, libraries prepare and keep kernels of their own.
    targets = -(-(max(map(len, cuts)) - 1) // _UNIT) * _UNIT
    tokens = np.zeros((len(excerpts), targets + 1, corpus.tokens.columns), np.int64)
    mask = np.zeros((len(excerpts), targets), np.float32)
    for row, cut in enumerate(cuts):
        tokens[row, : len(cut)] = cut
        mask[row, : len(cut) - 1] = 1
    has_init = corpus.tokens.family == "cmt"
    init = [_said(excerpt, preset, genres) if has_init else [] for excerpt in excerpts]
    whole = torch.from_numpy(tokens)
    return Batch(whole[:, :-1], whole[:, 1:], torch.from_numpy(mask), torch.tensor(init))


def _cut_out(corpus: Corpus, excerpt: Excerpt, preset: ExcerptsPreset) -> NDArray[np.integer]:
    """Return the tokens of an excerpt, transposed."""
    tells_mood = excerpt.lots[0] >= preset.drop_genre
    rows = corpus.rows(excerpt.entry)
    cut = corpus.tokens.cut(rows, excerpt.start, excerpt.stop, tells_mood=tells_mood)
    return corpus.tokens.transposed(cut, excerpt.shift)


def _said(excerpt: Excerpt, preset: ExcerptsPreset, genres: Sequence[str]) -> list[list[int]]:
    """Return the initial tokens of an excerpt: what is true of its song, some of it left unsaid."""
    entry = excerpt.entry
    genre, key, players = excerpt.lots
    turned = entry.key
    if turned:
        minor, tonic = divmod(turned - 1, _OCTAVE)
        turned = 1 + minor * _OCTAVE + (tonic + excerpt.shift) % _OCTAVE
    return initial_tokens(
        genre_class(entry.genre, genres) if genre >= preset.drop_genre else 0,
        turned if key >= preset.drop_key else 0,
        entry.instruments if players >= preset.drop_instruments else (),
    )


def _cut(
    bars: NDArray[np.int64], length: int, tokens: int, rng: np.random.Generator
) -> list[tuple[int, int]]:
    """Return (start, stop) of excerpts over a song, cut elsewhere in each epoch.

    The first is from its beginning, the others are from random bars about `words` apart.
    """
    found = []
    for number in range(-(-length // tokens)):
        wanted = number * tokens - (float(rng.random()) * tokens / 2 if number else 0)
        start = int(bars[min(int(np.searchsorted(bars, wanted)), len(bars) - 1)])
        found.append((start, _end(bars, length, start, tokens)))
    return [(start, stop) for start, stop in found if stop - start > 1]


def _end(bars: NDArray[np.int64], length: int, start: int, tokens: int) -> int:
    """Return the last bar line within `words` of `start`; within a bar that is longer than that."""
    if length - start <= tokens:
        return length
    fitting = bars[(bars > start) & (bars <= start + tokens)]
    return int(fitting[-1]) if len(fitting) else start + tokens


def _draw_shift(
    corpus: Corpus, entry: Entry, preset: ExcerptsPreset, rng: np.random.Generator
) -> int:
    """Return a transposition that keeps all pitches playable: to C, or by a lot."""
    if preset.home_key:
        tonic = (entry.key - 1) % _OCTAVE if entry.key else 0
        shift = -tonic if tonic <= _OCTAVE // 2 else _OCTAVE - tonic
    else:
        shift = int(rng.integers(-preset.transpose, preset.transpose + 1))
    limits = corpus.tokens.shifts(corpus.rows(entry))
    return shift if limits is None else min(max(shift, limits[0]), limits[1])
