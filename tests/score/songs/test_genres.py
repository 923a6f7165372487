"""What the tables of genres make of a few songs each: what models learned from stays as it was."""

from __future__ import annotations

import zlib

import pytest

from musivid.pocket.songs import GENRES, compose, draw_facts

SONGS = {
    "pop": 2206820617,
    "rock": 3658023971,
    "metal": 2390349153,
    "house": 2251258533,
    "techno": 286399359,
    "trance": 180639869,
    "synthwave": 2039135763,
    "ambient": 2877045673,
    "ballad": 1261975321,
    "jazz": 4154804705,
    "bossa nova": 1551619712,
    "latin": 482070241,
    "folk": 3891709732,
    "orchestral": 2051051209,
    "hip hop": 1058199305,
    "lo-fi": 286854966,
    "funk": 3217752968,
    "reggae": 450366793,
    "country": 593153343,
    "waltz": 1408870184,
}


def test_every_genre_is_held() -> None:
    assert SONGS.keys() == GENRES.keys()


@pytest.mark.parametrize("genre", SONGS)
def test_songs_of_a_seed_stay_what_they_are(genre: str) -> None:
    told = []
    for seed in range(4):
        score, _ = compose(seed, draw_facts(seed, genre=genre), 8)
        for track in score.tracks:
            mix = [round(float(v), 3) for v in (track.volume, track.pan, track.reverb)]
            notes = [(n.start, n.duration, n.pitch, n.velocity) for n in track.notes]
            told.append((round(score.tempo_bpm, 3), track.name, track.program, mix, notes))
    assert zlib.crc32(repr(told).encode()) == SONGS[genre]
