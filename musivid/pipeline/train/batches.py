"""From a corpus to batches: bar-aligned windows, transposed, with initial words of random reach.

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

from musivid.score.cmt.initial_tokens import genre_class, initial_words
from musivid.score.corpus import Corpus, Entry
from musivid.settings.train import WindowsPreset

__all__ = ["Batch", "Window", "epoch_batches", "load_batch", "validation_batches"]

_POOL = 32  # batches within which windows are sorted by length, so that little is padding
_OCTAVE = 12
_UNIT = 128  # words; batches are padded to a multiple of it


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of whole bars of one song.

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
        tokens: int64 [b, n, fields], all words but the last of each window.
        targets: int64 [b, n, fields], the word after each.
        mask: float32 [b, n], 1 where there is a target.
        init: int64 [b, 7, 3], the initial words; [b, 0] of systems that have none.
    """

    tokens: Tensor
    targets: Tensor
    mask: Tensor
    init: Tensor


def epoch_batches(
    corpus: Corpus, preset: WindowsPreset, size: int, seed: int, epoch: int
) -> list[list[Window]]:
    """Return the training batches of an epoch, shuffled; each has windows of about one length.

    Args:
        corpus: where the songs are.
        preset: lengths and transposition.
        size: windows in a batch; the last batch may be smaller.
        seed: of the training.
        epoch: from 0.
    """
    rng = np.random.default_rng((seed, epoch, 1))
    windows: list[Window] = []
    for entry in corpus.part(validation=False):
        for start, stop in _cut(corpus.bars(entry), entry.length, preset.words, rng):
            shift = _draw_shift(corpus, entry, preset, rng)
            lots = tuple(float(lot) for lot in rng.random(3))
            windows.append(Window(entry, start, stop, shift, (lots[0], lots[1], lots[2])))
    order = [windows[i] for i in rng.permutation(len(windows))]
    batches = []
    for first in range(0, len(order), _POOL * size):
        pool = sorted(order[first : first + _POOL * size], key=lambda w: w.start - w.stop)
        batches += [pool[i : i + size] for i in range(0, len(pool), size)]
    return [batches[i] for i in rng.permutation(len(batches))]


def validation_batches(
    corpus: Corpus, preset: WindowsPreset, size: int, most: int
) -> list[list[Window]]:
    """Return up to `most` windows of held-out songs, their beginnings, always the same ones."""
    windows = []
    for entry in corpus.part(validation=True)[:most]:
        stop = _end(corpus.bars(entry), entry.length, 0, preset.words)
        quiet = preset.model_copy(update={"transpose": 0})
        shift = _draw_shift(corpus, entry, quiet, np.random.default_rng(0))
        windows.append(Window(entry, 0, stop, shift, (1.0, 1.0, 1.0)))
    windows.sort(key=lambda w: w.stop)
    return [windows[i : i + size] for i in range(0, len(windows), size)]


def load_batch(
    corpus: Corpus, windows: Sequence[Window], preset: WindowsPreset, genres: Sequence[str]
) -> Batch:
    """Return windows as tensors, the shorter ones padded with zeros.

    Args:
        corpus: where the songs are.
        windows: of one batch.
        preset: how often genre, key and instruments are left unsaid.
        genres: the model's own list, in the order of its classes.
    """
    cuts = [_cut_out(corpus, window, preset) for window in windows]
    # Few different lengths: for each, libraries prepare and keep kernels of their own.
    targets = -(-(max(map(len, cuts)) - 1) // _UNIT) * _UNIT
    words = np.zeros((len(windows), targets + 1, corpus.words.columns), np.int64)
    mask = np.zeros((len(windows), targets), np.float32)
    for row, cut in enumerate(cuts):
        words[row, : len(cut)] = cut
        mask[row, : len(cut) - 1] = 1
    has_init = corpus.words.family == "cmt"
    init = [_said(window, preset, genres) if has_init else [] for window in windows]
    whole = torch.from_numpy(words)
    return Batch(whole[:, :-1], whole[:, 1:], torch.from_numpy(mask), torch.tensor(init))


def _cut_out(corpus: Corpus, window: Window, preset: WindowsPreset) -> NDArray[np.integer]:
    """Return the words of a window, transposed."""
    tells_mood = window.lots[0] >= preset.drop_genre
    rows = corpus.rows(window.entry)
    cut = corpus.words.cut(rows, window.start, window.stop, tells_mood=tells_mood)
    return corpus.words.transposed(cut, window.shift)


def _said(window: Window, preset: WindowsPreset, genres: Sequence[str]) -> list[list[int]]:
    """Return the initial words of a window: what is true of its song, some of it left unsaid."""
    entry = window.entry
    genre, key, players = window.lots
    turned = entry.key
    if turned:
        minor, tonic = divmod(turned - 1, _OCTAVE)
        turned = 1 + minor * _OCTAVE + (tonic + window.shift) % _OCTAVE
    return initial_words(
        genre_class(entry.genre, genres) if genre >= preset.drop_genre else 0,
        turned if key >= preset.drop_key else 0,
        entry.instruments if players >= preset.drop_instruments else (),
    )


def _cut(
    bars: NDArray[np.int64], length: int, words: int, rng: np.random.Generator
) -> list[tuple[int, int]]:
    """Return (start, stop) of windows over a song, cut elsewhere in each epoch.

    The first is from its beginning, the others are from random bars about `words` apart.
    """
    found = []
    for number in range(-(-length // words)):
        wanted = number * words - (float(rng.random()) * words / 2 if number else 0)
        start = int(bars[min(int(np.searchsorted(bars, wanted)), len(bars) - 1)])
        found.append((start, _end(bars, length, start, words)))
    return [(start, stop) for start, stop in found if stop - start > 1]


def _end(bars: NDArray[np.int64], length: int, start: int, words: int) -> int:
    """Return the last bar line within `words` of `start`; within a bar that is longer than that."""
    if length - start <= words:
        return length
    fitting = bars[(bars > start) & (bars <= start + words)]
    return int(fitting[-1]) if len(fitting) else start + words


def _draw_shift(
    corpus: Corpus, entry: Entry, preset: WindowsPreset, rng: np.random.Generator
) -> int:
    """Return a transposition that keeps all pitches playable: to C, or by a lot."""
    if preset.home_key:
        tonic = (entry.key - 1) % _OCTAVE if entry.key else 0
        shift = -tonic if tonic <= _OCTAVE // 2 else _OCTAVE - tonic
    else:
        shift = int(rng.integers(-preset.transpose, preset.transpose + 1))
    limits = corpus.words.shifts(corpus.rows(entry))
    return shift if limits is None else min(max(shift, limits[0]), limits[1])
