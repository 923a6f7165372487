"""Music that is there already: the MIDI file whose rhythm is most like the film's (CMT, Eq. 16)."""

from __future__ import annotations

import dataclasses
import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from musivid.core.errors import InputError, MusividError
from musivid.core.progress import Reporter
from musivid.media.kinds import NOTES
from musivid.pipeline.bgm.composer import MatchFacts, Pieces
from musivid.pipeline.bgm.fit import fit_score
from musivid.pipeline.bgm.job import CheckedBgm
from musivid.pipeline.bgm.plan import BgmPlan, replan
from musivid.score.cmt.tokens import BAR, METRICAL, encode
from musivid.score.control_rows import density_class, strength_class
from musivid.score.harmony import key_of_notes
from musivid.score.midi import read_midi
from musivid.score.notes import TICKS_PER_BEAT, Note, Score, TrackNotes, without_overlaps

__all__ = [
    "Match",
    "MatchComposer",
    "Rhythm",
    "best_matches",
    "laid_out",
    "likeness",
    "match_facts",
    "picture_rhythm",
    "score_rhythm",
]

Floats = NDArray[np.float64]

_TICKS = 16  # sixteenths of a bar
_NEAR = 0.08  # how far from its own tempo a piece may be played
_MOST_KEPT = 5  # as published
_MOST_BYTES = 16_000_000  # of a MIDI file; that is more than a million notes


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What Eq. 16 compares.

    Attributes:
        density: float64 [bars], ticks with an onset.
        strength: float64 [bars, 16], notes begun by one instrument on each tick; 0 for none.
    """

    density: Floats
    strength: Floats


@dataclass(frozen=True, slots=True)
class Match:
    """A file and how alike it is; higher is better, infinite is the same."""

    path: Path
    score: Score
    likeness: float


@dataclass(frozen=True, slots=True)
class MatchComposer:
    """Chooses the best match among the MIDI files of a folder, at any depth.

    Attributes:
        folder: of MIDI files.
    """

    kind: ClassVar[str] = "match"

    folder: Path

    def compose(self, plan: BgmPlan, checked: CheckedBgm, reporter: Reporter) -> Pieces:
        """Return the best match, played on a tempo map near its own tempo.

        Raises:
            InputError: no file can be used.
        """
        preset = checked.job.preset
        matches = best_matches(self.folder, plan, reporter)
        best = matches[0].score
        reporter.note(f"chose {matches[0].path}")
        key = laid_out(best, len(plan.controls)).key
        tempo = preset.tempo.bpm or best.tempo_bpm
        plan = replan(plan, checked, (tempo * (1 - _NEAR), tempo * (1 + _NEAR)), key)
        piece = laid_out(best, len(plan.controls))
        piece = fit_score(piece, plan, {}, cadence=preset.ending.cadence)
        return Pieces(plan, [piece], tuple(map(match_facts, matches)))


def likeness(picture: Rhythm, music: Rhythm) -> float:
    """Return how alike two rhythms are over the bars that both have (Di et al. 2021, Eq. 16)."""
    bars = min(len(picture.density), len(music.density))
    if not bars:
        return 0.0
    density = picture.density[:bars] - music.density[:bars]
    wanted = picture.strength[:bars]
    strength = wanted - music.strength[:bars] * (wanted > 0)
    distance = float((density**2).mean() + (strength**2).mean())
    return 1 / distance if distance > 0 else float("inf")


def score_rhythm(score: Score) -> Rhythm:
    """Return the rhythm of a piece in 4/4.

    Raises:
        InputError: another metre, or no notes.
    """
    rows = encode(score)
    metrical = rows[rows[:, 1] == METRICAL]
    bar = np.cumsum(metrical[:, 0] == BAR) - 1
    strength = np.zeros((bar[-1] + 1, _TICKS))
    for row, place in zip(metrical, bar, strict=True):
        if row[0] != BAR:
            strength[place, row[0] - 1] = row[6]
    return Rhythm((metrical[metrical[:, 0] == BAR, 2] - 1).astype(np.float64), strength)


def picture_rhythm(plan: BgmPlan) -> Rhythm:
    """Return what the film asks of music; weak visual beats count too, as published."""
    bars = len(plan.controls)
    strength = np.zeros((bars, _TICKS))
    pairs = zip(plan.motion.beats_s, plan.motion.beat_weights, strict=True)
    for time_s, weight in pairs:
        bar, tick = divmod(round(4 * plan.tempo.beat_at(float(time_s))), _TICKS)
        if bar < bars:
            strength[bar, tick] = strength_class(float(weight))
    density = np.array([density_class(control.energy) for control in plan.controls], np.float64)
    return Rhythm(density, strength)


def best_matches(folder: Path, plan: BgmPlan, reporter: Reporter) -> list[Match]:
    """Return the best five MIDI files of a folder, the best first.

    Files in other metres, without notes, damaged or too large are passed over, with a warning.

    Raises:
        InputError: no file is left.
    """
    files = sorted(path for path in folder.rglob("*") if NOTES.holds(path))
    reporter.stage("match", total=len(files), unit="files")
    wanted = picture_rhythm(plan)
    found: list[Match] = []
    for path in files:
        try:
            if path.stat().st_size > _MOST_BYTES:
                raise InputError(f"{path} is larger than {_MOST_BYTES // 1_000_000} MB")
            score = read_midi(path, reporter)
            found.append(Match(path, score, likeness(wanted, score_rhythm(score))))
        except MusividError as error:
            reporter.warn(f"skipped {path}: {error.problem}")
        found = sorted(found, key=lambda match: -match.likeness)[:_MOST_KEPT]
        reporter.advance()
    if not found:
        raise InputError(
            f"no MIDI file in {folder} can be used",
            hint="Files must be in 4/4 and have notes; the warnings say what is wrong.",
        )
    return found


def match_facts(match: Match) -> MatchFacts:
    """What there is to tell of a match."""
    return MatchFacts(
        file=str(match.path),
        likeness=None if np.isinf(match.likeness) else round(match.likeness, 6),
        tempo_bpm=round(match.score.tempo_bpm, 3),
        bars=match.score.bars,
    )


def laid_out(score: Score, bars: int) -> Score:
    """Return a piece of `bars` bars: cut off, or begun again where it is too short."""
    scale = TICKS_PER_BEAT / score.ticks_per_beat
    whole = score.ticks_per_bar
    turns = range(-(-bars // score.bars))

    def moved(track: TrackNotes) -> TrackNotes:
        notes = (
            Note(
                round((note.start + turn * score.bars * whole) * scale),
                max(1, round(note.duration * scale)),
                note.pitch,
                note.velocity,
            )
            for turn, note in itertools.product(turns, track.notes)
        )
        return dataclasses.replace(track, notes=without_overlaps(notes))

    tracks = tuple(moved(track) for track in score.tracks if track.notes)
    return dataclasses.replace(
        score,
        tracks=tracks,
        bars=bars,
        key=score.key or key_of_notes(score),
        ticks_per_beat=TICKS_PER_BEAT,
        sections=(),
        tempo_changes=(),
    )
