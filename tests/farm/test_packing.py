"""Files that go there and back, and names that are exchanged on the way."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import BaseModel

from musivid.core.errors import RunError
from musivid.farm import packing
from musivid.farm.packing import (
    Storehouse,
    bring,
    contents_of,
    pack_files,
    relocated,
    unpack,
)


class Picture(BaseModel):
    path: str
    weight: float = 1.0


class Settings(BaseModel):
    title: str = "one\ntwo"
    images: list[Picture] = []


@dataclass(frozen=True)
class Job:
    song: Path
    settings: Settings
    extra: tuple[Path, ...] = ()
    named: str | None = None


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    there = tmp_path / "there"
    (there / "music").mkdir(parents=True)
    for name in ("song.mp3", "song.lrc", "music/a.mid", "music/b.mid"):
        (there / name).write_text(name)
    return {path.name: path for path in sorted(there.rglob("*"))}


def test_what_lies_under_the_same_name_is_not_sent(files: dict[str, Path], tmp_path: Path) -> None:
    packed = pack_files([files["song.mp3"], files["music"], tmp_path / "none"])
    house = Storehouse(tmp_path / "house")
    assert house.lacks(packed) == () and len(packed.files) == 3
    assert house.lay_out(packed, tmp_path / "work") == {
        str(files[name]): str(files[name]) for name in ("song.mp3", "music")
    }


def test_files_travel_and_lie_side_by_side_again(
    files: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = pack_files([files["song.mp3"], files["song.lrc"], files["music"]])
    house = Storehouse(tmp_path / "house")
    monkeypatch.setattr(packing, "_is_same", lambda path, sha256: False)
    lacks = house.lacks(packed)
    assert len(lacks) == 4
    house.keep(contents_of(packed, lacks))
    assert house.lacks(packed) == ()
    places = house.lay_out(packed, tmp_path / "work")
    song = Path(places[str(files["song.mp3"])])
    assert song.read_text() == "song.mp3" and (song.parent / "song.lrc").is_file()
    assert (Path(places[str(files["music"])]) / "b.mid").read_text() == "music/b.mid"


def test_what_was_damaged_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="damaged"):
        Storehouse(tmp_path / "house").keep({"0" * 64: b"other"})
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "film.mp4").write_bytes(b"film")
    brought = bring([tmp_path / "out"], None)
    sha256, data = brought.files[0]["film.mp4"]
    for wrong in ({"film.mp4": (sha256, data + b"!")}, {"../film.mp4": (sha256, data)}):
        with pytest.raises(RunError, match="damaged"):
            unpack(wrong, tmp_path / "back", "")
    unpack(brought.files[0], tmp_path / "back", "film.mp4")
    assert (tmp_path / "back" / "film.mp4").read_bytes() == b"film"


def test_paths_are_exchanged_wherever_they_lie(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/tmp")
    job = Job(
        Path("/home/a/song.mp3"),
        Settings(images=[Picture(path="cover.jpg"), Picture(path="/home/b/x.jpg")]),
        (Path("/home/a/music/deep/x.mid"), Path("/home/a/musical.mid")),
        "pocket-painter",
    )
    moved = relocated(
        job,
        {
            "/home/a/song.mp3": "/w/in0/song.mp3",
            "/tmp/cover.jpg": "/w/in1/cover.jpg",
            "/home/a/music": "/w/in2/music",
        },
    )
    assert moved == Job(
        Path("/w/in0/song.mp3"),
        Settings(images=[Picture(path="/w/in1/cover.jpg"), Picture(path="/home/b/x.jpg")]),
        (Path("/w/in2/music/deep/x.mid"), Path("/home/a/musical.mid")),
        "pocket-painter",
    )
    assert relocated({"text": "/w/a\n/w/b", "n": [1, None]}, {"/w/a": "/x"}) == {
        "text": "/x\n/w/b",
        "n": [1, None],
    }
