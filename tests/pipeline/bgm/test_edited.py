"""`musivid bgm infer` with marks and cuts of an editor, and what goes back to it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from bgm_fixtures import film

from musivid.score.midi import read_midi

Call = Callable[..., tuple[int, str, str]]
TINY = ("--preset", "tiny", "--candidates", "1")


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("clips") / "clip.mp4")


def test_markers_of_an_editor_become_cues_and_its_cuts_those_of_the_film(
    musivid: Call, clip: Path, tmp_path: Path
) -> None:
    marks = tmp_path / "marks.edl"
    event = "00{} AX V C {} {} {} {}\n |C:ResolveColorRed |M:{} |D:1\n"
    times = [("01:00:01:05", "01:00:01:06", "bang é"), ("01:00:03:10", "01:00:03:11", "fall")]
    marks.write_text("TITLE: x\n" + "".join(event.format(n, a, b, a, b, name)
                                             for n, (a, b, name) in enumerate(times)),
                     encoding="utf-8")  # fmt: skip
    cuts = tmp_path / "cuts.txt"
    cuts.write_text("2.0\n4.0\n")
    asked = ("--hit-points", marks, "--cuts", cuts, "--lock-cuts", "off")
    out = tmp_path / "a.mp4"
    code, shown, err = musivid("bgm", "infer", clip, "-o", out, *TINY, *asked, "-n", "--json")
    assert code == 0, err
    plan = json.loads(shown)
    plan = plan.get("results", [plan])[0]
    assert [(p["time_s"], p["name"], p["line"]) for p in plan["hit_points"]] == [
        (1.2, "bang é", 3), (3.4, "fall", 5)]  # fmt: skip
    assert plan["cuts_s"] == [2.0, 4.0] and "whole hour" in plan["notes"][0]
    back = tmp_path / "back.edl"
    code, _, err = musivid("bgm", "infer", clip, "-o", out, *TINY, *asked, "--markers", back)
    assert code == 0, err
    events = back.read_text(encoding="utf-8").split("\n\n")
    # On the time code at which the editor's own list began.
    found = [(event.split()[6], "bang é" in event, "cut 2" in event) for event in events[1:-1]]
    assert [label for label, bang, _ in found if bang] == ["01:00:01:05"]
    assert [label for label, _, cut in found if cut] == ["01:00:04:00"]
    score = read_midi(tmp_path / "a.mid")
    assert [cue.name for cue in score.cues] == ["bang é", "fall"]
    assert [score.time_s(c.tick) for c in score.cues] == pytest.approx([1.2, 3.4], abs=0.002)
    code, _, err = musivid("bgm", "infer", clip, "-o", out, *TINY, "--fps", "25", "--force")
    assert code == 2 and "--hit-points FILE" in err
