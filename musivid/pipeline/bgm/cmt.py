"""Composers of CMT tokens, published or taught by us: several candidates in one batch."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.key import degree_weights
from musivid.analysis.tonality import Key
from musivid.core.progress import Reporter
from musivid.core.seeds import dice
from musivid.nets.compound.files import read_card
from musivid.nets.protocols import Composer
from musivid.pipeline.bgm.composer import Pieces
from musivid.pipeline.bgm.decode import Bias, compose_cmt
from musivid.pipeline.bgm.fit import fit_score
from musivid.pipeline.bgm.job import CheckedBgm
from musivid.pipeline.bgm.plan import BgmPlan
from musivid.score.cmt.grammar import DRUMS, Grammar, Rules
from musivid.score.cmt.initial_tokens import genre_class, initial_tokens, key_class
from musivid.score.cmt.tokens import decode
from musivid.score.ensemble import PLAYERS
from musivid.score.expression import add_dynamics
from musivid.score.harmony import Chord
from musivid.score.instruments import playable
from musivid.score.notes import Score
from musivid.settings.bgm import BgmInferPreset, HarmonyPreset

__all__ = ["CmtComposer", "PocketComposer", "cmt_rules", "finish_score"]

_OCTAVE = 12  # semitones
_MEMORY = 1536  # tokens, where a file says nothing
_BASS = 4  # class of the instrument
_PITCHES = 129  # classes: none, and MIDI's 128
_DRUM_PITCHES = (35, 81)  # of General MIDI's drum map
_MOST_NOTES = {1: 3, 2: 4, 3: 4, 4: 1, 5: 4}
_ROOT_LEAN = 1.5  # of the bass to the root, over that of others to the chord
_WEAK = 0.5  # of the lean off the beat
_USUAL_WEIGHT = 3.5  # of a degree; heavier ones draw, lighter ones repel


@dataclass(frozen=True, slots=True)
class CmtComposer:
    """CMT as it was published: it is told what each bar shall do, and nothing of the whole.

    Attributes:
        model: the network.
    """

    kind: ClassVar[str] = "cmt"
    title: ClassVar[str] = "CMT in its published form"

    model: Composer

    @classmethod
    def open(cls, model: Composer, file: Path | None, vocabulary: str | None) -> Self:
        """Return the composer of a loaded network; it needs neither file nor vocabulary."""
        return cls(model)

    def init(self, genre: str, key: Key, instruments: Sequence[int]) -> list[list[int]] | None:
        """Return the initial tokens; None for the model's own."""
        return None

    def shift(self, key: Key) -> int:
        """Return how many semitones a piece in `key` is above what the model composes."""
        return 0

    @property
    def memory(self) -> int | None:
        """Tokens of the longest segment that it learnt with; None: whole pieces."""
        return None

    def compose(self, plan: BgmPlan, checked: CheckedBgm, reporter: Reporter) -> Pieces:
        """Return as many finished pieces as the preset asks for, composed in one batch."""
        preset = checked.job.preset
        reporter.stage("compose", total=len(plan.controls), unit="bars")
        rules = cmt_rules(plan, preset)
        tokens = compose_cmt(
            self.model,
            rules,
            self.init(plan.ensemble.genre, plan.harmony.key, rules.instruments),
            seeds=[preset.seed * 1000 + n for n in range(preset.candidates)],
            sampling=preset.sampling,
            shift=self.shift(plan.harmony.key),
            memory=self.memory,
            bias=_bias(plan, preset.harmony),
            on_bar=reporter.advance,
        )
        scores = [decode(rows, tempo_bpm=100.0, programs=plan.ensemble.programs) for rows in tokens]
        finished = [finish_score(score, plan, preset, n) for n, score in enumerate(scores)]
        return Pieces(plan, finished)


