"""All that a studio keeps in one archive, also while it is open."""

from __future__ import annotations

import io
import sqlite3
import tarfile
from collections.abc import Iterator
from pathlib import Path

from musivid.core.errors import InputError, OutputError
from musivid.core.plain_json import json_document
from musivid.core.storage import fingerprint, temporary_folder
from musivid.web.tables import DATABASE

__all__ = ["write_backup"]

_KEPT = ("inputs", "jobs", "plans", "sheets", "studies", "choices.json")
_MANIFEST = "manifest.json"
_ROWS = ".sqlite"
_HALVES = (".sqlite-wal", ".sqlite-shm")  # within the copy of their database


def write_backup(data: Path, target: Path) -> int:
    """Write a studio's folder into a .tar, with a manifest of digests; how many files it holds.

    The database is copied by SQLite itself, so that it is whole whoever writes meanwhile. Unpacked
    into an empty folder it is a studio's folder again.

    Args:
        data: the studio's folder.
        target: the archive; one that is there is kept.

    Raises:
        InputError: no studio is there. OutputError: it cannot be written.
    """
    if not (data / DATABASE).is_file():
        raise InputError(f"{data} is no studio's folder", hint="Give it with --data.")
    digests: dict[str, str] = {}
    try:
        with temporary_folder(target) as room, tarfile.open(target, "x") as archive:
            _copy(data / DATABASE, room / DATABASE)
            for name, path in [(DATABASE, room / DATABASE), *_files(data)]:
                source = path
                if path.suffix == _ROWS:  # a study's answers, which may come in meanwhile
                    source = room / "answers"
                    _copy(path, source)
                digests[name] = fingerprint(source)
                archive.add(source, name, recursive=False)
            text = json_document({"sha256": digests}).encode()
            entry = tarfile.TarInfo(_MANIFEST)
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text))
    except FileExistsError:
        raise OutputError(f"{target} exists", hint="Give another name.") from None
    except OSError as error:
        target.unlink(missing_ok=True)
        raise OutputError(f"cannot write {target}: {error.strerror or error}") from None
    return len(digests)


def _copy(database: Path, target: Path) -> None:
    """Copy a database as it is at one moment."""
    source, copied = sqlite3.connect(database), sqlite3.connect(target)
    try:
        source.backup(copied)
    finally:
        source.close()
        copied.close()


def _files(data: Path) -> Iterator[tuple[str, Path]]:
    """All other files that are kept, by their names in the archive; locks and halves are not."""
    for top in _KEPT:
        for path in sorted([data / top, *(data / top).rglob("*")]):
            if (
                path.is_file()
                and not path.is_symlink()
                and path.name != "lock"
                and path.suffix not in _HALVES
            ):
                yield path.relative_to(data).as_posix(), path
