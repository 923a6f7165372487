from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from musivid.core.errors import InputError
from musivid.metrics.distribution import (
    Gaussian,
    extrapolate_frechet,
    frechet_distance,
    load_features,
    measure_distance,
)


def draw(n: int, dim: int, seed: int, *, shift: float = 0.0, scale: float = 1.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    mix = np.random.default_rng(99).standard_normal((dim, dim))
    return scale * rng.standard_normal((n, dim)) @ mix + shift


@pytest.mark.parametrize("dim", [1, 5, 24])
def test_the_formula_with_a_matrix_root(dim: int) -> None:
    from scipy.linalg import sqrtm

    a, b = draw(200, dim, 1), draw(150, dim, 2, shift=0.5, scale=1.3)
    ca, cb = (np.cov(x, rowvar=False).reshape(dim, dim) for x in (a, b))
    gap = a.mean(0) - b.mean(0)
    expected = gap @ gap + np.trace(ca + cb - 2 * np.real(sqrtm(ca @ cb)))
    found = frechet_distance(Gaussian.of(a), Gaussian.of(b))
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_one_dimension_by_hand() -> None:
    a, b = np.array([[0.0], [2.0], [4.0]]), np.array([[5.0], [6.0], [7.0]])
    # Means 2 and 6, deviations 2 and 1.
    assert frechet_distance(Gaussian.of(a), Gaussian.of(b)) == pytest.approx(16 + 1)


def test_same_and_singular_sets_are_at_no_distance() -> None:
    few = draw(4, 30, 3)  # covariance of rank 3
    assert frechet_distance(Gaussian.of(few), Gaussian.of(few)) == pytest.approx(0, abs=1e-6)


def test_extrapolation_takes_the_bias_of_small_samples_off() -> None:
    finite, infinite = [], []
    for seed in range(6):
        a, b = draw(80, 8, 10 + seed), draw(90, 8, 50 + seed)
        finite.append(frechet_distance(Gaussian.of(a), Gaussian.of(b)))
        found = extrapolate_frechet(a, b, seed)
        assert found is not None
        infinite.append(found[0])
    assert min(finite) > 0.5
    assert abs(np.mean(infinite)) < np.mean(finite) / 3


def test_extrapolation_keeps_a_true_distance() -> None:
    a, b = draw(2000, 4, 1), draw(2000, 4, 2, shift=1.0)
    found = extrapolate_frechet(a, b)
    assert found is not None
    assert found[0] == pytest.approx(4.0, rel=0.1)  # the means differ by 1 in each of 4
    assert extrapolate_frechet(a[:15], b) is None


def test_what_does_not_depend_on_the_size_is_a_perfect_fit() -> None:
    same = np.ones((20, 3))
    found = extrapolate_frechet(same, same)
    assert found is not None
    assert found[0] == pytest.approx(0, abs=1e-12) and found[1] == 1.0


def test_chance_is_that_of_sets_that_do_not_differ() -> None:
    a = draw(60, 6, 1)
    same = measure_distance(a, draw(60, 6, 2), trials=60)["frechet"]
    other = measure_distance(a, draw(60, 6, 2, shift=2.0), trials=60)["frechet"]
    assert same.z is not None
    assert other.z is not None
    assert abs(same.z) < 3
    assert other.z > 10
    assert measure_distance(a, draw(60, 6, 2), trials=60)["frechet"] == same


def test_wide_features_of_few_files_lose_nothing() -> None:
    a, b = draw(10, 64, 1), draw(12, 64, 2, shift=0.2)
    direct = frechet_distance(Gaussian.of(a), Gaussian.of(b))
    assert measure_distance(a, b, trials=3)["frechet"].value == pytest.approx(direct, rel=1e-6)


def test_too_few_features_have_a_reason() -> None:
    found = measure_distance(draw(1, 4, 1), draw(9, 4, 2))
    assert found["frechet"].value is None
    assert "1 of the 2" in found["frechet"].reason
    found = measure_distance(draw(9, 4, 1), draw(9, 4, 2), trials=5)
    assert found["frechet"].value is not None
    assert found["frechet_infinity"].value is None


def test_folders_of_features(tmp_path: Path) -> None:
    np.save(tmp_path / "one.npy", np.arange(4.0))
    (tmp_path / "sub").mkdir()
    np.save(tmp_path / "sub" / "many.npy", np.ones((3, 4), np.float32))
    (tmp_path / "notes.txt").write_text("junk")
    assert load_features(tmp_path).shape == (4, 4)


def test_features_of_different_width_name_both_files(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.ones((2, 4)))
    np.save(tmp_path / "b.npy", np.ones((2, 5)))
    with pytest.raises(InputError, match=r"a\.npy has 4 .*b\.npy has 5"):
        load_features(tmp_path)
    with pytest.raises(InputError, match="different width"):
        measure_distance(np.ones((4, 3)), np.ones((4, 2)))


@pytest.mark.parametrize("junk", ["text", "pickle", "cube", "words", "nan", "empty"])
def test_files_that_hold_no_features_are_named(tmp_path: Path, junk: str) -> None:
    path = tmp_path / "bad.npy"
    if junk == "text":
        path.write_text("no array")
    elif junk == "pickle":
        np.save(path, np.array([{}], object), allow_pickle=True)
    else:
        arrays = {
            "cube": np.ones((2, 2, 2)),
            "words": np.array(["a", "b"]),
            "nan": np.array([1.0, np.nan]),
            "empty": np.ones((0, 4)),
        }
        np.save(path, arrays[junk])
    with pytest.raises(InputError, match=r"bad\.npy"):
        load_features(tmp_path)


def test_folders_without_features(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no"):
        load_features(tmp_path)
    with pytest.raises(InputError, match="not a folder"):
        load_features(tmp_path / "missing")
