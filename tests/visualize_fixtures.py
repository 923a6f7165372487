"""A song, captions and pictures for the tests of `musivid visualize`; videos compared."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from songs import write_song

from musivid.media.frames import read_frames

Call = Callable[..., tuple[int, str, str]]
TINY = ("--preset", "tiny")


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three seconds of sound."""
    return write_song(tmp_path_factory.mktemp("songs") / "song.wav", 3.0)


@pytest.fixture(scope="module")
def captions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Captions of two sections."""
    path = tmp_path_factory.mktemp("captions") / "song.srt"
    path.write_text(
        "1\n00:00:00,000 --> 00:00:01,500\nslow jazz at night\n\n"
        "2\n00:00:01,500 --> 00:00:03,000\nloud drums\n"
    )
    return path


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of three plain pictures: red, green, blue."""
    folder = tmp_path_factory.mktemp("images")
    for number, colour in enumerate([(220, 20, 20), (20, 220, 20), (20, 20, 220)]):
        Image.new("RGB", (80, 60), colour).save(folder / f"{number}.png")
    return folder


def frames_of(path: Path) -> list[np.ndarray]:
    return [frame.copy() for _, frame in read_frames(path)]
