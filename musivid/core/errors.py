"""All errors of musivid, each with the exit status that the command line gives it.

MusividError (1)
├── UsageError (2)        a flag, argument or file that the user can mend
│   ├── PresetError       a preset with unknown keys or bad values
│   ├── InputError        media, lyrics or another input that cannot be used
│   └── OutputError       an output that exists, cannot be written, or has no room
├── MissingError (3)      a tool, device or weights file that is not there
│   ├── WeightsError      model weights missing, truncated, hostile or of another model
│   └── DeviceError       a device that this machine lacks
├── RunError (1)          the work itself failed
│   └── EncodeError       ffmpeg died while it wrote
├── BatchError (4)        some inputs of several failed
└── Interrupted (130)     stopped by a signal; 143 for SIGTERM
"""

from __future__ import annotations

__all__ = [
    "BatchError",
    "DeviceError",
    "EncodeError",
    "InputError",
    "Interrupted",
    "MissingError",
    "MusividError",
    "OutputError",
    "PresetError",
    "RunError",
    "UsageError",
    "WeightsError",
    "first_line",
]


class MusividError(Exception):
    """An error with three parts: what went wrong, what would be accepted, what to type next."""

    exit_code = 1

    def __init__(self, problem: str, *, hint: str = "", command: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.hint = hint
        self.command = command

    def __str__(self) -> str:
        """Return the parts on lines of their own."""
        parts = [self.problem, self.hint, f"Try: {self.command}" if self.command else ""]
        return "\n".join(part for part in parts if part)


class UsageError(MusividError):
    """A flag, argument or file that the user can mend."""

    exit_code = 2


class PresetError(UsageError):
    """A preset with unknown keys or bad values."""


class InputError(UsageError):
    """Media, lyrics or another input that cannot be used."""


class OutputError(UsageError):
    """An output that exists, cannot be written, or has no room."""


class MissingError(MusividError):
    """A tool, device or weights file that is not there."""

    exit_code = 3


class WeightsError(MissingError):
    """Model weights that are missing, truncated, hostile or of another model."""


class DeviceError(MissingError):
    """A device that this machine lacks."""


class RunError(MusividError):
    """The work itself failed."""


class EncodeError(RunError):
    """The encoder process died or wrote something that cannot be used."""


class BatchError(MusividError):
    """Some inputs of several failed; the others are done."""

    exit_code = 4


class Interrupted(MusividError):
    """Stopped by the user; the run can be resumed."""

    exit_code = 130


def first_line(error: BaseException, most: int = 300) -> str:
    """The first line that a library's error says, which may be long; its kind if it says nothing.

    Args:
        error: of any library.
        most: characters that are kept.
    """
    lines = (line.strip() for line in str(error).splitlines())
    return next((line for line in lines if line), repr(error))[:most]
