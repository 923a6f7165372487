"""The walk's curve: against the published definitions computed on their own, and in itself."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import median_filter

from musivid.analysis.energies import band_energy, separated_energies, sound_energy
from musivid.analysis.progress_curve import EnergyCurve, progress, visualiser_curve, walk_curve

RATE = 22_050


@pytest.fixture(scope="module")
def drums() -> np.ndarray:
    """Four seconds of hits over a chord, louder towards the end."""
    time = np.arange(4 * RATE) / RATE
    chord = sum(np.sin(2 * np.pi * pitch * time) for pitch in (220, 277, 330))
    noise = np.random.default_rng(1).standard_normal(len(time))
    hits = noise * np.exp(-40 * (time % 0.5)) * (0.2 + time / 4)
    return (0.1 * chord + 0.4 * hits).astype(np.float32)


def stft(samples: np.ndarray, hop: int) -> np.ndarray:
    """Spectrum complex128 [1025, columns]: periodic Hann 2048, zeros beyond the ends."""
    padded = np.pad(samples.astype(float), 1024)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(2048) / 2048)
    columns = 1 + len(samples) // hop
    frames = np.stack([padded[c * hop : c * hop + 2048] * window for c in range(columns)], 1)
    return np.fft.rfft(frames, axis=0)


def istft(spectrum: np.ndarray, hop: int, length: int) -> np.ndarray:
    """Overlap-add with the squared window's sum taken off."""
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(2048) / 2048)
    pieces = np.fft.irfft(spectrum, axis=0) * window[:, None]
    total = np.zeros(2048 + hop * (spectrum.shape[1] - 1))
    weight = np.zeros_like(total)
    for column in range(spectrum.shape[1]):
        total[column * hop : column * hop + 2048] += pieces[:, column]
        weight[column * hop : column * hop + 2048] += window**2
    sound = np.where(weight > 1e-30, total / np.maximum(weight, 1e-30), total)[1024:]
    return sound[:length]


def mel_bank(bands: int) -> np.ndarray:
    """Slaney's mel filters with area normalisation, float64 [bands, 1025]."""

    def to_mel(hz: float | np.ndarray) -> np.ndarray:
        hz = np.asarray(hz, float)
        high = 15 + 27 * np.log(np.maximum(hz, 1e-9) / 1000) / np.log(6.4)
        return np.where(hz < 1000, hz * 3 / 200, high)

    def to_hz(mel: np.ndarray) -> np.ndarray:
        return np.where(mel < 15, mel * 200 / 3, 1000 * 6.4 ** ((mel - 15) / 27))

    edges = to_hz(np.linspace(0, to_mel(RATE / 2), bands + 2))
    bins = np.arange(1025) * RATE / 2048
    up = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    down = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    return np.maximum(0, np.minimum(up, down)) * (2 / (edges[2:] - edges[:-2]))[:, None]


def percussive(samples: np.ndarray, margin: float) -> np.ndarray:
    """Hits of a sound, by medians of 31 and soft masks of power 2."""
    spectrum = stft(samples, 512)
    size = np.abs(spectrum)
    notes = median_filter(size, (1, 31), mode="reflect")
    hits = median_filter(size, (31, 1), mode="reflect")
    ref = notes * margin
    most = np.maximum(hits, ref)
    share = (hits / np.where(most > 0, most, 1)) ** 2
    other = (ref / np.where(most > 0, most, 1)) ** 2
    mask = np.where(most > 1e-38, share / np.maximum(share + other, 1e-300), 0.5 * (margin == 1))
    return istft(spectrum * mask, 512, len(samples))


def scaled(values: np.ndarray) -> np.ndarray:
    return (values - values.min()) / (values.max() - values.min())


def test_the_visualisers_curve_is_its_definition(drums: np.ndarray) -> None:
    hop = int(RATE / 30)
    energy = (mel_bank(512) @ np.abs(stft(percussive(drums, 5.0), hop)) ** 2).max(0)
    summed = np.cumsum(np.resize(scaled(energy), 120))
    wanted = summed / summed[-1]
    wanted[0] = 0
    assert len(energy) == 121  # so that one value is cut off
    np.testing.assert_allclose(visualiser_curve(drums, RATE, 30), wanted, atol=1e-5)


@pytest.mark.parametrize("margin", [1.0, 3.0])
def test_the_walk_curve_is_its_definition(drums: np.ndarray, margin: float) -> None:
    energy = (mel_bank(128) @ np.abs(stft(percussive(drums, margin), 512)) ** 2).max(0)
    summed = np.cumsum(scaled(energy))
    grid = np.linspace(0, len(summed), len(summed))
    wanted = np.interp(np.linspace(0, len(summed), 96), grid, summed / summed[-1])
    np.testing.assert_allclose(walk_curve(drums, RATE, 24, margin=margin), wanted, atol=1e-5)


