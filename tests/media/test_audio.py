"""Songs in every container: exact length, exact start, and clear words about what cannot be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from media_fixtures import ENCODERS, RATE_HZ, click_samples, click_song, convert, write_wav

from musivid.core.errors import InputError, UsageError
from musivid.media.audio import MIN_SOUND_S, Track, load_track, probe_audio
from musivid.media.downmix import channel_weights, downmix


@pytest.fixture(scope="module")
def songs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("songs")
    return {suffix: click_song(folder / f"song{suffix}", 3.013) for suffix in ENCODERS}


def _ffmpeg_length_s(song: Path, tmp_path: Path) -> float:
    """How long the sound is that ffmpeg itself decodes to."""
    wav = convert(song, tmp_path / "decoded.wav", map="0:a:0", **{"c:a": "pcm_f32le"})
    return load_track(wav).duration_s


@pytest.mark.parametrize("suffix", ENCODERS)
def test_length_and_start_are_those_of_the_source(
    songs: dict[str, Path], suffix: str, tmp_path: Path
) -> None:
    track = load_track(songs[suffix])
    assert track.samples.dtype == np.float32
    assert abs(track.duration_s - 3.013) < 0.002  # opus counts in its own rate
    assert abs(track.duration_s - _ffmpeg_length_s(songs[suffix], tmp_path)) < 0.001
    mono = track.mono(RATE_HZ)
    for second in (1, 2):
        part = np.abs(mono[round((second - 0.1) * RATE_HZ) :])
        assert abs(int(np.argmax(part > 0.3)) - round(0.1 * RATE_HZ)) <= 3
    assert track.warnings == ()


def test_probe_describes(songs: dict[str, Path]) -> None:
    info = probe_audio(songs[".mp3"])
    assert (info.codec, info.rate_hz, info.channels) == ("mp3", RATE_HZ, ("FC",))
    assert info.exact and not info.has_picture
    assert abs(info.duration_s - 3.013) < 0.001


def test_trimming_is_exact_to_the_sample(songs: dict[str, Path]) -> None:
    whole = load_track(songs[".mp3"])
    part = load_track(songs[".mp3"], start_s=0.75, end_s=2.25)
    first = round(0.75 * RATE_HZ)
    assert part.samples.shape == (1, round(1.5 * RATE_HZ))
    assert np.array_equal(part.samples, whole.samples[:, first : first + part.samples.shape[1]])
    assert part.start_s == 0.75


def test_trimming_beyond_the_end_warns(songs: dict[str, Path]) -> None:
    track = load_track(songs[".wav"], start_s=1.0, end_s=9.0)
    assert abs(track.duration_s - 2.013) < 0.001
    assert "before the 9 s" in track.warnings[0]


def test_trimming_to_nothing_is_refused(songs: dict[str, Path]) -> None:
    with pytest.raises(UsageError):
        load_track(songs[".wav"], start_s=2.0, end_s=2.0)
    with pytest.raises(UsageError):
        load_track(songs[".wav"], start_s=-1.0)
    with pytest.raises(InputError, match=r"ends at 3\.01 s"):
        load_track(songs[".wav"], start_s=5.0)


@pytest.mark.parametrize("rate_hz", [8_000, 22_050, 96_000, 192_000])
def test_rates(tmp_path: Path, rate_hz: int) -> None:
    track = load_track(click_song(tmp_path / "song.wav", 1.0, rate_hz))
    assert track.rate_hz == rate_hz
    assert len(track.mono(16_000)) == 16_000
    assert load_track(track.path, rate_hz=16_000).samples.shape == (1, 16_000)


def test_stereo_stays_stereo_and_surround_is_summed(tmp_path: Path) -> None:
    left, right = click_samples(1.0), np.zeros(RATE_HZ, np.float32)
    stereo = load_track(write_wav(tmp_path / "stereo.wav", np.stack([left, right])))
    assert stereo.samples.shape == (2, RATE_HZ)
    surround = np.stack([left * 0, left * 0, left, left, left * 0, left * 0])
    wav = write_wav(tmp_path / "surround.wav", surround)
    flac = convert(wav, tmp_path / "surround.flac", channel_layout="5.1", **{"c:a": "flac"})
    track = load_track(flac)
    assert track.samples.shape[0] == 6
    assert track.channels[2:4] == ("FC", "LFE")
    weights = channel_weights(track.channels, 6)
    assert weights[3] == 0 and weights[2] > weights[0] > weights[4] > 0


def test_opposite_phases_do_not_cancel() -> None:
    tone = np.sin(np.arange(1000, dtype=np.float32))
    assert np.array_equal(downmix(np.stack([tone, -tone])), tone)


def test_silence_is_a_song(tmp_path: Path) -> None:
    track = load_track(write_wav(tmp_path / "silence.wav", np.zeros(RATE_HZ)))
    assert track.duration_s == 1.0
    assert not track.samples.any()


def test_wild_samples_are_tamed(tmp_path: Path) -> None:
    import ffmpeg

    from musivid.media.ffmpeg import file_url, run_ffmpeg

    samples = np.array([0.5, np.nan, np.inf, -np.inf, 7.0] * 4000, "<f4")
    out = tmp_path / "wild.wav"
    source = ffmpeg.input("pipe:0", format="f32le", ar=8000, ac=1)
    graph = ffmpeg.output(source, file_url(out), **{"c:a": "pcm_f32le"})
    run_ffmpeg(graph, stdin=samples.tobytes())
    track = load_track(out)
    assert np.isfinite(track.samples).all()
    assert track.samples.max() == 1.0 and track.samples.min() == -1.0
    assert any("NaN or infinite: 12000" in warning for warning in track.warnings)


@pytest.mark.parametrize("rate_hz", [1, 999])
def test_a_rate_that_is_none_is_refused(tmp_path: Path, rate_hz: int) -> None:
    with pytest.raises(InputError, match=f"says that it has {rate_hz} samples a second"):
        load_track(write_wav(tmp_path / "slow.wav", np.zeros(5000), rate_hz))


def test_a_length_beyond_belief_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    song = write_wav(tmp_path / "long.wav", np.zeros(80_000), 8000)
    monkeypatch.setenv("MUSIVID_MAX_HOURS", "0.002")
    with pytest.raises(InputError, match=r"claims 0\.00278 hours; 0\.002 are read"):
        load_track(song)
    assert load_track(song, start_s=2, end_s=4).duration_s == 2.0


def test_sound_of_a_video_and_cover_art(songs: dict[str, Path], tmp_path: Path) -> None:
    import ffmpeg

    from musivid.media.ffmpeg import file_url, run_ffmpeg

    sound = ffmpeg.input(file_url(songs[".mp3"]))
    video = ffmpeg.input("testsrc=s=32x32:r=5:d=3", format="lavfi")
    clip, covered = tmp_path / "clip.mp4", tmp_path / "covered.mp3"
    run_ffmpeg(ffmpeg.output(video, sound, file_url(clip), **{"c:a": "aac"}))
    assert probe_audio(clip).has_picture
    assert abs(load_track(clip).duration_s - 3.013) < 0.001
    cover = ffmpeg.input("color=red:s=32x32:r=1:d=1", format="lavfi")
    options = {"c:a": "copy", "c:v": "png", "disposition:v": "attached_pic"}
    run_ffmpeg(ffmpeg.output(sound, cover, file_url(covered), **options))
    assert not probe_audio(covered).has_picture
    assert load_track(covered).duration_s == load_track(songs[".mp3"]).duration_s


@pytest.mark.parametrize("suffix", [".mp3", ".wav", ".flac"])
def test_a_truncated_song_goes_as_far_as_it_goes(
    songs: dict[str, Path], suffix: str, tmp_path: Path
) -> None:
    data = songs[suffix].read_bytes()
    cut = tmp_path / f"cut{suffix}"
    cut.write_bytes(data[: len(data) // 2])
    track = load_track(cut)
    assert MIN_SOUND_S < track.duration_s < 2.5
    assert "cut off" in track.warnings[0] and "3.0 s" in track.warnings[0]
    assert load_track(cut, end_s=0.3).warnings == ()


def test_damage_in_the_middle_is_skipped(songs: dict[str, Path], tmp_path: Path) -> None:
    data = bytearray(songs[".flac"].read_bytes())
    data[len(data) // 2 : len(data) // 2 + 40] = bytes(40)
    broken = tmp_path / "broken.flac"
    broken.write_bytes(data)
    track = load_track(broken)
    assert track.duration_s > 1.0
    assert track.warnings


def _refused(path: Path, match: str) -> None:
    for look in (probe_audio, load_track):
        with pytest.raises(InputError, match=match):
            look(path)


def test_what_is_no_song(tmp_path: Path, songs: dict[str, Path]) -> None:
    _refused(tmp_path / "none.mp3", "does not exist")
    _refused(tmp_path, "is a folder")
    (tmp_path / "empty.mp3").touch()
    _refused(tmp_path / "empty.mp3", "is empty")
    (tmp_path / "text.mp3").write_text("these are words, no music\n" * 50)
    _refused(tmp_path / "text.mp3", "cannot be read as a song")
    data = songs[".m4a"].read_bytes()
    (tmp_path / "cut.m4a").write_bytes(data[: len(data) // 2])
    _refused(tmp_path / "cut.m4a", "cannot be read as a song")


def test_a_playlist_opens_nothing_else(tmp_path: Path, songs: dict[str, Path]) -> None:
    (tmp_path / "list.mp3").write_text(f"#EXTM3U\n#EXTINF:3,\n{songs['.mp3']}\n#EXT-X-ENDLIST\n")
    _refused(tmp_path / "list.mp3", "cannot be read|no sound")
    (tmp_path / "script.mp3").write_text(f"ffconcat version 1.0\nfile '{songs['.mp3']}'\n")
    _refused(tmp_path / "script.mp3", "cannot be read|no sound")


def test_a_silent_film_has_no_sound(tmp_path: Path) -> None:
    import ffmpeg

    from musivid.media.ffmpeg import file_url, run_ffmpeg

    film = tmp_path / "film.mp4"
    picture = ffmpeg.input("testsrc=s=32x32:r=5:d=1", format="lavfi")
    run_ffmpeg(ffmpeg.output(picture, file_url(film)))
    _refused(film, "no sound in it")


@pytest.mark.parametrize("look", [probe_audio, load_track])
def test_too_short(tmp_path: Path, look: Callable[..., Any]) -> None:
    blip = write_wav(tmp_path / "blip.wav", np.zeros(round(0.05 * RATE_HZ)))
    with pytest.raises(InputError, match=r"0\.050 s of sound") as error:
        look(blip)
    assert f"{MIN_SOUND_S:g} s" in error.value.hint


def test_a_part_that_is_too_short(songs: dict[str, Path]) -> None:
    with pytest.raises(InputError, match=r"0\.100 s of sound"):
        load_track(songs[".wav"], start_s=1.0, end_s=1.1)


@settings(max_examples=60, deadline=None)
@given(st.binary(min_size=1, max_size=300))
def test_bytes_are_refused_or_read_but_never_crash(
    tmp_path_factory: pytest.TempPathFactory, data: Any
) -> None:
    path = tmp_path_factory.mktemp("junk") / "junk.mp3"
    path.write_bytes(data)
    try:
        track = load_track(path)
    except InputError:
        return
    assert np.isfinite(track.samples).all()


def test_track_knows_its_length(tmp_path: Path) -> None:
    track = Track(np.zeros((2, 500), np.float32), 1000, tmp_path)
    assert track.duration_s == 0.5
    assert track.mono().shape == (500,)
    assert "samples" not in repr(track)
