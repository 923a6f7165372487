"""The way of an interpolation from the sound to the words and back."""

from __future__ import annotations

import math

import pytest

from musivid.pipeline.guidance.lanes import Span
from musivid.pipeline.guidance.swing import Swing, swing_of
from musivid.settings.video import InterpolatePreset, VideoPreset

SPAN = Span(4.0, 8.0, "snow", 1.0)


def test_by_a_span_the_words_are_reached_in_its_middle() -> None:
    swing = Swing(None, "linear")
    shares = [swing.share(time_s, SPAN) for time_s in (4.0, 5.0, 6.0, 7.0, 7.5)]
    assert shares == pytest.approx([0, 0.5, 1, 0.5, 0.25])
    assert swing.share(6.0, None) == 0.0


def test_by_a_period_spans_do_not_matter() -> None:
    swing = Swing(8.0, "linear")
    for span in (None, SPAN):
        shares = [swing.share(time_s, span) for time_s in (0.0, 1.0, 4.0, 6.0, 8.0, 9.0)]
        assert shares == pytest.approx([0, 0.25, 1, 0.5, 0, 0.25])


@pytest.mark.parametrize("ease", ["sine", "tanh"])
def test_an_eased_way_rests_at_its_ends(ease: str) -> None:
    swing = Swing(2.0, ease)  # type: ignore[arg-type]
    shares = [swing.share(time_s, None) for time_s in (0.0, 0.25, 0.5, 0.75, 1.0)]
    assert shares[0] == pytest.approx(0, abs=1e-6) and shares[-1] == pytest.approx(1, abs=1e-6)
    assert shares[2] == pytest.approx(0.5)
    assert shares[1] == pytest.approx(1 - shares[3])
    wanted = {
        "sine": (1 - math.cos(math.pi / 4)) / 2,
        "tanh": 0.5 - math.tanh(0.75 / math.sqrt(0.75)) / 2,
    }
    assert shares[1] == pytest.approx(wanted[ease], abs=1e-5)


def test_only_presets_of_interpolate_swing() -> None:
    assert swing_of(VideoPreset()) is None
    assert swing_of(InterpolatePreset(period_s=6.0, ease="tanh")) == Swing(6.0, "tanh")
