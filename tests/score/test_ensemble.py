"""Who plays in which genre, and which genre suits a film."""

from __future__ import annotations

import pytest

from musivid.score.ensemble import GENRES, ensemble_of, genre_for
from musivid.score.notes import TrackNotes


def test_the_genre_rises_with_the_motion() -> None:
    ladder = ["ambient", "ballad", "folk", "orchestral", "pop", "synthwave", "rock"]
    assert [genre_for((step + 0.5) / 7) for step in range(7)] == ladder
    assert genre_for(-1.0) == genre_for(0.0) == "ambient"
    assert genre_for(1.0) == genre_for(5.0) == "rock"
    assert set(ladder) <= set(GENRES)


@pytest.mark.parametrize("genre", GENRES)
def test_every_genre_seats_every_player(genre: str) -> None:
    ensemble = ensemble_of(genre)
    assert ensemble.genre == genre
    for name, program in ensemble.programs.items():
        seated = ensemble.seated(TrackNotes(name, 0, name == "Drums", ()))
        assert (seated.name, seated.program) == (name, program)
        assert seated.is_drum == (name == "Drums")
        assert 0 <= seated.reverb <= 1 and 0 <= seated.program <= 127
