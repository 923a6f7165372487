"""One command over several inputs: which files are meant, where each result goes, what failed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from musivid.commands.inputs import find_sources
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
    alone = len(targets) == 1
    if shard:
        mine = {s: target for s, target in targets.items() if shard.holds(sources.below[s])}
        reporter.note(f"shard {shard}: {len(mine)} of {len(targets)} inputs")
        targets = mine
    done, failed = list[dict[str, Any]](), list[dict[str, Any]]()
    try:
        for source, target in targets.items():
            if suffix and skip_existing and target.exists():
                reporter.note(f"skipped {source}: {target} exists")
                done.append({"input": str(source), "output": str(target), "skipped": True})
                continue
            if not alone:
                reporter.note(f"{source} -> {target}")
            result = _attempt(one, source, target, force=force, alone=alone)
            if isinstance(result, MusividError):
                reporter.warn(f"{source}: {result}")
                failed.append({"input": str(source), **error_facts(result)})
                continue
            named = {"input": str(source)} | ({"output": str(target)} if suffix else {})
            done.append({**named, **result.facts})
            reporter.pause()
            if not as_json:
                print_text(result.text or target)
    finally:
        reporter.pause()
        if as_json and (done or failed or not targets):
            print_json({"results": done, "failed": failed})
    _check_failed([entry["input"] for entry in failed], len(targets))


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
