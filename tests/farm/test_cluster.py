"""Actors of a Ray cluster on this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from farm_fixtures import Heard
from farm_hands import Echo, Stillborn

from musivid.core.errors import InputError, MissingError
from musivid.core.stopping import StopFlag
from musivid.farm.foreman import Rules, Task, work_off
from musivid.farm.units import Crew, Unit

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def cluster() -> Iterator[None]:
    """Two places of a core each, and nothing that listens for people."""
    ray = pytest.importorskip("ray")
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = f"{ROOT}{os.pathsep}{ROOT / 'tests'}"
    ray.init(
        address="local", num_cpus=2, include_dashboard=False, object_store_memory=100_000_000,
        log_to_driver=False, logging_level="ERROR",
    )  # fmt: skip
    yield
    ray.shutdown()
    os.environ.pop("RAY_AUTH_MODE", None)
    if before is None:
        del os.environ["PYTHONPATH"]
    else:
        os.environ["PYTHONPATH"] = before


def test_units_are_done_over_a_kill(cluster: None, tmp_path: Path) -> None:
    from musivid.farm.cluster import Cluster, Footprint

    kept: dict[str, Any] = {}
    heard = Heard()
    names = ["one", "die once", "two", "bad", "greedy", "three"]
    task = Task(
        lambda unit, lacking: unit.name, lambda unit, found: kept.update({unit.name: found})
    )
    with Cluster(Crew(Echo, (str(tmp_path),)), Footprint(1)) as executor:
        faults = work_off(
            [Unit(name) for name in names], executor, task, stop=StopFlag(), reporter=heard
        )
    assert sorted(kept) == ["die once", "one", "three", "two"]
    assert all(found[0] == name and found[1] != os.getpid() for name, found in kept.items())
    assert isinstance(faults["bad"].error, InputError) and faults["bad"].error.hint
    assert faults["greedy"].kind == "memory"
    assert any("lost a process" in text for text in heard.said)


def test_a_machine_where_no_hand_is_made_is_shunned(cluster: None) -> None:
    from musivid.farm.cluster import Cluster, Footprint

    task = Task(lambda unit, lacking: unit.name, lambda unit, found: None)
    with (
        Cluster(Crew(Stillborn), Footprint(1)) as executor,
        pytest.raises(MissingError, match="no weights here"),
    ):
        work_off(
            [Unit("one")], executor, task, stop=StopFlag(), reporter=Heard(),
            rules=Rules(refused_s=0.5),
        )  # fmt: skip
