"""Sees to it that all units are done once, whatever becomes of the actors."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from musivid.core.errors import Interrupted, MissingError, MusividError, RunError
from musivid.core.progress import Reporter
from musivid.core.stopping import StopFlag
from musivid.farm.losses import Losses
from musivid.farm.rows import Rows
from musivid.farm.units import (
    Actor,
    Answer,
    Answered,
    Event,
    Executor,
    Fault,
    Joined,
    Lacking,
    Lost,
    Unable,
    Unit,
)

__all__ = ["Rules", "Task", "work_off"]


@dataclass(frozen=True, slots=True)
class Rules:
    """When something is tried again, and when it is given up.

    Attributes:
        losses: after so many losses with its actor a unit may be given up; see `Losses`.
        most_losses: after so many it is, whosesoever fault they are.
        late: a unit that takes so many times as long as the median is given out once more.
        least_s: but not before so many seconds.
        look_s: how often a stop is looked for.
        refused_s: how long to wait for a machine where all that there are were refused.
        alone_s: how long to wait for any machine before that is said.
        stillborn: so many actors in a row that die before they can do anything are no accident.
    """

    losses: int = 3
    most_losses: int = 12
    late: float = 10.0
    least_s: float = 30.0
    look_s: float = 0.2
    refused_s: float = 15.0
    alone_s: float = 20.0
    stillborn: int = 8


@dataclass(frozen=True, slots=True)
class Task:
    """What the foreman asks of those whose work it is.

    Attributes:
        pack: the payload of a unit, with the contents that an actor lacks.
        keep: puts a result where it belongs; called once a unit.
        admit: in what an actor differs, in words; empty: it may take part.
    """

    pack: Callable[[Unit, tuple[str, ...]], Any]
    keep: Callable[[Unit, Any], None]
    admit: Callable[[Actor], Sequence[str]] = lambda actor: ()


@dataclass(slots=True)
class _Held:
    """What an actor is at."""

    unit: Unit
    since_s: float


def work_off(
    units: Sequence[Unit],
    executor: Executor,
    task: Task,
    *,
    stop: StopFlag,
    reporter: Reporter,
    rules: Rules | None = None,
) -> dict[str, Fault]:
    """Have all units done; return why some were not, by their names.

    Args:
        units: what there is to do.
        executor: has the actors; it is closed by whoever opened it.
        task: payloads and results.
        stop: asked between events.
        reporter: told who takes part, who is lost, and what was told on the actors.
        rules: when something is tried again.

    Raises:
        Interrupted: a stop was asked for; what came back is kept.
        MissingError: no machine may take part.
    """
    return _Foreman(units, executor, task, stop, reporter, rules=rules or Rules()).run()


@dataclass(slots=True)
class _Crowd:
    """All actors that take part, and what each is at."""

    actors: dict[int, Actor] = field(default_factory=dict)
    held: dict[int, _Held] = field(default_factory=dict)

    def idle(self) -> list[Actor]:
        return [actor for number, actor in self.actors.items() if number not in self.held]

    def busy_on(self, node: str) -> list[int]:
        return [number for number in self.held if self.actors[number].node == node]

    def holders(self, name: str) -> list[int]:
        return [number for number, held in self.held.items() if held.unit.name == name]

    def nodes(self) -> set[str]:
        return {actor.node for actor in self.actors.values()}


class _Foreman:
    def __init__(
        self,
        units: Sequence[Unit],
        executor: Executor,
        task: Task,
        stop: StopFlag,
        reporter: Reporter,
        *,
        rules: Rules,
    ) -> None:
        self._units = {unit.name: unit for unit in units}
        self._executor, self._task, self._rules = executor, task, rules
        self._stop, self._reporter = stop, reporter
        self._rows, self._crowd = Rows(units), _Crowd()
        self._open = set(self._units)
        self._done: set[str] = set()
        self._faults: dict[str, Fault] = {}
        self._losses = Losses(rules.losses, rules.most_losses)
        self._odd: set[str] = set()
        self._again: set[str] = set()
        self._alone: dict[str, Unit | None] = {}  # by unit name; None: it has been tried
        self._reserved: dict[str, str] = {}  # machines by name, for the unit that is alone there
        self._took_s: list[float] = []
        self._refused: dict[str, str] = {}
        self._seen_s = executor.now_s()
        self._said_alone = False
        self._stillborn = 0

    def run(self) -> dict[str, Fault]:
        while self._open:
            self._stop.check()
            self._executor.ask(len(self._open))
            self._hand_out()
            for event in self._executor.events(self._rules.look_s):
                self._heed(event)
            self._look_for_machines()
        return self._faults

    def _heed(self, event: Event) -> None:
        if isinstance(event, Joined):
            self._join(event.actor)
        elif isinstance(event, Answered):
            self._answered(event)
        elif isinstance(event, Lost):
            self._lose(event)
        elif isinstance(event, Unable):
            self._refuse(event.node, event.why)

    def _join(self, actor: Actor) -> None:
        if other := self._task.admit(actor):
            self._executor.dismiss(actor.number, shun=True)
            self._refuse(actor.node, ", ".join(other))
            return
        self._stillborn = 0
        is_new = actor.node not in self._crowd.nodes()
        self._crowd.actors[actor.number] = actor
        if is_new:
            count = len(self._crowd.nodes())
            machines = "1 machine" if count == 1 else f"{count} machines"
            self._reporter.note(f"{actor.node} takes part: {machines}")
            self._reporter.machines(count)

    def _refuse(self, node: str, why: str) -> None:
        if self._refused.get(node) != why:
            self._refused[node] = why
            self._reporter.warn(f"{node} does not take part: {why}")

    def _look_for_machines(self) -> None:
        """Give up where nobody may take part, and say where nobody is there yet."""
        now_s = self._executor.now_s()
        if self._crowd.actors:
            self._seen_s, self._said_alone = now_s, False
            return
        waited_s = now_s - self._seen_s
        if self._refused and not self._executor.can_grow() and waited_s > self._rules.refused_s:
            told = "; ".join(f"{node}: {why}" for node, why in sorted(self._refused.items()))
            raise MissingError(
                f"no machine of the farm may take part: {told}",
                hint="Make them alike; --farm-any takes them as they are, and frames may differ.",
            )
        if waited_s > self._rules.alone_s and not self._said_alone:
            self._said_alone = True
            self._reporter.warn("no machine of the farm has room yet; waiting (Ctrl-C stops)")

    def _hand_out(self) -> None:
        for actor in self._crowd.idle():
            unit = self._next_for(actor)
            if unit is not None:
                self._give(actor.number, unit)

    def _next_for(self, actor: Actor) -> Unit | None:
        """What an idle actor does next."""
        if actor.node in self._reserved:
            name = self._reserved[actor.node]
            waits = self._alone.get(name)
            if waits is None or self._crowd.busy_on(actor.node):
                return None
            self._alone[name] = None
            return waits
        for name, waits in self._alone.items():
            if waits is not None and name not in self._reserved.values():
                self._reserved[actor.node] = name
                return self._next_for(actor)
        return self._rows.take(actor.number, self._done) or self._late()

    def _late(self) -> Unit | None:
        """A unit that takes far longer than others do, and is not in two hands yet."""
        if len(self._took_s) < 3:
            return None
        usual_s = statistics.median(self._took_s)
        for held in self._crowd.held.values():
            limit_s = max(self._rules.late * usual_s * held.unit.size, self._rules.least_s)
            is_late = self._executor.now_s() - held.since_s > limit_s
            if is_late and held.unit.name not in self._again | set(self._alone):
                self._again.add(held.unit.name)
                self._reporter.note(f"{held.unit.name} is late: given out once more")
                return held.unit
        return None

    def _give(self, number: int, unit: Unit, lacking: tuple[str, ...] = ()) -> None:
        try:
            payload = self._task.pack(unit, lacking)
        except (MusividError, OSError) as error:  # what it is made of is gone
            self._fail(unit, Fault("own", error), number)
            return
        self._crowd.held[number] = _Held(unit, self._executor.now_s())
        self._executor.give(number, unit.name, payload)

    def _answered(self, event: Answered) -> None:
        held = self._crowd.held.pop(event.actor, None)
        if held is None or event.actor not in self._crowd.actors:
            return
        unit, answer = self._units[event.unit], event.answer
        self._tell(unit, answer)
        if unit.name not in self._open:
            return  # somebody else was faster
        if isinstance(answer.result, Lacking):
            self._give(event.actor, unit, answer.result.hashes)
        elif answer.fault is not None:
            self._fail(unit, answer.fault, event.actor)
        else:
            took_s = self._executor.now_s() - held.since_s
            self._took_s.append(took_s / max(unit.size, 1e-9))
            self._keep(unit, answer.result, event.actor)

    def _keep(self, unit: Unit, result: Any, actor: int) -> None:
        try:
            self._task.keep(unit, result)
        except Interrupted:
            raise
        except (MusividError, OSError) as error:  # it cannot be put where it belongs
            self._fail(unit, Fault("own", error), actor)
            return
        self._close(unit)
        self._done.add(unit.name)

    def _tell(self, unit: Unit, answer: Answer) -> None:
        for method, arguments in answer.told:
            if method in ("note", "warn"):
                getattr(self._reporter, method)(f"{unit.name}: {arguments[0]}")

    def _fail(self, unit: Unit, fault: Fault, actor: int) -> None:
        """Try a unit again where that may help, else say why it is not done."""
        if self._crowd.holders(unit.name):
            return  # it is in other hands, too
        if fault.kind == "memory" and unit.name not in self._alone:
            self._reporter.note(f"{unit.name}: memory ran out; again, alone on a machine")
            self._alone[unit.name] = unit
        elif fault.kind == "odd" and unit.name not in self._odd:
            self._odd.add(unit.name)
            self._rows.leave(actor)
            self._rows.put_back(unit)
            self._reporter.note(f"{unit.name}: {_in_short(fault.error)}; tried once more")
        else:
            self._close(unit)
            self._faults[unit.name] = fault
            self._give_up_what_needs(unit)

    def _give_up_what_needs(self, unit: Unit) -> None:
        """Nothing that needs a unit can be done without it."""
        for other in [self._units[name] for name in self._open]:
            if unit.name in other.needs and other.name in self._open:
                self._rows.drop({other.name})
                self._close(other)
                error = RunError(f"{other.name} needs {unit.name}, which failed")
                self._faults[other.name] = Fault("own", error)
                self._give_up_what_needs(other)

    def _close(self, unit: Unit) -> None:
        self._open.discard(unit.name)
        self._alone.pop(unit.name, None)
        for node in [node for node, name in self._reserved.items() if name == unit.name]:
            del self._reserved[node]

    def _lose(self, event: Lost) -> None:
        actor = self._crowd.actors.pop(event.actor, None)
        held = self._crowd.held.pop(event.actor, None)
        self._rows.leave(event.actor)
        if actor is None:  # it never came to anything
            self._stillborn += 1
            if self._stillborn >= self._rules.stillborn and not self._crowd.actors:
                raise MissingError(
                    f"no process of the farm comes to life: {event.why}",
                    hint="musivid must be installed on all machines, as it is here.",
                )
            return
        self._reporter.note(f"{actor.node} lost a process: {event.why}")
        if actor.node not in self._crowd.nodes():
            self._reserved.pop(actor.node, None)
            self._reporter.machines(len(self._crowd.nodes()))
        if held is None or held.unit.name not in self._open:
            return
        unit = held.unit
        if event.of_memory:
            error = RunError(f"{unit.name}: memory ran out, alone on {actor.node} too")
            self._fail(unit, Fault("memory", error), event.actor)
            return
        self._losses.add(unit.name, len(self._crowd.held) + 1, by_itself=event.by_itself)
        self._do_again(unit, event)

    def _do_again(self, unit: Unit, event: Lost) -> None:
        """Have a unit done that was lost with its actor, unless it seems to be at fault for that.

        From the third time on it is alone on its machine: systems end what takes too much memory
        without a word.
        """
        count = self._losses.count(unit.name)
        if self._losses.is_at_fault(unit.name):
            error = RunError(
                f"{unit.name} was lost {count} times with the process that did it",
                hint=f"The last one: {event.why}.",
            )
            self._fail(unit, Fault("own", error), event.actor)
        elif self._crowd.holders(unit.name):
            return  # it is in other hands, too
        elif unit.name in self._alone or count >= self._rules.losses:
            self._alone[unit.name] = unit
        else:
            self._rows.put_back(unit)


def _in_short(error: Exception) -> str:
    return str(error).partition("\n")[0] or type(error).__name__
