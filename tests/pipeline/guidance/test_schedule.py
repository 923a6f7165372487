"""Fusing sound and words: weights, borders, pauses, and the way of an interpolation."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
import pytest
import torch
from torch import Tensor

from musivid.core.errors import PresetError
from musivid.core.timeline import Cue
from musivid.pipeline.guidance.lanes import lay_spans, slerp
from musivid.pipeline.guidance.schedule import Schedule, make_schedule, plan_spans
from musivid.pipeline.guidance.space import unit
from musivid.pipeline.guidance.swing import Swing
from musivid.pipeline.guidance.windows import calm_windows, embed_windows, place_windows
from musivid.pipeline.video.job import check_guidance
from musivid.settings.video import (
    AudioPreset,
    GuidancePreset,
    StoryPrompt,
    WeightedImage,
    WeightedText,
)

DIM = 24


class FakePerceptor:
    """Texts and sounds in cones of their own, as in a space trained by contrast."""

    image_px, rate_hz, dim = 16, 1000, DIM

    def embed_text(self, texts: list[str]) -> Tensor:
        """Random by the text, in a cone."""
        return self._rows([zlib.crc32(text.encode()) for text in texts], axis=0)

    def embed_audio(self, clips: Tensor) -> Tensor:
        """Random by the clip's mean, in another cone."""
        means = (clips.mean(1) * 10).round().long()
        return self._rows([100 + int(mean) for mean in means], axis=1)

    def embed_image(self, images: Tensor) -> Tensor:
        """Random by the picture's mean, in a third cone."""
        means = (images.mean((1, 2, 3)) * 50).round().long()
        return self._rows([1000 + int(mean) for mean in means], axis=2)

    def _rows(self, seeds: Sequence[int], axis: int) -> Tensor:
        rows = np.stack([np.random.default_rng(seed).standard_normal(DIM) for seed in seeds])
        rows[:, axis] += 12
        return torch.from_numpy(rows / np.linalg.norm(rows, axis=1, keepdims=True)).float()


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


def test_hold_ends_a_line_and_weights_of_cues_count() -> None:
    spans = lay_spans([Cue(1.0, None, "a"), Cue(9.0, None, "b", -0.5)], 20.0, hold_s=3.0)
    assert [(s.start_s, s.end_s, s.weight) for s in spans] == [(1.0, 4.0, 1.0), (9.0, 12.0, -0.5)]


def test_gaps_hold_where_nothing_else_speaks() -> None:
    plan = schedule([Cue(5.0, 6.0, "snow"), Cue(9.0, 10.0, "fire")], audio=0.0)
    assert float(plan.target(0.0) @ text("snow")) > 0.97
    assert float(plan.target(7.9) @ text("snow")) > 0.97
    assert float(plan.target(19.0) @ text("fire")) > 0.97


def test_nothing_to_be_guided_by_is_a_fault() -> None:
    with pytest.raises(PresetError, match="nothing guides"):
        check_guidance(GuidancePreset(audio=0.0), [Cue(0.0, None, "")])
    check_guidance(GuidancePreset(audio=0.0), [Cue(0.0, None, "sea")])


def test_windows_stay_inside_the_song_and_have_one_length() -> None:
    settings = AudioPreset(window_s=5.0, least_hop_s=0.9)
    windows = place_windows(np.arange(0.2, 19.9, 0.5), 20.0, settings)
    assert all(w.start_s >= 0 and w.end_s <= 20.0 + 1e-9 for w in windows)
    assert {round(w.end_s - w.start_s, 6) for w in windows} == {5.0}
    assert np.diff([w.time_s for w in windows]).min() >= 0.9
    between = place_windows(
        np.array([0.5, 1.0, 1.7]), 3.0, settings.model_copy(update={"windows": "between"})
    )
    assert [(w.start_s, w.end_s) for w in between] == [(0, 0.5), (0.5, 1), (1, 1.7), (1.7, 3)]


def test_sections_keep_their_character() -> None:
    random = np.random.default_rng(0)
    sounds = unit(random.standard_normal((8, DIM)).astype(np.float32))
    times, sections = list(range(8)), [0.0, 4.0]
    np.testing.assert_allclose(calm_windows(sounds, times, sections, 1.0), sounds, atol=1e-6)
    calm = calm_windows(sounds, times, sections, 0.0)
    np.testing.assert_allclose(calm[0], calm[3], atol=1e-6)
    assert np.abs(calm[3] - calm[4]).max() > 0.01
    half = calm_windows(sounds, times, sections, 0.5)
    assert sounds[0] @ calm[0] < half[0] @ calm[0] < 1


def test_songs_without_beats_are_heard_on_a_fixed_hop() -> None:
    windows = place_windows(np.empty(0), 3.5, AudioPreset(fallback_hop_s=1.0, window_s=1.0))
    assert [w.time_s for w in windows] == [0, 1, 2, 3]
    short = place_windows(np.empty(0), 0.05, AudioPreset())
    rows = embed_windows(FakePerceptor(), np.ones(50, np.float32), short, device="cpu")
    assert rows.shape == (1, DIM)


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
    np.testing.assert_allclose(quarter, slerp(sound(5.5), words, share), atol=1e-3)
    assert 0.3 < share < 0.7


def test_a_period_and_songs_without_words_swing_too() -> None:
    plan = schedule(swing=Swing(4.0, "sine"))
    assert Swing(4.0, "sine").turns_s([], 8.0) == [0, 2, 4, 6, 8]
    np.testing.assert_allclose(plan.target(2.0), schedule().target(4.0), atol=1e-3)
    assert Swing(None, "sine").turns_s([], 20.0)[:3] == [0, 5, 10]
    assert Swing(None, "sine").turns_s(lay_spans(CUES, 20.0), 20.0) == [2, 5, 8, 10, 12]


def test_slerp_keeps_unit_length_and_survives_equal_and_opposite() -> None:
    one, two = text("a"), text("b")
    for share in (0.0, 0.3, 1.0):
        assert np.linalg.norm(slerp(one, two, share)) == pytest.approx(1, abs=1e-5)
    np.testing.assert_allclose(slerp(one, one, 0.5), one, atol=1e-6)
    assert np.isfinite(slerp(one, -one, 0.5)).all()
