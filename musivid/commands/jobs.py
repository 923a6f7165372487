"""`--jobs FILE`: a table of inputs, each with settings of its own; all rows are read before work.

A cell is as if it were typed behind the command line, after the flag that its column is named for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer

from musivid.commands.inputs import find_sources
from musivid.commands.tables import Faults, read_table
from musivid.commands.targets import Target, result_of
from musivid.core.errors import InputError, MusividError, UsageError
from musivid.core.outputs import Files
from musivid.core.paths import expanded

__all__ = ["Columns", "JobsOption", "Naming", "Row", "Table", "Wishes", "read_wishes"]

_INPUT, _OUTPUT = "input", "output"
_YES, _NO = ("yes", "true", "1", "x"), ("no", "false", "0")


@dataclass(frozen=True, slots=True)
class Columns:
    """What a table may hold besides inputs.

    Attributes:
        flags: by their names without dashes: what is typed for yes, and for no where that can be
            typed; None: a value follows.
        several: those that may be given several times; semicolons part their values.
        settings: settings by their dotted names, which need no flag.
        has_output: whether each input has an output of its own.
        read: what a command is asked where an input and arguments follow what was typed.
    """

    flags: Mapping[str, tuple[str, str] | None]
    several: frozenset[str]
    settings: frozenset[str]
    has_output: bool
    read: Callable[[str, Sequence[str]], Any]

    def names(self) -> list[str]:
        """All columns that may be there."""
        own = [_INPUT, _OUTPUT] if self.has_output else [_INPUT]
        return [*own, *self.flags, *sorted(self.settings)]

    def typed(self, name: str, cell: str) -> list[str]:
        """The arguments that a cell stands for.

        Raises:
            UsageError: a column of yes and no says neither.
        """
        if name not in self.flags:
            return [f"--set={name}={cell}"]
        flag = self.flags[name]
        if flag is None:
            cells = cell.split(";") if name in self.several else [cell]
            return [f"--{name}={one.strip()}" for one in cells]
        if cell.lower() in _YES:
            return [flag[0]]
        if cell.lower() in _NO:
            return [flag[1]] if flag[1] else []
        raise UsageError(
            f"{name} {cell!r} is neither yes nor no", hint="Write yes, no, or nothing."
        )


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it was typed, and what it may hold."""

    path: Path
    columns: Columns | None = None

    @classmethod
    def typed(cls, text: str) -> Table:
        """Read what was typed after `--jobs`."""
        return cls(expanded(text))


JobsOption = Annotated[
    Table | None,
    typer.Option(
        "--jobs",
        parser=Table.typed,
        metavar="FILE.csv",
        show_default=False,
        rich_help_panel="Work",
        help="A table in the place of inputs: a row each, with columns input, output, and flags "
        "without dashes or settings, as seed or output.fps.",
    ),
]


def _find_file(text: str) -> Path:
    """The one file that is meant.

    Raises:
        UsageError: there is none, or there may be several.
    """
    sources = find_sources([text])
    if sources.several:
        raise UsageError(f"{text} is not one file", hint="Give each file a row.")
    return sources.files[0]


