"""Measures of synchrony: what they say of films that are known to be in step, late, or neither."""

from __future__ import annotations

import numpy as np
import pytest
from events_fixtures import uneven

from musivid.analysis.strikes import pick_peaks, rise_of
from musivid.metrics.events import (
    AudioEvents,
    PictureEvents,
    find_onsets,
    find_rises,
    flow_peaks,
)
from musivid.metrics.sync.measures import SYNC_NAMES, SyncSettings, measure_sync

FPS = 30.0


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
