"""Composes with BMT tokens: piano in one of four moods, several candidates in one batch."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from musivid.core.seeds import dice
from musivid.pipeline.bgm.cmt import fit_score
from musivid.pipeline.bgm.composer import Composer
from musivid.pipeline.bgm.decode import draw
from musivid.pipeline.bgm.plan import BgmPlan
from musivid.score.bmt.grammar import EMOTIONS, Grammar, Rules
from musivid.score.bmt.tokens import decode, to_tokens
from musivid.score.bmt.vocabulary import Event, Value, Vocabulary
from musivid.score.notes import Score
from musivid.settings.bgm import BgmInferPreset

__all__ = ["bmt_rules", "compose_bmt_scores"]


@dataclass(slots=True)
class _Candidate:
    grammar: Grammar
    rng: np.random.Generator
    events: list[Event]
    kind: str = "Metrical"


def compose_bmt_scores(
    plan: BgmPlan,
    composer: Composer,
    preset: BgmInferPreset,
    on_bar: Callable[[], None] = lambda: None,
) -> list[Score]:
    """Return as many finished pieces as the preset asks for, composed in one batch."""
    vocabulary = composer.vocabulary
    rules = bmt_rules(plan, preset, vocabulary)
    seeds = [preset.seed * 1000 + n for n in range(preset.candidates)]
    pieces = [_Candidate(Grammar(rules, vocabulary), dice(seed), []) for seed in seeds]
    for piece in pieces:
        piece.events += piece.grammar.opening()
    _decode_all(pieces, composer, preset, on_bar)
    program = preset.control.program
    scores = [
        decode(
            to_tokens(p.events, vocabulary), vocabulary=vocabulary, tempo_bpm=100.0, program=program
        )
        for p in pieces
    ]
    return [fit_score(_as_piano(score), plan, preset, {"Piano": program}) for score in scores]


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
    composer: Composer,
    preset: BgmInferPreset,
    on_bar: Callable[[], None],
) -> None:
    """Choose tokens until every piece is done."""
    model, device = composer.model, next(composer.model.parameters()).device
    vocabulary, positions = composer.vocabulary, preset.sampling.positions
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
                piece.kind = _draw_type(piece, logits, preset, types)
            kinds = torch.tensor([types[piece.kind] for piece in pieces], device=device)
            fields = model.field_logits(hidden, kinds)
            known = {name: part.double().cpu().numpy() for name, part in fields.items()}
            for n, piece in enumerate(pieces):
                if not piece.grammar.is_done:
                    _add_token(piece, {name: part[n] for name, part in known.items()}, preset)
                    if n == 0 and piece.events[-1].beat == "Bar":
                        on_bar()
            if all(piece.grammar.is_done for piece in pieces):
                return
            last = to_tokens([piece.events[-1] for piece in pieces], vocabulary)
            hidden, state = model.step(torch.tensor(last, device=device), state)


def _draw_type(
    piece: _Candidate, logits: np.ndarray, preset: BgmInferPreset, types: Mapping[Value, int]
) -> str:
    allowed = piece.grammar.types
    mask = np.zeros(len(logits), np.bool_)
    mask[[types[kind] for kind in allowed]] = True
    head = preset.sampling.type
    chosen = draw(logits, mask, piece.rng, head.temperature, head.nucleus)
    return next(kind for kind in allowed if types[kind] == chosen)


def _add_token(piece: _Candidate, logits: dict[str, np.ndarray], preset: BgmInferPreset) -> None:
    chosen = {}
    for name, mask in piece.grammar.masks(piece.kind).items():
        head = getattr(preset.sampling, name)
        chosen[name] = draw(logits[name], mask, piece.rng, head.temperature, head.nucleus)
    piece.events.append(piece.grammar.add(piece.kind, chosen))


def _as_piano(score: Score) -> Score:
    """The score with its one track under the name that the others know."""
    tracks = tuple(dataclasses.replace(track, name="Piano") for track in score.tracks)
    return dataclasses.replace(score, tracks=tracks)
