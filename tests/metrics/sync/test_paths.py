"""Warped paths between lists of moments, and the published score."""

from __future__ import annotations

import numpy as np
import pytest
from events_fixtures import pairs

from musivid.metrics.sync.paths import _halved, _window, fast_dtw, legacy_score, mean_step_s

__all__ = ["pairs"]


def test_warping_finds_the_best_path(pairs: list[tuple[np.ndarray, np.ndarray]]) -> None:
    for audio, video in pairs[:10]:
        cost = np.full((len(audio) + 1, len(video) + 1), np.inf)
        cost[0, 0] = 0
        length = np.zeros_like(cost)
        for i, a in enumerate(audio, 1):
            for j, v in enumerate(video, 1):
                before = [(i - 1, j - 1), (i - 1, j), (i, j - 1)]
                best = min(before, key=lambda at: cost[at])
                cost[i, j], length[i, j] = cost[best] + abs(a - v), length[best] + 1
        expected = cost[-1, -1] / length[-1, -1]
        assert mean_step_s(audio, video[None])[0] == pytest.approx(expected, rel=0.02)
        distance, path = fast_dtw(audio.tolist(), video.tolist())
        assert distance >= cost[-1, -1] - 1e-9
        assert distance == pytest.approx(sum(abs(audio[i] - video[j]) for i, j in path))
        steps = np.diff(np.array(path), axis=0)
        assert path[0] == (0, 0) and path[-1] == (len(audio) - 1, len(video) - 1)
        assert set(map(tuple, steps.tolist())) <= {(1, 0), (0, 1), (1, 1)}


def test_the_published_score_has_its_published_values() -> None:
    assert legacy_score([], [1.0]) == 0.0
    assert legacy_score([1.0, 2.0], [1.0, 2.0]) == 1.0
    # Short lists are warped exactly: |1-1.5| + |2-1.5| over two steps.
    assert legacy_score([1.0, 2.0], [1.5]) == pytest.approx(1 / 1.5)
    # The example printed with the published evaluation: 16 beats against three events.
    assert 0 < legacy_score(list(np.arange(1.0, 30, 1.8)), [8.333, 10.0, 20.0]) < 0.5


def test_the_window_is_twice_the_path_and_a_cell_wider() -> None:
    assert _window([(0, 0)], 4, 9) == [(0, 3)] * 4
    path = [(0, 0), (1, 1), (2, 2), (3, 2), (4, 3)]
    assert _window(path, 9, 8) == [
        (0, 5), (0, 5), (0, 7), (0, 7), (0, 7), (0, 7), (2, 7), (2, 7), (2, 7),
    ]  # fmt: skip


def test_halves_are_means_of_pairs_without_an_odd_last() -> None:
    assert _halved([1.0, 3.0, 5.0, 9.0, 4.0]) == [2.0, 7.0] and _halved([1.0, 2.0]) == [1.5]
