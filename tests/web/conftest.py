"""What tests of the studio share: a song and a clip of seconds, and a visitor."""

from __future__ import annotations

from pathlib import Path

import pytest
from media_fixtures import write_video
from studio_fixtures import song, visitor

__all__ = ["clip", "song", "visitor"]


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    write_video(path, 50)
    return path
