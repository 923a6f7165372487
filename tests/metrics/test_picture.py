"""The small picture of a film that is measured: its size, and frames that stand still."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from musivid.metrics.picture import (
    _LEAST_NOVELTY,
    LegacyEvents,
    PictureMeter,
    _segments,
    working_size,
)


@pytest.mark.parametrize(
    ("size", "wanted"),
    [
        ((1280, 640), (256, 128)),
        ((360, 640), (144, 256)),
        ((100, 50), (100, 50)),
        ((4000, 20), (256, 16)),
    ],
)
def test_the_longer_side_has_256_pixels_at_most(
    size: tuple[int, int], wanted: tuple[int, int]
) -> None:
    assert working_size(size) == wanted


def test_frames_that_show_the_picture_before_are_counted() -> None:
    meter = PictureMeter(25.0, (64, 64))
    chroma = np.full((32, 32), 128, np.uint8)
    for shade, steps in ((10, 1), (10, 1), (90, 1), (40, 3), (40, 1)):
        meter.see((np.full((64, 64), shade, np.uint8), chroma, chroma), steps)
    meter.hold(3)
    # Two came again; where none comes, none is repeated.
    assert meter.repeated == 2
    assert len(meter.events([]).change) == 10


def test_a_dissolve_is_one_change_of_the_picture() -> None:
    meter, rng = PictureMeter(25.0, (64, 64)), np.random.default_rng(3)
    chroma = np.full((32, 32), 128, np.uint8)
    first, second = (
        np.kron(rng.integers(0, 255, (4, 4)), np.ones((16, 16))).astype(np.uint8) for _ in range(2)
    )
    for k in range(80):
        share = min(max((k - 29) / 21, 0.0), 1.0)
        plane = (first * (1 - share) + second * share).astype(np.uint8)
        meter.see((plane, chroma, chroma))
    events = meter.events([])
    assert len(events.cuts_s) == 0
    near = events.changes_s[np.abs(events.changes_s - 39.5 / 25) < 0.3]
    assert near == pytest.approx([39.5 / 25], abs=0.1)


def test_novelty_is_a_share_of_full_white() -> None:
    meter, seen = PictureMeter(25.0, (64, 64)), list[float]()
    keep: Any = SimpleNamespace(see=lambda _, novelty: seen.append(novelty))
    meter._cuts = keep
    chroma, left = np.full((32, 32), 128, np.uint8), np.zeros((64, 64), np.uint8)
    left[:, :32] = 1  # not even, so that the next picture is new against it
    for plane in (left, np.full((64, 64), 255, np.uint8)):
        meter.see((plane, chroma, chroma))
    assert seen == [0.0, pytest.approx(254.5 / 255, abs=1e-6)]


def test_small_changes_are_weighed_against_the_contrast() -> None:
    rng = np.random.default_rng(0)
    after = rng.integers(50, 200, (64, 64), np.uint8)
    levels = int(_LEAST_NOVELTY * after.std() * after.size)  # that all pixels change by, together
    assert levels > 300

    def novelty(levels: int) -> float:
        meter, seen = PictureMeter(25.0, (64, 64)), list[float]()
        keep: Any = SimpleNamespace(see=lambda _, novelty: seen.append(novelty))
        meter._cuts = keep
        more, rest = divmod(levels, after.size)
        before = after + np.uint8(more)
        before.reshape(-1)[:rest] += 1
        for plane in (before, after):
            meter.see((plane, np.full((32, 32), 128, np.uint8), np.full((32, 32), 128, np.uint8)))
        return seen[-1]

    assert novelty(levels) == 0 < novelty(levels + 1)


def test_segments_may_begin_and_end_with_the_film() -> None:
    flags = [True, True, False, True, False, True, True, True]
    assert _segments(flags, 2.0, 1.0) == ((0.0, 1.0), (2.5, 4.0))
    assert _segments(flags, 2.0, 0.5) == ((0.0, 1.0), (1.5, 2.0), (2.5, 4.0))
    assert _segments([], 2.0, 0.5) == () and _segments([True] * 3, 2.0, 1.5) == ((0.0, 1.5),)


@pytest.mark.parametrize(("apart_s", "counted"), [(0.9995, 0), (1.0, 0), (1.0005, 1)])
def test_published_events_are_more_than_a_second_apart(apart_s: float, counted: int) -> None:
    events = LegacyEvents()
    for shade, time_s in ((0, 0.0), (200, apart_s)):
        plane = np.full((300, 300), shade, np.uint8)
        small = np.full((150, 150), 128, np.uint8)
        picture = SimpleNamespace(
            time_s=time_s,
            planes=lambda p=plane, c=small: (p, c, c),
            rgb=lambda p=plane: np.dstack([p] * 3),
        )
        told: Any = picture
        events.see(told)
    assert len(events.times_s) == counted
