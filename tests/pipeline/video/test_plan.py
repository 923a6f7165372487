"""Plans: parts, keyframes on frames, lyrics on the clock of a cut-out, steps as published."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from songs import RATE_HZ, make_song

from musivid.analysis.sound import SoundFacts, analyse
from musivid.core.errors import UsageError
from musivid.core.timeline import Cue, Timeline, shift_cues
from musivid.pipeline.render.film import _plan_steps
from musivid.pipeline.render.parts import part_ranges
from musivid.pipeline.render.reactions import keyframe_numbers, lay_reactions
from musivid.pipeline.render.studio import painted_size
from musivid.pipeline.video.plan import make_plan
from musivid.settings.presets import load_preset
from musivid.settings.video import PaintingPreset, VideoPreset, parse_size


@pytest.fixture(scope="module")
def facts() -> SoundFacts:
    """Eight seconds at 120 beats a minute."""
    heard = analyse(make_song(8.0).mean(1), RATE_HZ)
    return dataclasses.replace(heard, duration_s=8.0)


def preset(name: str, *changes: str) -> VideoPreset:
    """A preset of `video`."""
    loaded = load_preset("video", name, changes)
    assert isinstance(loaded, VideoPreset)
    return loaded


@pytest.mark.parametrize("duration_s", [0.2, 3.0, 59.97, 600.0])
@pytest.mark.parametrize("fps", [Fraction(25), Fraction(30000, 1001)])
def test_parts_cover_all_frames_evenly(duration_s: float, fps: Fraction) -> None:
    timeline = Timeline(duration_s, fps)
    parts = part_ranges(timeline, None)
    assert parts[0].start == 0 and parts[-1].stop == timeline.frames
    assert all(a.stop == b.start for a, b in pairwise(parts))
    lengths = [len(part) for part in parts]
    assert min(lengths) >= 1 and max(lengths) - min(lengths) <= 2
    assert max(lengths) <= 10.1 * fps
    if duration_s > 20:
        assert max(lengths) <= 0.04 * timeline.frames
    assert len(part_ranges(timeline, 1.0)) == max(1, round(duration_s))


def test_keyframes_stand_on_frames_and_spans_cover_all(facts: SoundFacts) -> None:
    settings = preset("tiny")
    plan = make_plan(facts, [], settings)
    at = keyframe_numbers([keyframe.time_s for keyframe in plan.keyframes], plan.timeline)
    assert at[0] == 0 and at[-1] == plan.timeline.frames == 200
    reactions = lay_reactions(facts.curves, plan.timeline, at, settings)
    assert [f for span in reactions.spans for f in span.frames] == list(range(200))
    for span in reactions.spans:
        if len(span.frames):
            assert span.progress[0] == 0
            assert (np.diff(span.progress) >= 0).all() and span.progress[-1] < 1


def test_pictures_turn_to_a_line_as_it_begins(facts: SoundFacts) -> None:
    settings = preset("tiny", "keys.line_turn_s=1", "keys.every_s=2", "walk.hold=0", "walk.music=0")
    plan = make_plan(facts, [Cue(3.0, None, "a line")], settings)
    keyframe = next(
        number for number, keyframe in enumerate(plan.keyframes) if keyframe.why == "line"
    )
    assert plan.keyframes[keyframe].time_s == 3.5
    at = keyframe_numbers([keyframe.time_s for keyframe in plan.keyframes], plan.timeline)
    span = lay_reactions(facts.curves, plan.timeline, at, settings, lines=[keyframe]).spans[
        keyframe - 1
    ]
    gone = dict(zip(span.frames, span.progress, strict=True))
    assert gone[round(2.4 * 25)] == 0
    assert gone[round(3.0 * 25)] == pytest.approx(0.5, abs=0.1)


def test_onsets_hasten_the_walk(facts: SoundFacts) -> None:
    settings = preset("tiny", "walk.music=1", "walk.hold=0", "react.morph=2")
    timeline = Timeline(8.0, Fraction(25))
    span = lay_reactions(facts.curves, timeline, [0, 200], settings).spans[0]
    pace = np.diff(span.progress)
    onset = facts.curves.peaks_at("onset", timeline.times_s())[:-1]
    inner = slice(50, 150)  # the ease slows both ends
    assert pace[inner][onset[inner] > 0.5].mean() > 2 * pace[inner][onset[inner] < 0.1].mean()


def test_cues_move_to_the_clock_of_a_cut_out() -> None:
    cues = [Cue(0.0, None, "a"), Cue(4.0, 6.0, "b"), Cue(8.0, None, "c")]
    assert shift_cues(cues, 0.0) == cues
    assert shift_cues(cues, 5.0) == [Cue(0.0, 1.0, "b"), Cue(3.0, None, "c")]
    assert shift_cues(cues, 3.0) == [
        Cue(0.0, None, "a"), Cue(1.0, 3.0, "b"), Cue(5.0, None, "c")
    ]  # fmt: skip
    assert shift_cues(cues, 7.0) == [Cue(1.0, None, "c")]


@pytest.mark.parametrize(
    ("output", "size", "factor", "painted"),
    [
        ("256x256", None, 8, (256, 256)),
        ("512x512", None, 8, (256, 256)),
        ("640x360", None, 16, (256, 144)),
        ("1080x1920", None, 8, (144, 256)),
        ("50x38", None, 8, (48, 40)),
        ("512x512", "300x200", 16, (304, 192)),
        ("16x16", None, 32, (32, 32)),
    ],
)
def test_networks_paint_at_multiples_of_their_factor(
    output: str, size: str | None, factor: int, painted: tuple[int, int]
) -> None:
    assert painted_size(parse_size(output), PaintingPreset(size=size), factor) == painted


@pytest.mark.parametrize("size", ["0x0", "17x31", "16x17", "8x8", "512", "-64x64", "1e3x64"])
def test_sizes_that_cannot_be_used(size: str) -> None:
    with pytest.raises(UsageError, match="even"):
        parse_size(size)


def test_legacy_counts_its_steps_window_by_window(facts: SoundFacts) -> None:
    settings = preset("legacy", "painting.steps_per_s=100")
    plan = make_plan(facts, [Cue(2.1, None, "a line"), Cue(2.2, None, "another")], settings)
    assert plan.keyframes == []
    assert [span.text for span in plan.spans[0]] == ["another"]
    steps = _plan_steps(
        plan.timeline, plan.windows, settings, np.ones(plan.timeline.frames, np.float32)
    )
    wanted = sum(int((w.end_s - w.start_s) * 100) + 1 for w in plan.windows)
    assert steps.sum() == wanted and len(steps) == plan.timeline.frames
    loud = _plan_steps(
        plan.timeline, plan.windows, preset("legacy"), np.ones(plan.timeline.frames, np.float32)
    ).sum()
    quiet = _plan_steps(
        plan.timeline, plan.windows, preset("legacy"), np.zeros(plan.timeline.frames, np.float32)
    ).sum()
    assert loud == pytest.approx(120 * 8, rel=0.05) and quiet == pytest.approx(10 * 8, rel=0.3)
