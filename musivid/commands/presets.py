"""`musivid presets`: which settings there are, and what each says."""

from __future__ import annotations

from typing import Annotated

import typer

from musivid.commands.options import Json, SetOptions
from musivid.commands.printing import print_text

__all__ = ["presets"]

presets = typer.Typer(help="List the presets of every command, or show one.")


@presets.callback(invoke_without_command=True)
def list_all(context: typer.Context, as_json: Json = False) -> None:
    """List the presets of every command."""
    if context.invoked_subcommand:
        return
    from musivid.commands.console import print_json, print_table
    from musivid.settings.presets import list_presets, preset_commands

    found = [(command, info) for command in preset_commands() for info in list_presets(command)]
    if as_json:
        entries = [
            {"command": c, "name": i.name, "summary": i.summary, "path": str(i.path)}
            for c, i in found
        ]
        print_json({"presets": entries})
        return
    rows = [[f"{command}/{info.name}", info.summary, str(info.path)] for command, info in found]
    print_table("Presets", ["preset", "summary", "file"], rows)


@presets.command("show")
def show(
    name: Annotated[str, typer.Argument(metavar="[COMMAND/]NAME|PATH", help="Which preset.")],
    command: Annotated[
        str | None,
        typer.Option("--command", "-c", help="Whose preset it is.", show_default=False),
    ] = None,
    set_options: SetOptions = None,
    as_json: Json = False,
) -> None:
    """Print a preset with everything that it extends and every default, each key explained."""
    from musivid.commands.console import print_json
    from musivid.settings.presets import dump_preset, load_preset, preset_commands

    first, _, rest = name.partition("/")
    if command is None and rest and first in preset_commands():
        command, name = first, rest
    settings = load_preset(command or "video", name, set_options or [])
    if as_json:
        print_json(settings.model_dump(mode="json"))
    else:
        print_text(dump_preset(settings, comments=True), end="")
