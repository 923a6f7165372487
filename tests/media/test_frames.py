"""Pictures in: times, turning, stretching, colours, and what is no picture."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from media_fixtures import click_song, convert, write_video

from musivid.core.errors import InputError
from musivid.media.frames import probe_video, read_frames
from musivid.media.packets import scan_packets


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_video(tmp_path_factory.mktemp("clips") / "clip.mp4", 20, fps=Fraction(24000, 1001))


def test_probe_describes(clip: Path) -> None:
    info = probe_video(clip)
    assert (info.size, info.fps, info.frames) == ((64, 48), Fraction(24000, 1001), 20)
    assert (info.codec, info.pixel_format, info.rotation) == ("h264", "yuv420p", 0)
    assert abs(info.duration_s - 20 * 1001 / 24000) < 1e-4
    assert info.extradata and not info.has_sound


def test_frames_come_in_time(clip: Path) -> None:
    times, frames = zip(*read_frames(clip), strict=True)
    assert len(frames) == 20
    assert frames[0].shape == (48, 64, 3) and frames[0].dtype == np.uint8
    assert np.allclose(times, [k * 1001 / 24000 for k in range(20)], atol=1e-6)


def test_packets_tell_the_same_without_decoding(clip: Path) -> None:
    times = scan_packets(clip)
    assert (times.count, times.hidden, times.start_s) == (20, 0, 0.0)
    assert times.step_s == pytest.approx(1001 / 24000)
    assert times.jitter_s < 1e-6
    assert times.delay > 0  # there are B-frames


def test_scaling_to_any_size(clip: Path) -> None:
    _, frame = next(read_frames(clip, (31, 17)))
    assert frame.shape == (17, 31, 3)


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_turned_videos_are_shown_upright(clip: Path, tmp_path: Path, angle: int) -> None:
    turned = convert(clip, tmp_path / "turned.mp4", {"display_rotation": angle}, c="copy")
    info = probe_video(turned)
    assert info.rotation == angle
    assert info.size == ((48, 64) if angle % 180 else (64, 48))
    upright = [frame for _, frame in read_frames(clip)]
    for (_, frame), original in zip(read_frames(turned), upright, strict=True):
        assert np.array_equal(frame, np.rot90(original, angle // 90))
    _, small = next(read_frames(turned, (20, 30)))
    assert small.shape == (30, 20, 3)


def test_stretched_pixels(clip: Path, tmp_path: Path) -> None:
    wide = convert(clip, tmp_path / "wide.mp4", filters=[("setsar", {"sar": "4/3"})])
    info = probe_video(wide)
    assert info.size == (85, 48) and info.coded_size == (64, 48)
    assert next(read_frames(wide))[1].shape == (48, 85, 3)


def test_variable_rate(clip: Path, tmp_path: Path) -> None:
    picked = [("select", {"expr": "not(mod(n,3))"})]
    vfr = convert(clip, tmp_path / "vfr.mp4", filters=picked, fps_mode="vfr")
    uneven = [("select", {"expr": "lt(n,5)+gt(n,15)"})]
    gap = convert(clip, tmp_path / "gap.mp4", filters=uneven, fps_mode="vfr")
    step_s = 1001 / 24000
    assert [t for t, _ in read_frames(vfr)] == pytest.approx([k * step_s for k in range(0, 20, 3)])
    shown = [k * step_s for k in (0, 1, 2, 3, 4, 16, 17, 18, 19)]
    assert [t for t, _ in read_frames(gap)] == pytest.approx(shown, abs=1e-4)
    assert scan_packets(vfr).jitter_s < 1e-4
    assert scan_packets(gap).jitter_s > 0.1


def test_odd_sizes_and_full_chroma(clip: Path, tmp_path: Path) -> None:
    scaled = [("scale", {"w": 33, "h": 21}), ("format", {"pix_fmts": "yuv444p"})]
    odd = convert(clip, tmp_path / "odd.mkv", filters=scaled)
    assert probe_video(odd).size == (33, 21)
    assert next(read_frames(odd))[1].shape == (21, 33, 3)


@pytest.mark.parametrize(
    ("size", "matrix"), [((64, 48), "bt601"), ((1280, 720), "bt709")], ids=["small", "hd"]
)
def test_untagged_colours_follow_the_size(
    tmp_path: Path, size: tuple[int, int], matrix: str
) -> None:
    import ffmpeg

    from musivid.media.ffmpeg import file_url, run_ffmpeg

    path = tmp_path / "plain.mkv"
    colour = f"color=0xC03020:s={size[0]}x{size[1]}:r=5:d=0.4,format=rgb24"
    picture = ffmpeg.input(colour, format="lavfi")
    yuv = picture.filter("scale", out_color_matrix=matrix, out_range="tv")
    yuv = yuv.filter("format", pix_fmts="yuv420p")
    untagged = yuv.filter("setparams", colorspace="unknown", range="unknown")
    run_ffmpeg(ffmpeg.output(untagged, file_url(path), **{"c:v": "ffv1"}))
    _, frame = next(read_frames(path))
    assert np.abs(frame.mean((0, 1)) - (0xC0, 0x30, 0x20)).max() < 3


def test_what_is_no_video(tmp_path: Path) -> None:
    song = click_song(tmp_path / "song.mp3", 1.0)
    for path, match in (
        (song, "no moving picture"),
        (tmp_path, "folder"),
        (tmp_path / "x", "exist"),
    ):
        for look in (probe_video, scan_packets, lambda p: next(read_frames(p))):
            with pytest.raises(InputError, match=match):
                look(path)


def test_a_damaged_video_is_read_as_far_as_it_goes(clip: Path, tmp_path: Path) -> None:
    from musivid.media.containers import Damage

    whole = convert(clip, tmp_path / "whole.mkv", c="copy")
    data = whole.read_bytes()
    (tmp_path / "cut.mkv").write_bytes(data[: len(data) * 2 // 3])
    damage = Damage()
    assert 0 < sum(1 for _ in read_frames(tmp_path / "cut.mkv", damage=damage)) < 20
