"""`musivid video` from end to end with tiny models."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from media_fixtures import digest
from songs import RATE_HZ, write_song

from musivid.media.audio import probe_audio
from musivid.media.frames import probe_video, read_frames
from musivid.nets.tiny import TinyPerceptor

Call = Callable[..., tuple[int, str, str]]
TINY = ("--preset", "tiny")


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of sound."""
    return write_song(tmp_path_factory.mktemp("songs") / "song.wav", 2.0)


def test_a_song_becomes_a_video_of_its_length(musivid: Call, song: Path, tmp_path: Path) -> None:
    out = tmp_path / "clip.mp4"
    code, text, err = musivid("video", song, "-o", out, *TINY)
    assert code == 0, err
    assert text.strip() == str(out)
    info = probe_video(out)
    assert info.size == (64, 64)
    assert sum(1 for _ in read_frames(out)) == 50
    assert probe_audio(out).duration_s == pytest.approx(2.0, abs=0.04)
    run = tmp_path / "clip.musivid"
    manifest = json.loads((run / "manifest.json").read_text())
    assert manifest["finished"] and manifest["results"]["frames"] == 50
    assert len(list((run / "keys").glob("*.jpg"))) >= 3
    assert not (run / "parts").exists()


def test_the_mp4_carries_its_recipe(musivid: Call, song: Path, tmp_path: Path) -> None:
    import av

    out = tmp_path / "clip.mp4"
    assert musivid("video", song, "-o", out, *TINY, "--seed", "7")[0] == 0
    with av.open(str(out)) as container:
        recipe = json.loads(container.metadata["comment"])
    assert recipe["seed"] == 7
    assert recipe["inputs"]["song"] == hashlib.sha256(song.read_bytes()).hexdigest()


def test_the_same_seed_gives_the_same_frames(musivid: Call, song: Path, tmp_path: Path) -> None:
    digests = []
    for name, seed in (("a", "1"), ("b", "1"), ("c", "2")):
        out = tmp_path / f"{name}.mp4"
        assert musivid("video", song, "-o", out, *TINY, "--seed", seed)[0] == 0
        digests.append(digest(out))
    assert digests[0] == digests[1] != digests[2]


@pytest.mark.parametrize(("size", "fps"), [("50x38", "30000/1001"), ("96x54", "12")])
def test_any_even_size_and_rate(
    musivid: Call, song: Path, tmp_path: Path, size: str, fps: str
) -> None:
    out = tmp_path / "clip.mp4"
    code, _, err = musivid("video", song, "-o", out, *TINY, "--size", size, "--fps", fps)
    assert code == 0, err
    info = probe_video(out)
    assert "x".join(map(str, info.size)) == size
    assert sum(1 for _ in read_frames(out)) == round(2 * Fraction(fps))


def test_a_part_of_the_song(musivid: Call, song: Path, tmp_path: Path) -> None:
    out = tmp_path / "clip.mp4"
    code, _, err = musivid(
        "video", song, "-o", out, *TINY, "--from", "0:00.5", "--to", "1.3", "--json"
    )
    assert code == 0, err
    assert sum(1 for _ in read_frames(out)) == 20
    assert probe_audio(out).duration_s == pytest.approx(0.8, abs=0.04)


def test_every_frame_painted(musivid: Call, song: Path, tmp_path: Path) -> None:
    out = tmp_path / "clip.mp4"
    changes = ("painting.mode=every_frame", "painting.steps_per_s=30", "audio.windows=between",
               "guidance.fusion=either", "guidance.lines=beat")  # fmt: skip
    options = [part for change in changes for part in ("--set", change)]
    lyrics = tmp_path / "song.lrc"
    lyrics.write_text("[00:00.20]fire\n[00:01.00]snow\n")
    code, _, err = musivid("video", song, "-o", out, *TINY, *options, "--lyrics", lyrics)
    assert code == 0, err
    frames = [frame.astype(float) for _, frame in read_frames(out)]
    assert len(frames) == 50
    assert np.abs(frames[-1] - frames[0]).mean() > 1


def test_lines_that_are_read_in_part_are_told(
    musivid: Call, song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        TinyPerceptor, "too_long", lambda self, texts: [t for t in texts if "sea" in t]
    )
    lyrics = tmp_path / "words.csv"
    lyrics.write_text("timestamp,text\n00:00,a red sea\n00:01,snow\n")
    code, _, err = musivid("video", song, "-o", tmp_path / "c.mp4", *TINY, "--lyrics", lyrics)
    assert code == 0
    assert "tiny-perceptor reads only the beginning of: a red sea" in " ".join(err.split())
    assert "snow" not in err


