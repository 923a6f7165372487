"""Which of several pieces is the best: their own figures, weighed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from musivid.analysis.key import degree_weights
from musivid.metrics.music import returns
from musivid.metrics.music.measures import measure_music
from musivid.pipeline.bgm.composer import MatchFacts
from musivid.pipeline.bgm.plan import BgmPlan
from musivid.score.harmony import key_of_notes
from musivid.score.notes import TICKS_PER_BEAT, Score

__all__ = ["PieceFacts", "Ranked", "Ranking", "onsets_per_bar", "rank_scores"]

Ranking = Literal["music", "control"]

_SHIFTS = 200  # shifts at most behind the chance level
_SIXTEENTH = TICKS_PER_BEAT // 4  # ticks
# What each figure is worth: to a listener, and by how well a piece does what bars are asked for.
_WORTH: dict[Ranking, dict[str, float]] = {
    "music": {
        "figures": 1.5, "bars": 1.25, "news": 0.5, "calm": 1.25, "chords": 2.0, "tonal": 0.25,
        "home": 2.5, "beat": 0.75, "sync": 0.5, "groove": 0.25, "filled": 0.25,
    },
    "control": {
        "sync": 1.0, "scale": 1.0, "key": 1.0, "groove": 1.0, "filled": 1.0, "variety": 0.5,
        "density": 0.5,
    },
}  # fmt: skip
_GOOD_ENTROPY = 2.6  # bits of a bar's pitch classes: neither one note nor all twelve
_GOOD_FIGURES, _GOOD_BARS, _GOOD_NEWS = 0.5, 0.5, 0.25  # shares from which on more is no better
_BAD_CLASHES = 0.1  # share of strong beats at which clashes leave half
_CHORDS = (0.45, 0.85)  # share of notes in their chord: less than random ones have; as in songs
_TONAL = (0.5, 0.85)  # likeness to the key's profile: as of random notes of a scale, as in songs
_HOME = (
    0.02,
    0.06,
)  # how unevenly pitches are used: as random notes of a scale, as the evenest songs
_FEWEST = 12  # notes of a player that say something of that


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceFacts:
    """Figures of a piece; fields are the keys of its JSON.

    Attributes:
        candidate: its number, as it was composed.
        worth: weighed mean of `shares`, 0..1.
        shares: what is judged, by name, 0..1.
        sync_z: how much louder it begins on visual beats than elsewhere, in deviations; None: there
            is nothing to compare.
        onsets_per_bar: sixteenths with an onset in a bar, on average.
        onsets_asked: as many were asked for.
        notes: how many it has.
        measures: measures of the music by name; None where one cannot be taken.
        matches: the files that were nearest to the plan, where it was chosen from files.
    """

    candidate: int
    worth: float
    shares: Mapping[str, float]
    sync_z: float | None
    onsets_per_bar: float
    onsets_asked: float
    notes: int
    measures: Mapping[str, float | None]
    matches: tuple[MatchFacts, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The figures in JSON types; matches only where there are some."""
        found = asdict(self)
        return found if self.matches else {k: v for k, v in found.items() if k != "matches"}


@dataclass(frozen=True, slots=True)
class Ranked:
    """A piece and what it is worth.

    Attributes:
        score: the piece.
        worth: weighed mean of its figures, 0..1.
        facts: what its worth was made of.
    """

    score: Score
    worth: float
    facts: PieceFacts


def rank_scores(scores: list[Score], plan: BgmPlan, ranking: Ranking = "music") -> list[Ranked]:
    """Return the pieces, the best first; equals stay in order.

    Args:
        scores: pieces for one film.
        plan: of the film.
        ranking: music: figures and bars that return, clashes, chords that are kept, a key that is
            clear, groove; control: how well each bar does what it was asked for.
    """
    ranked = [_judged(score, plan, index, ranking) for index, score in enumerate(scores)]
    return sorted(ranked, key=lambda piece: -piece.worth)


