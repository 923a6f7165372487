"""Who waits for a long song is told how much of it is decoded, second by second."""

from __future__ import annotations

from pathlib import Path

import pytest
from odd_songs import tone, write_sound

from musivid.core.progress import Silent
from musivid.media import listening
from musivid.media.audio import load_track


class Told(Silent):
    """Keeps stages and what is done of each."""

    def __init__(self) -> None:
        self.stages: list[tuple[str, int | None, int]] = []

    def stage(self, name: str, total: int | None = None, unit: str = "") -> None:
        self.stages.append((name, total, 0))

    def advance(self, count: int = 1) -> None:
        name, total, done = self.stages[-1]
        self.stages[-1] = (name, total, done + count)


@pytest.fixture
def song(tmp_path: Path) -> Path:
    return write_sound(tmp_path / "song.mp3", tone(6.5, 16000), 16000)


def test_a_long_song_is_told_second_by_second(song: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "_LONG_S", 4.0)
    told = Told()
    track = listening.listen_to_song(song, told)
    assert told.stages == [("listen", 6, 6), ("analyse", None, 0)]
    assert (track.samples == load_track(song).samples).all()
    told = Told()
    part = listening.listen_to_song(song, told, start_s=4.0, end_s=5.0)
    assert told.stages == [("listen", 5, 4), ("analyse", None, 0)]
    assert part.duration_s == 1.0


def test_a_short_song_is_one_stage(song: Path) -> None:
    told = Told()
    listening.listen_to_song(song, told)
    assert told.stages == [("listen", None, 0)]
