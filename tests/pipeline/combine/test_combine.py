"""Parts and a song to one file: copied or encoded again, fitted or refused, never left half."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from media_fixtures import click_song, click_times_s, convert, moving_frames, write_video
from programs import Program

from musivid.core.errors import InputError, OutputError, UsageError
from musivid.core.progress import Silent
from musivid.media.audio import load_track, probe_audio
from musivid.media.frames import probe_video, read_frames, scan_packets
from musivid.media.sink import Sound
from musivid.pipeline.combine import make_combined, plan_combine
from musivid.settings.combine import CombinePreset
from musivid.settings.presets import load_preset, preset_hash

AGAIN, PAD, LOOP = (
    CombinePreset(reencode=True),
    CombinePreset(fit="pad"),
    CombinePreset(fit="loop"),
)


class Notes(Silent):
    """A Reporter that remembers what it was told."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.counted = 0

    def note(self, message: str) -> None:
        self.said.append(message)

    def warn(self, message: str) -> None:
        self.said.append(f"warning: {message}")

    def advance(self, count: int = 1) -> None:
        self.counted += count


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Parts of 1, 2 and 0.4 s, alike; others that differ; songs of 3.4 and 5 s."""
    folder = tmp_path_factory.mktemp("media")
    song = click_song(folder / "song.mp3", 3.4)
    for name, count, shade in (("part1", 25, 20), ("part2", 50, 90), ("part10", 10, 160)):
        write_video(folder / f"{name}.mp4", count, shade=shade)
    write_video(folder / "wide.mp4", 10, size=(80, 40), fps=Fraction(10), shade=120)
    write_video(folder / "loud1.mp4", 50, sound=Sound(song, 0.0, 2.0))
    write_video(folder / "loud2.mp4", 30, sound=Sound(song, 0.5, 1.2))
    click_song(folder / "long.wav", 5.0)
    return folder


def _three(media: Path) -> list[Path]:
    return [media / f"part{n}.mp4" for n in (1, 2, 10)]


def _frames(*paths: Path) -> list[np.ndarray]:
    return [frame for path in paths for _, frame in read_frames(path)]


def _same(some: list[np.ndarray], others: list[np.ndarray]) -> bool:
    return len(some) == len(others) and all(map(np.array_equal, some, others))


def test_alike_parts_are_copied_and_the_song_added(media: Path, tmp_path: Path) -> None:
    notes = Notes()
    out = tmp_path / "out.mp4"
    plan = plan_combine(_three(media), out, audio=media / "song.mp3")
    assert plan.reasons == () and plan.frames == 85 and plan.change == ""
    assert make_combined(plan, notes) == out
    assert _same(_frames(out), _frames(*_three(media)))
    assert scan_packets(out).jitter_s < 1e-6
    assert probe_audio(out).codec == "mp3"
    assert click_times_s(out) == pytest.approx([1, 2], abs=0.002)
    assert notes.said == [] and notes.counted == 85


def test_a_part_may_come_twice(media: Path, tmp_path: Path) -> None:
    part = media / "part10.mp4"
    out = make_combined(plan_combine([part, part], tmp_path / "out.mp4"))
    assert _same(_frames(out), _frames(part, part))


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
    frames = _frames(out)
    assert np.abs(frames[50].astype(int) - _frames(parts[2])[0]).mean() < 8
    # The wide one is shown whole, with black above and below.
    wide = frames[35].astype(int)
    assert wide[:6].max() < 40 and wide[-6:].max() < 40
    assert wide[12:36, 40:].mean() > 60
    with pytest.raises(UsageError, match="80x40"):
        plan_combine(parts, tmp_path / "out.mp4", preset=CombinePreset(reencode=False))


def test_frames_keep_their_times_when_rates_differ(media: Path, tmp_path: Path) -> None:
    plan = plan_combine([media / "part1.mp4", media / "wide.mp4"], tmp_path / "out.mp4")
    frames = [frame.astype(int) for frame in _frames(make_combined(plan))]
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
            "not equally far apart",
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


# --- lengths -------------------------------------------------------------------------------------


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
    original = _frames(part)
    padded = _frames(
        make_combined(plan_combine([part], tmp_path / "p.mp4", audio=song, preset=PAD))
    )
    looped = _frames(
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
    assert _same(_frames(make_combined(plan)), _frames(media / "part1.mp4") * 5)


# --- sound of the parts --------------------------------------------------------------------------


def test_sounds_of_the_parts_stay_with_their_pictures(media: Path, tmp_path: Path) -> None:
    loud = [media / "loud1.mp4", media / "loud2.mp4"]
    plan = plan_combine(loud, tmp_path / "out.mp4")
    assert plan.reasons == () and plan.warnings == ()
    out = make_combined(plan)
    assert click_times_s(out, 48_000) == pytest.approx([1.0, 2.5], abs=0.002)
    assert _same(_frames(out), _frames(*loud))
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


# --- what is refused -----------------------------------------------------------------------------


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
    plan = plan_combine(_three(media), tmp_path / "o.mp4", audio=media / "song.mp3", preset=preset)
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
        silent = plan_combine(_three(media), tmp_path / f"{crf}.mp4", preset=finer)
        sizes.append(make_combined(silent).stat().st_size)
    assert sizes[1] > 1.5 * sizes[0]


def test_what_the_first_part_is_already_needs_no_encoding(media: Path, tmp_path: Path) -> None:
    preset = CombinePreset.model_validate({"output": {"size": "64x48", "fps": 25}})
    assert plan_combine(_three(media), tmp_path / "out.mp4", preset=preset).reasons == ()
    never = CombinePreset.model_validate({"reencode": False, "output": {"size": "96x54"}})
    with pytest.raises(UsageError, match="a size of 96x54 is asked for"):
        plan_combine(_three(media), tmp_path / "out.mp4", preset=never)


def test_joined_sounds_cannot_be_copied(media: Path, tmp_path: Path) -> None:
    loud = [media / "loud1.mp4", media / "loud2.mp4"]
    copied = CombinePreset.model_validate({"output": {"sound": "copy"}})
    plan = plan_combine(loud, tmp_path / "out.mp4", preset=copied)
    with pytest.raises(UsageError, match="2 sounds are joined"):
        make_combined(plan)


# --- the command ---------------------------------------------------------------------------------


def test_the_command_takes_a_folder_in_natural_order(
    media: Path, tmp_path: Path, musivid: Program
) -> None:
    folder = tmp_path / "parts"
    folder.mkdir()
    for path in _three(media):
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "notes.txt").write_text("no video")
    out = folder / "all.mp4"
    arguments = ("combine", folder, "--audio", media / "song.mp3", "-o", out, "--json")
    code, stdout, _ = musivid(*arguments)
    assert code == 0
    facts = json.loads(stdout)
    assert [part["frames"] for part in facts["parts"]] == [25, 50, 10]
    assert (facts["output"], facts["copied"], facts["frames"]) == (str(out), True, 85)
    code, _, stderr = musivid(*arguments)
    assert code == 2 and "--force" in stderr
    code, stdout, _ = musivid(*arguments, "--force")  # its own result is no part
    assert code == 0 and json.loads(stdout)["frames"] == 85


def test_the_command_takes_the_order_given_and_prints_the_path(
    media: Path, tmp_path: Path, musivid: Program
) -> None:
    out = tmp_path / "out.mp4"
    parts = [media / "part10.mp4", media / "part1.mp4", media / "part10.mp4"]
    code, stdout, _ = musivid("combine", *parts, "-o", out)
    assert (code, stdout.strip()) == (0, str(out))
    assert _same(_frames(out), _frames(*parts))


def test_the_command_shows_a_plan_and_makes_nothing(
    media: Path, tmp_path: Path, musivid: Program
) -> None:
    out = tmp_path / "new" / "out.mp4"
    parts = [media / "part1.mp4", media / "wide.mp4"]
    song = media / "song.mp3"
    code, stdout, _ = musivid(
        "combine", *parts, "--audio", song, "--fit", "loop", "-o", out, "--dry-run"
    )
    assert code == 0
    for part in ("80x40", "encoded again", "song of 3.40 s", "repeated", "85 frames"):
        assert part in stdout
    assert list(tmp_path.iterdir()) == []


def test_the_command_reads_presets(media: Path, tmp_path: Path, musivid: Program) -> None:
    out = tmp_path / "out.mp4"
    mine = tmp_path / "mine.yaml"
    mine.write_text("extends: web\noutput: {size: 96x54}\n")
    code, stdout, _ = musivid(
        *("combine", *_three(media), "-o", out, "--preset", mine, "--fps", "10"),
        *("--set", "output.speed=ultrafast", "--json"),
    )
    assert code == 0
    facts = json.loads(stdout)
    assert (facts["size"], facts["fps"], facts["copied"]) == ([96, 54], "10", False)
    with av.open(str(out)) as container:
        recipe = json.loads(container.metadata["comment"])
    preset = load_preset("combine", str(mine), ["output.fps=10", "output.speed=ultrafast"])
    assert (recipe["command"], recipe["preset"]) == ("combine", preset_hash(preset))
    code, _, stderr = musivid("combine", *_three(media), "-o", out, "--fit", "bend")
    assert code == 2 and "--fit bend: fit: Input should be 'error', 'pad', 'cut'" in stderr


def test_the_command_refuses(media: Path, tmp_path: Path, musivid: Program) -> None:
    part = media / "part1.mp4"
    code, _, stderr = musivid("combine", part, "-o", part, "--force")
    assert code == 2 and "is one of the parts" in stderr
    code, _, stderr = musivid("combine", tmp_path, "-o", tmp_path / "out.mp4")
    assert code == 2 and "nothing to work on" in stderr
    song = media / "song.mp3"
    code, _, stderr = musivid("combine", part, "--audio", song, "-o", tmp_path / "out.mp4")
    assert code == 2 and "--fit pad" in stderr
    code, _, stderr = musivid(
        "combine", part, media / "wide.mp4", "--no-reencode", "-o", tmp_path / "out.mp4"
    )
    assert code == 2 and "80x40" in stderr
    assert list(tmp_path.iterdir()) == []


def test_from_python_its_frames_are_those_of_its_file(media: Any, tmp_path: Path) -> None:
    import musivid as api

    combined = api.combine(_three(media), media / "song.mp3")
    assert len(combined) == 85 and combined.size == (64, 48) and combined.duration_s == 3.4
    assert _same(list(combined), _frames(combined.save(tmp_path / "out.mp4")))
    assert probe_audio(tmp_path / "out.mp4").codec == "mp3"
    with pytest.raises(OutputError, match="exists already"):
        combined.save(tmp_path / "out.mp4")
    with pytest.raises(OutputError, match="does not end in"):
        combined.save(tmp_path / "out.avi")
    with pytest.raises(UsageError, match="no output"):
        make_combined(combined.plan)
    with pytest.raises(InputError, match=r"3\.40 s"):
        api.combine(_three(media), str(media / "long.wav"))
    looped = api.combine([media / "part1.mp4"], media / "song.mp3", fit="loop")
    assert _same(list(looped)[25:50], _frames(media / "part1.mp4"))
