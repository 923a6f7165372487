"""In which form markers are written, and which settings have an effect in it."""

from __future__ import annotations

from pathlib import Path

from musivid.interchange.page import Output
from musivid.interchange.writing import output_for
from musivid.settings.heeded import refuse_unheeded
from musivid.settings.markers import MarkersPreset

__all__ = ["chosen_output", "file_ending"]


def chosen_output(path: Path, preset: MarkersPreset) -> Output:
    """The form of a file, whose settings all have an effect in it.

    Raises:
        UsageError: no such form. PresetError: a setting that this form has no use for.
    """
    output = output_for(path, preset.programme)
    colours = "shown" if output.has_colours else "not shown"
    refuse_unheeded(preset, {"colours": (colours,)})
    return output


def file_ending(preset: MarkersPreset) -> str:
    """How a file ends that was not named: as the programme likes it best."""
    return output_for(None, preset.programme).suffix
