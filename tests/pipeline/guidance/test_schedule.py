"""Fusing sound and words: weights, borders, pauses, and the way of an interpolation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
import torch
from perceptor_fixtures import FakePerceptor

from musivid.core.errors import PresetError
from musivid.core.timeline import Cue
from musivid.painting.directions import slerp_directions, unit
from musivid.pipeline.guidance.lanes import lay_spans
from musivid.pipeline.guidance.schedule import (
    Schedule,
    make_schedule,
    plan_spans,
    prompted_texts,
)
from musivid.pipeline.guidance.swing import Swing
from musivid.pipeline.guidance.windows import embed_windows, place_windows
from musivid.pipeline.video.job import check_guidance
from musivid.settings.video import (
    AudioPreset,
    GuidancePreset,
    StoryPrompt,
    WeightedImage,
    WeightedText,
)


def schedule(
    cues: Sequence[Cue] = (), *, swing: Swing | None = None, **settings: object
) -> Schedule:
    """A schedule over 20 s of sound that changes every second."""
    guidance = GuidancePreset(**settings)  # type: ignore[arg-type]
    perceptor = FakePerceptor()
    samples = np.repeat(np.linspace(-1, 1, 20), 1000).astype(np.float32)
    windows = place_windows(np.arange(0.5, 20, 1.0), 20.0, AudioPreset(window_s=1.0))
    sounds = embed_windows(perceptor, samples, windows, device="cpu")
    spans = plan_spans(cues, np.arange(0.5, 20, 1.0), 20.0, guidance)
    return make_schedule(
        perceptor,
        [window.time_s for window in windows],
        sounds,
        spans,
        guidance,
        swing=swing,
        load_picture=lambda path, px: torch.full((1, 3, px, px), float(path)),
    )


def text(of: str) -> np.ndarray:
    """What the perceptor makes of a text."""
    return FakePerceptor().embed_text([of])[0].numpy()


CUES = [Cue(2.0, None, "a red sea"), Cue(8.0, 12.0, "snow"), Cue(15.0, None, "")]


def test_targets_are_unit_vectors_and_continuous() -> None:
    plan = schedule(CUES, crossfade_s=1.0)
    targets = plan.targets(list(np.arange(0, 20, 0.01)))
    np.testing.assert_allclose(np.linalg.norm(targets, axis=1), 1, atol=1e-5)
    steps = np.linalg.norm(np.diff(targets, axis=0), axis=1)
    assert steps.max() < 0.1


def test_a_line_on_its_own_comes_back_as_itself() -> None:
    plan = schedule(CUES, audio=0.0)
    near = float(plan.target(5.0) @ text("a red sea"))
    assert near > 0.97
    assert near > float(plan.target(10.0) @ text("a red sea")) + 0.05


def test_lines_hold_until_the_next_and_pauses_go_back_to_the_sound() -> None:
    plan = schedule(CUES, crossfade_s=0.5)
    silent = schedule(crossfade_s=0.5)
    assert [voice.label for voice in plan.voices(7.9)] == ["a red sea", "the song"]
    assert [voice.label for voice in plan.voices(13.0)] == ["the song"]
    for pause in (1.0, 13.0, 18.0):
        np.testing.assert_allclose(plan.target(pause), silent.target(pause), atol=1e-5)


def test_weights_decide_how_near_the_target_is_to_each() -> None:
    nearness = [
        float(schedule(CUES, audio=audio).target(5.0) @ text("a red sea"))
        for audio in (0.0, 0.5, 2.0)
    ]
    assert nearness[0] > nearness[1] > nearness[2]


def test_negative_prompts_push_away() -> None:
    plain = schedule(CUES).target(5.0)
    away = schedule(CUES, negative=[WeightedText(text="fog", weight=0.7)]).target(5.0)
    assert away @ text("fog") < plain @ text("fog") - 0.01


def test_style_story_and_pictures_take_part() -> None:
    base = schedule().target(5.0)
    for extra in (
        {"style": [WeightedText(text="oil painting", weight=1.0)]},
        {"images": [WeightedImage(path="0.5", weight=1.0)]},
        {"story": [StoryPrompt(at="0:04", text="a city", weight=1.0)]},
    ):
        plan = schedule(**extra)
        assert float(np.linalg.norm(plan.target(5.0) - base)) > 0.05
        assert len(plan.voices(5.0)) == 2
    story = schedule(story=[StoryPrompt(at="0:04", text="a city")], crossfade_s=0.0)
    np.testing.assert_allclose(story.target(3.9), schedule().target(3.9), atol=1e-5)


def test_centring_keeps_targets_among_words() -> None:
    words_axis, sounds_axis = 0, 1
    centred = schedule(CUES, audio=1.0).target(5.0)
    plain = schedule(CUES, audio=1.0, centre=False).target(5.0)
    assert centred[words_axis] > 0.85 and abs(centred[sounds_axis]) < 0.2
    assert plain[words_axis] < 0.85 and plain[sounds_axis] > 0.5


def test_either_takes_lines_alone_and_by_beat() -> None:
    plan = schedule(CUES, fusion="either", lines="beat", centre=False, text=1.0)
    np.testing.assert_allclose(plan.target(1.9), text("a red sea"), atol=1e-6)  # beat 1.5 to 2.5
    assert float(plan.target(2.6) @ text("a red sea")) < 0.9
    assert [voice.kind for voice in plan.voices(2.0)] == ["line"]


def test_short_lines_are_said_in_full_under_long_fades() -> None:
    cues = [Cue(5.0, 5.4, "snow")]
    assert float(schedule(cues, audio=0.0, crossfade_s=4.0).target(5.2) @ text("snow")) > 0.97


def test_gaps_hold_where_nothing_else_speaks() -> None:
    plan = schedule([Cue(5.0, 6.0, "snow"), Cue(9.0, 10.0, "fire")], audio=0.0)
    assert float(plan.target(0.0) @ text("snow")) > 0.97
    assert float(plan.target(7.9) @ text("snow")) > 0.97
    assert float(plan.target(19.0) @ text("fire")) > 0.97


def test_nothing_to_be_guided_by_is_a_fault() -> None:
    with pytest.raises(PresetError, match="nothing guides"):
        check_guidance(GuidancePreset(audio=0.0), [Cue(0.0, None, "")])
    check_guidance(GuidancePreset(audio=0.0), [Cue(0.0, None, "sea")])


@pytest.mark.parametrize("ease", ["linear", "sine", "tanh"])
def test_the_way_goes_on_the_great_circle_and_back(ease: str) -> None:
    swing = Swing(None, ease)  # type: ignore[arg-type]
    plan = schedule([Cue(4.0, 10.0, "snow")], swing=swing, audio=1.0, crossfade_s=0.0)
    words = schedule([Cue(4.0, 10.0, "snow")], audio=0.0, crossfade_s=0.0).target(7.0)
    np.testing.assert_allclose(plan.target(7.0), words, atol=1e-3)  # all words in the middle
    sound = schedule().target
    np.testing.assert_allclose(plan.target(4.0), sound(4.0), atol=1e-3)
    np.testing.assert_allclose(plan.target(9.9999), sound(9.9999), atol=1e-2)
    quarter = plan.target(5.5)
    share = swing.share(5.5, plan.lines.span_at(5.5))
    np.testing.assert_allclose(quarter, slerp_directions(sound(5.5), words, share), atol=1e-3)
    assert 0.3 < share < 0.7


def test_a_period_and_songs_without_words_swing_too() -> None:
    plan = schedule(swing=Swing(4.0, "sine"))
    assert Swing(4.0, "sine").turns_s([], 8.0) == [0, 2, 4, 6, 8]
    np.testing.assert_allclose(plan.target(2.0), schedule().target(4.0), atol=1e-3)
    assert Swing(None, "sine").turns_s([], 20.0)[:3] == [0, 5, 10]
    assert Swing(None, "sine").turns_s(lay_spans(CUES, 20.0), 20.0) == [2, 5, 8, 10, 12]


def test_between_two_windows_the_sound_is_on_the_way() -> None:
    plan = schedule(audio=1.0)
    first, second = plan.target(4.5), plan.target(5.5)
    heard = plan.sounds
    half = slerp_directions(heard[4], heard[5], 0.5)
    np.testing.assert_allclose(plan._heard(5.0), half, atol=1e-5)
    np.testing.assert_allclose(plan._heard(0.0), heard[0], atol=1e-6)
    np.testing.assert_allclose(plan._heard(30.0), heard[-1], atol=1e-6)
    assert first @ second < 0.9999
    stepped = replace(plan, stepped=True)
    np.testing.assert_allclose(stepped._heard(5.4), heard[4], atol=1e-6)
    np.testing.assert_allclose(stepped._heard(5.6), heard[5], atol=1e-6)


def test_openness_is_the_share_of_the_sound_in_all_that_pulls() -> None:
    plan = schedule(
        CUES, audio=0.5, text=1.5, negative=[WeightedText(text="fog", weight=0.5)], crossfade_s=0.0
    )
    assert plan.openness(5.0) == pytest.approx(0.5 / 2.5)
    assert plan.openness(1.0) == pytest.approx(0.5 / 1.0)
    assert schedule(audio=0.0).openness(5.0) == 1.0
    assert schedule(CUES, audio=0.5, fusion="either").openness(5.0) == 0.0


def test_voices_say_what_pulls_and_how_much() -> None:
    plan = schedule(
        [Cue(2.0, None, "sea", 0.5)], audio=0.4, text=2.0, crossfade_s=0.0,
        style=[WeightedText(text="ink", weight=0.3)],
        negative=[WeightedText(text="fog", weight=0.2)],
        images=[WeightedImage(path="0.5", weight=0.1)],
        story=[StoryPrompt(at="0:04", text="a city", weight=0.25)],
    )  # fmt: skip
    found = [(voice.kind, voice.label, voice.weight) for voice in plan.voices(5.0)]
    assert found == [
        ("line", "sea", 1.0), ("story", "a city", 0.5), ("sound", "the song", 0.4),
        ("style", "ink", 0.3), ("negative", "fog", -0.2), ("picture", "0.5", 0.1),
    ]  # fmt: skip
    target = plan.space.target(unit(
        1.0 * plan.lines.at(5.0)[0] + 0.5 * plan.story.at(5.0)[0] + 0.4 * plan._heard(5.0)
        + sum(constant.voice.weight * constant.direction for constant in plan.constants)
    ))  # fmt: skip
    np.testing.assert_allclose(plan.target(5.0), target, atol=1e-5)


def test_voices_that_cancel_out_leave_the_song() -> None:
    plan = schedule(
        [Cue(0.0, None, "sea")], audio=0.0, negative=[WeightedText(text="sea", weight=1)]
    )
    np.testing.assert_allclose(
        plan.target(5.0), plan.space.target(unit(plan.sounds.mean(0))), atol=1e-5
    )


def test_each_prompt_is_read_once() -> None:
    spans = [lay_spans([Cue(0.0, None, "a"), Cue(1.0, None, "b"), Cue(2.0, None, "a")], 3.0), []]
    settings = GuidancePreset(style=[WeightedText(text="b")], negative=[WeightedText(text="c")])
    assert prompted_texts(spans, settings) == ["a", "b", "c"]


def test_a_story_is_told_in_order_and_fills_where_all_else_is_silent() -> None:
    story = [StoryPrompt(at="8", text="late"), StoryPrompt(at="2", text="early")]
    lines, told = plan_spans([], [], 20.0, GuidancePreset(audio=0.0, story=story))
    assert lines == [] and [(s.start_s, s.end_s, s.text) for s in told] == [
        (0, 8, "early"), (8, 20, "late")
    ]  # fmt: skip
    cues = [Cue(5.0, 6.0, "line")]
    lines, told = plan_spans(cues, [], 20.0, GuidancePreset(audio=0.0, story=story))
    assert lines[0].start_s == 5.0 and told[0].start_s == 2.0
    lines, _ = plan_spans(cues, [], 20.0, GuidancePreset(audio=0.5))
    assert (lines[0].start_s, lines[0].end_s) == (5.0, 6.0)
    lines, _ = plan_spans(cues, [4.0, 8.0], 20.0, GuidancePreset(lines="beat"))
    assert (lines[0].start_s, lines[0].end_s) == (4.0, 8.0)
    lines, _ = plan_spans(cues, [4.0, 8.0], 20.0, GuidancePreset(hold_s=0.5))
    assert (lines[0].start_s, lines[0].end_s) == (5.0, 5.5)


def test_constants_pull_at_both_ends_of_a_swing_as_much_as_they_weigh() -> None:
    style = [WeightedText(text="ink", weight=0.5)]
    cues = [Cue(4.0, 10.0, "snow")]
    plan = schedule(cues, swing=Swing(None, "linear"), style=style, crossfade_s=0.0)
    assert plan.target(4.0) == pytest.approx(
        plan.space.target(unit(plan._heard(4.0) + 0.5 * plan.constants[0].direction)), abs=1e-5
    )
    words = schedule(cues, audio=0.0, style=style, crossfade_s=0.0)
    assert plan.target(7.0) == pytest.approx(words.target(7.0), abs=1e-3)
