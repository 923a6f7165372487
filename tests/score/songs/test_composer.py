"""Songs for films: what every genre and mood keeps, and what makes them songs."""

from __future__ import annotations

import dataclasses
import functools
import zlib
from collections import Counter

import numpy as np
import pytest

from musivid.analysis.tonality import Key
from musivid.metrics.music import returns
from musivid.score.songs import FilmOutline, Song, SongWish, compose_song, key_for, plan_form
from musivid.score.songs.genres import GENRES
from musivid.score.songs.moods import MOODS
from musivid.score.songs.theory import home_chord
from musivid.score.tempo_map import steady_map

CUTS_S = (4.0, 7.5, 12.0, 16.0, 21.0, 24.0, 28.5)
BACK_BEAT = ("pop", "rock", "metal", "synthwave", "hip hop", "funk", "country", "lo-fi", "ballad")
ALL_SECONDS = 32.0
SONGS = {
    "pop": 2210236398,
    "rock": 2261082683,
    "metal": 507844418,
    "house": 3146044792,
    "techno": 1481605984,
    "trance": 3094714444,
    "synthwave": 378147638,
    "ambient": 2155545015,
    "ballad": 2898004200,
    "jazz": 3461169934,
    "bossa nova": 3903745244,
    "latin": 2053653690,
    "folk": 2448502973,
    "orchestral": 3506510991,
    "hip hop": 2405847702,
    "lo-fi": 3400485082,
    "funk": 2721872009,
    "reggae": 2156480005,
    "country": 4263012743,
    "waltz": 3423940638,
}


