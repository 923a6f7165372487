"""Kernels: single precision throughout, shades in range, one named target."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from musivid.living import kernels
from musivid.living.kernels import baseline, fn, kernel
from musivid.living.shade import cosine, expo, fbm3, fbm6, hash2, noise, ridge5, sine, smooth

Array = NDArray[np.floating]


@kernel
def _fill(out: Array, x: Array, which: int) -> None:
    for i in range(len(x)):
        v = x[i]
        if which == 0:
            out[i] = noise(v, v * 0.7)
        elif which == 1:
            out[i] = fbm3(v, v * 0.7)
        elif which == 2:
            out[i] = fbm6(v, v * 0.7)
        elif which == 3:
            out[i] = ridge5(v, v * 0.7)
        elif which == 4:
            out[i] = sine(v)
        elif which == 5:
            out[i] = cosine(v)
        elif which == 6:
            out[i] = expo(v)
        else:
            out[i] = smooth(1.0, 0.0, v)


@kernel
def _precision(out: Array, x: float) -> None:
    out[0] = x * 0.1 + 16777216.0 - 16777216.0


def _values(which: int, low: float, high: float) -> tuple[Array, Array]:
    x = np.linspace(low, high, 4001, dtype=np.float32)
    out = np.empty_like(x)
    _fill(out, x, which)
    return x, out


@pytest.mark.parametrize("which", range(4))
def test_noises_fill_their_range_and_no_more(which: int) -> None:
    _, out = _values(which, -40.0, 40.0)
    assert out.min() >= 0 and out.max() <= 1
    assert out.max() - out.min() > 0.4


def test_waves_and_powers_are_near_the_exact_ones() -> None:
    x, out = _values(4, -300.0, 300.0)
    assert np.abs(out - np.sin(x)).max() < 2e-3
    x, out = _values(5, -300.0, 300.0)
    assert np.abs(out - np.cos(x)).max() < 2e-3
    x, out = _values(6, -4.0, 4.0)
    assert np.abs(out / np.exp(x) - 1).max() < 0.06


def test_a_smooth_step_may_go_down() -> None:
    _, out = _values(7, -1.0, 2.0)
    assert out[0] == 1 and out[-1] == 0 and np.all(np.diff(out) <= 0)


def test_literals_are_single_precision() -> None:
    out = np.empty(1, np.float64)
    _precision(out, 1.0)
    # 16777216 is the last whole number that single precision counts by ones.
    assert out[0] == 0.0


def test_hashes_are_even() -> None:
    @fn
    def one(i: int) -> float:
        return hash2(i, i * 7 + 1)

    @kernel
    def fill(out: Array) -> None:
        for i in range(len(out)):
            out[i] = one(np.int32(i))

    out = np.empty(20000, np.float32)
    fill(out)
    counts, _ = np.histogram(out, 20, (0, 1))
    assert counts.min() > 800 and counts.max() < 1200


def test_the_recipe_names_target_and_compiler() -> None:
    facts = baseline()
    assert set(facts) == {"cpu", "numba", "llvmlite"} and all(facts.values())


def test_compiled_kernels_are_renewed_only_where_what_is_inlined_changed(tmp_path: Path) -> None:
    inlined, scene = tmp_path / "shade.py", tmp_path / "sea.py"
    inlined.write_text("@fn\ndef smooth(x): return x\n")
    scene.write_text("@kernel\ndef sea(out): pass\n")
    first = kernels._sources(tmp_path)
    scene.write_text("@kernel\ndef sea(out): out[:] = 1\n")
    assert kernels._sources(tmp_path) == first
    inlined.write_text("@fn\ndef smooth(x): return x * x\n")
    assert kernels._sources(tmp_path) != first
