from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from media_fixtures import click_song, write_video

from musivid.core.errors import InputError, UsageError
from musivid.core.timeline import Cue
from musivid.metrics.meaning import (
    likeness_of_frames,
    likeness_of_pairs,
    pair_cues,
    pair_times,
)
from musivid.pipeline.evaluate.meaning import (
    FrameKeeper,
    choose_perceptor,
    embed_sound,
    measure_meaning,
)
from musivid.pipeline.evaluate.reference import measure_reference
from musivid.weights.session import Session


def unit_rows(n: int, dim: int, seed: int) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((n, dim))
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_pairs_that_belong_together_stand_out() -> None:
    pictures, noise = unit_rows(20, 16, 0), unit_rows(20, 16, 1)
    mixed = pictures + 0.7 * noise
    mixed /= np.linalg.norm(mixed, axis=1, keepdims=True)
    found = likeness_of_pairs(pictures, mixed)
    assert found.value == pytest.approx(float((pictures * mixed).sum(1).mean()))
    assert found.z is not None
    assert found.z > 6
    assert found.chance_mean == pytest.approx((pictures @ mixed.T).mean(), abs=0.03)
    assert likeness_of_pairs(pictures, mixed) == found


def test_strangers_are_like_chance() -> None:
    z = [likeness_of_pairs(unit_rows(12, 8, k), unit_rows(12, 8, 100 + k)).z for k in range(60)]
    far = sum(abs(value) >= 2 for value in z if value is not None)
    assert len(z) == 60
    assert far <= 8  # 5 % of 60 are 3


def test_a_common_cone_of_embeddings_is_no_likeness() -> None:
    """Two modalities may lie far apart or near as a whole; only who pairs with whom counts."""
    cone = 3 * unit_rows(1, 16, 7)
    pictures, sounds = (unit_rows(15, 16, k) + cone for k in (1, 2))
    found = likeness_of_pairs(pictures, sounds)
    assert found.value is not None
    assert found.z is not None
    assert found.value > 5
    assert abs(found.z) < 3


def test_steady_pictures_are_steadier_than_shuffled_ones() -> None:
    angles = np.linspace(0, np.pi, 30)
    frames = np.stack([np.cos(angles), np.sin(angles)], 1)
    found = likeness_of_frames(frames)
    assert found.value == pytest.approx(np.cos(np.pi / 29))
    assert found.z is not None
    assert found.z > 5


def test_too_few_pairs_have_a_reason() -> None:
    assert likeness_of_pairs(np.eye(2), np.eye(2)).reason == "2 pairs; 3 are needed"
    assert likeness_of_frames(np.eye(2)).value is None


def test_times_pair_with_the_nearest_frame() -> None:
    frames, sounds = pair_times([0.0, 1.0, 2.0, 3.0], [1.4, 2.6])
    assert frames.tolist() == [1, 3]
    assert sounds.tolist() == [0, 1]
    assert pair_times([], [1.0])[0].tolist() == []


def test_lines_pair_with_the_frames_while_they_are_sung() -> None:
    cues = [Cue(0.0, None, "a"), Cue(2.0, 2.5, "b"), Cue(9.0, None, "never shown")]
    found = pair_cues([0.0, 1.0, 2.0, 3.0], cues, 4.0)
    assert [(frames.tolist(), number) for frames, number in found] == [([0, 1], 0), ([2], 1)]


def test_one_frame_a_second_is_kept_small_and_square() -> None:
    keeper = FrameKeeper(8, 1.0)
    for k in range(76):
        frame = np.zeros((20, 40, 3), np.uint8)
        frame[:, 10:30] = k  # the middle square
        keeper.see(k / 25, frame)
    assert keeper.times_s == [0.0, 1.0, 2.0, 3.0]
    assert all(frame.shape == (8, 8, 3) for frame in keeper.frames)
    assert [int(frame.mean()) for frame in keeper.frames] == [0, 25, 50, 75]


