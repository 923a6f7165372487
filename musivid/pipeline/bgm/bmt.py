"""Composes with BMT tokens: piano in one of four moods, several candidates in one batch."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
import torch

from musivid.core.progress import Reporter
from musivid.core.seeds import dice
from musivid.nets.compound.files import is_own, read_card
from musivid.nets.protocols import Composer
from musivid.pipeline.bgm.composer import Pieces
from musivid.pipeline.bgm.decode import draw
from musivid.pipeline.bgm.fit import fit_score
from musivid.pipeline.bgm.job import CheckedBgm
from musivid.pipeline.bgm.plan import BgmPlan
from musivid.score.bmt.grammar import EMOTIONS, Grammar, Rules
from musivid.score.bmt.tokens import decode, to_tokens
from musivid.score.bmt.vocabulary import (
    FAMILIES,
    PUBLISHED_VOCABULARY,
    Event,
    Value,
    Vocabulary,
    vocabulary_of,
)
from musivid.score.notes import TICKS_PER_BEAT, Score
from musivid.settings.bgm import BgmInferPreset, HeadPreset, SamplingPreset

__all__ = ["BmtComposer", "bmt_rules"]


@dataclass(slots=True)
class _Candidate:
    grammar: Grammar
    rng: np.random.Generator
    events: list[Event]
    kind: str = "Metrical"


@dataclass(frozen=True, slots=True)
class BmtComposer:
    """A composer of BMT tokens.

    Attributes:
        model: the network.
        vocabulary: what the numbers of its tokens mean.
        released: whether it has the layout of the published files, and so their habits.
    """

    kind: ClassVar[str] = "bmt"
    title: ClassVar[str] = "BMT (piano tokens in four moods)"

    model: Composer
    vocabulary: Vocabulary = PUBLISHED_VOCABULARY
    released: bool = False

    @classmethod
    def open(cls, model: Composer, file: Path | None, vocabulary: str | None) -> Self:
        """Return the composer of a loaded network.

        Args:
            model: the network.
            file: its weights; their card, or a vocabulary beside them, says what tokens mean.
            vocabulary: a file that says it instead, or None.

        Raises:
            InputError: a vocabulary that cannot be read, or is not the network's.
        """
        sizes = [model.schema[name].classes for name in FAMILIES]
        card = read_card(file) if file else {}
        known = vocabulary_of(sizes, card, file, vocabulary)
        return cls(model, known, file is not None and not is_own(file))

    def compose(self, plan: BgmPlan, checked: CheckedBgm, reporter: Reporter) -> Pieces:
        """Return as many finished pieces as the preset asks for, composed in one batch."""
        preset, vocabulary = checked.job.preset, self.vocabulary
        reporter.stage("compose", total=len(plan.controls), unit="bars")
        rules = bmt_rules(plan, preset, vocabulary)
        seeds = [preset.seed * 1000 + n for n in range(preset.candidates)]
        begun = [_Candidate(Grammar(rules, vocabulary), dice(seed), []) for seed in seeds]
        for piece in begun:
            piece.events += piece.grammar.opening()
        _decode_all(begun, self, preset.sampling, reporter.advance)
        program, cadence = preset.control.program, preset.ending.cadence
        scores = [
            decode(
                to_tokens(piece.events, vocabulary),
                vocabulary=vocabulary,
                tempo_bpm=100.0,
                program=program,
            )
            for piece in begun
        ]
        players = {"Piano": program}
        final_tick = plan.harmony.final_tick * TICKS_PER_BEAT // 4
        pieces = [_as_piano(score, final_tick) for score in scores]
        return Pieces(plan, [fit_score(p, plan, players, cadence=cadence) for p in pieces])


def bmt_rules(plan: BgmPlan, preset: BgmInferPreset, vocabulary: Vocabulary) -> Rules:
    """Return what a piece for this plan must obey, in the pitches that the vocabulary has."""
    scale = plan.harmony.key.pitch_classes if preset.harmony.in_key else frozenset(range(12))
    known = frozenset(int(str(v).rpartition("_")[2]) for v in vocabulary.values["pitch"] if v)
    bars = len(plan.controls)
    return Rules(
        controls=plan.controls,
        is_free=plan.is_free,
        bar_share=[min(1.0, plan.tempo.time_s(4.0 * b) / plan.duration_s) for b in range(bars + 1)],
        tempo_bpm=plan.tempo.mean_bpm,
        emotion=EMOTIONS[plan.emotion],
        pitches=frozenset(p for p in known if p % 12 in scale) or known,
        density_range=preset.control.density_range,
    )


def _decode_all(
    pieces: list[_Candidate],
    composer: BmtComposer,
    sampling: SamplingPreset,
    on_bar: Callable[[], None],
) -> None:
    """Choose tokens until every piece is done."""
    model, device = composer.model, next(composer.model.parameters()).device
    vocabulary, positions = composer.vocabulary, sampling.positions
    types = vocabulary.ids["type"]
    with torch.inference_mode():
        counts = not composer.released if positions == "auto" else positions == "counted"
        state = model.start(batch=len(pieces), count=counts)
        fed = [to_tokens(piece.events, vocabulary) for piece in pieces]
        for place in range(len(fed[0])):
            rows = torch.tensor(np.stack([tokens[place] for tokens in fed]), device=device)
            hidden, state = model.step(rows, state)
        while True:
            odds = model.type_logits(hidden).double().cpu().numpy()
            for piece, logits in zip(pieces, odds, strict=True):
                piece.kind = _draw_type(piece, logits, sampling.type, types)
            kinds = torch.tensor([types[piece.kind] for piece in pieces], device=device)
            fields = model.field_logits(hidden, kinds)
            known = {name: part.double().cpu().numpy() for name, part in fields.items()}
            for n, piece in enumerate(pieces):
                if not piece.grammar.is_done:
                    _add_token(piece, {name: part[n] for name, part in known.items()}, sampling)
                    if n == 0 and piece.events[-1].beat == "Bar":
                        on_bar()
            if all(piece.grammar.is_done for piece in pieces):
                return
            last = to_tokens([piece.events[-1] for piece in pieces], vocabulary)
            hidden, state = model.step(torch.tensor(last, device=device), state)


def _draw_type(
    piece: _Candidate, logits: np.ndarray, head: HeadPreset, types: Mapping[Value, int]
) -> str:
    allowed = piece.grammar.types
    mask = np.zeros(len(logits), np.bool_)
    mask[[types[kind] for kind in allowed]] = True
    chosen = draw(logits, mask, piece.rng, head.temperature, head.nucleus)
    return next(kind for kind in allowed if types[kind] == chosen)


def _add_token(piece: _Candidate, logits: dict[str, np.ndarray], sampling: SamplingPreset) -> None:
    chosen = {}
    for name, mask in piece.grammar.masks(piece.kind).items():
        head = getattr(sampling, name)
        chosen[name] = draw(logits[name], mask, piece.rng, head.temperature, head.nucleus)
    piece.events.append(piece.grammar.add(piece.kind, chosen))


def _as_piano(score: Score, final_tick: int) -> Score:
    """The score with its one track under the name that the others know.

    Chords are told up to the last one, which is the film's.
    """
    tracks = tuple(dataclasses.replace(track, name="Piano") for track in score.tracks)
    chords = tuple(chord for chord in score.chords if chord.tick < final_tick)
    return dataclasses.replace(score, tracks=tracks, chords=chords)
