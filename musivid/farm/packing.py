"""Files that go to where the work is done and come back, without a disk that both see.

What is read travels by its hash: where the same file lies under the same name nothing is sent.
Names that lead elsewhere there are exchanged in whatever is sent, and back in what is answered.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from musivid.core.errors import InputError, RunError
from musivid.core.paths import expanded
from musivid.core.storage import fingerprint, write_atomic

__all__ = [
    "Brought",
    "Packed",
    "Storehouse",
    "bring",
    "contents_of",
    "pack_files",
    "relocated",
    "unpack",
]

_MOST_SENT_BYTES = 1_500_000_000  # at once
_KEPT_BYTES = 16_000_000  # of a file that is kept for later units; larger ones go with theirs


@dataclass(frozen=True, slots=True)
class Packed:
    """Files and folders that a unit reads.

    Attributes:
        roots: what was named: files, or folders with all that is in them.
        files: SHA-256 of each file, by its absolute path.
        times_ns: when each was last changed; some files are known by that.
    """

    roots: tuple[str, ...]
    files: Mapping[str, str]
    times_ns: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Brought:
    """What comes back.

    Attributes:
        result: of the unit.
        files: contents and their SHA-256, by their path below each folder that is written to.
    """

    result: Any
    files: tuple[Mapping[str, tuple[str, bytes]], ...] = ()


def pack_files(roots: Sequence[Path]) -> Packed:
    """The hashes of all files below some paths; what is not there is left out."""
    files, times_ns = {}, {}
    there = [root for root in dict.fromkeys(path.absolute() for path in roots) if root.exists()]
    for root in there:
        for path in sorted(root.rglob("*")) if root.is_dir() else [root]:
            if path.is_file():
                files[str(path)] = fingerprint(path)
                times_ns[str(path)] = path.stat().st_mtime_ns
    return Packed(tuple(map(str, there)), files, times_ns)


def contents_of(packed: Packed, hashes: Sequence[str]) -> dict[str, bytes]:
    """The contents that somebody lacks, by their hashes.

    Raises:
        InputError: they are too large to be sent.
    """
    by_hash = {sha256: path for path, sha256 in packed.files.items()}
    whole = sum(os.path.getsize(by_hash[sha256]) for sha256 in hashes)
    if whole > _MOST_SENT_BYTES:
        raise InputError(
            f"{len(hashes)} files of {whole / 1e9:.1f} GB would have to be sent to a machine, as "
            f"{by_hash[hashes[0]]}",
            hint="Put them under the same names on all machines: on a disk that all of them see.",
        )
    return {sha256: Path(by_hash[sha256]).read_bytes() for sha256 in hashes}


class Storehouse:
    """Where an actor keeps what was sent to it, and where its work lies."""

    def __init__(self, folder: Path) -> None:
        """Keep all in a folder that goes with the actor."""
        self._folder = folder
        self._kept = folder / "kept"
        self._kept.mkdir(parents=True, exist_ok=True)

    def lacks(self, packed: Packed) -> tuple[str, ...]:
        """The hashes of what must be sent."""
        needed = {
            sha256
            for path, sha256 in packed.files.items()
            if not (self._kept / sha256).is_file() and not _is_same(Path(path), sha256)
        }
        return tuple(sorted(needed))

    def keep(self, contents: Mapping[str, bytes]) -> None:
        """Take in what was sent.

        Raises:
            RunError: it is not what it should be.
        """
        for sha256, data in contents.items():
            if hashlib.sha256(data).hexdigest() != sha256:
                raise RunError("a file was damaged on its way")
            write_atomic(self._kept / sha256, data)

    def lay_out(self, packed: Packed, folder: Path) -> dict[str, str]:
        """Lay all files out below a folder; return where each root lies here.

        Files that lay side by side do so again; names stay.
        """
        parents: dict[str, Path] = {}
        places = {}
        for root in packed.roots:
            mine = {p: h for p, h in packed.files.items() if p == root or _is_below(p, root)}
            if all(_is_same(Path(path), sha256) for path, sha256 in mine.items()):
                places[root] = root
                continue
            above = os.path.dirname(root)
            parent = parents.setdefault(above, folder / f"in{len(parents)}")
            places[root] = str(parent / os.path.basename(root))
            for path, sha256 in mine.items():
                target = parent / os.path.relpath(path, above)
                self.copy(sha256, path, target)
                if path in packed.times_ns:
                    os.utime(target, ns=(packed.times_ns[path],) * 2)
        return places

    def forget_large(self) -> None:
        """Make room: what is large is seldom read by two units."""
        for path in self._kept.iterdir():
            if path.stat().st_size > _KEPT_BYTES:
                path.unlink()

    def folder(self, name: str) -> Path:
        """An empty folder for a unit's work."""
        path = self._folder / name
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir()
        return path

    def copy(self, sha256: str, original: Path | str, target: Path) -> None:
        """Put a copy of a file under a name; it was sent, or lies here under its own."""
        kept = self._kept / sha256
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(kept if kept.is_file() else original, target)