def test_lyrics_guide_and_can_be_burnt_in(musivid: Call, song: Path, tmp_path: Path) -> None:
    lyrics = tmp_path / "words.csv"
    lyrics.write_text("timestamp,text\n00:00,a red sea\n00:01,snow\n")
    size = ("--size", "128x96")
    plain, guided, burnt = (tmp_path / f"{name}.mp4" for name in ("plain", "guided", "burnt"))
    assert musivid("video", song, "-o", plain, *TINY, *size)[0] == 0
    assert musivid("video", song, "-o", guided, *TINY, *size, "--lyrics", lyrics)[0] == 0
    code, _, err = musivid(
        "video", song, "-o", burnt, *TINY, *size, "--lyrics", lyrics, "--burn-lyrics"
    )
    assert code == 0, err
    assert len({digest(path) for path in (plain, guided, burnt)}) == 3


def test_style_story_negative_and_pictures_are_heard(
    musivid: Call, song: Path, tmp_path: Path
) -> None:
    from PIL import Image

    Image.new("RGB", (40, 30), "red").save(tmp_path / "red.png")
    changes = (
        "guidance.style=[{text: oil}]",
        "guidance.negative=[{text: fog, weight: 0.5}]",
        "guidance.story=[{at: '0:01', text: a city}]",
        f"guidance.images=[{{path: {tmp_path / 'red.png'}}}]",
        f"painting.init_image={tmp_path / 'red.png'}",
        "painting.noise_prompts=[3]",
        "painting.continue_from=0.5",
    )
    seen = set()
    for number, change in enumerate(("seed=0", *changes)):
        out = tmp_path / f"{number}.mp4"
        options = ("--set", change, "--set", "output.fps=6", "--size", "32x32")
        code, _, err = musivid("video", song, "-o", out, *TINY, *options)
        assert code == 0, err
        seen.add(digest(out))
    assert len(seen) == len(changes) + 1


def test_silence_renders(musivid: Call, tmp_path: Path) -> None:
    import soundfile

    silent = tmp_path / "silent.wav"
    soundfile.write(silent, np.zeros((RATE_HZ, 2)), RATE_HZ)
    out = tmp_path / "clip.mp4"
    code, _, err = musivid("video", silent, "-o", out, *TINY)
    assert code == 0, err
    assert all(frame.std() > 0 for _, frame in read_frames(out))


def test_a_cut_off_song_renders_to_where_it_goes(musivid: Call, song: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.wav"
    cut.write_bytes(song.read_bytes()[: song.stat().st_size // 2])
    out = tmp_path / "clip.mp4"
    code, _, err = musivid("video", cut, "-o", out, *TINY)
    assert code == 0, err
    assert "warning" in err and "cut off" in err
    assert sum(1 for _ in read_frames(out)) == pytest.approx(25, abs=1)


def test_dry_run_shows_the_plan_and_makes_nothing(
    musivid: Call, song: Path, tmp_path: Path
) -> None:
    lyrics = tmp_path / "words.lrc"
    lyrics.write_text("[00:00.50]a red sea\n[00:01.25]snow\n")
    before = set(tmp_path.iterdir())
    out = tmp_path / "clip.mp4"
    code, text, err = musivid("video", song, "-o", out, *TINY, "--lyrics", lyrics, "--dry-run")
    assert code == 0, err
    assert "50 frames" in text and "a red sea" in text and "tiny-painter" in text
    assert set(tmp_path.iterdir()) == before
    code, text, _ = musivid("video", song, "-o", out, *TINY, "-l", lyrics, "--dry-run", "--json")
    facts = json.loads(text)["results"][0]
    assert facts["frames"] == 50 and facts["estimate_s"] > 0
    assert [cue["text"] for cue in facts["cues"]] == ["a red sea", "snow"]


def test_lyrics_beside_the_song_are_noted_not_used(
    musivid: Call, song: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copy(song, tmp_path / "tune.wav"))
    (tmp_path / "tune.lrc").write_text("[00:00.50]a red sea\n")
    code, text, err = musivid("video", copy, "-o", tmp_path / "clip.mp4", *TINY, "--dry-run")
    assert code == 0
    assert "--lyrics" in err and "tune.lrc" in err
    assert "a red sea" not in text
