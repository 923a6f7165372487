"""Settings that would do nothing are refused by name, where the user gave them.

Fields say by `Heeded` marks who heeds them; presets say by `aspects` who is chosen. What a shipped
preset says beside the point does no harm, and goes on to be read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from musivid.core.errors import PresetError
from musivid.settings.marks import Heeded, dotted_fields, marks_of

if TYPE_CHECKING:
    from pydantic import BaseModel

    from musivid.settings.base import Preset

__all__ = ["heeded_marks", "refuse_unheeded"]

Aspects = Mapping[str, tuple[str, ...]]


def heeded_marks(schema: type[BaseModel]) -> dict[str, list[Heeded]]:
    """The marks of each setting that has some, its groups' included."""
    found = {
        key: [mark for one in (*groups, info) for mark in marks_of(one, Heeded)]
        for key, info, groups in dotted_fields(schema)
    }
    return {key: marks for key, marks in found.items() if marks}


def refuse_unheeded(preset: Preset, aspects: Aspects) -> None:
    """Refuse what the user gave and what nobody chosen would heed.

    Args:
        preset: settings.
        aspects: what each aspect that is known may be.

    Raises:
        PresetError: all such settings, and who would heed them.
    """
    faults = list(_faults(preset, aspects))
    if faults:
        count = "a setting" if len(faults) == 1 else f"{len(faults)} settings"
        listing = "\n".join(f"  {fault}" for fault in faults)
        raise PresetError(
            f"{count} without effect:\n{listing}",
            hint="Leave it out, or choose what heeds it.",
        )


def _faults(preset: Preset, aspects: Aspects) -> Iterator[str]:
    marks = heeded_marks(type(preset))
    for key, place in preset.given.items():
        for mark in marks.get(key, marks.get(_unnamed(key), [])):
            if mark.typed and key in preset.filed:
                continue
            values = aspects.get(mark.aspect)
            if values is not None and not set(values) & set(mark.by):
                rest = f"; it is for {mark.aspect} {' or '.join(mark.by)}" if mark.by else ""
                yield f"{place}: {key} has no effect with {mark.aspect} {' or '.join(values)}{rest}"


def _unnamed(key: str) -> str:
    """The key of a setting in a table of names: `styles.weight` of `styles.ink.weight`."""
    table, _, rest = key.partition(".")
    return f"{table}.{rest.rpartition('.')[2]}"
