"""Songs in other metres than is usual: six-eight in every genre, three-four in quieter ones."""

from __future__ import annotations

import functools
from dataclasses import replace

import numpy as np
import pytest

from musivid.metrics.music import returns
from musivid.score.metre import METRES
from musivid.score.songs import FilmOutline, Song, SongWish, compose_song, key_for, plan_form
from musivid.score.songs import song_tempo as tempo_of
from musivid.score.songs.cells import Tone
from musivid.score.songs.form import LONG_PHRASE
from musivid.score.songs.genres import GENRES
from musivid.score.songs.patterns import DRUM_KEYS
from musivid.score.songs.playbooks import metres_of, playbook
from musivid.score.songs.styles import STYLES
from musivid.score.songs.tune import _ornamented
from musivid.score.tempo_map import TempoMap, TempoWish, steady_map

SIX = METRES["6/8"]
SECONDS = 16.5
FILM = FilmOutline(SECONDS, (4.0, 7.5, 12.0, 15.1), (12.0,), ((9.25, 0.8),))


def compound(bpm: float) -> TempoMap:
    return replace(steady_map(SECONDS, bpm), beat_ticks=SIX.beat_ticks)


@functools.cache
def song(genre: str, bpm: float) -> Song:
    form = plan_form(FILM, SIX, compound(bpm))
    return compose_song(form, SongWish(genre, "happy", key_for(genre, "happy", 1), 1))


def steps(made: Song, role: str, keys: tuple[int, ...] = ()) -> list[int]:
    notes = next((t.notes for t in made.score.tracks if t.name == role), ())
    kept = (n for n in notes if not keys or n.pitch in keys)
    return [round(n.start / 120) for n in kept if n.start < made.form.strike * 120]


@pytest.mark.parametrize("name", METRES)
def test_all_that_a_genre_plays_is_there_in_bars_of_the_metre(name: str) -> None:
    book, steps = playbook(METRES[name]), METRES[name].steps
    for genre in book.grooves:
        parts = {role: part.style for role, part in GENRES[genre].parts.items()}
        assert STYLES[genre].rhythm in book.rhythms and parts["Bass"] in book.basses
        assert {parts[role] for role in ("Piano", "Guitar", "Strings")} <= book.chords.keys()
    lanes = [lane for groove in book.grooves.values() for lane in groove if lane.pattern != "-"]
    assert {lane.drum for lane in lanes} <= DRUM_KEYS.keys()
    drums = [lane.pattern for lane in lanes]
    used = {part.style for genre in book.grooves for part in GENRES[genre].parts.values()}
    hands = [hand for style in used & book.chords.keys() for v in book.chords[style]
             for hand in v.split("/")]  # fmt: skip
    basses = [v for style in used & book.basses.keys() for v in book.basses[style]]
    rhythms = [book.rhythms[STYLES[genre].rhythm] for genre in book.grooves]
    tunes = [bar for r in rhythms for bar in (*r.openings, *r.endings)]
    assert {len(bar) for bar in hands + basses + tunes + [book.walk]} == {steps}
    assert {len(bar) for bar in drums} == {steps, 2 * steps}
    assert all(len(pattern) >= steps for fill in book.fills for _, pattern in fill)
    for signs, texts in (("XxoO.", drums), ("x-.", tunes), ("XxobBpm123456-.", hands),
                         ("rRoftsvag-.", basses)):  # fmt: skip
        assert set("".join(texts)) <= set(signs)
    if METRES[name].is_compound:
        assert not any(sign == "x" and at % 2 for bar in tunes for at, sign in enumerate(bar))


def test_each_genre_has_its_own_metre_and_six_eight() -> None:
    assert all({str(table.metre), "6/8"} <= set(metres_of(name)) for name, table in GENRES.items())
    assert metres_of("waltz") == ("3/4", "6/8") and metres_of("house") == ("4/4", "6/8")
    assert metres_of("jazz") == ("4/4", "3/4", "6/8")


