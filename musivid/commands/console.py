"""What a person sees: progress on stderr (drawn, or plain lines), results on stdout."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from musivid.commands.batch import Result, run_batch
from musivid.commands.printing import print_json, print_text
from musivid.commands.progress import JsonReporter
from musivid.core.clock import clock
from musivid.core.errors import MusividError, UsageError
from musivid.core.pace import Pace
from musivid.core.printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console
    from rich.progress import Progress, Task

    from musivid.commands.options import Told

__all__ = [
    "ConsoleReporter",
    "Result",
    "memory_mb",
    "open_reporter",
    "print_error",
    "print_json",
    "print_table",
    "print_text",
    "run_batch",
    "stderr",
]

_STEPS = 10  # plain lines a stage


def stderr() -> Console:
    """The console for all talk; colour follows the terminal and NO_COLOR."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, soft_wrap=True)


def print_table(title: str, columns: list[str], rows: list[list[str]]) -> None:
    """Print a table on stdout: drawn in a terminal, tab-separated lines elsewhere."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    if not console.is_terminal:
        for row in [columns, *rows]:
            print_text("\t".join(row))
        return
    table = Table(*columns, title=printable(title), title_justify="left")
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    console.print(table)


def print_error(error: MusividError) -> None:
    """Show an error's three parts on stderr: what, what would do, what to type."""
    from rich.text import Text

    console = stderr()
    console.print(Text("error: ", "bold red") + Text(printable(error.problem), "red"))
    if error.hint:
        console.print(Text(printable(error.hint)))
    if error.command:
        console.print(Text("try: ", "dim") + Text(printable(error.command), "bold"))


def memory_mb() -> float:
    """Memory that this process holds, in MB; its peak where the system tells no more."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    except (OSError, ValueError, IndexError):
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak / 1e6 if sys.platform == "darwin" else peak / 1e3


class ConsoleReporter:
    """A Reporter for people; use it as a context manager so that the screen is left clean."""

    def __init__(self, *, quiet: bool = False, verbose: bool = False) -> None:
        """Draw in a terminal, write plain lines elsewhere, nothing when quiet."""
        if quiet and verbose:
            raise UsageError("--quiet and --verbose exclude each other", hint="Give one of them.")
        self._quiet, self._verbose = quiet, verbose
        self._console = stderr()
        self._progress: Progress | None = None
        self._stage, self._unit = "", ""
        self._total: int | None = None
        self._machines = ""
        self._pace, self._told = Pace(), 0

    def __enter__(self) -> ConsoleReporter:
        """Return the reporter."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the stage and clear the screen."""
        self.pause()

    def stage(self, name: str, total: int | None = None, unit: str = "") -> None:
        """Begin a stage of `total` units; it ends the stage before."""
        self._end_stage()
        self._stage, self._total, self._unit = name, total, unit
        self._machines = ""
        self._pace, self._told = Pace(), 0
        if self._quiet:
            return
        if self._console.is_terminal:
            self._progress = self._progress or _progress(self._console, self._time)
            self._progress.start()
            self._progress.add_task(name, total=total, unit=unit)
        else:
            self._line(name + (f": {total} {unit}".rstrip() if total else ""))

    def advance(self, count: int = 1) -> None:
        """Say that `count` more units of the present stage are done."""
        self._pace.advance(count)
        if self._quiet:
            return
        if self._progress:
            self._progress.advance(self._progress.task_ids[-1], count)
        elif self._total and self._pace.count * _STEPS // self._total > self._told:
            self._told = self._pace.count * _STEPS // self._total
            self._line(f"{self._stage}: {self._done()}")

    def note(self, message: str) -> None:
        """Say something that the user may want to know."""
        if not self._quiet:
            self._line(message)

    def warn(self, message: str) -> None:
        """Say something that the user should know, although the work goes on."""
        if not self._quiet:
            self._line(f"warning: {message}", "yellow")

    def preview(self, path: Path) -> None:
        """Name a picture that shows how far the work is."""
        if self._verbose:
            self._line(f"preview: {path}")

    def machines(self, count: int) -> None:
        """Say how many machines work on the present stage."""
        self._machines = " on 1 machine" if count == 1 else f" on {count} machines"
        if self._progress:
            task = self._progress.tasks[-1]
            self._progress.update(task.id, unit=self._unit + self._machines)

    def pause(self) -> None:
        """End the stage and leave the screen to results; the next stage draws again."""
        self._end_stage()
        if self._progress:
            self._progress.stop()
            self._progress = None

    def _end_stage(self) -> None:
        if self._stage and self._verbose:
            self._line(f"{self._stage}: took {self._pace.took_s:.1f} s, {memory_mb():.0f} MB held")
        if self._progress and self._stage:
            task = self._progress.tasks[-1]
            if task.total is None:  # it has run to its end all the same
                whole = max(1, self._pace.count)
                self._progress.update(task.id, total=whole, completed=whole)
            self._progress.stop_task(task.id)
        self._stage = ""

    def _done(self) -> str:
        total, count = self._total or 1, self._pace.count
        left_s = self._pace.left_s(total)
        left = "" if left_s is None else f", {clock(left_s)} left"
        share = f"{100 * count // total} %, {count}/{total} {self._unit}{self._machines}".rstrip()
        return f"{share}{left}, {memory_mb():.0f} MB"

    def _time(self) -> str:
        """What a running stage still takes, or a finished one took."""
        if self._total is None or self._pace.count >= self._total:
            return clock(self._pace.took_s)
        left_s = self._pace.left_s(self._total)
        return "-:--" if left_s is None else clock(left_s)

    def _line(self, message: str, style: str = "") -> None:
        from rich.text import Text

        console = self._progress.console if self._progress else self._console
        console.print(Text(printable(message), style))


def open_reporter(told: Told) -> ConsoleReporter | JsonReporter:
    """The reporter that was asked for."""
    if told.progress == "json":
        return JsonReporter(quiet=told.quiet)
    return ConsoleReporter(quiet=told.quiet, verbose=told.verbose)


def _progress(console: Console, time: Callable[[], str]) -> Progress:
    """A progress display: stage, bar, n/N, time left, memory.

    Args:
        console: where it is drawn.
        time: what the present stage still takes, or took.
    """
    from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn
    from rich.text import Text

    class Count(ProgressColumn):
        def render(self, task: Task) -> Text:
            total = "" if task.total is None else f"/{task.total:.0f}"
            counted = task.total is not None or task.completed
            unit = task.fields.get("unit", "")
            return Text(f"{task.completed:.0f}{total} {unit}" if counted else "")

    class Left(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(clock(task.elapsed or 0.0) if task.finished else time(), "cyan")

    class Memory(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text("" if task.finished else f"{memory_mb():.0f} MB", "dim")

    columns: list[Any] = [
        TextColumn("{task.description}"),
        BarColumn(),
        Count(),
        Left(),
        Memory(),
    ]
    return Progress(*columns, console=console)
