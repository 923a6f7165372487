"""What the studio's database holds, and how one of an older number is brought forward.

A migration, once released, never changes: the tables below say how things are after the last one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

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
    select,
    update,
)

__all__ = [
    "COUNTER",
    "INPUT",
    "JOB",
    "METADATA",
    "MIGRATIONS",
    "SCHEMA",
    "SHEET",
    "Migration",
    "migrate",
]

Migration = Callable[[Connection], None]
"""What brings a database forward by one number."""

METADATA = MetaData()

SCHEMA = Table("schema", METADATA, Column("number", Integer, nullable=False))
"""One row: how many migrations were done."""

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


MIGRATIONS: tuple[Migration, ...] = (_make_tables,)
"""What makes a database of number k one of number k + 1, from the empty one on."""


def migrate(connection: Connection, steps: Sequence[Migration] = MIGRATIONS) -> int:
    """Bring a database forward to the newest number, within the transaction; the number it had.

    Args:
        connection: in a transaction.
        steps: what brings a database of number k to number k + 1, from the empty one on.

    Raises:
        ValueError: it was made by a later version.
    """
    SCHEMA.create(connection, checkfirst=True)
    held = connection.execute(select(SCHEMA.c.number)).scalar()
    number = held or 0
    if number > len(steps):
        raise ValueError(f"number {number}, where {len(steps)} is the newest known")
    for step in steps[number:]:
        step(connection)
    change = insert(SCHEMA) if held is None else update(SCHEMA)
    connection.execute(change.values(number=len(steps)))
    return number
