"""Scores as JSON, every tick and level as it is: a stopped run goes on with what it wrote."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from musivid.analysis.tonality import Key
from musivid.score.notes import ChordMark, CueMark, Note, Score, Section, TempoChange, TrackNotes

__all__ = ["dump_scores", "parse_scores"]


def dump_scores(scores: Sequence[Score]) -> str:
    """Return scores as a JSON text that `parse_scores` reads."""
    return json.dumps([_plain(score) for score in scores], separators=(",", ":"))


def parse_scores(text: str) -> tuple[Score, ...]:
    """Return the scores of a text that `dump_scores` wrote."""
    return tuple(_score(plain) for plain in json.loads(text))


def _plain(score: Score) -> dict[str, Any]:
    """A score in JSON types; notes are lists of four numbers."""
    plain = asdict(score)
    for track, written in zip(score.tracks, plain["tracks"], strict=True):
        written["notes"] = [(n.start, n.duration, n.pitch, n.velocity) for n in track.notes]
    return plain


def _score(plain: dict[str, Any]) -> Score:
    made = {
        "tracks": tuple(
            TrackNotes(**{**track, "notes": tuple(Note(*note) for note in track["notes"])})
            for track in plain["tracks"]
        ),
        "sections": tuple(Section(**section) for section in plain["sections"]),
        "tempo_changes": tuple(TempoChange(**change) for change in plain["tempo_changes"]),
        "chords": tuple(ChordMark(**chord) for chord in plain["chords"]),
        "cues": tuple(CueMark(**cue) for cue in plain["cues"]),
        "key": None if plain["key"] is None else Key(**plain["key"]),
    }
    return Score(**{**plain, **made})
