"""What beats cost: lengths off the mean, changes of length, and distance from hits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from musivid.score.beat_search import GRID_S, Hits, Search, _downbeat_costs, _Lattice, search_beats

ONE = np.array([True])


def lattice(pull: float = 0.0) -> _Lattice:
    """Beats of half a second, a tenth longer or shorter at most."""
    return _Lattice(Search(np.array([0.5]), np.array([pull]), 0.1, np.zeros(1)))


def test_a_length_off_the_mean_costs_its_square_and_its_pull() -> None:
    lengths = lattice().lengths[0].tolist()
    assert lengths == list(range(90, 111))
    own = dict(zip(lengths, lattice().own[0].tolist(), strict=True))
    assert own[100] == 0
    assert own[104] == own[96] == pytest.approx(0.03)
    assert own[108] == pytest.approx(0.12)
    pulled = dict(zip(lengths, lattice(0.5).own[0].tolist(), strict=True))
    assert pulled[104] == pytest.approx(0.03 + 2.0) and pulled[96] == pytest.approx(0.03 - 2.0)


def test_a_change_of_length_costs_its_square_up_to_what_is_heard() -> None:
    turns = lattice().turns[0].tolist()
    assert turns == pytest.approx([0.27, 0.12, 0.03, 0, 0.03, 0.12, 0.27])  # of 1, 2 and 3 %


def test_a_hit_is_met_where_lengths_may_give_way() -> None:
    hits = Hits(np.array([2.06]), np.ones(1), ONE, ~ONE)
    search = Search(np.array([0.5]), np.zeros(1), 0.1, np.zeros(1))
    ((cost, beats),) = search_beats(4.0, hits, search)
    assert np.abs(beats - 2.06).min() <= 0.0151 and beats[0] == 0 and beats[-1] >= 4.0
    stiff = Search(np.array([0.5]), np.zeros(1), 0.0, np.zeros(1))
    ((missed, even),) = search_beats(4.0, hits, stiff)
    assert even == pytest.approx(np.arange(9) / 2)
    # Off by 0.06 s: (0.045 / 0.02)^2, and an eye begins to doubt.
    assert missed == pytest.approx((0.045 / 0.02) ** 2 + 5.0, rel=1e-4) and cost < missed
    far_stiff = replace(stiff, far_s=0.05)
    ((far, same),) = search_beats(4.0, hits, far_stiff)
    assert far == pytest.approx(missed + 200 * (0.01 / 0.02) ** 2, rel=1e-4)
    assert np.array_equal(same, even)
    soft = replace(hits, is_hard=~ONE)
    assert search_beats(4.0, soft, stiff)[0][0] == search_beats(4.0, soft, far_stiff)[0][0]


def test_downbeats_gain_by_hits_and_the_middle_of_the_bar_by_less() -> None:
    place = round(1.0 / GRID_S)
    gains = _downbeat_costs(Hits(np.array([1.0]), np.ones(1), ONE, ~ONE), 400, (4, 2))
    assert gains[place].tolist() == pytest.approx([-0.6, 0, -0.24, 0])
    assert gains[place + 8, 0] == gains[place - 8, 0] == pytest.approx(-0.6)
    assert not gains[place + 9].any() and not gains[place - 9].any()
    section = _downbeat_costs(Hits(np.array([1.0]), np.ones(1), ONE, ONE), 400, (4, 2))
    assert section[place].tolist() == pytest.approx([-6.0, 0, 0, 0])
    soft = _downbeat_costs(Hits(np.array([1.0]), np.ones(1), ~ONE, ~ONE), 400, (3, 0))
    assert soft[place].tolist() == pytest.approx([-0.15, 0, 0])


@pytest.mark.parametrize("chunks", [0, 1, 2, 3, 3.9, 9])
def test_beats_are_the_same_however_much_of_the_search_is_on_disk(
    monkeypatch: pytest.MonkeyPatch, chunks: float
) -> None:
    times = np.array([1.1, 3.7, 5.2, 8.8, 9.9])
    hits = Hits(times, np.ones(5), times > 2, times > 9)
    periods = 60 / np.array([90.0, 110.0, 131.0])
    search = Search(periods, np.zeros(3), 0.08, np.zeros(3), bars=True)
    whole = search_beats(11.0, hits, search)  # in one chunk, in memory
    monkeypatch.setattr("musivid.score.beat_search._CHUNK", 580)  # a short one is left
    size = 580 * _Lattice(search).lengths.size * search.metre[0]
    monkeypatch.setattr("musivid.score.beat_search._KEPT_BYTES", int(chunks * size))
    parted = search_beats(11.0, hits, search)
    for (cost, beats), (known, others) in zip(parted, whole, strict=True):
        assert cost == known and np.array_equal(beats, others)
