"""How the tests are run: which slow ones today, for how long, and what signals do meanwhile."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from slow_share import parse_share, todays_share

HERE = Path(__file__).parent
DAY = date(2026, 1, 31)
TESTS = [f"tests/test_a.py::test_{k}" for k in range(23)]


def test_each_slow_test_has_its_turn_once() -> None:
    turns = Counter(
        name
        for day in range(10)
        for name in todays_share(TESTS, (1, 10), DAY + timedelta(days=day))
    )
    assert turns == Counter(TESTS)


def test_groups_are_alike_and_mixed() -> None:
    group = todays_share(TESTS, (1, 10), DAY)
    assert group == todays_share(reversed(TESTS), (1, 10), DAY)
    assert len(group) in (2, 3)
    numbers = sorted(int(name.rpartition("_")[2]) for name in group)
    assert max(numbers) - min(numbers) > len(numbers)


def test_larger_shares() -> None:
    assert todays_share(TESTS, (3, 3), DAY) == set(TESTS)
    two_days = [todays_share(TESTS, (1, 2), DAY + timedelta(days=k)) for k in range(2)]
    assert set.union(*two_days) == set(TESTS)
    assert not set.intersection(*two_days)
    shares = [todays_share(TESTS, (2, 5), DAY + timedelta(days=k)) for k in range(5)]
    assert set(Counter(name for share in shares for name in share).values()) == {2}


@pytest.mark.parametrize("text", ["", "1", "0/10", "11/10", "1/x", "-1/10", "1/10/2"])
def test_what_is_no_share(text: str) -> None:
    assert parse_share("1/10") == (1, 10)
    with pytest.raises(ValueError, match="no share"):
        parse_share(text)


def run_pytest(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run pytest as of this folder's settings; the run itself is none of this run's."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]
    return subprocess.run(
        [*command, *map(str, arguments)], capture_output=True, text=True, cwd=HERE.parent
    )


def test_a_share_is_run_and_said() -> None:
    listed = run_pytest(
        "--collect-only", "-v", "-m", "slow", "--slow-share", "1/2", "--slow-day", "2026-02-03",
        HERE / "core" / "test_stopping.py",
    )  # fmt: skip
    assert listed.returncode == 0, listed.stdout
    assert "slow tests: --slow-share 1/2 --slow-day 2026-02-03" in listed.stdout
    names = [line for line in listed.stdout.splitlines() if "test_bgm_infer_leaves" in line]
    assert len(names) in (1, 2)


def test_a_run_of_nothing_fails() -> None:
    done = run_pytest("-m", "slow", HERE / "core" / "test_errors.py")
    assert done.returncode == pytest.ExitCode.NO_TESTS_COLLECTED


def test_ignored_signals_reach_programs_that_tests_start() -> None:
    child = "import signal; print(signal.getsignal(signal.SIGHUP) == signal.SIG_DFL)"
    parent = f"""
import os, signal, subprocess, sys
for number in (signal.SIGHUP, signal.SIGINT):
    signal.signal(number, signal.SIG_IGN)
sys.path.insert(0, {str(HERE)!r})
import programs
programs.heed_ignored_signals()
os.kill(os.getpid(), signal.SIGHUP)
subprocess.run([sys.executable, "-c", {child!r}], check=True)
"""
    done = subprocess.run([sys.executable, "-c", parent], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr


def test_every_test_has_a_time_limit(request: pytest.FixtureRequest) -> None:
    usual = float(request.config.getini("timeout"))
    for item in request.session.items:
        mark = item.get_closest_marker("timeout")
        assert 0 < (mark.args[0] if mark else usual) <= 3600
