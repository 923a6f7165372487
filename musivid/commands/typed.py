"""What commands make of what was typed: one late session, times, files that belong together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from musivid.core.errors import InputError, UsageError
from musivid.core.pipes import kept_pipe
from musivid.media.lyrics.choosing import lyrics_for

if TYPE_CHECKING:
    from musivid.commands.options import Machine
    from musivid.core.progress import Reporter
    from musivid.weights.session import LateSession

__all__ = ["late_session", "namesake", "read_seconds"]


def late_session(machine: Machine, reporter: Reporter) -> LateSession:
    """Return what opens the one session of a command when it is first asked for.

    Opening it imports torch, which takes seconds: wrong inputs should be told before.
    """
    from musivid.weights.session import LateSession, Wanted

    wanted = Wanted(machine.device, machine.dtype, machine.offline, machine.threads)
    return LateSession(wanted, reporter)


def read_seconds(option: str, text: str | None) -> float | None:
    """Seconds of a time that was typed after an option; None where it was not given.

    Raises:
        UsageError: not a time.
    """
    from musivid.core.clock import TIME_FORMS, parse_time_s

    if text is None:
        return None
    try:
        return parse_time_s(text)
    except ValueError:
        raise UsageError(f"{option} {text!r} is not a time", hint=f"Give {TIME_FORMS}.") from None


def namesake(song: Path, given: Path | None, what: str, reporter: Reporter) -> Path | None:
    """The file that goes with a song: the one given, or its namesake in the folder given.

    Args:
        song: the song.
        given: a file, a folder, or None for nothing.
        what: what the files are, for the message: `lyrics`.
        reporter: told where a pipe lets wait.

    Raises:
        InputError: the folder holds no file of that name.
    """
    if given is None or not given.is_dir():
        return given and kept_pipe(given, reporter.warn)
    found = lyrics_for(song, given)
    if not found:
        raise InputError(
            f"{given} holds no {what} named {song.stem}",
            hint="Name them as the songs: song.lrc, song.en.vtt.",
        )
    taken, *others = found
    if others:
        also = ", ".join(path.name for path in others)
        reporter.note(f"{song.name}: {taken.name} holds its {what}; passed over: {also}")
    return taken
