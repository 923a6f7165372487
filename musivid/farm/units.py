"""The words of the farm: units of work, actors that do them, and what an executor tells."""

from __future__ import annotations

import abc
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Generic, Literal, Protocol, Self, TypeVar

from musivid.core.progress import Reporter

__all__ = [
    "Actor",
    "ActorsHeld",
    "Answer",
    "Answered",
    "Crew",
    "Event",
    "Executor",
    "Fault",
    "Hand",
    "Joined",
    "Lacking",
    "Lost",
    "Unable",
    "Unit",
]


_Held = TypeVar("_Held")


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of work that one actor does.

    Attributes:
        name: tells it from others, for people and logs.
        needs: names of units that must be done before.
        row: units of one row are best done one after the other by one actor; empty: no matter.
        size: how much work it is, in whatever measure all units have.
    """

    name: str
    needs: frozenset[str] = frozenset()
    row: str = ""
    size: float = 1.0


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a unit was not done.

    Attributes:
        kind: its own fault; of memory; or odd: perhaps another actor can do it.
        error: what was raised; something that can be pickled.
    """

    kind: Literal["own", "memory", "odd"]
    error: Exception


@dataclass(frozen=True, slots=True)
class Lacking:
    """What must come along for a unit, that the actor does not have: hashes of contents."""

    hashes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a unit on an actor.

    Attributes:
        result: what was made, or `Lacking`.
        fault: why nothing was.
        told: calls of the reporter, as (method, arguments).
    """

    result: Any = None
    fault: Fault | None = None
    told: tuple[tuple[str, tuple[Any, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Actor:
    """A process that does one unit after the other.

    Attributes:
        number: tells it from others.
        node: the machine.
        facts: what its results depend on, by what people call it.
    """

    number: int
    node: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Joined:
    """An actor is ready."""

    actor: Actor


@dataclass(frozen=True, slots=True)
class Answered:
    """An actor has done with a unit."""

    actor: int
    unit: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Lost:
    """An actor is gone, and what it was at with it.

    Attributes:
        actor: its number.
        why: in words.
        of_memory: whether the machine ended it because memory ran out.
        by_itself: whether it crashed; else it may have been ended from outside.
    """

    actor: int
    why: str
    of_memory: bool = False
    by_itself: bool = False


@dataclass(frozen=True, slots=True)
class Unable:
    """An actor could not begin on a machine."""

    node: str
    why: str


Event = Joined | Answered | Lost | Unable


class Hand(Protocol):
    """What an actor works with; made once on each."""

    def facts(self) -> Mapping[str, str]:
        """What its results depend on, by what people call it."""

    def do(self, payload: Any, reporter: Reporter) -> Any:
        """The result of a unit, or `Lacking`."""


@dataclass(frozen=True, slots=True)
class Crew:
    """What every actor is made from.

    Attributes:
        make: a function or class at the top of a module, which gives a `Hand`.
        arguments: for it; whatever can be pickled.
    """

    make: Any
    arguments: tuple[Any, ...] = ()


class Executor(Protocol):
    """What has actors somewhere, and hands payloads to them."""

    def ask(self, count: int) -> None:
        """Say how many actors there is work for; there may be fewer, or none yet."""

    def give(self, actor: int, unit: str, payload: Any) -> None:
        """Let an idle actor do a unit."""

    def events(self, wait_s: float) -> Sequence[Event]:
        """What has happened since, waited for a little."""

    def dismiss(self, actor: int, *, shun: bool = False) -> None:
        """Let go of an actor; `shun`: have no other one on its machine."""

    def can_grow(self) -> bool:
        """Whether some machine that is not shunned could have an actor."""

    def now_s(self) -> float:
        """The time on a clock that only goes forward."""


class ActorsHeld(abc.ABC, Generic[_Held]):
    """What executors of real actors share: a context manager that ends them all, and a clock."""

    _all: dict[int, _Held]

    @abc.abstractmethod
    def dismiss(self, actor: int, *, shun: bool = False) -> None:
        """As `Executor` has it."""

    def __enter__(self) -> Self:
        """Return the executor."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End all actors."""
        for number in list(self._all):
            self.dismiss(number)

    def now_s(self) -> float:
        """The time on a clock that only goes forward."""
        return time.monotonic()
