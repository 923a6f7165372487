"""Walks: arcs, progress with the music, and frames that do not depend on where one begins."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import torch

from musivid.nets.tiny import tiny_painter
from musivid.painting import walk
from musivid.painting.between import cell_shares, slerp
from musivid.painting.pace import published_steps, spread_steps, steps_per_frame
from musivid.painting.walk import (
    _PIXELS_AT_ONCE,
    batch_size,
    decode_walk,
    music_drive,
    span_progress,
    wipe_field,
)
from musivid.settings.video import WalkPreset


def _unit(*angles: float) -> torch.Tensor:
    angle = torch.tensor(angles, dtype=torch.float64)
    return torch.stack([angle.cos(), angle.sin()], 1)


def test_batches_hold_as_many_pixels_whatever_the_shape() -> None:
    assert batch_size(torch.zeros(1, 4, 8, 32), 8) == _PIXELS_AT_ONCE["cpu"] // (64 * 256)
    assert batch_size(torch.zeros(1, 4, 32, 8), 8) == batch_size(torch.zeros(1, 4, 8, 32), 8)
    assert batch_size(torch.zeros(1, 4, 800, 900), 16) == 1


def test_slerp_turns_evenly_and_keeps_the_length() -> None:
    middle = slerp(_unit(0.2), 3 * _unit(1.4), 0.5)
    torch.testing.assert_close(middle, 2 * _unit(0.8))


def test_slerp_is_exact_at_its_ends() -> None:
    first, second = torch.randn(2, 4, 3, 3), torch.randn(2, 4, 3, 3)
    assert torch.equal(slerp(first, second, 0.0), first)
    assert torch.equal(slerp(first, second, 1.0), second)


@pytest.mark.parametrize("angle", [0.0, 1e-12, 1e-7, 1e-4, 3.1415, np.pi])
def test_slerp_is_safe_at_tiny_and_flat_angles(angle: float) -> None:
    for dtype in (torch.float32, torch.float64):
        between = slerp(_unit(0).to(dtype), _unit(angle).to(dtype), 0.3)
        assert between.isfinite().all()
        if angle < 1:
            torch.testing.assert_close(between, _unit(0.3 * angle).to(dtype), atol=1e-6, rtol=0)


def test_slerp_leaves_cells_that_agree_and_null_vectors_alone() -> None:
    first = torch.randn(1, 4, 2, 2)
    second = first.clone()
    second[..., 0, 0] = torch.randn(1, 4)
    torch.testing.assert_close(slerp(first, second, 0.4)[..., 1, 1], first[..., 1, 1])
    assert slerp(torch.zeros(1, 4), torch.zeros(1, 4), 0.5).abs().sum() == 0


@pytest.mark.parametrize("hold", [0.0, 0.25, 1.0])
@pytest.mark.parametrize("music", [0.0, 0.7, 1.0])
def test_progress_rises_from_exactly_zero_to_exactly_one(hold: float, music: float) -> None:
    drive = np.random.default_rng(0).random(40)
    settings = WalkPreset(hold=hold, music=music)
    for pace in (None, drive, np.zeros(40)):
        path = span_progress(np.linspace(0, 1, 101), settings, pace)
        assert path[0] == 0 and path[-1] == 1
        assert (np.diff(path) >= 0).all()


def test_progress_hastens_where_the_music_does() -> None:
    onsets = np.zeros(100)
    onsets[70:80] = 1
    drive = music_drive(onsets, np.zeros(100), morph=1.0)
    path = span_progress(np.linspace(0, 1, 101), WalkPreset(hold=0, music=1.0), drive)
    assert path[80] - path[70] > 4 * (path[60] - path[50])


def test_progress_rests_near_the_keyframes() -> None:
    path = span_progress(np.linspace(0, 1, 101), WalkPreset(hold=0.4, music=0.0))
    assert (path[:21] == 0).all() and (path[80:] == 1).all() and path[50] == pytest.approx(0.5)


def _frames(settings: WalkPreset, progress: np.ndarray, skip: int = 0) -> np.ndarray:
    network = tiny_painter(seed=0)
    start, end = (network.sample(seed, 4, 6) for seed in (1, 2))
    return np.stack(list(decode_walk(network, start, end, progress, settings=settings, skip=skip)))


@pytest.mark.parametrize("decode_every", [1, 3])
@pytest.mark.parametrize("quantise", [False, True])
def test_walk_is_the_same_wherever_it_begins(
    decode_every: int, quantise: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(walk._PIXELS_AT_ONCE, "cpu", 3 * 32 * 48)
    settings = WalkPreset(decode_every=decode_every, quantise=quantise, hold=0.3)
    progress = span_progress(np.arange(17) / 17, settings)
    whole = _frames(settings, progress)
    assert whole.shape == (17, 32, 48, 3) and whole.dtype == np.uint8
    for skip in (1, 5, 16):
        np.testing.assert_array_equal(_frames(settings, progress, skip), whole[skip:])


def test_walk_begins_at_the_first_key_and_blends_between_decoded_frames() -> None:
    progress = np.linspace(0, 1, 9)
    every, third = (_frames(WalkPreset(decode_every=n), progress) for n in (1, 4))
    np.testing.assert_array_equal(every[[0, 4, 8]], third[[0, 4, 8]])
    blend = (every[0].astype(float) + every[4].astype(float)) / 2
    assert np.abs(third[2] - blend).max() <= 1


def test_walk_decodes_a_hold_only_once(monkeypatch: pytest.MonkeyPatch) -> None:
    network = tiny_painter(seed=0)
    decoded = []
    whole = network.decode
    monkeypatch.setattr(network, "decode", lambda z: decoded.append(len(z)) or whole(z))
    ends = network.sample(1, 4, 4), network.sample(2, 4, 4)
    frames = list(decode_walk(network, *ends, np.zeros(9), settings=WalkPreset()))
    assert len(frames) == 9 and decoded == [1]


@pytest.mark.parametrize("fps", [Fraction(25), Fraction(30000, 1001), Fraction(60)])
def test_steps_per_frame_lose_no_fraction(fps: Fraction) -> None:
    count = round(60 * fps)
    steps = steps_per_frame(count, fps, 100)
    assert steps.sum() == round(100 * count / fps) and np.ptp(steps) <= 1


def test_loudness_leads_from_ten_to_a_hundred_and_twenty_steps() -> None:
    loudness = np.repeat([0.0, 1.0], 50)
    steps = steps_per_frame(100, Fraction(25), 0, loudness)
    assert steps[:50].sum() == 20 and steps[50:].sum() == 240
    with pytest.raises(ValueError, match="loudness"):
        steps_per_frame(100, Fraction(25), 0, loudness[:5])


def test_published_segments_count_one_more_and_are_spread_without_loss() -> None:
    assert published_steps(0.5, 100, np.zeros(3)) == 51
    assert published_steps(0.5, 0, np.array([0.2, 0.5])) == 33  # 10 + 110 / 2 = 65 a second
    spread = spread_steps([7, 5, 33], [3, 0, 12])
    assert len(spread) == 15 and spread[:3].tolist() == [2, 2, 3] and spread.sum() == 45


@pytest.mark.parametrize("wipe", [0.0, 0.5, 1.0])
def test_wipe_takes_cells_one_after_another_but_all_from_zero_to_one(wipe: float) -> None:
    field = wipe_field(3, 8, 12)
    assert field.min() == 0 and field.max() == 1
    shares = cell_shares(torch.linspace(0, 1, 21), field=field, wipe=wipe)
    shares = shares.expand(-1, 1, 8, 12)
    assert (shares[0] == 0).all() and (shares[-1] == 1).all()
    assert (shares.diff(dim=0) >= 0).all()
    assert shares[10].mean() == pytest.approx(0.5, abs=0.02)
    assert (shares[10].std() > 0.2) == (wipe > 0)


def test_loud_music_hastens_the_walk_four_times_and_onsets_more() -> None:
    silent = np.zeros(4)
    loudness = np.array([0, 0.5, 1, 9])
    assert music_drive(silent, loudness, 1.0) == pytest.approx([0.25, 0.625, 1, 1])
    onsets = np.array([0, 0.25, 1, 9])
    assert music_drive(onsets, silent, 0.5) == pytest.approx([0.25, 0.5, 2.25, 2.25])
