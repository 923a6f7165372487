"""What `musivid visualize` refuses, and what it takes although it is odd."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from songs import write_song
from visualize_fixtures import TINY, Call, captions, frames_of, images, song

from musivid.weights.session import Session

__all__ = ["captions", "images", "song"]  # fixtures


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("1\n00:01:00,000 --> 00:01:10,000\nlate\n", "song"),
        ("1\n00:00:00,000 --> 00:00:01,000\n\n", "song"),
        ("", "captions"),
    ],
)
def test_captions_that_say_nothing_are_refused(
    musivid: Call, song: Path, tmp_path: Path, text: str, match: str
) -> None:
    path = tmp_path / "bad.srt"
    path.write_text(text)
    code, _, err = musivid("visualize", song, "-o", tmp_path / "c.mp4", *TINY, "-c", path)
    assert code == 2 and "bad.srt" in err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bad.srt"]


def test_overlapping_captions_hold_until_the_next(
    musivid: Call, song: Path, tmp_path: Path
) -> None:
    path = tmp_path / "over.json"
    rows = [(0.5, 2.5, "jazz"), (1.5, 3.0, "drums"), (1.6, 3.0, "bass"), (9.0, 10.0, "late")]
    path.write_text(json.dumps([{"start_s": a, "end_s": b, "text": c} for a, b, c in rows]))
    code, text, err = musivid(
        "visualize", song, "-o", tmp_path / "c.mp4", *TINY, "-c", path, "-n", "--json"
    )
    assert code == 0, err
    sections = json.loads(text)["results"][0]["sections"]
    assert [(s["start_s"], s["end_s"], s["caption"]) for s in sections] == [
        (0.0, 1.5, "jazz"), (1.5, 3.0, "drums. bass")
    ]  # fmt: skip


@pytest.mark.parametrize("option", ["--artwork", "--images"])
def test_pictures_that_cannot_be_read_are_refused(
    musivid: Call, song: Path, tmp_path: Path, option: str
) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    ask = ("visualize", song, "-o", tmp_path / "c.mp4", *TINY, option)
    code, _, err = musivid(*ask, folder)
    assert code == 2 and option in err and "nothing to work on" in err
    (folder / "bad.png").write_bytes(b"no picture")
    code, _, err = musivid(*ask, folder)
    assert code == 2 and "bad.png cannot be read as a picture" in err
    code, _, err = musivid(*ask, tmp_path / "none.png")
    assert code == 2 and "none.png" in err
    assert not (tmp_path / "c.musivid").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "match"),
    [
        (["--stop-after", "frames"], 2, "is not a stage"),
        (["--walk", "fly"], 2, "walk.mode"),
        (["--preset", "dream", "--walk", "variation"], 2, "models.walker"),
        (["--preset", "kandinsky", "--offline"], 3, "the weights of 3 models are missing"),
        (["--preset", "sdxl", "--set", "models.walker=."], 3, "is not a pipeline"),
        (["--set", "prompts.genre=jaz"], 2, "nearest: jazz"),
        (["--set", "prompts.styles=none.yaml"], 2, "no table of styles"),
        (["--set", "curve.percussive=0", "--set", "curve.harmonic=0"], 2, "no energy"),
        (["--set", "curve.stems=[{path: gone.wav}]"], 2, "gone.wav"),
        (
            ["--preset", "dream", "--set", "prompts.negative=fog"],
            2,
            "does not use prompts.negative",
        ),
        (["--from", "9"], 2, "song.wav"),
        (["--resume"], 2, "nothing to continue"),
        (["-o", "clip.avi"], 2, "does not end in .mp4"),
    ],
)
def test_what_cannot_work_is_told_before_any_model_loads(
    musivid: Call, song: Path, tmp_path: Path, monkeypatch: Any,
    arguments: list[str], code: int, match: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Session, "_load", lambda *_: pytest.fail("a model was loaded"))
    given, _, err = musivid("visualize", song, *arguments)
    assert given == code, err
    assert match in err
    assert not list(tmp_path.rglob("*.mp4"))


def test_images_exclude_what_would_be_painted(
    musivid: Call, song: Path, captions: Path, images: Path, tmp_path: Path
) -> None:
    ask = ("visualize", song, "-o", tmp_path / "c.mp4", *TINY, "-i", images)
    code, _, err = musivid(*ask, "-c", captions)
    assert code == 2 and "--images are the keyframes" in err
    code, _, err = musivid(*ask, "--walk", "painting")
    assert code == 2 and "walk.mode painting" in err
    code, _, err = musivid(*ask, "--from", "0", "--to", "0.2")
    assert code == 2 and "3 images do not fit" in err


def test_short_and_silent_songs_are_no_trouble(musivid: Call, tmp_path: Path) -> None:
    from media_fixtures import write_wav

    write_wav(tmp_path / "silent.wav", np.zeros(44_100, np.float32))
    write_song(tmp_path / "short.wav", 0.4)
    code, _, err = musivid(
        "visualize", tmp_path / "silent.wav", tmp_path / "short.wav", "-o", tmp_path / "out/", *TINY
    )
    assert code == 0, err
    assert len(frames_of(tmp_path / "out" / "silent.mp4")) == 25
    assert len(frames_of(tmp_path / "out" / "short.mp4")) == 10
