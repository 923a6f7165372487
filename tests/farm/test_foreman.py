"""All units once, whatever is lost, late, out of memory or at fault."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Any

import pytest
from farm_fixtures import Fake, Heard, Script

from musivid.core.errors import Interrupted, MissingError, OutputError
from musivid.core.stopping import StopFlag
from musivid.farm.foreman import Rules, Task, work_off
from musivid.farm.units import Actor, Fault, Unit

TWO = {"north": 1, "south": 1}


class Kept:
    """What came back, in order."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.payloads: dict[str, object] = {}

    def keep(self, unit: Unit, result: object) -> None:
        self.names.append(unit.name)
        self.payloads[unit.name] = result

    def task(self, **more: Any) -> Task:
        return Task(lambda unit, lacking: (unit.name, lacking), self.keep, **more)


def units(count: int, row: str = "") -> list[Unit]:
    return [Unit(f"u{k:02d}", row=row) for k in range(count)]


def work(
    fake: Fake, todo: list[Unit], kept: Kept | None = None, **more: Any
) -> tuple[dict[str, Fault], Kept, Heard]:
    kept, heard = kept or Kept(), Heard()
    task = more.pop("task", None) or kept.task()
    faults = work_off(todo, fake, task, stop=StopFlag(), reporter=heard, **more)
    return faults, kept, heard


def test_all_is_done_once_and_told() -> None:
    faults, kept, heard = work(Fake(TWO), units(6))
    assert not faults and sorted(kept.names) == [unit.name for unit in units(6)]
    assert heard.said[:2] == ["north takes part: 1 machine", "south takes part: 2 machines"]
    assert "u00: a little odd" in heard.said


def test_neighbours_stay_together() -> None:
    fake = Fake({"a": 1, "b": 1, "c": 1})
    work(fake, units(30, row="film"))
    runs = [
        sum(int(n[1:]) + 1 != int(m[1:]) for n, m in pairwise(done))
        for done in fake.by_actor.values()
    ]
    assert sum(runs) <= 6  # breaks between neighbours, of 27


def test_what_is_lost_is_done_elsewhere() -> None:
    fake = Fake(TWO, Script(killed={("u01", 1), ("u03", 1), ("u03", 2)}))
    faults, kept, heard = work(fake, units(6))
    assert not faults and sorted(kept.names) == [unit.name for unit in units(6)]
    assert sum("lost a process: killed" in text for text in heard.said) == 3


def test_what_crashes_three_times_is_named() -> None:
    script = Script(killed={("u01", 1), ("u01", 2), ("u01", 3)}, crashing={"u01"})
    faults, kept, _ = work(Fake(TWO, script), units(4))
    assert list(faults) == ["u01"] and "lost 3 times" in str(faults["u01"].error)
    assert sorted(kept.names) == ["u00", "u02", "u03"]


def test_what_always_kills_its_actor_is_named_in_the_end() -> None:
    for machines, most in ((TWO, 12), ({f"m{k}": 1 for k in range(16)}, 5)):
        fake = Fake(machines, Script(killed={("u01", turn) for turn in range(1, 99)}))
        faults, kept, _ = work(fake, units(60))
        lost = [name for name, _ in fake.log].count("u01")
        assert list(faults) == ["u01"] and len(kept.names) == 59 and 3 <= lost <= most


def test_what_is_lost_often_is_done_alone_on_its_machine() -> None:
    fake = Fake({"big": 3}, Script(killed={("u01", turn) for turn in range(1, 5)}))
    faults, kept, _ = work(fake, units(30))
    assert not faults and len(kept.names) == 30


def test_an_input_at_fault_is_named_and_not_tried_again() -> None:
    fake = Fake(TWO, Script(bad={"u02"}))
    faults, kept, _ = work(fake, units(4))
    assert str(faults["u02"].error) == "u02 is no song" and len(kept.names) == 3
    assert [name for name, _ in fake.log].count("u02") == 1


def test_what_fails_oddly_is_tried_once_more() -> None:
    fake = Fake(TWO, Script(odd={"u02"}))
    faults, kept, heard = work(fake, units(4))
    assert not faults and len(kept.names) == 4
    assert "u02: the disk is full; tried once more" in heard.said


def test_a_straggler_is_given_out_once_more_and_the_first_counts() -> None:
    fake = Fake(TWO, Script(slow_s={("u04", 1): 10_000.0}))
    faults, kept, heard = work(fake, units(8))
    assert not faults and sorted(kept.names) == [unit.name for unit in units(8)]
    assert [name for name, _ in fake.log].count("u04") == 2
    assert "u04 is late: given out once more" in heard.said
    assert fake.clock_s < 60


def test_a_late_double_is_ignored() -> None:
    script = Script(slow_s={("u04", 1): 31.2, ("u05", 1): 200.0})
    fake = Fake({"a": 1, "b": 1, "c": 1}, script)
    _, kept, _ = work(fake, units(8))
    assert kept.names.count("u04") == 1


