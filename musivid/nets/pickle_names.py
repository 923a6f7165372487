"""What the pickles of a checkpoint ask for, told by their steps before anything is built of them.

`archives` calls it before torch's reader: that one hashes keys, and Python hashes and shows a tuple
as often as it is reached, and one in another at any depth. Such are refused here.
"""

from __future__ import annotations

import pickletools
from typing import IO

__all__ = ["names_asked"]

_MOST_ITEMS = 100_000  # in a tuple and those in it, counted as often as they are reached
_MOST_DEPTH = 100  # of tuples in tuples
_MOST_KEPT = 1_000_000  # steps that keep a value; those of large checkpoints are thousands

Weight = tuple[int, int]
"""Items in a value and how deep they lie; (1, 0) of whatever is hashed at once."""

_PLAIN: Weight = (1, 0)


def names_asked(stream: IO[bytes], pickles: int) -> set[str]:
    """Names of the classes and functions that pickles ask for; only parsed, nothing is run.

    Args:
        stream: stands before the first.
        pickles: how many follow each other.

    Raises:
        ValueError: damaged, or with tuples that unfold without end.
    """
    names: set[str] = set()
    for _ in range(pickles):
        steps = _Steps()
        for opcode, argument, _ in pickletools.genops(stream):
            steps.take(opcode, argument)
            if opcode.name == "GLOBAL":
                names.add(".".join(str(argument).split(" ")).replace("__builtin__.", "builtins."))
    return names


class _Steps:
    """The stack and memory of a pickle, of which only the weight of each value is kept."""

    def __init__(self) -> None:
        self.stack: list[Weight | None] = []  # None: a mark
        self.memo: dict[int, Weight] = {}

    def take(self, opcode: pickletools.OpcodeInfo, argument: object) -> None:
        """Follow one step.

        Raises:
            ValueError: it finds too little, or makes a tuple that unfolds.
        """
        name = opcode.name
        if name.endswith("PUT") or name == "MEMOIZE":
            self._keep(argument)
            return
        if name.endswith("GET"):
            self.stack.append(self.memo.get(int(str(argument)), _PLAIN))
            return
        taken = self._taken(opcode)
        if name == "DUP":
            self.stack += [*taken, *taken]
            return
        made = _PLAIN
        if "TUPLE" in name or name in ("REDUCE", "NEWOBJ", "FROZENSET"):
            made = _together(taken)
        for after in opcode.stack_after:
            self.stack.append(None if after is pickletools.markobject else made)

    def _keep(self, argument: object) -> None:
        if not self.stack or len(self.memo) > _MOST_KEPT:
            raise ValueError("its pickle keeps nothing, or too much")
        place = len(self.memo) if argument is None else int(str(argument))
        self.memo[place] = self.stack[-1] or _PLAIN

    def _taken(self, opcode: pickletools.OpcodeInfo) -> list[Weight]:
        """What a step takes from the stack."""
        wanted = opcode.stack_before
        taken: list[Weight] = []
        if pickletools.markobject in wanted:
            while self.stack and (top := self.stack.pop()) is not None:
                taken.append(top)
            wanted = wanted[: wanted.index(pickletools.markobject)]
        if len(wanted) > len(self.stack):
            raise ValueError("its pickle takes more than there is")
        return taken + [self.stack.pop() or _PLAIN for _ in wanted]


def _together(parts: list[Weight]) -> Weight:
    """The weight of a tuple.

    Raises:
        ValueError: it is more than anybody needs.
    """
    items = 1 + sum(items for items, _ in parts)
    depth = 1 + max((depth for _, depth in parts), default=0)
    if items > _MOST_ITEMS or depth > _MOST_DEPTH:
        raise ValueError("its pickle holds tuples that unfold without end")
    return items, depth
