"""One command over several inputs: which files are meant, where each result goes, what failed."""

from __future__ import annotations

import glob
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from musivid.commands.printing import print_json, print_text
from musivid.core.errors import (
    BatchError,
    InputError,
    Interrupted,
    MusividError,
    OutputError,
    UsageError,
)
from musivid.core.outputs import Files, check_apart, check_output
from musivid.core.paths import expanded
from musivid.core.progress import Reporter
from musivid.core.refused import explained
from musivid.media.kinds import MEDIA

__all__ = [
    "STDOUT",
    "PausingReporter",
    "Result",
    "error_facts",
    "expand_inputs",
    "name_targets",
    "natural_key",
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
    output: Path | None = None,
    suffix: str = ".mp4",
    beside: bool = False,
    force: bool = False,
    skip_existing: bool = False,
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
        output: a file for one input, a folder for several.
        suffix: what results end in.
        beside: results go beside their inputs.
        force: results may be there already.
        skip_existing: pass over results that are there.
        as_json: print facts.
        reads: what is read besides, by its role; no result may lie there.
        writes: what one input alone can have written besides.

    Raises:
        UsageError: nothing is meant, or two inputs would share an output.
        OutputError: a result would overwrite what is read.
        BatchError: some of several inputs failed; the others are done.
    """
    sources = expand_inputs(inputs)
    targets = dict.fromkeys(sources, STDOUT)
    if suffix:
        targets = name_targets(sources, output, suffix, beside=beside)
    _check_files(targets, reads or {}, writes or {})
    done: list[dict[str, Any]] = []
    failed: list[dict[str, Any]] = []
    try:
        for source, target in targets.items():
            if suffix and skip_existing and target.exists():
                reporter.note(f"skipped {source}: {target} exists")
                done.append({"input": str(source), "output": str(target), "skipped": True})
                continue
            if len(targets) > 1:
                reporter.note(f"{source} -> {target}")
            try:
                if suffix:
                    check_output(target, force=force)
                result = one(source, target)
            except (Interrupted, BrokenPipeError):
                raise
            except Exception as error:
                told = explained(error)
                if told is None or len(targets) == 1:
                    raise
                reporter.warn(f"{source}: {told}")
                failed.append({"input": str(source), **error_facts(told)})
                continue
            named = {"output": str(target)} if suffix else {}
            done.append({"input": str(source), **named, **result.facts})
            reporter.pause()
            if not as_json:
                print_text(result.text or target)
    finally:
        reporter.pause()
        if as_json and (done or failed):
            print_json({"results": done, "failed": failed})
    if failed:
        names = ", ".join(entry["input"] for entry in failed)
        raise BatchError(
            f"{len(failed)} of {len(targets)} inputs failed: {names}",
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


def expand_inputs(inputs: Sequence[str], kinds: Collection[str] = MEDIA) -> list[Path]:
    """The files that are meant: files as they are, folders' media, patterns' matches; each once.

    Raises:
        InputError: a name that is nothing, or a folder or pattern without anything in it.
    """
    found: dict[Path, None] = {}
    for text in inputs:
        path = expanded(text)
        if path.is_dir():
            matches = [
                p
                for p in sorted(path.iterdir(), key=lambda p: natural_key(p.name))
                if p.suffix.lower() in kinds and p.is_file()
            ]
        elif path.exists() or not glob.has_magic(text):
            matches = [path]
        else:
            matches = [
                Path(p)
                for p in sorted(glob.glob(str(path), recursive=True), key=natural_key)
                if Path(p).is_file()
            ]
        if not matches:
            raise InputError(
                f"nothing to work on in {text!r}",
                hint="Give a media file, a folder of them, or a quoted pattern.",
            )
        if not matches[0].exists():
            raise InputError(f"there is no file {text!r}", hint="Check the name.")
        found.update(dict.fromkeys(p.absolute() for p in matches))
    return list(found)


def natural_key(name: str) -> list[tuple[int, int | str]]:
    """A sort key by which part2 comes before part10."""
    import re

    return [
        (0, int(part)) if part.isdigit() else (1, part.lower())
        for part in re.split(r"([0-9]+)", name)
    ]


def name_targets(
    sources: Sequence[Path], output: Path | None, suffix: str, *, beside: bool = False
) -> dict[Path, Path]:
    """Where each input's result goes: `output` as a file for one, as a folder for several.

    Without `output` it is the input's name with `suffix` in the current folder, or in the input's
    own where results belong `beside` it; there, an `output` without an ending is a folder.

    Raises:
        UsageError: two inputs would share an output.
        OutputError: several inputs and an output that is a file.
    """
    one = len(sources) == 1
    as_folder = output is not None and (output.is_dir() or (beside and not output.suffix))
    if output is not None and one and not as_folder:
        targets = {sources[0]: expanded(output).absolute()}
    else:
        folder = expanded(output or Path()).absolute()
        if not one and (folder.is_file() or folder.suffix == suffix):
            raise OutputError(
                f"{len(sources)} inputs cannot go into one file {folder}", hint="Give -o a folder."
            )
        targets = {
            source: (source.parent if beside and output is None else folder)
            / f"{source.stem}{suffix}"
            for source in sources
        }
    for target, count in Counter(targets.values()).items():
        if count > 1:
            raise UsageError(
                f"{count} inputs would be written to {target}",
                hint="Give inputs with different names, or one at a time.",
            )
    return targets


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
