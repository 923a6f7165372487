"""What `musivid video` refuses before any work, and what it keeps when work fails."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from media_fixtures import digest
from songs import RATE_HZ, make_song, write_song

from musivid.core.errors import EncodeError
from musivid.weights.session import Session

Call = Callable[..., tuple[int, str, str]]
TINY = ("--preset", "tiny")


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of sound."""
    return write_song(tmp_path_factory.mktemp("songs") / "song.wav", 2.0)


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
        monkeypatch.setattr(Session, "_load", lambda *_: pytest.fail("a model was loaded"))
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
    from musivid.media.sink import FrameSink
    from musivid.pipeline.render import parts

    whole = tmp_path / "whole.mp4"
    assert musivid("video", song, "-o", whole, *TINY)[0] == 0
    room = [30]

    class Filling(FrameSink):
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