def bring(folders: Sequence[Path], result: Any) -> Brought:
    """All files below some folders, and what else there is to say."""
    return Brought(result, tuple(_read(folder) for folder in folders))


def unpack(files: Mapping[str, tuple[str, bytes]], folder: Path, last: str) -> None:
    """Write what came back into a folder, each file whole; one of them last, for it says done.

    Raises:
        RunError: a file was damaged on its way, or would lie elsewhere.
    """
    for name, (sha256, data) in files.items():
        target = Path(os.path.normpath(folder / name))
        is_within = target.is_relative_to(folder)
        if hashlib.sha256(data).hexdigest() != sha256 or not is_within:
            raise RunError(f"{name} was damaged on its way")
    for name in sorted(files, key=lambda name: name == last):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(target, files[name][1])


def relocated(value: Any, places: Mapping[str, str]) -> Any:
    """The same value with paths exchanged, however deep within data they lie.

    Args:
        value: text, paths, lists, dataclasses, settings.
        places: where files and folders lie now, by their absolute paths before.
    """
    if isinstance(value, str | Path):
        found = _relocated_path(value, places)
        return value if found is None else type(value)(found)
    if isinstance(value, BaseModel):
        changed = {
            name: relocated(getattr(value, name), places) for name in type(value).model_fields
        }
        return value.model_copy(update=changed)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = [field.name for field in dataclasses.fields(value) if field.init]
        changed = {name: relocated(getattr(value, name), places) for name in fields}
        is_same = all(changed[name] is getattr(value, name) for name in fields)
        return value if is_same else dataclasses.replace(value, **changed)
    if isinstance(value, dict):
        return {relocated(k, places): relocated(inner, places) for k, inner in value.items()}
    if isinstance(value, list | tuple | frozenset) and not hasattr(value, "_fields"):
        inner = [relocated(one, places) for one in value]
        is_same = all(new is old for new, old in zip(inner, value, strict=True))
        return value if is_same else type(value)(inner)
    return value


def _relocated_path(value: str | Path, places: Mapping[str, str]) -> str | None:
    """Where a path, or each line of a text, lies now; None: nothing that was moved."""
    text = str(value)
    if isinstance(value, str) and "\n" in text:
        lines = [_relocated_path(line, places) or line for line in text.split("\n")]
        changed = "\n".join(lines)
        return changed if changed != text else None
    if not text or len(text) > 4000 or "\0" in text:
        return None
    try:
        path = os.path.normpath(expanded(value).absolute())
    except Exception:
        return None
    for before, now in places.items():
        if path == before:
            return now
        if _is_below(path, before):
            return os.path.join(now, os.path.relpath(path, before))
    return None


def _is_below(path: str, folder: str) -> bool:
    return path.startswith(folder.rstrip(os.sep) + os.sep)


def _is_same(path: Path, sha256: str) -> bool:
    try:
        return path.is_file() and fingerprint(path) == sha256
    except OSError:
        return False


def _read(folder: Path) -> dict[str, tuple[str, bytes]]:
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            found[str(path.relative_to(folder))] = (hashlib.sha256(data).hexdigest(), data)
    return found
