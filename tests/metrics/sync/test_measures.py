"""Measures of synchrony: formulas against independent ones, and what they say of known films."""

from __future__ import annotations

import mir_eval
import numpy as np
import pytest

from musivid.metrics.events import (
    AudioEvents,
    PictureEvents,
    find_onsets,
    find_rises,
    flow_peaks,
    pick_peaks,
    rise_of,
)
from musivid.metrics.sync.curves import best_lags, rank_correlations, refine_offset
from musivid.metrics.sync.events import (
    alignment,
    coverage,
    event_iou,
    f_measure,
    hits,
    matches,
    recall_alignment,
    window_iou,
)
from musivid.metrics.sync.measures import SYNC_NAMES, SyncSettings, measure_sync
from musivid.metrics.sync.paths import fast_dtw, legacy_score, mean_step_s

FPS = 30.0


@pytest.fixture(scope="module")
def pairs() -> list[tuple[np.ndarray, np.ndarray]]:
    """Random lists of moments, some near each other: (audio [n], video [m])."""
    rng = np.random.default_rng(0)
    found = []
    for _ in range(30):
        audio = np.sort(rng.uniform(0, 20, rng.integers(2, 40)))
        near = rng.choice(audio, rng.integers(1, len(audio))) + rng.normal(0, 0.05, 1)
        found.append((audio, np.sort(np.concatenate([near, rng.uniform(0, 20, 5)]))))
    return found


def film(
    times: list[float] | np.ndarray, seconds: float = 30.0, height: float = 0.5
) -> PictureEvents:
    """Events of a picture that flashes for three frames at each time."""
    change = np.zeros(int(seconds * FPS))
    for frame in np.round(np.asarray(times) * FPS).astype(int):
        for place in (frame, frame + 3):
            if 0 <= place < len(change):
                change[place] += height
    return picture(change)


def picture(change: np.ndarray) -> PictureEvents:
    rise = rise_of(change, FPS)
    return PictureEvents(
        fps=FPS,
        change=change,
        rise=rise,
        flow=2 * change,
        changes_s=find_rises(rise, FPS) / FPS,
        flow_peaks_s=flow_peaks(2 * change) / FPS,
        cuts_s=np.empty(0),
        legacy_s=find_rises(rise, FPS) / FPS,
    )


def song(times: np.ndarray | list[float], seconds: float = 30.0) -> AudioEvents:
    """Events of a sound with an onset, and a beat, at each time."""
    hop_s = 0.02
    envelope = np.zeros(int(seconds / hop_s) + 1)
    envelope[np.round(np.asarray(times) / hop_s).astype(int)] = 1.0
    times = np.asarray(times, float)
    return AudioEvents(seconds, times, times, times[::4], 120.0, envelope, hop_s)


def uneven(seed: int = 0, seconds: float = 29.0) -> np.ndarray:
    times = 0.5 + np.cumsum(np.random.default_rng(seed).uniform(0.5, 1.6, 60))
    return times[times < seconds]


def test_f_measure_is_that_of_mir_eval(pairs: list[tuple[np.ndarray, np.ndarray]]) -> None:
    for audio, video in pairs:
        expected = mir_eval.beat.f_measure(audio, video, f_measure_threshold=0.07)
        assert f_measure(audio, video[None])[0] == pytest.approx(expected, abs=1e-6)


def test_hits_and_coverage_are_recall_and_precision_of_mir_eval(
    pairs: list[tuple[np.ndarray, np.ndarray]],
) -> None:
    for audio, video in pairs:
        _, precision, recall = mir_eval.onset.f_measure(audio, video, window=0.1)
        assert hits(audio, video[None], 0.1)[0] == pytest.approx(recall, abs=1e-6)
        assert coverage(audio, video[None], 0.1)[0] == pytest.approx(precision, abs=1e-6)


def test_rows_do_not_disturb_each_other(pairs: list[tuple[np.ndarray, np.ndarray]]) -> None:
    audio, video = pairs[3]
    rows = np.stack([video, video + 0.3, np.sort((video * 7.1) % 20)])
    together = matches(audio, rows, 0.07)
    assert together.tolist() == [matches(audio, row[None], 0.07)[0] for row in rows]


