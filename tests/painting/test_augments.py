"""The numbers of the augments, as published: what kornia is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from musivid.painting.augments import _CODES, _LATEST, _NRUPDATED, AUGMENT_CODES, FIXED_SETS

ERASED = {"same_on_batch": True, "p": 0.7}


class Asked:
    """Stands for `kornia.augmentation`: each of its makers tells what it was given."""

    def __getattr__(self, name: str) -> Callable[..., tuple[Any, ...]]:
        return lambda *values, **named: (name, *values, named)


def test_chosen_augments_have_the_published_numbers() -> None:
    asked: Any = Asked()
    made: dict[str, Any] = {code: _CODES[code](asked, (32, 32), _LATEST) for code in AUGMENT_CODES}
    assert made == {
        "Ji": ("ColorJitter", 0.1, 0.1, 0.1, 0.1, {"p": 0.7}),
        "Sh": ("RandomSharpness", 0.3, {"p": 0.5}),
        "Gn": ("RandomGaussianNoise", 0.0, 1.0, {"p": 0.5}),
        "Pe": ("RandomPerspective", 0.7, {"p": 0.7}),
        "Ro": ("RandomRotation", 15.0, {"p": 0.7}),
        "Af": ("RandomAffine", 15.0, (0.1, 0.1),
               {"shear": 5.0, "p": 0.7, "padding_mode": "zeros", "keepdim": True}),
        "Et": ("RandomElasticTransform", {"p": 0.7}),
        "Ts": ("RandomThinPlateSpline", 0.8, {"same_on_batch": True, "p": 0.7}),
        "Cr": ("RandomCrop", (32, 32),
               {"pad_if_needed": True, "padding_mode": "reflect", "p": 0.5}),
        "Er": ("RandomErasing", (0.1, 0.4), (0.3, 1 / 0.3), ERASED),
        "Re": ("RandomResizedCrop", (32, 32), (0.1, 1.0), (0.75, 1.333),
               {"cropping_mode": "resample", "p": 0.5}),
    }  # fmt: skip
    assert _CODES["Pe"](asked, (32, 32), _NRUPDATED)[1] == 0.5
    assert _CODES["Af"](asked, (32, 32), _NRUPDATED)[1] == 30.0


@pytest.mark.parametrize(
    ("method", "wanted"),
    [
        ("updatedpooling", [
            ("RandomAffine", 15.0, (0.1, 0.1), {"p": 0.7, "padding_mode": "border"}),
            ("RandomPerspective", 0.7, {"p": 0.7}),
            ("ColorJitter", {"hue": 0.1, "saturation": 0.1, "p": 0.7}),
            ("RandomErasing", (0.1, 0.4), (0.3, 1 / 0.3), ERASED),
        ]),
        ("updated", [
            ("RandomHorizontalFlip", {"p": 0.5}),
            ("ColorJitter", {"hue": 0.01, "saturation": 0.01, "p": 0.7}),
            ("RandomSharpness", 0.3, {"p": 0.4}),
            ("RandomAffine", 30.0, (0.1, 0.1), {"p": 0.8, "padding_mode": "border"}),
            ("RandomPerspective", 0.2, {"p": 0.4}),
        ]),
        ("original", []),
    ],
)  # fmt: skip
def test_sets_have_the_published_numbers(method: str, wanted: list[tuple[Any, ...]]) -> None:
    asked: Any = Asked()
    made: list[Any] = FIXED_SETS[method](asked)
    assert made == wanted
