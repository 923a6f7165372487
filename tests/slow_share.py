"""Which slow tests are run today: a few at a time, so that in some days all of them were."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import date

__all__ = ["parse_share", "todays_share"]


def parse_share(text: str) -> tuple[int, int]:
    """Return (n, of) from `1/10`.

    Raises:
        ValueError: not two whole numbers, or not 1 <= n <= of.
    """
    share, _, of = text.partition("/")
    if not (share.isdecimal() and of.isdecimal() and 1 <= int(share) <= int(of)):
        raise ValueError(f"{text!r} is no share; give one such as 1/10")
    return int(share), int(of)


def todays_share(node_ids: Collection[str], share: tuple[int, int], day: date) -> set[str]:
    """The tests whose turn it is.

    In an order that hashes of their names give, tests are dealt out to `of` groups; `n` groups
    have their turn each day, the next ones on the next day. So no group is empty as long as there
    are tests for all, and after of / n days each test had its turn.

    Args:
        node_ids: names of all slow tests.
        share: n and of.
        day: today.
    """
    count, groups = share
    ordered = sorted(node_ids, key=lambda name: hashlib.sha256(name.encode()).digest())
    first = day.toordinal() * count
    turns = {(first + k) % groups for k in range(count)}
    return {name for place, name in enumerate(ordered) if place % groups in turns}