def film(seconds: float = ALL_SECONDS) -> FilmOutline:
    cuts = tuple(c + 32 * n for n in range(int(seconds // 32) + 1) for c in CUTS_S)
    cuts = tuple(c for c in cuts if c < seconds - 1)
    return FilmOutline(seconds, cuts, (16.0,), ((9.25, 0.8),))


@functools.cache
def song(genre: str = "pop", mood: str = "happy", seed: int = 1, seconds: float = 32.0) -> Song:
    low, high = GENRES[genre].tempo
    form = plan_form(film(seconds), GENRES[genre].metre, steady_map(seconds, (low + high) / 2))
    return compose_song(form, SongWish(genre, mood, key_for(genre, mood, seed), seed))


def drum_steps(made: Song, bar: int, keys: tuple[int, ...]) -> set[int]:
    first = bar * made.score.ticks_per_bar - 40
    notes = made.score.track("Drums").notes
    within = (n for n in notes if first <= n.start < first + made.score.ticks_per_bar)
    return {round((n.start - first - 40) / 120) for n in within if n.pitch in keys}


@pytest.mark.parametrize("genre", GENRES)
def test_every_genre_makes_a_song(genre: str) -> None:
    made = song(genre, tuple(MOODS)[len(genre) % 4])
    score = made.score
    assert score.beats_per_bar == (3 if genre == "waltz" else 4)
    ends = [score.time_s(n.end) for t in score.tracks for n in t.notes]
    assert max(ends) == pytest.approx(ALL_SECONDS, abs=0.02)
    assert (returns.clash_rate(score) or 0) <= 0.05
    assert (returns.figures_returning(score) or 0) > 0.02
    strike = made.form.strike * 120
    for track in score.tracks:
        assert {n.start for n in track.notes if n.start >= strike} <= {strike}
        assert all(1 <= n.velocity <= 127 and n.duration > 0 for n in track.notes)
    assert score.chords[-1].tick == strike
    assert sum(p.bars for p in made.form.phrases) in (len(made.bars), len(made.bars) - 1)


@pytest.mark.parametrize("genre", BACK_BEAT)
@pytest.mark.parametrize("mood", ["sad", "angry"])
def test_the_back_beat_stands_whatever_the_mood(genre: str, mood: str) -> None:
    made = song(genre, mood)
    inner = [b for p in made.form.phrases if p.letter != "I" for b in range(p.start, p.end)]
    kept = [{4, 12} <= drum_steps(made, bar, (37, 38, 39, 40)) for bar in inner]
    assert np.mean(kept) >= 0.9


def test_a_house_song_has_four_kicks_and_a_jazz_song_swings() -> None:
    house = song("house", "calm")
    assert all({0, 4, 8, 12} <= drum_steps(house, bar, (36,)) for bar in range(len(house.bars)))
    rides = [n.start % 480 for n in song("jazz").score.track("Drums").notes if n.pitch == 51]
    late = [tick for tick in rides if 120 < tick < 420]
    assert late and abs(np.mean(late) - 320) < 15


def test_one_seed_is_one_song_and_another_is_another() -> None:
    assert compose_song(song().form, SongWish("pop", "happy", key_for("pop", "happy", 1), 1)) == (
        song()
    )
    tunes = {tuple(n.pitch for n in song("pop", "happy", s).score.track("Lead").notes)
             for s in range(3)}  # fmt: skip
    assert len(tunes) == 3


def test_moods_differ_in_what_can_be_heard_in_one_key() -> None:
    form = song().form
    loud, held, notes = {}, {}, {}
    for mood in MOODS:
        made = compose_song(form, SongWish("pop", mood, Key.named("C major"), 3, is_free=False))
        tracks = [t for t in made.score.tracks if not t.is_drum]
        loud[mood] = np.mean([n.velocity for t in tracks for n in t.notes])
        held[mood] = np.mean([n.duration for n in made.score.track("Lead").notes])
        notes[mood] = sum(len(t.notes) for t in made.score.tracks)
    assert loud["angry"] > loud["happy"] > loud["calm"] > loud["sad"]
    assert held["angry"] < held["sad"]
    assert notes["angry"] > notes["happy"] > notes["calm"]


def test_a_long_film_gets_new_themes_and_comes_back() -> None:
    made = song("pop", "happy", 2, 160.0)
    phrases = made.form.phrases
    assert {p.movement for p in phrases} == {0, 1} and phrases[-1].movement == 0
    tonics = {chord.tonic for bar in made.bars for _, chord in bar}
    assert len(tonics) > 1
    key = made.score.key
    assert key is not None
    whole_up = Key((key.tonic + 2) % 12, key.mode)  # its last phrases rise by a whole tone
    assert made.score.chords[-1].name == home_chord(whole_up).name
    asked = SongWish("pop", "happy", key, 2, is_free=False)
    assert compose_song(made.form, asked).score.chords[-1].name == home_chord(key).name


def test_no_phrase_of_a_long_song_is_heard_more_than_three_times_note_for_note() -> None:
    made = song("country", "sad", 3, 160.0)
    per_bar, tune = made.score.ticks_per_bar, made.score.track("Lead").notes
    seen = Counter(
        tuple((round((n.start - p.start * per_bar) / 120), n.pitch) for n in tune
              if p.start * per_bar - 30 <= n.start < p.end * per_bar - 30)
        for p in made.form.phrases if p.letter != "I"
    )  # fmt: skip
    assert len(made.form.phrases) > 9 and max(seen.values()) <= 3


def test_cuts_and_strong_moments_are_struck() -> None:
    made = song("rock", "angry")
    starts = {round(n.start / 120) for n in made.score.track("Drums").notes}
    assert made.form.hits and set(made.form.hits) <= starts


def test_players_who_are_asked_for_play_and_no_others() -> None:
    form, key = song("jazz").form, Key.named("F major")
    for players in (("Piano", "Bass"), ("Strings",), ("Drums", "Guitar"), ("Drums",)):
        made = compose_song(form, SongWish("jazz", "calm", key, 1, players))
        assert {t.name for t in made.score.tracks} == set(players)
        if players[-1] != "Drums":
            assert (returns.figures_returning(made.score) or 0) > 0


@pytest.mark.parametrize("seconds", [1.0, 2.0, 3.1, 6.0])
@pytest.mark.parametrize("genre", ["pop", "waltz", "ambient"])
def test_short_films_end_with_their_picture(genre: str, seconds: float) -> None:
    short = FilmOutline(seconds)
    form = plan_form(short, GENRES[genre].metre, steady_map(seconds, 100))
    made = compose_song(form, SongWish(genre, "calm", Key(0), 1))
    ends = [made.score.time_s(n.end) for t in made.score.tracks for n in t.notes]
    assert max(ends) == pytest.approx(seconds, abs=0.02)


def test_without_a_last_chord_it_is_cut_off_with_the_film() -> None:
    wish = SongWish("pop", "happy", Key(0), 1)
    made = compose_song(song().form, dataclasses.replace(wish, closes=False))
    ends = [made.score.time_s(n.end) for t in made.score.tracks for n in t.notes]
    assert 30 < max(ends) <= 32.02


@pytest.mark.parametrize("genre", GENRES)
def test_songs_of_a_seed_stay_what_they_are(genre: str) -> None:
    """Whoever liked a song gets it again: note for note, whoever plays, chord for chord."""
    moods, is_long = tuple(MOODS), genre in ("pop", "jazz", "waltz", "techno")
    of_genre = [
        song(genre, moods[len(genre) % 4]),
        song(genre, moods[(len(genre) + 1) % 4], 2, 75.0 if is_long else 13.0),
    ]
    told = []
    for score in (made.score for made in of_genre):
        told += [score.sections, score.chords, round(score.tempo_bpm, 3), str(score.key)]
        for t in score.tracks:
            mix = [round(float(v), 3) for v in (t.volume, t.pan, t.reverb)]
            notes = [(n.start, n.duration, n.pitch, n.velocity) for n in t.notes]
            told.append((t.name, t.program, mix, notes))
    assert zlib.crc32(repr(told).encode()) == SONGS[genre]


def test_whoever_has_the_tune_is_louder_but_never_beyond_full(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def volumes(made: Song) -> dict[str, float]:
        return {track.name: track.volume for track in made.score.tracks}

    table, made = GENRES["pop"].parts, song()
    usual = volumes(made)
    assert usual["Lead"] == pytest.approx(1.25 * table["Lead"].volume)
    assert usual["Second"] == pytest.approx(0.8 * table["Lead"].volume)
    others = usual.keys() - {"Lead", "Second"}
    assert others and all(usual[name] == table[name].volume for name in others)
    full = {**table, "Lead": dataclasses.replace(table["Lead"], volume=0.9)}
    monkeypatch.setitem(GENRES, "pop", dataclasses.replace(GENRES["pop"], parts=full))
    wish = SongWish("pop", "happy", key_for("pop", "happy", 1), 1)
    assert volumes(compose_song(made.form, wish))["Lead"] == 1


def test_the_last_chord_is_struck_again_with_cuts_that_come_while_it_rings() -> None:
    tempo = steady_map(16.0, 120.0)
    form = plan_form(FilmOutline(16.0, (4.0, 15.0, 15.9)), GENRES["pop"].metre, tempo)
    assert form.strike < 120 and form.late == (120,)  # the second one is too late to be heard
    made = compose_song(form, SongWish("pop", "happy", Key.named("C major"), 2))
    at = {
        track.name: {n.start for n in track.notes if n.start >= 120 * 120}
        for track in made.score.tracks
    }
    assert at["Piano"] == at["Drums"] == {120 * 120} and not at["Lead"]
    held = [n.pitch for n in made.score.track("Lead").notes if n.end > 120 * 120]
    again = [n.pitch for n in made.score.track("Piano").notes if n.start == 120 * 120]
    before = [n.pitch for n in made.score.track("Piano").notes if n.start == form.strike * 120]
    assert len(held) == 1 and again == before
