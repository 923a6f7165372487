"""What commands make of what was typed: times, and the file that goes with each song."""

from __future__ import annotations

from pathlib import Path

import pytest

from musivid.commands.typed import namesake, read_seconds
from musivid.core.errors import InputError, UsageError
from musivid.core.progress import Silent


class Told(Silent):
    """Keeps notes."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        self.notes.append(text)


def test_a_song_takes_its_namesake_from_a_folder_and_says_what_it_leaves(tmp_path: Path) -> None:
    for name in ("one.lrc", "one.vtt", "two.lrc", "one more.lrc"):
        (tmp_path / name).write_text("")
    told = Told()
    taken = namesake(Path("songs/one.mp3"), tmp_path, "lyrics", told)
    assert taken is not None and taken.stem == "one"
    (note,) = told.notes
    left = ({"one.lrc", "one.vtt"} - {taken.name}).pop()
    assert note == f"one.mp3: {taken.name} holds its lyrics; passed over: {left}"
    assert namesake(Path("two.wav"), tmp_path, "lyrics", told) == tmp_path / "two.lrc"
    assert len(told.notes) == 1


def test_a_song_without_a_namesake_is_told(tmp_path: Path) -> None:
    (tmp_path / "two.lrc").write_text("")
    with pytest.raises(InputError, match="holds no captions named three") as caught:
        namesake(Path("three.mp3"), tmp_path, "captions", Silent())
    assert "song.lrc" in str(caught.value.hint)


def test_a_file_is_taken_as_it_is_and_nothing_stays_nothing(tmp_path: Path) -> None:
    file = tmp_path / "words.srt"
    file.write_text("")
    assert namesake(Path("one.mp3"), file, "lyrics", Silent()) == file
    assert namesake(Path("one.mp3"), None, "lyrics", Silent()) is None


def test_times_are_read_and_others_refused() -> None:
    assert read_seconds("--from", None) is None
    assert read_seconds("--from", "1:02.5") == 62.5
    with pytest.raises(UsageError, match="--to 'noon' is not a time"):
        read_seconds("--to", "noon")