@dataclass(frozen=True, slots=True)
class Naming:
    """Where results go, and what inputs are.

    Attributes:
        output: where the results of all rows go that do not say so.
        suffix: what results end in; empty: inputs have no outputs.
        beside: results go beside their inputs.
        find: the file that is meant by an input.
        ending: what the result of such settings ends in; None: in `suffix`, whatever they are.
    """

    output: Target | None = None
    suffix: str = ""
    beside: bool = False
    find: Callable[[str], Path] = _find_file
    ending: Callable[[Any], str] | None = None

    def target(self, source: Path, own: str, settings: Any) -> Path:
        """Where the result of a row goes.

        Args:
            source: its input.
            own: what it says itself; empty: nothing.
            settings: what the row comes to.
        """
        suffix = self.suffix if self.ending is None else self.ending(settings)
        if own:
            return Target.typed(own).file(f"{source.stem}{suffix}")
        if not suffix:
            return source
        return result_of(source, self.output, suffix, beside=self.beside)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table.

    Attributes:
        line: where it begins, from 1.
        name: tells it from other rows, alike on all machines.
        source: the input.
        target: where its result goes; the input where there is none.
        asked: all that is asked for it.
        settings: what that comes to.
    """

    line: int
    name: str
    source: Path
    target: Path
    asked: Any
    settings: Any


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is asked for each result: by the rows of a table, or for all alike.

    Attributes:
        asked: what was typed.
        settings: what that comes to; None with a table, whose rows have theirs.
        rows: of the table; None: there is none.
    """

    asked: Any
    settings: Any
    rows: tuple[Row, ...] | None = None
    table: Path | None = None
    _by_target: Mapping[Path, Row] = field(default_factory=dict)

    def of(self, target: Path) -> tuple[Any, Any]:
        """What is asked where the result goes there, and the settings."""
        row = self._by_target.get(target)
        return (self.asked, self.settings) if row is None else (row.asked, row.settings)

    def all(self) -> list[tuple[Any, Any]]:
        """What is asked for every result, and the settings."""
        if self.rows is None:
            return [(self.asked, self.settings)]
        return [(row.asked, row.settings) for row in self.rows]

    def files(self, of: Callable[[Any], Files]) -> Files:
        """Files by their roles, of all rows together."""
        if self.rows is None:
            return of(self.asked)
        found: dict[str, list[Path]] = {}
        for row in self.rows:
            for role, paths in of(row.asked).items():
                several = [paths] if isinstance(paths, Path) else list(paths or ())
                found.setdefault(role, []).extend(several)
        return found

    def check(self, check: Callable[[Path, Path], object]) -> None:
        """Check each row by its input and output before anything is made.

        An input that is damaged stops no other row: that is told when its turn comes.

        Raises:
            UsageError: rows have faults that can be mended; with their lines.
        """
        faults = Faults(self.table or Path())
        for row in self.rows or ():
            with faults.of(row.line):
                try:
                    check(row.source, row.target)
                except UsageError as error:
                    if not isinstance(error, InputError):
                        raise
                except (MusividError, OSError):
                    continue
        faults.tell()


def read_wishes(
    asked: Any,
    inputs: Sequence[str],
    settle: Callable[[Any], Any],
    naming: Naming,
) -> Wishes:
    """What is asked for each result.

    Args:
        asked: what was typed; its `jobs` is the table.
        inputs: that were typed.
        settle: the settings of what is asked, checked.
        naming: where results go.

    Raises:
        UsageError: nothing is meant, or rows have faults: each with its line and what would do.
    """
    table: Table | None = asked.jobs
    if table is None:
        if not inputs:
            raise UsageError("nothing to work on", hint="Name files, or give --jobs FILE.csv.")
        return Wishes(asked, settle(asked))
    if inputs:
        raise UsageError(
            f"--jobs names its inputs itself, and {inputs[0]} was typed", hint="Give one or other."
        )
    if naming.output is not None:
        naming.output.folder(naming.suffix)
    faults = Faults(table.path)
    columns = table.columns
    assert columns is not None  # `with_flags` has put them there
    rows: dict[Path, Row] = {}
    for line, cells in read_table(table.path, columns.names(), _INPUT):
        with faults.of(line):
            row = _row(line, cells(), columns, settle, naming)
            _check_apart(row, rows.get(row.target))
            rows[row.target] = row
    faults.tell()
    return Wishes(asked, None, tuple(rows.values()), table.path, rows)


def _row(
    line: int,
    cells: dict[str, str],
    columns: Columns,
    settle: Callable[[Any], Any],
    naming: Naming,
) -> Row:
    """What is asked in one row.

    Raises:
        MusividError: whatever is wrong with it.
    """
    text, own = cells.pop(_INPUT), cells.pop(_OUTPUT, "")
    if not text:
        raise UsageError("there is no input", hint="Name a file.")
    source = naming.find(text)
    arguments = [part for name, cell in cells.items() if cell for part in columns.typed(name, cell)]
    asked = columns.read(text, arguments)
    settings = settle(asked)
    name = f"{text}\n{own}" if own else text
    return Row(line, name, source, naming.target(source, own, settings), asked, settings)


def _check_apart(row: Row, other: Row | None) -> None:
    """Check that a result is that of one row.

    Raises:
        UsageError: another has it.
    """
    if other is None:
        return
    if row.target == row.source:
        raise UsageError(
            f"{row.source.name} is the input of line {other.line} already",
            hint="Give it in a table of its own.",
        )
    raise UsageError(
        f"it would be written to {row.target}, as line {other.line} is",
        hint="Name an output for each in a column `output`.",
    )
