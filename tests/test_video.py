"""`musivid video` from end to end with tiny models, and what it refuses."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from songs import RATE_HZ, make_song, write_song

from musivid.errors import EncodeError
from musivid.media.audio import probe_audio
from musivid.media.frames import probe_video, read_frames
from musivid.nets.tiny import TinyPerceptor
from musivid.registry import Session
from musivid.schema import VideoPreset

Call = Callable[..., tuple[int, str, str]]
TINY = ("--preset", "tiny")


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of sound."""
    return write_song(tmp_path_factory.mktemp("songs") / "song.wav", 2.0)


def digest(path: Path) -> str:
    """A hash of all decoded frames."""
    state = hashlib.sha256()
    for _, frame in read_frames(path):
        state.update(frame.tobytes())
    return state.hexdigest()


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


@pytest.fixture
def no_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loading a model is a failure."""

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("a model was loaded")

    monkeypatch.setattr(Session, "_load", refuse)


def _short(folder: Path) -> list[Any]:
    import soundfile

    soundfile.write(folder / "short.wav", make_song(0.05), RATE_HZ)
    return [folder / "short.wav"]


def _text(folder: Path) -> list[Any]:
    (folder / "text.mp3").write_text("this is no music\n" * 50)
    return [folder / "text.mp3"]


def _empty(folder: Path) -> list[Any]:
    (folder / "empty.mp3").touch()
    return [folder / "empty.mp3"]


def _picture(folder: Path) -> list[Any]:
    from PIL import Image

    Image.new("RGB", (64, 64)).save(folder / "picture.png")
    return [folder / "picture.png"]


def _bad_lyrics(folder: Path) -> list[Any]:
    (folder / "bad.csv").write_text("timestamp,text\nsoon,a line\n")
    return ["--lyrics", folder / "bad.csv"]


def _bad_preset(folder: Path) -> list[Any]:
    (folder / "bad.yaml").write_text("extends: tiny\npainting: {stepps: 3}\nkeys: {every_s: -1}\n")
    return ["--preset", folder / "bad.yaml"]


def _tagged_preset(folder: Path) -> list[Any]:
    (folder / "tag.yaml").write_text("output: !!python/object/apply:os.system ['true']\n")
    return ["--preset", folder / "tag.yaml"]


def _bomb_preset(folder: Path) -> list[Any]:
    rows = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 30)]
    (folder / "bomb.yaml").write_text("\n".join(rows))
    return ["--preset", folder / "bomb.yaml"]


def _corrupt_weights(folder: Path) -> list[Any]:
    (folder / "weights.safetensors").write_bytes(b"\xff" * 4000)
    return ["--set", f"models.painter={folder / 'weights.safetensors'}"]


def _there(folder: Path) -> list[Any]:
    (folder / "out" / "there.mp4").write_text("precious")
    return ["-o", folder / "out" / "there.mp4"]


# What is added to the command, the exit code, and what the error must say.
BAD: dict[str, tuple[Callable[[Path], list[Any]], int, str]] = {
    "missing song": (lambda f: [f / "nothing.mp3"], 2, "nothing.mp3"),
    "empty song": (_empty, 2, "empty"),
    "text as song": (_text, 2, "cannot be read"),
    "no sound": (_picture, 2, "no sound"),
    "too short": (_short, 2, "too short"),
    "bad lyrics": (_bad_lyrics, 2, "bad.csv"),
    "missing lyrics": (lambda f: ["--lyrics", f / "no.lrc"], 2, "no.lrc"),
    "preset faults": (_bad_preset, 2, "stepps"),
    "preset tags": (_tagged_preset, 2, "tag.yaml"),
    "preset bomb": (_bomb_preset, 2, "bomb.yaml"),
    "unknown preset": (lambda f: ["--preset", "pockett"], 2, "pocket"),
    "size 0": (lambda f: ["--size", "0x0"], 2, "even"),
    "odd size": (lambda f: ["--size", "17x31"], 2, "even"),
    "fps 0": (lambda f: ["--fps", "0"], 2, "frame rate"),
    "bad time": (lambda f: ["--from", "soon"], 2, "not a time"),
    "empty range": (lambda f: ["--from", "1", "--to", "1"], 2, "--to"),
    "from behind the end": (lambda f: ["--from", "9"], 2, "--from"),
    "unknown device": (lambda f: ["--device", "abacus"], 3, "abacus"),
    "no cuda": (lambda f: ["--device", "cuda"], 3, "cuda"),
    "weights missing": (
        lambda f: ["--set", "models.painter=vqgan-imagenet-f16-16384", "--offline"], 3, "missing"
    ),
    "weights corrupt": (_corrupt_weights, 3, "weights.safetensors"),
    "unknown model": (lambda f: ["--set", "models.painter=tiny-paintre"], 2, "tiny-painter"),
    "no output suffix": (lambda f: ["-o", f / "out" / "clip.avi"], 2, ".mp4"),
    "existing output": (_there, 2, "exists"),
    "nothing to burn": (lambda f: ["--burn-lyrics"], 2, "--lyrics"),
    "nothing guides": (lambda f: ["--set", "guidance.audio=0"], 2, "guidance.audio"),
    "nothing to resume": (lambda f: ["--resume"], 2, "continue"),
    "picture missing": (lambda f: ["--set", "painting.init_image=no.png"], 2, "no.png"),
}  # fmt: skip


@pytest.mark.usefixtures("no_models")
@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused_before_any_model_loads(
    musivid: Call, song: Path, tmp_path: Path, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make, code, said = BAD[case]
    if case == "nothing to resume":
        monkeypatch.setattr(Session, "_load", lambda *args, **kwargs: None)
        monkeypatch.setattr("musivid.pipeline.video.open_studio", lambda *args: None)
    if case == "no cuda":
        monkeypatch.setattr("torch.cuda.device_count", lambda: 0)
    (tmp_path / "out").mkdir()
    extra = make(tmp_path)
    songs = [extra.pop(0)] if isinstance(extra[0], Path) else [song]
    output = [] if "-o" in extra else ["-o", tmp_path / "out" / "clip.mp4"]
    preset = [] if "--preset" in extra else TINY
    before = set((tmp_path / "out").iterdir())
    found, text, err = musivid("video", *songs, *output, *preset, *extra)
    assert found == code, err
    assert said in err
    assert "Traceback" not in err and text == ""
    assert set((tmp_path / "out").iterdir()) == before


def test_an_output_that_cannot_be_written(
    musivid: Call, song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda *args: False)  # root may write anywhere
    code, _, err = musivid("video", song, "-o", tmp_path / "clip.mp4", *TINY)
    assert code == 2 and "writ" in err


def test_a_full_disk_is_seen_before_the_work(
    musivid: Call, song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=1_000_000))
    code, _, err = musivid("video", song, "-o", tmp_path / "clip.mp4", *TINY)
    assert code == 2 and "room" in err
    assert not list(tmp_path.iterdir())


def test_a_disk_that_fills_up_keeps_the_work(
    musivid: Call, song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from musivid.pipeline import parts

    whole = tmp_path / "whole.mp4"
    assert musivid("video", song, "-o", whole, *TINY)[0] == 0
    room = [30]

    class Filling(parts.FrameSink):
        def write(self, frame: np.ndarray) -> None:
            room[0] -= 1
            if not room[0]:
                raise EncodeError("no space left", hint="The disk is full.")
            super().write(frame)

    out = tmp_path / "clip.mp4"
    with monkeypatch.context() as patch:
        patch.setattr(parts, "FrameSink", Filling)
        code, _, err = musivid("video", song, "-o", out, *TINY)
    assert code == 1 and "no space" in err
    assert not out.exists()
    assert list((tmp_path / "clip.musivid" / "parts").glob("0*.mp4"))
    assert musivid("video", song, "-o", out, *TINY, "--resume")[0] == 0
    assert digest(out) == digest(whole)


def test_one_bad_song_of_two_leaves_the_other(musivid: Call, song: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.mp3").write_text("no music" * 99)
    out = tmp_path / "out"
    code, text, err = musivid("video", song, tmp_path / "bad.mp3", "-o", f"{out}/", *TINY)
    assert code == 4, err
    assert text.split() == [str(out / "song.mp4")]
    assert [path.name for path in out.iterdir() if path.suffix == ".mp4"] == ["song.mp4"]


def test_the_upper_rung_gives_frames_alone(song: Path) -> None:
    from musivid.media.audio import load_track
    from musivid.pipeline.video import film_track
    from musivid.presets import load_preset

    preset = load_preset("video", "tiny")
    assert isinstance(preset, VideoPreset)
    frames = list(film_track(load_track(song), Session(), preset))
    assert len(frames) == 50
    assert all(frame.shape == (64, 64, 3) and frame.dtype == np.uint8 for frame in frames)
