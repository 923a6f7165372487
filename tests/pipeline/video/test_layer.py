"""Words alone with alpha: what is decoded and laid over pictures, resumed work, what is refused."""

from __future__ import annotations

import subprocess
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from programs import Program
from songs import write_song

import musivid
from musivid.core.errors import OutputError
from musivid.core.timeline import Cue
from musivid.media.ffmpeg import ffmpeg_path
from musivid.pipeline.video.layer_target import FRAME_NAME
from musivid.weights.session import Session

SIZE = (320, 180)
WORDS = [Cue(0.1, 0.9, "red sea"), Cue(0.9, 1.5, "hold on")]
LAYER = {"living.layer": "lyrics", "living.lyrics": "karaoke", "output.fps": "30000/1001"}


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_song(tmp_path_factory.mktemp("song") / "song.wav", 1.5)


def made(song: Path, **more: Any) -> musivid.Filmed:
    session = Session("cpu", "float32", offline=True)
    return musivid.film(song, WORDS, settings=LAYER | more, size=SIZE, session=session)


def decoded(path: Path) -> NDArray[np.uint8]:
    """Frames uint8 [n, h, w, 4] of a layer."""
    if path.is_dir():
        files = sorted(path.iterdir())
        assert [file.name for file in files] == [FRAME_NAME.format(n) for n in range(len(files))]
        flags = cv2.IMREAD_UNCHANGED
        return np.stack([cv2.imread(str(file), flags)[..., [2, 1, 0, 3]] for file in files])
    vp9 = ["-c:v", "libvpx-vp9"] if path.suffix == ".webm" else []
    to_rgb = ["-f", "rawvideo", "-pix_fmt", "rgba", "-sws_flags", "accurate_rnd+full_chroma_int"]
    command = [str(ffmpeg_path()), "-v", "error", *vp9, "-i", str(path), *to_rgb, "-"]
    raw = subprocess.run(command, check=True, capture_output=True).stdout
    return np.frombuffer(raw, np.uint8).reshape(-1, SIZE[1], SIZE[0], 4)


def over(frames: NDArray[np.uint8], light: int) -> NDArray[np.float64]:
    """Layers laid over a grey of some light, as editors do it."""
    share = frames[..., 3:] / 255
    return frames[..., :3] * share + light * (1 - share)


@pytest.mark.parametrize(("name", "most"), [("a.mov", 2), ("a.webm", 12), ("pictures", 0)])
def test_a_layer_comes_back_as_it_was_drawn(
    song: Path, tmp_path: Path, name: str, most: float
) -> None:
    layer = made(song)
    drawn = np.stack(list(layer.frames()))
    result = layer.save(tmp_path / name)
    frames = decoded(result.path)
    assert result.path == tmp_path / name and len(frames) == len(drawn) == 45
    assert layer.fps == Fraction(30000, 1001) and drawn[..., 3].max() == 255
    for light in (0, 255):
        assert np.abs(over(frames, light) - over(drawn, light)).max() <= most
    # Light letters without an edge: nothing is darker than they are, and no colour is black.
    assert over(frames, 255).min() > 200 and frames[..., :3].max(-1).min() > 200


def test_an_edge_is_dark_and_frames_depend_on_their_number_alone(song: Path) -> None:
    plain, edged = made(song), made(song, **{"living.edge": 1.0})
    frames = list(plain.frames())
    assert np.array_equal(next(plain.frames(20)), frames[20])
    assert over(next(edged.frames(12))[None], 255).min() < over(frames[12][None], 255).min() - 50


def test_pictures_are_replaced_only_where_all_are_ours(song: Path, tmp_path: Path) -> None:
    layer, folder = made(song), tmp_path / "v1.2"
    folder.mkdir()
    layer.save(folder)
    with pytest.raises(OutputError, match="exists already"):
        layer.save(folder)
    layer.save(folder, force=True)
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(OutputError, match=r"notes\.txt"):
        layer.save(folder, force=True)
    assert (folder / "notes.txt").read_text() == "mine"


def test_killed_work_goes_on(song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from musivid.pipeline.video import layer

    whole = made(song).save(tmp_path / "whole")
    monkeypatch.setattr(layer, "write_stills", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        made(song).save(tmp_path / "cut")
    monkeypatch.undo()
    monkeypatch.setattr(layer.LayerFilm, "frame", lambda *_: 1 / 0)  # all parts are there
    again = made(song).save(tmp_path / "cut", resume=True)
    assert [file.read_bytes() for file in sorted(again.path.iterdir())] == [
        file.read_bytes() for file in sorted(whole.path.iterdir())
    ]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ((), "--layer lyrics has no lines"),
        (("--lyrics", "WORDS", "-o", "a.mp4"), "cannot hold what is seen through"),
        (("--lyrics", "WORDS", "-o", "a.png"), "cannot hold what is seen through"),
        (("--lyrics", "WORDS", "--scene", "sea"), "living.scene has no effect"),
        (("--lyrics", "WORDS", "--seed", "3"), "seed has no effect"),
        (("--lyrics", "WORDS", "--set", "guidance.audio=1"), "guidance.audio has no effect"),
        (("--lyrics", "WORDS", "--burn-lyrics"), "--burn-lyrics has no effect on a layer"),
        (("--lyrics", "WORDS", "--lyrics-style", "off"), "--lyrics-style off hides"),
        (("--lyrics", "WORDS", "--farm", "local:2"), "--farm has no effect"),
        (("--lyrics", "WORDS", "--preview"), "a layer has no preview"),
        (("--lyrics", "WORDS", "--format", "canvas"), "living.layer has no effect"),
        (("--lyrics", "WORDS", "--preset", "tiny"), "living.layer has no effect"),
        (("--lyrics", "WORDS", "--set", "output.sound=aac"), "output.sound has no effect"),
        (("--lyrics", "WORDS", "--set", "output.crf=9", "-o", "a.mov"), "output.crf has no effect"),
    ],
)
def test_what_makes_no_sense_with_a_layer_is_refused(
    song: Path, tmp_path: Path, typed: tuple[str, ...], says: str, musivid: Program
) -> None:
    words = tmp_path / "words.lrc"
    words.write_text("[00:00.10]red sea\n")
    given = [str(words) if part == "WORDS" else part for part in typed]
    code, _, err = musivid("video", str(song), "--layer", "lyrics", *given)
    assert code == 2 and says in " ".join(err.split())
    assert not list(tmp_path.glob("*.musivid"))


def test_a_folder_that_is_typed_holds_the_pictures_of_one_song(
    song: Path, tmp_path: Path, musivid: Program
) -> None:
    words = tmp_path / "words.lrc"
    words.write_text("[00:00.10]red sea\n")
    asked = ("video", str(song), "--layer", "lyrics", "--lyrics", str(words), "--size", "64x36")
    code, out, err = musivid(*asked, "-o", f"{tmp_path / 'png'}/", "--fps", "10")
    assert code == 0, err
    assert out.strip() == str(tmp_path / "png") and len(list((tmp_path / "png").iterdir())) == 15
    code, out, err = musivid(*asked, "--dry-run", "-o", str(tmp_path / "a.webm"))
    assert code == 0 and "64x36" in out, err
