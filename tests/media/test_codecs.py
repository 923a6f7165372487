"""What films are coded in: each ending round-trips, is joined frame by frame, or is refused."""

from __future__ import annotations

import platform
import typing
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from media_fixtures import click_song, click_times_s, moving_frames, write_video

from musivid.core.errors import MissingError, UsageError
from musivid.core.speeds import SPEEDS
from musivid.media import codecs
from musivid.media.audio import probe_audio
from musivid.media.codecs import CODECS, CONTAINERS, check_codec, codec_for
from musivid.media.frames import probe_video, read_frames
from musivid.media.kinds import FILM, HOLDS_ANY
from musivid.media.packets import scan_packets
from musivid.media.sink import FrameSink, Sound, join_parts
from musivid.settings.output import OutputPreset

FPS = Fraction(25)
PAIRS = [(s, name) for s, container in CONTAINERS.items() for name in container.codecs]
SOUNDS = {"prores": "pcm_s24le", ".webm": "opus"}


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return click_song(tmp_path_factory.mktemp("songs") / "song.ogg", 3.0)


@pytest.mark.parametrize(("suffix", "name"), PAIRS)
def test_parts_of_every_codec_are_joined_without_loss(
    tmp_path: Path, song: Path, suffix: str, name: str
) -> None:
    out = tmp_path / f"out{suffix}"
    codec = codec_for(out, name)
    shown, parts, decoded = moving_frames(75), [], []
    for number, (first, last) in enumerate([(0, 1), (1, 41), (41, 43), (43, 75)]):
        part = tmp_path / f"{number}{codec.part}"
        write_video(part, last - first, codec=name, shade=10 * number)
        decoded += [frame for _, frame in read_frames(part)]
        parts.append(part)
    sound = Sound(song, 0.0, 3.0)
    assert join_parts(parts, out, fps=FPS, sound=sound, frames=75, metadata={"title": "T"}) == 75
    joined = list(read_frames(out))
    assert [time for time, _ in joined] == pytest.approx([k / 25 for k in range(75)], abs=1e-3)
    assert all(np.array_equal(a, b) for (_, a), b in zip(joined, decoded, strict=True))
    assert np.abs(decoded[20].astype(int) - shown[19]).mean() < 40, "it is the same picture"
    info = probe_video(out)
    assert (info.codec, info.pixel_format) == (name, codec.pixels)
    assert scan_packets(out).count == 75
    assert probe_audio(out).codec == (SOUNDS.get(suffix) or SOUNDS.get(name, "aac"))
    assert click_times_s(out) == pytest.approx([1, 2], abs=0.002)
    with av.open(str(out)) as file:
        assert file.metadata["title"] == "T"
        assert name != "hevc" or file.streams.video[0].codec_tag == "hvc1"


@pytest.mark.parametrize("suffix", CONTAINERS)
def test_two_runs_write_the_same_bytes(tmp_path: Path, song: Path, suffix: str) -> None:
    sound = Sound(song, 0.5, 1.0)
    made = [write_video(tmp_path / f"{k}{suffix}", 25, sound=sound).read_bytes() for k in (1, 2)]
    assert made[0] == made[1]


def test_frames_are_coded_alike_whatever_instructions_the_processor_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """x264 with AVX-512 reads past rows of 192 pixels, which are not whole 128."""
    noise = np.random.default_rng(0).integers(0, 20, (24, 192, 192, 3), np.uint8)
    y, x = np.mgrid[:192, :192]

    def film(name: str) -> bytes:
        with FrameSink(tmp_path / name, size=(192, 192), fps=FPS) as sink:
            for k in range(24):
                waves = 127 + 60 * np.sin(x / 19 + k / 9 + y / 13)
                sink.write(noise[k] + waves[..., None].astype(np.uint8))
        return (tmp_path / name).read_bytes()

    own = film("own.mp4")
    if platform.machine().lower() in ("x86_64", "amd64"):
        plain = CODECS["h264"].options(18, "veryfast") | {"x264-params": "asm=SSE4.2"}
        older = replace(CODECS["h264"], options=lambda crf, speed: plain)
        monkeypatch.setitem(codecs.CODECS, "h264", older)
    assert film("older.mp4") == own


@pytest.mark.parametrize("name", CODECS)
def test_quality_and_speed_reach_every_encoder(tmp_path: Path, name: str) -> None:
    suffix = CODECS[name].part
    wishes = [(10, "ultrafast"), (40, "ultrafast"), (40, "slow")]
    sizes = [
        write_video(tmp_path / f"{crf}{speed}{suffix}", 20, codec=name, crf=crf, speed=speed)
        .stat()
        .st_size
        for crf, speed in wishes
    ]
    if name == "prores":
        assert len(set(sizes)) == 1
    else:
        assert sizes[0] > sizes[1] != sizes[2]


def test_settings_and_endings_name_the_same_codecs() -> None:
    offered = typing.get_args(OutputPreset.model_fields["codec"].annotation)
    assert offered == ("auto", *CODECS)
    assert FILM.written == tuple(CONTAINERS) and set(HOLDS_ANY) < set(CONTAINERS)
    assert {name for _, name in PAIRS} == set(CODECS)
    for codec in CODECS.values():
        assert all(codec.options(crf, speed) for crf in (0, 51) for speed in SPEEDS)


def test_an_ending_that_does_not_hold_a_codec_says_what_does() -> None:
    with pytest.raises(UsageError, match=r"a\.webm cannot hold H\.264") as told:
        codec_for(Path("a.webm"), "h264")
    assert "vp9" in str(told.value.hint) and ".mp4" in str(told.value.hint)
    with pytest.raises(UsageError, match="ProRes"):
        write_video(Path("a.mp4"), codec="prores")


def test_an_encoder_that_ffmpeg_lacks_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codecs, "supported", lambda kind: frozenset({"libx264", "aac", kind}))
    assert check_codec(Path("a.mp4")).name == "h264"
    for name, encoder in (("a.webm", "libvpx-vp9, libopus"), ("a.mov", "prores_ks, pcm_s24le")):
        with pytest.raises(MissingError, match=encoder):
            check_codec(Path(name))


def test_webm_holds_no_aac(tmp_path: Path, song: Path) -> None:
    with pytest.raises(UsageError, match="Opus, not AAC"):
        write_video(tmp_path / "a.webm", 25, sound=Sound(song, 0.0, 1.0, "aac"))
    out = write_video(tmp_path / "a.mov", 25, sound=Sound(song, 0.0, 1.0, "aac"))
    assert probe_audio(out).codec == "aac"
