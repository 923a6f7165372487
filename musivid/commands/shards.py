"""`--shard I/N`: which inputs are those of one job of an array, without a word between jobs."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from typing import Annotated

import typer

from musivid.core.errors import UsageError

__all__ = ["Shard", "ShardOption"]


@dataclass(frozen=True, slots=True)
class Shard:
    """A share of all inputs: each input is in exactly one of `count` shards.

    Attributes:
        number: which one, from 1 on.
        count: how many there are.
    """

    number: int
    count: int

    @classmethod
    def typed(cls, text: str) -> Shard:
        """Read what was typed after `--shard`.

        Raises:
            UsageError: not I/N with I from 1 to N.
        """
        match = re.fullmatch(r"(\d{1,6})/(\d{1,6})", text.strip())
        if not match or not 1 <= int(match[1]) <= int(match[2]):
            raise UsageError(
                f"--shard {text!r} is not a share",
                hint="Give one of 1/3, 2/3, 3/3, for three jobs.",
            )
        return cls(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        """As it is typed."""
        return f"{self.number}/{self.count}"

    def holds(self, name: str) -> bool:
        """Whether an input is in this shard, by its path below what was typed.

        The choice is by a hash of that path alone: files that come meanwhile move no others.
        """
        digest = hashlib.sha256(os.fsencode(name)).digest()
        return int.from_bytes(digest[:8], "big") % self.count == self.number - 1


ShardOption = Annotated[
    Shard | None,
    typer.Option(
        "--shard",
        parser=Shard.typed,
        metavar="I/N",
        show_default=False,
        rich_help_panel="Work",
        help="Of many inputs, do the I-th share of N: one share a job of a cluster's job array.",
    ),
]
