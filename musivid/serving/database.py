"""A database: opened, brought forward, and its ways to read and to write."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError

from musivid.core.errors import MissingError, OutputError, UsageError
from musivid.serving.migrations import Migration, migrate

__all__ = ["Database", "open_database", "open_server_database"]

_PATIENCE_S = 30.0  # for another process that writes
_READS = "musivid_reads"
_ADDRESS = "As in postgresql://name:word@host/database."
_TURN = 0x6D757369  # what those who write to a server take turns by


class Database:
    """Connections to a database that several processes read and write at the same time."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of things, and writes nothing."""
        with self._engine.connect() as connection:
            yield connection.execution_options(**{_READS: True})

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that no other one comes between; done whole or not at all."""
        with self._engine.begin() as connection:
            yield connection

    def close(self) -> None:
        """Let go of all connections."""
        self._engine.dispose()


def open_database(
    file: Path,
    steps: Sequence[Migration],
    *,
    what: str = "the studio's database",
    remedy: str = "give another folder with --data",
) -> Database:
    """The database in a file, made or brought forward where that is needed.

    Args:
        file: where it is, or will be.
        steps: what brings it forward.
        what: what it is called in messages.
        remedy: what else can be done than to use a newer musivid.

    Raises:
        OutputError: the file is no such database, or of a later version.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    if file.exists() and not file.is_file():
        raise OutputError(f"{file} is no file, as {what} must be", hint="Move it away.")
    engine = create_engine(f"sqlite+pysqlite:///{file}", connect_args={"timeout": _PATIENCE_S})
    _set_up(engine)
    return _brought_forward(
        engine, steps, f"{file} cannot be used as {what}", f"Use a newer musivid, or {remedy}."
    )


def open_server_database(address: str, steps: Sequence[Migration], *, room: str = "") -> Database:
    """The database of a PostgreSQL server, where writing waits its turn as it does in a file.

    Args:
        address: as `postgresql://name:word@host/database`.
        steps: what brings it forward.
        room: name of the schema that its tables are in, made if needed: plain small letters and
            digits; empty: the usual one.

    Raises:
        UsageError: no address of PostgreSQL. MissingError: its driver is not installed.
        OutputError: it does not answer, or is of a later version.
    """
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):  # the latter of ports
        raise UsageError("--database is not an address", hint=_ADDRESS) from None
    if url.get_backend_name() != "postgresql":
        raise UsageError(f"{url.get_backend_name()} cannot keep the rows", hint=_ADDRESS)
    try:
        engine = create_engine(
            url.set(drivername="postgresql+psycopg"),
            pool_pre_ping=True,
            connect_args={"options": f"-csearch_path={room}"} if room else {},
        )
    except ModuleNotFoundError:
        raise MissingError(
            "PostgreSQL needs a driver that is not installed",
            hint="It is an extra: without it, rows are kept in a file.",
            command="pip install 'musivid[studio,postgres]'",
        ) from None

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        if not connection.get_execution_options().get(_READS):
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_TURN})")

    def make_room(connection: Connection) -> None:
        if room:
            connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {room}")

    shown = engine.url.render_as_string()  # without its password
    return _brought_forward(
        engine, steps, f"{shown} cannot be used", "Check the address, and that you are let in.",
        before=make_room
    )  # fmt: skip


def _brought_forward(
    engine: Engine,
    steps: Sequence[Migration],
    problem: str,
    hint: str,
    *,
    before: Callable[[Connection], None] = lambda connection: None,
) -> Database:
    """A database of the newest number.

    Raises:
        OutputError: it cannot be used.
    """
    database = Database(engine)
    try:
        with database.writing() as connection:
            before(connection)
            migrate(connection, steps)
    except (DatabaseError, ValueError) as error:
        database.close()
        reason = str(getattr(error, "orig", None) or error).strip()
        raise OutputError(f"{problem}: {reason}", hint=hint) from None
    return database


def _set_up(engine: Engine) -> None:
    """Let many read while one writes, and let who writes take the lock before it reads."""

    @event.listens_for(engine, "connect")
    def connected(connection: Any, record: object) -> None:
        connection.isolation_level = None  # transactions are begun below, and nowhere else
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        reads = connection.get_execution_options().get(_READS)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
