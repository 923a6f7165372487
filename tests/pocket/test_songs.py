from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from musivid.analysis.loudness import loudness_lufs, true_peak_dbtp
from musivid.analysis.tonality import MODES, Key
from musivid.pocket.songs import GENRES, SongFacts, compose, draw_facts, snippet
from musivid.pocket.songs.effects import roughen
from musivid.pocket.songs.example import example_score, make_example
from musivid.pocket.songs.form import FORMS, plan_form
from musivid.pocket.songs.harmony import PROGRAMS, chord_on, voicing
from musivid.pocket.songs.measure import measured
from musivid.pocket.songs.patterns import DRUMS, FILLS, RHYTHMS
from musivid.score.instruments import instrument_name, playable
from musivid.score.notes import Score
from musivid.score.songs.patterns import BASS, CHORDS, DRUM_KEYS

ROLES = ["Drums", "Piano", "Guitar", "Bass", "Strings"]
SEEDS = (0, 11)
EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def songs() -> dict[tuple[str, int], tuple[Score, SongFacts, SongFacts]]:
    """Whole songs of all genres with the facts asked for and the facts returned."""
    made = {}
    for genre in GENRES:
        for seed in SEEDS:
            asked = draw_facts(seed, genre=genre)
            made[genre, seed] = (*compose(seed, asked), asked)
    return made


def test_there_are_many_genres_with_patterns_for_every_player() -> None:
    assert len(GENRES) >= 10
    for genre in GENRES.values():
        assert genre.form in FORMS
        assert genre.progressions in PROGRAMS
        for role, part in genre.parts.items():
            table = {"Drums": DRUMS, "Bass": BASS, "Lead": RHYTHMS}.get(role, CHORDS)
            assert part.style in table


def test_patterns_fill_their_bars() -> None:
    for table in (BASS, CHORDS, RHYTHMS):
        for style, variants in table.items():
            bars = [b for v in variants for hand in v.split("/") for b in hand.split("|")]
            assert {len(bar) for bar in bars} == {12 if style == "waltz" else 16}, style
    for style, grooves in DRUMS.items():
        for groove in grooves:
            assert set(groove) <= set(DRUM_KEYS)
            assert {len(line) for line in groove.values()} == {12 if style == "waltz" else 16}
    for beats, fills in FILLS.items():
        assert {len(line) for fill in fills for line in fill.values()} == {4 * beats}


def test_the_same_seed_writes_the_same_song() -> None:
    assert compose(7) == compose(7)
    assert compose(7)[0] != compose(8)[0]
    assert draw_facts(7) == draw_facts(7)


@pytest.mark.parametrize("genre", GENRES)
@pytest.mark.parametrize("seed", SEEDS)
def test_facts_are_true_of_the_score(songs: Any, genre: str, seed: int) -> None:
    score, facts, asked = songs[genre, seed]
    assert score.tempo_bpm == facts.tempo_bpm == asked.tempo_bpm
    low, high = GENRES[genre].tempo
    assert low <= facts.tempo_bpm <= high
    assert str(score.key) == f"{facts.key} {facts.mode}"
    assert facts.mode in GENRES[genre].modes
    assert facts.beats_per_bar == score.beats_per_bar
    scale = Key.named(f"{facts.key} {facts.mode}").pitch_classes
    pitches = [n.pitch for t in score.tracks if not t.is_drum for n in t.notes]
    assert np.mean([pitch % 12 in scale for pitch in pitches]) >= 0.95
    names = [instrument_name(t.program, is_drum=t.is_drum) for t in score.tracks if t.notes]
    assert set(names) == set(facts.instruments)
    assert measured(score, asked) == facts
    for value in (facts.energy, facts.valence, facts.brightness, facts.density):
        assert 0 <= value <= 1
    assert len(facts.moods) >= 2