def _judged(score: Score, plan: BgmPlan, index: int, ranking: Ranking) -> Ranked:
    measured = {name: measure.value for name, measure in measure_music(score).items()}
    z = _sync_z(score, plan)
    played = onsets_per_bar(score, len(plan.controls))
    asked = float(np.mean([control.density for control in plan.controls]))
    entropy = measured.get("pitch_class_entropy_1")
    every = {
        "sync": float(1 / (1 + np.exp(-(z - 2) / 1.5))) if z is not None else 0.5,
        "scale": measured.get("scale_consistency") or 0.0,
        "key": float(key_of_notes(score) == plan.harmony.key),
        "groove": measured.get("grooving_similarity") or 0.0,
        "filled": 1.0 - (measured.get("empty_bar_rate") or 0.0),
        "variety": 0.0 if entropy is None else float(np.exp(-((entropy - _GOOD_ENTROPY) ** 2))),
        "density": float(np.exp(-abs(played - asked) / max(asked, 1.0))),
    }
    if ranking == "music":
        every |= _musical(score)
    worths = _WORTH[ranking]
    shares = {name: share for name, share in every.items() if name in worths}
    worth = sum(worths[name] * share for name, share in shares.items()) / sum(worths.values())
    facts = PieceFacts(
        candidate=index,
        worth=round(worth, 4),
        shares={name: round(share, 4) for name, share in shares.items()},
        sync_z=None if z is None else round(z, 3),
        onsets_per_bar=round(played, 3),
        onsets_asked=round(asked, 3),
        notes=sum(len(track.notes) for track in score.tracks),
        measures={k: None if v is None else round(float(v), 4) for k, v in measured.items()},
    )
    return Ranked(score, worth, facts)


def _musical(score: Score) -> dict[str, float]:
    """What a listener keeps of a piece, each 0..1; without pitched notes all but `beat` are 0."""
    pitched = any(track.notes for track in score.tracks if not track.is_drum)
    beat = returns.groove_returning(score) or 0.0
    if not pitched:
        return dict.fromkeys(
            ("figures", "bars", "news", "calm", "chords", "tonal", "home"), 0.0
        ) | {"beat": beat}
    kept = returns.chord_share(score, returns.heard_chords(score)) or 0.0
    figures = returns.figures_returning(score) or 0.0
    return {
        "figures": min(1.0, figures / _GOOD_FIGURES),
        # Bars of few notes return by chance; in music their figures do, too.
        "bars": min(1.0, 2 * figures, (returns.bars_returning(score) or 0.0) / _GOOD_BARS),
        "news": min(1.0, (returns.bars_distinct(score) or 0.0) / _GOOD_NEWS),
        "calm": 1 / (1 + (returns.clash_rate(score) or 0.0) / _BAD_CLASHES),
        "chords": _between(kept, _CHORDS),
        "tonal": _between(_tonality(score), _TONAL),
        "home": _between(_unevenness(score), _HOME),
        "beat": beat,
    }


def _between(value: float, span: tuple[float, float]) -> float:
    return min(max((value - span[0]) / (span[1] - span[0]), 0.0), 1.0)


def _tonality(score: Score) -> float:
    """How like the profile of its key the time is that each pitch class sounds: a correlation."""
    heard = np.zeros(12)
    for track in score.tracks:
        for note in track.notes:
            heard[note.pitch % 12] += 0 if track.is_drum else note.duration
    key = key_of_notes(score)
    return 0.0 if key is None else float(np.corrcoef(heard, degree_weights(key))[0, 1])


def _unevenness(score: Score) -> float:
    """How unevenly players use the pitches of the key in their range: 0 as dice do, to 1 only one.

    One less the entropy of a player's pitches over that of all alike, in the mean of the notes.
    """
    key = key_of_notes(score)
    found, notes = [0.0], [0]
    for track in score.tracks:
        pitches = np.array([note.pitch for note in track.notes])
        if track.is_drum or key is None or len(pitches) < _FEWEST:
            continue
        span = range(pitches.min(), pitches.max() + 1)
        choice = sum(pitch % 12 in key.pitch_classes for pitch in span)
        if choice > 2:
            shares = np.unique(pitches, return_counts=True)[1] / len(pitches)
            found.append(1 + float(shares @ np.log2(shares)) / math.log2(choice))
            notes.append(len(pitches))
    return float(np.average(found, weights=notes)) if any(notes) else 0.0


def onsets_per_bar(score: Score, bars: int) -> float:
    """Return the mean number of sixteenths with an onset in the first `bars` bars."""
    last = bars * 4 * TICKS_PER_BEAT
    places = {round(n.start / _SIXTEENTH) for t in score.tracks for n in t.notes if n.start < last}
    return len(places) / max(1, bars)


def _sync_z(score: Score, plan: BgmPlan) -> float | None:
    """How much louder the music begins on visual beats and cuts than elsewhere, in deviations."""
    ticks = len(plan.controls) * 16
    onset = np.zeros(ticks)
    for track in score.tracks:
        for note in track.notes:
            place = round(note.start / _SIXTEENTH)
            if place < ticks:
                onset[place] += note.velocity / 100
    wanted = np.zeros(ticks)
    for bar, control in enumerate(plan.controls):
        for hit in control.hits:
            wanted[bar * 16 + hit.tick] = hit.strength
    if not wanted.any() or not onset.any():
        return None
    chance = [float(onset @ np.roll(wanted, shift)) for shift in range(1, ticks)][:_SHIFTS]
    spread = float(np.std(chance))
    return (float(onset @ wanted) - float(np.mean(chance))) / spread if spread > 0 else 0.0
