"""Light on film: the curve, glow, grain, spots, shafts, and how cuts join two pictures."""

from __future__ import annotations

import itertools

import cv2
import numpy as np
import pytest

from musivid.living.canvas import camera, new_planes
from musivid.living.cuts import CUTS, Seam, cut_length_s
from musivid.living.developing import develop, develop_coded
from musivid.living.light import Grade, bloom, mixed_grade, shafts, splat, streaks
from musivid.media.coded import pictured

PLAIN = Grade(bloom=0.0, vignette=0.0, grain=0.0, saturation=1.0)
SEAM = Seam((0.9, 0.4), (0.7, 0.5), (1.0, 0.6, 0.3), 5)


def grey(value: float, size: tuple[int, int] = (64, 36)) -> np.ndarray:
    return new_planes(size) + np.float32(value)


def test_more_light_is_brighter_up_to_white() -> None:
    means = [develop(grey(v), PLAIN, 0).mean() for v in (0.0, 0.05, 0.2, 0.6, 2.0, 20.0)]
    assert all(a < b for a, b in itertools.pairwise(means))
    assert means[0] < 3 and means[-1] > 250


def test_bright_spots_glow_beyond_themselves() -> None:
    planes = grey(0.0)
    planes[:, 16:20, 30:34] = 6.0
    dark = develop(planes, PLAIN, 0)
    glowing = develop(planes, Grade(bloom=1.0, vignette=0, grain=0), 0)
    assert glowing[10, 32].mean() > dark[10, 32].mean() + 5
    assert bloom(grey(0.3)).max() == 0, "what is not bright does not glow"


def test_grain_changes_from_frame_to_frame_but_not_by_itself() -> None:
    grade = Grade(grain=0.05)
    one, again, next_one = (develop(grey(0.2), grade, k) for k in (7, 7, 8))
    assert np.array_equal(one, again) and not np.array_equal(one, next_one)


def test_spots_are_round_and_clipped_at_the_border() -> None:
    planes = new_planes((40, 40))
    splat(planes, np.array([[20, 20, 8, 1, 0.5, 0], [0, 0, 6, 1, 1, 1], [99, 9, 5, 1, 1, 1]], "f4"))
    assert planes[0, 20, 20] > 0.9 and planes[0, 20, 14] == pytest.approx(
        planes[0, 14, 20], abs=1e-5
    )
    assert planes[2, 20, 20] == 0 and np.isfinite(planes).all()


def test_shafts_run_away_from_the_light() -> None:
    planes = new_planes((64, 36))
    planes[:, 16:20, 40:44] = 1.0
    rays = shafts(planes, (0.5, 0.5), 0.5)  # the light is at pixel (18, 18)
    assert rays[0, 18, 50] > rays[0, 18, 30], "behind the spot, not before it"


def test_the_camera_keeps_its_point() -> None:
    planes = new_planes((64, 36))
    planes[:, 18, 32] = 1.0
    closer = camera(planes, 2.0, at=(32.5 / 64, 18.5 / 36))
    assert closer[0, 17:20, 31:34].max() > 0.5


@pytest.mark.parametrize("zoom", [1.0, 1.013, 1.08])
def test_the_camera_sees_what_opencv_sees(zoom: float) -> None:
    planes = np.random.default_rng(3).random((3, 36, 64), np.float32)
    x, y = 32 * (1 - zoom) + 0.004 * 36, 18 * (1 - zoom)
    way = np.array([[zoom, 0, x], [0, zoom, y]], np.float32)
    there = np.stack(
        [cv2.warpAffine(p, way, (64, 36), borderMode=cv2.BORDER_REFLECT) for p in planes]
    )
    seen = camera(planes, zoom, (0.004, 0.0), light=1.5)
    assert np.abs(seen - 1.5 * there).max() < 2e-5


def test_coded_frames_are_the_same_picture() -> None:
    planes = cv2.GaussianBlur(np.random.default_rng(3).random((36, 64, 3), np.float32), (0, 0), 3)
    planes = np.ascontiguousarray((2.0 * planes - 0.3).transpose(2, 0, 1).clip(0))
    shown, coded = develop(planes, Grade(), 5), develop_coded(planes, Grade(), 5)
    assert coded.shape == (54, 64)
    luma = 16 + shown @ (np.array((0.2126, 0.7152, 0.0722)) * 219 / 255)
    assert np.abs(coded[:36] - luma).max() <= 1
    assert np.abs(pictured(coded, 36).astype(int) - shown).max() <= 6


def test_grades_mix_from_end_to_end() -> None:
    a, b = Grade(exposure=1.0, lights=(1.0, 0.5, 0.0)), Grade(exposure=2.0)
    assert mixed_grade(a, b, 0.0) == a and mixed_grade(a, b, 1.0) == b
    assert mixed_grade(a, b, 0.5).lights == (1.0, 0.75, 0.5)


@pytest.mark.parametrize("name", CUTS)
def test_a_cut_begins_with_the_old_and_ends_with_the_new(name: str) -> None:
    assert 0 < cut_length_s(name) < 2
    old, new = grey(0.1), grey(0.4)
    first = CUTS[name](old.copy(), new.copy(), 0.001, SEAM)
    last = CUTS[name](old.copy(), new.copy(), 0.999, SEAM)
    assert np.isfinite(first).all() and np.isfinite(last).all()
    assert abs(float(np.median(first)) - 0.1) < 0.05
    assert abs(float(np.median(last)) - 0.4) < 0.05


@pytest.mark.parametrize("end", [(60.0, 18.0), (32.0, 34.0), (50.0, 30.0), (4.0, 18.0)])
def test_lines_of_light_are_even_and_join_without_a_knot(end: tuple[float, float]) -> None:
    start = np.array((32.0, 18.0))
    way = np.array(end) - start
    whole, halves = new_planes((64, 36)), new_planes((64, 36))
    ink = (1.0, 0.5, 0.0)
    streaks(whole, np.array([[*start, *end, 1.5, *ink]], np.float32))
    middle = start + way / 2
    rows = [[*start, *middle, 1.5, *ink], [*middle, *end, 1.5, *ink]]
    streaks(halves, np.array(rows, np.float32))
    assert np.allclose(whole, halves, atol=1e-4)
    assert whole[0].max() > 0.5 and np.allclose(whole[1], whole[0] / 2) and whole[2].max() == 0
    assert whole[0].sum() == pytest.approx(float(np.hypot(*way)) * 1.6, rel=0.15)
