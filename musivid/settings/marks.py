"""Marks on the fields of settings, as `Annotated[int, Flag("--updates")]`; they check nothing.

`commands/flags.py` makes flags of them, `settings/heeded.py` refuses what nobody would heed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, get_args

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic.fields import FieldInfo

__all__ = ["AAC", "SONG", "Flag", "Heeded", "dotted_fields", "marks_of"]

Mark = TypeVar("Mark")

SONG = "Song and picture"
"""The heading of flags that say what is seen of which song."""


@dataclass(frozen=True, slots=True)
class Flag:
    """That a setting has a flag of its own; its docstring, type and bounds are the flag's help.

    Attributes:
        name: as it is typed: `--size`; `--encode/--no-encode` for yes and no.
        short: one letter, as `-w`, or empty.
        metavar: what stands for the value in the help; empty: made from the type.
        panel: under which heading the help shows it; empty: among the first.
        sets: what the flag alone means; None: a value follows it.
        is_path: whether the value is a file or folder, for the shell to complete.
    """

    name: str
    short: str = ""
    metavar: str = ""
    panel: str = ""
    sets: str | bool | None = None
    is_path: bool = False


@dataclass(frozen=True, slots=True)
class Heeded:
    """By whom a setting, or a group of them, is heeded; all others leave it without effect.

    Attributes:
        aspect: what decides: a setting, as `painting.mode`, or what the settings name, `composer`.
        by: its values with which the setting does something.
        typed: whether it is refused only where it was typed; a file may say it for other times.
    """

    aspect: str
    by: tuple[str, ...]
    typed: bool = False


AAC = Heeded("output.sound", ("auto", "aac"))
"""On what counts where sound may be encoded."""


def marks_of(info: FieldInfo, kind: type[Mark]) -> list[Mark]:
    """The marks of a kind on a field."""
    return [mark for mark in info.metadata if isinstance(mark, kind)]


def dotted_fields(
    schema: type[BaseModel], above: str = "", groups: tuple[FieldInfo, ...] = ()
) -> Iterator[tuple[str, FieldInfo, tuple[FieldInfo, ...]]]:
    """Every field of a model and of the models in it, those of lists without an index.

    Yields:
        Dotted key, the field, and the fields of the groups that it lies in, the outermost first.
    """
    from pydantic import BaseModel

    for name, info in schema.model_fields.items():
        yield f"{above}{name}", info, groups
        for kind in (info.annotation, *get_args(info.annotation)):
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield from dotted_fields(kind, f"{above}{name}.", (*groups, info))
