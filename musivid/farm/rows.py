"""Who gets which unit next: rows are done in runs, and the idle take the tail of the longest."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Sequence

from musivid.farm.units import Unit

__all__ = ["Rows"]


class Rows:
    """All units that nobody has in hand.

    Units without a row wait in one queue. Those of a row are a run at first, which the first actor
    takes whole; whoever is idle takes the second half of the longest run that is left. So each
    actor has neighbours to do, as far as that lasts.
    """

    def __init__(self, units: Iterable[Unit]) -> None:
        self._queue: deque[Unit] = deque()
        self._free: list[deque[Unit]] = []
        self._runs: dict[int, deque[Unit]] = {}
        rows: dict[str, deque[Unit]] = {}
        for unit in units:
            if not unit.row:
                self._queue.append(unit)
            elif unit.row in rows:
                rows[unit.row].append(unit)
            else:
                rows[unit.row] = deque([unit])
        self._free += rows.values()

    def take(self, actor: int, done: Collection[str]) -> Unit | None:
        """What an idle actor does next; None: nothing that can be begun."""
        run = self._runs.get(actor)
        if run and _is_ready(run[0], done):
            return run.popleft()
        for unit in self._queue:
            if _is_ready(unit, done):
                self._queue.remove(unit)
                return unit
        if run:  # its next one waits for others: the rest is for whoever can begin
            self.leave(actor)
        run = self._share(done)
        if run is None:
            return None
        self._runs[actor] = run
        return run.popleft()

    def put_back(self, unit: Unit) -> None:
        """Let a unit be done before all others that wait."""
        self._queue.appendleft(unit)

    def leave(self, actor: int) -> None:
        """Let others have what an actor would have done next."""
        if run := self._runs.pop(actor, None):
            self._free.append(run)

    def drop(self, names: Collection[str]) -> None:
        """Forget units."""
        for units in self._all():
            kept = [unit for unit in units if unit.name not in names]
            units.clear()
            units.extend(kept)

    def waiting(self) -> Sequence[Unit]:
        """All of them."""
        return [unit for units in self._all() for unit in units]

    def _all(self) -> list[deque[Unit]]:
        return [self._queue, *self._free, *self._runs.values()]

    def _share(self, done: Collection[str]) -> deque[Unit] | None:
        """Part of a row, whose first unit can be begun."""
        for run in sorted(self._free, key=len, reverse=True):
            begin = next((k for k, unit in enumerate(run) if _is_ready(unit, done)), None)
            if begin is not None:
                self._free.remove(run)
                if begin:
                    before, run = _split(run, begin)
                    self._free.append(before)
                return run
        for actor, run in sorted(self._runs.items(), key=lambda item: -len(item[1])):
            middle = len(run) // 2
            after = [k for k in range(middle, len(run)) if _is_ready(run[k], done)]
            if after:
                self._runs[actor], mine = _split(run, after[0])
                return mine
        return None


def _split(run: deque[Unit], at: int) -> tuple[deque[Unit], deque[Unit]]:
    units = list(run)
    return deque(units[:at]), deque(units[at:])


def _is_ready(unit: Unit, done: Collection[str]) -> bool:
    return all(name in done for name in unit.needs)