def test_alignment_is_its_formula(pairs: list[tuple[np.ndarray, np.ndarray]]) -> None:
    for audio, video in pairs[:8]:
        apart = np.abs(audio[:, None] - video[None])
        bells = np.exp(-(apart.min(0) ** 2) / (2 * 0.05**2))
        assert alignment(audio, video[None], 0.05)[0] == pytest.approx(bells.mean(), abs=1e-9)
        bells = np.exp(-(apart.min(1) ** 2) / (2 * 0.05**2))
        found = recall_alignment(audio, video[None], 0.05)[0]
        assert found == pytest.approx(bells.mean(), abs=1e-9)


def test_one_lone_event_has_a_nearest_too() -> None:
    one = np.array([1.0])
    assert alignment(one, np.array([[1.0, 1.05]]), 0.05) == pytest.approx((1 + np.exp(-0.5)) / 2)


def test_iou_of_events_counts_pairs_once() -> None:
    audio, video = np.array([1.0, 2.0, 3.0]), np.array([[1.01, 1.02, 3.0, 9.0]])
    assert event_iou(audio, video, 0.05)[0] == pytest.approx(2 / 5)


@pytest.mark.parametrize("window_s", [0.04, 0.16, 0.5])
def test_iou_of_windows_is_that_of_painted_time(
    pairs: list[tuple[np.ndarray, np.ndarray]], window_s: float
) -> None:
    grid = np.arange(-1, 22, 1e-3)
    for audio, video in pairs[:6]:
        heard, seen = (
            (np.abs(grid[:, None] - events[None]) <= window_s / 2).any(1)
            for events in (audio, video)
        )
        expected = (heard & seen).sum() / (heard | seen).sum()
        assert window_iou(audio, video[None], window_s)[0] == pytest.approx(expected, abs=0.02)


def test_warping_finds_the_best_path(pairs: list[tuple[np.ndarray, np.ndarray]]) -> None:
    for audio, video in pairs[:10]:
        cost = np.full((len(audio) + 1, len(video) + 1), np.inf)
        cost[0, 0] = 0
        length = np.zeros_like(cost)
        for i, a in enumerate(audio, 1):
            for j, v in enumerate(video, 1):
                before = [(i - 1, j - 1), (i - 1, j), (i, j - 1)]
                best = min(before, key=lambda at: cost[at])
                cost[i, j], length[i, j] = cost[best] + abs(a - v), length[best] + 1
        expected = cost[-1, -1] / length[-1, -1]
        assert mean_step_s(audio, video[None])[0] == pytest.approx(expected, rel=0.02)
        distance, path = fast_dtw(audio.tolist(), video.tolist())
        assert distance >= cost[-1, -1] - 1e-9
        assert distance == pytest.approx(sum(abs(audio[i] - video[j]) for i, j in path))
        steps = np.diff(np.array(path), axis=0)
        assert path[0] == (0, 0) and path[-1] == (len(audio) - 1, len(video) - 1)
        assert set(map(tuple, steps.tolist())) <= {(1, 0), (0, 1), (1, 1)}


def test_the_published_score_has_its_published_values() -> None:
    assert legacy_score([], [1.0]) == 0.0
    assert legacy_score([1.0, 2.0], [1.0, 2.0]) == 1.0
    # Short lists are warped exactly: |1-1.5| + |2-1.5| over two steps.
    assert legacy_score([1.0, 2.0], [1.5]) == pytest.approx(1 / 1.5)
    # The example printed with the published evaluation: 16 beats against three events.
    assert 0 < legacy_score(list(np.arange(1.0, 30, 1.8)), [8.333, 10.0, 20.0]) < 0.5


def test_lags_and_ranks_agree_with_plain_computation() -> None:
    from scipy.stats import spearmanr

    rng = np.random.default_rng(0)
    a = rng.random(400)
    v = np.stack([np.roll(a, 6), rng.random(400)])
    lagged = best_lags(a, v, FPS, 1.0)
    assert lagged.lags_s[0] == pytest.approx(6 / FPS, abs=0.01)
    assert lagged.values[0] > 0.9 > lagged.values[1]
    expected = [spearmanr(a, row).statistic for row in v]
    assert rank_correlations(a, v) == pytest.approx(expected, abs=1e-9)


def test_pairs_of_events_sharpen_an_offset() -> None:
    onsets = uneven()
    assert refine_offset(0.1, onsets, onsets + 0.087, FPS) == pytest.approx(0.087, abs=1e-6)
    assert refine_offset(0.1, onsets[:2], onsets[:2] + 0.087, FPS) == 0.1


