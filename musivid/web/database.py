"""The studio's database: opened, brought forward, and its ways to read and to write."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError

from musivid.core.errors import OutputError
from musivid.web.tables import MIGRATIONS, Migration, migrate

__all__ = ["Database", "open_database"]

_PATIENCE_S = 30.0  # for another process that writes
_READS = "musivid_reads"


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
    steps: Sequence[Migration] = MIGRATIONS,
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
    database = Database(engine)
    try:
        with database.writing() as connection:
            migrate(connection, steps)
    except (DatabaseError, ValueError) as error:
        database.close()
        reason = getattr(error, "orig", None) or error
        raise OutputError(
            f"{file} cannot be used as {what}: {reason}",
            hint=f"Use a newer musivid, or {remedy}.",
        ) from None
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
