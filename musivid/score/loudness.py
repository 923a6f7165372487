"""How loud sound is, and how to make it as loud as asked, by ITU-R BS.1770-5 and EBU Tech 3341."""

from __future__ import annotations

import numpy as np

__all__ = ["loudness_lufs", "normalise", "true_peak_dbtp"]

_BLOCK_S, _STEP_S = 0.4, 0.1
_PIECE_S = 60
_ABSOLUTE_GATE, _RELATIVE_GATE = -70.0, -10.0
_OFFSET = -0.691  # BS.1770-5, equation 2
_OVERSAMPLING, _PEAK_BLOCK, _PEAK_MARGIN = 4, 1024, 64
_LIMITER_S = 0.004
_ROUNDS, _CLOSE_LU = 6, 0.05


def loudness_lufs(sound: np.ndarray, rate_hz: int) -> float:
    """Return the integrated loudness in LUFS; minus infinity for silence.

    Args:
        sound: float32 [channels, samples], one or two channels.
        rate_hz: samples a second.
    """
    block, step = round(_BLOCK_S * rate_hz), round(_STEP_S * rate_hz)
    if sound.shape[1] < block:
        sound = np.pad(sound, ((0, 0), (0, block - sound.shape[1])))
    power = _block_power(sound, rate_hz, block, step)
    with np.errstate(divide="ignore"):
        levels = _OFFSET + 10 * np.log10(power)
        loud = power[levels > _ABSOLUTE_GATE]
        if not len(loud):
            return -np.inf
        gate = _OFFSET + 10 * np.log10(loud.mean()) + _RELATIVE_GATE
    chosen = power[(levels > _ABSOLUTE_GATE) & (levels > gate)]
    return float(_OFFSET + 10 * np.log10(chosen.mean()))


def true_peak_dbtp(sound: np.ndarray) -> float:
    """Return the highest peak between samples too, in dB of full scale; -inf for silence."""
    with np.errstate(divide="ignore"):
        return float(20 * np.log10(_oversampled_peak(sound)))


def normalise(
    sound: np.ndarray, rate_hz: int, *, lufs: float = -16.0, peak_dbtp: float = -1.0
) -> np.ndarray:
    """Return the sound at a loudness, its peaks held down by a limiter: float32, same shape.

    Silence stays as it is. Where peaks stand far above the rest, the sound gets as loud as a few
    rounds of limiting allow, never beyond the peak.
    """
    level = loudness_lufs(sound, rate_hz)
    if not np.isfinite(level):
        return sound.astype(np.float32)
    ceiling = 10 ** (peak_dbtp / 20)
    gain, limit, out = 10 ** ((lufs - level) / 20), ceiling, sound
    for _ in range(_ROUNDS):
        out = _limited(sound * np.float32(gain), rate_hz, limit)
        missing, over = lufs - loudness_lufs(out, rate_hz), _oversampled_peak(out) / ceiling
        if abs(missing) < _CLOSE_LU and over <= 1:
            break
        gain *= 10 ** (missing / 20)
        # The limiter sees samples only; peaks between them ask for a little more room.
        limit /= max(1.0, over * 1.001)
    return (out / max(1.0, _oversampled_peak(out) / ceiling)).astype(np.float32)


def _limited(sound: np.ndarray, rate_hz: int, ceiling: float) -> np.ndarray:
    """Hold peaks under the ceiling by a gain that moves over a few milliseconds, ahead of them."""
    from scipy.ndimage import minimum_filter1d, uniform_filter1d

    peaks = np.abs(sound).max(0)
    gain = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9))
    window = 2 * round(_LIMITER_S * rate_hz / 2) + 1
    # The mean of minima over the same window is never above the gain that a peak needs.
    eased = uniform_filter1d(minimum_filter1d(gain, window), window)
    return np.asarray(sound * eased, np.float32)


def _oversampled_peak(sound: np.ndarray) -> float:
    """Return the highest absolute value between samples, looked for where it can be.

    Between samples a wave can stand above them, but where they are all below half the highest it
    would need an unheard-of pattern to win.
    """
    from scipy.signal import resample_poly

    if not sound.size:
        return 0.0
    blocks = -(-sound.shape[1] // _PEAK_BLOCK)
    padded = np.pad(sound, ((0, 0), (0, blocks * _PEAK_BLOCK - sound.shape[1])))
    heights = np.abs(padded.reshape(len(sound), blocks, _PEAK_BLOCK)).max(2)
    highest = float(heights.max())
    for channel, block in np.argwhere(heights > 0.5 * max(highest, 1e-12)):
        first = block * _PEAK_BLOCK
        start = max(first - _PEAK_MARGIN, 0)
        part = sound[channel, start : first + _PEAK_BLOCK + _PEAK_MARGIN]
        # The margins only keep the cut from being heard in the block.
        risen = resample_poly(part.astype(np.float64), _OVERSAMPLING, 1)
        risen = risen[(first - start) * _OVERSAMPLING :][: _PEAK_BLOCK * _OVERSAMPLING]
        highest = max(highest, float(np.abs(risen).max()))
    return highest


def _block_power(sound: np.ndarray, rate_hz: int, block: int, step: int) -> np.ndarray:
    """Return the weighted power of every block; a minute at a time, so that hours fit."""
    from scipy.signal import lfilter

    filters = (_shelf(rate_hz), _high_pass(rate_hz))
    held = [np.zeros((len(sound), 2)) for _ in filters]
    powers = []
    # Blocks overlap: what a piece's last blocks still need is kept for the next one.
    rest = np.zeros((len(sound), 0))
    for first in range(0, sound.shape[1], _PIECE_S * rate_hz):
        piece = sound[:, first : first + _PIECE_S * rate_hz].astype(np.float64)
        for number, (b, a) in enumerate(filters):
            piece, held[number] = lfilter(b, a, piece, axis=1, zi=held[number])
        rest = np.concatenate([rest, piece], axis=1)
        count = max(0, (rest.shape[1] - block) // step + 1)
        sums = np.cumsum(np.pad(rest**2, ((0, 0), (1, 0))), axis=1)
        starts = step * np.arange(count)
        powers.append((sums[:, starts + block] - sums[:, starts]).sum(0) / block)
        rest = rest[:, step * count :]
    return np.concatenate(powers)


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
