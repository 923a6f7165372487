"""The bounds of hostile runs bite."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np
import pytest
from hostile.bounds import TooMuch, bounded


def _spins() -> None:
    number = 0
    while True:
        try:
            number += 1
        except Exception:  # as a reader would that takes whatever fails for a damaged file
            number = 0


def _fills() -> None:
    np.ones(30_000_000)


def _claims() -> None:
    np.empty(2**40)


def _waits() -> None:
    time.sleep(60)


def _starts() -> None:
    subprocess.run([sys.executable, "-c", "while sum(range(9 ** 7)) and 0: 1"], check=True)


@pytest.mark.parametrize(
    ("does", "stopped"),
    [
        (_spins, TooMuch),
        (_fills, TooMuch),
        (_claims, MemoryError),
        (_waits, TooMuch),
        (_starts, TooMuch),
    ],
)
def test_who_takes_more_is_stopped(does: Callable[[], None], stopped: type[BaseException]) -> None:
    with pytest.raises(stopped), bounded(0.05, 100_000_000, 2.0):
        does()


def test_who_takes_little_goes_on() -> None:
    with bounded():
        assert np.ones(1_000_000).sum() == 1_000_000
