"""Run: the folder of one piece of work, with its manifest, resolved preset, log and checkpoints.

Whatever is written here is written whole or not at all, so that a run killed at any moment can be
continued by giving the same command again. Pipelines open one Run for each output.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from musivid.core.errors import Interrupted, MusividError, OutputError, UsageError
from musivid.core.plain_json import json_document, parse_json
from musivid.core.recipe import MACHINE, differences, make_recipe, mixed_recipe
from musivid.core.storage import (
    LOCK_NAME,
    is_shared,
    lock_folder,
    name_mark,
    write_atomic,
)

if TYPE_CHECKING:
    from filelock import FileLock

__all__ = [
    "RUN_SUFFIX",
    "Run",
    "check_run_folder",
    "check_unfinished",
    "is_being_delivered",
    "run_folder",
    "sources_of",
]

RUN_SUFFIX = ".musivid"
"""How the names of folders end in which work is kept."""

_LONGEST_NAME = 255  # bytes that file systems take
_MANIFEST = "manifest.json"
_DELIVERY = "deliver"
_LOG = "log.txt"
_PRESET = "preset.yaml"
_OWN = {LOCK_NAME, _MANIFEST, _LOG, _PRESET}  # what says how the work goes, and is none


def check_unfinished(folder: Path) -> None:
    """Check that there is a run to go on with; commands ask before they load anything.

    Raises:
        UsageError: there is none.
    """
    held = _read_manifest(folder)
    if held is None or held["finished"]:
        raise UsageError(
            f"there is nothing to continue in {folder}",
            hint="No unfinished run is there; leave --resume out.",
        )


def run_folder(output: Path) -> Path:
    """Where the work on `output` is kept: `<stem>.musivid` beside it.

    A stem that leaves no room for that is cut, and told apart by a hash.
    """
    stem = output.stem
    if len(os.fsencode(stem)) > _LONGEST_NAME - len(RUN_SUFFIX):
        short = stem.encode(errors="replace")[:200].decode(errors="ignore")
        stem = f"{short}~{name_mark(stem)}"
    return output.with_name(f"{stem}{RUN_SUFFIX}")


def sources_of(output: Path) -> list[Path]:
    """What the run beside an output read to make it; nothing where no run made it."""
    held = _read_manifest(run_folder(output))
    if held is None or Path(str(held.get("results", {}).get("output", ""))).name != output.name:
        return []
    return [Path(path) for path in held.get("input_paths", {}).values()]


class Run:
    """The folder of one piece of work. Open it with `Run.open`; it is locked until closed."""

    def __init__(
        self, folder: Path, manifest: dict[str, Any], lock: FileLock, made: Sequence[Path] = ()
    ) -> None:
        self.folder = folder
        self._manifest = manifest
        self._lock = lock
        self._made = made

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        command: str,
        inputs: Mapping[str, Path],
        preset_yaml: str,
        facts: Mapping[str, Any],
        machine: Mapping[str, str] | None = None,
        resume: bool = False,
        force: bool = False,
        any_machine: bool = False,
    ) -> Run:
        """Begin a run in `folder`, or continue the unfinished one that is there.

        An unfinished run of the same command, inputs, preset, facts and machine is continued, with
        or without `resume` or `force`: its result is that of one that begins afresh.

        Args:
            folder: made if it does not exist.
            command: name of the command.
            inputs: the files that the result depends on, by their role.
            preset_yaml: the resolved preset.
            facts: whatever else was asked for; JSON types only.
            machine: what the result depends on of the machine, by what people call it.
            resume: demand that there is something to continue.
            force: throw an unfinished run of other inputs or settings away.
            any_machine: go on where the machine is another; the recipe then says `mixed`.

        Raises:
            OutputError: other work is in the folder, or another process works there.
            UsageError: `resume` without anything to continue.
        """
        wanted = make_recipe(command, inputs, preset_yaml, facts, machine or {})
        if resume:
            check_unfinished(folder)
        _refuse_foreign(folder, _read_manifest(folder))
        made = [path for path in (folder, *folder.parents) if not path.exists()]
        lock = lock_folder(folder)
        try:
            held = _read_manifest(folder)  # the process that held the lock may have moved on
            going_on = held is not None and _may_continue(
                folder, held, wanted, force=force, any_machine=any_machine
            )
            if held is not None and going_on:
                _refuse_links(folder)
                held["recipe"] = mixed_recipe(held["recipe"], wanted)
            else:
                _clear(folder)
                held = {
                    "recipe": wanted,
                    "stages": {},
                    "results": {},
                    "finished": False,
                    "started": _now(),
                    "input_paths": {k: str(p) for k, p in inputs.items()},
                }
            run = cls(folder, held or {}, lock, made)
            write_atomic(folder / _PRESET, preset_yaml)
            run._write()
            run.log("continued" if going_on else f"started: {command}")
            return run
        except BaseException:
            _unmake(made)
            lock.release()
            raise

    def path(self, *names: str) -> Path:
        """A path in the folder, whose parents are made; never one outside.

        Raises:
            ValueError: the names lead out of the folder.
            OutputError: a link that somebody has laid there does.
        """
        path = self.folder.joinpath(*names)
        if not Path(os.path.normpath(path)).is_relative_to(os.path.normpath(self.folder)):
            raise ValueError(f"{path} is outside of the run's folder")
        if not path.parent.resolve().is_relative_to(self.folder.resolve()):
            raise OutputError(
                f"{path.parent} leads to what is not musivid's",
                hint="Remove the link, then give the same command again: it goes on.",
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def done(self, stage: str) -> bool:
        """Whether `stage` was finished, now or before an interruption."""
        return stage in self._manifest["stages"]

    def stage_facts(self, stage: str) -> dict[str, Any]:
        """What was noted when `stage` was finished; empty if it was not."""
        return dict(self._manifest["stages"].get(stage, {}))

    def finish_stage(self, stage: str, **facts: Any) -> None:
        """Note that `stage` is done; what it wrote must be on disk already."""
        self._manifest["stages"][stage] = {"at": _now(), **facts}
        self._write()

    def deliver(self) -> None:
        """Note that the output is put in its place next: if it is found there, it is ours."""
        self.finish_stage(_DELIVERY)

    def finish(self, results: Mapping[str, Any], *, remove: Sequence[str] = ()) -> None:
        """Note that all is done and what came out, and give the folder free.

        `remove` names folders that are of no more use: they go when nothing can be lost any more.
        """
        self._manifest["results"] = dict(results)
        self._manifest["finished"] = True
        self._write()
        for name in remove:
            shutil.rmtree(self.path(name), ignore_errors=True)
        self.log("finished")
        self.close()

    def log(self, message: str) -> None:
        """Add a line to the folder's log.txt."""
        with (self.folder / _LOG).open("a", encoding="utf-8") as file:
            file.write(f"{_now()} {message}\n")

    @property
    def recipe(self) -> dict[str, Any]:
        """All that the result depends on: version, command, inputs, preset, facts, machine."""
        return dict(self._manifest["recipe"])

    def note_machine(self, facts: Mapping[str, str]) -> None:
        """Note that another machine takes part; what differs makes the recipe `mixed`."""
        recipe = self.recipe
        own = recipe[MACHINE]
        other = {**own, **{name: value for name, value in facts.items() if name in own}}
        mixed = mixed_recipe({**recipe, MACHINE: other}, recipe)
        if mixed != recipe:
            self._manifest["recipe"] = mixed
            self._write()

    def close(self) -> None:
        """Give the folder free for another process."""
        self._lock.release()

    def __enter__(self) -> Run:
        """Return the run itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Note a failure in the log and give the folder free.

        What is refused before anything was made leaves no folder.
        """
        if isinstance(error, MusividError) and not isinstance(error, Interrupted):
            _unmake(self._made)
        if kind is not None and self.folder.is_dir():
            with contextlib.suppress(OSError):  # the failure may be that nothing can be written
                self.log(f"stopped: {kind.__name__}: {error}")
        self.close()

    def _write(self) -> None:
        write_atomic(self.folder / _MANIFEST, json_document(self._manifest))


