"""What is measured from Python: files as the program measures them, and what is in memory."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bgm_fixtures import film
from songs import RATE_HZ, make_song, write_song

import musivid as api
from musivid.media.frames import read_frames
from musivid.pipeline.evaluate import evaluate_frames

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_song(tmp_path_factory.mktemp("songs") / "song.wav", 5.0)


@pytest.fixture(scope="module")
def clip(song: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("clips") / "clip.mp4", sound=song)


def rounded(text: str) -> Any:
    """JSON, its numbers without the last digits, in which optical flow is not the same twice."""
    return json.loads(text, parse_float=lambda digits: round(float(digits), 5))


def test_it_finds_what_the_program_finds(musivid: Call, clip: Path, tmp_path: Path) -> None:
    code, text, err = musivid("evaluate", clip, "--preset", "quick", "--json", "--seed", "3")
    assert code == 0, err
    found = api.evaluate(clip, preset="quick", seed=3)
    assert rounded(json.dumps(found.facts)) == rounded(text)["files"][0]
    assert found["sync.bas_music.value"] == found.facts["sync"]["bas_music"]["value"]
    with pytest.raises(KeyError):
        found["sync.nothing"]
    kinds = {".json": b"{", ".html": b"<!doctype html>", ".png": b"\x89PNG"}
    for kind, head in kinds.items():
        written = found.save(tmp_path / "new" / f"found{kind}").read_bytes()
        assert written[: len(head)].lower() == head.lower()
    with pytest.raises(api.MusividError, match="exists already"):
        found.save(tmp_path / "new" / "found.json")
    with pytest.raises(api.MusividError, match="does not end in"):
        found.save(tmp_path / "found.pdf")


def test_pictures_and_sound_in_memory(clip: Path, song: Path) -> None:
    frames = np.stack([frame for _, frame in read_frames(clip)])
    preset = api.load_preset("evaluate", "quick")
    samples = np.ascontiguousarray(make_song(5.0).T)
    found = evaluate_frames(frames, 25, samples, RATE_HZ, preset=preset)
    of_files = api.evaluate(clip, audio=song, preset=preset)
    assert found["fps"] == 25 and found["size"] == [64, 48] and found["duration_s"] == 5.0
    assert found["tempo_bpm"] == of_files["tempo_bpm"]
    assert found["sync.bas_music.value"] == pytest.approx(
        of_files["sync.bas_music.value"], abs=0.02
    )
    silent = evaluate_frames(frames, 25, preset=preset)
    assert silent["sync.bas_music.reason"] == "there is no sound"


def test_a_film_that_was_never_saved_is_measured(song: Path) -> None:
    filmed = api.film(song, preset="tiny", end_s=2.0, session=api.Session("cpu", "float32"))
    found = api.evaluate(filmed, audio=filmed.track, preset="quick")
    assert found["duration_s"] == 2.0 and found["size"] == [64, 64]
