"""How a database of an older number is brought forward, whatever it holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Column, Connection, Integer, MetaData, Table, insert, select, update

__all__ = ["SCHEMA", "Migration", "migrate"]

Migration = Callable[[Connection], None]
"""What brings a database forward by one number."""

SCHEMA = Table("schema", MetaData(), Column("number", Integer, nullable=False))
"""One row: how many migrations were done."""


def migrate(connection: Connection, steps: Sequence[Migration]) -> int:
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
