"""Time left by the pace of late: what is set up once is not counted again."""

from __future__ import annotations

import pytest

from musivid.core import pace

# Seconds since a film of 1101 frames was begun on a busy machine whose kernels were not loaded
# yet, and how many frames were done; it took 54.6 s.
COLD = [(3.7, 1), (4.7, 8), (6.7, 33), (9.7, 92), (14.6, 190), (20.2, 279), (25.8, 407),
        (32.6, 527), (40.6, 682), (48.3, 852), (54.6, 1101)]  # fmt: skip


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
        if 5 < count < 20:
            assert stage.left_s(100) is None  # too early to say
        elif count in (25, 50, 99):
            assert stage.left_s(100) == pytest.approx(0.1 * (100 - count))
    assert stage.left_s(100) == 0
    assert stage.took_s == pytest.approx(15.0)


def test_what_is_slow_at_first_is_soon_forgotten(now: list[float]) -> None:
    stage, done, told = pace.Pace(), 0, []
    for (from_s, before), (to_s, after) in zip([(2.7, 0), *COLD], COLD, strict=False):
        for step in range(1, 21):
            now[0] = from_s + (to_s - from_s) * step / 20
            count = before + (after - before) * step // 20
            if count > done:
                stage.advance(count - done)
                done = count
            if (left_s := stage.left_s(1101)) is not None and done < 1101:
                told.append((left_s, COLD[-1][0] - now[0]))
    first, true = told[0]
    assert 1 / 2 < first / true < 2
    assert all(1 / 2 < left_s / true < 2 for left_s, true in told if true > 5)


def test_one_unit_says_nothing_yet(now: list[float]) -> None:
    stage = pace.Pace()
    now[0] = 60.0
    stage.advance(1)
    now[0] = 90.0
    assert stage.left_s(3) is None
    now[0] = 100.0
    stage.advance(1)
    assert stage.left_s(3) == pytest.approx(40.0)
    assert stage.left_s(1) == 0
