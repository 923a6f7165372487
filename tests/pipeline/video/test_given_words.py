"""`musivid.film` and `illustrate` take words as the commands do: any encoding, without times."""

from __future__ import annotations

from pathlib import Path

import pytest
from odd_songs import tone, write_sound

import musivid
from musivid.core.errors import UsageError

LINE = "春江潮水连海平 海上明月共潮生"


@pytest.fixture
def song(tmp_path: Path) -> Path:
    return write_sound(tmp_path / "song.wav", tone(4.0, 16000), 16000, "pcm_s16le")


def test_film_spreads_plain_words(tmp_path: Path, song: Path) -> None:
    words = tmp_path / "l.txt"
    words.write_text("we sing\nand sing\n")
    made = musivid.film(song, words, preset="tiny", spread_lyrics=True)
    assert [cue.text for cue in made.plan.cues] == ["we sing", "and sing"]


def test_both_take_the_encoding(tmp_path: Path, song: Path) -> None:
    words = tmp_path / "l.lrc"
    words.write_bytes(f"[00:00.50]{LINE}\n".encode("gbk"))
    made = musivid.film(song, words, preset="tiny", lyrics_encoding="gbk")
    assert [cue.text for cue in made.plan.cues] == [LINE]
    walk = musivid.illustrate(song, words, preset="tiny", captions_encoding="gbk")
    assert walk.prompts[0].caption.what == LINE
    for call in (
        lambda: musivid.film(song, words, preset="tiny", lyrics_encoding="klingon"),
        lambda: musivid.illustrate(song, words, preset="tiny", captions_encoding="klingon"),
    ):
        with pytest.raises(UsageError, match="klingon"):
            call()
