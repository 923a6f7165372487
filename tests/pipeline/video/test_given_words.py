"""`musivid.film` and `illustrate` take words as the commands do: any encoding, without times."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from odd_songs import tone, write_sound

import musivid
from musivid.core.errors import InputError, UsageError
from musivid.core.progress import Silent
from musivid.core.timeline import Cue
from musivid.media.sink import FrameSink
from musivid.media.soundtrack import Sound
from musivid.pipeline.video import VideoJob, check_job, listen_to
from musivid.settings.presets import load_preset

FOUND = (Cue(0.5, None, "we sing"), Cue(90.0, None, "and sing"))
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


def test_words_that_were_found_and_do_not_fit_are_left_out(tmp_path: Path, song: Path) -> None:
    preset = load_preset("video", "tiny")
    for cues, left in ((FOUND, 1), (FOUND[1:], 0)):
        job = VideoJob(song, tmp_path / "o.mp4", preset, lyrics=cues, lyrics_name="song.wav (SYLT)")
        plan = listen_to(check_job(job), Silent())[2]
        assert len(plan.cues) == left
        assert any("song.wav (SYLT)" in text for text in plan.warnings)


def test_frames_are_counted_at_the_films_rate(tmp_path: Path, song: Path) -> None:
    words = tmp_path / "l.sub"
    words.write_text("{10}{20}la\n")
    preset = load_preset("video", "tiny")
    job = VideoJob(song, tmp_path / "o.mp4", preset, lyrics=words)
    with pytest.raises(InputError, match="counts frames"):
        check_job(job)
    assert check_job(replace(job, lyrics_fps=Fraction(10))).cues == (Cue(1.0, 2.0, "la"),)
    film = tmp_path / "film.mp4"
    with FrameSink(film, size=(32, 32), fps=Fraction(20), sound=Sound(song, 0.0, 4.0)) as sink:
        for _ in range(80):
            sink.write(np.zeros((32, 32, 3), np.uint8))
    checked = check_job(replace(job, song=film))
    assert checked.cues == (Cue(0.5, 1.0, "la"),)
    assert any("read at 20 a second" in text for text in checked.warnings)
