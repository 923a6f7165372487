"""A song that is quiet, then loud, and a folder that is enough for it."""

from __future__ import annotations

from pathlib import Path

import pytest
from footage_fixtures import pan, shot, write_clip
from songs import RATE_HZ, make_song

from musivid.analysis.sound import ANALYSIS_RATE_HZ, SoundFacts, analyse
from musivid.footage.faults import grade
from musivid.footage.looking import clips_in, look_through
from musivid.footage.pool import Pool, pool_of
from musivid.media.audio import load_track

SONG_S = 20.0


@pytest.fixture(scope="session")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import soundfile

    mono = make_song(SONG_S).mean(1)
    mono[: len(mono) // 2] *= 0.08
    path = tmp_path_factory.mktemp("song") / "song.wav"
    soundfile.write(path, mono, RATE_HZ)
    return path


@pytest.fixture(scope="session")
def facts(song: Path) -> SoundFacts:
    return analyse(load_track(song).mono(ANALYSIS_RATE_HZ), ANALYSIS_RATE_HZ)


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six clips of 6 s: some stand, some go fast."""
    folder = tmp_path_factory.mktemp("footage")
    names = ("sea waves", "forest", "city street", "dancer", "train", "snow")
    for number, name in enumerate(names):
        way = pan(0.02 + 0.12 * (number % 3))
        write_clip(folder / f"{name}.mp4", shot(20 + number, 6, way))
    return folder


@pytest.fixture(scope="session")
def pool(clips: Path) -> Pool:
    return pool_of(grade(look_through(clips_in(clips)).seen))
