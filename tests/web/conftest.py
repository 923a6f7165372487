"""What tests of the studio share: a song of a second, and a visitor."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from media_fixtures import click_song, write_video
from studio_fixtures import Visitor, open_visitor


@pytest.fixture(scope="session")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return click_song(tmp_path_factory.mktemp("song") / "My song.wav", 2.0)


@pytest.fixture
def visitor(tmp_path: Path) -> Iterator[Visitor]:
    found = open_visitor(tmp_path / "data")
    with found.client:
        yield found


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    write_video(path, 50)
    return path
