"""Windows of a song: where they lie, how they are heard, how sections hold together."""

from __future__ import annotations

import numpy as np
import torch
from perceptor_fixtures import DIM, FakePerceptor
from torch import Tensor

from musivid.painting.directions import unit
from musivid.pipeline.guidance.windows import Window, calm_windows, embed_windows, place_windows
from musivid.settings.video import AudioPreset


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


def test_windows_lie_around_their_beats_and_are_moved_inside_at_the_ends() -> None:
    windows = place_windows(np.array([0.5, 5.0, 9.8, 10.0, -1.0]), 10.0, AudioPreset(window_s=4.0))
    assert windows == [Window(0.5, 0, 4), Window(5.0, 3, 7), Window(9.8, 6, 10)]
    assert place_windows(np.array([1.0, 2.0]), 3.0, AudioPreset(window_s=4.0))[0].end_s == 3.0


class Listening(FakePerceptor):
    """Notes what it is given; gives the first sample of each clip."""

    def __init__(self) -> None:
        self.batches: list[Tensor] = []

    def embed_audio(self, clips: Tensor) -> Tensor:
        """The first and the last sample of each clip."""
        self.batches.append(clips)
        return clips[:, [0, -1]]


def test_windows_of_one_length_are_heard_together_and_in_order() -> None:
    samples = np.arange(200_000, dtype=np.float32)
    spans = [(0, 25), (10, 35), (100, 125), (50, 51), (60, 60.05), (199.5, 224.5)]
    windows = [Window(start, start, end) for start, end in spans]
    ears = Listening()
    done: list[int] = []
    rows = embed_windows(ears, samples, windows, device="cpu", on_done=done.append)
    assert [tuple(batch.shape) for batch in ears.batches] == [
        (2, 25_000), (1, 25_000), (1, 1000), (1, 100), (1, 25_000)
    ]  # a minute of sound at a time  # fmt: skip
    assert done == [2, 1, 1, 1, 1]
    assert rows[:4].tolist() == [
        [0, 24_999],
        [10_000, 34_999],
        [100_000, 124_999],
        [50_000, 50_999],
    ]
    assert rows[4].tolist() == [60_000, 60_049]  # a short sound is repeated
    assert rows[5].tolist() == [175_000, 199_999]  # and one past the end moved back


def test_what_cannot_be_heard_is_nothing() -> None:
    class Deaf(FakePerceptor):
        def embed_audio(self, clips: Tensor) -> Tensor:
            return torch.full((len(clips), 3), float("nan"))

    windows = [Window(0, 0, 1)]
    rows = embed_windows(Deaf(), np.ones(1000, np.float32), windows, device="cpu")
    assert not rows.any()
