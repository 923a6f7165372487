"""Lyrics held against the sound that they belong to, once it is decoded and its length is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from musivid.core.clock import clock
from musivid.core.counting import counted
from musivid.core.errors import InputError
from musivid.core.timeline import Cue

__all__ = ["fit_cues", "lines_within"]

_WRONG_UNIT = 3  # lines beyond the end from which a wrong unit is looked for
_MOSTLY = 0.5  # share of lines beyond the end that a wrong unit explains


def lines_within(cues: Sequence[Cue], duration_s: float) -> list[Cue]:
    """The cues that begin before the sound ends, ending with it at the latest."""
    return [
        replace(cue, end_s=duration_s) if (cue.end_s or 0.0) > duration_s else cue
        for cue in cues
        if cue.start_s < duration_s
    ]


def fit_cues(
    cues: Sequence[Cue], duration_s: float, name: str, *, is_part: bool = False
) -> tuple[list[Cue], list[str]]:
    """The cues that lie within a sound, and what the user should know.

    Args:
        cues: of a file, sorted by time, on the clock of the sound.
        duration_s: exact length of the sound.
        name: of the file.
        is_part: whether the sound is a part of a song, beyond which lines are no fault.

    Raises:
        InputError: none lies within the song, or most do not for a cause that can be told.
    """
    kept = lines_within(cues, duration_s)
    said = any(cue.text for cue in kept)
    if is_part:
        return kept, [] if said or not cues else [f"no line of {name} lies within the part"]
    beyond = [cue for cue in cues if cue.start_s >= duration_s and cue.text]
    mostly = len(beyond) >= _WRONG_UNIT and len(beyond) >= _MOSTLY * len(cues)
    cause = _cause(cues, duration_s) if beyond and (mostly or not said) else ""
    if cause or (beyond and not said):
        raise InputError(
            f"{name}: {_counted(len(beyond), len(cues))} within the song, which ends at "
            f"{clock(duration_s, 1)}; the first of the others begins at {beyond[0].start_s:g} s",
            hint=cause or "They may be the words of another song, or of a longer recording of it.",
        )
    return kept, counted(
        f"{name}: the line at {clock(cue.start_s, 2)} begins beyond the song's end at "
        f"{clock(duration_s, 1)}; dropped"
        for cue in beyond
    )


def _counted(beyond: int, lines: int) -> str:
    return f"only {lines - beyond} of {lines} lines lie" if beyond < lines else "no line lies"


def _cause(cues: Sequence[Cue], duration_s: float) -> str:
    """What is likely wrong with times of which most lie beyond the end; empty: not known."""
    times = [cue.start_s for cue in cues]
    likely = 100 * duration_s < max(times) < 1000 * duration_s
    if likely and all(time == int(time) for time in times):
        return "The times seem to be milliseconds: divide them by 1000."
    if max(times) / 60 < duration_s and all(time % 60 == 0 for time in times):
        return (
            "A spreadsheet seems to have made hours and minutes of minutes and seconds: keep the "
            "column of times as text, or write 1:05 as 0:01:05."
        )
    return ""