@pytest.mark.parametrize(("genre", "bpm"), [("rock", 120), ("ballad", 66), ("jazz", 132)])
def test_a_song_in_it_is_counted_so_by_all(genre: str, bpm: float) -> None:
    made = song(genre, bpm)
    score = made.score
    assert (score.beats_per_bar, score.beat_unit, score.ticks_per_bar) == (6, 8, 1440)
    assert score.tempo_bpm == pytest.approx(1.5 * made.form.tempo.mean_bpm)
    ends = [score.time_s(n.end) for t in score.tracks for n in t.notes]
    assert max(ends) == pytest.approx(SECONDS, abs=0.02)
    assert made.form.strike % 12 == 0
    assert {at for bar in made.bars for at, _ in bar} <= {0, 6}
    assert (returns.clash_rate(score) or 0) <= 0.05
    played = [s for role in ("Piano", "Guitar", "Bass", "Lead") for s in steps(made, role)]
    assert np.mean([step % 2 == 0 for step in played]) > 0.85  # eighths, not quarters halved
    assert {step % 6 for step in played} >= {0, 4}


def test_a_genre_of_four_beats_is_played_in_three() -> None:
    form = plan_form(FILM, METRES["3/4"], steady_map(SECONDS, 120))
    made = compose_song(form, SongWish("jazz", "happy", key_for("jazz", "happy", 1), 1))
    assert (made.score.beats_per_bar, made.score.beat_unit) == (3, 4)
    assert {step % 12 for step in steps(made, "Drums", (51,))} >= {0, 4, 8}
    assert {0, 4, 8} <= {step % 12 for step in steps(made, "Bass")}
    assert (returns.clash_rate(made.score) or 0) <= 0.05


@pytest.mark.parametrize(("genre", "bpm"), [("rock", 120), ("ballad", 66)])
def test_the_second_beat_is_the_back_beat(genre: str, bpm: float) -> None:
    made = song(genre, bpm)
    hit = {step for step in steps(made, "Drums", (37, 38, 39)) if step % 12 == 6}
    bars = [b for p in made.form.phrases if p.level > 0.5 for b in range(p.start, p.end)]
    heard = {step // 12 for step in steps(made, "Drums")}
    assert np.mean([12 * b + 6 in hit for b in bars if b in heard]) >= 0.9


def test_phrases_of_short_bars_have_two_halves_of_other_chords() -> None:
    quick, slow = song("rock", 120), song("ballad", 66)
    assert (quick.form.unit, slow.form.unit) == (LONG_PHRASE, 4)
    phrase = next(p for p in quick.form.phrases if p.bars == LONG_PHRASE)
    bars = [[c.token for _, c in bar] for bar in quick.bars[phrase.start : phrase.end]]
    assert bars[:4] != bars[4:]
    lead = [step // 12 - phrase.start for step in steps(quick, "Lead")]
    middle, other = (sum(bar == at for bar in lead) for at in (3, 1))
    assert 0 < middle <= other + 1  # it breathes


def test_cuts_are_met_on_beats_or_their_eighths_in_the_range_of_the_genre() -> None:
    short = FilmOutline(6.0, (1.3, 2.0, 3.9, 4.7))
    tempo = tempo_of(short, "ballad", "happy", SIX, TempoWish(range_bpm=(30, 240)))
    assert (tempo.beat_ticks, tempo.parts) == (720, 3)
    low, high = GENRES["ballad"].tempo
    assert low * 0.93 <= tempo.mean_bpm <= high * 1.07
    off = [abs(tempo.time_s(tempo.snapped(cut)) - cut) for cut in short.cuts_s]
    assert max(off) <= 0.05
    asked = tempo_of(short, "ballad", "happy", SIX, TempoWish(bpm=71))
    assert asked.parts == 3 and asked.mean_bpm == pytest.approx(71, abs=0.6)
    waltz = tempo_of(short, "waltz", "happy", SIX, TempoWish(range_bpm=(30, 240), lock="off"))
    assert 45 <= waltz.mean_bpm <= 63


def test_a_dotted_quarter_is_ornamented_by_an_eighth() -> None:
    tones = [Tone(12, 6, 0), Tone(18, 6, 2), Tone(24, 6, 4)]
    made = _ornamented(tones, SIX, 1)
    assert [(t.start, t.length) for t in made[:2]] == [(12, 4), (16, 2)]
