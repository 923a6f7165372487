"""An executor without processes, whose clock is a number and whose faults are written down."""

from __future__ import annotations

import pickle
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from musivid.core.errors import InputError, RunError
from musivid.core.progress import Silent
from musivid.farm.hosting import Host
from musivid.farm.units import (
    Actor,
    Answer,
    Answered,
    Crew,
    Event,
    Fault,
    Joined,
    Lacking,
    Lost,
    Unable,
)

__all__ = ["Fake", "Heard", "InProcess", "Script"]


class Heard(Silent):
    """Keeps what people are told."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def note(self, message: str) -> None:
        self.said.append(message)

    def warn(self, message: str) -> None:
        self.said.append(message)


@dataclass
class Script:
    """What goes wrong; units by their names, turns counted from 1.

    Attributes:
        killed: turns of units in which their actor is lost.
        crashing: units whose actors are not killed, but crash.
        slow_s: how long some turns take; others take a second a size.
        greedy: units that need a machine for themselves; True: even that is too little.
        bad: units that are at fault themselves.
        odd: units whose first turn fails, for no fault of theirs.
        lacking: units whose first turn lacks something.
        unable: machines where nothing can begin.
    """

    killed: set[tuple[str, int]] = field(default_factory=set)
    crashing: set[str] = field(default_factory=set)
    slow_s: dict[tuple[str, int], float] = field(default_factory=dict)
    greedy: dict[str, bool] = field(default_factory=dict)
    bad: set[str] = field(default_factory=set)
    odd: set[str] = field(default_factory=set)
    lacking: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unable: set[str] = field(default_factory=set)


class Fake:
    """An executor over machines with so many places each."""

    def __init__(
        self,
        machines: dict[str, int],
        script: Script | None = None,
        *,
        facts: Callable[[str], dict[str, str]] = lambda node: {},
    ) -> None:
        self.machines, self.script, self._facts = machines, script or Script(), facts
        self.clock_s, self.begun = 0.0, 0
        self.actors: dict[int, str] = {}
        self.log: list[tuple[str, str]] = []  # unit and machine, as they were handed out
        self.by_actor: dict[int, list[str]] = {}
        self._due: list[tuple[float, int, Event]] = []
        self._turns: Counter[str] = Counter()
        self._at: dict[int, str] = {}
        self._shunned: set[str] = set()

    def ask(self, count: int) -> None:
        for node, places in self.machines.items():
            here = [n for n in self.actors.values() if n == node]
            for _ in range(min(places, count - len(self.actors)) - len(here)):
                if node in self._shunned:
                    continue
                self.begun += 1
                if node in self.script.unable:
                    self._shunned.add(node)
                    self._plan(0.1, Unable(node, "nothing works there"))
                    continue
                self.actors[self.begun] = node
                self._plan(0.1, Joined(Actor(self.begun, node, self._facts(node))))

    def give(self, actor: int, unit: str, payload: Any) -> None:
        self._turns[unit] += 1
        turn, node = self._turns[unit], self.actors[actor]
        self.log.append((unit, node))
        self.by_actor.setdefault(actor, []).append(unit)
        self._at[actor] = unit
        took_s = self.script.slow_s.get((unit, turn), 1.0)
        if (unit, turn) in self.script.killed:
            by_itself = unit in self.script.crashing
            self._plan(took_s / 2, Lost(actor, "killed", by_itself=by_itself))
        else:
            self._plan(took_s, Answered(actor, unit, self._answer(actor, unit, payload)))

    def _answer(self, actor: int, unit: str, payload: Any) -> Answer:
        node, turn = self.actors[actor], self._turns[unit]
        beside = [n for n, u in self._at.items() if n != actor and self.actors.get(n) == node]
        if unit in self.script.greedy and (beside or self.script.greedy[unit]):
            return Answer(fault=Fault("memory", RunError("too little memory")))
        if unit in self.script.bad:
            return Answer(fault=Fault("own", InputError(f"{unit} is no song")))
        if unit in self.script.odd and turn == 1:
            return Answer(fault=Fault("odd", RunError("the disk is full")))
        if unit in self.script.lacking and not payload[1]:
            return Answer(Lacking(self.script.lacking[unit]))
        return Answer(("made", unit, payload), told=(("warn", ("a little odd",)),))

    def events(self, wait_s: float) -> Sequence[Event]:
        if not self._due:
            self.clock_s += wait_s
            return []
        due_s = min(when for when, _, _ in self._due)
        if due_s > self.clock_s + wait_s:
            self.clock_s += wait_s
            return []
        self.clock_s = max(self.clock_s, due_s)
        now = sorted((item for item in self._due if item[0] <= self.clock_s), key=lambda i: i[:2])
        self._due = [item for item in self._due if item[0] > self.clock_s]
        for _, _, event in now:
            if isinstance(event, Lost):
                self.actors.pop(event.actor, None)
            if isinstance(event, Lost | Answered):
                self._at.pop(event.actor, None)
        return [event for _, _, event in now]

    def dismiss(self, actor: int, *, shun: bool = False) -> None:
        node = self.actors.pop(actor)
        if shun:
            self._shunned.add(node)

    def can_grow(self) -> bool:
        return bool(set(self.machines) - self._shunned)

    def now_s(self) -> float:
        return self.clock_s

    def _plan(self, in_s: float, event: Event) -> None:
        self._due.append((self.clock_s + in_s, len(self._due), event))


class InProcess:
    """One actor in this very process, to which everything goes as if it were elsewhere."""

    def __init__(self, crew: Crew) -> None:
        self._crew: Crew = pickle.loads(pickle.dumps(crew))
        self._host: Host | None = None
        self._events: list[Event] = []
        self.sent: list[Any] = []

    def ask(self, count: int) -> None:
        if self._host is None:
            self._host = Host(self._crew)
            self._events.append(Joined(Actor(1, "here", self._host.facts())))

    def give(self, actor: int, unit: str, payload: Any) -> None:
        assert self._host is not None
        self.sent.append(payload)
        answer = self._host.do(pickle.loads(pickle.dumps(payload)))
        self._events.append(Answered(1, unit, pickle.loads(pickle.dumps(answer))))

    def events(self, wait_s: float) -> Sequence[Event]:
        events, self._events = self._events, []
        return events

    def dismiss(self, actor: int, *, shun: bool = False) -> None:
        """It stays."""

    def can_grow(self) -> bool:
        return True

    def now_s(self) -> float:
        return time.monotonic()
