"""What a corpus must know of its songs' tokens: where bars begin, and how they are transposed.

CMT and BMT tokens differ in columns and in what their numbers mean; training asks here and nowhere
else which it has in hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from musivid.score.bmt import tokens as tokens_bmt
from musivid.score.bmt.vocabulary import (
    PUBLISHED_VOCABULARY,
    ROOTS,
    Vocabulary,
    check_vocabulary,
)
from musivid.score.cmt import tokens as tokens_cmt

__all__ = ["BmtTokens", "CmtTokens", "Tokens", "tokens_of"]

Rows = NDArray[np.integer[Any]]
_DRUMS, _HIGHEST = 1, 128  # CMT: track number, class of the highest pitch
_BEAT, _PITCH, _INSTRUMENT = (
    tokens_cmt.COLUMNS.index(name) for name in ("beat", "pitch", "instrument")
)
_BMT = {name: column for column, name in enumerate(tokens_bmt.COLUMNS)}


class Tokens(Protocol):
    """The tokens of one system."""

    @property
    def family(self) -> str:
        """`cmt` or `bmt`."""

    @property
    def columns(self) -> int:
        """Numbers of a token."""

    def bars(self, rows: Rows) -> NDArray[np.int64]:
        """Rows at which bars begin."""

    def players(self, rows: Rows) -> tuple[int, ...]:
        """Track numbers that play, where tokens tell."""

    def shifts(self, rows: Rows) -> tuple[int, int] | None:
        """Fewest and most semitones by which a song can be moved; None: it has no pitches."""

    def transposed(self, rows: Rows, shift: int) -> Rows:
        """Rows with all pitches but those of drums moved by `shift` semitones."""

    def cut(self, rows: Rows, start: int, stop: int, *, tells_mood: bool) -> Rows:
        """Rows of a segment, with what must stand before it wherever it is in its song."""

    def to_json(self) -> dict[str, Any]:
        """What `tokens_of` makes the same tokens of; JSON types."""


@dataclass(frozen=True, slots=True)
class CmtTokens:
    """Tokens of the Controllable Music Transformer."""

    family: str = "cmt"
    columns: int = len(tokens_cmt.COLUMNS)

    def bars(self, rows: Rows) -> NDArray[np.int64]:
        """Rows at which bars begin."""
        return np.flatnonzero(rows[:, _BEAT] == tokens_cmt.BAR)

    def players(self, rows: Rows) -> tuple[int, ...]:
        """Track numbers 1..5 that play."""
        return tuple(int(i) for i in np.unique(rows[:, _INSTRUMENT]) if i)

    def shifts(self, rows: Rows) -> tuple[int, int] | None:
        """Fewest and most semitones that keep all pitches in MIDI's range; None: no pitches."""
        pitches = rows[:, _PITCH][self._pitched(rows)]
        if not len(pitches):
            return None
        return 1 - int(pitches.min()), _HIGHEST - int(pitches.max())

    def transposed(self, rows: Rows, shift: int) -> Rows:
        """Rows with all pitches but those of drums moved by `shift` semitones."""
        if not shift:
            return rows
        moved = rows.copy()
        moved[:, _PITCH][self._pitched(rows)] += shift
        return moved

    def cut(self, rows: Rows, start: int, stop: int, *, tells_mood: bool) -> Rows:
        """Rows of a segment as they are."""
        return rows[start:stop]

    def to_json(self) -> dict[str, Any]:
        """What `tokens_of` makes the same tokens of."""
        return {"family": self.family}

    def _pitched(self, rows: Rows) -> NDArray[np.bool_]:
        pitched: NDArray[np.bool_] = (rows[:, _PITCH] > 0) & (rows[:, _INSTRUMENT] != _DRUMS)
        return pitched


class BmtTokens:
    """Tokens of the BM-Transformer, whose numbers mean what a vocabulary says."""

    family = "bmt"
    columns = len(tokens_bmt.COLUMNS)

    def __init__(self, vocabulary: Vocabulary = PUBLISHED_VOCABULARY) -> None:
        self.vocabulary = vocabulary
        values = vocabulary.values["pitch"]
        self._pitches = np.array([int(str(v).rpartition("_")[2]) if v else -1 for v in values])
        self._bar = vocabulary.ids["beat"]["Bar"]
        self._tables: dict[int, tuple[Rows, Rows]] = {}

    def bars(self, rows: Rows) -> NDArray[np.int64]:
        """Rows at which bars begin."""
        return np.flatnonzero(rows[:, _BMT["beat"]] == self._bar)

    def players(self, rows: Rows) -> tuple[int, ...]:
        """None: there is one piano."""
        return ()

    def shifts(self, rows: Rows) -> tuple[int, int] | None:
        """Fewest and most semitones that keep all pitches in the vocabulary; None: no pitches."""
        pitches = self._pitches[rows[:, _BMT["pitch"]]]
        pitches = pitches[pitches >= 0]
        known = self._pitches[self._pitches >= 0]
        if not len(pitches):
            return None
        return int(known.min() - pitches.min()), int(known.max() - pitches.max())

    def transposed(self, rows: Rows, shift: int) -> Rows:
        """Rows with pitches and chords moved by `shift` semitones."""
        if not shift:
            return rows
        if shift not in self._tables:
            self._tables[shift] = self._table("pitch", shift), self._table("chord", shift)
        moved = rows.copy()
        for name, table in zip(("pitch", "chord"), self._tables[shift], strict=True):
            moved[:, _BMT[name]] = table[rows[:, _BMT[name]]]
        return moved

    def cut(self, rows: Rows, start: int, stop: int, *, tells_mood: bool) -> Rows:
        """Rows of a segment behind the token of its song's mood, which may be left unsaid."""
        opening = rows[:1].copy()
        if not tells_mood:
            opening[0, _BMT["emotion"]] = 0
        return np.concatenate([opening, rows[max(start, 1) : stop]])

    def to_json(self) -> dict[str, Any]:
        """What `tokens_of` makes the same tokens of."""
        return {"family": self.family, "vocabulary": self.vocabulary.to_json()}

    def _table(self, family: str, shift: int) -> Rows:
        """The number of each value of a family, moved by `shift` semitones."""
        values = self.vocabulary.values[family]
        moved = [self.vocabulary.nearest(family, _moved(str(v), shift)) if v else 0 for v in values]
        return np.array(moved)


def tokens_of(facts: Mapping[str, Any], source: str) -> Tokens:
    """The tokens that `to_json` told of.

    Raises:
        InputError: a vocabulary that is none. KeyError: facts of nothing known.
    """
    if facts["family"] == "cmt":
        return CmtTokens()
    return BmtTokens(check_vocabulary(facts["vocabulary"], source))


def _moved(value: str, shift: int) -> str:
    """A pitch or chord, moved; `CONTI` and `N_N` stay what they are."""
    kind, _, last = value.rpartition("_")
    if kind == "Note_Pitch":
        return f"{kind}_{int(last) + shift}"
    root, _, quality = value.partition("_")
    return f"{ROOTS[(ROOTS.index(root) + shift) % 12]}_{quality}" if root in ROOTS else value
