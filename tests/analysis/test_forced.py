"""Forced alignment on made emissions, whose times are known."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray

from musivid.analysis.forced import STAR, force_tokens
from musivid.core.errors import InputError

BLANK = 0


def made(said: str, *, sure: float = 0.9, columns: int = 6) -> NDArray[np.float32]:
    """Emissions in which each frame says one token surely: `.` is the blank, digits are tokens."""
    rest = (1 - sure) / (columns - 1)
    chances = np.full((len(said), columns), rest, np.float32)
    for frame, sign in enumerate(said):
        chances[frame, BLANK if sign == "." else int(sign)] = sure
    return np.log(chances)


def frames(said: str, tokens: list[int]) -> list[tuple[int, int]]:
    return [(span.first, span.stop) for span in force_tokens(made(said), tokens)]


def test_times_are_those_that_were_made() -> None:
    assert frames("..1..22.3.", [1, 2, 3]) == [(2, 3), (5, 7), (8, 9)]
    assert frames("12", [1, 2]) == [(0, 1), (1, 2)]


def test_a_letter_that_comes_twice_is_parted_by_a_blank() -> None:
    assert frames("..1.1...", [1, 1]) == [(2, 3), (4, 5)]
    assert len(frames("..111...", [1, 1])) == 2


def test_a_star_takes_what_nobody_wrote_down() -> None:
    said = "..12..5453543..34.."
    spans = frames(said, [STAR, 1, 2, STAR, 3, 4, STAR])
    assert spans[1:3] == [(2, 3), (3, 4)] and spans[4:6] == [(15, 16), (16, 17)]
    without = frames(said, [1, 2, 3, 4])
    assert without[2:] != [(15, 16), (16, 17)]  # the letters in the gap would draw it there


def test_what_is_heard_less_surely_counts_less() -> None:
    span = force_tokens(made("..1..", sure=0.7), [1])[0]
    assert span.chance == pytest.approx(0.7)
    low = force_tokens(made(".2222."), [1])[0]
    assert low.chance == pytest.approx(0.02)


def test_it_is_the_likeliest_of_all_ways() -> None:
    """All ways to lay two tokens and a star over six frames, tried one by one."""
    rng = np.random.default_rng(3)
    log_probs = np.log(rng.dirichlet(np.ones(4), 6)).astype(np.float32)
    spans = force_tokens(log_probs, [1, STAR, 2])
    found = sum(log_probs[span.first : span.stop, token].sum()
                for span, token in zip(spans, [1, 3, 2], strict=True) if token < 3)  # fmt: skip
    inside = {frame for span in spans for frame in range(span.first, span.stop)}
    found += sum(log_probs[frame, BLANK] for frame in range(6) if frame not in inside)
    best = -np.inf
    heard = np.pad(log_probs, ((0, 0), (0, 1)))
    for way in itertools.product([0, 1, 2, 4], repeat=6):
        runs = [token for token, _ in itertools.groupby(way) if token]
        if runs == [1, 4, 2]:
            best = max(best, float(sum(heard[frame, token] for frame, token in enumerate(way))))
    assert found == pytest.approx(best, abs=1e-4)


def test_too_many_letters_are_refused() -> None:
    with pytest.raises(InputError, match="4 letters and gaps in 3 moments"):
        force_tokens(made("123"), [1, 2, 3, 4])
    with pytest.raises(InputError, match="do not fit"):
        force_tokens(made("111"), [1, 1, 1])
    with pytest.raises(InputError, match="too many to be timed at once"):
        force_tokens(np.zeros((60_000, 2), np.float32), [1, STAR] * 14_000)
    assert force_tokens(made("11"), []) == []
