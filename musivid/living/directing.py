"""From a heard song and its lines to a plan: borders on bars, moods, what returns, cuts."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.sound import SoundFacts
from musivid.core.seeds import dice
from musivid.living.choosing import Chooser, Wish
from musivid.living.plan import Place, lay_places
from musivid.living.planfile import PlanRow
from musivid.living.world import WorldLook, find_looks

__all__ = ["Heard", "direct", "lay_wishes", "song_energy"]

Array = NDArray[np.float32]

_LEAST_S, _LINE_S, _MOST_S = 2.6, 3.2, 16.0  # a place; one that lines fill; any
_MOST_BARS = 8
_SNAP_BAR_S, _SNAP_BEAT_S = 0.6, 0.3  # how far a border moves to meet the music
_LIKE = 0.985  # cosine of mean spectra that are one part of the song
_BUSY_HZ = 5.0  # onsets a second of wild music
_LOUD_CUT = 0.62  # energy above which cuts are hard
_CLOSES = 4  # places of a film that returns to its first one at the end
_OPEN = 0.5  # energy above which what returns opens as a chorus does


@dataclass(frozen=True, slots=True)
class Heard:
    """What choosing needs of the sound.

    Attributes:
        facts: what was heard.
        mel: power float32 [bands, columns] of the spectrum.
        times_s: when each embedded window is what goes on.
        sounds: float32 [windows, dim], their embeddings.
    """

    facts: SoundFacts
    mel: Array
    hop_s: float
    times_s: NDArray[np.float64]
    sounds: Array


def direct(
    heard: Heard,
    lines: Sequence[tuple[float, float, str]],
    chooser: Chooser | None,
    seed: int,
    rows: Sequence[PlanRow] = (),
) -> list[Place]:
    """The plan of a film.

    Args:
        heard: the song.
        lines: start, end and text of each line that guides, ascending; empty: the sound alone.
        chooser: chooses looks; None where `rows` name them all.
        seed: another one, another film.
        rows: the places that somebody wrote down; empty: they are found.
    """
    stretches = _written(heard, rows, lines) if rows else _stretches(heard.facts, lines)
    wishes = lay_wishes(heard, stretches)
    opens = [wish.same_as is not None and wish.energy > _OPEN for wish in wishes]
    if not rows and len(wishes) >= _CLOSES and not wishes[-1].line:
        # The film ends where it began, in another light.
        wishes[-1], opens[-1] = replace(wishes[-1], same_as=0), False
    looks = _looks(wishes, rows, chooser, seed)
    borders = [start for start, _, _ in stretches] + [heard.facts.duration_s]
    choices = [
        (look.scene, look.look, text) for look, (_, _, text) in zip(looks, stretches, strict=True)
    ]
    places = lay_places(borders, choices, _cuts(wishes, looks, seed), opens)
    return [
        replace(place, shot=row.shot or place.shot, cut=row.cut or place.cut) if row else place
        for place, row in itertools.zip_longest(places, rows)
    ]


def _written(
    heard: Heard, rows: Sequence[PlanRow], lines: Sequence[tuple[float, float, str]]
) -> list[tuple[float, float, str]]:
    """Start, end and words of the places that somebody wrote; words not given are those sung."""
    found = []
    for row in rows:
        end_s = heard.facts.duration_s if row.end_s is None else row.end_s
        sung = [text for start, _, text in lines if row.start_s <= start + _SNAP_BAR_S < end_s]
        found.append((row.start_s, end_s, ". ".join(sung) if row.line is None else row.line))
    return found


def _looks(
    wishes: Sequence[Wish], rows: Sequence[PlanRow], chooser: Chooser | None, seed: int
) -> list[WorldLook]:
    """The look of each place: as it was written, else chosen."""
    if chooser is None:
        return [found for row in rows for found in find_looks(f"{row.scene}/{row.look}")]
    within = [row.scene if row.look is None else f"{row.scene}/{row.look}" for row in rows]
    looks = chooser.choose(wishes, seed, within)
    for index, name in enumerate(within):
        if name.startswith("picture"):  # which nobody can choose
            looks[index] = find_looks(name)[0]
    return looks


def song_energy(facts: SoundFacts) -> float:
    """How wild a song is, 0..1."""
    loud = float(facts.curves.loudness.mean()) if len(facts.curves.loudness) else 0.0
    return 0.35 * loud + 0.65 * min(1.0, _onset_rate(facts) / _BUSY_HZ)


def _stretches(
    facts: SoundFacts, lines: Sequence[tuple[float, float, str]]
) -> list[tuple[float, float, str]]:
    """Start, end and words of each place; they cover the song."""
    starts: list[tuple[float, str]] = []
    for start, _, text in lines:
        if starts and starts[-1][1] and start - starts[-1][0] < _LINE_S:
            starts[-1] = (starts[-1][0], f"{starts[-1][1]}. {text}")
        else:
            starts.append((start, text))
    silent = [start for start in _silences(facts, lines) if start < facts.duration_s - _LEAST_S]
    marks = sorted([*starts, *((start, "") for start in silent)])
    if not marks or marks[0][0] > _LEAST_S:
        marks.insert(0, (0.0, ""))
    placed: list[tuple[float, str]] = []
    for start, text in marks:
        at = _snapped(facts, start) if placed else 0.0
        if placed and at - placed[-1][0] < _LEAST_S:
            before, words = placed[-1]
            placed[-1] = (before, f"{words} {text}".strip() if text else words)
        else:
            placed.append((at, text))
    return _split_long(facts, placed)


def _silences(facts: SoundFacts, lines: Sequence[tuple[float, float, str]]) -> list[float]:
    """Where nobody sings for a while: the end of a line, and section borders within."""
    ends = [(0.0, lines[0][0])] if lines else [(0.0, facts.duration_s)]
    begins = [start for start, _, _ in lines[1:]] + [facts.duration_s]
    ends += [(end, begin) for (_, end, _), begin in zip(lines, begins, strict=False)]
    found = []
    for begin, end in ends:
        if end - begin < _LEAST_S * 2:
            continue
        if begin > 0:
            found.append(begin)
        sections = (float(s) for s in facts.sections_s)
        found += [s for s in sections if begin + _LEAST_S < s < end - _LEAST_S]
    return found


def _snapped(facts: SoundFacts, time_s: float) -> float:
    """The nearest downbeat, or else beat, if one is near."""
    for moments, reach in ((facts.downbeats_s, _SNAP_BAR_S), (facts.beats_s, _SNAP_BEAT_S)):
        if len(moments):
            near = float(moments[np.argmin(np.abs(moments - time_s))])
            if abs(near - time_s) <= reach:
                return near
    return time_s


def _split_long(
    facts: SoundFacts, placed: list[tuple[float, str]]
) -> list[tuple[float, float, str]]:
    """Stretches of at most eight bars or sixteen seconds, cut on downbeats."""
    bars = facts.downbeats_s
    bar_s = float(np.median(np.diff(bars))) if len(bars) > 2 else 2.0
    longest = min(_MOST_BARS * bar_s, _MOST_S)
    ends = [start for start, _ in placed[1:]] + [facts.duration_s]
    found = []
    for (start, text), end in zip(placed, ends, strict=True):
        count = max(1, int(np.ceil((end - start) / longest - 0.25)))
        inner = [_snapped(facts, start + (end - start) * k / count) for k in range(1, count)]
        edges = [start, *inner, end]
        found += [(a, b, text) for a, b in itertools.pairwise(edges)]
    return found


def lay_wishes(heard: Heard, stretches: Sequence[tuple[float, float, str]]) -> list[Wish]:
    """What each stretch should show."""
    levels = np.array([_level(heard.facts, a, b) for a, b, _ in stretches])
    ranks = np.argsort(np.argsort(levels, 0), 0) / max(len(levels) - 1, 1)
    busy = min(1.0, _onset_rate(heard.facts) / _BUSY_HZ)
    spectra = [_mean_spectrum(heard, a, b) for a, b, _ in stretches]
    wishes = []
    for index, (start, end, text) in enumerate(stretches):
        inside = (heard.times_s >= start) & (heard.times_s < end)
        sound = heard.sounds[inside].mean(0) if inside.any() else None
        energy = 0.45 * ranks[index, 0] + 0.55 * busy * (0.5 + 0.5 * levels[index, 0])
        light = 0.25 + 0.5 * ranks[index, 1]
        same = _returned(index, stretches, spectra)
        opens = index == 0 and any(words for _, _, words in stretches)
        wishes.append(Wish(text, sound, float(energy), float(light), same, opens))
    return wishes


def _level(facts: SoundFacts, start_s: float, end_s: float) -> tuple[float, float]:
    """Mean loudness and brightness of a stretch."""
    curves = facts.curves
    first = int(start_s / curves.hop_s)
    last = max(int(end_s / curves.hop_s), first + 1)
    loud, bright = curves.loudness[first:last], curves.brightness[first:last]
    return float(loud.mean()) if len(loud) else 0.0, float(bright.mean()) if len(bright) else 0.0


def _onset_rate(facts: SoundFacts) -> float:
    """Clear onsets a second."""
    onset = facts.curves.onset
    peaks = (onset[1:-1] > onset[:-2]) & (onset[1:-1] >= onset[2:]) & (onset[1:-1] > 0.3)
    return float(peaks.sum() / max(facts.duration_s, 1e-3))


def _mean_spectrum(heard: Heard, start_s: float, end_s: float) -> Array:
    """The mean spectrum of a stretch in decibels, without its own level, unit length."""
    first = int(start_s / heard.hop_s)
    part = heard.mel[:, first : max(int(end_s / heard.hop_s), first + 1)]
    decibels = 10 * np.log10(part.mean(1) + 1e-8)
    even = decibels - decibels.mean()
    return np.asarray(even / max(float(np.linalg.norm(even)), 1e-6), np.float32)


def _returned(
    index: int, stretches: Sequence[tuple[float, float, str]], spectra: Sequence[Array]
) -> int | None:
    """The earlier stretch that this one brings back: the same words, or the same sound."""
    text = stretches[index][2]
    for earlier in range(index - 1):
        if text and stretches[earlier][2] == text:
            return earlier
        alike = float(spectra[earlier] @ spectra[index]) > _LIKE
        if not text and not stretches[earlier][2] and alike and index - earlier > 2:
            return earlier
    return None


def _cuts(wishes: Sequence[Wish], looks: Sequence[WorldLook], seed: int) -> list[str]:
    """How the film comes to each place: hard where it is wild, from light to light where calm."""
    rng = dice(seed + 17)
    cuts = ["cut"]
    for before, after, here, there in zip(
        wishes[:-1], wishes[1:], looks[:-1], looks[1:], strict=True
    ):
        if "fire" in (here.scene, there.scene) and rng.random() < 0.7:
            cuts.append("ember")
        elif max(before.energy, after.energy) > _LOUD_CUT:
            cuts.append("push" if rng.random() < 0.25 else "cut")
        else:
            cuts.append("iris" if rng.random() < 0.65 else "cut")
    return cuts
