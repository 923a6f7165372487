"""Actors of a Ray cluster that is there already; none is ever started here."""

from __future__ import annotations

import os
import re
import signal
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from musivid.core.errors import MissingError, UsageError, first_line
from musivid.core.progress import Reporter
from musivid.farm.hosting import Host
from musivid.farm.units import Actor, ActorsHeld, Answered, Crew, Event, Joined, Lost, Unable

__all__ = [
    "Cluster",
    "Footprint",
    "Presence",
    "RayHost",
    "check_address",
    "join_cluster",
    "leave_cluster",
]

_ADDRESS = re.compile(r"(?P<host>[\w.-]+|\[[0-9A-Fa-f:.]+\]):(?P<port>[1-9]\d{0,4})")
_PROBE_S = 5.0  # Ray itself would try for two minutes
_ASKED_S = 30.0
_LOOK_S = 2.0  # from one look at the machines of a cluster to the next
# How Ray tells of an actor that its memory monitor ended; it speaks of OOM with any other death.
_OF_MEMORY = re.compile(r"running low on memory|memory on the node", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Footprint:
    """What an actor takes of a machine.

    Attributes:
        cpus: cores.
        gpus: cards, or a share of one.
    """

    cpus: float = 1.0
    gpus: float = 0.0


def check_address(text: str) -> None:
    """Check that something can be the address of a cluster.

    Raises:
        UsageError: it cannot.
    """
    if text != "auto" and not _parts_of(text):
        raise UsageError(
            f"{text!r} is no address of a Ray cluster",
            hint="Give a host and its port, as 10.0.0.5:6379, or auto.",
        )


def join_cluster(address: str, command: str, reporter: Reporter) -> str:
    """Connect to a cluster that runs; return the address that was meant.

    Args:
        address: as it was typed; `auto`: that of RAY_ADDRESS, or the one on this machine.
        command: what is typed once a cluster is there.
        reporter: warned where anybody may run code on the cluster.

    Raises:
        MissingError: there is no such cluster; nothing is started.
    """
    import ray

    meant = os.environ.get("RAY_ADDRESS") or "auto" if address == "auto" else address
    try:
        if not ray.is_initialized():
            _probe(meant)
            with _signals_kept():
                ray.init(meant, log_to_driver=False, logging_level="ERROR", configure_logging=False)
            _silence()
    except Exception as error:  # Ray has many kinds, each of which means this
        raise MissingError(
            f"no Ray cluster answers at {meant}: {first_line(error)}",
            hint="musivid starts none by itself. Type these two lines:",
            command=f"ray start --head\n     {command}",
        ) from None
    if not _is_guarded():  # who brings no token is refused where one is asked for
        reporter.warn(
            "the cluster asks for no token: whoever reaches its ports may run code on it; set "
            "RAY_AUTH_MODE=token on all machines (docs/farm.md)"
        )
    elif not _asks_there():
        leave_cluster()
        raise MissingError(
            f"the cluster at {meant} asks for no token, and this process does: its actors could "
            "not answer",
            hint="Set RAY_AUTH_MODE=token on all its machines, or RAY_AUTH_MODE=disabled here.",
        )
    return meant


def _is_guarded() -> bool:
    """Whether Ray asks for a token in this process, and in those that it has started."""
    # Ray sets it where it has found a token.
    return os.environ.get("RAY_AUTH_MODE", "disabled").lower() == "token"


def _silence() -> None:
    """Keep Ray from writing of lost workers to stdout, where results go; the foreman tells of them.

    Nothing that Ray offers does so.
    """
    import ray._private.worker

    ray._private.worker._worker_logs_enabled = False


def _asks_there() -> bool:
    """Whether Ray asks for a token in processes of the cluster, too; it lets who brings one in."""
    import ray

    asked = ray.remote(_is_guarded).options(num_cpus=0).remote()
    try:
        return bool(ray.get(asked, timeout=_ASKED_S))
    except ray.exceptions.RayError:  # then nothing is known, and what is wrong will be told
        return True


def _parts_of(address: str) -> tuple[str, int] | None:
    """Host and port; None: it is no address."""
    found = _ADDRESS.fullmatch(address)
    if not found or (port := int(found["port"])) > 65535:
        return None
    return found["host"].strip("[]"), port


def _probe(address: str) -> None:
    """Look whether anybody listens at a host and port.

    Raises:
        OSError: nobody does. ValueError: no such address.
    """
    if address == "auto":
        return
    parts = _parts_of(address)
    if parts is None:  # RAY_ADDRESS may hold anything
        raise ValueError("an address is a host and a port, as 10.0.0.5:6379")
    socket.create_connection(parts, _PROBE_S).close()


@contextmanager
def _signals_kept() -> Iterator[None]:
    """Keep Ray from taking SIGTERM: a film that is stopped must be left as with Ctrl-C."""
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGTERM) is not before:
            signal.signal(signal.SIGTERM, before)


def leave_cluster() -> None:
    """Let go of the cluster; it goes on running."""
    import ray

    ray.shutdown()


@dataclass(slots=True)
class _Begun:
    """An actor of Ray, what it was asked last, and what it is at."""

    handle: Any
    answer: Any
    unit: str | None = None
    node: str = ""  # known once it is ready


