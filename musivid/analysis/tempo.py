"""How fast a song is counted: what repeats after beats and bars, and how likely each count is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.accents import bass_rise, chord_curve
from musivid.analysis.harmony import Harmony
from musivid.analysis.spectrum import Spectrum

__all__ = ["Counts", "Tempo", "find_tempo", "list_counts"]

Array = NDArray[np.float32]
Times = NDArray[np.float64]

_TEMPOS_BPM = (48.0, 220.0)  # slowest and fastest that are tried
_STEPS = 160  # tempos that are tried, 1 % apart
_PEAKS = 6  # tempos that are looked at closely, each with its half and double
_SAME = 0.03  # tempos nearer than this are one
_BAR_COMBS = ((1, 2, 4), (1, 3, 6))  # beats of which a bar repeats: of four, and of three
_USUAL_BPM = 110.0  # people's taps are commonest near it
# Log odds of a count: likeness of attacks, of the bass and of changes of chord so many beats later,
# how far from the usual tempo and how many sounds begin in a beat. A likeness alone would prefer
# long beats; together they say which count people write down. Fitted on composed songs with known
# tempi by `bench/beats.py fit`.
_ATTACK_BEATS = (1 / 2, 2 / 3, 1.0, 3 / 2, 2.0, 3.0, 4.0, 6.0, 8.0)
_BASS_BEATS = (1 / 2, 1.0, 2.0, 4.0, 8.0)
_CHORD_BEATS = (1.0, 2.0, 4.0, 8.0)
_ATTACK = (0.12, -1.58, 1.22, -0.47, 0.88, 1.89, 1.13, 2.32, 0.96)
_BASS = (-1.51, 1.34, -0.06, 2.69, 0.96)
_CHORD = (0.34, -1.97, 3.51, 0.57)
_OCTAVES_OFF, _DENSITY, _DENSITY_OFF = -2.35, -0.55, -0.23
_WEIGHTS = (*_ATTACK, *_BASS, *_CHORD, _OCTAVES_OFF, _DENSITY, _DENSITY_OFF)
_RIVAL = 0.25  # share of the two's probability from which the other count is named
_WAYS = (2.0, 1 / 2, 3 / 2, 2 / 3)  # of counting the same music


@dataclass(frozen=True, slots=True)
class Tempo:
    """The likeliest count.

    Attributes:
        bpm: beats a minute; 0 where nothing sounds.
        rival_bpm: half, double, 3:2 or 2:3 of it, where that is about as likely; or 0.
        pulse: 0..1, how alike attacks are a beat, half a bar and a bar later.
    """

    bpm: float
    rival_bpm: float
    pulse: float


@dataclass(frozen=True, slots=True)
class Counts:
    """Tempos that could be counted.

    Attributes:
        bpm: float64 [counts].
        signs: float64 [counts, signs], what speaks for each, in the order of the weights.
        pulse: float64 [counts], 0..1, mean likeness of attacks a beat, half a bar and a bar later.
    """

    bpm: Times
    signs: Times
    pulse: Times


def find_tempo(onsets: Array, spectrum: Spectrum, harmony: Harmony) -> Tempo:
    """Return the tempo of a song, and the other way to count it where there is one.

    Args:
        onsets: float32 [columns], onset strength on the spectrum's grid.
        spectrum: the song's bands.
        harmony: its pitch classes.
    """
    counts = list_counts(onsets, spectrum, harmony)
    if not len(counts.bpm):
        return Tempo(0.0, 0.0, 0.0)
    odds = counts.signs @ np.array(_WEIGHTS)
    best = int(odds.argmax())
    ratio = counts.bpm / counts.bpm[best]
    other_way = (np.abs(ratio[:, None] / np.array(_WAYS) - 1) < _SAME).any(1)
    others = np.where(other_way, odds, -np.inf)
    rival = int(others.argmax())
    close = 1 / (1 + np.exp(odds[best] - others[rival])) > _RIVAL
    return Tempo(
        float(counts.bpm[best]),
        float(counts.bpm[rival]) if close else 0.0,
        float(counts.pulse[best]),
    )


def list_counts(onsets: Array, spectrum: Spectrum, harmony: Harmony) -> Counts:
    """Return the tempos that a song repeats itself at, and what speaks for each."""
    hop_s = spectrum.hop_s
    attack, bass = _likeness(onsets), _likeness(bass_rise(spectrum))
    chords = _likeness(chord_curve(harmony))
    per_s = _onsets_per_s(onsets, hop_s)
    tempos = [60.0 / hop_s / _tuned(attack, 60.0 / bpm / hop_s) for bpm in _peaks(attack, hop_s)]
    rows = []
    for bpm in tempos:
        beat, slow_beat = 60.0 / bpm / hop_s, 60.0 / bpm / harmony.hop_s
        off, dense = np.log2(bpm / _USUAL_BPM), np.log2(per_s * 60.0 / bpm + 1e-3)
        rows.append(
            [_near(attack, beats * beat) for beats in _ATTACK_BEATS]
            + [_near(bass, beats * beat) for beats in _BASS_BEATS]
            + [_near(chords, beats * slow_beat) for beats in _CHORD_BEATS]
            + [off * off, dense, dense * dense]
        )
    signs: Times = np.array(rows, np.float64).reshape(len(rows), len(_WEIGHTS))
    pulse = np.array([_comb(attack, 60.0 / bpm / hop_s) for bpm in tempos])
    return Counts(np.array(tempos), signs, pulse.clip(0, 1))


def _peaks(attack: Times, hop_s: float) -> list[float]:
    """Tempos that the attacks repeat themselves at best, their halves and doubles, all apart."""
    tempos = np.geomspace(*_TEMPOS_BPM, _STEPS)
    comb = np.array([_comb(attack, 60.0 / bpm / hop_s) for bpm in tempos])
    inner = np.flatnonzero((comb[1:-1] >= comb[:-2]) & (comb[1:-1] > comb[2:])) + 1
    found: list[float] = []
    for place in sorted(inner, key=lambda place: -comb[place])[:_PEAKS]:
        for bpm in tempos[place] * np.array([1.0, 2.0, 0.5]):
            known = any(abs(bpm / other - 1) < _SAME for other in found)
            if _TEMPOS_BPM[0] <= bpm <= _TEMPOS_BPM[1] and not known:
                found.append(float(bpm))
    return found


def _likeness(curve: Array | Times) -> Times:
    """Correlation of a curve with itself at every lag, float64 [columns]; 1 at none."""
    smooth = np.convolve(curve - curve.mean(), np.hanning(5) / 2.0, mode="same")
    count = len(smooth)
    turned = np.fft.rfft(smooth, 2 * count)
    alike = np.fft.irfft(np.abs(turned) ** 2)[:count]
    even: Times = alike / (alike[0] + 1e-12) * count / (count - np.arange(count))
    return even


def _comb(alike: Times, lag: float) -> float:
    """Mean likeness one beat of `lag` columns, half a bar and a bar later."""
    return max(float(np.mean([_near(alike, beats * lag) for beats in comb])) for comb in _BAR_COMBS)


def _near(alike: Times, lag: float) -> float:
    """The greatest likeness about a lag; 0 where less than half the song is left."""
    low, high = _about(lag)
    return float(alike[low:high].max()) if high <= len(alike) // 2 else 0.0


def _tuned(alike: Times, lag: float) -> float:
    """A beat of about `lag` columns, taken more exactly from what is alike four beats later."""
    low, high = _about(4 * lag)
    return (low + int(alike[low:high].argmax())) / 4 if high <= len(alike) // 2 else lag


def _about(lag: float) -> tuple[int, int]:
    return max(1, int(np.floor(0.985 * lag))), int(np.ceil(1.015 * lag)) + 1


def _onsets_per_s(onsets: Array, hop_s: float) -> float:
    from scipy.signal import find_peaks

    top = max(float(np.quantile(onsets, 0.98)), 1e-3)
    peaks, _ = find_peaks(onsets, height=0.15 * top, prominence=0.07 * top)
    return len(peaks) / (len(onsets) * hop_s)
