"""How far apart two sets of embeddings lie: Fréchet distance, and what it would be without bias.

The formula behind FID, FVD and FAD: features of any extractor, or the project's own perceptor.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from musivid.core.arrays import NoArray, load_array
from musivid.core.errors import InputError
from musivid.core.seeds import dice
from musivid.metrics.chance import Measure, against_chance, unmeasured

__all__ = [
    "Gaussian",
    "check_widths",
    "extrapolate_frechet",
    "frechet_distance",
    "load_features",
    "measure_distance",
]

Features = NDArray[np.floating]  # [n, dim]
Floats = NDArray[np.float64]

LEAST_ROWS = 2  # a covariance needs two
_LEAST_FOR_SLOPE = 16  # features to see how a distance falls with their number
_SIZES, _DRAWS = 10, 4  # sizes that the line is fitted to, and random draws of each


@dataclass(frozen=True, slots=True)
class Gaussian:
    """Mean [dim] and covariance [dim, dim] (n - 1 in the denominator) of features."""

    mean: Floats
    covariance: Floats

    @classmethod
    def of(cls, features: Features) -> Gaussian:
        """Fit to features [n, dim], n of 2 or more."""
        rows = np.asarray(features, np.float64)
        return cls(rows.mean(0), np.atleast_2d(np.cov(rows, rowvar=False)))


def frechet_distance(a: Gaussian, b: Gaussian) -> float:
    """Return |m_a - m_b|^2 + tr(C_a + C_b - 2 (C_a C_b)^(1/2)), 0 or more.

    Dowson and Landau (1982); as FID by Heusel et al. 2017 (arXiv 1706.08500), as FAD by Kilgour et
    al. 2019 (arXiv 1812.08466). The root's trace is taken from the eigenvalues of
    C_a^(1/2) C_b C_a^(1/2), which is symmetric, so singular covariances do no harm.
    """
    values, vectors = np.linalg.eigh(a.covariance)
    root = (vectors * np.sqrt(np.clip(values, 0, None))) @ vectors.T
    inner = np.linalg.eigvalsh(root @ b.covariance @ root)
    shared = np.sqrt(np.clip(inner, 0, None)).sum()
    gap = a.mean - b.mean
    distance = gap @ gap + np.trace(a.covariance) + np.trace(b.covariance) - 2 * shared
    return max(float(distance), 0.0)


def extrapolate_frechet(a: Features, b: Features, seed: int = 0) -> tuple[float, float] | None:
    """Return the distance that infinitely many features would have, and the fit's R^2.

    The distance of n features is too large by about c / n, so it is measured at ten sizes and a
    line over 1 / n is followed to 0 (Chong and Forsyth 2020, arXiv 1911.07023; FAD-infinity of Gui
    et al. 2024, arXiv 2311.01616). Those thin the tested set only, as their reference is huge; here
    both are thinned alike, so that the bias of a small reference goes as well. May fall below 0.

    Returns:
        None with fewer than 16 features in a set.
    """
    least = min(len(a), len(b))
    if least < _LEAST_FOR_SLOPE:
        return None
    rng = dice(seed)
    shares = np.linspace(max(0.4, _LEAST_FOR_SLOPE / 2 / least), 1.0, _SIZES)
    inverse, distances = [], []
    for share in shares:
        draws = 1 if share == 1 else _DRAWS
        found = [frechet_distance(*(Gaussian.of(_thin(x, share, rng)) for x in (a, b)))
                 for _ in range(draws)]  # fmt: skip
        inverse.append(1 / round(share * least))
        distances.append(float(np.mean(found)))
    slope, base = np.polyfit(inverse, distances, 1)
    rest = np.array(distances) - (base + slope * np.array(inverse))
    spread = np.var(distances)
    return float(base), float(1 - np.var(rest) / spread) if spread > 0 else 1.0


def measure_distance(
    a: Features, b: Features, *, trials: int = 100, seed: int = 0
) -> dict[str, Measure]:
    """Return `frechet`, `frechet_infinity` of two sets of features [n, dim].

    Chance is the distance of two sets drawn from both together, in the same numbers: what sets
    that do not differ would have. A z near 0 means that no difference can be seen.

    Raises:
        InputError: the sets have features of different width.
    """
    check_widths({"the first set": a, "the second set": b})
    params = {"n_a": len(a), "n_b": len(b), "dim": int(a.shape[1]), "seed": seed}
    a, b = _in_their_span(a, b)
    least = min(len(a), len(b))
    if least < LEAST_ROWS:
        few = unmeasured(f"a set has {least} of the {LEAST_ROWS} features needed")
        return {"frechet": few, "frechet_infinity": few}
    value = frechet_distance(Gaussian.of(a), Gaussian.of(b))
    chances = list(_pooled(a, b, trials, seed))
    infinity = extrapolate_frechet(a, b, seed)
    return {
        "frechet": against_chance(value, chances, params=params),
        "frechet_infinity": unmeasured(f"fewer than {_LEAST_FOR_SLOPE} features in a set")
        if infinity is None
        else Measure(infinity[0], params={**params, "r2": round(infinity[1], 4)}),
    }


def load_features(folder: Path) -> Features:
    """Return all features of a folder's .npy files, one below the other: float [n, dim].

    Each file holds one feature [dim] or several [n, dim]; other files are left alone.

    Raises:
        InputError: no such folder, no .npy files, one that holds something else, or features of
            different width.
    """
    if not folder.is_dir():
        raise InputError(f"{folder} is not a folder", hint="Give a folder of .npy files.")
    found = {path.name: _read(path) for path in sorted(folder.rglob("*.npy"))}
    if not found:
        raise InputError(f"{folder} holds no .npy files", hint="Give a folder of .npy files.")
    check_widths(found)
    return np.concatenate(list(found.values()))


def check_widths(sets: dict[str, Features]) -> None:
    """Refuse features that cannot be compared.

    Raises:
        InputError: two sets have different widths; both are named.
    """
    (first, rows), *others = sets.items()
    for name, other in others:
        if other.shape[1] != rows.shape[1]:
            raise InputError(
                f"features of different width: {first} has {rows.shape[1]} numbers a row, "
                f"{name} has {other.shape[1]}",
                hint="Make all features with the same extractor.",
            )


def _read(path: Path) -> Features:
    try:
        rows = load_array(path)
    except NoArray as error:
        raise InputError(
            f"{path} cannot be read as an array: {error}", hint="Give a .npy of numbers."
        ) from None
    if rows.dtype.kind not in "fiu" or rows.ndim not in (1, 2):
        raise InputError(
            f"{path} does not hold features", hint="Numbers of shape [dim] or [n, dim] are needed."
        )
    rows = np.atleast_2d(rows).astype(np.float64)
    if not rows.size or not np.isfinite(rows).all():
        raise InputError(f"{path} has no features, or some that are not finite numbers")
    return rows


def _in_their_span(a: Features, b: Features) -> tuple[Features, Features]:
    """Return the same points in as few dimensions as hold them; distances stay as they are."""
    both = np.concatenate([a, b]).astype(np.float64)
    if len(both) >= both.shape[1]:
        return a, b
    base = np.linalg.qr((both - both.mean(0)).T)[0]
    return (a - both.mean(0)) @ base, (b - both.mean(0)) @ base


def _thin(rows: Features, share: float, rng: np.random.Generator) -> Features:
    if share == 1:
        return rows
    return rows[rng.choice(len(rows), round(share * len(rows)), replace=False)]


def _pooled(a: Features, b: Features, trials: int, seed: int) -> Iterator[float]:
    both = np.concatenate([a, b])
    rng = dice(seed)
    for _ in range(trials):
        order = rng.permutation(len(both))
        first, second = both[order[: len(a)]], both[order[len(a) :]]
        yield frechet_distance(Gaussian.of(first), Gaussian.of(second))
