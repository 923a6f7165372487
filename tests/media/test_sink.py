"""Pictures out: exact frame times, right colours, sound in step, whole files or none."""

from __future__ import annotations

import json
import os
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from media_fixtures import (
    ENCODERS,
    click_song,
    click_times_s,
    digest,
    moving_frames,
    write_video,
)

from musivid.core.errors import EncodeError, InputError, OutputError, UsageError
from musivid.core.storage import temporary_name
from musivid.media.audio import load_track, probe_audio
from musivid.media.coded import pictured
from musivid.media.frames import probe_video, read_frames
from musivid.media.packets import scan_packets
from musivid.media.sink import FrameSink, Sound, join_parts

NTSC = Fraction(1001, 1000)
RATES = [24 / NTSC, Fraction(24), Fraction(25), 30 / NTSC, Fraction(30), Fraction(60)]
ODD_RATES = [Fraction(7), Fraction(1, 2), Fraction(25, 2)]


def _ticks(path: Path) -> tuple[list[int], Fraction]:
    """Times of all frames in the file's own unit, sorted, and that unit."""
    with av.open(str(path)) as file:
        stream = file.streams.video[0]
        return sorted(p.pts for p in file.demux(stream) if p.size), Fraction(stream.time_base)


def _assert_exact(path: Path, fps: Fraction, count: int) -> None:
    ticks, unit = _ticks(path)
    assert [tick * unit for tick in ticks] == [k / fps for k in range(count)]


@pytest.fixture(scope="module")
def songs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("songs")
    return {suffix: click_song(folder / f"song{suffix}", 3.013) for suffix in ENCODERS}


@pytest.mark.parametrize("fps", [*RATES, *ODD_RATES], ids=str)
def test_every_frame_is_at_its_exact_time(tmp_path: Path, fps: Fraction) -> None:
    out = write_video(tmp_path / "out.mp4", 13, fps=fps)
    _assert_exact(out, fps, 13)
    assert abs(probe_video(out).duration_s - 13 / fps) < 1e-4


def test_a_single_frame_is_a_video(tmp_path: Path) -> None:
    assert scan_packets(write_video(tmp_path / "out.mp4", 1)).count == 1


def test_colours_survive_and_are_tagged(tmp_path: Path) -> None:
    colours = np.array(
        [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255], [0, 0, 0], [200, 90, 30]], "uint8"
    )
    out = tmp_path / "out.mp4"
    with FrameSink(out, size=(32, 16), fps=Fraction(25), crf=1) as sink:
        for colour in colours:
            sink.write(np.broadcast_to(colour, (16, 32, 3)))
    for (_, frame), colour in zip(read_frames(out), colours, strict=True):
        assert np.abs(frame.mean((0, 1)) - colour).max() <= 3
    with av.open(str(out)) as file:
        codec = file.streams.video[0].codec_context
        assert (codec.colorspace, codec.color_primaries, codec.color_trc) == (1, 1, 1)
        assert (codec.color_range, codec.pix_fmt, codec.codec.name) == (1, "yuv420p", "h264")


def test_coded_frames_are_written_as_they_are(tmp_path: Path) -> None:
    coded = np.full((24, 32), 128, np.uint8)
    coded[:16], coded[16:20], coded[20:] = 95, 120, 160
    out = tmp_path / "out.mp4"
    with FrameSink(out, size=(32, 16), fps=Fraction(25), crf=1, coded=True) as sink:
        with pytest.raises(ValueError, match="not uint8"):
            sink.write(np.zeros((16, 32, 3), np.uint8))
        sink.write(coded)
    shown = pictured(coded, 16)
    assert np.abs(next(iter(read_frames(out)))[1].astype(int) - shown).max() <= 3
    with av.open(str(out)) as file:
        codec = file.streams.video[0].codec_context
        assert (codec.colorspace, codec.color_range, codec.pix_fmt) == (1, 1, "yuv420p")