class Cluster(ActorsHeld[_Begun]):
    """An executor whose actors are Ray's; a context manager that ends them."""

    def __init__(self, crew: Crew, footprint: Footprint) -> None:
        """Have actors of this crew wherever the cluster has such places."""
        import ray

        self._ray, self._crew, self._footprint = ray, crew, footprint
        self._all: dict[int, _Begun] = {}
        self._begun = 0
        self._shunned: set[str] = set()
        self._rooms: Mapping[str, int] = {}
        self._looked_s = float("-inf")

    def ask(self, count: int) -> None:
        """Ask for as many actors as there is work for, and as twice the places that there are.

        What finds no place is demand, which clusters that grow by themselves see.
        """
        places = sum(self._places().values())
        while len(self._all) < min(count, 2 * places + 1):
            self._start()

    def give(self, actor: int, unit: str, payload: Any) -> None:
        """Let an actor do a unit."""
        held = self._all[actor]
        held.unit = unit
        held.answer = held.handle.do.remote(payload)

    def events(self, wait_s: float) -> Sequence[Event]:
        """What has happened since, waited for a little."""
        asked = {held.answer: number for number, held in self._all.items() if held.answer}
        if not asked:
            time.sleep(wait_s)
            return []
        ready, _ = self._ray.wait(list(asked), num_returns=1, timeout=wait_s, fetch_local=False)
        return [event for answer in ready if (event := self._read(asked[answer]))]

    def dismiss(self, actor: int, *, shun: bool = False) -> None:
        """End an actor; where its machine is shunned, no other one is begun there."""
        if held := self._all.pop(actor, None):
            with suppress(self._ray.exceptions.RayError):  # it may be gone by itself
                self._ray.kill(held.handle, no_restart=True)
            if shun:
                self._shunned.add(held.node)

    def can_grow(self) -> bool:
        """Whether a machine that is not shunned has a place."""
        return any(self._places().values())

    def _places(self) -> Mapping[str, int]:
        """How many actors each machine could have that is not shunned, by its number in Ray."""
        if self.now_s() - self._looked_s > _LOOK_S:  # asking costs 10 ms
            self._looked_s = self.now_s()
            self._rooms = {
                node["NodeID"]: _room(node["Resources"], self._footprint)
                for node in self._ray.nodes()
                if node["Alive"]
            }
        return {node: room for node, room in self._rooms.items() if node not in self._shunned}

    def _start(self) -> None:
        options: dict[str, Any] = {
            "num_cpus": self._footprint.cpus,
            "num_gpus": self._footprint.gpus,
            "scheduling_strategy": "SPREAD",
            "max_restarts": 0,
        }
        if self._shunned:
            options["label_selector"] = {
                "ray.io/node-id": f"!in({','.join(sorted(self._shunned))})"
            }
            options["scheduling_strategy"] = "DEFAULT"
        handle = self._ray.remote(RayHost).options(**options).remote(self._crew)
        self._begun += 1
        self._all[self._begun] = _Begun(handle, handle.present.remote())

    def _read(self, number: int) -> Event | None:
        held = self._all[number]
        asked, held.answer = held.answer, None
        try:
            told = self._ray.get(asked)
        except self._ray.exceptions.RayActorError as error:
            self.dismiss(number)  # who cannot be reached may still be there, and hold its place
            return Lost(number, first_line(error), bool(_OF_MEMORY.search(str(error))))
        except self._ray.exceptions.RayError as error:  # what came back cannot be read
            self.dismiss(number)
            of_memory = isinstance(error, self._ray.exceptions.OutOfMemoryError)
            return Lost(number, first_line(error), of_memory)
        if held.node:
            unit, held.unit = held.unit or "", None
            return Answered(number, unit, told)
        return self._present(number, told)

    def _present(self, number: int, told: Presence) -> Event:
        """A new actor has said where it is and what its results depend on, or why it cannot."""
        node, name, facts = told.node, told.name, told.facts
        if isinstance(facts, str):
            self.dismiss(number)
            self._shunned.add(node)
            return Unable(name, facts)
        self._all[number].node = node
        return Joined(Actor(number, name, facts))


@dataclass(frozen=True, slots=True)
class Presence:
    """What a new actor says of itself.

    Attributes:
        node: the machine's number in Ray.
        name: what people call it.
        facts: what results depend on there, or why there is no hand.
    """

    node: str
    name: str
    facts: Mapping[str, str] | str


class RayHost:
    """A host that says where it is, whatever becomes of its hand."""

    def __init__(self, crew: Crew) -> None:
        self._crew = crew
        self._host: Host | None = None

    def present(self) -> Presence:
        """Where this is, and what results depend on."""
        import platform

        import ray

        node, name = ray.get_runtime_context().get_node_id(), platform.node()
        try:
            self._host = Host(self._crew)
            facts: Mapping[str, str] | str = dict(self._host.facts())
        except Exception as error:
            facts = str(error) or type(error).__name__
        return Presence(node, f"{name} ({node[:6]})", facts)

    def do(self, payload: Any) -> Any:
        """Do a unit."""
        assert self._host is not None
        return self._host.do(payload)


def _room(resources: Mapping[str, float], footprint: Footprint) -> int:
    """How many actors a machine could have."""
    least = [resources.get("CPU", 0.0) / footprint.cpus] if footprint.cpus else []
    if footprint.gpus:
        least.append(resources.get("GPU", 0.0) / footprint.gpus)
    return int(min(least) + 1e-9) if least else 1
