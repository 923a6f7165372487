"""The camera: no border ever shows, movement is smooth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from musivid.painting.camera import _BASS_SWING_HZ, _ROTATION_PERIOD_S, Camera, CameraCurves
from musivid.settings.video import CameraPreset, ReactPreset

STILL = CameraPreset(zoom_per_s=0, sway=0, rotate_deg=0)
DEAF = ReactPreset(zoom_pulse=0, rotation=0, brightness=0, saturation=0, hue=0, morph=0, step=0)
WILD = ReactPreset(zoom_pulse=4, rotation=4, brightness=4, saturation=4, hue=4)


def _curves(count: int, seed: int = 0, keyframes: tuple[int, ...] = ()) -> CameraCurves:
    rows = np.random.default_rng(seed).random((5, count))
    return CameraCurves(*rows, keyframes=keyframes)


@pytest.mark.parametrize("size", [(64, 64), (96, 54), (54, 96)])
@pytest.mark.parametrize("painted", [(64, 64), (48, 32)])
@pytest.mark.parametrize("rotate", [0.8, 180.0])
def test_no_corner_ever_sees_past_the_picture(
    size: tuple[int, int], painted: tuple[int, int], rotate: float
) -> None:
    moves = CameraPreset(zoom_per_s=0.3, sway=0.3, rotate_deg=rotate)
    camera = Camera(
        size, 25, moves, WILD, _curves(500, keyframes=(0, 90, 300)), painted_size=painted
    )
    corners = np.array([[x, y, 1] for x in (0, size[0] - 1) for y in (0, size[1] - 1)], dtype=float)
    room = np.asarray(camera._source) - 1
    for k in range(500):
        seen = corners @ camera.matrix(k).T
        assert (seen >= -1e-6).all() and (seen <= room + 1e-6).all()


def test_still_and_deaf_camera_returns_the_frame() -> None:
    frame = np.random.default_rng(0).integers(0, 256, (32, 48, 3), dtype=np.uint8)
    camera = Camera((48, 32), 25, STILL, DEAF, _curves(10), painted_size=(48, 32))
    np.testing.assert_array_equal(camera.apply(frame, 7), frame)


def test_frames_are_enlarged_to_the_video_and_other_sizes_refused() -> None:
    frame = np.full((32, 48, 3), 100, dtype=np.uint8)
    camera = Camera((96, 80), 25, CameraPreset(), DEAF, _curves(10), painted_size=(48, 32))
    video = camera.apply(frame, 3)
    assert video.shape == (80, 96, 3) and (video == 100).all()
    with pytest.raises(ValueError, match="painted size"):
        camera.apply(frame[:16], 3)


def test_steady_zoom_turns_at_keyframes_and_stays_bounded() -> None:
    silent = CameraCurves(*np.zeros((5, 3000)), keyframes=range(0, 3000, 100))
    moves = CameraPreset(zoom_per_s=0.05, sway=0, rotate_deg=0)
    camera = Camera((64, 64), 25, moves, DEAF, silent, painted_size=(64, 64))
    zoom = np.array([1 / camera.matrix(k)[0, 0] for k in range(3000)])
    assert zoom.min() >= 1 - 1e-9 and zoom.max() < 1.5
    steps = np.diff(np.log(zoom))
    assert (steps > 1e-4).any() and (steps < -1e-4).any()
    assert np.abs(np.diff(steps)).max() < 0.05 / 25 / 4  # it turns gently


def test_onset_pushes_in_fast_and_lets_go_slowly() -> None:
    curves = _curves(100)
    hit = np.zeros(100)
    hit[50] = 1
    rows = np.zeros(100)
    curves = CameraCurves(hit, rows, rows, rows, rows)
    camera = Camera((64, 64), 25, STILL, ReactPreset(zoom_pulse=1), curves, painted_size=(64, 64))
    zoom = np.array([1 / camera.matrix(k)[0, 0] for k in range(100)])
    assert zoom[49] == pytest.approx(zoom[0]) and zoom.argmax() == 50
    assert zoom[50] > 1.03 * zoom[49]
    assert 1.005 * zoom[49] < zoom[54] < zoom[50]


def test_saturation_and_hue_keep_luma() -> None:
    react = ReactPreset(brightness=0, saturation=2, hue=2, zoom_pulse=0, rotation=0)
    camera = Camera((32, 32), 25, STILL, react, _curves(200), painted_size=(32, 32))
    luma = np.array([0.213, 0.715, 0.072])
    for k in range(0, 200, 20):
        np.testing.assert_allclose(luma @ camera.colour(k), luma, atol=2e-3)
        np.testing.assert_allclose(camera.colour(k) @ np.ones(3), np.ones(3), atol=2e-3)
    assert np.abs(camera.colour(150) - np.eye(3)).max() > 0.05


def test_the_slow_turn_goes_to_and_fro_once_in_its_period() -> None:
    silent = CameraCurves(*np.zeros((5, 1000)))
    moves = CameraPreset(zoom_per_s=0, sway=0, rotate_deg=10)
    camera = Camera((64, 64), 25, moves, DEAF, silent, painted_size=(64, 64))
    turns = np.array([camera.matrix(k)[:2, :2] for k in range(1000)])
    angles = np.degrees(np.arctan2(turns[:, 1, 0], turns[:, 0, 0]))
    crossings = np.flatnonzero(np.diff(np.sign(angles)) != 0)
    assert np.abs(angles).max() == pytest.approx(10, abs=0.2)
    assert np.diff(crossings[1:]) / 25 * 2 == pytest.approx(_ROTATION_PERIOD_S, abs=0.2)


def test_the_middle_sways_by_its_share_of_the_picture() -> None:
    silent = CameraCurves(*np.zeros((5, 3000)), keyframes=())
    moves = CameraPreset(zoom_per_s=0, sway=0.1, rotate_deg=0)
    camera = Camera((200, 100), 25, moves, DEAF, silent, painted_size=(200, 100))
    middle = np.array([camera.matrix(k) @ [99.5, 49.5, 1] for k in range(3000)])
    assert np.abs(middle - [99.5, 49.5]).max(0) == pytest.approx([10, 5], rel=0.01)


def test_the_bass_swings_the_view_the_faster_the_more_there_is() -> None:
    crossings = []
    for bass in (0.2, 0.7):
        heard = CameraCurves(*np.zeros((5, 2000)), keyframes=())
        heard = replace(heard, bass=np.full(2000, bass))
        react = ReactPreset(**{**DEAF.model_dump(), "rotation": 4})
        camera = Camera((64, 64), 25, STILL, react, heard, painted_size=(64, 64))
        turns = np.array([camera.matrix(k)[:2, :2] for k in range(500, 2000)])
        angles = np.arctan2(turns[:, 1, 0], turns[:, 0, 0])
        crossings.append(np.count_nonzero(np.diff(np.sign(angles))))
    # Two a turn, in 60 s, at 0.3 + bass turns of the swing's own rate.
    wanted = [2 * 60 * _BASS_SWING_HZ * (0.3 + bass) for bass in (0.2, 0.7)]
    assert crossings == pytest.approx(wanted, abs=1.01)
