"""Time left by the pace since the first unit: what is set up once is not counted again."""

from __future__ import annotations

import pytest

from musivid.core import pace


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    at = [0.0]
    monkeypatch.setattr(pace.time, "monotonic", lambda: at[0])
    return at


def test_setting_up_is_not_counted_again(now: list[float]) -> None:
    stage = pace.Pace()
    assert stage.left_s(100) is None
    for count in range(1, 101):
        now[0] = 5.0 + 0.1 * count  # five seconds before the first of a hundred
        stage.advance(1)
        if count in (2, 10, 25, 50):
            assert stage.left_s(100) == pytest.approx(0.1 * (100 - count))
    assert stage.left_s(100) == 0
    assert stage.took_s == pytest.approx(15.0)


def test_after_one_unit_it_is_all_that_is_known(now: list[float]) -> None:
    stage = pace.Pace()
    now[0] = 2.0
    stage.advance(2)
    assert stage.left_s(4) == pytest.approx(2.0)
    assert stage.left_s(1) == 0
