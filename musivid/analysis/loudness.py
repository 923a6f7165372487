"""How loud sound is, and how to make it as loud as asked, by ITU-R BS.1770-5 and EBU Tech 3341."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

__all__ = [
    "PIECE_S",
    "Mastering",
    "loudness_lufs",
    "loudness_of",
    "mastered",
    "mastering_for",
    "normalise",
    "true_peak_dbtp",
]

PIECE_S = 10
"""Seconds of sound that are worked on at once; bounds memory."""

_BLOCK_S, _STEP_S = 0.4, 0.1  # BS.1770-5: gating blocks and a quarter of one
_ABSOLUTE_GATE, _RELATIVE_GATE = -70.0, -10.0  # LUFS and LU, BS.1770-5, equations 5 and 6
_OFFSET = -0.691  # BS.1770-5, equation 2
# Factor (BS.1770-5, annex 2); samples at once and beside.
_OVERSAMPLING, _PEAK_BLOCK, _PEAK_MARGIN = 4, 1024, 64
_LIMITER_S = 0.004  # attack and release; shorter would be heard as a click
_ROUNDS, _CLOSE_LU = 6, 0.05  # rounds at most, until the loudness is as near as this


def loudness_lufs(sound: np.ndarray, rate_hz: int) -> float:
    """Return the integrated loudness in LUFS; minus infinity for silence.

    Args:
        sound: float32 [channels, samples], one or two channels.
        rate_hz: samples a second.
    """
    return loudness_of(_pieces(sound, rate_hz), len(sound), rate_hz)


def loudness_of(pieces: Iterable[np.ndarray], channels: int, rate_hz: int) -> float:
    """Return the loudness in LUFS of a sound that comes in pieces, float32 [channels, samples]."""
    meter = _PowerMeter(channels, rate_hz)
    for piece in pieces:
        meter.see(piece)
    return meter.loudness_lufs()


def true_peak_dbtp(sound: np.ndarray) -> float:
    """Return the highest peak between samples too, in dB of full scale; -inf for silence."""
    with np.errstate(divide="ignore"):
        return float(20 * np.log10(_oversampled_peak(sound, 0, sound.shape[1])))


def normalise(
    sound: np.ndarray, rate_hz: int, *, lufs: float = -16.0, peak_dbtp: float = -1.0
) -> np.ndarray:
    """Bring a sound to a loudness, its peaks held down by a limiter; changed in place, returned.

    Silence stays as it is. Where peaks stand far above the rest, the sound gets as loud as a few
    rounds of limiting allow, never beyond the peak. An hour takes no more memory than a minute.

    Args:
        sound: float32 [channels, samples], one or two channels.
        rate_hz: samples a second.
        lufs: loudness to reach.
        peak_dbtp: highest true peak.
    """
    level = loudness_lufs(sound, rate_hz)
    found = mastering_for(
        lambda: _pieces(sound, rate_hz),
        (len(sound), rate_hz),
        level,
        lufs=lufs,
        peak_dbtp=peak_dbtp,
    )
    place = 0
    for piece in mastered(_pieces(sound, rate_hz), rate_hz, found):
        sound[:, place : place + piece.shape[1]] = piece
        place += piece.shape[1]
    return sound


@dataclass(frozen=True, slots=True)
class Mastering:
    """What brings a sound to a loudness.

    Attributes:
        gain: factor of the whole.
        limit: that no sample goes above, by the limiter.
        over: by what the limited sound is divided where peaks stand above it even so.
    """

    gain: float = 1.0
    limit: float = np.inf
    over: float = 1.0


def mastering_for(
    pieces: Callable[[], Iterable[np.ndarray]],
    form: tuple[int, int],
    level_lufs: float,
    *,
    lufs: float = -16.0,
    peak_dbtp: float = -1.0,
) -> Mastering:
    """Return what brings a sound to a loudness, its peaks held down; silence stays as it is.

    Args:
        pieces: opens the sound anew: float32 [channels, samples], of `PIECE_S` but for the last.
        form: channels, and samples a second.
        level_lufs: its loudness.
        lufs: loudness to reach.
        peak_dbtp: highest true peak.
    """
    if not np.isfinite(level_lufs):
        return Mastering()
    channels, rate_hz = form
    ceiling = 10 ** (peak_dbtp / 20)
    gain, limit = 10 ** ((lufs - level_lufs) / 20), ceiling
    for _ in range(_ROUNDS):
        used = (gain, limit)
        reached, peak = _measured(_limited(pieces(), rate_hz, *used), channels, rate_hz)
        missing, over = lufs - reached, peak / ceiling
        if abs(missing) < _CLOSE_LU and over <= 1:
            break
        gain *= 10 ** (missing / 20)
        # The limiter sees samples only; peaks between them ask for a little more room.
        limit /= max(1.0, over * 1.001)
    return Mastering(*used, max(1.0, over))


def mastered(
    pieces: Iterable[np.ndarray], rate_hz: int, mastering: Mastering
) -> Iterator[np.ndarray]:
    """Yield the pieces of a sound as they are after mastering; each is looked at one ahead."""
    if mastering == Mastering():
        yield from pieces
        return
    for piece in _limited(pieces, rate_hz, mastering.gain, mastering.limit):
        yield piece / np.float32(mastering.over)


def _measured(pieces: Iterable[np.ndarray], channels: int, rate_hz: int) -> tuple[float, float]:
    """Loudness in LUFS and highest true peak of a sound that comes in pieces."""
    power, peak = _PowerMeter(channels, rate_hz), _PeakMeter(channels)
    for piece in pieces:
        power.see(piece)
        peak.see(piece)
    return power.loudness_lufs(), peak.finish()


def _pieces(sound: np.ndarray, rate_hz: int) -> Iterator[np.ndarray]:
    size = PIECE_S * rate_hz
    return (sound[:, first : first + size] for first in range(0, sound.shape[1], size))


def _limited(
    pieces: Iterable[np.ndarray], rate_hz: int, gain: float, ceiling: float
) -> Iterator[np.ndarray]:
    """Pieces of the sound with a gain that holds peaks under the ceiling.

    It moves over a few milliseconds, ahead of the peaks. A piece that was yielded may be
    overwritten in the sound that it came from.
    """
    from scipy.ndimage import minimum_filter1d, uniform_filter1d

    window = 2 * round(_LIMITER_S * rate_hz / 2) + 1
    coming = iter(pieces)
    piece = next(coming, None)
    before = piece[:, :0] if piece is not None else None
    while piece is not None and before is not None:
        after = next(coming, None)
        # Both filters together look a window around.
        around = [before, piece] if after is None else [before, piece, after[:, :window]]
        part = np.concatenate(around, 1) * np.float32(gain)
        peaks = np.abs(part).max(0)
        wanted = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9))
        # The mean of minima over the same window is never above the gain that a peak needs.
        part *= uniform_filter1d(minimum_filter1d(wanted, window), window)
        skip, size = before.shape[1], piece.shape[1]
        before = piece[:, max(0, size - window) :].copy()
        yield part[:, skip : skip + size]
        piece = after


class _PowerMeter:
    """Weighted power of overlapping blocks of a sound that comes in pieces."""

    def __init__(self, channels: int, rate_hz: int) -> None:
        self._block, self._step = round(_BLOCK_S * rate_hz), round(_STEP_S * rate_hz)
        self._filters = (_shelf(rate_hz), _high_pass(rate_hz))
        self._held = [np.zeros((channels, 2)) for _ in self._filters]
        # What the last blocks still need of the pieces so far.
        self._rest = np.zeros((channels, 0))
        self._powers: list[np.ndarray] = []

    def see(self, piece: np.ndarray) -> None:
        """Take the next piece, float32 [channels, samples]."""
        from scipy.signal import lfilter

        heard = piece.astype(np.float64)
        for number, (b, a) in enumerate(self._filters):
            heard, self._held[number] = lfilter(b, a, heard, axis=1, zi=self._held[number])
        self._rest = np.concatenate([self._rest, heard], axis=1)
        count = max(0, (self._rest.shape[1] - self._block) // self._step + 1)
        if count:
            sums = np.cumsum(np.pad(self._rest**2, ((0, 0), (1, 0))), axis=1)
            starts = self._step * np.arange(count)
            whole = sums[:, starts + self._block] - sums[:, starts]
            self._powers.append(whole.sum(0) / self._block)
            self._rest = self._rest[:, self._step * count :]

    def loudness_lufs(self) -> float:
        """Return the integrated loudness; of less than a block, as if silence followed."""
        if not self._powers:
            self._powers.append((self._rest**2).sum(keepdims=True)[0] / self._block)
        power = np.concatenate(self._powers)
        with np.errstate(divide="ignore"):
            levels = _OFFSET + 10 * np.log10(power)
            loud = power[levels > _ABSOLUTE_GATE]
            if not len(loud):
                return -np.inf
            gate = _OFFSET + 10 * np.log10(loud.mean()) + _RELATIVE_GATE
        chosen = power[(levels > _ABSOLUTE_GATE) & (levels > gate)]
        return float(_OFFSET + 10 * np.log10(chosen.mean()))


class _PeakMeter:
    """Highest true peak of a sound that comes in pieces."""

    def __init__(self, channels: int) -> None:
        self._rest = np.zeros((channels, 0), np.float32)
        self._seen, self._highest = 0, 0.0

    def see(self, piece: np.ndarray) -> None:
        """Take the next piece, float32 [channels, samples]; its end waits for what follows."""
        self._rest = np.concatenate([self._rest, piece], 1)
        end = max(self._rest.shape[1] - _PEAK_MARGIN, self._seen)
        self._look(end)
        kept = max(end - _PEAK_MARGIN, 0)
        self._rest, self._seen = self._rest[:, kept:].copy(), end - kept

    def finish(self) -> float:
        """Return the highest absolute value, between samples too."""
        self._look(self._rest.shape[1])
        return self._highest

    def _look(self, end: int) -> None:
        found = _oversampled_peak(self._rest, self._seen, end, self._highest)
        self._highest = max(self._highest, found)


def _oversampled_peak(sound: np.ndarray, first: int, last: int, known: float = 0.0) -> float:
    """Return the highest absolute value from `first` up to `last`, looked for where it can be.

    Between samples a wave can stand above them, but where they are all below half the highest, or
    of what is known already, it would need an unheard-of pattern to win.
    """
    from scipy.signal import resample_poly

    part = sound[:, first:last]
    if not part.size:
        return 0.0
    blocks = -(-part.shape[1] // _PEAK_BLOCK)
    padded = np.pad(part, ((0, 0), (0, blocks * _PEAK_BLOCK - part.shape[1])))
    heights = np.abs(padded.reshape(len(part), blocks, _PEAK_BLOCK)).max(2)
    highest = float(heights.max())
    for channel, block in np.argwhere(heights > 0.5 * max(highest, known, 1e-12)):
        begin = first + block * _PEAK_BLOCK
        end = min(begin + _PEAK_BLOCK, last)
        start = max(begin - _PEAK_MARGIN, 0)
        # The margins only keep the cut from being heard in the block.
        around = sound[channel, start : end + _PEAK_MARGIN].astype(np.float64)
        risen = resample_poly(around, _OVERSAMPLING, 1)
        risen = risen[(begin - start) * _OVERSAMPLING : (end - start) * _OVERSAMPLING]
        highest = max(highest, float(np.abs(risen).max()))
    return highest


def _shelf(rate_hz: int) -> tuple[np.ndarray, np.ndarray]:
    # Analogue prototype whose bilinear transform gives the standard's coefficients at 48 kHz.
    frequency, gain_db, q = 1681.974450955533, 3.999843853973347, 0.7071752369554196
    k = np.tan(np.pi * frequency / rate_hz)
    high, band = 10 ** (gain_db / 20), 10 ** (gain_db / 20 * 0.4996667741545416)
    b = np.array([high + band * k / q + k * k, 2 * (k * k - high), high - band * k / q + k * k])
    a = np.array([1 + k / q + k * k, 2 * (k * k - 1), 1 - k / q + k * k])
    return b / a[0], a / a[0]


def _high_pass(rate_hz: int) -> tuple[np.ndarray, np.ndarray]:
    frequency, q = 38.13547087602444, 0.5003270373238773
    k = np.tan(np.pi * frequency / rate_hz)
    a = np.array([1 + k / q + k * k, 2 * (k * k - 1), 1 - k / q + k * k])
    return np.array([1.0, -2.0, 1.0]), a / a[0]
