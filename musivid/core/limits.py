"""How much is believed of what a file's header claims; each has a variable that raises it.

What a header says is held against these before anything is made room for. A limit is far above what
files of its kind have, and far below what this machine must not be brought to.
"""

from __future__ import annotations

import math
import os
from dataclasses import dataclass

from musivid.core.errors import InputError, UsageError

__all__ = ["ARRAYS", "HEADER", "LENGTH", "MIDI", "PICTURE", "Limit"]


@dataclass(frozen=True, slots=True)
class Limit:
    """The most that is believed.

    Attributes:
        most: how much, unless the environment says otherwise.
        unit: of what, for messages.
        variable: of the environment.
    """

    most: float
    unit: str
    variable: str

    def now(self) -> float:
        """How much is believed.

        Raises:
            UsageError: the environment holds no number above 0.
        """
        said = os.environ.get(self.variable, "")
        if not said:
            return self.most
        try:
            most = float(said)
        except ValueError:
            most = math.nan
        if not most > 0:
            raise UsageError(
                f"{self.variable} is {said!r}, no number above 0",
                hint=f"Give a number of {self.unit}, or unset it.",
            )
        return most

    def check(self, claimed: float, what: str) -> None:
        """Refuse a claim beyond the limit.

        Args:
            claimed: how much a file says that it holds, in the limit's unit.
            what: the file, with its role.

        Raises:
            InputError: it is more; the message says the limit, and what raises it.
        """
        most = self.now()
        if claimed <= most:
            return
        raise InputError(
            f"{what} claims {_shown(claimed)} {self.unit}; {_shown(most)} are read",
            hint="It may be damaged or hostile. If it is meant so, raise the limit: set "
            f"{self.variable}={_shown(math.ceil(claimed) if claimed > 1 else claimed * 1.1)}.",
        )


def _shown(number: float) -> str:
    """A number in plain digits where it has few of them."""
    if number >= 1e15:
        return f"{float(number):.3g}"
    return f"{number:.0f}" if number >= 10 else f"{number:.3g}"


PICTURE = Limit(100, "megapixels", "MUSIVID_MAX_MEGAPIXELS")
ARRAYS = Limit(500, "MB of numbers", "MUSIVID_MAX_ARRAY_MB")
HEADER = Limit(10, "MB of header", "MUSIVID_MAX_HEADER_MB")
MIDI = Limit(3, "MB of MIDI", "MUSIVID_MAX_MIDI_MB")
LENGTH = Limit(6, "hours", "MUSIVID_MAX_HOURS")
