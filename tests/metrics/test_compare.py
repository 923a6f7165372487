from __future__ import annotations

import itertools
import json

import numpy as np
import pytest

from musivid.metrics.compare import compare, figures, sign_flip_p


def result(bas: float | None, flicker: float = 0.1) -> dict:
    measure = {"value": bas, "z": 3.0, "params": {"sigma_ms": 50}}
    return {
        "video": "x.mp4",
        "fps": 25.0,
        "sync": {"bas": measure},
        "picture": {"flicker": flicker},
    }


def test_figures_are_values_by_dotted_path() -> None:
    found = figures({**result(0.4), "meaning": {"sound": {"value": None, "reason": "silent"}}})
    assert found == {"sync.bas": 0.4, "picture.flicker": 0.1}
    assert figures({"integrity": {"ok": True, "lufs": float("-inf"), "codec": "h264"}}) == {}


def test_chance_is_taken_off_and_facts_are_left_out() -> None:
    """Whoever flashes all the time hits many beats, by chance."""

    def flashing(value: float, chance: float) -> dict:
        measure = {"value": value, "chance_mean": chance, "chance_std": 0.1, "z": 0.0}
        return {"sync": {"beat_hit": measure}, "integrity": {"frames": 100, "rate_hz": 44100}}

    systems = {
        "fits": {str(k): flashing(0.6, 0.2) for k in range(3)},
        "flashes": {str(k): flashing(0.9, 0.9) for k in range(3)},
    }
    found = compare(systems)
    assert list(found.means) == ["sync.beat_hit"]
    assert found.means["sync.beat_hit"]["fits"].mean == pytest.approx(0.4)
    assert found.means["sync.beat_hit"]["flashes"].mean == pytest.approx(0.0)


def test_side_by_side() -> None:
    rng = np.random.default_rng(0)
    base = rng.normal(0.5, 0.1, 10)
    systems = {
        "old": {f"s{k}": result(v, 0.2) for k, v in enumerate(base)},
        "new": {f"s{k}": result(v + 0.2 + rng.normal(0, 0.02), 0.2) for k, v in enumerate(base)},
    }
    found = compare(systems)
    old = found.means["sync.bas"]["old"]
    assert old.mean == pytest.approx(base.mean())
    assert old.low is not None
    assert old.high is not None
    assert old.low < base.mean() < old.high
    # The percentile interval is near the one of the normal distribution.
    half = 1.96 * base.std() / np.sqrt(10)
    assert (old.high - old.low) / 2 == pytest.approx(half, rel=0.15)
    contrast = found.contrasts["sync.bas"]["new"]
    assert contrast.difference.n == 10
    assert contrast.difference.mean == pytest.approx(0.2, abs=0.02)
    assert contrast.p == pytest.approx(2 / 2**10)  # all ten the same way
    assert contrast.p_holm == pytest.approx(2 * contrast.p)  # two figures are looked at
    same = found.contrasts["picture.flicker"]["new"]
    assert same.p == 1
    assert same.p_holm == 1
    assert json.loads(json.dumps(found.as_dict()))["systems"] == ["old", "new"]


def test_pairs_are_files_of_one_name_only() -> None:
    systems = {
        "a": {"x": result(0.1), "y": result(0.2), "z": result(None)},
        "b": {"y": result(0.5), "z": result(0.9), "w": result(0.7)},
        "c": {"q": result(0.4)},
    }
    found = compare(systems)
    assert found.means["sync.bas"]["a"].n == 2
    assert found.means["sync.bas"]["b"].n == 3
    assert found.contrasts["sync.bas"]["b"].difference.n == 1
    assert found.contrasts["sync.bas"]["b"].p is None
    assert "c" not in found.contrasts["sync.bas"]
    assert found.means["sync.bas"]["c"].low is None


def test_sign_flips_counted_by_hand() -> None:
    differences = [0.3, -0.1, 0.4, 0.2]
    hits = 0
    for signs in itertools.product((1, -1), repeat=4):
        total = sum(s * d for s, d in zip(signs, differences, strict=True))
        hits += abs(total) >= abs(sum(differences)) - 1e-12
    assert sign_flip_p(differences) == pytest.approx(hits / 16)


def test_random_signs_agree_with_all_of_them() -> None:
    differences = list(np.random.default_rng(3).normal(0.3, 1.0, 14))
    signs = np.array(list(itertools.product((1.0, -1.0), repeat=14)))
    exact = (np.abs(signs @ np.array(differences)) >= abs(sum(differences))).mean()
    assert sign_flip_p(differences, resamples=20_000) == pytest.approx(exact, abs=0.015)


def test_sign_test_keeps_its_level() -> None:
    rng = np.random.default_rng(5)
    p = [sign_flip_p(rng.normal(size=8)) for _ in range(400)]
    assert 0.02 < np.mean(np.array(p) <= 0.05) < 0.08
