"""One command over several inputs: which files are meant, where each result goes, what failed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from musivid.commands.inputs import Sources, find_sources
from musivid.commands.printing import print_json, print_text
from musivid.commands.shards import Shard
from musivid.commands.targets import Target, name_targets
from musivid.core.errors import (
    BatchError,
    Interrupted,
    MusividError,
    UsageError,
)
from musivid.core.outputs import Files, check_apart, check_output
from musivid.core.progress import Reporter
from musivid.core.refused import explained
from musivid.media.kinds import MEDIA

__all__ = [
    "STDOUT",
    "Away",
    "PausingReporter",
    "Result",
    "error_facts",
    "run_batch",
]


STDOUT = Path("-")
"""Where the result of an input goes that has no output file."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one input.

    Attributes:
        facts: for --json; JSON types.
        text: for people, on stdout; empty: the output's absolute path.
    """

    facts: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""


Away = Callable[[Mapping[Path, Path], Callable[[Path, Any], None]], None]
"""Does inputs elsewhere, each with its output; says what came of each: `Result` or an error."""


class PausingReporter(Reporter, Protocol):
    """A Reporter that can leave the screen to results."""

    def pause(self) -> None:
        """Leave the screen to results."""


def run_batch(
    inputs: Sequence[str],
    one: Callable[[Path, Path], Result],
    *,
    reporter: PausingReporter,
    kinds: Collection[str] = MEDIA,
    output: Target | None = None,
    suffix: str = ".mp4",
    results: Collection[str] = (),
    beside: bool = False,
    force: bool = False,
    skip_existing: bool = False,
    shard: Shard | None = None,
    as_json: bool = False,
    reads: Files | None = None,
    writes: Files | None = None,
    away: Away | None = None,
) -> None:
    """Do `one(input, output)` for every input and print what came of it.

    An input that fails does not stop the others. With a single input its error is raised as it is.
    With an empty `suffix` results are only printed: `one` gets `STDOUT`.

    Args:
        inputs: as they were typed.
        one: makes the result of an input.
        reporter: told of each.
        kinds: endings that are taken from folders.
        output: a file for one input, a folder for what can be several.
        suffix: what results end in.
        results: what all results of the command end in, where there are others: those of one input
            are no inputs themselves.
        beside: results go beside their inputs.
        force: results may be there already.
        skip_existing: pass over results that are there.
        shard: do these inputs alone.
        as_json: print facts.
        reads: what is read besides, by its role; no result may lie there.
        writes: what one input alone can have written besides.
        away: does all inputs elsewhere, in the place of `one`.

    Raises:
        UsageError: nothing is meant, or two inputs would share an output.
        OutputError: a result would overwrite what is read.
        BatchError: some of several inputs failed; the others are done.
    """
    sources = find_sources(inputs, kinds)
    if sources.hidden:
        reporter.note(f"hidden files passed over: {sources.hidden}")
    targets = dict.fromkeys(sources.files, STDOUT)
    if suffix:
        targets = name_targets(sources, output, suffix, results=results, beside=beside)
    _check_files(targets, reads or {}, writes or {})
    tally = _Tally(reporter, alone=len(targets) == 1, as_json=as_json, is_written=bool(suffix))
    targets = _shared(targets, sources, shard, reporter)

    def is_done(source: Path) -> bool:
        done = bool(suffix) and skip_existing and targets[source].exists()
        if done:
            tally.skip(source, targets[source])
        return done

    try:
        if away is not None:
            todo = {source: target for source, target in targets.items() if not is_done(source)}
            if todo:
                away(todo, lambda source, found: tally.keep(source, targets[source], found))
        for source, target in targets.items() if away is None else ():
            if not is_done(source):
                tally.attempt(one, source, target, force=force)
    finally:
        tally.end(list(targets))
    _check_failed([entry["input"] for entry in tally.failed], len(targets))


def _shared(
    targets: dict[Path, Path], sources: Sources, shard: Shard | None, reporter: Reporter
) -> dict[Path, Path]:
    """The inputs of a share."""
    if shard is None:
        return targets
    mine = {s: target for s, target in targets.items() if shard.holds(sources.below[s])}
    reporter.note(f"shard {shard}: {len(mine)} of {len(targets)} inputs")
    return mine


class _Tally:
    """What came of all inputs."""

    def __init__(
        self, reporter: PausingReporter, *, alone: bool, as_json: bool, is_written: bool
    ) -> None:
        self._reporter, self._alone = reporter, alone
        self._as_json, self._is_written = as_json, is_written
        self.done: list[dict[str, Any]] = []
        self.failed: list[dict[str, Any]] = []
        self._texts: list[Any] = []

    def skip(self, source: Path, target: Path) -> None:
        """Pass over a result that is there."""
        self._reporter.note(f"skipped {source}: {target} exists")
        self.done.append({"input": str(source), "output": str(target), "skipped": True})

    def keep(self, source: Path, target: Path, found: Result | MusividError) -> None:
        """Keep a result to be shown, or say why there is none; an input that is alone raises it."""
        if isinstance(found, MusividError):
            if self._alone:
                raise found
            self._reporter.warn(f"{source}: {found}")
            self.failed.append({"input": str(source), **error_facts(found)})
            return
        named = {"input": str(source)} | ({"output": str(target)} if self._is_written else {})
        self.done.append({**named, **found.facts})
        self._texts.append(found.text or target)

    def show(self) -> None:
        """Print the results that were kept since."""
        if self._texts:
            self._reporter.pause()
        for text in self._texts if not self._as_json else ():
            print_text(text)
        self._texts.clear()

    def attempt(
        self, one: Callable[[Path, Path], Result], source: Path, target: Path, *, force: bool
    ) -> None:
        """Do an input here, and print what came of it."""
        if not self._alone:
            self._reporter.note(f"{source} -> {target}")
        self.keep(source, target, _attempt(one, source, target, force=force, alone=self._alone))
        self.show()

    def end(self, order: Sequence[Path]) -> None:
        """Print what was not printed yet; inputs are in this order."""
        self._reporter.pause()
        self.show()
        if self._as_json and (self.done or self.failed or not order):
            print_json(self._document(order))

    def _document(self, order: Sequence[Path]) -> dict[str, Any]:
        """All of it in JSON types, in the order of the inputs."""
        places = {str(source): place for place, source in enumerate(order)}

        def ordered(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
            return sorted(entries, key=lambda entry: places[entry["input"]])

        return {"results": ordered(self.done), "failed": ordered(self.failed)}


def _attempt(
    one: Callable[[Path, Path], Result], source: Path, target: Path, *, force: bool, alone: bool
) -> Result | MusividError:
    """The result of an input, or why there is none; an input that is alone raises it."""
    try:
        if target != STDOUT:
            check_output(target, force=force)
        return one(source, target)
    except (Interrupted, BrokenPipeError):
        raise
    except Exception as error:
        told = explained(error)
        if told is None or alone:
            raise
        return told


def _check_failed(names: Sequence[str], count: int) -> None:
    """Name the inputs that failed.

    Raises:
        BatchError: some did.
    """
    if names:
        raise BatchError(
            f"{len(names)} of {count} inputs failed: {', '.join(names)}",
            hint="The others are done; --skip-existing passes over them.",
        )


def error_facts(error: MusividError) -> dict[str, Any]:
    """An error in JSON types."""
    return {
        "error": error.problem,
        "hint": error.hint,
        "command": error.command,
        "exit_code": error.exit_code,
    }


def _check_files(targets: Mapping[Path, Path], reads: Files, writes: Files) -> None:
    """Check that nothing that is read is written, and nothing is written twice.

    Raises:
        UsageError: several inputs would write one file one after the other.
        OutputError: an output is an input, or two are one file.
    """
    for role, path in writes.items():
        if len(targets) > 1 and path is not None:
            raise UsageError(
                f"{len(targets)} inputs would write one {role}: {path}",
                hint="Give one input at a time.",
            )
    results = [path for path in targets.values() if path != STDOUT]
    check_apart({"output": results, **writes}, {"input": targets, **reads})
