"""In which form timed text is written: as somebody asked, or as the output is named."""

from __future__ import annotations

from typing import Any

import typer

from musivid.commands.targets import Target
from musivid.media.lyrics.formats import written_format_of, written_formats

__all__ = ["chosen_form", "form_option"]


def form_option(of: str, usual: str) -> Any:
    """`--format`: in which form something is written, and in which if nothing else says so."""
    return typer.Option(
        "--format",
        metavar="|".join(written_formats()),
        autocompletion=lambda: list(written_formats()),
        show_default=False,
        help=f"Form of the {of}; as -o is named, else {usual}.",
    )


def chosen_form(form: str | None, output: Target | None, *, usual: str) -> str:
    """The format asked for, else that of the output's name, else the usual one.

    Raises:
        UsageError: no such format, or one that does not fit the name.
    """
    from musivid.core.errors import UsageError

    known = written_formats()
    path = None if output is None or output.is_folder or output.path.is_dir() else output.path
    named = written_format_of(path) if path is not None else ""
    if form is None:
        return named if named in known else usual
    if form not in known:
        raise UsageError(
            f"--format {form!r} cannot be written", hint=f"Give one of {', '.join(known)}."
        )
    if named in known and named != form and path is not None:
        raise UsageError(
            f"--format {form} does not fit the name {path.name}",
            hint=f"Name it {path.stem}{known[form].suffixes[0]}, or leave --format out.",
        )
    return form
