"""Actors that are processes of this machine."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from farm_fixtures import Heard
from farm_hands import Echo, Stillborn

from musivid.core.errors import InputError, Interrupted, MissingError
from musivid.core.stopping import StopFlag
from musivid.farm.foreman import Rules, Task, work_off
from musivid.farm.processes import Processes
from musivid.farm.units import Crew, Unit


def test_units_are_done_elsewhere_over_a_kill(tmp_path: Path) -> None:
    kept: dict[str, Any] = {}
    heard = Heard()
    names = ["one", "die once", "two", "bad", "greedy", "three"]
    task = Task(
        lambda unit, lacking: unit.name, lambda unit, found: kept.update({unit.name: found})
    )
    with Processes(Crew(Echo, (str(tmp_path),)), 2) as executor:
        faults = work_off(
            [Unit(name) for name in names], executor, task, stop=StopFlag(), reporter=heard
        )
        assert 1 <= len(executor.pids()) <= 2
    assert sorted(kept) == ["die once", "one", "three", "two"]
    assert all(found[0] == name and found[1] != os.getpid() for name, found in kept.items())
    assert isinstance(faults["bad"].error, InputError) and faults["bad"].error.hint
    assert faults["greedy"].kind == "memory"
    assert any("killed by signal 9" in text for text in heard.said)
    assert "one: did one" in heard.said


def test_where_no_hand_can_be_made_it_ends_with_the_reason() -> None:
    task = Task(lambda unit, lacking: unit.name, lambda unit, found: None)
    with (
        Processes(Crew(Stillborn), 1) as executor,
        pytest.raises(MissingError, match="no weights here"),
    ):
        work_off(
            [Unit("one")], executor, task, stop=StopFlag(), reporter=Heard(),
            rules=Rules(refused_s=0.1),
        )  # fmt: skip


def test_a_stop_does_not_wait_for_what_is_in_hand() -> None:
    stop = StopFlag()

    def pack(unit: Unit, lacking: tuple[str, ...]) -> str:
        stop.asked = True
        return "sleep"

    with Processes(Crew(Echo), 1) as executor, pytest.raises(Interrupted):
        work_off(
            [Unit("one")], executor, Task(pack, lambda u, r: None), stop=stop, reporter=Heard()
        )
    assert not executor.pids()
