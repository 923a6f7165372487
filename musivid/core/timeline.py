"""The clock of one output: the only place where seconds become frames, and timed text."""

from __future__ import annotations

import contextlib
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from musivid.core.errors import UsageError

__all__ = ["Cue", "Timeline", "parse_fps", "shift_cues"]

# Rates that are written in short but mean the NTSC fraction.
_NTSC = {
    "23.976": Fraction(24000, 1001),
    "23.98": Fraction(24000, 1001),
    "29.97": Fraction(30000, 1001),
    "59.94": Fraction(60000, 1001),
    "119.88": Fraction(120000, 1001),
}
_FPS = re.compile(r"\d{1,9}(\.\d{1,9}|/\d{1,9})?")  # no exponents: 1e999999999 would never end
_MAX_FPS = 240  # frames a second


def parse_fps(text: str | int | float | Fraction) -> Fraction:
    """Return the frame rate as a fraction: `25`, `30000/1001`, and `29.97` for its NTSC fraction.

    Raises:
        UsageError: not a number, or outside 0 < fps <= 240.
    """
    plain = str(text).strip()
    short = plain.rstrip("0") if "." in plain else plain
    fps = _NTSC.get(short, Fraction(0))
    if not fps and _FPS.fullmatch(plain):
        with contextlib.suppress(ZeroDivisionError):
            fps = Fraction(plain)
    if not 0 < fps <= _MAX_FPS:
        raise UsageError(
            f"frame rate {text!r} cannot be used",
            hint=f"Give a number above 0 and up to {_MAX_FPS}: 25, 30000/1001, 23.976.",
        )
    return fps


@dataclass(frozen=True, slots=True)
class Timeline:
    """The clock of one output: frame k shows time k / fps, and no rounding adds up.

    Attributes:
        duration_s: seconds of the sound that the picture goes with.
        fps: frames per second, exact.
    """

    duration_s: float
    fps: Fraction

    @property
    def frames(self) -> int:
        """How many frames there are: round(duration * fps), at least one."""
        return max(1, round(Fraction(self.duration_s) * self.fps))

    def time_s(self, frame: int) -> float:
        """When `frame` is shown, in seconds."""
        return float(frame / self.fps)

    def times_s(self) -> list[float]:
        """When each frame is shown, in seconds."""
        return [self.time_s(frame) for frame in range(self.frames)]

    def frame_at(self, time_s: float) -> int:
        """The frame whose time is nearest to `time_s`, held within the timeline."""
        return min(max(round(Fraction(time_s) * self.fps), 0), self.frames - 1)

    def split(self, starts_s: Sequence[float]) -> list[range]:
        """Map segments that begin at `starts_s` (ascending) to ranges of frames that cover all.

        The first range begins at frame 0 and the last ends at the end; every border is rounded on
        its own from the start of the timeline, so errors do not add up. A range may be empty.
        """
        borders = (
            [0]
            + [
                min(max(round(Fraction(start) * self.fps), 0), self.frames)
                for start in starts_s[1:]
            ]
            + [self.frames]
        )
        return [range(a, b) for a, b in itertools.pairwise(borders)]


@dataclass(frozen=True, slots=True)
class Cue:
    """Timed text: a lyric line, a caption, a prompt. It holds until `end_s`.

    Attributes:
        start_s: when it begins, seconds from the start of the song.
        end_s: when it ends; None means: when the next cue begins, or the song ends.
        text: what it says; empty means a pause.
        weight: how strongly it pulls; negative pushes away.
        words: when each of its words begins, on the same clock, and the word; empty: not known.
        confidence: how sure whoever heard it is of its times, 0 to 1; None: nobody says.
    """

    start_s: float
    end_s: float | None
    text: str
    weight: float = 1.0
    words: tuple[tuple[float, str], ...] = ()
    confidence: float | None = None


def shift_cues(cues: Sequence[Cue], start_s: float) -> list[Cue]:
    """Cues on a clock that begins at `start_s`; the line that is on at that time is kept."""
    shifted: list[Cue] = []
    for cue, later in zip(cues, [*cues[1:], None][: len(cues)], strict=True):
        end = cue.end_s if cue.end_s is not None else (later.start_s if later else None)
        if end is not None and end <= start_s:
            continue
        moved_end = None if cue.end_s is None else cue.end_s - start_s
        words = tuple((max(time_s - start_s, 0.0), word) for time_s, word in cue.words)
        start = max(cue.start_s - start_s, 0.0)
        shifted.append(replace(cue, start_s=start, end_s=moved_end, words=words))
    return shifted