def test_long_films_are_looked_at_more_rarely(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("musivid.pipeline.evaluate.meaning._MOST_FRAMES", 10)
    keeper = FrameKeeper(8, 1.0)
    for k in range(60):
        keeper.see(float(k), np.full((8, 8, 3), k, np.uint8))
    assert keeper.step_s == 8.0
    assert keeper.times_s == [8.0 * k for k in range(8)]
    assert [int(frame[0, 0, 0]) for frame in keeper.frames] == keeper.times_s


def test_sound_is_heard_in_segments_that_do_not_overlap() -> None:
    network, name = choose_perceptor(Session("cpu", "float32"), "tiny-perceptor")
    assert name == "tiny-perceptor"
    noise = np.random.default_rng(0).standard_normal(network.rate_hz * 10).astype(np.float32)
    heard, middles = embed_sound(network, noise / 9, "cpu")
    assert middles == [2.0, 6.0]
    assert heard.shape == (2, network.dim)
    short, middles = embed_sound(network, noise[: network.rate_hz // 2], "cpu")
    assert len(short) == 1
    assert middles == [0.25]


def test_the_published_pair_is_taken_where_it_is_there(tmp_path: Path) -> None:
    _, name = choose_perceptor(Session("cpu", "float32"))
    assert name == "pocket-perceptor"


def test_meaning_of_a_file() -> None:
    network, _ = choose_perceptor(Session("cpu", "float32"), "tiny-perceptor")
    rng = np.random.default_rng(1)
    keeper = FrameKeeper(network.image_px)
    for k in range(20):
        keeper.see(float(k), rng.integers(0, 255, (40, 40, 3), np.uint8))
    sound = rng.standard_normal(network.rate_hz * 20).astype(np.float32) / 9
    cues = [Cue(4.0 * k, None, word) for k, word in enumerate(("sea", "", "moon", "fire", "snow"))]
    found = measure_meaning(keeper, sound, cues, perceptor=network)
    assert found["picture_sound"].params["n_pairs"] == 5
    assert found["picture_words"].params["n_pairs"] == 4
    assert found["frame_to_frame"].params["n_frames"] == 20
    assert all(measure.z is not None for measure in found.values())
    silent = measure_meaning(keeper, np.zeros(16000, np.float32), [], perceptor=network)
    assert silent["picture_sound"].reason == "no sound"
    assert silent["picture_words"].reason == "no words"
    blind = measure_meaning(FrameKeeper(32), sound, cues, perceptor=network)
    assert {measure.reason for measure in blind.values()} == {"no picture"}


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Videos in one folder; videos, a song and junk in the other."""
    a, b = tmp_path / "a", tmp_path / "b"
    for folder, shade in ((a, 0), (b, 90)):
        folder.mkdir()
        for k in range(2):
            write_video(folder / f"{k}.mp4", count=20, fps=Fraction(5), shade=shade + 20 * k)
        click_song(folder / "song.wav", 8.0)
    (b / "notes.txt").write_text("no media")
    (b / ".hidden").write_text("x")
    return a, b


def test_folders_of_media_are_seen_and_heard(folders: tuple[Path, Path]) -> None:
    a, b = folders
    session = Session("cpu", "float32")
    found = measure_reference([a], b, session=session, perceptor="tiny-perceptor", trials=10)
    assert set(found) == {
        "picture_frechet",
        "picture_frechet_infinity",
        "sound_frechet",
        "sound_frechet_infinity",
    }
    assert found["picture_frechet"].params["n_a"] == 8  # two videos of four seconds
    assert found["sound_frechet"].value == pytest.approx(0, abs=1e-6)  # the same song
    assert found["picture_frechet"].value is not None
    assert found["picture_frechet"].value > 0


def test_features_and_media_do_not_mix(folders: tuple[Path, Path], tmp_path: Path) -> None:
    a, b = folders
    np.save(tmp_path / "x.npy", np.ones((3, 4)))
    features = tmp_path / "features"
    features.mkdir()
    np.save(features / "x.npy", np.random.default_rng(0).random((9, 4)))
    session = Session("cpu", "float32")
    with pytest.raises(UsageError, match="features on one side"):
        measure_reference([a], features, session=session)
    found = measure_reference([features], features, session=session, trials=5)
    assert found["frechet"].value == pytest.approx(0, abs=1e-9)
    with pytest.raises(InputError, match="not a folder"):
        measure_reference([a], b / "missing", session=session)
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(InputError, match="neither pictures nor sounds"):
        measure_reference([a], empty, session=session, perceptor="tiny-perceptor")
