"""Songs for films: form, chords, tune and players, the same each time for one seed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from musivid.analysis.tonality import Key
from musivid.core.seeds import dice
from musivid.score.notes import ChordMark, Note, Score, Section, TrackNotes, without_overlaps
from musivid.score.songs.band import Band, seat_band
from musivid.score.songs.bass import play_bass
from musivid.score.songs.cells import Tone
from musivid.score.songs.comping import play_chords
from musivid.score.songs.drums import play_drums
from musivid.score.songs.ending import ended
from musivid.score.songs.form import Form, Phrase
from musivid.score.songs.hall import SIXTEENTH, Hall
from musivid.score.songs.harmony import last_key, song_chords
from musivid.score.songs.lead import Octaves, answers, play_tune, second_voice
from musivid.score.songs.moods import MOODS
from musivid.score.songs.seats import seated
from musivid.score.songs.theory import Bars, chord_at, home_chord
from musivid.score.songs.tune import song_tune

__all__ = ["Song", "SongWish", "compose_song"]

_NAMES = {"I": "intro", "A": "verse", "B": "chorus", "C": "bridge"}
_TUNE = 74  # MIDI pitch around which a tune lies
_LOWER = {"orchestral": -5, "metal": -5}  # semitones, where it is played lower
_TOP, _UNDER = (57, 69), 1  # highest pitches of chords; how far they stay under the tune
_LOW_TUNE = 10  # per cent of a tune that may lie below them
_NO_SECOND = ("jazz", "techno", "ambient")  # genres where nobody sings along
_LEAD_GAIN, _SECOND_GAIN, _SECOND_PAN = 1.25, 0.8, -0.25  # times the volume; pan from -1 to 1


@dataclass(frozen=True, slots=True)
class SongWish:
    """What a song is asked to be.

    Attributes:
        genre: a key of `GENRES`.
        mood: a key of `MOODS`.
        key: of the song.
        seed: of all that is left open.
        players: who plays, of `ROLES`; empty: whoever the genre has.
        is_free: whether themes may stand in keys of other scales.
        closes: whether there is a last chord.
    """

    genre: str
    mood: str
    key: Key
    seed: int = 0
    players: Collection[str] = ()
    is_free: bool = True
    closes: bool = True


@dataclass(frozen=True, slots=True)
class Song:
    """A song and how it is made.

    Attributes:
        score: its notes, with phrases and chords marked.
        form: its phrases.
        bars: its chords.
    """

    score: Score
    form: Form
    bars: Bars


def compose_song(form: Form, wish: SongWish) -> Song:
    """Return a song of a form.

    Raises:
        KeyError: no such genre or mood.
    """
    mood, seed = MOODS[wish.mood], wish.seed
    bars = song_chords(form, wish.genre, wish.mood, wish.key, seed, is_free=wish.is_free)
    tones = song_tune(form, wish.genre, wish.mood, bars, seed) if bars else []
    middle = _TUNE + mood.register + _LOWER.get(wish.genre, 0)
    octaves = _octaves(tones, bars, form, middle)
    pitches = _pitches(tones, bars, form, octaves)
    band = seat_band(wish.genre, wish.players, pitches, seed)
    hall = Hall(wish.genre, mood, form, bars, dice(seed, 25), band.named)
    tracks = _played(hall, band, tones, octaves)
    end = max(form.strike * SIXTEENTH + 1, form.tempo.tick_at(form.tempo.duration_s))
    bpm, changes = form.tempo.tempo_changes()
    score = Score(
        tracks=ended(hall, tracks, _end_key(form, wish), end, closes=wish.closes),
        tempo_bpm=bpm,
        bars=-(-end // (form.steps * SIXTEENTH)),
        beats_per_bar=form.metre.signature[0],
        beat_unit=form.metre.signature[1],
        key=wish.key,
        sections=tuple(Section(_name(p), p.start, p.bars) for p in form.phrases),
        tempo_changes=changes,
        chords=_marks(form, bars, wish),
    )
    return Song(score, form, bars)


def _played(hall: Hall, band: Band, tones: list[Tone], octaves: Octaves) -> list[TrackNotes]:
    """What everybody plays, without the last chord."""
    # The tune is the top line: everybody else stays under it.
    pitches = _pitches(tones, hall.bars, hall.form, octaves)
    lowest = np.percentile(pitches, _LOW_TUNE) if band.carrier and len(pitches) else _TOP[1]
    top = int(np.clip(lowest - _UNDER, *_TOP))
    tune = play_tune(hall, tones, octaves) if band.carrier else []
    lying = seated(hall, band.parts, band.programs, top)
    tracks = []
    for role, part in band.parts.items():
        program, notes = band.programs[role], list[Note]()
        if role == "Drums":
            notes = play_drums(hall)
        elif role == "Bass":
            notes = play_bass(hall, part, program)
        elif role != "Lead":
            notes = play_chords(hall, role, (band.parts, program), lying[role], top)
        if role == band.carrier:
            notes = [*notes, *tune]
        gain = _LEAD_GAIN if role == band.carrier else 1.0
        tracks.append(
            TrackNotes(
                role, program, role == "Drums", without_overlaps(notes),
                min(1.0, part.volume * gain), part.pan, part.reverb,
            )
        )  # fmt: skip
    if "Lead" in band.parts and hall.genre not in _NO_SECOND:
        tracks.append(_second(hall, band, tones, octaves))
    return tracks


def _second(hall: Hall, band: Band, tones: list[Tone], octaves: Octaves) -> TrackNotes:
    """Who sings along and answers, with the instrument of the tune from the other side."""
    part = band.parts["Lead"]
    said = [*second_voice(hall, tones), *answers(hall, tones)]
    notes = without_overlaps(play_tune(hall, said, octaves, "Second"))
    volume, pan = part.volume * _SECOND_GAIN, _SECOND_PAN - part.pan
    return TrackNotes("Second", band.programs["Lead"], False, notes, volume, pan, part.reverb)


def _octaves(tones: list[Tone], bars: Bars, form: Form, middle: int) -> Octaves:
    """Where the tune lies in each key, so that it is near the middle in all of them."""
    found: dict[int, list[int]] = {}
    for tone in tones:
        bar, step = divmod(tone.start, form.steps)
        chord = chord_at(bars[bar], step)
        found.setdefault(chord.tonic, []).append(chord.pitch(tone.step))
    return {
        tonic: 12 * round((middle - float(np.mean(pitches))) / 12)
        for tonic, pitches in found.items()
    }


def _pitches(tones: list[Tone], bars: Bars, form: Form, octaves: Octaves) -> list[int]:
    """The MIDI pitches of a tune."""
    found = []
    for tone in tones:
        bar, step = divmod(tone.start, form.steps)
        chord = chord_at(bars[bar], step)
        found.append(chord.pitch(tone.step) + octaves[chord.tonic])
    return found


def _name(phrase: Phrase) -> str:
    theme = f", theme {phrase.movement + 1}" if phrase.movement else ""
    return f"{_NAMES[phrase.letter]} {phrase.letter}{phrase.turn + 1}{theme}"


def _end_key(form: Form, wish: SongWish) -> Key:
    return last_key(form, wish.key, wish.genre, is_free=wish.is_free)


def _marks(form: Form, bars: Bars, wish: SongWish) -> tuple[ChordMark, ...]:
    """The chords by name, where they change."""
    marks: list[ChordMark] = []
    places = [(b * form.steps + at, c.name) for b, bar in enumerate(bars) for at, c in bar]
    places = [(place, name) for place, name in places if place < form.strike]
    if wish.closes:
        places.append((form.strike, home_chord(_end_key(form, wish)).name))
    for place, name in places:
        if not marks or marks[-1].name != name:
            marks.append(ChordMark(place * SIXTEENTH, name))
    return tuple(marks)
