"""CSV tables that people write: cells by the names of columns, and faults with their lines."""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from musivid.core.errors import MusividError, UsageError
from musivid.core.pipes import kept_pipe

__all__ = ["Faults", "read_table"]

_SHOWN = 8  # faults; more are counted

Cells = Callable[[], dict[str, str]]
"""Gives the cells of a row by the names of their columns; UsageError: there are too few or many."""


class Faults:
    """What is wrong with a table, line by line."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._told: list[tuple[int, MusividError]] = []

    @contextmanager
    def of(self, line: int) -> Iterator[None]:
        """Keep what is said of a line."""
        try:
            yield
        except MusividError as error:
            self._told.append((line, error))

    def tell(self) -> None:
        """Raise what was kept, if anything.

        Raises:
            UsageError: always then.
        """
        if not self._told:
            return
        if len(self._told) == 1:
            line, error = self._told[0]
            raise UsageError(
                f"{self._file}, line {line}: {error.problem}",
                hint=error.hint,
                command=error.command,
            )
        told = [f"  line {line}: {_on_one_line(error)}" for line, error in self._told[:_SHOWN]]
        more = len(self._told) - len(told)
        told += [f"  and {more} more"] if more else []
        listing = "\n".join(told)
        raise UsageError(f"{self._file} has {len(self._told)} faults:\n{listing}")


def _on_one_line(error: MusividError) -> str:
    """What went wrong, and what would do."""
    problem = " ".join(error.problem.split())
    return f"{problem}. {error.hint}" if error.hint else problem


def read_table(file: Path, known: Sequence[str], needed: str) -> Iterator[tuple[int, Cells]]:
    """The rows of a table that are not empty, each with its line, from 1.

    Args:
        file: CSV; its first row names the columns.
        known: columns that may be there.
        needed: the column that must.

    Raises:
        UsageError: it cannot be read, is no CSV, has no rows or other columns.
    """
    (_, names), *rows = _rows(file)
    _check_names(file, names, known, needed)
    for line, cells in rows:
        yield line, partial(_by_name, names, cells)


def _by_name(names: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    if len(cells) != len(names):
        raise UsageError(
            f"{_count(len(cells), 'cell')} for {_count(len(names), 'column')}",
            hint="Put cells with commas into double quotes.",
        )
    return dict(zip(names, cells, strict=True))


def _rows(file: Path) -> list[tuple[int, list[str]]]:
    """The cells of each row that is not empty, with its line; the first row names columns.

    Raises:
        UsageError: it cannot be read, is no CSV, or has no rows.
    """
    path = kept_pipe(file, lambda message: None)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no UTF-8"
        raise UsageError(
            f"the table {file} cannot be read: {reason}", hint="Give a CSV file in UTF-8."
        ) from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, list[str]]] = []
    begin = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((begin, [cell.strip() for cell in cells]))
            begin = reader.line_num + 1
    except csv.Error as error:
        raise UsageError(
            f"{file}, line {begin}: it is no CSV: {error}", hint="Look at its quotes."
        ) from None
    if len(rows) < 2:
        raise UsageError(
            f"{file} has no rows",
            hint="The first line names columns, as input,seed; each further one is an input.",
        )
    return rows


def _check_names(file: Path, names: Sequence[str], known: Sequence[str], needed: str) -> None:
    """Check the first line.

    Raises:
        UsageError: a column that cannot be there, is there twice, or is not there.
    """
    for name in names:
        if name not in known:
            near = ", ".join(difflib.get_close_matches(name, known, 3) or known[:6])
            raise UsageError(
                f"{file}, line 1: there is no column {name!r}",
                hint=f"Columns are flags without their dashes, or settings; nearest: {near}.",
            )
        if names.count(name) > 1:
            raise UsageError(f"{file}, line 1: {name} is there twice", hint="Leave one out.")
    if needed not in names:
        raise UsageError(
            f"{file}, line 1: there is no column {needed}", hint=f"Begin with: {needed},seed"
        )


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
