"""Sound of any number of channels, and of forms that change on the way."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from odd_songs import packets_of, tone, write_sound, write_wav_head

from musivid.core.errors import InputError
from musivid.media.audio import load_track, probe_audio


@pytest.mark.parametrize("channels", range(1, 25))
def test_each_count_of_channels_keeps_them_in_order(tmp_path: Path, channels: int) -> None:
    levels = np.arange(1, channels + 1) * 1000
    data = np.tile(levels, (2000, 1)).astype("<i2").tobytes()
    track = load_track(write_wav_head(tmp_path / "song.wav", data, channels=channels))
    assert track.samples.shape == (channels, 2000)
    assert np.array_equal(track.samples[:, 5], levels.astype(np.float32) / 32768)
    assert track.samples.flags["C_CONTIGUOUS"]
    assert np.allclose(track.mono(), track.samples.mean(axis=0), atol=1e-6)


@pytest.mark.parametrize("layout", ["7.1", "7.1(wide)", "octagonal", "hexadecagonal", "22.2"])
def test_named_layouts_of_many_channels(tmp_path: Path, layout: str) -> None:
    import av

    names = tuple(channel.name for channel in av.AudioLayout(layout).channels)
    samples = tone(0.3, channels=len(names))
    song = write_sound(tmp_path / "song.mka", samples, codec="pcm_f32le", layout=layout)
    track = load_track(song)
    assert track.samples.shape == samples.shape
    assert np.array_equal(track.samples, samples)
    assert probe_audio(song).channels == track.channels


def test_eight_planes_of_flac(tmp_path: Path) -> None:
    samples = tone(0.5, channels=8)
    track = load_track(write_sound(tmp_path / "song.flac", samples))
    assert track.channels == ("FL", "FR", "FC", "LFE", "BL", "BR", "SL", "SR")
    assert np.abs(track.samples - samples).max() < 1e-4


def test_more_channels_than_can_be_converted_are_refused_by_number(tmp_path: Path) -> None:
    song = write_wav_head(tmp_path / "song.wav", bytes(255 * 2 * 2000), channels=255)
    for look in (probe_audio, load_track):
        with pytest.raises(InputError, match="255 channels, more than 64"):
            look(song)


@pytest.mark.parametrize(
    ("first", "second"),
    [((8000, 1), (8000, 2)), ((8000, 2), (8000, 1)), ((8000, 1), (16000, 1)),
     ((16000, 2), (8000, 1)), ((11025, 1), (48000, 2))],
)  # fmt: skip
def test_what_changes_on_the_way_is_mixed_to_what_comes_first(
    tmp_path: Path, first: tuple[int, int], second: tuple[int, int]
) -> None:
    parts = [
        write_sound(tmp_path / f"{n}.mp3", tone(2.0, rate, channels), rate, "libmp3lame")
        for n, (rate, channels) in enumerate((first, second))
    ]
    joined = tmp_path / "joined.mp3"
    joined.write_bytes(packets_of(*parts))
    track = load_track(joined)
    assert (track.rate_hz, len(track.samples)) == first
    assert track.samples.shape[0] == len(track.channels) == first[1]
    assert 3.8 < track.duration_s < 4.4
    late = track.samples[:, -round(0.5 * track.rate_hz) : -round(0.3 * track.rate_hz)]
    assert (np.abs(late).max(axis=1) > 0.05).all()


def test_unnamed_channels_that_change_their_number(tmp_path: Path) -> None:
    """ffmpeg knows no way between such layouts."""
    import av

    from musivid.media.blocks import form_of, sound_blocks

    def frame(channels: int) -> av.AudioFrame:
        path = tmp_path / f"{channels}.wav"
        write_wav_head(path, np.full(400 * channels, 8192, "<i2").tobytes(), channels=channels)
        with av.open(str(path)) as container:
            return next(container.decode(audio=0))

    frames = [frame(9), frame(11), frame(2)]
    blocks = list(sound_blocks(iter(frames), form_of(frames[0])))
    assert [block.shape[0] for block in blocks] == [9] * len(blocks)
    assert sum(block.shape[1] for block in blocks) == 1200
    assert all(np.allclose(block, 0.25) for block in blocks)
