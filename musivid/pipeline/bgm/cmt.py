"""From a plan to scores: the composer's tokens, its notes on the film's tempo map, an ending."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.pipeline.bgm.composer import Composer
from musivid.pipeline.bgm.decode import Bias, compose_cmt
from musivid.pipeline.bgm.plan import BgmPlan
from musivid.score.cmt.grammar import DRUMS, Grammar, Rules
from musivid.score.cmt.tokens import decode
from musivid.score.ending import end_with_picture
from musivid.score.ensemble import PLAYERS
from musivid.score.expression import add_dynamics
from musivid.score.harmony import Chord, degree_weights
from musivid.score.instruments import playable
from musivid.score.notes import TICKS_PER_BEAT, Note, Score, Section
from musivid.settings.bgm import BgmInferPreset, HarmonyPreset

__all__ = ["cmt_rules", "compose_scores", "finish_score", "fit_score"]

_BASS = 4
_PITCHES = 129
_DRUM_PITCHES = (35, 81)
_MOST_NOTES = {1: 3, 2: 4, 3: 4, 4: 1, 5: 4}
_ROOT_LEAN = 1.5  # of the bass to the root, over that of others to the chord
_WEAK = 0.5  # of the lean off the beat
_USUAL_WEIGHT = 3.5


def compose_scores(
    plan: BgmPlan,
    composer: Composer,
    preset: BgmInferPreset,
    on_bar: Callable[[], None] = lambda: None,
) -> list[Score]:
    """Return as many finished pieces as the preset asks for, composed in one batch."""
    rules = cmt_rules(plan, preset)
    tokens = compose_cmt(
        composer.model,
        rules,
        composer.init(plan.ensemble.genre, plan.harmony.key, rules.instruments),
        seeds=[preset.seed * 1000 + n for n in range(preset.candidates)],
        sampling=preset.sampling,
        shift=composer.shift(plan.harmony.key),
        memory=composer.memory,
        bias=_bias(plan, preset.harmony),
        on_bar=on_bar,
    )
    scores = [decode(rows, tempo_bpm=100.0, programs=plan.ensemble.programs) for rows in tokens]
    return [finish_score(score, plan, preset, n) for n, score in enumerate(scores)]


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
    score = fit_score(score, plan, preset, players)
    # Who is heard in the last chord alone has no seat yet.
    tracks = tuple(plan.ensemble.seated(track) for track in score.tracks)
    return dataclasses.replace(score, tracks=tracks)


def fit_score(
    score: Score, plan: BgmPlan, preset: BgmInferPreset, players: Mapping[str, int]
) -> Score:
    """Return a score laid on the film: its tempo map, its end, its shots as sections."""
    bpm, changes = plan.tempo.tempo_changes()
    score = dataclasses.replace(score, key=plan.harmony.key, tempo_bpm=bpm, tempo_changes=changes)
    if plan.tempo.has_upbeat:
        score = _held_upbeat(score)
    if preset.ending.cadence:
        score = end_with_picture(score, plan.tempo, plan.harmony, players)
    else:
        score = _cut_at_end(score, plan)
    return dataclasses.replace(score, sections=_sections(plan, score.bars))


def _held_upbeat(score: Score) -> Score:
    """The score without onsets within the first beat, whose length is not that of the others."""
    tracks = tuple(
        dataclasses.replace(
            track, notes=tuple(n for n in track.notes if not 0 < n.start < TICKS_PER_BEAT)
        )
        for track in score.tracks
    )
    return dataclasses.replace(score, tracks=tracks)


def _cut_at_end(score: Score, plan: BgmPlan) -> Score:
    """The score without what would sound after the film."""
    end = round(plan.tempo.length_beats * TICKS_PER_BEAT)
    tracks = tuple(
        dataclasses.replace(
            track,
            notes=tuple(
                Note(n.start, min(n.end, end) - n.start, n.pitch, n.velocity)
                for n in track.notes
                if n.start < end
            ),
        )
        for track in score.tracks
    )
    return dataclasses.replace(score, tracks=tracks, bars=-(-end // score.ticks_per_bar))


def _sections(plan: BgmPlan, bars: int) -> tuple[Section, ...]:
    """Shots as sections: each begins in the bar of its cut."""
    starts = sorted({0, *(round(4 * plan.tempo.beat_at(t)) // 16 for t in plan.motion.cuts_s)})
    starts = [bar for bar in starts if bar < bars]
    ends = [*starts[1:], bars]
    return tuple(
        Section(f"shot {n}", start, end - start)
        for n, (start, end) in enumerate(zip(starts, ends, strict=True), start=1)
    )
