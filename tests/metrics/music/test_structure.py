"""Structureness against plain, slow versions of the published steps, written apart."""

from __future__ import annotations

import math

import numpy as np
import pytest

from musivid.metrics.music import structure as music_structure
from musivid.metrics.music.likeness import FRAME_RATE_HZ, RATE_HZ, hear_chroma, self_likeness
from musivid.metrics.music.structure import fitness_scape_plot, structureness

Path = list[tuple[int, int]]


def random_likeness(frames: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    matrix = rng.choice([-2.0, 0.3, 0.6, 0.9], (frames, frames), p=[0.6, 0.15, 0.15, 0.1])
    matrix += rng.uniform(0, 0.01, matrix.shape)  # no two ways are equally good
    np.fill_diagonal(matrix, 1.0)
    return matrix


def best_family(segment: np.ndarray) -> tuple[float, list[Path]]:
    """The best family of paths through [frames, length], each way kept whole."""
    frames, length = segment.shape
    between: list[tuple[float, list[Path]]] = [(0.0, [])]
    cells: dict[tuple[int, int], tuple[float, list[Path]]] = {}
    for n in range(frames):
        if n > 0:
            ways = [between[n - 1]]
            if (n - 1, length - 1) in cells:
                ways.append(cells[n - 1, length - 1])
            between.append(max(ways, key=lambda way: way[0]))
        score, family = between[n]
        cells[n, 0] = (score + segment[n, 0], [*family, [(n, 0)]])
        for m in range(1, length):
            steps = [(n - 1, m - 1), (n - 2, m - 1), (n - 1, m - 2)]
            ways = [cells[step] for step in steps if step in cells]
            if ways:
                score, family = max(ways, key=lambda way: way[0])
                cells[n, m] = (score + segment[n, m], [*family[:-1], [*family[-1], (n, m)]])
    last = cells.get((frames - 1, length - 1), (-math.inf, []))
    return max(last, between[-1], key=lambda way: way[0])


@pytest.mark.parametrize("seed", range(3))
def test_fitness_of_every_segment(seed: int) -> None:
    likeness = random_likeness(13, seed)
    plot = fitness_scape_plot(likeness, 2.0)
    for row, length in enumerate(plot.lengths):
        for start in range(13 - length + 1):
            score, family = best_family(likeness[:, start : start + length])
            steps = sum(len(path) for path in family)
            covered = sum(path[-1][0] - path[0][0] + 1 for path in family)
            normal_score, normal_cover = (score - length) / steps, (covered - length) / 13
            both = normal_score + normal_cover
            expected = 2 * normal_score * normal_cover / both if both else 0.0
            assert plot.fitness[row, start] == pytest.approx(expected, abs=1e-6)


def test_thinned_lengths_give_the_same_fitness(monkeypatch: pytest.MonkeyPatch) -> None:
    likeness = random_likeness(40, 5)
    every = fitness_scape_plot(likeness, 2.0)
    monkeypatch.setattr(music_structure, "_EXACT_FRAMES", 10)
    some = fitness_scape_plot(likeness, 2.0)
    assert len(some.lengths) < 30
    assert some.lengths[-1] == 40
    np.testing.assert_array_equal(some.fitness, every.fitness[some.lengths - 1])


def slow_likeness(chroma: np.ndarray) -> np.ndarray:
    """Path smoothing cell by cell, then the threshold by counting."""
    frames = chroma.shape[1]
    best = np.zeros((frames, frames))
    tempi = [2.0 ** (-1 + k / 3) for k in range(7)]
    for shift in range(12):
        raw = [[sum(chroma[(c - shift) % 12, i] * chroma[c, j] for c in range(12))
                for j in range(frames)] for i in range(frames)]  # fmt: skip
        for tempo in tempi:
            columns = math.ceil(frames / tempo - 1e-12)
            source = [max(round((k + 1) / columns * frames) - 1, 0) for k in range(columns)]
            for direction in (1, -1):
                for i in range(frames):
                    for j in range(frames):
                        at = max(round((j + 1) / frames * columns) - 1, 0)
                        cells = [(i + direction * k, at + direction * k) for k in range(16)]
                        total = sum(
                            raw[a][source[b]]
                            for a, b in cells
                            if 0 <= a < frames and 0 <= b < columns
                        )
                        best[i, j] = max(best[i, j], total / 16)
    ordered = sorted(best.flatten())
    least = ordered[round(len(ordered) * 0.75)]
    kept = [v for v in ordered if v >= least]
    scaled = np.where(best >= least, (best - min(kept)) / (max(kept) - min(kept)), -2.0)
    np.fill_diagonal(scaled, 1.0)
    return scaled


def test_self_likeness_cell_by_cell() -> None:
    chroma = np.random.default_rng(4).random((12, 18))
    chroma /= np.linalg.norm(chroma, axis=0)
    np.testing.assert_allclose(self_likeness(chroma), slow_likeness(chroma), atol=1e-6)


def tune(pitches: list[int], note_s: float = 1.0) -> np.ndarray:
    time = np.arange(round(note_s * RATE_HZ)) / RATE_HZ
    waves = [np.sin(2 * np.pi * 440 * 2 ** ((p - 69) / 12) * time) for p in pitches]
    return np.concatenate(waves).astype(np.float32)


def test_chroma_says_what_sounds() -> None:
    chroma = hear_chroma(tune([60] * 6 + [69] * 6))
    assert chroma.shape == (12, round(12 * FRAME_RATE_HZ) + 1)
    np.testing.assert_allclose(np.linalg.norm(chroma, axis=0), 1.0)
    assert set(chroma[:, :8].argmax(0)) == {0}
    assert set(chroma[:, -8:].argmax(0)) == {9}
    np.testing.assert_allclose(hear_chroma(np.zeros(RATE_HZ * 3, np.float32)), 12**-0.5)


def test_what_comes_back_has_more_structure_than_what_does_not() -> None:
    rng = np.random.default_rng(1)
    verse = list(rng.integers(48, 72, 16))
    again = self_likeness(hear_chroma(tune(verse * 3)))
    never = self_likeness(hear_chroma(tune(list(rng.integers(48, 72, 48)))))
    plots = [fitness_scape_plot(matrix, FRAME_RATE_HZ) for matrix in (again, never)]
    strong, weak = (structureness(plot, 15, 128) for plot in plots)
    assert strong is not None
    assert weak is not None
    assert 0 <= weak < strong - 0.1
    assert strong <= 1
    assert structureness(plots[0], 60, 128) is None


@pytest.mark.parametrize(("frames", "count"), [(160, 160), (161, 39)])
def test_beyond_160_frames_lengths_are_thinned(frames: int, count: int) -> None:
    lengths = music_structure._lengths(frames, frames)
    assert len(lengths) == count and lengths[0] == 1 and lengths[-1] == frames
    assert (np.diff(lengths) > 0).all()
