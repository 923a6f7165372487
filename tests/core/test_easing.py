"""One eased way for numbers, arrays and tensors."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from musivid.core.easing import smoothstep


@pytest.mark.parametrize(
    ("share", "eased"), [(-1.0, 0.0), (0.0, 0.0), (0.25, 0.15625), (0.5, 0.5), (1.0, 1.0), (9.0, 1)]
)
def test_numbers_arrays_and_tensors_are_eased_alike(share: float, eased: float) -> None:
    assert smoothstep(share) == eased
    assert smoothstep(np.array([share], np.float32)).tolist() == [eased]
    assert smoothstep(torch.tensor([share])).tolist() == [eased]
