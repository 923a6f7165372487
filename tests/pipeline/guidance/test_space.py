"""What a song is held against: simple sounds and pictures."""

from __future__ import annotations

import numpy as np
import pytest

from musivid.pipeline.guidance.space import _reference_pictures, _reference_sounds

RATE = 8_000


def test_reference_sounds_are_as_loud_as_one_another_and_hits_come_back() -> None:
    sounds = _reference_sounds(RATE)
    assert len(sounds) == 8 and sounds.dtype == np.float32
    assert np.abs(sounds).max(1) == pytest.approx([0.5] * 8)
    for hits, period_s in ((sounds[6], 0.5), (sounds[7], 0.125)):
        step = int(period_s * RATE)
        beats = np.abs(hits[: len(hits) // step * step]).reshape(-1, step)
        attack, rest = beats[:, : step // 8].mean(1), beats[:, -step // 8 :].mean(1)
        assert (attack > 5 * rest).all() and (attack > attack[0] / 2).all()
    for tone, hz in zip(sounds[2:5], (110, 440, 1760), strict=True):
        loudest = np.abs(np.fft.rfft(tone)).argmax() * RATE / len(tone)
        assert loudest == pytest.approx(hz, abs=1)


def test_reference_pictures_are_sixteen_smooth_ones() -> None:
    pictures = _reference_pictures(20)
    assert pictures.shape == (16, 3, 20, 20)
    assert pictures.min() >= 0 and pictures.max() <= 1
    assert 0.35 < pictures.mean() < 0.65 and pictures.std() > 0.1
