"""Working ahead: the same items in order, errors where they belong, threads that end."""

from __future__ import annotations

import itertools
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from musivid.core.ahead import ahead


def test_items_come_in_order() -> None:
    assert list(ahead(range(50))) == list(range(50))
    assert list(ahead([])) == []


def test_it_works_ahead_but_not_far() -> None:
    asked: list[int] = []
    third = threading.Event()

    def items() -> Iterator[int]:
        for number in itertools.count():
            asked.append(number)
            if number == 3:
                third.set()
            yield number

    line = ahead(items(), most=2)
    assert next(line) == 0
    assert third.wait(5)  # one was given, two wait, and one is in hand
    line.close()  # type: ignore[attr-defined]
    assert len(asked) <= 5


def test_an_error_is_raised_where_its_item_would_have_come() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise ValueError("no second")

    line = ahead(items())
    assert next(line) == 1
    with pytest.raises(ValueError, match="no second"):
        next(line)


def test_its_thread_ends_with_it() -> None:
    before = threading.active_count()
    line = ahead(itertools.count())
    next(line)
    assert threading.active_count() == before + 1
    line.close()  # type: ignore[attr-defined]
    assert threading.active_count() == before


def test_the_thread_ends_with_the_program() -> None:
    script = (
        "import atexit, itertools, threading\n"
        "from musivid.core.ahead import ahead\n"
        "made = ahead(itertools.count())\n"
        "next(made)\n"
        "atexit._run_exitfuncs()\n"
        "assert [t.name for t in threading.enumerate()] == ['MainThread']\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
