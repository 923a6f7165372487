"""Options that commands share, each declared once; a command takes them by name."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "Device",
    "DryRun",
    "Dtype",
    "Force",
    "Inputs",
    "Json",
    "Offline",
    "Output",
    "PresetName",
    "Quiet",
    "Resume",
    "Seed",
    "SetOptions",
    "SkipExisting",
    "Verbose",
]

_WORK, _MACHINE, _TALK = "Work", "Machine", "Talk"

Inputs = Annotated[
    list[str],
    typer.Argument(help="Files, folders, or quoted patterns.", show_default=False),
]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", show_default=False, help="File for one input, folder for several."
    ),
]
PresetName = Annotated[
    str, typer.Option("--preset", "-p", metavar="NAME|PATH", help="Settings to start from.")
]
SetOptions = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="A.B=C", show_default=False, help="Change a setting; may be repeated."
    ),
]
Seed = Annotated[
    int | None,
    typer.Option("--seed", min=0, show_default=False, help="Seed for everything."),
]
Device = Annotated[
    str,
    typer.Option(
        "--device", metavar="auto|cpu|cuda[:N]|mps", rich_help_panel=_MACHINE, help="Where to work."
    ),
]
Dtype = Annotated[
    str,
    typer.Option(
        "--dtype",
        metavar="auto|float32|bfloat16|float16",
        rich_help_panel=_MACHINE,
        help="What the networks compute in.",
    ),
]
Offline = Annotated[
    bool,
    typer.Option("--offline", rich_help_panel=_MACHINE, help="Keep away from the network."),
]
DryRun = Annotated[
    bool,
    typer.Option("--dry-run", "-n", rich_help_panel=_WORK, help="Show the plan, make nothing."),
]
Resume = Annotated[
    bool,
    typer.Option("--resume", rich_help_panel=_WORK, help="Insist on going on with a broken run."),
]
Force = Annotated[
    bool,
    typer.Option("--force", "-f", rich_help_panel=_WORK, help="Replace an output that exists."),
]
SkipExisting = Annotated[
    bool,
    typer.Option("--skip-existing", rich_help_panel=_WORK, help="Pass over outputs that exist."),
]
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", rich_help_panel=_TALK, help="Say nothing but errors.")
]
Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", rich_help_panel=_TALK, help="Say more, with timings.")
]
Json = Annotated[
    bool, typer.Option("--json", rich_help_panel=_TALK, help="Print one JSON object on stdout.")
]
