"""`musivid combine` as it is typed: its order, its plan, its presets, what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import av
from combine_fixtures import frames_of, media, same, three
from programs import Program

from musivid.settings.presets import load_preset, preset_hash

__all__ = ["media"]  # fixtures


def test_the_command_takes_a_folder_in_natural_order(
    media: Path, tmp_path: Path, musivid: Program
) -> None:
    folder = tmp_path / "parts"
    folder.mkdir()
    for path in three(media):
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
    assert same(frames_of(out), frames_of(*parts))


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
        *("combine", *three(media), "-o", out, "--preset", mine, "--fps", "10"),
        *("--set", "output.speed=ultrafast", "--json"),
    )
    assert code == 0
    facts = json.loads(stdout)
    assert (facts["size"], facts["fps"], facts["copied"]) == ([96, 54], "10", False)
    with av.open(str(out)) as container:
        recipe = json.loads(container.metadata["comment"])
    preset = load_preset("combine", str(mine), ["output.fps=10", "output.speed=ultrafast"])
    assert (recipe["command"], recipe["preset"]) == ("combine", preset_hash(preset))
    code, _, stderr = musivid("combine", *three(media), "-o", out, "--fit", "bend")
    assert code == 2 and "--fit bend: fit: Input should be 'error', 'pad', 'cut'" in stderr


def test_the_command_refuses(media: Path, tmp_path: Path, musivid: Program) -> None:
    part = media / "part1.mp4"
    code, _, stderr = musivid("combine", part, "-o", part, "--force")
    assert code == 2 and "would overwrite the part" in stderr
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
