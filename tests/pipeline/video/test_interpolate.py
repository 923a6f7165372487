"""`musivid interpolate` from end to end with tiny models."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from songs import write_song

from musivid.media.frames import read_frames
from musivid.pipeline.guidance.swing import Swing, swing_of
from musivid.settings.presets import load_preset
from musivid.settings.video import InterpolatePreset, VideoPreset

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of sound."""
    return write_song(tmp_path_factory.mktemp("songs") / "song.wav", 2.0)


def test_a_song_with_lyrics_becomes_a_video(musivid: Call, song: Path, tmp_path: Path) -> None:
    lyrics, out = tmp_path / "words.csv", tmp_path / "clip.mp4"
    lyrics.write_text("timestamp,text\n00:00.2,a red sea\n00:01.2,snow\n")
    command = ("interpolate", song, "-o", out, "--preset", "tiny", "--lyrics", lyrics)
    code, text, err = musivid(*command, "--dry-run", "--json")
    assert code == 0, err
    whys = [key["why"] for key in json.loads(text)["results"][0]["keys"]]
    assert "turn" in whys
    code, _, err = musivid(*command)
    assert code == 0, err
    assert sum(1 for _ in read_frames(out)) == 50


def test_a_song_without_words_swings_between_its_sounds(
    musivid: Call, song: Path, tmp_path: Path
) -> None:
    out = tmp_path / "clip.mp4"
    code, _, err = musivid(
        "interpolate", song, "-o", out, "--preset", "tiny", "--set", "period_s=1"
    )
    assert code == 0, err
    frames = [frame.astype(float) for _, frame in read_frames(out)]
    assert abs(frames[25] - frames[0]).mean() > 1


def test_every_shipped_preset_says_how_it_swings() -> None:
    preset = load_preset("interpolate", "pocket")
    assert isinstance(preset, InterpolatePreset)
    assert swing_of(preset) == Swing(None, "sine")
    assert swing_of(VideoPreset()) is None


@pytest.mark.parametrize("ease", ["linear", "sine", "tanh"])
def test_eases_are_symmetric_and_reach_both_ends(ease: str) -> None:
    swing = Swing(2.0, ease)  # type: ignore[arg-type]
    shares = [swing.share(time / 100, None) for time in range(201)]
    assert shares[0] == pytest.approx(0, abs=1e-6) and shares[100] == pytest.approx(1, abs=1e-6)
    assert shares == pytest.approx(shares[::-1], abs=1e-9)
    assert all(later >= share - 1e-12 for share, later in pairwise(shares[:101]))
