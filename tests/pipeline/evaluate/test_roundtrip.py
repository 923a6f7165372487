from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from songs import write_song

from musivid.analysis.sound import SoundFacts, analyse
from musivid.core.errors import UsageError
from musivid.pipeline.evaluate.roundtrip import compare_songs, round_trip
from musivid.weights.session import Session

RATE_HZ = 22_050


def piece(seed: int, *, seconds: float = 40.0, noise_seed: int = 0) -> SoundFacts:
    """Hits that come in bursts of their own; the same seed gives the same bursts."""
    bursts = np.random.default_rng(seed)
    noise = np.random.default_rng(noise_seed).standard_normal(round(seconds * RATE_HZ))
    time = np.arange(len(noise)) / RATE_HZ
    loud = np.repeat(bursts.choice([0.0, 1.0], round(seconds / 2)), 2 * RATE_HZ)
    hits = noise * np.exp(-40 * (time % 0.25)) * loud
    return analyse((0.3 * hits).astype(np.float32), RATE_HZ)


def test_music_with_the_same_bursts_comes_back() -> None:
    found = compare_songs(piece(1), piece(1, noise_seed=5))["busy_alike"]
    assert found.value is not None
    assert found.z is not None
    assert found.value > 0.7
    assert found.z > 2  # twenty bursts allow no more, however well they agree
    assert found.p is not None
    assert found.p < 0.01


def test_other_music_is_like_chance() -> None:
    z = [compare_songs(piece(k), piece(50 + k, noise_seed=k))["busy_alike"].z for k in range(8)]
    assert sum(value is not None and abs(value) < 2 for value in z) >= 7


def test_what_cannot_be_compared_has_a_reason() -> None:
    silent = analyse(np.zeros(10 * RATE_HZ, np.float32), RATE_HZ)
    found = compare_songs(piece(1), silent)
    assert found["busy_alike"].reason == "one of the two never changes"
    assert found["tempo_music_bpm"].reason == "the music has no pulse"
    short = compare_songs(piece(1, seconds=4.0), piece(1, seconds=4.0))
    assert short["busy_alike"].reason == "shorter than 5 s"


@pytest.mark.slow
def test_there_and_back(tmp_path: Path) -> None:
    song = write_song(tmp_path / "song.wav", 8.0)
    keep = tmp_path / "kept"
    found = round_trip(
        song,
        Session("cpu", "float32", True),
        video=("tiny", ()),
        music=("tiny", ()),
        keep=keep,
        trials=50,
    )
    assert found["busy_alike"].value is not None
    assert found["busy_alike"].params["surrogates"] == 50
    assert {"there.mp4", "back.mp4", "back.wav", "back.mid"} <= {p.name for p in keep.iterdir()}


def test_a_missing_composer_is_told_before_the_video_is_made(tmp_path: Path) -> None:
    song = write_song(tmp_path / "song.wav", 4.0)
    keep = tmp_path / "kept"
    with pytest.raises(UsageError, match="nobody"):
        round_trip(
            song,
            Session("cpu", "float32", True),
            video=("tiny", ()),
            music=("tiny", ("composer=nobody",)),
            keep=keep,
        )
    assert not keep.exists()
