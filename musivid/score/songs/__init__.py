"""Songs by rules: form, harmony, tune and players, laid on a film.

`song_tempo` finds the beat that meets a film's cuts, `plan_form` the phrases, `compose_song` the
notes.
"""

from __future__ import annotations

from musivid.score.songs.composer import Song, SongWish, compose_song
from musivid.score.songs.form import Form, Phrase, plan_form
from musivid.score.songs.moods import key_for
from musivid.score.songs.outline import FilmOutline
from musivid.score.songs.pulse import cuts_met, sections_met, song_tempo

__all__ = [
    "FilmOutline",
    "Form",
    "Phrase",
    "Song",
    "SongWish",
    "compose_song",
    "cuts_met",
    "key_for",
    "plan_form",
    "sections_met",
    "song_tempo",
]
