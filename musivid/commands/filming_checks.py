"""What of `musivid video` and `musivid interpolate` does not go together."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from musivid.core.outputs import check_output
from musivid.media.kinds import PICTURE

if TYPE_CHECKING:
    from musivid.commands.filming import Filming
    from musivid.commands.targets import Target

__all__ = ["check_here", "check_plan_out", "check_preview", "layer_output", "sheet_of"]


def check_here(asked: Filming, preset: Any) -> None:
    """Check that nothing is asked of a farm that it does not do.

    Raises:
        UsageError: a layer.
    """
    from musivid.core.errors import UsageError

    if asked.farm.farm is not None and preset.is_layer:
        raise UsageError(
            "a layer is rendered by one process: --farm has no effect", hint="Leave --farm out."
        )


def layer_output(output: Target | None) -> Target | None:
    """Where a layer goes: what is no film is the folder of its pictures, for one song."""
    from musivid.media.codecs import CONTAINERS

    container = CONTAINERS.get(output.path.suffix.lower()) if output else None
    if output is None or (container is not None and container.layer):
        return output
    return replace(output, is_result=True)


def check_plan_out(asked: Filming, preset: Any) -> None:
    """Check where a plan is to be written.

    Raises:
        UsageError: nothing is planned alone, or not in scenes. OutputError: it is there already.
    """
    from musivid.core.errors import UsageError

    if asked.plan_out is None:
        return
    if not asked.work.dry_run:
        raise UsageError(
            "--plan-out is for --dry-run",
            hint="A run keeps its plan in its own folder, as plan.yaml.",
        )
    if preset.is_layer:
        raise UsageError("a layer has no plan", hint="Leave --plan-out out.")
    if preset.painting.mode != "living":
        raise UsageError("--plan-out is for painting.mode living", hint="Leave --preset out.")
    if preset.is_footage:
        check_output(asked.plan_out, force=asked.work.force, endings=(".json",))
        check_output(sheet_of(asked.plan_out), force=asked.work.force)
        return
    check_output(asked.plan_out, force=asked.work.force, endings=(".yaml", ".yml"))


def sheet_of(plan: Path) -> Path:
    """Where the contact sheet of a cut goes: beside its plan."""
    return plan.with_suffix(PICTURE.written[0])


def check_preview(asked: Filming, preset: Any) -> None:
    """Check that there is something to preview.

    Raises:
        UsageError: no living scenes, a picture for an output, or a flag without effect on it.
    """
    from musivid.core.errors import UsageError

    if not asked.preview:
        return
    if preset.painting.mode != "living":
        raise UsageError("--preview is for painting.mode living", hint="Leave --preset out.")
    if preset.is_layer:
        raise UsageError("a layer has no preview", hint="Give --from and --to for a short one.")
    if preset.is_footage:
        raise UsageError(
            "--preview is for scenes that are drawn",
            hint="--dry-run --plan-out cut.json draws a contact sheet of the cut.",
        )
    if asked.output is not None and PICTURE.holds(asked.output.path):
        raise UsageError(
            "--preview writes a film and a PNG of its name",
            hint="Name the film with -o, or leave --preview out for one picture.",
        )
    idle = {"--burn-lyrics": asked.words.burn_lyrics, "--subtitles": asked.words.subtitles,
            "--timeline": asked.timeline,
            "--resume": asked.resume, "--resume-any": asked.resume_any}  # fmt: skip
    if useless := [flag for flag, given in idle.items() if given]:
        raise UsageError(
            f"{' and '.join(useless)} would have no effect on a preview", hint="Leave it out."
        )
