"""Flags that commands share and that are no settings, each declared once, and sets of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import typer

from musivid.commands.shards import ShardOption
from musivid.commands.targets import Target

__all__ = [
    "BatchWork",
    "Device",
    "DryRun",
    "Dtype",
    "Force",
    "Inputs",
    "InputsOrJobs",
    "Json",
    "LyricsEncoding",
    "Machine",
    "Offline",
    "Output",
    "Progress",
    "ProgressForm",
    "Quiet",
    "Resume",
    "ResumeAny",
    "SetOptions",
    "SkipExisting",
    "Talk",
    "Threads",
    "Told",
    "Verbose",
    "Work",
]

_WORK, _MACHINE, _TALK = "Work", "Machine", "Talk"


class ProgressForm(StrEnum):
    """How is said what happens."""

    rich = "rich"
    json = "json"


Inputs = Annotated[
    list[str],
    typer.Argument(help="Files, folders, or quoted patterns.", show_default=False),
]
InputsOrJobs = Annotated[
    list[str] | None,
    typer.Argument(
        help="Files, folders, or quoted patterns; or --jobs names them.", show_default=False
    ),
]
Output = Annotated[
    Target | None,
    typer.Option(
        "--output",
        "-o",
        parser=Target.typed,
        metavar="PATH",
        show_default=False,
        help="File for one input; a folder for several, and where it ends in a slash.",
    ),
]
LyricsEncoding = Annotated[
    str | None,
    typer.Option(
        "--lyrics-encoding",
        metavar="NAME",
        show_default=False,
        help="What the lyrics are encoded in, as gbk or cp1251; told from the file if left out.",
    ),
]
SetOptions = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="A.B=C", show_default=False, help="Change a setting; may be repeated."
    ),
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
Threads = Annotated[
    int | None,
    typer.Option(
        "--threads",
        min=1,
        max=256,
        show_default=False,
        rich_help_panel=_MACHINE,
        help="In how many threads a network computes on a CPU; frames depend on it. 2, and a "
        "training takes all cores.",
    ),
]
Offline = Annotated[
    bool,
    typer.Option("--offline", rich_help_panel=_MACHINE, help="Do not use the network."),
]
DryRun = Annotated[
    bool,
    typer.Option("--dry-run", "-n", rich_help_panel=_WORK, help="Show the plan, make nothing."),
]
Resume = Annotated[
    bool,
    typer.Option("--resume", rich_help_panel=_WORK, help="Insist on going on with a broken run."),
]
ResumeAny = Annotated[
    bool,
    typer.Option(
        "--resume-any",
        rich_help_panel=_WORK,
        help="Go on where the machine is another, although its frames differ.",
    ),
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
Progress = Annotated[
    ProgressForm,
    typer.Option(
        "--progress",
        rich_help_panel=_TALK,
        help="How it is said: drawn for people, or a JSON object a line for programs.",
    ),
]
Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", rich_help_panel=_TALK, help="Say more, with timings.")
]
Json = Annotated[
    bool, typer.Option("--json", rich_help_panel=_TALK, help="Print one JSON object on stdout.")
]


@dataclass(frozen=True, slots=True)
class Machine:
    """Where the networks work."""

    device: Device = "auto"
    dtype: Dtype = "auto"
    offline: Offline = False
    threads: Threads = None


@dataclass(frozen=True, slots=True)
class Work:
    """What may be done with outputs."""

    dry_run: DryRun = False
    force: Force = False

    @property
    def may_exist(self) -> bool:
        """Whether outputs that exist are no fault: they are replaced, or nothing is made."""
        return self.force or self.dry_run


@dataclass(frozen=True, slots=True)
class BatchWork(Work):
    """The same with several inputs."""

    skip_existing: SkipExisting = False
    shard: ShardOption = None


@dataclass(frozen=True, slots=True)
class Told:
    """What is said on stderr while it works."""

    quiet: Quiet = False
    verbose: Verbose = False
    progress: Progress = ProgressForm.rich


@dataclass(frozen=True, slots=True)
class Talk(Told):
    """The same, and the form of results on stdout."""

    as_json: Json = False
