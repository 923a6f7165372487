"""What a study's database holds, and how one of an older number is brought forward.

A migration, once released, never changes: the tables below say how things are after the last one.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

__all__ = ["ANSWER", "ANSWERS", "CREATION", "EVENT", "MIGRATIONS", "PARTICIPANT", "STUDY", "TRIAL"]

ANSWERS = "MUSIVID_STUDY_DATABASE"
"""The variable by which programs know the server of answers: command lines are read by all."""

METADATA = MetaData()

STUDY = Table("study", METADATA, Column("digest", String(64), nullable=False))
"""One row, from the first participant on: the digest of the manifest that they were shown."""

PARTICIPANT = Table(
    "participant",
    METADATA,
    Column("code", String(32), primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("outside", String(64), nullable=False),
    Column("language", String(8), nullable=False),
    Column("role", String(16), nullable=False),
    Column("age", String(16), nullable=False),
    Column("headphones", String(8), nullable=False),
    Column("consent", String(64), nullable=False),
    Column("comment", Text, nullable=False),
    Column("began_s", Float, nullable=False),
    Column("ended_s", Float),
)
"""Who takes part: a code, and a salted digest of what a panel calls them; no name, no address."""

TRIAL = Table(
    "trial",
    METADATA,
    Column("code", ForeignKey("participant.code", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("clip", String(300), nullable=False),
    Column("systems", JSON, nullable=False),
    Column("asked_for", Float),
    Column("of", Integer),
    Column("shown_s", Float),
    Column("answered_s", Float),
)
"""The realised order: what each participant was shown, and when."""

ANSWER = Table(
    "answer",
    METADATA,
    Column("code", ForeignKey("participant.code", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("system", String(40), nullable=False),
    Column("question", String(40), nullable=False),
    Column("value", Float, nullable=False),
    Column("choice", String(8), nullable=False),
    UniqueConstraint("code", "position", "system", "question"),
)
"""One answer on the scale, or one choice (then without system and question)."""

CREATION = Table(
    "creation",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("code", ForeignKey("participant.code", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("clip", String(40), nullable=False),
    Column("share", Integer, nullable=False),
    Column("controls", JSON, nullable=False),
    Column("state", String(8), nullable=False),
    Column("problem", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("facts", JSON, nullable=False),
    UniqueConstraint("code", "position"),
)
"""A clip that a participant brought, with what was set and what was written for it."""

EVENT = Table(
    "event",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("code", ForeignKey("participant.code", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("at_ms", Integer, nullable=False),
    Column("what", String(16), nullable=False),
    Column("detail", String(40), nullable=False),
)
"""What happened while a trial was open."""

_FIRST = (
    "CREATE TABLE study (digest VARCHAR(64) NOT NULL)",
    """CREATE TABLE participant (
        code VARCHAR(32) NOT NULL PRIMARY KEY, number INTEGER NOT NULL UNIQUE,
        outside VARCHAR(64) NOT NULL, language VARCHAR(8) NOT NULL, role VARCHAR(16) NOT NULL,
        age VARCHAR(16) NOT NULL, headphones VARCHAR(8) NOT NULL, consent VARCHAR(64) NOT NULL,
        comment TEXT NOT NULL, began_s FLOAT NOT NULL, ended_s FLOAT)""",
    """CREATE TABLE trial (
        code VARCHAR(32) NOT NULL REFERENCES participant (code) ON DELETE CASCADE,
        position INTEGER NOT NULL, kind VARCHAR(16) NOT NULL, clip VARCHAR(300) NOT NULL,
        systems JSON NOT NULL, asked_for FLOAT, "of" INTEGER, shown_s FLOAT, answered_s FLOAT,
        PRIMARY KEY (code, position))""",
    """CREATE TABLE answer (
        code VARCHAR(32) NOT NULL REFERENCES participant (code) ON DELETE CASCADE,
        position INTEGER NOT NULL, system VARCHAR(40) NOT NULL, question VARCHAR(40) NOT NULL,
        value FLOAT NOT NULL, choice VARCHAR(8) NOT NULL,
        UNIQUE (code, position, system, question))""",
    """CREATE TABLE event (
        id INTEGER NOT NULL PRIMARY KEY,
        code VARCHAR(32) NOT NULL REFERENCES participant (code) ON DELETE CASCADE,
        position INTEGER NOT NULL, at_ms INTEGER NOT NULL, what VARCHAR(16) NOT NULL,
        detail VARCHAR(40) NOT NULL)""",
)


_CREATIONS = (
    """CREATE TABLE creation (
        id INTEGER NOT NULL PRIMARY KEY,
        code VARCHAR(32) NOT NULL REFERENCES participant (code) ON DELETE CASCADE,
        position INTEGER NOT NULL, clip VARCHAR(40) NOT NULL, share INTEGER NOT NULL,
        controls JSON NOT NULL, state VARCHAR(8) NOT NULL, problem TEXT NOT NULL,
        tries INTEGER NOT NULL, facts JSON NOT NULL, UNIQUE (code, position))""",
)


def _make_tables(connection: Connection) -> None:
    """Number 1: participants, their trials and answers."""
    _create(connection, _FIRST)


def _add_creations(connection: Connection) -> None:
    """Number 2: clips that participants bring."""
    _create(connection, _CREATIONS)


def _create(connection: Connection, tables: Sequence[str]) -> None:
    counted = "id INTEGER NOT NULL PRIMARY KEY"  # which SQLite counts by itself
    counting = "id INTEGER GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY"
    is_server = connection.dialect.name == "postgresql"
    for text in tables:
        connection.exec_driver_sql(text.replace(counted, counting) if is_server else text)


MIGRATIONS = (_make_tables, _add_creations)
"""In order; each brings a database from the number before it to its own."""
