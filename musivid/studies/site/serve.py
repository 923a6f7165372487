"""A study opened: stimuli made, the database at hand, pages served until it is told to stop."""

from __future__ import annotations

import contextlib
import hashlib
import re
import secrets
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from musivid.core.progress import Reporter
from musivid.core.storage import lock_folder, write_atomic
from musivid.serving.database import Database, open_database, open_server_database
from musivid.serving.doors import Doors
from musivid.serving.listening import address_of, check_address, listen
from musivid.studies.checking import check_sources
from musivid.studies.manifest import Manifest
from musivid.studies.site.app import Site, make_site
from musivid.studies.site.creating import MOST_CLIP_BYTES, Creations, creations_folder
from musivid.studies.site.store import Store
from musivid.studies.site.tables import MIGRATIONS
from musivid.studies.site.taking import Taking
from musivid.studies.stimuli import Stimuli, find_sources, make_stimuli, read_stimuli

__all__ = [
    "StudyOptions",
    "open_answers",
    "prepare_study",
    "serve_study",
    "study_folder",
]

_DATABASE = "answers.sqlite"
_SALT = "salt"
_UPLOADS = re.compile(r"/p/[\w-]+/clip")


@dataclass(frozen=True, slots=True)
class StudyOptions:
    """How a study is served.

    Attributes:
        host: address to listen on.
        port: port to listen on.
        url: the address that participants type, where another server stands before this one.
        preview: whether it is only looked at: the same pages, and no answer is kept.
        database: address of a PostgreSQL server for the answers; empty: a file.
    """

    host: str
    port: int
    url: str = ""
    preview: bool = False
    database: str = field(default="", repr=False)


def study_folder(manifest: Path) -> Path:
    """Where a study keeps its stimuli and answers: beside its manifest, named after it."""
    return manifest.with_suffix(".study")


def open_answers(
    manifest: Manifest, folder: Path, clips: tuple[str, ...], address: str = ""
) -> tuple[Store, Database]:
    """The answers of a study, and the database to close.

    Args:
        manifest: the study.
        folder: where it keeps what is its own.
        clips: its films, in the order of their names.
        address: of a PostgreSQL server; empty: answers are in a file of the folder.

    Raises:
        InputError: they were given to another manifest. OutputError: the database cannot be used.
    """
    if address:
        room = f"study_{hashlib.sha256(_salt(folder)).hexdigest()[:20]}"
        database = open_server_database(address, MIGRATIONS, room=room)
    else:
        database = open_database(
            folder / _DATABASE,
            MIGRATIONS,
            what="a study's database",
            remedy="move it away where its answers are not needed",
        )
    try:
        return Store(database, manifest, clips), database
    except BaseException:
        database.close()
        raise


def serve_study(
    manifest: Manifest,
    path: Path,
    options: StudyOptions,
    reporter: Reporter,
    told: Callable[[str], None],
) -> None:
    """Serve a study until the process is told to stop.

    Args:
        manifest: the study.
        path: where its manifest is.
        options: how it is served.
        reporter: is told how far the stimuli are.
        told: is given the address when the pages answer.

    Raises:
        InputError: a file of the study cannot be used. UsageError: the port is taken.
    """
    check_address(options.host, options.port)
    folder = study_folder(path)
    if options.preview:
        stimuli = prepare_study(manifest, path, reporter)
        with tempfile.TemporaryDirectory(prefix="musivid-preview-") as scratch:
            kept = replace(options, database="")
            _serve_answers(manifest, path, stimuli, Path(scratch), kept, told=told)
        return
    sources = check_sources(manifest, path.parent)  # before anything is written
    with lock_folder(folder):
        stimuli = make_stimuli(folder / "stimuli", manifest, sources, reporter)
        _serve_answers(manifest, path, stimuli, folder, options, told=told)


def prepare_study(manifest: Manifest, path: Path, reporter: Reporter) -> Stimuli:
    """What participants will see and hear: made where it is not there yet.

    Args:
        manifest: the study.
        path: where its manifest is.
        reporter: is told how far the stimuli are.

    Raises:
        InputError: a file of the study cannot be used. OutputError: the study is open.
    """
    folder = study_folder(path)
    made = read_stimuli(folder / "stimuli")
    if made is not None and made.digest == manifest.freeze():
        return made
    sources = check_sources(manifest, path.parent)
    with lock_folder(folder):
        return make_stimuli(folder / "stimuli", manifest, sources, reporter)


def _serve_answers(
    manifest: Manifest,
    path: Path,
    stimuli: Stimuli,
    folder: Path,
    options: StudyOptions,
    *,
    told: Callable[[str], None],
) -> None:
    """Serve pages whose answers go into a folder."""
    store, database = open_answers(manifest, folder, stimuli.clips(), options.database)
    try:
        creations = _creations(manifest, path.parent, folder, database)
        site = Site(
            Taking(manifest, stimuli, creations), store, _salt(folder), options.preview, creations
        )
        with creations or contextlib.nullcontext():
            _serve(site, options, told)
    finally:
        database.close()


def _creations(
    manifest: Manifest, base: Path, folder: Path, database: Database
) -> Creations | None:
    """The clips that participants bring; None: they bring none."""
    if manifest.design != "create":
        return None
    others = find_sources(manifest, base).shared
    return Creations(creations_folder(folder), database, manifest, others)


def _serve(site: Site, options: StudyOptions, told: Callable[[str], None]) -> None:
    name = urlsplit(options.url).hostname
    doors = Doors(
        make_site(site), host=options.host, token=None, most_bytes=MOST_CLIP_BYTES,
        names=[name] if name else [], uploads=_UPLOADS
    )  # fmt: skip
    link = options.url or address_of(options.host, options.port)
    listen(doors, options.host, options.port, ready=lambda: told(link))


def _salt(folder: Path) -> bytes:
    """What makes digests of outside names this study's own; made once."""
    path = folder / _SALT
    if not path.is_file():
        write_atomic(path, secrets.token_hex(16))
    return path.read_bytes()
