"""Which piece of footage goes where: one assignment over all slots, made better until it is good.

The longest slots choose first, for they have the fewest pieces to choose from; then each chooses
again among what the others left, and pairs choose together. What is shown is never shown again, nor
its twin, while anything else is left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.core.timeline import Timeline
from musivid.footage.faults import GOOD, NEVER
from musivid.footage.packing import WORTH_S, cells_of, free_runs
from musivid.footage.pool import Pool
from musivid.footage.rhythm import Slot
from musivid.footage.seen import CELL_S

__all__ = ["Chooser", "Piece", "Wants"]

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

# What counts for and against a piece: its energy beside the music's, its quality, what it means,
# that it belongs to the material of its part, that little is left over beside it, that its file was
# not just seen, that motion does not turn about.
_ENERGY, _QUALITY, _MEANING, _FAMILY, _WASTE = 1.0, 0.5, 1.6, 0.5, 0.35
_NEAR = (1.6, 0.5, 0.2)  # the same file one, two, three shots away
_TURN, _WORN, _LESSER = 0.15, 0.3, 0.4  # the last: smaller copies of other files
_MOVING = 12.0  # pixels of 160 a second from which a picture goes somewhere
_LEAST_LEFT = 5  # cells that are worth leaving over
_PASSES, _PAIRS = 2, 300  # how often each slot, and how many pairs, choose again
_PHOTO_ENERGY = 0.3
_RECENT_S = 12.0  # what was shown as lately is remembered by whoever sees it again


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of footage in its slot.

    Attributes:
        slot: where it is shown.
        file: number of its file in the pool.
        cell: its first cell in the pool.
        count: how many cells it takes.
        repeated: whether it was shown before.
        poor: whether it is shown for want of better.
    """

    slot: Slot
    file: int
    cell: int
    count: int
    repeated: bool = False
    poor: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Wants:
    """What a film wants of its footage.

    Attributes:
        slots: in order of time.
        kinds: of each slot's part, as `returns.Part` has it.
        meaning: float64 [slots, shots], 0..1: how well each shot of the footage fits the words of
            each slot.
        spoken_of: bool [slots], whether there are words that some shot fits.
        reuse: whether what was shown may be shown again where nothing else is left.
    """

    slots: tuple[Slot, ...]
    kinds: tuple[int, ...]
    meaning: Floats
    spoken_of: Mask
    reuse: bool = False


