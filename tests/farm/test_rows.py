"""Who gets which unit: neighbours to one actor, the longest run's tail to the idle."""

from __future__ import annotations

from musivid.farm.rows import Rows
from musivid.farm.units import Unit


def parts(count: int, **needs: frozenset[str]) -> list[Unit]:
    return [Unit(f"p{k}", row="film", needs=needs.get(f"p{k}", frozenset())) for k in range(count)]


def taken(rows: Rows, actor: int, done: set[str] | None = None) -> str | None:
    unit = rows.take(actor, done or set())
    return unit.name if unit else None


def test_the_first_takes_all_and_others_take_tails() -> None:
    rows = Rows(parts(8))
    assert [taken(rows, 1), taken(rows, 1)] == ["p0", "p1"]
    assert taken(rows, 2) == "p5"  # of p2 to p7, the second half
    assert [taken(rows, 1), taken(rows, 2)] == ["p2", "p6"]
    assert taken(rows, 3) == "p4"
    assert [taken(rows, 1), taken(rows, 2), taken(rows, 3)] == ["p3", "p7", None]


def test_each_unit_is_given_once() -> None:
    rows = Rows(parts(23))
    given = [taken(rows, turn % 5) for turn in range(40)]
    assert sorted(filter(None, given)) == sorted(unit.name for unit in parts(23))


def test_what_an_actor_leaves_is_taken_whole_and_what_comes_back_goes_first() -> None:
    rows = Rows(parts(4))
    first = rows.take(1, set())
    assert first is not None
    rows.leave(1)
    rows.put_back(first)
    assert [taken(rows, 2) for _ in range(4)] == ["p0", "p1", "p2", "p3"]


def test_what_needs_others_waits_for_them_alone() -> None:
    needs = {f"p{k}": frozenset({"key"}) for k in range(2)}
    rows = Rows([Unit("key"), *parts(4, **needs)])
    assert [taken(rows, 1), taken(rows, 2)] == ["key", "p2"]
    assert [taken(rows, 3), taken(rows, 3)] == ["p3", None]
    assert [taken(rows, 3, {"key"}), taken(rows, 1, {"key"})] == ["p0", "p1"]


def test_units_are_forgotten() -> None:
    rows = Rows([Unit("one"), *parts(2)])
    rows.drop({"one", "p0"})
    assert [unit.name for unit in rows.waiting()] == ["p1"]