@dataclass(frozen=True, slots=True)
class PocketComposer(CmtComposer):
    """A composer of CMT tokens that was taught to hear genre, key and players.

    Attributes:
        genres: that it was taught, in the order of their classes from 1 on.
        home_key: whether it composes in C alone, so that other keys are moved there.
        window_tokens: tokens of the longest segment that it learnt with.
    """

    kind: ClassVar[str] = "pocket"
    title: ClassVar[str] = (
        "a pocket composer (CMT tokens, taught genre, key and players by `bgm train`)"
    )

    genres: tuple[str, ...] = ()
    home_key: bool = False
    window_tokens: int = _MEMORY

    @classmethod
    def open(cls, model: Composer, file: Path | None, vocabulary: str | None) -> Self:
        """Return the composer of a loaded network; the card of its file says what it was taught."""
        card = read_card(file) if file else {}
        return cls(
            model,
            genres=tuple(card.get("genres", ())),
            home_key=bool(card.get("home_key")),
            window_tokens=int(card.get("window_words", _MEMORY)),
        )

    def init(self, genre: str, key: Key, instruments: Sequence[int]) -> list[list[int]] | None:
        """Return the initial tokens."""
        home = Key((key.tonic - self.shift(key)) % _OCTAVE, key.mode)
        return initial_tokens(genre_class(genre, self.genres), key_class(home), instruments)

    def shift(self, key: Key) -> int:
        """Return how many semitones a piece in `key` is above what the model composes."""
        if not self.home_key:
            return 0
        return key.tonic if key.tonic <= _OCTAVE // 2 else key.tonic - _OCTAVE

    @property
    def memory(self) -> int | None:
        """Tokens of the longest segment that it learnt with."""
        return self.window_tokens


def cmt_rules(plan: BgmPlan, preset: BgmInferPreset) -> Rules:
    """Return what a piece for this plan must obey."""
    players = tuple(sorted(PLAYERS.index(name) + 1 for name in set(preset.control.instruments)))
    return Rules(
        controls=plan.controls,
        is_free=plan.is_free,
        instruments=players,
        pitches={player: _pitches(player, plan, preset.harmony.in_key) for player in players},
        most_notes=_MOST_NOTES,
        density_range=preset.control.density_range,
        length_ticks=max(1, round(4 * plan.tempo.length_beats)),
        within_bars=preset.harmony.chords > 0,
        grooves=preset.control.grooves,
    )


def _pitches(player: int, plan: BgmPlan, in_key: bool) -> NDArray[np.bool_]:
    """Pitches that a player may use, bool [129] as classes."""
    mask = np.zeros(_PITCHES, np.bool_)
    name = PLAYERS[player - 1]
    low, high = _DRUM_PITCHES if player == DRUMS else playable(plan.ensemble.programs[name])
    if player == _BASS:
        high = min(high, 55)
    scale = plan.harmony.key.pitch_classes
    for pitch in range(low, high + 1):
        mask[pitch + 1] = player == DRUMS or not in_key or pitch % 12 in scale
    return mask


def _bias(plan: BgmPlan, settings: HarmonyPreset) -> Bias | None:
    """What leans pitches to the key and to the chord that is on; None where nothing does."""
    if settings.chords <= 0 and settings.tonic <= 0:
        return None
    weights = np.log(np.array(degree_weights(plan.harmony.key)) / _USUAL_WEIGHT)
    tables: dict[tuple[object, ...], NDArray[np.float64]] = {}

    def bias(grammar: Grammar) -> NDArray[np.float64]:
        if grammar.instrument == DRUMS:
            return np.zeros(_PITCHES)
        chord = plan.harmony.at(grammar.i_beat)
        is_bass, is_strong = grammar.instrument == _BASS, grammar.tick % 4 == 0
        key = (chord, is_bass, is_strong)
        if key not in tables:
            lean = settings.chords * (1.0 if is_strong else _WEAK)
            tables[key] = _leaning(chord, lean, is_bass=is_bass) + settings.tonic * np.array(
                [0.0, *(weights[pitch % 12] for pitch in range(128))]
            )
        return tables[key]

    return bias


def _leaning(chord: Chord, lean: float, *, is_bass: bool) -> NDArray[np.float64]:
    """What is added to the logits of each class of the pitch while a chord is on."""
    table = np.zeros(_PITCHES)
    for pitch in range(128):
        if pitch % 12 in chord.pitch_classes:
            table[pitch + 1] = lean
        if is_bass and pitch % 12 == chord.root:
            table[pitch + 1] = lean * _ROOT_LEAN
    return table


def finish_score(score: Score, plan: BgmPlan, preset: BgmInferPreset, seed: int = 0) -> Score:
    """Return composed notes with players, dynamics, tempo map and ending."""
    seated = tuple(plan.ensemble.seated(track) for track in score.tracks)
    rng = dice(preset.seed, 13, seed)
    score = add_dynamics(dataclasses.replace(score, tracks=seated), plan.energy, plan.accents, rng)
    players: dict[str, int] = {
        n: plan.ensemble.programs[n] for n in PLAYERS if n in preset.control.instruments
    }
    score = fit_score(score, plan, players, cadence=preset.ending.cadence)
    # Who is heard in the last chord alone has no seat yet.
    tracks = tuple(plan.ensemble.seated(track) for track in score.tracks)
    return dataclasses.replace(score, tracks=tracks)