def test_progress_is_the_integral_of_the_energy_at_true_times() -> None:
    energy, hop = np.array([0.0, 2.0, 0.0, 0.0, 1.0]), 0.5
    energies = [EnergyCurve(energy, hop)]
    times = np.arange(0, 2, 1 / 23.976)
    fine = np.linspace(0, 2, 200_001)
    area = np.cumsum(np.interp(fine, np.arange(5) * hop, energy / 2))
    wanted = np.interp(times, fine, area / area[-1])
    np.testing.assert_allclose(progress(energies, times, (0.0, 2.0)), wanted, atol=1e-5)


@pytest.mark.parametrize("fps", [24, 25, 30000 / 1001, 60])
def test_progress_does_not_depend_on_the_frame_rate(drums: np.ndarray, fps: float) -> None:
    hits, _ = separated_energies(drums, RATE)
    energies = [EnergyCurve(hits, 512 / RATE)]
    fine = np.linspace(0.5, 3.5, 2000)
    times = np.arange(0.5, 3.5, 1 / fps)
    ours = progress(energies, times, (0.5, 3.5))
    assert ours[0] == 0 and (np.diff(ours) >= 0).all() and ours[-1] < 1
    there = np.interp(times, fine, progress(energies, fine, (0.5, 3.5)))
    np.testing.assert_allclose(ours, there, atol=2e-3)
    assert progress(energies, np.array([3.5]), (0.5, 3.5)) == pytest.approx([1.0])


def test_settings_of_the_curve_do_what_they_say() -> None:
    energy = np.zeros(101)
    energy[20], energy[70] = 1.0, 0.3
    energies, times = [EnergyCurve(energy, 0.1)], np.linspace(0, 10, 251)
    plain = progress(energies, times, (0, 10))
    clock = times / 10
    half = progress(energies, times, (0, 10), smooth=0.5)
    np.testing.assert_allclose(half, (plain + clock) / 2)
    at5 = np.searchsorted(times, 5.0)
    strict = progress(energies, times, (0, 10), gamma=3.0)
    assert strict[at5] > plain[at5] > 0.7  # the weak hit counts for less
    slow = progress(energies, times, (0, 10), release_s=1.0)
    assert np.diff(slow).max() < np.diff(plain).max() / 2
    step = [EnergyCurve(np.repeat([0.0, 1.0, 0.0], [20, 30, 51]), 0.1)]
    at3 = np.searchsorted(times, 3.0)
    late = progress(step, times, (0, 10), attack_s=0.5)
    assert late[at3] < progress(step, times, (0, 10))[at3] - 0.05
    other = [*energies, EnergyCurve(np.linspace(0, 1, 101), 0.1, 5.0)]
    assert progress(other, times, (0, 10))[at5] < plain[at5]


def test_silence_goes_by_the_clock() -> None:
    silent = np.zeros(2 * RATE, np.float32)
    times = np.linspace(0, 2, 51)
    hits, notes = separated_energies(silent, RATE)
    assert not hits.any() and not notes.any()
    np.testing.assert_allclose(progress([EnergyCurve(hits, 0.02)], times, (0, 2)), times / 2)
    np.testing.assert_allclose(visualiser_curve(silent, RATE, 25), np.linspace(0, 1, 50))
    np.testing.assert_allclose(walk_curve(silent, RATE, 25), np.linspace(0, 1, 50))


def test_blocks_give_what_the_whole_song_would(
    drums: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = separated_energies(drums, RATE, 2.0), band_energy(drums, RATE, 100, 300)
    monkeypatch.setattr("musivid.analysis.energies._BLOCK", 40)
    parts = separated_energies(drums, RATE, 2.0), band_energy(drums, RATE, 100, 300)
    for ours, theirs in zip(parts[0], whole[0], strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-9)
    np.testing.assert_allclose(parts[1], whole[1], rtol=1e-5)


def test_hits_and_notes_and_bands_are_told_apart(drums: np.ndarray) -> None:
    time = np.arange(2 * RATE) / RATE
    tone = (0.5 * np.sin(2 * np.pi * 440 * time)).astype(np.float32)
    hits, notes = separated_energies(tone, RATE, 2.0)
    middle = slice(20, -20)
    assert notes[middle].mean() > 100 * hits[middle].mean()
    assert band_energy(tone, RATE, 400, 500)[middle].mean() > 1000 * (
        band_energy(tone, RATE, 2000, 4000)[middle].mean()
    )
    assert (band_energy(tone, RATE, 440.0, 440.1)[middle] > 1).all()  # never an empty band
    assert len(sound_energy(tone, RATE)) == len(hits)


def test_a_span_no_longer_than_a_hop_is_known_by_its_ends() -> None:
    peak = [EnergyCurve(np.array([0.0, 1.0, 0.0]), 1.0)]
    times = np.linspace(0.5, 1.5, 9)
    np.testing.assert_allclose(progress(peak, times, (0.5, 1.5)), times - 0.5)  # as loud at both