def check_run_folder(folder: Path) -> None:
    """Make sure that a run's folder is one, or can be made; makes nothing.

    Raises:
        OutputError: it is a link, a file, or holds what is not musivid's.
    """
    _refuse_foreign(folder, _read_manifest(folder))


def is_being_delivered(output: Path) -> bool:
    """Whether the run of an output was stopped between its last file and its last word."""
    held = _read_manifest(run_folder(output))
    return held is not None and not held["finished"] and _DELIVERY in held["stages"]


def _read_manifest(folder: Path) -> dict[str, Any] | None:
    try:
        manifest = parse_json((folder / _MANIFEST).read_text(encoding="utf-8"))
        return manifest if {"recipe", "stages", "finished"} <= set(manifest) else None
    except (OSError, ValueError, TypeError):
        return None


def _refuse_foreign(folder: Path, manifest: dict[str, Any] | None) -> None:
    """Refuse a folder that holds something else than a run, for it may be cleared."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise OutputError(
            f"{folder} is not a plain folder",
            hint="The work is kept there; move it away or choose another -o.",
        )
    if manifest is None and folder.is_dir() and set(_names(folder)) - {LOCK_NAME, _PRESET}:
        raise OutputError(
            f"{folder} holds files that are not musivid's",
            hint="The work would be kept there; move it or choose another -o.",
        )


def _refuse_links(folder: Path) -> None:
    """Refuse to go on in a folder where something is written in place that lies elsewhere.

    A file that is replaced whole, as a picture that the user changed, may be a link.

    Raises:
        OutputError: the log is a link, or a folder is.
    """
    for place, folders, _ in os.walk(folder):
        linked = [path for name in folders if (path := Path(place, name)).is_symlink()]
        if is_shared(folder / _LOG):
            linked.append(folder / _LOG)
        if linked:
            raise OutputError(
                f"{linked[0]} leads to what is not musivid's",
                hint="Remove the link, or choose another -o.",
            )


def _names(folder: Path) -> Iterator[str]:
    """Names in a folder, but for temporary files that a killed process left."""
    return (path.name for path in folder.iterdir() if not path.name.endswith(".tmp"))


def _may_continue(
    folder: Path, held: dict[str, Any], wanted: dict[str, Any], *, force: bool, any_machine: bool
) -> bool:
    """Whether to go on with the run that is there; if not, it may be cleared.

    Raises:
        OutputError: unfinished work of another recipe would be lost, or mixed with other frames.
    """
    if held["finished"]:
        return False
    job, machine = differences(held["recipe"], wanted)
    if not job and (not machine or any_machine):
        return True
    if force:
        return False
    if not job:
        raise OutputError(
            f"{folder} holds an unfinished run with {', '.join(machine)}: its frames would differ",
            hint="Go on where it began; give --resume-any to go on here all the same, or --force "
            "to throw its work away.",
        )
    raise OutputError(
        f"{folder} holds an unfinished run with {' and '.join(job)}",
        hint="Give the same command again to continue it, choose another -o, or "
        "give --force to throw its work away.",
    )


def _clear(folder: Path) -> None:
    """Remove what an earlier run left, but for the lock.

    The manifest is marked as finished first and goes last: whoever is killed in between leaves a
    folder that is cleared again, never one whose stages lack their files.
    """
    manifest = folder / _MANIFEST
    if manifest.exists():
        write_atomic(manifest, json.dumps({"recipe": {}, "stages": {}, "finished": True}))
    for path in folder.iterdir():
        if path.name in (LOCK_NAME, _MANIFEST):
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    manifest.unlink(missing_ok=True)


def _unmake(made: Sequence[Path]) -> None:
    """Remove folders that were made for a run, the innermost first, unless work lies there."""
    if not made:
        return
    for path in made[0].rglob("*"):
        ours = path.parent == made[0] and path.name in _OWN
        if path.is_symlink() or not (path.is_dir() or ours):
            return
    shutil.rmtree(made[0], ignore_errors=True)
    for folder in made[1:]:
        with contextlib.suppress(OSError):  # somebody else has put something there
            folder.rmdir()


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