@pytest.mark.parametrize("genre", GENRES)
@pytest.mark.parametrize("seed", SEEDS)
def test_scores_are_well_formed(songs: Any, genre: str, seed: int) -> None:
    score, _, _ = songs[genre, seed]
    assert [track.name for track in score.tracks][:5] == ROLES
    assert [track.is_drum for track in score.tracks][:5] == [True, False, False, False, False]
    for track in score.tracks:
        low, high = (0, 127) if track.is_drum else playable(track.program)
        ends: dict[int, int] = {}
        for note in track.notes:
            assert low <= note.pitch <= high
            assert 1 <= note.velocity <= 127
            assert note.duration >= 1
            assert note.start >= 0
            assert note.end <= score.length_ticks
            assert note.start >= ends.get(note.pitch, 0), "a pitch sounds into its next note"
            ends[note.pitch] = note.end
    early = 20  # ticks that a loose player may be ahead of the bar
    starts = sorted({n.start + early for t in score.tracks for n in t.notes})
    assert {start // score.ticks_per_bar for start in starts} >= set(range(score.bars))


@pytest.mark.parametrize("genre", GENRES)
def test_sections_tile_the_song_and_rise_to_the_chorus(songs: Any, genre: str) -> None:
    score, _, _ = songs[genre, 0]
    bar = 0
    for section in score.sections:
        assert section.start_bar == bar
        bar += section.bars
    assert bar == score.bars

    def strength(name: str) -> float:
        spans = [s for s in score.sections if s.name == name]
        total = sum(
            n.velocity
            for t in score.tracks
            for n in t.notes
            for s in spans
            if s.start_bar <= n.start / score.ticks_per_bar < s.start_bar + s.bars
        )
        return total / max(sum(s.bars for s in spans), 1)

    top = next(n for n in ("drop", "chorus", "solo") if strength(n))
    assert strength(top) > strength("intro")
    assert strength(top) > strength("outro")


@pytest.mark.parametrize("form", FORMS)
def test_forms_fit_any_length(form: str) -> None:
    for bars in [*range(1, 70), 200]:
        segments = plan_form(np.random.default_rng(bars), form, bars)
        assert sum(s.bars for s in segments) == bars
        assert all(s.bars > 0 for s in segments)


@pytest.mark.parametrize("bars", [1, 2, 7, 8, 13, 40])
def test_songs_are_as_long_as_asked(bars: int) -> None:
    score, _ = compose(3, bars=bars)
    assert score.bars == bars
    assert len(score.sections) == 1 or bars >= 8


def test_no_bars_are_no_song() -> None:
    with pytest.raises(ValueError, match="0 bars"):
        compose(1, bars=0)


def test_unknown_genres_and_fields_are_refused() -> None:
    with pytest.raises(KeyError):
        draw_facts(1, genre="polka")
    with pytest.raises(TypeError):
        draw_facts(1, colour="red")


def test_choruses_come_back_note_for_note(songs: Any) -> None:
    score, _, _ = songs["pop", 0]
    assert score.track("Lead").notes
    loose = 50  # ticks

    def tune(start_bar: int, bars: int) -> set[tuple[int, int]]:
        first = start_bar * score.ticks_per_bar
        last = first + bars * score.ticks_per_bar
        return {
            (round((n.start - first) / loose / 2), n.pitch)
            for n in score.track("Lead").notes
            if first - loose <= n.start < last - loose
        }

    choruses = [tune(s.start_bar, s.bars) for s in score.sections if s.name == "chorus"]
    assert len(choruses) >= 2
    assert len(choruses[0] & choruses[1]) >= 0.7 * len(choruses[0])
    assert len(choruses[0] & choruses[-1]) >= 0.7 * len(choruses[0])


def test_instruments_asked_for_are_those_that_play() -> None:
    for wanted in [("piano", "double bass"), ("drums", "violin", "harp"), ("flute",), ("sitar",)]:
        for genre in ("pop", "jazz", "techno"):
            asked = draw_facts(4, genre=genre, instruments=wanted)
            for bars in (4, 16):
                assert set(compose(4, asked, bars)[1].instruments) == set(wanted)


def test_wishes_move_the_music() -> None:
    def mean(field: str, **wish: float) -> float:
        made = [
            compose(seed, draw_facts(seed, genre=genre, **wish), 8)[1]
            for seed in range(4)
            for genre in ("pop", "folk", "techno", "orchestral")
        ]
        return float(np.mean([getattr(facts, field) for facts in made]))

    assert mean("density", density=0.9) > 1.4 * mean("density", density=0.1)
    assert mean("brightness", brightness=0.95) > mean("brightness", brightness=0.05) + 0.1


def test_energy_is_heard_in_how_hard_notes_are_struck() -> None:
    def touch(energy: float) -> float:
        score, _ = compose(2, draw_facts(2, genre="rock", energy=energy), 8)
        return float(np.mean([n.velocity for t in score.tracks for n in t.notes]))

    assert touch(0.95) > touch(0.3) + 20


@pytest.mark.parametrize("mode", MODES)
def test_triads_have_perfect_fifths_and_voices_stay_near(mode: str) -> None:
    key = Key(4, mode)
    voices = None
    for degree in (1, 4, 5, 6, 2, 7, 3, 1):
        chord = chord_on(key, degree, seventh=False)
        assert key.pitch(chord.root + 4) - key.pitch(chord.root) == 7
        after = voicing(key, chord, 60, voices)
        assert list(after) == sorted(after)
        assert {p % 12 for p in after} == {key.pitch(s) % 12 for s in chord.steps}
        assert abs(np.mean(after) - 60) <= 8
        if voices is not None:
            assert max(abs(a - b) for a, b in zip(after, voices, strict=True)) <= 5
        voices = after


@pytest.mark.parametrize("seconds", [0.5, 2.0, 3.3])
def test_snippets_are_exactly_as_long_as_asked(seconds: float) -> None:
    for seed in range(3):
        sound, facts = snippet(seed, seconds, 16_000)
        assert sound.shape == (round(seconds * 16_000),)
        assert sound.dtype == np.float32
        assert np.isfinite(sound).all()
        assert 0.01 < np.abs(sound).max() <= 1
        assert facts.genre in GENRES
        assert facts.instruments


def test_snippets_are_repeatable_and_follow_their_facts() -> None:
    asked = draw_facts(9, genre="waltz", tempo_bpm=150.0)
    first, facts = snippet(9, 2.0, facts=asked)
    np.testing.assert_array_equal(first, snippet(9, 2.0, facts=asked)[0])
    assert replace(facts, brightness=0, density=0, instruments=(), moods=()) == replace(
        asked, brightness=0, density=0, instruments=(), moods=()
    )
    clean, same = snippet(9, 2.0, facts=asked, augment=False)
    assert same == facts
    assert not np.array_equal(clean, first)


def test_long_snippets_are_filled() -> None:
    sound, _ = snippet(1, 20.0, 8_000, facts=draw_facts(1, genre="techno"), augment=False)
    seconds = sound.reshape(20, -1)
    assert (np.abs(seconds).max(1) > 1e-3).all()


def test_effects_keep_length_and_bounds() -> None:
    wave = np.sin(np.arange(16_000) / 20).astype(np.float32)
    outcomes = [roughen(wave, 16_000, np.random.default_rng(seed)) for seed in range(40)]
    assert all(o.shape == wave.shape and o.dtype == np.float32 for o in outcomes)
    assert all(np.abs(o).max() <= 1 for o in outcomes)
    assert len({o.tobytes() for o in outcomes}) == 40


def decoded(path: Path) -> tuple[np.ndarray, int]:
    import av

    with av.open(str(path)) as container:
        parts = [frame.to_ndarray() for frame in container.decode(audio=0)]
        return np.concatenate(parts, axis=1), container.streams.audio[0].rate


def test_the_example_is_loud_whole_and_small() -> None:
    song = EXAMPLES / "song.mp3"
    sound, rate = decoded(song)
    assert song.stat().st_size <= 800_000
    assert 40 <= sound.shape[1] / rate <= 46
    assert true_peak_dbtp(sound) <= -1
    assert loudness_lufs(sound, rate) == pytest.approx(-16, abs=0.3)
    seconds = sound[:, : sound.shape[1] // rate * rate].reshape(2, -1, rate)
    assert (np.abs(seconds).max((0, 2)) > 0.01).all()


def test_the_example_has_ten_lines_on_downbeats() -> None:
    score = example_score()
    bar_s = score.time_s(score.ticks_per_bar)
    text = (EXAMPLES / "lyrics.lrc").read_text(encoding="utf-8")
    rows = [row for row in text.splitlines() if row[1].isdigit()]
    assert len([row for row in rows if row.partition("]")[2]]) >= 10
    for row in rows:
        time_s = 60 * int(row[1:3]) + float(row[4:9])
        assert time_s / bar_s == pytest.approx(round(time_s / bar_s), abs=0.01)


@pytest.mark.slow
def test_the_example_can_be_made_again(tmp_path: Path) -> None:
    song, lyrics = make_example(tmp_path)
    assert lyrics.read_bytes() == (EXAMPLES / "lyrics.lrc").read_bytes()
    (made, _), (kept, _) = decoded(song), decoded(EXAMPLES / "song.mp3")
    assert made.shape == kept.shape
    assert np.sqrt(np.mean((made - kept) ** 2)) < 0.01