class Chooser:
    """Chooses the pieces of one film."""

    def __init__(
        self,
        pool: Pool,
        wants: Wants,
        timeline: Timeline,
        *,
        seed: int = 0,
        barred: Mask | None = None,
    ) -> None:
        """Begin with nothing chosen.

        Args:
            pool: the footage.
            wants: what is wanted.
            timeline: the film's clock.
            seed: in which order pairs choose again.
            barred: bool [cells], what must not be shown.
        """
        self.pool, self.wants, self._timeline, self._seed = pool, wants, timeline, seed
        self._barred = np.zeros(len(pool), bool) if barred is None else barred
        self._photos = np.array([one.seen.is_photo for one in pool.files])
        self._energy = np.where(self._photos[pool.file], _PHOTO_ENERGY, pool.energy)
        self._sums = {
            "energy": _summed(self._energy),
            "quality": _summed(pool.quality),
            "across": _summed(np.concatenate([one.seen.across for one in pool.files])),
        }
        self._first_of_file = np.searchsorted(pool.file, np.arange(len(pool.files)))
        self._sizes = np.bincount(pool.file, minlength=len(pool.files)).astype(np.float64)
        self._family = self._families()
        self._columns: dict[tuple[str, int], Floats] = {}
        self._twins = pool.cells_by_twin()
        self._kin, self._lesser = pool.kin()
        self._uses = np.zeros(len(pool), np.int32)
        self.pieces: dict[int, Piece] = {}

    def choose(self, fixed: Mapping[int, Piece], packed: Mapping[int, int]) -> list[Slot]:
        """Fill all slots; those stay free for which nothing is left, and they are returned.

        Args:
            fixed: pieces that stay as they are, by the place of their slot.
            packed: first cells by numbers of slots, a way that is known to go up.
        """
        for place, piece in fixed.items():
            self._put(place, piece)
        open_ = [n for n in range(len(self.wants.slots)) if n not in fixed]
        in_time = self.wants.reuse and not packed
        order = open_ if in_time else sorted(open_, key=lambda n: -self.wants.slots[n].length_s)
        for place in order:
            if (chosen := self._best(place)) is not None:
                self._put(place, chosen)
        if len(self.pieces) < len(self.wants.slots) and packed and not fixed:
            for place in list(self.pieces):
                self._take(place)
            for n, slot in enumerate(self.wants.slots):
                self._put(n, self._packed(n, packed[slot.number]))
        self._improve([n for n in open_ if n in self.pieces])
        return [slot for n, slot in enumerate(self.wants.slots) if n not in self.pieces]

    def better_s(self) -> dict[int, float]:
        """Seconds of better footage than slots have that show again what was shown, by place.

        First what none shows, each stretch once; then what was not seen for a while, where a slot
        shows what was seen just now.
        """
        runs = free_runs(self.pool, self._free(poor=False))
        unseen = sorted((last - first) * CELL_S for first, last in runs)
        found: dict[int, float] = {}
        for place, piece in sorted(self.pieces.items()):
            if not piece.repeated:
                continue
            if unseen and unseen[-1] >= WORTH_S:
                found[place] = unseen.pop()
                continue
            recent = self._recent(place)
            if recent[piece.cell : piece.cell + piece.count].any():
                good = (self.pool.grades == GOOD) & ~self._barred & ~recent
                runs = free_runs(self.pool, good)
                found[place] = max((b - a for a, b in runs), default=0) * CELL_S
        return found

    def _recent(self, place: int) -> Mask:
        """The cells that are shown shortly before or after a slot."""
        start_s, recent = self.wants.slots[place].start_s, np.zeros(len(self.pool), bool)
        for number, piece in self.pieces.items():
            near = abs(self.wants.slots[number].start_s - start_s) < _RECENT_S
            if near and number != place:
                recent[self._shown_by(piece)] = True
        return recent

    def _packed(self, place: int, cell: int) -> Piece:
        slot = self.wants.slots[place]
        poor = bool((self.pool.grades[cell : cell + cells_of(slot, self._timeline)] > GOOD).any())
        return Piece(slot, int(self.pool.file[cell]), cell, cells_of(slot, self._timeline),
                     poor=poor)  # fmt: skip

    def _improve(self, places: Sequence[int]) -> None:
        """Let slots choose again, alone and in pairs, as long as it makes the film better."""
        for _ in range(_PASSES):
            for place in places:
                self._again((place,))
        if len(places) < 2:
            return
        draw = dice(self._seed)
        for _ in range(_PAIRS):
            one, other = (int(n) for n in draw.choice(len(places), 2, replace=False))
            self._again((places[one], places[other]))

    def _again(self, places: tuple[int, ...]) -> None:
        """Choose some slots again; what is no better is undone."""
        before = {place: self.pieces[place] for place in places}
        if any(piece.repeated for piece in before.values()):
            return
        cost = self._total(places)
        for place in places:
            self._take(place)
        for place in places:
            piece = self._best(place)
            if piece is None or piece.repeated or (piece.poor and not before[place].poor):
                break
            self._put(place, piece)
        whole = all(place in self.pieces for place in places)
        if not whole or self._total(places) >= cost - 1e-9:
            for place in places:
                if place in self.pieces:
                    self._take(place)
            for place, piece in before.items():
                self._put(place, piece)

    def _put(self, place: int, piece: Piece) -> None:
        self.pieces[place] = piece
        self._uses[self._shown_by(piece)] += 1

    def _take(self, place: int) -> None:
        self._uses[self._shown_by(self.pieces.pop(place))] -= 1

    def _total(self, places: tuple[int, ...]) -> float:
        """What the pieces of some slots cost, where they are."""
        return sum(float(self._costs(n, self.pieces[n].count)[self.pieces[n].cell]) for n in places)

    def _best(self, place: int) -> Piece | None:
        """The best piece for a slot among what is free."""
        slot = self.wants.slots[place]
        count = cells_of(slot, self._timeline)
        for poor in (False, True):
            starts = self._starts(count, self._free(poor=poor), whole_speech=not poor)
            if starts.any():
                costs = np.where(starts, self._costs(place, count), np.inf)
                cell = int(costs.argmin())
                return Piece(slot, int(self.pool.file[cell]), cell, count, poor=poor)
        return self._longest_ago(place, count) if self.wants.reuse else None

    def _longest_ago(self, place: int, count: int) -> Piece | None:
        """What was seen longest ago; where all was seen just now, the best of it."""
        slot = self.wants.slots[place]
        shown = np.full(len(self.pool), -1e6)
        for number, piece in self.pieces.items():
            cells = self._shown_by(piece)
            near = abs(self.wants.slots[number].start_s - slot.start_s)
            shown[cells] = np.maximum(shown[cells], -near)
            if abs(number - place) == 1:  # another piece of it looks as if nothing had been cut
                own = self._kin[piece.file][self.pool.file] > 0
                shown[own] = np.maximum(shown[own], -_RECENT_S / 2)
        starts = self._starts(count, (self.pool.grades == GOOD) & ~self._barred)
        if not starts.any():
            starts = self._starts(count, (self.pool.grades < NEVER) & ~self._barred)
        if not starts.any():
            return None
        latest = np.array([shown[n : n + count].max() if ok else 1e9
                           for n, ok in enumerate(starts)])  # fmt: skip
        cell = int((latest + 1e-3 * np.where(starts, self._costs(place, count), 0)).argmin())
        return Piece(slot, int(self.pool.file[cell]), cell, count, repeated=True)

    def _shown_by(self, piece: Piece) -> NDArray[np.int64]:
        """The cells that a piece shows, itself or by what is its twin."""
        pool = self.pool
        shown = np.arange(piece.cell, piece.cell + piece.count)
        if self._photos[piece.file]:
            shown = np.flatnonzero(pool.file == piece.file)
        groups = np.unique(pool.twins[shown])
        twins = [self._twins[int(group)] for group in groups if group >= 0]
        others = [cells[pool.shot[cells] != pool.shot[piece.cell]] for cells in twins]
        return np.unique(np.concatenate([shown, *others]))

    def _free(self, *, poor: bool) -> Mask:
        """The cells that were not shown, neither they nor their twins."""
        good = self.pool.grades < NEVER if poor else self.pool.grades == GOOD
        return np.asarray(good & ~self._barred & (self._uses == 0))

    def _starts(self, count: int, free: Mask, *, whole_speech: bool = False) -> Mask:
        """The cells from which on `count` are free, all in one shot."""
        size = len(free)
        starts = np.zeros(size, bool)
        if count > size:
            return starts
        sums = np.concatenate([[0], np.cumsum(free)])
        last = np.arange(size - count + 1) + count - 1
        starts[: size - count + 1] = (sums[count:] - sums[: size - count + 1] == count) & (
            self.pool.shot[last] == self.pool.shot[: size - count + 1]
        )
        starts &= ~self._photos[self.pool.file] | (self.pool.start_s < CELL_S / 2)
        if whole_speech:
            ends = np.minimum(np.arange(size) + count, size - 1)
            same = self.pool.file[ends] == self.pool.file
            starts &= ~self.pool.speaks & ~(self.pool.speaks[ends] & same)
        return starts

    def _costs(self, place: int, count: int) -> Floats:
        """What each cell would cost as the first of a slot's piece, float64 [cells]."""
        pool, slot = self.pool, self.wants.slots[place]
        energy, quality = (self._column(name, count) for name in ("energy", "quality"))
        cost = _ENERGY * np.abs(energy - slot.energy) - _QUALITY * quality
        by_file = np.zeros(len(pool.files))
        family = self._family.get(self.wants.kinds[place])
        if family is not None:
            by_file += _FAMILY * (pool.family != family)
        for away, dear in enumerate(_NEAR, start=1):
            for other in (place - away, place + away):
                if other in self.pieces:
                    by_file += dear * self._kin[self.pieces[other].file]
        by_file += _WORN * self._worn(place) + _LESSER * self._lesser
        cost = cost + by_file[pool.file]
        if self.wants.spoken_of[place]:
            cost = cost - _MEANING * self.wants.meaning[place][pool.shot]
        turning, wasting = self._turning(place, count), self._column("waste", count)
        return np.asarray(cost + turning + wasting, np.float64)

    def _column(self, name: str, count: int) -> Floats:
        """Means from each cell on over `count` of them, or what is wasted there; kept."""
        key = name, count
        if key not in self._columns:
            waste = name == "waste"
            self._columns[key] = self._wasting(count) if waste else _means(self._sums[name], count)
        return self._columns[key]

    def _worn(self, place: int) -> Floats:
        """How much of each file is shown elsewhere, 0..1."""
        used = np.zeros(len(self.pool.files))
        for number, piece in self.pieces.items():
            used[piece.file] += piece.count if number != place else 0
        return np.asarray(np.minimum(used / np.maximum(self._sizes, 1), 1.0), np.float64)

    def _turning(self, place: int, count: int) -> Floats:
        """What it costs that motion goes the other way than in the shots beside."""
        across = self._column("across", count)
        cost = np.zeros(len(across))
        for other in (place - 1, place + 1):
            if other in self.pieces:
                piece = self.pieces[other]
                beside = self._column("across", piece.count)[piece.cell]
                if abs(beside) > _MOVING:
                    cost += _TURN * (across * np.sign(beside) < -_MOVING)
        return cost

    def _wasting(self, count: int) -> Floats:
        """What it costs to leave a piece beside that is too short for anything."""
        shot, size = self.pool.shot, len(self.pool)
        before = np.arange(size) - np.searchsorted(shot, shot, side="left")
        after = np.searchsorted(shot, shot, side="right") - np.arange(size) - count
        wasted = np.zeros(size)
        for left in (before, after):
            wasted += (left > 0) & (left < _LEAST_LEFT)
        return np.asarray(_WASTE * wasted, np.float64)

    def _families(self) -> dict[int, int]:
        """The material of each kind of part: livelier for louder, each its own if it can."""
        pool = self.pool
        shown = pool.grades == GOOD
        count = len(pool.families)
        if count < 2 or not shown.any():
            return {}
        of = pool.family[pool.file]
        lively = [float(self._energy[shown & (of == n)].mean()) if (shown & (of == n)).any() else 0
                  for n in range(count)]  # fmt: skip
        lasts: dict[int, list[float]] = {}
        for slot, kind in zip(self.wants.slots, self.wants.kinds, strict=True):
            lasts.setdefault(kind, []).append(slot.energy)
        by_music = sorted(lasts, key=lambda kind: float(np.mean(lasts[kind])))
        by_look = sorted(range(count), key=lambda n: lively[n])
        step = len(by_look) / len(by_music)
        return {kind: by_look[min(count - 1, int(n * step))] for n, kind in enumerate(by_music)}

    @property
    def families(self) -> dict[int, int]:
        """The family that each kind of part prefers."""
        return dict(self._family)


def _summed(values: NDArray[np.floating]) -> Floats:
    return np.concatenate([[0.0], np.cumsum(values.astype(np.float64))])


def _means(sums: Floats, count: int) -> Floats:
    """Mean over `count` cells from each on; at the end over what is left."""
    size = len(sums) - 1
    ends = np.minimum(np.arange(size) + count, size)
    return np.asarray((sums[ends] - sums[:-1]) / (ends - np.arange(size)), np.float64)
