"""The kinds of files that are written for editors: the one table that help and messages go by."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from musivid.core.errors import UsageError
from musivid.interchange.cmx_written import CUT_LIST, RESOLVE_MARKERS
from musivid.interchange.edit import Edit
from musivid.interchange.fcpxml_written import FCPXML_OUT
from musivid.interchange.json_marks import JSON_OUT, KDENLIVE_JSON
from musivid.interchange.jsx import JSX_OUT
from musivid.interchange.midi_written import MIDI_OUT
from musivid.interchange.otio_written import OTIO_OUT
from musivid.interchange.page import Output, Page
from musivid.interchange.rows_written import (
    AUDACITY_OUT,
    AVID_OUT,
    KDENLIVE_TEXT,
    PREMIERE_OUT,
    REAPER_OUT,
)
from musivid.interchange.rpp import RPP_OUT
from musivid.interchange.xmeml_written import XMEML_OUT

__all__ = ["OUTPUTS", "PROGRAMMES", "Written", "output_for", "suffixes_written", "written"]

OUTPUTS: tuple[Output, ...] = (
    RESOLVE_MARKERS,
    XMEML_OUT,
    FCPXML_OUT,
    JSON_OUT,
    KDENLIVE_JSON,
    AUDACITY_OUT,
    AVID_OUT,
    JSX_OUT,
    REAPER_OUT,
    OTIO_OUT,
    CUT_LIST,
    MIDI_OUT,
    RPP_OUT,
    KDENLIVE_TEXT,
    PREMIERE_OUT,
)
"""Of those that a programme takes, or that end alike, the first is what is meant."""

PROGRAMMES = (
    "resolve",
    "premiere",
    "finalcut",
    "kdenlive",
    "avid",
    "aftereffects",
    "audacity",
    "reaper",
)
"""What `--for` takes."""


@dataclass(frozen=True, slots=True)
class Written:
    """A file's content.

    Attributes:
        data: its bytes.
        notes: what the user should know: names that changed, what it has no place for.
    """

    data: bytes
    notes: tuple[str, ...]


def suffixes_written(*, clips: bool = False) -> tuple[str, ...]:
    """How files end that can be written.

    Args:
        clips: whether it is to be a timeline, not marks alone.
    """
    return tuple(dict.fromkeys(o.suffix for o in OUTPUTS if o.holds_clips or not clips))


def output_for(path: Path | None, programme: str | None, *, clips: bool = False) -> Output:
    """The kind of file that is meant by its name and by the programme that it is for.

    Args:
        path: where it will be, or None: as the programme likes it best.
        programme: one of `PROGRAMMES`, or None: told by the name alone.
        clips: whether it is to be a timeline, not marks alone.

    Raises:
        UsageError: no such kind.
    """
    able = [each for each in OUTPUTS if each.holds_clips or not clips]
    fitting = [each for each in able if programme is None or programme in each.programmes]
    what = "timelines" if clips else "markers"
    if programme is not None and not fitting:
        raise UsageError(
            f"{programme} takes no {what} in a form that can be written",
            hint=f"Those that do: {', '.join(_takers(able))}.",
        )
    if path is None:
        return fitting[0] if programme else JSON_OUT
    suffix = path.suffix.lower()
    found = [each for each in fitting if each.suffix == suffix]
    if found:
        return found[0]
    endings = ", ".join(dict.fromkeys(each.suffix for each in fitting))
    told = f"{programme} takes {what} as {endings}" if programme else f"Endings: {endings}"
    raise UsageError(
        f"{path.name}: {what} cannot be written as {suffix or 'a file without an ending'!r}"
        + (f" for {programme}" if programme else ""),
        hint=told + ".",
    )


def written(edit: Edit, output: Output, folder: Path) -> Written:
    """The content of a file.

    Args:
        edit: what is in it.
        output: what kind of file.
        folder: where it will lie, for the addresses of media.

    Raises:
        UsageError: the format cannot count at that rate.
        MissingError: its library is not installed.
    """
    page = Page(folder)
    data = output.write(edit, page)
    return Written(data, page.told())


def _takers(outputs: list[Output]) -> list[str]:
    return [name for name in PROGRAMMES if any(name in each.programmes for each in outputs)]
