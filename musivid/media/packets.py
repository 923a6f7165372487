"""When pictures are shown, by the stamps of their packets: the one clock of all who look at films.

Nothing is decoded, and nothing follows from a mean rate: in films of variable rate it has no sense.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from statistics import median

from musivid.core.limits import LENGTH
from musivid.media.containers import open_media, read_packets
from musivid.media.frames import picture_stream, stated_rate

__all__ = ["USUAL_RATES", "FrameGrid", "PacketTimes", "scan_packets"]

USUAL_RATES = tuple(
    sorted(
        [Fraction(n) for n in (12, 15, 24, 25, 30, 48, 50, 60, 120)]
        + [Fraction(n * 1000, 1001) for n in (24, 30, 60, 120)]
    )
)
"""Frames a second that films commonly have, ascending."""

_SLACK_S = 0.002  # clocks that count in milliseconds are off by so much
_LONG_S = 1.0  # of a picture: over longer ones 30 and 29.97 frames a second cannot be told apart
_OFF = 0.1  # of a step, that a stamp may lie beside it
_ALIKE = 0.05  # rates that differ by less are told apart by how well they fit
_FITTING = 0.98  # share of the pictures that a rate must account for
_LEAST_FPS, _MOST_FPS = Fraction(1), Fraction(240)  # rates that are believed
_USUAL_FPS = Fraction(25)  # where a file states nonsense


@dataclass(frozen=True, slots=True)
class PacketTimes:
    """When the packets of a picture are shown, read without decoding.

    Attributes:
        count: number of packets that are shown, which is that of the frames.
        hidden: number of packets that only help decoding, as an edit list asks.
        start_s: when the first is shown.
        step_s: mean time between two frames; 0 with less than two.
        jitter_s: how far a frame lies at most from the uniform grid.
        delay: how many frames the decoding order runs ahead of the showing order at most.
        length_s: from when the first is shown until the last one no longer is.
        grid_fps: the rate of the coarsest grid on which all are shown, constant rate or not.
    """

    count: int
    hidden: int
    start_s: float
    step_s: float
    jitter_s: float
    delay: int
    length_s: float
    grid_fps: Fraction

    @property
    def is_uniform(self) -> bool:
        """Whether all frames, the last one too, are shown for equally long."""
        is_held = self.count > 1 and abs(self.length_s - self.count * self.step_s) > _SLACK_S
        return self.jitter_s <= _SLACK_S and not is_held


class FrameGrid:
    """Lays frames that come at times of their own on an even grid.

    Args:
        fps: steps a second.
    """

    def __init__(self, fps: float) -> None:
        self._fps, self.seen = fps, 0

    def steps_to(self, time_s: float) -> int:
        """Return by how many steps a frame comes after the one before; 0: within the same step."""
        place = round(time_s * self._fps)
        steps = place + 1 - self.seen if self.seen else 1
        self.seen += max(0, steps)
        return max(0, steps)

    def steps_until(self, length_s: float) -> int:
        """Return for how many more steps the last frame is held."""
        return max(0, round(length_s * self._fps) - self.seen) if self.seen else 0


def scan_packets(path: Path) -> PacketTimes:
    """When all frames are shown, from the packets alone; takes a fraction of decoding.

    Raises:
        InputError: not there, not media, without moving picture, or longer than is believed.
    """
    with open_media(path, "a video") as container:
        stream = picture_stream(container, path)
        # Keep the times alone: the packets themselves would fill the memory.
        packets = (p for p in read_packets(container, [stream]) if p is not None and p.size)
        times = [(p.pts, p.duration or 0, p.is_discard) for p in packets]
        shown = [(pts, held) for pts, held, is_hidden in times if pts is not None and not is_hidden]
        tick_s, stated = float(stream.time_base or 1), stated_rate(stream)
        found = _packet_times(shown, len(times) - len(shown), tick_s, stated)
        LENGTH.check(found.length_s / 3600, f"film {path}")
        return found


def _packet_times(
    packets: Sequence[tuple[int, int]], hidden: int, tick_s: float, stated: Fraction
) -> PacketTimes:
    """Facts on packets' stamps and lengths in ticks, in decoding order."""
    if not packets:
        return PacketTimes(0, hidden, 0.0, 0.0, 0.0, 0, 0.0, _believed(stated))
    order = sorted(range(len(packets)), key=packets.__getitem__)
    shown = [packets[i][0] for i in order]
    span = shown[-1] - shown[0]
    step = span / max(1, len(shown) - 1)
    jitter = max(abs(tick - shown[0] - k * step) for k, tick in enumerate(shown))
    delay = max(position - rank for rank, position in enumerate(order))
    start_s, step_s, jitter_s = (value * tick_s for value in (shown[0], step, jitter))
    gaps_s = [tick_s * (later - earlier) for earlier, later in pairwise(shown)]
    grid = _believed(stated) if jitter_s <= _SLACK_S else _grid(gaps_s, stated)
    last_s = packets[order[-1]][1] * tick_s or (median(gaps_s) if gaps_s else float(1 / grid))
    even = jitter_s <= _SLACK_S and gaps_s and abs(last_s - step_s) <= step_s / 2 + _SLACK_S
    length_s = len(shown) * step_s if even else span * tick_s + last_s
    return PacketTimes(len(shown), hidden, start_s, step_s, jitter_s, delay, length_s, grid)


def _grid(gaps_s: Sequence[float], stated: Fraction) -> Fraction:
    """The slowest usual rate of whose steps all gaps are multiples, else one that is fine enough.

    Cameras whose clock strays fit none; they get the rate of their usual gap.
    """
    short = [gap for gap in gaps_s if 0 < gap <= _LONG_S] or [gap for gap in gaps_s if gap > 0]
    off = {rate: [_off_multiple(gap, float(1 / rate)) for gap in short] for rate in USUAL_RATES}
    for rate, found in off.items():
        near_s = max(_SLACK_S, _OFF / rate)
        if short and sum(gap_s <= near_s for gap_s in found) >= _FITTING * len(short):
            # 29.97 fits wherever 30 does, 24 nearly where 25 does; the nearest is meant.
            alike = [other for other in USUAL_RATES if abs(other / rate - 1) < _ALIKE]
            return min(alike, key=lambda other: sum(off[other]))
    usual = Fraction(1 / median(short)).limit_denominator(1001) if short else stated
    return max(_USUAL_FPS, min(USUAL_RATES, key=lambda rate: abs(rate - usual)))


def _off_multiple(gap_s: float, step_s: float) -> float:
    """How far a gap is from the nearest multiple of a step, in seconds; one at least."""
    return abs(gap_s - max(1, round(gap_s / step_s)) * step_s)


def _believed(stated: Fraction) -> Fraction:
    return stated if _LEAST_FPS <= stated <= _MOST_FPS else _USUAL_FPS
