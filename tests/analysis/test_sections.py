"""Where parts begin: bars beyond those heard, likely lengths, the best of all cuts."""

from __future__ import annotations

import numpy as np
import pytest

from musivid.analysis.sections import (
    _all_bars,
    _best_cut,
    _columns,
    _length_odds,
    _odds,
    describe_spans,
    find_sections,
)
from musivid.analysis.spectrum import Spectrum


def test_bars_go_on_before_and_after_those_heard() -> None:
    bars = _all_bars(np.array([5.1, 7.0, 9.0, 11.0]), 20.0)
    assert bars.tolist() == pytest.approx([1.1, 3.1, 5.1, 7, 9, 11, 13, 15, 17])
    # A bar that began before the song is one of it, if most of it is in it.
    assert _all_bars(np.array([1.5, 3.5, 5.5, 7.5]), 10.0)[0] == 0
    assert _all_bars(np.array([1.0, 3.0, 5.0]), 7.0).tolist() == [0, 2, 4, 6]


def test_parts_of_eights_and_fours_are_likelier_than_odd_and_short_ones() -> None:
    bars = np.array([1, 2, 3, 4, 5, 6, 8, 12, 16, 17, 20, 24])
    wanted = [-4.5, -3, -4.5, 1, -1.5, 0, 2, 1, 2, -1.6, 0.6, 1.2]
    assert _length_odds(bars, last=False).tolist() == pytest.approx(wanted)
    wanted[:3] = [-0.9] * 3
    assert _length_odds(bars, last=True).tolist() == pytest.approx(wanted)


def test_of_all_cuts_that_with_the_best_sum_is_taken() -> None:
    odds = np.full(26, -2.0)
    odds[[8, 16]] = 1.0
    assert _best_cut(odds).tolist() == [0, 8, 16]
    # A border that speaks for itself outweighs a part of seven bars; a weaker one does not.
    odds[[15, 23]] = 7.0, -9.0
    assert _best_cut(odds).tolist() == [0, 8, 15]
    odds[15] = 5.0
    assert _best_cut(odds).tolist() == [0, 8, 16]
    # The last part may be cut off after two bars.
    odds[24] = 2.0
    assert _best_cut(odds).tolist() == [0, 8, 16, 24]


def noise(*levels: tuple[float, float], columns: int = 200) -> Spectrum:
    """Parts of noise, each (level of the lows, of the highs), on a grid of 0.1 s."""
    rng = np.random.default_rng(0)
    parts = []
    for low, high in levels:
        mel = rng.random((64, columns)) + 0.5
        mel[:32] *= low
        mel[32:] *= high
        parts.append(mel)
    mel = np.concatenate(parts, 1).astype(np.float32)
    return Spectrum(0.1, mel, np.zeros((12, mel.shape[1]), np.float32), np.zeros(64, np.float32))


def test_a_song_is_cut_where_its_sound_changes() -> None:
    spectrum = noise((1, 0.01), (0.1, 1), (1, 0.01))
    downbeats = np.arange(0, 60, 2.5)  # eight bars a part
    assert find_sections(spectrum, downbeats, downbeats).tolist() == pytest.approx([0, 20, 40])
    assert find_sections(noise((1, 1), columns=100), downbeats, downbeats[:4]).tolist() == [0]
    assert _columns(spectrum, np.array([0, 0.26, 99.0])).tolist() == [0, 3, 599, 600]


def test_a_span_shorter_than_a_column_is_that_column() -> None:
    spectrum = noise((1, 0.2), columns=12)
    spans = describe_spans(spectrum, np.array([0.0, 0.301, 0.302, 0.4, 1.1]))
    assert spans.shape == (5, 13) and spans[1] == pytest.approx(spans[2])
    single = describe_spans(spectrum, np.arange(12) / 10)
    ratio = (spans[2] / single[3])[1:]  # each call has its own spread
    assert ratio == pytest.approx(ratio.mean(), rel=1e-4)


def test_restlessness_is_that_of_each_bar_alone() -> None:
    # The lows waver about one level, and at last stand still: nothing else ever changes.
    levels = np.zeros((64, 80))
    levels[:20] = np.where(np.arange(80) % 2, -6.0, -12.0)
    levels[:20, 40:] = -9.0
    mel = (10 ** (levels / 10)).astype(np.float32)
    spectrum = Spectrum(0.1, mel, np.zeros((12, 80), np.float32), np.zeros(64, np.float32))
    odds = _odds(spectrum, np.arange(0, 8, 1.0))
    others = np.delete(odds, 4)
    assert odds[4] > others.max() + 0.1
    assert np.ptp(others) < 1e-3