def test_a_pulse_of_the_picture_is_one_event_at_its_beginning() -> None:
    found = film([2.0, 5.0])
    assert found.changes_s.tolist() == [2.0, 5.0]
    still = picture(np.full(300, 0.001))
    assert len(still.changes_s) == 0
    assert pick_peaks(np.array([0.0, 1, 1, 0, 2, 0]), 1, 0.5).tolist() == [1, 4]
    assert len(pick_peaks(np.empty(0), 1, 0.5)) == 0


def test_onsets_are_where_attacks_begin() -> None:
    from musivid.analysis.sound import analyse

    times = uneven(3, 9.0)
    rate = 22050
    samples = 0.003 * np.random.default_rng(1).standard_normal(10 * rate)
    ring = np.sin(np.arange(660) * 0.3) * np.exp(-np.arange(660) / 176)
    for start in np.round(times * rate).astype(int):
        samples[start : start + 660] += 0.8 * ring
    sound = samples.astype(np.float32)
    found = find_onsets(analyse(sound, rate), sound, rate)
    assert len(found) == len(times)
    assert np.abs(found - times).max() < 0.005


def test_flashes_on_the_beats_stand_out_of_chance() -> None:
    times = uneven()
    found = measure_sync(song(times), film(times), None, times)
    assert tuple(found) == SYNC_NAMES
    told = {name: one for name, one in found.items() if one.value is not None}
    assert set(SYNC_NAMES) - set(told) == {"cuts_on_beats"}
    assert min(one.z for name, one in told.items() if name != "avs_legacy") > 4
    assert found["bas_music"].value > 0.95
    assert found["cuts_on_beats"].reason == "the picture has no cuts"
    assert all(one.params["surrogates"] >= 200 for one in told.values())


@pytest.mark.parametrize("offset_ms", [-200, -50, 120])
def test_an_offset_is_found_and_can_be_made_good(offset_ms: int) -> None:
    times = uneven()
    late = film(times + offset_ms / 1000)
    plain = measure_sync(song(times), late)
    assert plain["xcorr"].params["offset_ms"] == pytest.approx(offset_ms, abs=10)
    moved = measure_sync(song(times), late, SyncSettings(offset_s="auto"))
    assert moved["f_measure"].value > 0.95 and moved["f_measure"].z > 4
    by_hand = measure_sync(song(times), late, SyncSettings(offset_s=offset_ms / 1000))
    assert by_hand["bas_video"].value > 0.9
    if abs(offset_ms) > 100:
        assert abs(plain["f_measure"].z) < 3


def test_shuffled_flashes_look_like_chance() -> None:
    times = uneven()
    sound = song(times)
    scores = []
    for seed in range(20):
        other = np.sort(np.random.default_rng(seed).uniform(0, 30, len(times)))
        found = measure_sync(sound, film(other), SyncSettings(surrogates=200))
        scores += [one.z for one in found.values() if one.value is not None]
    assert np.mean(np.abs(scores) < 2) > 0.9


def test_a_metronome_gains_little_on_a_song_of_another_tempo() -> None:
    beats = np.arange(0.2, 29.5, 60 / 113)
    found = measure_sync(song(beats), film(np.arange(0.4, 29.5, 0.5)))
    assert max(one.z for name, one in found.items() if one.value is not None) < 2


def test_what_cannot_be_measured_says_why() -> None:
    times = uneven()
    silent = AudioEvents(30, *(np.empty(0),) * 3, 0.0, np.zeros(1500), 0.02)
    found = measure_sync(silent, film(times), None, np.empty(0))
    assert found["bas_music"].reason == "nothing begins in the sound"
    assert found["xcorr"].reason == "nothing begins in the sound"
    assert found["avs_legacy"].value == 0
    still = measure_sync(song(times), picture(np.zeros(900)))
    assert still["f_measure"].reason == "nothing changes suddenly in the picture"
    assert still["spearman"].reason == "nothing changes in the picture"
    assert still["avs_legacy"].reason == "there is no sound"
    short = measure_sync(song([0.5], 1.0), film([0.5], 1.0))
    assert all("3 s are needed" in one.reason for one in short.values())
    full = measure_sync(song(np.arange(0.2, 29, 0.4)), film(times))
    assert "cover nearly all the time" in full["tbiou_500ms"].reason


def test_the_same_seed_gives_the_same_figures() -> None:
    times = uneven()
    sound, seen = song(times), film(uneven(1))
    first, again = (measure_sync(sound, seen, SyncSettings(seed=3)) for _ in range(2))
    assert first == again
    assert measure_sync(sound, seen, SyncSettings(seed=4)) != first
