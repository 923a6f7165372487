"""What the studio's database holds, and how one of an older number is brought forward.

A migration, once released, never changes: the tables below say how things are after the last one.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Connection,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    insert,
)

from musivid.serving.database import Database, open_database, open_server_database
from musivid.serving.migrations import Migration

__all__ = [
    "COUNTER",
    "DATABASE",
    "DATABASE_URL",
    "INPUT",
    "JOB",
    "METADATA",
    "MIGRATIONS",
    "SHEET",
    "STUDY",
    "open_rows",
]

DATABASE_URL = "MUSIVID_STUDIO_DATABASE"
"""The variable by which workers know a server's address; command lines are read by everybody."""

DATABASE = "studio.db"
"""Name of the database in the studio's folder."""

METADATA = MetaData()

COUNTER = Table("counter", METADATA, Column("value", Integer, nullable=False))
"""One row: the number of the latest change to any job, by which pages ask for what is new."""

INPUT = Table(
    "input",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("title", String(80), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("file", String(200), nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("created_s", Float, nullable=False),
)
"""Files that were brought; `file` is below the folder of inputs, `facts` what probing found."""

SHEET = Table(
    "sheet",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("title", String(80), nullable=False),
    Column("spec", JSON, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("rows", JSON, nullable=False),
    Column("created_s", Float, nullable=False),
    Column("changed_s", Float, nullable=False),
)
"""Plans of films: what was asked for, what was heard, and a row a place."""

JOB = Table(
    "job",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("role", String(8), nullable=False),
    Column("title", String(80), nullable=False),
    Column("spec", JSON, nullable=False),
    Column("state", String(8), nullable=False),
    Column("asked", String(8), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("stage", String(80), nullable=False),
    Column("stage_s", Float, nullable=False),
    Column("stage_from", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer),
    Column("unit", String(32), nullable=False),
    Column("notes", JSON, nullable=False),
    Column("preview", String(200), nullable=False),
    Column("result", JSON, nullable=False),
    Column("problem", Text, nullable=False),
    Column("hint", Text, nullable=False),
    Column("created_s", Float, nullable=False),
    Column("started_s", Float),
    Column("ended_s", Float),
    Column("change", Integer, nullable=False),
    Index("job_change", "change"),
    Index("job_state", "role", "state"),
)
"""Work: what is asked for, how far it is, what came of it."""

STUDY = Table(
    "study",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("title", String(200), nullable=False),
    Column("spec", JSON, nullable=False),
    Column("wanted", String(8), nullable=False),
    Column("reach", JSON, nullable=False),
    Column("problem", Text, nullable=False),
    Column("created_s", Float, nullable=False),
)
"""Listening studies: what they are made of; `wanted` says whether they are to be open."""

_FIRST = (
    "CREATE TABLE counter (value INTEGER NOT NULL)",
    """CREATE TABLE input (
        id VARCHAR(32) NOT NULL PRIMARY KEY, kind VARCHAR(16) NOT NULL, title VARCHAR(80) NOT NULL,
        sha256 VARCHAR(64) NOT NULL, file VARCHAR(200) NOT NULL, bytes BIGINT NOT NULL,
        facts JSON NOT NULL, created_s FLOAT NOT NULL)""",
    """CREATE TABLE sheet (
        id VARCHAR(32) NOT NULL PRIMARY KEY, title VARCHAR(80) NOT NULL, spec JSON NOT NULL,
        facts JSON NOT NULL, rows JSON NOT NULL, created_s FLOAT NOT NULL,
        changed_s FLOAT NOT NULL)""",
    """CREATE TABLE job (
        id VARCHAR(32) NOT NULL PRIMARY KEY, kind VARCHAR(16) NOT NULL, role VARCHAR(8) NOT NULL,
        title VARCHAR(80) NOT NULL, spec JSON NOT NULL, state VARCHAR(8) NOT NULL,
        asked VARCHAR(8) NOT NULL, attempts INTEGER NOT NULL, stage VARCHAR(80) NOT NULL,
        stage_s FLOAT NOT NULL, stage_from INTEGER NOT NULL, done INTEGER NOT NULL, total INTEGER,
        unit VARCHAR(32) NOT NULL, notes JSON NOT NULL, preview VARCHAR(200) NOT NULL,
        result JSON NOT NULL, problem TEXT NOT NULL, hint TEXT NOT NULL, created_s FLOAT NOT NULL,
        started_s FLOAT, ended_s FLOAT, change INTEGER NOT NULL)""",
    "CREATE INDEX job_change ON job (change)",
    "CREATE INDEX job_state ON job (role, state)",
)


def _make_tables(connection: Connection) -> None:
    """Number 1: inputs, plans and jobs."""
    for text in _FIRST:
        connection.exec_driver_sql(text)
    connection.execute(insert(COUNTER).values(value=0))


def _add_studies(connection: Connection) -> None:
    """Number 2: listening studies."""
    connection.exec_driver_sql(
        """CREATE TABLE study (
        id VARCHAR(32) NOT NULL PRIMARY KEY, title VARCHAR(200) NOT NULL, spec JSON NOT NULL,
        wanted VARCHAR(8) NOT NULL, reach JSON NOT NULL, problem TEXT NOT NULL,
        created_s FLOAT NOT NULL)"""
    )


MIGRATIONS: tuple[Migration, ...] = (_make_tables, _add_studies)
"""What makes a database of number k one of number k + 1, from the empty one on."""


def open_rows(data: Path, address: str | None = None) -> Database:
    """The studio's rows: on a server, else in a file of its folder.

    Args:
        data: the studio's folder.
        address: of a PostgreSQL server.

    Raises:
        UsageError: no address of one. MissingError: its driver is not installed.
        OutputError: the database cannot be used.
    """
    if address:
        return open_server_database(address, MIGRATIONS)
    return open_database(data / DATABASE, MIGRATIONS)
