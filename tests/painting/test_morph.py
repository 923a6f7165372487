"""Forms that are alike in two pictures move from their place to the other."""

from __future__ import annotations

import numpy as np

from musivid.painting.blend import blend_pictures
from musivid.painting.morph import Morph


def disc(x: float, radius: float = 14.0) -> np.ndarray:
    """A light disc on a ground that grows lighter downwards, 160 x 90."""
    down, across = np.mgrid[:90, :160]
    ground = 40 + 0.3 * down
    shown = np.where(np.hypot(across - x, down - 45) < radius, 230, ground)
    return np.repeat(shown[..., None], 3, -1).astype(np.uint8)


def middle(picture: np.ndarray) -> float:
    """Where the light is, across."""
    light = (picture[..., 0].astype(float) - 70).clip(0)
    return float((light.sum(0) * np.arange(160)).sum() / light.sum())


def test_a_form_moves_instead_of_being_seen_twice() -> None:
    first, second = disc(70), disc(84)
    morph = Morph(first, second)
    found = [middle(morph.at(gone)) for gone in (0.0, 0.25, 0.5, 0.75, 1.0)]
    assert np.allclose(found, [70, 73.5, 77, 80.5, 84], atol=1.0)
    half, wanted = morph.at(0.5), disc(77)
    faded = blend_pictures(first, second, 0.5)
    error, fading = (np.abs(p.astype(int) - wanted).mean() for p in (half, faded))
    assert error < 0.4 * fading


def test_it_begins_and_ends_with_the_pictures_themselves() -> None:
    first, second = disc(70), disc(84)
    morph = Morph(first, second)
    assert np.array_equal(morph.at(0.0), first) and np.array_equal(morph.at(1.0), second)
    assert np.array_equal(morph.at(0.3), Morph(first, second).at(0.3))


def test_places_may_go_one_after_another() -> None:
    black, white = (np.full((36, 64, 3), v, np.uint8) for v in (0, 200))
    share = np.zeros((36, 64), np.float32)
    share[:, 32:] = 1
    seen = Morph(black, white).at(0.5, share)
    assert (seen[:, :32] == 0).all() and (seen[:, 32:] == 200).all()


def test_pictures_without_likeness_do_not_throw_their_parts_about() -> None:
    dice = np.random.default_rng(0)
    first, second = (dice.integers(0, 255, (90, 160, 3), np.uint8) for _ in range(2))
    morph = Morph(first, second)
    far = max(np.hypot(*np.moveaxis(field, -1, 0)).max() for field in (morph._there, morph._back))
    assert far < 0.16 * 160
