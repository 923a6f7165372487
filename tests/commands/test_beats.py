"""`--beats FILE`: every command that hears beats takes corrected ones instead, or refuses them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from media_fixtures import write_video
from programs import Program
from songs import write_song


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A song of hits at 120 a minute, whose beats somebody counted at 100."""
    monkeypatch.chdir(tmp_path)
    write_song(tmp_path / "song.wav", 6.0)
    rows = (
        f"{0.2 + 0.6 * n:.3f} {'bar' if n % 4 == 0 else 'beat'} {n // 4 + 1}\n" for n in range(9)
    )
    (tmp_path / "beats.txt").write_text("".join(rows) + "2.700 part 2\n")
    return tmp_path


@pytest.mark.parametrize(
    "command",
    ["video", pytest.param("interpolate", marks=pytest.mark.slow), "visualize", "evaluate"],
)
def test_beats_are_those_of_the_file(folder: Path, musivid: Program, command: str) -> None:
    plan = [] if command == "evaluate" else ["--dry-run"]
    told = ["--lyrics", "words.lrc"] if command == "interpolate" else []
    told += ["--set", "captions.least_s=1"] if command == "visualize" else []
    (folder / "words.lrc").write_text("[00:01.00]sea\n")
    line = (command, "song.wav", "--beats", "beats.txt", "--json", *plan, *told)
    code, out, err = musivid(*line)
    assert code == 0, err
    found = json.loads(out)
    facts = found["files"][0] if command == "evaluate" else found["results"][0]
    if command == "visualize":
        assert [round(section["start_s"], 2) for section in facts["sections"]] == [0.0, 2.7]
    else:
        assert facts["tempo_bpm"] == pytest.approx(100, abs=0.1)


@pytest.mark.parametrize("command", ["video", "visualize", "evaluate", "markers"])
def test_beats_belong_to_one_song_and_are_checked(
    folder: Path, musivid: Program, command: str
) -> None:
    write_song(folder / "other.wav", 6.0)
    plan = [] if command == "evaluate" else ["--dry-run"]
    code, _, err = musivid(command, "song.wav", "other.wav", "--beats", "beats.txt", *plan)
    assert code == 2 and "belongs to one song" in err
    code, _, err = musivid(command, "song.wav", "--beats", "none.txt", *plan)
    assert code == 2 and "none.txt" in err
    (folder / "late.txt").write_text("1.0\n2.0\n60.0\n")
    code, _, err = musivid(command, "song.wav", "--beats", "late.txt", *plan)
    assert code == 2 and "late.txt:3: 60.0 is not within the song" in err


def test_notes_have_beats_of_their_own(folder: Path, musivid: Program) -> None:
    (folder / "notes.mid").write_bytes(b"MThd\0\0\0\6\0\0\0\1\0\x60MTrk\0\0\0\4\0\xff\x2f\0")
    code, _, err = musivid("evaluate", "notes.mid", "--beats", "beats.txt")
    assert code == 2 and "notes have their own" in err


@pytest.mark.parametrize("command", ["video", "visualize", "evaluate", "markers"])
def test_beats_that_cannot_be_read_are_told_before_a_song_is_heard(
    folder: Path, musivid: Program, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    def hear(*_: object, **__: object) -> None:
        raise AssertionError("heard")

    monkeypatch.setattr("musivid.media.audio.load_track", hear)
    monkeypatch.setattr("musivid.media.reader.MediaReader.track", hear)
    (folder / "noise.txt").write_text("one\ntwo\n")
    code, _, err = musivid(command, "song.wav", "--beats", "noise.txt")
    assert code == 2 and "noise.txt" in err and "heard" not in err


def test_beats_of_a_film_without_sound(folder: Path, musivid: Program) -> None:
    write_video(folder / "film.mp4", 30)
    code, _, err = musivid("evaluate", "film.mp4", "--beats", "beats.txt")
    assert code == 2 and "film.mp4" in err and "no sound" in err
