"""The last step is tried before the first, with whatever names and sounds people have."""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from media_fixtures import write_video
from odd_songs import tone, write_sound

from musivid.core.errors import EncodeError, InputError, OutputError
from musivid.core.run import run_folder
from musivid.media.audio import load_track, probe_audio
from musivid.media.rehearsal import rehearse
from musivid.media.sink import FrameSink, Sound, join_parts
from musivid.media.soundtrack import plan_sound

FPS = Fraction(25)
NAMES = [
    "plain",
    "two\nlines",
    "caf\udce9",
    "y" * 247,
    "ü" * 123,
    "100%'\"\\;[x]",
    " lead",
    "-dash",
    "apple \uf8ff \ue000 \ue00041",
]


@pytest.mark.parametrize("rate_hz", [8000, 11025, 12000, 16000, 22050, 44100])
@pytest.mark.parametrize("ending", [".mp4", ".mov", ".webm"])
def test_mp3_of_every_rate_goes_into_every_film(tmp_path: Path, rate_hz: int, ending: str) -> None:
    song = write_sound(tmp_path / "s.mp3", tone(1.0, rate_hz), rate_hz, "libmp3lame")
    sound = Sound(song, 0.0, probe_audio(song).duration_s or 0.0)
    assert rehearse(tmp_path / f"film{ending}", sound, fps=FPS) == sound
    assert [path.name for path in tmp_path.iterdir()] == ["s.mp3"]


@pytest.mark.parametrize("channels", [6, 7, 8, 9, 12, 16, 20, 24])
def test_sound_of_many_channels_goes_into_a_film(tmp_path: Path, channels: int) -> None:
    song = write_sound(tmp_path / "s.wav", tone(0.5, 8000, channels), 8000, "pcm_s16le")
    sound = Sound(song, 0.0, 0.5)
    assert rehearse(tmp_path / "film.mp4", sound, fps=FPS) == sound


def test_samples_that_are_no_numbers_go_into_a_film_as_they_are_heard(tmp_path: Path) -> None:
    samples = tone(0.5, 44100, 2)
    samples[0, 9], samples[1, 9], samples[0, 20_000] = np.nan, -np.inf, 1.5
    song = write_sound(tmp_path / "s.wav", samples, 44100, "pcm_f32le")
    rehearse(tmp_path / "film.mp4", Sound(song, 0.0, 0.5), fps=FPS)
    film = tmp_path / "film.mov"  # holds sound without loss
    with FrameSink(
        film, size=(64, 64), fps=FPS, codec="prores", sound=Sound(song, 0.0, 0.5)
    ) as sink:
        for _ in range(13):
            sink.write(np.zeros((64, 64, 3), np.uint8))
    heard = load_track(film).samples[:, : samples.shape[1]]
    wanted = np.clip(load_track(song).samples, -1, 1)
    assert np.abs(heard - wanted).max() < 1e-3 and heard[0, 9] == 0 and heard[1, 9] == -1


def test_mp3_of_low_rates_is_encoded_and_others_are_copied(tmp_path: Path) -> None:
    from musivid.media.codecs import AAC_SOUND

    for rate_hz, codec in ((8000, "aac"), (11025, "aac"), (12000, "aac"), (16000, "copy")):
        song = write_sound(tmp_path / f"{rate_hz}.mp3", tone(1.0, rate_hz), rate_hz, "libmp3lame")
        sound = Sound(song, 0.0, probe_audio(song).duration_s or 0.0)
        assert plan_sound(sound, AAC_SOUND).options["c:a"] == codec


def test_what_cannot_be_copied_after_all_is_encoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("musivid.media.soundtrack._LEAST_MP3_HZ", 0)
    song = write_sound(tmp_path / "s.mp3", tone(1.0), codec="libmp3lame")
    sound = Sound(song, 0.0, 1.0)
    assert rehearse(tmp_path / "film.mp4", sound, fps=FPS).codec == "encode"
    with pytest.raises(EncodeError, match="not standard"):
        rehearse(tmp_path / "film.mp4", Sound(song, 0.0, 1.0, codec="copy"), fps=FPS)


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_names_that_a_disk_takes_are_taken(tmp_path: Path, name: str) -> None:
    song = write_sound(tmp_path / "s.flac", tone(0.4))
    song = song.rename(tmp_path / f"{name}.flac")
    film = tmp_path / f"{name}.mp4"
    folder = run_folder(film)
    folder.mkdir()
    part = write_video(folder / "part.mp4", 10)
    sound = Sound(song, 0.0, 0.4)
    assert rehearse(film, sound, fps=FPS, metadata={"title": "x"}) == sound
    assert join_parts([part, part], film, fps=FPS, sound=Sound(song, 0.0, 0.8)) == 20
    assert load_track(film).duration_s == pytest.approx(0.8, abs=0.001)
    assert {song, film, folder} == set(tmp_path.iterdir())


def test_names_that_a_disk_does_not_take_are_told_at_once(tmp_path: Path) -> None:
    song = write_sound(tmp_path / "s.flac", tone(0.4))
    with pytest.raises(OutputError, match="cannot be written"):
        rehearse(tmp_path / ("x" * 300) / "film.mp4", Sound(song, 0.0, 0.4), fps=FPS)
    with pytest.raises(InputError):
        rehearse(tmp_path / "film.mp4", Sound(tmp_path / "none.mp3", 0.0, 0.4), fps=FPS)


def test_folders_of_runs_have_names_of_their_own_that_a_disk_takes(tmp_path: Path) -> None:
    long, other = "y" * 250, "y" * 249 + "z"
    folders = {run_folder(tmp_path / f"{stem}.mp4") for stem in (long, other, "ü" * 124 + "yy")}
    assert len(folders) == 3
    for folder in folders:
        folder.mkdir()
        assert len(os.fsencode(folder.name)) <= 255
    assert run_folder(tmp_path / "a.mp4").name == "a.musivid"


def test_one_sound_can_be_joined_several_times(tmp_path: Path) -> None:
    song = write_sound(tmp_path / "s.flac", tone(0.4))
    part = write_video(tmp_path / "part.mp4", 10)
    film = tmp_path / "film.mp4"
    join_parts([part] * 3, film, fps=FPS, sound=[Sound(song, 0.0, 0.4)] * 3)
    assert load_track(film).duration_s == pytest.approx(1.2, abs=0.001)
