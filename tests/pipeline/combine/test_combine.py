"""Parts and a song to one file: copied or encoded again, fitted or refused, never left half."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from combine_fixtures import AGAIN, LOOP, PAD, Notes, frames_of, media, same, three
from media_fixtures import click_times_s, convert, moving_frames

from musivid.core.errors import InputError, OutputError, UsageError
from musivid.media.audio import load_track, probe_audio
from musivid.media.frames import probe_video
from musivid.media.packets import scan_packets
from musivid.pipeline.combine import make_combined, plan_combine
from musivid.settings.combine import CombinePreset

__all__ = ["media"]  # fixtures


def test_alike_parts_are_copied_and_the_song_added(media: Path, tmp_path: Path) -> None:
    notes = Notes()
    out = tmp_path / "out.mp4"
    plan = plan_combine(three(media), out, audio=media / "song.mp3")
    assert plan.reasons == () and plan.frames == 85 and plan.change == ""
    assert make_combined(plan, notes) == out
    assert same(frames_of(out), frames_of(*three(media)))
    assert scan_packets(out).jitter_s < 1e-6
    assert probe_audio(out).codec == "mp3"
    assert click_times_s(out) == pytest.approx([1, 2], abs=0.002)
    assert notes.said == [] and notes.counted == 85


def test_a_part_may_come_twice(media: Path, tmp_path: Path) -> None:
    part = media / "part10.mp4"
    out = make_combined(plan_combine([part, part], tmp_path / "out.mp4"))
    assert same(frames_of(out), frames_of(part, part))


def test_parts_that_differ_are_encoded_again_and_it_is_said(media: Path, tmp_path: Path) -> None:
    notes = Notes()
    parts = [media / "part1.mp4", media / "wide.mp4", media / "part10.mp4"]
    plan = plan_combine(parts, tmp_path / "out.mp4")
    out = make_combined(plan, notes)
    info = probe_video(out)
    assert (info.size, info.fps, scan_packets(out).count) == ((64, 48), Fraction(25), 60)
    text = " ".join(notes.said)
    assert "wide.mp4: its size is 80x40 instead of 64x48" in text
    assert "its frame rate is 10 instead of 25" in text
    frames = frames_of(out)
    assert np.abs(frames[50].astype(int) - frames_of(parts[2])[0]).mean() < 8
    # The wide one is shown whole, with black above and below.
    wide = frames[35].astype(int)
    assert wide[:6].max() < 40 and wide[-6:].max() < 40
    assert wide[12:36, 40:].mean() > 60
    with pytest.raises(UsageError, match="80x40"):
        plan_combine(parts, tmp_path / "out.mp4", preset=CombinePreset(reencode=False))


def test_frames_keep_their_times_when_rates_differ(media: Path, tmp_path: Path) -> None:
    plan = plan_combine([media / "part1.mp4", media / "wide.mp4"], tmp_path / "out.mp4")
    frames = [frame.astype(int) for frame in frames_of(make_combined(plan))]
    steps = [np.abs(a - b).mean() for a, b in pairwise(frames[25:])]
    # Ten frames in a second, shown at 25 a second: a new one at 0, 3, 5, 8, 10, 13 ...
    changes = [k + 1 for k, step in enumerate(steps) if step > 1.0]
    assert changes == [3, 5, 8, 10, 13, 15, 18, 20, 23]


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda s, t: convert(s, t / "v.mkv", c="copy"), "its clock"),
        (
            lambda s, t: convert(
                s, t / "v.mp4", filters=[("select", {"expr": "not(eq(n,5))"})], fps_mode="vfr"
            ),
            "not shown for equally long",
        ),
        (lambda s, t: convert(s, t / "v.mp4", {"display_rotation": 90}, c="copy"), "rotated by 90"),
        (lambda s, t: convert(s, t / "v.mkv", **{"c:v": "ffv1"}), "codec is ffv1"),
        (lambda s, t: convert(s, t / "v.mp4", **{"x264opts": "ref=1:bframes=0"}), "settings"),
    ],
    ids=["clock", "vfr", "rotated", "codec", "settings"],
)
def test_what_keeps_a_part_from_being_copied(
    media: Path, tmp_path: Path, make: Callable[..., Any], why: str
) -> None:
    first = media / "part1.mp4"
    other = make(first, tmp_path)
    plan = plan_combine([first, other], tmp_path / "out.mp4")
    assert why in " ".join(plan.reasons)
    assert scan_packets(make_combined(plan)).count == plan.frames
    assert plan.frames in (49, 50)


def test_encoding_again_can_be_demanded(media: Path, tmp_path: Path) -> None:
    plan = plan_combine([media / "part1.mp4"], tmp_path / "out.mp4", preset=AGAIN)
    assert plan.reasons == ("asked for",)
    assert scan_packets(make_combined(plan)).count == 25


def test_odd_sizes_are_copied_or_made_even(media: Path, tmp_path: Path) -> None:
    scaled = [("scale", {"w": 33, "h": 21}), ("format", {"pix_fmts": "yuv444p"})]
    odd = convert(media / "part1.mp4", tmp_path / "odd.mp4", filters=scaled)
    plan = plan_combine([odd], tmp_path / "out.mp4")
    assert plan.reasons == () and probe_video(make_combined(plan)).size == (33, 21)
    plan = plan_combine([odd], tmp_path / "out.mp4", preset=AGAIN)
    assert probe_video(make_combined(plan)).size == (34, 22)


def test_different_lengths_are_refused_by_default(media: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"picture lasts 1\.00 s, the song 3\.40 s") as error:
        plan_combine([media / "part1.mp4"], tmp_path / "out.mp4", audio=media / "song.mp3")
    for fit in ("pad", "cut", "loop"):
        assert f"--fit {fit}" in error.value.hint


@pytest.mark.parametrize(
    ("parts", "fit", "frames", "sound_s", "copied"),
    [
        ([1], "pad", 85, 3.4, False),
        ([1], "cut", 25, 1.0, True),
        ([1], "loop", 85, 3.4, False),
        ([2, 2], "pad", 100, 4.0, True),
        ([2, 2], "cut", 85, 3.4, False),
        ([2, 2], "loop", 85, 3.4, False),
    ],
)
def test_fits(
    media: Path,
    tmp_path: Path,
    parts: list[int],
    fit: str,
    frames: int,
    sound_s: float,
    copied: bool,
) -> None:
    paths = [media / f"part{n}.mp4" for n in parts]
    out = tmp_path / "out.mp4"
    plan = plan_combine(paths, out, audio=media / "song.mp3", preset=CombinePreset(fit=fit))
    notes = Notes()
    make_combined(plan, notes)
    assert scan_packets(out).count == frames == plan.frames
    assert abs(load_track(out).duration_s - sound_s) < 0.002
    assert abs(probe_video(out).duration_s - probe_audio(out).duration_s) <= 1 / 25
    assert (not plan.reasons) == copied
    assert plan.change in notes.said
    assert click_times_s(out) == pytest.approx([t for t in (1, 2) if t < sound_s], abs=0.002)


def test_padding_holds_the_last_picture_and_looping_begins_again(
    media: Path, tmp_path: Path
) -> None:
    part, song = media / "part1.mp4", media / "song.mp3"
    original = frames_of(part)
    padded = frames_of(
        make_combined(plan_combine([part], tmp_path / "p.mp4", audio=song, preset=PAD))
    )
    looped = frames_of(
        make_combined(plan_combine([part], tmp_path / "l.mp4", audio=song, preset=LOOP))
    )

    def near(frame: np.ndarray, other: np.ndarray) -> bool:
        return np.abs(frame.astype(int) - other).mean() < 8

    assert all(near(frame, original[24]) for frame in padded[24:])
    assert all(near(frame, original[k % 25]) for k, frame in enumerate(looped))


def test_whole_repetitions_are_copied(media: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.mp4"
    plan = plan_combine([media / "part1.mp4"], out, audio=media / "long.wav", preset=LOOP)
    assert plan.reasons == () and plan.frames == 125
    assert same(frames_of(make_combined(plan)), frames_of(media / "part1.mp4") * 5)


def test_sounds_of_the_parts_stay_with_their_pictures(media: Path, tmp_path: Path) -> None:
    loud = [media / "loud1.mp4", media / "loud2.mp4"]
    plan = plan_combine(loud, tmp_path / "out.mp4")
    assert plan.reasons == () and plan.warnings == ()
    out = make_combined(plan)
    assert click_times_s(out, 48_000) == pytest.approx([1.0, 2.5], abs=0.002)
    assert same(frames_of(out), frames_of(*loud))
    again = make_combined(plan_combine(loud, tmp_path / "again.mp4", preset=AGAIN))
    assert click_times_s(again, 48_000) == pytest.approx([1.0, 2.5], abs=0.002)


def test_a_silent_part_makes_the_result_silent_and_it_is_said(media: Path, tmp_path: Path) -> None:
    notes = Notes()
    plan = plan_combine([media / "loud1.mp4", media / "part1.mp4"], tmp_path / "out.mp4")
    out = make_combined(plan, notes)
    assert notes.said == ["warning: the result will be silent: there is no sound in part1.mp4"]
    assert not probe_video(out).has_sound


def test_a_song_replaces_the_sounds_of_the_parts(media: Path, tmp_path: Path) -> None:
    parts = [media / "loud1.mp4", media / "part1.mp4", media / "part10.mp4"]
    out = make_combined(plan_combine(parts, tmp_path / "out.mp4", audio=media / "song.mp3"))
    assert click_times_s(out) == pytest.approx([1, 2], abs=0.002)


def test_bad_input(media: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.mp4"
    part = media / "part1.mp4"
    with pytest.raises(UsageError, match="no parts"):
        plan_combine([], out)
    with pytest.raises(InputError, match="does not exist"):
        plan_combine([part, media / "none.mp4"], out)
    with pytest.raises(InputError, match="no moving picture"):
        plan_combine([media / "song.mp3"], out)
    with pytest.raises(InputError, match="has no sound"):
        plan_combine([part], out, audio=part)
    with pytest.raises(OutputError, match="does not end in"):
        plan_combine([part], tmp_path / "out.gif")
    assert list(tmp_path.iterdir()) == []


def test_a_failure_leaves_nothing_behind(
    media: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(
        path: Path, size: tuple[int, int] | None = None
    ) -> Iterator[tuple[float, np.ndarray]]:
        yield 0.0, moving_frames(1)[0]
        raise InputError("damaged")

    monkeypatch.setattr("musivid.pipeline.combine.make.read_frames", broken)
    plan = plan_combine([media / "part1.mp4"], tmp_path / "out.mp4", preset=AGAIN)
    with pytest.raises(InputError, match="damaged"):
        make_combined(plan)
    assert list(tmp_path.iterdir()) == []


def test_size_rate_and_sound_as_asked_for(media: Path, tmp_path: Path) -> None:
    asked = {"size": "96x54", "fps": "12.5", "crf": 30, "speed": "ultrafast", "sound": "aac"}
    preset = CombinePreset.model_validate({"output": asked})
    plan = plan_combine(three(media), tmp_path / "o.mp4", audio=media / "song.mp3", preset=preset)
    assert plan.reasons == (
        "a size of 96x54 is asked for",
        "a frame rate of 12.5 is asked for",
    )
    out = make_combined(plan)
    info = probe_video(out)
    assert (info.size, info.fps, scan_packets(out).count) == ((96, 54), Fraction(25, 2), 42)
    assert probe_audio(out).codec == "aac"
    sizes = []
    for crf in (40, 5):
        finer = CombinePreset.model_validate({"output": asked | {"crf": crf}})
        silent = plan_combine(three(media), tmp_path / f"{crf}.mp4", preset=finer)
        sizes.append(make_combined(silent).stat().st_size)
    assert sizes[1] > 1.5 * sizes[0]


def test_what_the_first_part_is_already_needs_no_encoding(media: Path, tmp_path: Path) -> None:
    preset = CombinePreset.model_validate({"output": {"size": "64x48", "fps": 25}})
    assert plan_combine(three(media), tmp_path / "out.mp4", preset=preset).reasons == ()
    never = CombinePreset.model_validate({"reencode": False, "output": {"size": "96x54"}})
    with pytest.raises(UsageError, match="a size of 96x54 is asked for"):
        plan_combine(three(media), tmp_path / "out.mp4", preset=never)


def test_joined_sounds_cannot_be_copied(media: Path, tmp_path: Path) -> None:
    loud = [media / "loud1.mp4", media / "loud2.mp4"]
    copied = CombinePreset.model_validate({"output": {"sound": "copy"}})
    plan = plan_combine(loud, tmp_path / "out.mp4", preset=copied)
    with pytest.raises(UsageError, match="2 sounds are joined"):
        make_combined(plan)


def test_from_python_its_frames_are_those_of_its_file(media: Any, tmp_path: Path) -> None:
    import musivid as api

    combined = api.combine(three(media), media / "song.mp3")
    assert len(combined) == 85 and combined.size == (64, 48) and combined.duration_s == 3.4
    assert same(list(combined), frames_of(combined.save(tmp_path / "out.mp4")))
    assert probe_audio(tmp_path / "out.mp4").codec == "mp3"
    with pytest.raises(OutputError, match="exists already"):
        combined.save(tmp_path / "out.mp4")
    with pytest.raises(OutputError, match="does not end in"):
        combined.save(tmp_path / "out.avi")
    with pytest.raises(UsageError, match="no output"):
        make_combined(combined.plan)
    with pytest.raises(InputError, match=r"3\.40 s"):
        api.combine(three(media), str(media / "long.wav"))
    looped = api.combine([media / "part1.mp4"], media / "song.mp3", fit="loop")
    assert same(list(looped)[25:50], frames_of(media / "part1.mp4"))
