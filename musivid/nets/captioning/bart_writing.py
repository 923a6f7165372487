"""Texts out of a decoder: beam search and nucleus sampling, with the rules that captions obey.

Both take a `step`: called with all tokens so far, int64 [rows, length], and with the row that each
row goes on from (None at the start), it gives logits float32 [rows, vocabulary] of the next token.
Beam search gives the ids that transformers 4.26 and 5.23 give for the same options.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

__all__ = ["Step", "Writing", "write_beams", "write_nucleus"]

Step = Callable[[Tensor, Tensor | None], Tensor]
_NEVER = -1e9  # logit of a token that may not come


@dataclass(frozen=True, slots=True)
class Writing:
    """The rules of writing.

    Attributes:
        start: first token, which is not part of the text.
        end: token that ends a text.
        beams: texts kept by beam search.
        most: longest text in tokens, `start` included.
        least: shortest, likewise.
        no_repeat: no run of so many tokens comes twice; 0: any may.
        repetition_penalty: over 1 makes tokens that were said less likely.
        length_penalty: texts are ranked by log likelihood / length ** this.
        early_stopping: end as soon as there are `beams` whole texts.
        forced_start: token after `start`, or None.
        forced_end: last token of a text that is cut off at `most`, or None.
        top_p, top_k, temperature: of nucleus sampling.
    """

    start: int = 2
    end: int = 2
    beams: int = 5
    most: int = 128
    least: int = 2
    no_repeat: int = 3
    repetition_penalty: float = 1.0
    length_penalty: float = 1.0
    early_stopping: bool = True
    forced_start: int | None = 0
    forced_end: int | None = 2
    top_p: float = 0.9
    top_k: int = 50
    temperature: float = 1.0


@torch.inference_mode()
def write_beams(
    step: Step, clips: int, rules: Writing, device: torch.device | str = "cpu"
) -> list[list[int]]:
    """The likeliest text found for each clip: tokens without `start`, with `end`.

    Args:
        step: as above; rows are `beams` for each clip, clip by clip.
        clips: how many there are.
        rules: how to write.
        device: where the tokens live.
    """
    beams = rules.beams
    said = torch.full((clips * beams, 1), rules.start, device=device)
    scores = torch.full((clips, beams), _NEVER, device=device)
    scores[:, 0] = 0
    whole: list[list[tuple[float, list[int]]]] = [[] for _ in range(clips)]
    open_ones = [True] * clips
    base = torch.arange(clips, device=device)[:, None] * beams
    parents = None
    while any(open_ones) and said.shape[1] < rules.most:
        odds = _obey(step(said, parents).log_softmax(-1), said, rules)
        odds = odds.view(clips, beams, -1) + scores[:, :, None]
        best, place = odds.flatten(1).topk(2 * beams)
        rows, tokens = base + place // odds.shape[-1], place % odds.shape[-1]
        length = said.shape[1]
        ends = (tokens == rules.end) | (length + 1 >= rules.most)
        _keep(whole, open_ones, (best, said[rows], tokens, ends), rules)
        scores, chosen = (best + ends * _NEVER).topk(beams)
        parents = rows.gather(1, chosen).flatten()
        said = torch.cat([said[parents], tokens.gather(1, chosen).view(-1, 1)], 1)
        _close(whole, open_ones, scores[:, 0].tolist(), length, rules)
    return [max(texts, key=lambda text: text[0])[1] for texts in whole]


def _keep(
    whole: list[list[tuple[float, list[int]]]],
    open_ones: list[bool],
    found: tuple[Tensor, Tensor, Tensor, Tensor],
    rules: Writing,
) -> None:
    """Put texts that just ended, if they are among a clip's best continuations, to the whole."""
    best, said, tokens, ends = found
    length = said.shape[-1]
    for clip, row in ends[:, : rules.beams].nonzero().tolist():
        if not open_ones[clip]:
            continue
        score = float(best[clip, row]) / length**rules.length_penalty
        text = [*said[clip, row, 1:].tolist(), int(tokens[clip, row])]
        kept = sorted([*whole[clip], (score, text)], key=lambda entry: -entry[0])
        whole[clip] = kept[: rules.beams]


def _close(
    whole: list[list[tuple[float, list[int]]]],
    open_ones: list[bool],
    leaders: list[float],
    length: int,
    rules: Writing,
) -> None:
    """Close clips that have enough whole texts, none of which an open one can still beat."""
    for clip, texts in enumerate(whole):
        if len(texts) == rules.beams:
            hope = leaders[clip] / length**rules.length_penalty
            if rules.early_stopping or hope <= texts[-1][0]:
                open_ones[clip] = False


@torch.inference_mode()
def write_nucleus(
    step: Step, seeds: list[int], rules: Writing, device: torch.device | str = "cpu"
) -> list[list[int]]:
    """A text for each clip, drawn at random: the same for the same seed, whatever its neighbours.

    Args:
        step: as above, one row for each clip.
        seeds: one for each clip.
        rules: how to write.
        device: where the tokens live.
    """
    lots = [torch.Generator().manual_seed(seed) for seed in seeds]
    said = torch.full((len(seeds), 1), rules.start, device=device)
    ended = torch.zeros(len(seeds), dtype=torch.bool, device=device)
    parents = None
    while said.shape[1] < rules.most and not bool(ended.all()):
        odds = _obey(step(said, parents), said, rules) / rules.temperature
        odds, order = odds.sort(dim=-1, descending=True)
        odds[:, rules.top_k :] = -torch.inf
        chances = odds.softmax(-1)
        before = chances.cumsum(-1) - chances
        chances = chances.masked_fill(before >= rules.top_p, 0.0)
        drawn = torch.cat([torch.rand(1, generator=lot) for lot in lots]).to(device)
        sums = chances.cumsum(-1)
        column = (sums < drawn[:, None] * sums[:, -1:]).sum(-1, keepdim=True)
        token = order.gather(1, column).masked_fill(ended[:, None], rules.end)
        said = torch.cat([said, token], 1)
        ended |= token[:, 0] == rules.end
        parents = torch.arange(len(seeds), device=device)
    return [_until(row, rules.end) for row in said[:, 1:].tolist()]


def _until(tokens: list[int], end: int) -> list[int]:
    return tokens[: tokens.index(end) + 1] if end in tokens else tokens


def _obey(odds: Tensor, said: Tensor, rules: Writing) -> Tensor:
    """Log odds [rows, vocabulary] with what the rules forbid made impossible."""
    length = said.shape[1]
    if rules.repetition_penalty != 1:
        old = odds.gather(1, said)
        more, less = old * rules.repetition_penalty, old / rules.repetition_penalty
        odds = odds.scatter(1, said, torch.where(old < 0, more, less))
    if rules.no_repeat and length >= rules.no_repeat:
        runs = said.unfold(1, rules.no_repeat, 1)
        alike = (runs[:, :, :-1] == said[:, None, length - rules.no_repeat + 1 :]).all(-1)
        row, column = alike.nonzero(as_tuple=True)
        odds[row, runs[row, column, -1]] = -torch.inf
    if length < rules.least:
        odds[:, rules.end] = -torch.inf
    if length == 1 and rules.forced_start is not None:
        odds = _only(odds, rules.forced_start)
    if length == rules.most - 1 and rules.forced_end is not None:
        odds = _only(odds, rules.forced_end)
    return odds


def _only(odds: Tensor, token: int) -> Tensor:
    forced = torch.full_like(odds, -torch.inf)
    forced[:, token] = 0
    return forced
