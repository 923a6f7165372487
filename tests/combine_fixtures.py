"""Films to be joined, for the tests of combine."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from media_fixtures import click_song, write_video

from musivid.core.progress import Silent
from musivid.media.frames import read_frames
from musivid.media.sink import Sound
from musivid.settings.combine import CombinePreset

__all__ = ["AGAIN", "LOOP", "PAD", "Notes", "frames_of", "media", "same", "three"]


AGAIN, PAD, LOOP = (
    CombinePreset(reencode=True),
    CombinePreset(fit="pad"),
    CombinePreset(fit="loop"),
)


class Notes(Silent):
    """A Reporter that remembers what it was told."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.counted = 0

    def note(self, message: str) -> None:
        self.said.append(message)

    def warn(self, message: str) -> None:
        self.said.append(f"warning: {message}")

    def advance(self, count: int = 1) -> None:
        self.counted += count


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Parts of 1, 2 and 0.4 s, alike; others that differ; songs of 3.4 and 5 s."""
    folder = tmp_path_factory.mktemp("media")
    song = click_song(folder / "song.mp3", 3.4)
    for name, count, shade in (("part1", 25, 20), ("part2", 50, 90), ("part10", 10, 160)):
        write_video(folder / f"{name}.mp4", count, shade=shade)
    write_video(folder / "wide.mp4", 10, size=(80, 40), fps=Fraction(10), shade=120)
    write_video(folder / "loud1.mp4", 50, sound=Sound(song, 0.0, 2.0))
    write_video(folder / "loud2.mp4", 30, sound=Sound(song, 0.5, 1.2))
    click_song(folder / "long.wav", 5.0)
    return folder


def three(media: Path) -> list[Path]:
    return [media / f"part{n}.mp4" for n in (1, 2, 10)]


def frames_of(*paths: Path) -> list[np.ndarray]:
    return [frame for path in paths for _, frame in read_frames(path)]


def same(some: list[np.ndarray], others: list[np.ndarray]) -> bool:
    return len(some) == len(others) and all(map(np.array_equal, some, others))
