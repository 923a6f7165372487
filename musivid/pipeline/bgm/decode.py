"""Composes by a compound-word transformer: several candidates token by token in one batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from musivid.core.seeds import dice
from musivid.nets.compound.files import State
from musivid.nets.protocols import Composer
from musivid.score.cmt.grammar import BAR, DRUMS, Grammar, Rules, Token
from musivid.settings.bgm import SamplingPreset

__all__ = ["Bias", "compose_cmt", "draw"]

_HIGHEST = 128  # class of the highest pitch
_BAR_TICKS = 16  # sixteenths
_KEPT = 8  # of what was remembered, this part is gone through again
Logits = NDArray[np.float64]
Bias = Callable[[Grammar], Logits]
"""What is added to the logits of the pitch field, float64 [129], for the group in hand."""


@dataclass(slots=True)
class _Candidate:
    """One piece while it is made."""

    grammar: Grammar
    rng: np.random.Generator
    tokens: list[Token]


def draw(
    logits: Logits,
    mask: NDArray[np.bool_],
    rng: np.random.Generator,
    temperature: float = 1.0,
    nucleus: float = 1.0,
) -> int:
    """Return an index drawn from the softmax of the logits that the mask allows.

    Of the sorted probabilities those up to the first that exceeds `nucleus` in sum are kept.
    """
    allowed = np.flatnonzero(mask)
    if len(allowed) == 1:
        return int(allowed[0])
    scaled = logits[allowed] / max(temperature, 1e-3)
    odds = np.exp(scaled - scaled.max())
    odds /= odds.sum()
    order = np.argsort(-odds, kind="stable")
    total = np.cumsum(odds[order])
    kept = order[: int(np.searchsorted(total, nucleus, side="right")) + 1]
    place = rng.random() * odds[kept].sum()
    chosen = kept[min(len(kept) - 1, int(np.searchsorted(np.cumsum(odds[kept]), place)))]
    return int(allowed[chosen])


def compose_cmt(
    model: Composer,
    rules: Rules,
    init: Sequence[Sequence[int]] | None,
    *,
    seeds: Sequence[int],
    sampling: SamplingPreset,
    bias: Bias | None = None,
    shift: int = 0,
    memory: int | None = None,
    on_bar: Callable[[], None] = lambda: None,
) -> list[NDArray[np.int64]]:
    """Return the tokens of one piece per seed, int64 [n, 9] in the order of the model's columns.

    A piece depends on its own seed alone, not on the others in the batch.

    Args:
        model: of the CMT family.
        rules: what every piece must obey.
        init: initial tokens (genre, key, instrument); None for the model's own.
        seeds: one a candidate.
        sampling: temperatures and nuclei.
        bias: leans pitches towards chords.
        shift: semitones by which the piece is above the key that the model composes in.
        memory: tokens that the model may remember, as many as it learnt with: beyond them it begins
            anew with the last ones, since it fades where it never was; None for any number.
        on_bar: called when the first candidate begins a bar.
    """
    device = next(model.parameters()).device
    pieces = [_Candidate(Grammar(rules), dice(seed), []) for seed in seeds]
    for piece in pieces:
        piece.tokens.append(piece.grammar.opening())
    starts = None if init is None else torch.tensor([list(map(list, init))], device=device)
    listener = _Listener(model, starts, shift, memory)
    with torch.inference_mode():
        while not all(piece.grammar.is_done for piece in pieces):
            hidden = listener.hear([piece.tokens for piece in pieces])
            types = torch.tensor([piece.grammar.type for piece in pieces], device=device)
            fields = model.field_logits(hidden, types)
            logits = {name: part.double().cpu().numpy() for name, part in fields.items()}
            pitches = np.roll(logits["pitch"], shift, axis=1)
            for n, piece in enumerate(pieces):
                if not piece.grammar.is_done:
                    own = {k: v[n] for k, v in logits.items()}
                    if piece.grammar.instrument != DRUMS:
                        own["pitch"] = pitches[n]
                    token = _next_token(piece, own, sampling, bias)
                    piece.tokens.append(token)
                    if n == 0 and token.beat == BAR:
                        on_bar()
    return [np.array([token.row() for token in piece.tokens], np.int64) for piece in pieces]


class _Listener:
    """What the model remembers of several pieces; never more tokens than it learnt with."""

    def __init__(
        self, model: Composer, starts: Tensor | None, shift: int, memory: int | None
    ) -> None:
        self._model, self._starts, self._shift, self._memory = model, starts, shift, memory
        self._state: State | None = None
        self._remembered = 0
        self._since: list[int] = []

    def hear(self, pieces: Sequence[Sequence[Token]]) -> Tensor:
        """Take the last token of each piece; returns hidden states [pieces, model_size]."""
        new = 1
        if self._state is None or (self._memory and self._remembered >= self._memory):
            self._state = self._model.start(self._starts, len(pieces))
            # Begun anew with the last tokens, whose bars are counted from the first of them.
            new = max(1, min(self._remembered, (self._memory or 0) // _KEPT))
            self._since = [_bar_start(tokens[-new:][0]) for tokens in pieces]
            self._remembered = 0
        device = next(self._model.parameters()).device
        for back in range(new, 0, -1):
            pairs = zip(pieces, self._since, strict=True)
            rows = [_heard(tokens[-back:][0], self._shift, since) for tokens, since in pairs]
            hidden, _ = self._model.step(torch.tensor(rows, device=device), self._state)
        self._remembered += new
        return hidden


def _bar_start(token: Token) -> int:
    """The sixteenth at which the bar of a token begins."""
    return max(0, token.i_beat) // _BAR_TICKS * _BAR_TICKS


def _heard(token: Token, shift: int, since: int) -> tuple[int, ...]:
    """A token's columns as the model is to hear it: in its own key, counted from `since`."""
    if token.pitch and token.instrument != DRUMS:
        token = replace(token, pitch=min(max(token.pitch - shift, 1), _HIGHEST))
    return replace(token, i_beat=token.i_beat - since).row() if since else token.row()


def _next_token(
    piece: _Candidate, logits: dict[str, Logits], sampling: SamplingPreset, bias: Bias | None
) -> Token:
    """Choose the next token of a piece within its grammar."""
    grammar = piece.grammar

    def pick(name: str, mask: NDArray[np.bool_], extra: Logits | float = 0.0) -> int:
        head = getattr(sampling, name)
        return draw(logits[name] + extra, mask, piece.rng, head.temperature, head.nucleus)

    if grammar.type == 2:
        pitch = pick("pitch", grammar.pitch_mask(), bias(grammar) if bias else 0.0)
        return grammar.add_note(pitch, pick("duration", grammar.duration_mask()))
    beat = pick("beat", grammar.beat_mask())
    if beat == BAR:
        return grammar.open_bar(pick("density", grammar.density_mask()))
    instrument = pick("instrument", grammar.instrument_mask(beat))
    low, high = grammar.strength_range(beat, instrument)
    strengths = np.zeros(len(logits["strength"]), np.bool_)
    strengths[low : high + 1] = True
    return grammar.open_group(beat, instrument, pick("strength", strengths))
