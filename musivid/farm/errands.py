"""An errand: a job done elsewhere, whose files travel there, and whose results travel back."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from musivid.core.plain_json import json_document, parse_json
from musivid.core.progress import Reporter
from musivid.core.run import run_folder
from musivid.core.storage import temporary_beside, write_atomic
from musivid.farm.packing import (
    Brought,
    Packed,
    Storehouse,
    bring,
    contents_of,
    pack_files,
    relocated,
    unpack,
)
from musivid.farm.units import Lacking

__all__ = ["Errand", "ErrandHand", "Sent", "Tools", "deliver", "files_of", "pack_errand"]

_MANIFEST, _SETTINGS = "manifest.json", "preset.yaml"


class Tools(Protocol):
    """What jobs are done with on an actor.

    Attributes:
        known_as: what files here are called where the job came from.
    """

    known_as: Mapping[str, str]

    def facts(self) -> Mapping[str, str]:
        """What results depend on, by what people call it."""


@dataclass(frozen=True, slots=True)
class Errand:
    """A job that can be done elsewhere.

    Attributes:
        do: a function at the top of a module: of the job, the tools and a reporter.
        job: whatever can be pickled; its paths are exchanged.
        reads: files and folders that it reads.
        out: its output, beside which its run's folder lies; None: it writes nothing.
        writes: what else it writes.
    """

    do: Callable[[Any, Any, Reporter], Any]
    job: Any
    reads: tuple[Path, ...]
    out: Path | None = None
    writes: tuple[Path, ...] = ()

    @property
    def folders(self) -> tuple[Path, ...]:
        """Where it writes."""
        outputs = [] if self.out is None else [self.out]
        return tuple(dict.fromkeys(path.absolute().parent for path in (*outputs, *self.writes)))


@dataclass(frozen=True, slots=True)
class Sent:
    """An errand on its way.

    Attributes:
        errand: what there is to do.
        packed: what it reads.
        begun: what an earlier run of it has left in its folder.
        contents: what the actor lacked, by its hash.
    """

    errand: Errand
    packed: Packed
    begun: Packed
    contents: Mapping[str, bytes] = field(default_factory=dict)


def files_of(roles: Mapping[str, Path | Iterable[Path] | None]) -> tuple[Path, ...]:
    """All files of a job by their roles, as `core.outputs.Files` has them."""
    found: list[Path] = []
    for paths in roles.values():
        found += [paths] if isinstance(paths, Path) else list(paths or ())
    return tuple(dict.fromkeys(path.absolute() for path in found))


def pack_errand(errand: Errand, lacking: tuple[str, ...] = ()) -> Sent:
    """What is sent to an actor, with contents that it lacks.

    Raises:
        OSError: a file is gone.
    """
    packed = pack_files(errand.reads)
    begun = pack_files([] if errand.out is None else [run_folder(errand.out.absolute())])
    both = Packed((), {**packed.files, **begun.files})
    # Names that are relative are so to the folder that this process works in.
    absolute = {path: path for path in (*packed.roots, *map(str, _outputs(errand)))}
    errand = replace(errand, job=relocated(errand.job, absolute))
    return Sent(errand, packed, begun, contents_of(both, lacking))


def deliver(errand: Errand, brought: Brought) -> Any:
    """Put what came back where it belongs; return the result with the paths that it has here.

    Raises:
        RunError: something was damaged on its way. OutputError: it cannot be written.
    """
    last = errand.out.name if errand.out else ""
    for folder, files in zip(errand.folders, brought.files, strict=True):
        unpack(files, folder, last)
    return brought.result


class ErrandHand:
    """Does errands with tools that are made once."""

    def __init__(self, make: Callable[..., Tools], *arguments: Any) -> None:
        """Make the tools, and a folder that goes with the hand.

        What processes left that were killed is removed by the next one on their machine.
        """
        self._tools = make(*arguments)
        above = temporary_beside(Path(tempfile.gettempdir()) / "musivid-farm")
        above.mkdir(exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=above))
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self._house = Storehouse(folder)

    def facts(self) -> Mapping[str, str]:
        """What results depend on."""
        return self._tools.facts()

    def do(self, payload: Sent, reporter: Reporter) -> Brought | Lacking:
        """Do an errand, or say what is lacking for it."""
        self._house.keep(payload.contents)
        if lacking := {*self._house.lacks(payload.packed), *self._house.lacks(payload.begun)}:
            return Lacking(tuple(sorted(lacking)))
        work = self._house.folder("work")
        places = self._house.lay_out(payload.packed, work)
        errand = payload.errand
        folders = self._folders(payload, work)
        # What is read may lie where something is written: names of files come before folders.
        written = {str(path): str(folders[path.parent] / path.name) for path in _outputs(errand)}
        places |= written
        back = {here: there for there, here in places.items() if here != there}
        back |= {str(here): str(there) for there, here in folders.items()}
        self._tools.known_as = back
        result = errand.do(relocated(errand.job, places), self._tools, reporter)
        _rename_within(work, back)
        brought = bring(list(folders.values()), relocated(result, back))
        self._house.forget_large()
        return brought

    def _folders(self, payload: Sent, work: Path) -> dict[Path, Path]:
        """A folder here for each that is written to, with what an earlier run has left."""
        folders = {there: work / f"out{n}" for n, there in enumerate(payload.errand.folders)}
        for folder in folders.values():
            folder.mkdir()
        for root in payload.begun.roots:
            for path in payload.begun.files:
                relative = Path(path).relative_to(Path(root).parent)
                target = folders[Path(root).parent] / relative
                self._house.copy(payload.begun.files[path], path, target)
        return folders


def _outputs(errand: Errand) -> list[Path]:
    outputs = [] if errand.out is None else [errand.out]
    return [path.absolute() for path in (*outputs, *errand.writes)]


def _rename_within(work: Path, back: Mapping[str, str]) -> None:
    """Exchange names of files in what runs keep of themselves: they must lead to those there."""
    for manifest in work.rglob(_MANIFEST):
        held = relocated(parse_json(manifest.read_text(encoding="utf-8")), back)
        write_atomic(manifest, json_document(held))
    for settings in work.rglob(_SETTINGS):
        text = settings.read_text(encoding="utf-8")
        for here, there in back.items():
            text = text.replace(here, there)
        write_atomic(settings, text)