def test_out_of_memory_is_done_once_alone_on_a_machine() -> None:
    fake = Fake({"big": 3}, Script(greedy={"u02": False}))
    faults, kept, heard = work(fake, units(9))
    assert not faults and kept.names.count("u02") == 1
    assert "u02: memory ran out; again, alone on a machine" in heard.said


def test_out_of_memory_alone_is_named() -> None:
    faults, kept, _ = work(Fake({"big": 2, "other": 1}, Script(greedy={"u03": True})), units(6))
    assert list(faults) == ["u03"] and faults["u03"].kind == "memory" and len(kept.names) == 5


def test_a_unit_alone_whose_actor_is_killed_is_done_alone_again() -> None:
    script = Script(greedy={"u01": False}, killed={("u01", 2)})
    faults, kept, _ = work(Fake({"big": 2}, script), units(5))
    assert not faults and len(kept.names) == 5


def test_what_an_actor_lacks_is_sent_then() -> None:
    _, kept, _ = work(Fake(TWO, Script(lacking={"u01": ("abc",)})), units(2))
    assert kept.payloads["u01"] == ("made", "u01", ("u01", ("abc",)))
    assert kept.payloads["u00"] == ("made", "u00", ("u00", ()))


def test_units_wait_for_those_they_need_and_fail_with_them() -> None:
    todo = [Unit("key"), Unit("part", needs=frozenset({"key"})), Unit("other")]
    _, kept, _ = work(Fake(TWO), todo)
    assert kept.names.index("key") < kept.names.index("part")
    faults, kept, _ = work(Fake(TWO, Script(bad={"key"})), todo)
    assert kept.names == ["other"] and "needs key" in str(faults["part"].error)


def test_a_machine_that_differs_is_refused_and_named() -> None:
    fake = Fake(TWO, facts=lambda node: {"torch": "2.11" if node == "north" else "2.10"})

    def admit(actor: Actor) -> list[str]:
        return [] if actor.facts["torch"] == "2.11" else [f"torch {actor.facts['torch']}"]

    kept = Kept()
    faults, _, heard = work(fake, units(4), kept, task=kept.task(admit=admit))
    assert not faults and {node for _, node in fake.log} == {"north"}
    assert "south does not take part: torch 2.10" in heard.said


def test_where_nobody_may_take_part_it_ends_with_the_reasons() -> None:
    kept = Kept()
    with pytest.raises(MissingError, match=r"north: other.*south: other") as told:
        work(Fake(TWO), units(2), kept, task=kept.task(admit=lambda actor: ["other"]))
    assert told.value.exit_code == 3 and "--farm-any" in told.value.hint


def test_a_machine_where_nothing_begins_is_named_and_others_do_the_work() -> None:
    faults, kept, heard = work(Fake(TWO, Script(unable={"north"})), units(3))
    assert not faults and len(kept.names) == 3
    assert "north does not take part: nothing works there" in heard.said


def test_waiting_for_machines_is_said() -> None:
    fake = Fake({})
    stop = StopFlag()

    class Impatient(Heard):
        def warn(self, message: str) -> None:
            super().warn(message)
            stop.asked = True

    heard, kept = Impatient(), Kept()
    with pytest.raises(Interrupted):
        work_off(units(1), fake, kept.task(), stop=stop, reporter=heard)
    assert heard.said == ["no machine of the farm has room yet; waiting (Ctrl-C stops)"]


def test_a_stop_keeps_what_came_back() -> None:
    stop, kept = StopFlag(), Kept()

    def keep(unit: Unit, result: object) -> None:
        kept.keep(unit, result)
        stop.asked = len(kept.names) == 3

    task = Task(lambda unit, lacking: None, keep)
    with pytest.raises(Interrupted):
        work_off(units(9), Fake({"a": 1}), task, stop=stop, reporter=Heard())
    assert len(kept.names) == 3


def test_what_cannot_be_packed_or_kept_is_its_fault_alone() -> None:
    kept = Kept()

    def pack(unit: Unit, lacking: tuple[str, ...]) -> object:
        if unit.name == "u01":
            raise FileNotFoundError("gone")
        return None

    def keep(unit: Unit, result: object) -> None:
        if unit.name == "u02":
            raise OutputError("no room")
        kept.keep(unit, result)

    faults, _, _ = work(Fake(TWO), units(4), kept, task=Task(pack, keep))
    assert sorted(faults) == ["u01", "u02"] and sorted(kept.names) == ["u00", "u03"]


@pytest.mark.parametrize("seed", range(20))
def test_any_mixture_of_faults_loses_nothing(seed: int) -> None:
    chance = random.Random(seed)
    names = [unit.name for unit in units(24)]
    script = Script(
        killed={(name, turn) for name in chance.sample(names, 6) for turn in range(1, 3)},
        slow_s={(name, 1): 400.0 for name in chance.sample(names, 3)},
        greedy={name: False for name in chance.sample(names, 2)},
        odd=set(chance.sample(names, 2)),
        unable={"c"} if seed % 2 else set(),
    )
    fake = Fake({"a": 2, "b": 1, "c": 1}, script)
    faults, kept, _ = work(fake, units(24, row="film" if seed % 3 else ""), rules=Rules())
    assert not faults and sorted(kept.names) == names
