"""A song's pictures in memory: they are those of the program, and saving goes on from them."""

from __future__ import annotations

import gc
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from media_fixtures import digest
from songs import RATE_HZ, make_song
from visualize_fixtures import captions, images, song

import musivid as api
from musivid.media.audio import probe_audio
from musivid.media.frames import read_frames
from musivid.media.pictures import read_picture
from musivid.pipeline.visualize import illustrate_samples
from musivid.pipeline.visualize.pocket import PocketArtist

__all__ = ["captions", "images", "song"]  # fixtures

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def session() -> api.Session:
    return api.Session("cpu", "float32")


@pytest.fixture(autouse=True)
def nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """Folders for what is in memory are gone when it is."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "system"))
    (tmp_path / "system").mkdir()
    yield
    gc.collect()
    assert not list((tmp_path / "system").glob("musivid-*"))


def test_it_is_saved_as_the_program_saves_it(
    musivid: Call, song: Path, session: api.Session, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    options = ("--preset", "tiny", "--seed", "4", "--size", "48x32")
    code, _, err = musivid("visualize", song, "-o", tmp_path / "program.mp4", *options)
    assert code == 0, err
    made = api.illustrate(song, preset="tiny", seed=4, size=(48, 32), session=session)
    assert len(made) == 75 and len(made.prompts) == len(made.captions) >= 2
    frames = list(made)
    assert frames[0].shape == (32, 48, 3)
    assert all(np.array_equal(*two) for two in zip(made.frames(60), frames[60:], strict=True))

    def painted_again(*_: object, **__: object) -> None:
        raise AssertionError("it was painted before")

    monkeypatch.setattr(PocketArtist, "rung", painted_again)
    saved = made.save(tmp_path / "mine.mp4")
    assert saved.pictures == len(made.pictures)
    assert digest(saved.path) == digest(tmp_path / "program.mp4")
    for number, picture in enumerate(made.pictures, 1):
        kept = tmp_path / "mine.musivid" / "keys" / f"{number:03d}.png"
        height, width = picture.shape[:2]
        assert np.array_equal(picture, read_picture(kept, (width, height)))
    with pytest.raises(api.MusividError, match="exists already"):
        made.save(tmp_path / "mine.mp4")


def test_cues_and_pictures_may_be_in_memory(
    musivid: Call, song: Path, captions: Path, images: Path, session: api.Session, tmp_path: Path
) -> None:
    cues = (api.Cue(0.0, 1.5, "slow jazz at night"), api.Cue(1.5, 3.0, "loud drums"))
    red = read_picture(images / "0.png", (80, 60))
    wishes = {"preset": "tiny", "session": session}
    of_files = api.illustrate(song, captions, artwork=[images / "0.png"], **wishes)
    of_memory = api.illustrate(str(song), cues, artwork=[red], **wishes)
    assert [cue.text for cue in of_memory.captions] == [cue.text for cue in cues]
    assert all(map(np.array_equal, of_files.pictures, of_memory.pictures))
    assert len(of_files.pictures) == len(of_memory.pictures) == 2


def test_given_pictures_are_walked_through(
    song: Path, images: Path, session: api.Session, tmp_path: Path
) -> None:
    files = sorted(images.glob("*.png"))
    made = api.illustrate(
        song, images=files, preset="tiny", settings={"walk.mode": "crossfade"}, session=session
    )
    assert made.prompts == () and len(made.pictures) == 3
    out = made.save(tmp_path / "walk.mp4").path
    shown = [frame.astype(int) for _, frame in read_frames(out)]
    assert len(shown) == 75
    assert all(np.abs(a - b).mean() < 12 for a, b in zip(shown, made, strict=True))


def test_sound_that_is_nowhere_on_disk(session: api.Session, tmp_path: Path) -> None:
    samples = np.ascontiguousarray(make_song(2.0).T)
    preset = api.load_preset("visualize", "tiny", {"walk.mode": "latent"})
    frames = list(illustrate_samples(samples, RATE_HZ, preset=preset, session=session))
    made = api.illustrate(api.Track(samples, RATE_HZ), preset=preset, session=session)
    assert all(np.array_equal(*two) for two in zip(frames, made, strict=True))
    assert probe_audio(made.save(tmp_path / "clip.mp4").path).duration_s == pytest.approx(
        2.0, abs=0.04
    )


def test_a_part_is_the_part_of_the_track(song: Path, session: api.Session) -> None:
    track = api.load_track(song, start_s=0.5, end_s=2.5)
    wishes = {"preset": "tiny", "settings": {"walk.mode": "latent"}, "session": session}
    of_file = api.illustrate(song, start_s=0.5, end_s=2.5, **wishes)
    assert all(np.array_equal(*two) for two in zip(api.illustrate(track, **wishes), of_file,
                                                    strict=True))  # fmt: skip
    with pytest.raises(api.MusividError, match="cut already"):
        api.illustrate(track, end_s=2.0, **wishes)
