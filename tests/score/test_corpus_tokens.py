"""What training asks of tokens of either kind: bars, players, and how far songs can be moved."""

from __future__ import annotations

import numpy as np
import pytest

from musivid.score.bmt import tokens as bmt
from musivid.score.cmt import tokens as cmt
from musivid.score.corpus_tokens import BmtTokens, CmtTokens
from musivid.score.notes import Note, Score, TrackNotes


def song(*pitches: int, drum: int | None = None) -> Score:
    notes = tuple(Note(k * 480, 480, pitch, 80) for k, pitch in enumerate(pitches))
    tracks = [TrackNotes("Piano", 0, False, notes)]
    if drum is not None:
        tracks.append(TrackNotes("Drums", 0, True, (Note(0, 120, drum, 80),)))
    return Score(tuple(tracks), 120.0, 2)


def test_cmt_can_be_moved_within_midi_and_drums_stay() -> None:
    tokens, rows = CmtTokens(), cmt.encode(song(60, 72, 67, 64, 60, drum=36))
    assert tokens.shifts(rows) == (-60, 127 - 72)
    assert tokens.players(rows) == (1, 2)
    assert len(tokens.bars(rows)) == 2
    moved = cmt.decode(tokens.transposed(rows, 5), tempo_bpm=120)
    assert [n.pitch for n in moved.track("Piano").notes] == [65, 77, 72, 69, 65]
    assert [n.pitch for n in moved.track("Drums").notes] == [36]
    drums = Score((song(60, drum=36).tracks[1],), 120.0, 1)
    assert tokens.shifts(cmt.encode(drums)) is None


def test_bmt_can_be_moved_within_its_vocabulary() -> None:
    tokens, rows = BmtTokens(), bmt.encode(song(60, 72, 67, 64, 60))
    assert tokens.shifts(rows) == (22 - 60, 105 - 72)
    assert tokens.players(rows) == ()
    moved = bmt.decode(tokens.transposed(rows, -3))
    assert [n.pitch for n in moved.tracks[0].notes] == [57, 69, 64, 61, 57]
    assert tokens.shifts(rows[:1]) is None


@pytest.mark.parametrize("tokens", [CmtTokens(), BmtTokens()])
def test_no_shift_is_no_change(tokens: CmtTokens | BmtTokens) -> None:
    rows = np.zeros((3, tokens.columns), np.int64)
    assert tokens.transposed(rows, 0) is rows