def test_the_index_comes_first(tmp_path: Path) -> None:
    data = write_video(tmp_path / "out.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


@pytest.mark.parametrize("suffix", ENCODERS)
@pytest.mark.parametrize("fps", [24 / NTSC, Fraction(60)], ids=str)
def test_sound_is_in_step_and_ends_with_the_picture(
    songs: dict[str, Path], tmp_path: Path, suffix: str, fps: Fraction
) -> None:
    length_s = load_track(songs[suffix]).duration_s
    out = tmp_path / "out.mp4"
    count = round(length_s * fps)
    write_video(out, count, fps=fps, sound=Sound(songs[suffix], 0.0, length_s))
    info = probe_audio(out)
    assert info.codec == {".mp3": "mp3"}.get(suffix, "aac")
    assert info.delay_s == 0
    assert click_times_s(out) == pytest.approx([1, 2], abs=0.002)
    assert abs(info.duration_s - float(count / fps)) <= 1 / fps
    assert abs(load_track(out).duration_s - info.duration_s) < 0.001


def test_a_part_of_a_song_is_exact(songs: dict[str, Path], tmp_path: Path) -> None:
    out = write_video(tmp_path / "out.mp4", 50, sound=Sound(songs[".mp3"], 0.75, 2.0))
    assert probe_audio(out).codec == "aac"
    assert click_times_s(out) == pytest.approx([0.25, 1.25], abs=0.001)
    assert abs(load_track(out).duration_s - 2.0) < 0.001


def test_silence_fills_up_what_the_song_lacks(songs: dict[str, Path], tmp_path: Path) -> None:
    out = write_video(tmp_path / "out.mp4", 100, sound=Sound(songs[".wav"], 0.0, 4.0))
    assert abs(load_track(out).duration_s - 4.0) < 0.001
    assert click_times_s(out) == pytest.approx([1, 2], abs=0.001)


def test_the_shortest_sounds_are_muxed(songs: dict[str, Path], tmp_path: Path) -> None:
    out = write_video(tmp_path / "out.mp4", 2, sound=Sound(songs[".mp3"], 0.0, 0.08))
    assert abs(probe_audio(out, least_s=0.0).duration_s - 0.08) < 0.001
    again = write_video(tmp_path / "two.mp4", 2, sound=Sound(out, 0.0, 0.08))
    assert abs(probe_audio(again, least_s=0.0).duration_s - 0.08) < 0.001


def test_several_sounds_one_after_the_other(songs: dict[str, Path], tmp_path: Path) -> None:
    pieces = [Sound(songs[".mp3"], 0.5, 1.0), Sound(songs[".flac"], 0.75, 1.0, by_clock=True)]
    out = write_video(tmp_path / "out.mp4", 50, sound=pieces)
    assert click_times_s(out, 48_000) == pytest.approx([0.5, 1.25], abs=0.002)


@pytest.mark.parametrize(("rate_hz", "written_hz"), [(8000, 8000), (192_000, 48_000)])
def test_rates_that_players_take(tmp_path: Path, rate_hz: int, written_hz: int) -> None:
    song = click_song(tmp_path / "song.wav", 2.2, rate_hz)
    out = write_video(tmp_path / "out.mp4", 55, sound=Sound(song, 0.0, 2.2, kbps=64))
    assert probe_audio(out).rate_hz == written_hz
    assert click_times_s(out) == pytest.approx([1.0], abs=0.002)


def test_copy_is_refused_where_it_would_be_wrong(songs: dict[str, Path]) -> None:
    def sink(sound: Sound) -> Any:
        return FrameSink(Path("x.mp4"), size=(2, 2), fps=Fraction(25), sound=sound)

    with pytest.raises(UsageError, match="begins at 1 s"):
        sink(Sound(songs[".mp3"], 1.0, 2.0, "copy"))
    with pytest.raises(UsageError, match="no vorbis"):
        sink(Sound(songs[".ogg"], 0.0, 3.013, "copy"))
    with pytest.raises(InputError, match="does not exist"):
        sink(Sound(Path("none.mp3"), 0.0, 1.0))


def test_tags_are_kept(tmp_path: Path) -> None:
    song = click_song(tmp_path / "song.mp3", 1.0, metadata="title=Other")
    tags = {"title": "A; = 'b' \\ 日本", "comment": {"seed": 3, "models": ["a", "b"]}}
    sound = Sound(song, 0.0, 1.0)
    common = write_video(tmp_path / "common.mp4", 25, metadata=tags, sound=sound)
    free = write_video(tmp_path / "free.mp4", 25, metadata={**tags, "recipe": [1]}, sound=sound)
    for path in (common, free):
        with av.open(str(path)) as file:
            assert file.metadata["title"] == tags["title"]
            assert json.loads(file.metadata["comment"]) == tags["comment"]
    with av.open(str(free)) as file:
        assert file.metadata["recipe"] == "[1]"


def _left(folder: Path) -> list[Any]:
    return sorted(path.name for path in folder.iterdir())


def test_nothing_is_left_of_a_failure_and_the_old_file_stays(tmp_path: Path) -> None:
    out = tmp_path / "out.mp4"
    out.write_text("old")
    frames = moving_frames(3)
    with pytest.raises(KeyError), FrameSink(out, size=(64, 48), fps=Fraction(25)) as sink:
        sink.write(frames[0])
        raise KeyError
    assert out.read_text() == "old"
    assert _left(tmp_path) == ["out.mp4"]


def test_a_dead_ffmpeg_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    frames = moving_frames(1, (640, 480))
    with (
        pytest.raises(EncodeError, match="signal 9"),
        FrameSink(tmp_path / "out.mp4", size=(640, 480), fps=Fraction(25)) as sink,
    ):
        for k in range(1000):
            if k == 5:
                sink._pump._process._process.kill()
            sink.write(frames[0])
    assert _left(tmp_path) == []


def test_no_frames_and_wrong_lengths_are_faults(tmp_path: Path, songs: dict[str, Path]) -> None:
    sink = FrameSink(tmp_path / "out.mp4", size=(64, 48), fps=Fraction(25))
    with pytest.raises(EncodeError, match="no frame"), sink:
        pass
    with pytest.raises(EncodeError, match=r"lasts 0\.400 s and the sound 3\.013 s"):
        write_video(tmp_path / "out.mp4", 10, sound=Sound(songs[".mp3"], 0.0, 3.013))
    assert _left(tmp_path) == []


def test_traces_of_killed_processes_are_swept(tmp_path: Path) -> None:

    out, another = tmp_path / "out.mp4", tmp_path / "else.mp4"
    (tmp_path / temporary_name(out, 999999999)).touch()
    mine = tmp_path / temporary_name(out, os.getppid())
    other = tmp_path / temporary_name(another, 999999999)
    mine.touch()
    other.touch()
    write_video(tmp_path / "out.mp4")
    assert set(_left(tmp_path)) == {"out.mp4", mine.name, other.name}


def test_folders_are_made_only_for_what_is_written(tmp_path: Path) -> None:
    out = tmp_path / "a" / "b" / "out.mp4"
    with pytest.raises(InputError):
        write_video(out, sound=Sound(tmp_path / "none.mp3", 0.0, 1.0))
    assert _left(tmp_path) == []
    assert write_video(out).is_file()


def test_wrong_frames_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not uint8"):
        _write_one(tmp_path / "out.mp4", np.zeros((48, 64, 3), np.float32))
    with pytest.raises(ValueError, match=r"not uint8 \(48, 64, 3\)"):
        _write_one(tmp_path / "out.mp4", np.zeros((64, 48, 3), np.uint8))


def _write_one(path: Path, frame: np.ndarray) -> None:
    with FrameSink(path, size=(64, 48), fps=Fraction(25)) as sink:
        sink.write(frame)


@pytest.mark.parametrize(
    ("settings", "error", "match"),
    [
        ({"size": (17, 31)}, UsageError, "17x31"),
        ({"size": (0, 0)}, UsageError, "0x0"),
        ({"crf": 52}, UsageError, "crf 52"),
        ({"speed": "warp"}, UsageError, "warp"),
        ({"path": "out.avi"}, OutputError, ".mp4"),
        ({"path": "folder.mp4"}, OutputError, "is a folder"),
        ({"path": "file/out.mp4"}, OutputError, "not writable"),
    ],
)
def test_wrong_settings_are_refused_at_once(
    tmp_path: Path, settings: dict[str, Any], error: type[Any], match: str
) -> None:
    (tmp_path / "folder.mp4").mkdir()
    (tmp_path / "file").touch()
    settings = {"size": (64, 48), "path": "out.mp4", **settings}
    with pytest.raises(error, match=match):
        FrameSink(tmp_path / settings.pop("path"), fps=Fraction(25), **settings)


def _parts(folder: Path, fps: Fraction, lengths: list[int]) -> tuple[list[Path], list[np.ndarray]]:
    """Videos of these lengths, and all their frames as they decode."""
    frames = moving_frames(sum(lengths))
    paths, decoded, first = [], [], 0
    for number, length in enumerate(lengths):
        path = folder / f"it's part {number}.mp4"
        with FrameSink(path, size=(64, 48), fps=fps) as sink:
            for frame in frames[first : first + length]:
                sink.write(frame)
        decoded += [frame for _, frame in read_frames(path)]
        paths.append(path)
        first += length
    return paths, decoded


@pytest.mark.parametrize("fps", [*RATES, Fraction(1, 2)], ids=str)
def test_joined_parts_keep_every_frame_at_its_exact_time(tmp_path: Path, fps: Fraction) -> None:
    parts, decoded = _parts(tmp_path, fps, [1, 40, 2, 3, 30, 1])
    out = tmp_path / "out.mp4"
    assert join_parts(parts, out, fps=fps, frames=77) == 77
    _assert_exact(out, fps, 77)
    joined = [frame for _, frame in read_frames(out)]
    assert all(np.array_equal(a, b) for a, b in zip(joined, decoded, strict=True))


def test_many_joins_do_not_drift(tmp_path: Path) -> None:
    fps = 24 / NTSC
    parts, _ = _parts(tmp_path, fps, [7])
    join_parts(parts * 150, tmp_path / "out.mp4", fps=fps)
    _assert_exact(tmp_path / "out.mp4", fps, 1050)


def test_the_song_is_joined_in_step(tmp_path: Path, songs: dict[str, Path]) -> None:
    parts, _ = _parts(tmp_path, 30 / NTSC, [40, 50])
    out = tmp_path / "out.mp4"
    sound = Sound(songs[".mp3"], 0.0, 3.013)
    join_parts(parts, out, fps=30 / NTSC, sound=sound, metadata={"title": "x"})
    assert probe_audio(out).codec == "mp3"
    assert click_times_s(out) == pytest.approx([1, 2], abs=0.001)


def test_parts_with_sound_are_joined_by_their_pictures(
    tmp_path: Path, songs: dict[str, Path]
) -> None:
    mute = write_video(tmp_path / "a.mp4", 25)
    loud = write_video(tmp_path / "b.mp4", 25, sound=Sound(songs[".wav"], 0.0, 1.03))
    for parts in ([mute, loud, loud], [loud, mute, loud]):
        join_parts(parts, tmp_path / "out.mp4", fps=Fraction(25), frames=75)
        _assert_exact(tmp_path / "out.mp4", Fraction(25), 75)
        assert not probe_video(tmp_path / "out.mp4").has_sound


def test_parts_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    good = write_video(tmp_path / "good.mp4", 5)
    other = write_video(tmp_path / "other.mp4", 5, size=(32, 48))
    out = tmp_path / "out.mp4"
    with pytest.raises(EncodeError, match="different settings"):
        join_parts([good, other], out, fps=Fraction(25))
    with pytest.raises(EncodeError, match="5 frames in all, not 6"):
        join_parts([good], out, fps=Fraction(25), frames=6)
    with pytest.raises(EncodeError, match="no parts"):
        join_parts([], out, fps=Fraction(25))
    with pytest.raises(EncodeError, match="cannot count"):
        join_parts([good], out, fps=Fraction(100_003, 1000))
    with pytest.raises(InputError, match="does not exist"):
        join_parts([tmp_path / "none.mp4"], out, fps=Fraction(25))
    assert not out.exists() and not list(tmp_path.glob(".*"))


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="there is one core")
def test_frames_do_not_depend_on_the_number_of_cores(tmp_path: Path) -> None:
    cores = os.sched_getaffinity(0)
    made = []
    try:
        for count in (1, 2):
            os.sched_setaffinity(0, sorted(cores)[:count])
            made.append(digest(write_video(tmp_path / f"{count}.mp4", 30, size=(320, 192))))
    finally:
        os.sched_setaffinity(0, cores)
    assert made[0] == made[1]
