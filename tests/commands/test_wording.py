"""Which words go with which song, and what is told of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from odd_songs import tone, write_sound

from musivid.commands.wording import Wording, tell_lacking, words_for
from musivid.core.errors import InputError, UsageError
from musivid.core.progress import Silent

LRC = "[00:00.50]we sing\n[00:01.00]and sing"


class Told(Silent):
    """Keeps what is told."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.warnings: list[str] = []

    def note(self, text: str) -> None:
        self.notes.append(text)

    def warn(self, text: str) -> None:
        self.warnings.append(text)


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """Songs: `timed` and `plain` hold their words, `bare` none; `words/` has those of `bare`."""
    sound = tone(2.0, 16000)
    write_sound(tmp_path / "bare.flac", sound, 16000)
    write_sound(tmp_path / "plain.flac", sound, 16000, tags={"LYRICS": "we sing\nand sing"})
    write_sound(tmp_path / "timed.flac", sound, 16000, tags={"LYRICS": LRC})
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "bare.lrc").write_text("[00:00.50]la\n")
    return tmp_path


def test_a_song_goes_by_the_timed_words_that_its_file_holds(album: Path) -> None:
    told = Told()
    found = words_for(album / "timed.flac", Wording(), ["timed.flac"], told)
    assert isinstance(found.lyrics, tuple) and found.name == "timed.flac (LYRICS)"
    assert [cue.text for cue in found.lyrics] == ["we sing", "and sing"]
    (note,) = told.notes
    assert (
        note == "timed.flac (LYRICS) holds 2 timed lines of lyrics: taken; --no-lyrics leaves them"
    )
    assert words_for(album / "timed.flac", Wording(no_lyrics=True), [], told).lyrics is None
    assert words_for(album / "bare.flac", Wording(), [], told).lyrics is None
    assert len(told.notes) == 1


def test_plain_words_are_told_and_taken_where_they_are_to_be_spread(album: Path) -> None:
    told, song = Told(), album / "plain.flac"
    assert words_for(song, Wording(), [], told).lyrics is None
    (note,) = told.notes
    assert "holds 2 lines of lyrics without times" in note and "--spread-lyrics" in note
    spread = words_for(song, Wording(spread_lyrics=True), [], told).lyrics
    assert isinstance(spread, tuple) and [cue.text for cue in spread] == ["we sing", "and sing"]
    with pytest.raises(InputError, match="with times"):
        words_for(album / "timed.flac", Wording(spread_lyrics=True), [], told)


def test_a_folder_may_lack_the_words_of_some_songs_of_several(album: Path) -> None:
    asked = Wording(album / "words", burn_lyrics=True)
    songs = [str(album)]
    lacks = words_for(album / "plain.flac", asked, songs, Told())
    assert (lacks.lyrics, lacks.wanted) == (None, False)
    held = words_for(album / "timed.flac", asked, songs, Told())
    assert held.lyrics and held.wanted
    has = words_for(album / "bare.flac", asked, songs, Told())
    assert has.lyrics == album / "words" / "bare.lrc" and has.wanted
    with pytest.raises(InputError, match="holds no lyrics named plain"):
        words_for(album / "plain.flac", asked, [str(album / "plain.flac")], Told())


def test_what_a_folder_lacks_is_told_once(album: Path) -> None:
    told, asked = Told(), Wording(album / "words")
    songs = [album / f"{name}.flac" for name in ("bare", "plain", "timed", "a", "b")]
    tell_lacking([(song, asked) for song in songs], told)
    (warning,) = told.warnings
    assert "of 4 of 5 songs (plain.flac, timed.flac, a.flac and 1 more)" in warning
    with pytest.raises(InputError, match="no lyrics of these 2 songs"):
        tell_lacking([(song, asked) for song in songs[1:3]], told)
    tell_lacking([(songs[1], asked)], told)  # an only song says so itself
    assert len(told.warnings) == 1


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (Wording(no_lyrics=True, burn_lyrics=True), "--no-lyrics and --burn-lyrics contradict"),
        (Wording(Path("a.lrc"), no_lyrics=True), "--no-lyrics and --lyrics contradict"),
        (Wording(lyrics_fps="25"), "--lyrics-fps has no lyrics"),
        (Wording(Path("a.sub"), lyrics_fps="soon"), "frame rate 'soon'"),
    ],
)
def test_what_contradicts_itself_is_refused(asked: Wording, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        asked.check()


def test_words_that_are_found_reach_the_plans(album: Path, musivid: Any) -> None:
    (album / "words" / "bare.lrc").rename(album / "bare.lrc")
    (album / "words" / "bare.sub").write_text("{25}{50}la|ля\n")
    songs, words = [album / "timed.flac", album / "bare.flac"], ("--lyrics", album / "words")
    code, said, told = musivid(
        "video", *songs, *words, "--lyrics-fps", "25", "--preset", "tiny", "--dry-run"
    )
    assert code == 0, told
    assert "and sing" in said and "0:01.00   0:02.00      1  la / ля" in said
