"""Measures of events against independent formulas."""

from __future__ import annotations

import mir_eval
import numpy as np
import pytest
from events_fixtures import pairs

from musivid.metrics.sync.events import (
    alignment,
    coverage,
    event_iou,
    f_measure,
    hits,
    matches,
    recall_alignment,
    window_iou,
)

__all__ = ["pairs"]


def test_f_measure_is_that_of_mir_eval(pairs: list[tuple[np.ndarray, np.ndarray]]) -> None:
    for audio, video in pairs:
        expected = mir_eval.beat.f_measure(audio, video, f_measure_threshold=0.07)
        assert f_measure(audio, video[None])[0] == pytest.approx(expected, abs=1e-6)


def test_hits_and_coverage_are_recall_and_precision_of_mir_eval(
    pairs: list[tuple[np.ndarray, np.ndarray]],
) -> None:
    for audio, video in pairs:
        _, precision, recall = mir_eval.onset.f_measure(audio, video, window=0.1)
        assert hits(audio, video[None], 0.1)[0] == pytest.approx(recall, abs=1e-6)
        assert coverage(audio, video[None], 0.1)[0] == pytest.approx(precision, abs=1e-6)


def test_rows_do_not_disturb_each_other(pairs: list[tuple[np.ndarray, np.ndarray]]) -> None:
    audio, video = pairs[3]
    rows = np.stack([video, video + 0.3, np.sort((video * 7.1) % 20)])
    together = matches(audio, rows, 0.07)
    assert together.tolist() == [matches(audio, row[None], 0.07)[0] for row in rows]


def test_alignment_is_its_formula(pairs: list[tuple[np.ndarray, np.ndarray]]) -> None:
    for audio, video in pairs[:8]:
        apart = np.abs(audio[:, None] - video[None])
        bells = np.exp(-(apart.min(0) ** 2) / (2 * 0.05**2))
        assert alignment(audio, video[None], 0.05)[0] == pytest.approx(bells.mean(), abs=1e-9)
        bells = np.exp(-(apart.min(1) ** 2) / (2 * 0.05**2))
        found = recall_alignment(audio, video[None], 0.05)[0]
        assert found == pytest.approx(bells.mean(), abs=1e-9)


def test_one_lone_event_has_a_nearest_too() -> None:
    one = np.array([1.0])
    assert alignment(one, np.array([[1.0, 1.05]]), 0.05) == pytest.approx((1 + np.exp(-0.5)) / 2)


def test_iou_of_events_counts_pairs_once() -> None:
    audio, video = np.array([1.0, 2.0, 3.0]), np.array([[1.01, 1.02, 3.0, 9.0]])
    assert event_iou(audio, video, 0.05)[0] == pytest.approx(2 / 5)


@pytest.mark.parametrize("window_s", [0.04, 0.16, 0.5])
def test_iou_of_windows_is_that_of_painted_time(
    pairs: list[tuple[np.ndarray, np.ndarray]], window_s: float
) -> None:
    grid = np.arange(-1, 22, 1e-3)
    for audio, video in pairs[:6]:
        heard, seen = (
            (np.abs(grid[:, None] - events[None]) <= window_s / 2).any(1)
            for events in (audio, video)
        )
        expected = (heard & seen).sum() / (heard | seen).sum()
        assert window_iou(audio, video[None], window_s)[0] == pytest.approx(expected, abs=0.02)
