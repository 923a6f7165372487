"""Footage of a job: where it is, and what can be checked of it before anything is looked at."""

from __future__ import annotations

from pathlib import Path

from musivid.core.errors import PresetError
from musivid.core.paths import expanded
from musivid.media.containers import check_file
from musivid.settings.video import InterpolatePreset, ModelsPreset, VideoPreset

__all__ = ["check_footage", "footage_files", "footage_folder", "footage_marks", "seeing_model"]

_SEEING = ("siglip", "clip", "pe-av")  # kinds of the perceptors that know real pictures
_SCENES = ("scene", "artwork", "logo")  # what only drawn films have


def footage_folder(preset: VideoPreset) -> Path:
    """The folder of a preset that has one."""
    return expanded(preset.footage.clips or ".").absolute()


def check_footage(preset: VideoPreset) -> None:
    """Check that there is footage, and nothing that it would leave without effect.

    Raises:
        PresetError: scenes or pictures beside it, or a film that goes round.
        InputError: no folder, or nothing in it; no plan.
    """
    from musivid.footage.looking import clips_in

    for name in _SCENES:
        if getattr(preset.living, name) is not None:
            raise PresetError(
                f"--footage and living.{name} both say what is seen",
                hint=f"Leave --footage or --{name} out.",
            )
    if preset.guidance.images:
        raise PresetError(
            "--footage and guidance.images both say what is seen",
            hint="Put the pictures into the folder of the footage: photos are shown too.",
        )
    if isinstance(preset, InterpolatePreset):
        raise PresetError("footage is not interpolated", hint="Use `musivid video`.")
    if preset.output.format == "canvas":
        raise PresetError("a canvas is drawn, not cut", hint="Leave --format canvas out.")
    clips_in(footage_folder(preset))
    if preset.living.plan is not None:
        check_file(expanded(preset.living.plan), "a cut")


def seeing_model(preset: VideoPreset) -> str | None:
    """The published perceptor that sees what footage shows; None: none is there, or is wanted.

    Raises:
        UsageError, WeightsError: as `find_model` has it, where one was named.
    """
    from musivid.weights.folders import locate
    from musivid.weights.names import find_model
    from musivid.weights.registry import model_specs

    named = preset.models.perceptor
    if named != ModelsPreset().perceptor or "models.perceptor" in preset.given:
        return named if find_model(named, "perceptor").kind in _SEEING else None
    specs = (s for s in model_specs().values() if s.family == "perceptor" and s.kind in _SEEING)
    return next((spec.name for spec in specs if locate(spec)), None)


def footage_files(preset: VideoPreset) -> list[Path]:
    """The files of the footage."""
    from musivid.footage.looking import clips_in

    return clips_in(footage_folder(preset))


def footage_marks(preset: VideoPreset) -> dict[str, str]:
    """What tells the files of the footage from others, by their names below its folder."""
    from musivid.footage.looking import clips_in, file_mark

    root = footage_folder(preset)
    base = root if root.is_dir() else root.parent
    return {str(path.relative_to(base)): file_mark(path) for path in clips_in(root)}
