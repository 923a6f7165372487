"""All footage as one row of quarter seconds, which choosing works on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from musivid.footage.faults import NEVER, Graded
from musivid.footage.seen import CELL_S
from musivid.footage.twins import find_twins

__all__ = ["Pool", "pool_of"]

_JOINT_S = 0.1  # a border this near to the end of what is spoken does not cut it off


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """Cells of all files, those of a shot one after the other.

    Attributes:
        files: what was seen, graded.
        file: int64 [cells], the file of each.
        shot: int64 [cells], the shot of each, counted over all files.
        start_s: float64 [cells], when each begins in its file.
        grades: int8 [cells].
        twins: int64 [cells], what shows the same; -1: nothing else does.
        energy: float64 [cells], 0..1: how much moves, by rank among all that may be shown.
        quality: float64 [cells], 0..1: how sharp and calm, by rank.
        speaks: bool [cells], whether its beginning lies within what somebody says.
        family: int64 [files], files that belong together.
        families: what these are called.
    """

    files: tuple[Graded, ...]
    file: NDArray[np.int64]
    shot: NDArray[np.int64]
    start_s: NDArray[np.float64]
    grades: NDArray[np.int8]
    twins: NDArray[np.int64]
    energy: NDArray[np.float64]
    quality: NDArray[np.float64]
    speaks: NDArray[np.bool_]
    family: NDArray[np.int64]
    families: tuple[str, ...]

    def __len__(self) -> int:
        """Return how many cells there are."""
        return len(self.file)

    @property
    def usable_s(self) -> float:
        """Seconds that may be shown, each of what is there more than once counted once."""
        shown = self.grades < NEVER
        known, seen = set[tuple[int, int]](), 0
        owners: dict[int, int] = {}
        for cell in np.flatnonzero(shown):
            group, shot = int(self.twins[cell]), int(self.shot[cell])
            if group >= 0 and owners.setdefault(group, shot) != shot:
                continue
            key = (int(self.file[cell]), round(float(self.start_s[cell]) / CELL_S))
            seen += key not in known
            known.add(key)
        return seen * CELL_S

    @property
    def file_of_shot(self) -> NDArray[np.int64]:
        """The file of each shot, int64 [shots]."""
        return self.file[np.searchsorted(self.shot, np.arange(int(self.shot[-1]) + 1))]

    def pairs(self) -> list[tuple[int, int]]:
        """Files that show the same in part, each pair once."""
        found = set[tuple[int, int]]()
        for group in np.unique(self.twins[self.twins >= 0]):
            files = np.unique(self.file[self.twins == group]).tolist()
            found |= {(a, b) for n, a in enumerate(files) for b in files[n + 1 :]}
        return sorted(found)

    def kin(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Which files show the same, each itself too [files, files]; which are smaller [files]."""
        kin, lesser = np.eye(len(self.files)), np.zeros(len(self.files))
        for pair in self.pairs():
            kin[pair, pair[::-1]] = 1.0
            areas = [self.files[n].seen.size[0] * self.files[n].seen.size[1] for n in pair]
            if areas[0] != areas[1]:
                lesser[pair[int(np.argmin(areas))]] = 1.0
        return kin, lesser

    def cells_by_twin(self) -> dict[int, NDArray[np.int64]]:
        """The cells of each number of twins."""
        known = np.flatnonzero(self.twins >= 0)
        known = known[np.argsort(self.twins[known], kind="stable")]
        if not len(known):
            return {}
        groups, firsts = np.unique(self.twins[known], return_index=True)
        return dict(zip(groups.tolist(), np.split(known, firsts[1:]), strict=True))


def pool_of(files: Sequence[Graded]) -> Pool:
    """Lay all files in one row."""
    file = np.concatenate([np.full(one.seen.cells, n) for n, one in enumerate(files)])
    own = np.concatenate([one.shots for one in files])
    firsts = np.concatenate([[True], (file[1:] != file[:-1]) | (own[1:] != own[:-1])])
    shot = np.cumsum(firsts) - 1
    start_s = np.concatenate([np.arange(one.seen.cells) * CELL_S for one in files])
    grades = np.concatenate([one.grades for one in files])
    thumbs = np.concatenate([one.seen.thumbs for one in files])
    flow = np.concatenate([one.seen.flow for one in files]).astype(np.float64)
    shake = np.concatenate([one.seen.shake for one in files]).astype(np.float64)
    sharp = np.concatenate([_sharpness(one) for one in files])
    speaks = np.concatenate([_speaking(one) for one in files])
    shown = grades < NEVER
    twins = np.full(len(file), -1)
    if shown.any():
        twins[shown] = find_twins(thumbs[shown], shot[shown])
    family, families = _families(files)
    quality = 0.6 * _ranks(sharp, shown) + 0.4 * (1 - _ranks(shake, shown))
    return Pool(
        tuple(files), file, shot, start_s, grades, twins, _ranks(flow, shown), quality, speaks,
        family, families,
    )  # fmt: skip


def _ranks(values: NDArray[np.float64], among: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Where each value stands among some, 0..1; equal ones stand alike."""
    known = np.sort(values[among])
    if not len(known):
        return np.zeros(len(values))
    low = np.searchsorted(known, values, side="left")
    high = np.searchsorted(known, values, side="right")
    return np.asarray((low + high) / 2 / len(known), np.float64)


def _sharpness(one: Graded) -> NDArray[np.float64]:
    """Sharpness against the best of the same shot, so that a calm sky is not thought blurred."""
    found = np.zeros(one.seen.cells)
    for shot in np.unique(one.shots):
        own = one.shots == shot
        found[own] = one.seen.sharp[own] / (np.percentile(one.seen.sharp[own], 90) + 1e-6)
    return found


def _speaking(one: Graded) -> NDArray[np.bool_]:
    starts = np.arange(one.seen.cells) * CELL_S
    within = np.zeros(one.seen.cells, bool)
    for begin, end in one.seen.speech_s:
        within |= (starts > begin + _JOINT_S) & (starts < end - _JOINT_S)
    return within


def _families(files: Sequence[Graded]) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Which files belong together: those of a folder; where there is one alone, those alike."""
    folders = [one.seen.path.parent for one in files]
    if len(set(folders)) > 1:
        names = sorted(set(folders))
        return np.array([names.index(f) for f in folders]), tuple(path.name for path in names)
    colours = np.stack(
        [one.seen.thumbs.reshape(-1, 3).mean(0) for one in files]
    )  # of the whole file
    flow = np.array([float(one.seen.flow.mean()) for one in files])
    count = max(1, min(6, round(len(files) ** 0.5)))
    rows = np.column_stack([colours / (colours.std(0) + 8), flow / (flow.std() + 0.3)])
    return _clustered(rows, count), tuple(f"look {n + 1}" for n in range(count))


def _clustered(rows: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    from scipy.cluster.hierarchy import fcluster, linkage

    if len(rows) < 2 or count < 2:
        return np.zeros(len(rows), np.int64)
    found = fcluster(linkage(rows, "ward"), count, "maxclust")
    return np.asarray(found - 1, np.int64)
