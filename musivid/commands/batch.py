"""One command over several inputs: which files are meant, where each result goes, what failed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from musivid.commands.inputs import Sources, find_sources
from musivid.commands.jobs import Row
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
    "Pair",
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


@dataclass(frozen=True, slots=True)
class Pair:
    """An input and where its result goes.

    Attributes:
        source: the input; others may have the same.
        target: that of no other; the input, or `STDOUT`, where nothing is written.
        name: what tells it from others on all machines alike.
    """

    source: Path
    target: Path
    name: str = ""


Away = Callable[[Sequence[Pair], Callable[[Pair, Any], None]], None]
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
    folders: bool = False,
    shard: Shard | None = None,
    as_json: bool = False,
    reads: Files | None = None,
    writes: Files | None = None,
    rows: Sequence[Row] | None = None,
    begin: Callable[[Sequence[Pair]], None] | None = None,
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
        results: what all results end in, where there are others; these are no inputs themselves.
        beside: results go beside their inputs.
        force: results may be there already.
        skip_existing: pass over results that are there.
        folders: results may be folders; `one` then looks at what is there.
        shard: do these inputs alone.
        as_json: print facts.
        reads: what is read besides, by its role; no result may lie there.
        writes: what one input alone can have written besides; lists: what all write together.
        rows: inputs and outputs as a table has them, in the place of `inputs`.
        begin: told of all inputs before the first is done; what it raises ends the batch.
        away: does all inputs elsewhere, in the place of `one`.

    Raises:
        UsageError: nothing is meant, or two inputs would share an output.
        OutputError: a result would overwrite what is read.
        BatchError: some of several inputs failed; the others are done.
    """
    if rows is not None:
        pairs = [Pair(row.source, row.target, row.name) for row in rows]
    else:
        sources = find_sources(inputs, kinds)
        if sources.hidden:
            reporter.note(f"hidden files passed over: {sources.hidden}")
        pairs = _pairs(sources, output, suffix, results=results, beside=beside)
    _check_files(pairs, reads or {}, writes or {})
    tally = _Tally(reporter, alone=len(pairs) == 1, as_json=as_json, is_written=bool(suffix))
    pairs = _shared(pairs, shard, reporter)
    (begin or _nothing)(pairs)

    def is_done(pair: Pair) -> bool:
        done = bool(suffix) and skip_existing and pair.target.exists()
        if done:
            tally.skip(pair)
        return done

    try:
        if away is not None:
            todo = [pair for pair in pairs if not is_done(pair)]
            if todo:
                away(todo, tally.keep)
        for pair in pairs if away is None else ():
            if not is_done(pair):
                tally.attempt(one, pair, force=None if folders and pair.target.is_dir() else force)
    finally:
        tally.end(pairs)
    _check_failed([str(pair.source) for pair, _ in tally.failed], len(pairs))


def _nothing(pairs: Sequence[Pair]) -> None:
    """Nothing has to be done before the first input."""


def _pairs(
    sources: Sources, output: Target | None, suffix: str, *, results: Collection[str], beside: bool
) -> list[Pair]:
    """All inputs with their targets."""
    targets = dict.fromkeys(sources.files, STDOUT)
    if suffix:
        targets = name_targets(sources, output, suffix, results=results, beside=beside)
    return [Pair(source, to, sources.below[source]) for source, to in targets.items()]


def _shared(pairs: list[Pair], shard: Shard | None, reporter: Reporter) -> list[Pair]:
    """The inputs of a share."""
    if shard is None:
        return pairs
    mine = [pair for pair in pairs if shard.holds(pair.name)]
    reporter.note(f"shard {shard}: {len(mine)} of {len(pairs)} inputs")
    return mine


class _Tally:
    """What came of all inputs."""

    def __init__(
        self, reporter: PausingReporter, *, alone: bool, as_json: bool, is_written: bool
    ) -> None:
        self._reporter, self._alone = reporter, alone
        self._as_json, self._is_written = as_json, is_written
        self.done: list[tuple[Pair, dict[str, Any]]] = []
        self.failed: list[tuple[Pair, dict[str, Any]]] = []
        self._texts: list[Any] = []

    def skip(self, pair: Pair) -> None:
        """Pass over a result that is there."""
        source, target = str(pair.source), str(pair.target)
        self._reporter.note(f"skipped {source}: {target} exists")
        self.done.append((pair, {"input": source, "output": target, "skipped": True}))

    def keep(self, pair: Pair, found: Result | MusividError) -> None:
        """Keep a result to be shown, or say why there is none; an input that is alone raises it."""
        if isinstance(found, MusividError):
            if self._alone:
                raise found
            self._reporter.warn(f"{pair.source}: {found}")
            self.failed.append((pair, {"input": str(pair.source), **error_facts(found)}))
            return
        named = {"input": str(pair.source)}
        named |= {"output": str(pair.target)} if self._is_written else {}
        self.done.append((pair, {**named, **found.facts}))
        self._texts.append(found.text or pair.target)

    def show(self) -> None:
        """Print the results that were kept since."""
        if self._texts:
            self._reporter.pause()
        for text in self._texts if not self._as_json else ():
            print_text(text)
        self._texts.clear()

    def attempt(
        self, one: Callable[[Path, Path], Result], pair: Pair, *, force: bool | None
    ) -> None:
        """Do an input here, and print what came of it; force None: what is there is not asked."""
        if not self._alone:
            self._reporter.note(f"{pair.source} -> {pair.target}")
        self.keep(pair, _attempt(one, pair, force=force, alone=self._alone))
        self.show()

    def end(self, order: Sequence[Pair]) -> None:
        """Print what was not printed yet; inputs are in this order."""
        self._reporter.pause()
        self.show()
        if self._as_json and (self.done or self.failed or not order):
            places = {pair: place for place, pair in enumerate(order)}
            print_json({
                name: [facts for _, facts in sorted(entries, key=lambda entry: places[entry[0]])]
                for name, entries in (("results", self.done), ("failed", self.failed))
            })  # fmt: skip


def _attempt(
    one: Callable[[Path, Path], Result], pair: Pair, *, force: bool | None, alone: bool
) -> Result | MusividError:
    """The result of an input, or why there is none; an input that is alone raises it."""
    try:
        if pair.target != STDOUT and force is not None:
            check_output(pair.target, force=force)
        return one(pair.source, pair.target)
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


def _check_files(pairs: Sequence[Pair], reads: Files, writes: Files) -> None:
    """Check that nothing that is read is written, and nothing is written twice.

    Raises:
        UsageError: several inputs would write one file one after the other.
        OutputError: an output is an input, or two are one file.
    """
    for role, path in writes.items():
        if len(pairs) > 1 and isinstance(path, Path):
            raise UsageError(
                f"{len(pairs)} inputs would write one {role}: {path}",
                hint="Give one input at a time.",
            )
    results = [pair.target for pair in pairs if pair.target != STDOUT]
    read = {"input": [pair.source for pair in pairs], **reads}
    check_apart({"output": results, **writes}, read)
