"""`musivid video --scene cover/...`: a song's artwork and spectrum, from end to end."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from av.stream import Disposition
from media_fixtures import click_song, digest

from musivid.media.artwork import artwork_beside, embedded_artwork, read_tags
from musivid.media.frames import probe_video
from musivid.media.pictures import save_picture
from musivid.pipeline.video import film
from musivid.weights.session import Session

Run = Callable[..., tuple[int, str, str]]

SMALL = ("--size", "96x54", "--fps", "10")


def picture(path: Path, colour: tuple[int, int, int] = (220, 40, 30)) -> Path:
    drawn = np.zeros((80, 80, 3), np.uint8)
    drawn[20:60, 20:60] = colour
    save_picture(path, drawn)
    return path


def tagged(path: Path, artwork: bytes | None) -> Path:
    """A short song with tags, and a picture within it."""
    source = click_song(path.with_suffix(".wav"), 3.0)
    with av.open(str(source)) as sound, av.open(str(path), "w") as file:
        file.metadata.update({"title": "Neon Coast", "artist": "Mira Vale"})
        out = file.add_stream("libmp3lame", rate=44100)
        cover = None
        if artwork is not None:
            cover = file.add_stream("png", options={})
            cover.width, cover.height, cover.pix_fmt = 80, 80, "rgb24"
            cover.disposition = Disposition.attached_pic
        if cover is not None and artwork is not None:
            packet = av.Packet(artwork)
            packet.stream, packet.pts, packet.dts = cover, 0, 0
            file.mux(packet)
        for frame in sound.decode(audio=0):
            file.mux(out.encode(frame))
        file.mux(out.encode(None))
    source.unlink()
    return path


@pytest.fixture
def song(tmp_path: Path) -> Path:
    return tagged(tmp_path / "song.mp3", picture(tmp_path / "art.png").read_bytes())


@pytest.fixture
def deaf(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a network was loaded")

    for name in ("perceptor", "painter", "dreamer"):
        monkeypatch.setattr(Session, name, refuse)


def test_tags_and_artwork_are_read(song: Path, tmp_path: Path) -> None:
    tags = read_tags(song)
    assert (tags.title, tags.artist) == ("Neon Coast", "Mira Vale")
    assert embedded_artwork(song) == (tmp_path / "art.png").read_bytes()
    bare = click_song(tmp_path / "bare.wav")
    assert embedded_artwork(bare) is None and read_tags(bare).title == ""


def test_the_picture_beside_a_song_is_its_own_before_the_records(tmp_path: Path) -> None:
    song = tmp_path / "song.mp3"
    assert artwork_beside(song) is None
    folder = picture(tmp_path / "Folder.jpg")
    assert artwork_beside(song) == folder
    cover = picture(tmp_path / "cover.png")
    assert artwork_beside(song) == cover
    own = picture(tmp_path / "song.png")
    assert artwork_beside(song) == own


@pytest.mark.usefixtures("deaf")
def test_a_cover_is_made_without_a_network(musivid: Run, song: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.mp4"
    code, _, told = musivid("video", song, *SMALL, "--scene", "cover/ring", "-o", out)
    assert code == 0, told
    assert "hear" not in told and "load models" not in told and "composed" not in told
    assert probe_video(out).size == (96, 54)
    manifest = json.loads((tmp_path / "a.musivid" / "manifest.json").read_text())
    assert "pocket-perceptor" not in json.dumps(manifest["recipe"]["inputs"])
    other = picture(tmp_path / "other.png", (20, 200, 60))
    for name, wish in (
        ("b", ("--artwork", other)),
        ("c", ("--logo", other)),
        ("d", ("--set", "living.title=Another")),
        ("e", ("--set", "living.artist=Another")),
    ):
        made = tmp_path / f"{name}.mp4"
        code, _, told = musivid("video", song, *SMALL, "--scene", "cover/ring", *wish, "-o", made)
        assert code == 0, told
        assert digest(made) != digest(out), wish


@pytest.mark.usefixtures("deaf")
def test_without_artwork_a_picture_is_composed_and_told(musivid: Run, tmp_path: Path) -> None:
    song = click_song(tmp_path / "bare.wav", 2.0)
    code, _, told = musivid(
        "video", song, *SMALL, "--scene", "cover/bars", "-o", tmp_path / "a.mp4"
    )
    assert code == 0, told
    assert "composed" in told and "living.title" in told


def test_the_picture_beside_a_song_is_an_input_of_the_run(musivid: Run, tmp_path: Path) -> None:
    song = click_song(tmp_path / "bare.wav", 2.0)
    picture(tmp_path / "cover.png")
    out = tmp_path / "a.mp4"
    wish = ("video", song, *SMALL, "--scene", "cover/bars", "-o", out)
    assert musivid(*wish)[0] == 0
    manifest = json.loads((tmp_path / "a.musivid" / "manifest.json").read_text())
    assert "artwork" in manifest["recipe"]["inputs"]


@pytest.mark.parametrize("broken", ["within", "artwork", "logo", "missing"])
def test_pictures_that_cannot_be_read_are_told_before_anything_is_made(
    musivid: Run, tmp_path: Path, song: Path, broken: str
) -> None:
    bad = tmp_path / "bad.png"
    bad.write_bytes(picture(tmp_path / "x.png").read_bytes()[:60])
    wish: tuple[object, ...] = ()
    if broken == "within":
        song = tagged(tmp_path / "other.mp3", bad.read_bytes())
    else:
        flag = "--logo" if broken == "logo" else "--artwork"
        wish = (flag, tmp_path / "none.png" if broken == "missing" else bad)
    out = tmp_path / "a.mp4"
    code, _, told = musivid("video", song, *SMALL, "--scene", "cover/ring", *wish, "-o", out)
    assert code == 2, told
    assert ("does not exist" if broken == "missing" else "cannot be read as a picture") in told
    assert not out.exists() and not (tmp_path / "a.musivid").exists()


def test_settings_of_a_cover_are_refused_elsewhere(
    musivid: Run, song: Path, tmp_path: Path
) -> None:
    wish = ("--logo", tmp_path / "art.png", "-o", tmp_path / "a.mp4")
    code, _, told = musivid("video", song, *SMALL, "--scene", "sea/moon", *wish)
    assert code == 2 and "cover/ring" in told


@pytest.mark.usefixtures("deaf")
def test_memory_and_files_show_the_same_frames(song: Path, tmp_path: Path) -> None:
    settings = {"output.size": "96x54", "output.fps": "10", "living.scene": "cover/wave"}
    filmed = film(song, settings=settings)
    straight = list(filmed.frames())
    assert np.array_equal(next(film(song, settings=settings).frames(17)), straight[17])
    assert zlib.crc32(straight[0]) != zlib.crc32(straight[20])
