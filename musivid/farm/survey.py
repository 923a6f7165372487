"""What a Ray cluster has, and what results would depend on at each of its machines."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from musivid.core.errors import first_line
from musivid.farm.cluster import Presence, RayHost
from musivid.farm.units import Crew

__all__ = ["Machine", "Resources", "survey"]


@dataclass(frozen=True, slots=True)
class Resources:
    """What a machine has, or what of a cluster is free.

    Attributes:
        cpus: cores.
        gpus: cards.
        memory_gb: that Ray may give away.
    """

    cpus: float
    gpus: float
    memory_gb: float


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine of the cluster.

    Attributes:
        name: its own, and the beginning of its number in Ray.
        address: under which others of the cluster reach it.
        has: all that it brought.
        facts: what results depend on there; None: it could not be asked.
        why: it could not be asked.
    """

    name: str
    address: str
    has: Resources
    facts: Mapping[str, str] | None
    why: str = ""


def survey(crew: Crew, *, gpus: bool, wait_s: float) -> tuple[list[Machine], Resources]:
    """All machines of the cluster that this process is part of, and what nobody has in use.

    Each is asked by an actor that takes none of its cores, so that those at work answer too.

    Args:
        crew: whose hand says what results depend on.
        gpus: whether the hand needs a card to say so, which nobody else must have whole.
        wait_s: how long to wait for the slowest.
    """
    import ray

    nodes = [node for node in ray.nodes() if node["Alive"]]
    free = _resources(ray.available_resources())
    has = {node["NodeID"]: _resources(node["Resources"]) for node in nodes}
    begun = {
        number: _begin(crew, number, gpus=gpus)
        for number, found in has.items()
        if found.gpus or not gpus
    }
    until_s = time.monotonic() + wait_s
    found = []
    for node in nodes:
        number = node["NodeID"]
        told = _read(begun[number], until_s) if number in begun else "it has no card"
        facts = told if isinstance(told, str) else told.facts
        found.append(
            Machine(
                f"{node['NodeManagerHostname']} ({number[:6]})",
                node["NodeManagerAddress"],
                has[number],
                None if isinstance(facts, str) else facts,
                facts if isinstance(facts, str) else "",
            )
        )
    for handle, _ in begun.values():
        with contextlib.suppress(Exception):  # it may be gone by itself
            ray.kill(handle, no_restart=True)
    return sorted(found, key=lambda machine: machine.name), free


def _begin(crew: Crew, number: str, *, gpus: bool) -> tuple[Any, Any]:
    """An actor on a machine, and what it will say."""
    import ray
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    there = NodeAffinitySchedulingStrategy(number, soft=False)
    options = {"num_cpus": 0, "num_gpus": 0.01 if gpus else 0, "scheduling_strategy": there}
    handle = ray.remote(RayHost).options(**options, max_restarts=0).remote(crew)
    return handle, handle.present.remote()


def _read(begun: tuple[Any, Any], until_s: float) -> Presence | str:
    """What a machine said, or why it said nothing."""
    import ray

    try:
        told: Presence = ray.get(begun[1], timeout=max(until_s - time.monotonic(), 0.1))
    except ray.exceptions.GetTimeoutError:
        return "it does not answer; perhaps all of it is in use"
    except ray.exceptions.RayError as error:
        if "No module named 'musivid" in str(error):
            return "musivid is not installed there"
        return first_line(error)
    return told


def _resources(found: Mapping[str, float]) -> Resources:
    return Resources(
        round(found.get("CPU", 0.0), 2),
        round(found.get("GPU", 0.0), 2),
        round(found.get("memory", 0.0) / 1e9, 1),
    )
