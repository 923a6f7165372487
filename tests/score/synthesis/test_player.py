from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from musivid.core.errors import InputError
from musivid.score.instruments import instrument_name, playable, program_named
from musivid.score.notes import Note, Score, TrackNotes
from musivid.score.synthesis.player import render
from musivid.score.synthesis.sampler import Sampler, bundled_soundfont
from musivid.score.synthesis.soundfont import SoundFont

RATE = 22_050


def score_of(*notes: Note, program: int = 0, is_drum: bool = False, **mix: float) -> Score:
    track = TrackNotes("Piano", program, is_drum, notes, **({"reverb": 0.0} | mix))
    return Score((track,), 120.0, bars=1)


def rms(sound: np.ndarray) -> float:
    return float(np.sqrt(np.mean(sound.astype(np.float64) ** 2)))


def cents_off(wave: np.ndarray, pitch: int, rate_hz: int) -> int:
    """How far a tone's harmonics are from those of a pitch, of all errors up to an octave."""
    size = 1 << 17
    spectrum = np.abs(np.fft.rfft(wave * np.hanning(len(wave)), n=size))
    fundamental = 440 * 2 ** ((pitch - 69) / 12)

    def fit(cents: int) -> float:
        hertz = fundamental * 2 ** (cents / 1200) * np.arange(1, 5)
        return float(np.sqrt(spectrum[np.round(hertz / rate_hz * size).astype(int)]).sum())

    return max(range(-700, 701, 5), key=fit)


@pytest.fixture(scope="module")
def sampler() -> Sampler:
    return Sampler(bundled_soundfont(), RATE, 1)


@pytest.mark.parametrize("program", [0, 4, 24, 33, 40, 48, 73, 81])
def test_instruments_are_in_tune_over_two_octaves(sampler: Sampler, program: int) -> None:
    for pitch in (48, 55, 60, 67, 72):
        if playable(program)[0] <= pitch <= playable(program)[1]:
            wave = sampler.note(program, pitch, 90, 1.0)[0][:RATE]
            assert abs(cents_off(wave, pitch, RATE)) <= 30, (program, pitch)


def test_a_note_lasts_as_long_as_it_is_written_and_rings_a_little(sampler: Sampler) -> None:
    wave = sampler.note(16, 60, 90, 0.5)[0]
    written = RATE // 2
    assert written < len(wave) < written + 1.6 * RATE
    assert rms(wave[written - 2000 : written]) > 10 * rms(wave[-500:])
    assert abs(float(wave[-1])) < 1e-3


def test_long_notes_go_on_in_loops(sampler: Sampler) -> None:
    wave = sampler.note(48, 60, 90, 6.0)[0]
    assert rms(wave[5 * RATE : 6 * RATE]) > 0.3 * rms(wave[RATE : 2 * RATE])


def test_asking_again_gives_the_same_note_however_long_the_first_was() -> None:
    fresh, used = (Sampler(bundled_soundfont(), RATE, 2) for _ in range(2))
    used.note(0, 60, 90, 3.0)
    used.note(0, 60, 90, 0.1)
    np.testing.assert_array_equal(fresh.note(0, 60, 90, 0.4), used.note(0, 60, 90, 0.4))


def test_soft_notes_are_quieter_and_darker() -> None:
    soft, hard = (render(score_of(Note(0, 480, 60, v)), RATE) for v in (40, 110))
    assert rms(hard) > 3 * rms(soft)

    def centre(sound: np.ndarray) -> float:
        spectrum = np.abs(np.fft.rfft(sound[0]))
        return float((spectrum * np.arange(len(spectrum))).sum() / spectrum.sum())

    assert centre(soft) < 0.95 * centre(hard)


def test_sound_begins_with_the_note_and_fills_the_bars() -> None:
    sound = render(score_of(Note(960, 480, 60, 100)), RATE, tail_s=0.5)
    assert sound.dtype == np.float32
    assert sound.shape == (2, round(2.5 * RATE))
    heard = np.flatnonzero(np.abs(sound).max(0) > 1e-4)
    assert heard[0] / RATE == pytest.approx(1.0, abs=0.01)


def test_rendering_is_repeatable_and_mono_is_the_mean_of_stereo() -> None:
    score = score_of(Note(0, 480, 60, 100), Note(480, 480, 64, 80), reverb=0.3)
    first, second = render(score, RATE), render(score, RATE)
    np.testing.assert_array_equal(first, second)
    dry = score_of(Note(0, 480, 60, 100), Note(480, 480, 64, 80))
    mono = render(dry, RATE, channels=1)
    np.testing.assert_allclose(mono[0], render(dry, RATE).mean(0), atol=1e-5)


def test_pan_volume_and_room_do_what_they_say() -> None:
    note = Note(0, 240, 60, 100)
    left = render(score_of(note, pan=-1.0), RATE)
    assert rms(left[1]) < 1e-6 < rms(left[0])
    loud, quiet = (render(score_of(note, volume=v), RATE) for v in (0.8, 0.4))
    np.testing.assert_allclose(loud, 2 * quiet, atol=1e-6)
    dry, wet = (render(score_of(note, reverb=r), RATE) for r in (0.0, 0.8))
    assert rms(wet[:, RATE:]) > 3 * rms(dry[:, RATE:])


def test_instruments_come_out_about_equally_loud() -> None:
    levels = [
        rms(render(score_of(*(Note(480 * i, 480, 60, 100) for i in range(4)), program=p), RATE))
        for p in (0, 16, 25, 40, 48, 61, 73, 81)
    ]
    assert max(levels) < 4 * min(levels)


def test_a_score_without_notes_is_silent() -> None:
    silent = Score((TrackNotes("Piano", 0),), 120.0, bars=1)
    assert not render(silent, RATE, tail_s=0.0).any()
    assert render(silent, RATE, tail_s=0.0).shape == (2, 2 * RATE)


@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 48_000])
def test_any_rate_gives_the_same_music(rate_hz: int) -> None:
    score = replace(score_of(Note(0, 480, 60, 100)), tempo_bpm=90.0)
    sound = render(score, rate_hz, tail_s=0.0, channels=1)[0]
    assert len(sound) == round(score.duration_s * rate_hz)
    assert abs(cents_off(sound[: rate_hz // 2], 60, rate_hz)) <= 30
    assert rms(sound) == pytest.approx(rms(render(score, RATE, tail_s=0.0, channels=1)), rel=0.15)


def test_all_programs_and_kits_make_a_sound(sampler: Sampler) -> None:
    silent = [p for p in range(112) if rms(sampler.note(p, 60, 100, 0.2)) < 1e-4]
    assert not silent
    assert rms(sampler.note(127, 38, 100, 0.2, is_drum=True)) > 1e-4  # an unknown kit


@pytest.mark.parametrize("data", [b"", b"RIFF", b"RIFF\4\0\0\0sfbk", b"not a font at all"])
def test_what_is_no_soundfont_is_refused(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.sf2"
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"a\.sf2"):
        SoundFont(path)


def test_a_cut_soundfont_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cut.sf2"
    path.write_bytes(bundled_soundfont().read_bytes()[:1_000_000])
    with pytest.raises(InputError, match="cannot be read as a SoundFont"):
        SoundFont(path)


def test_names_lead_back_to_programs() -> None:
    for program in range(128):
        name = instrument_name(program)
        assert instrument_name(program_named(name)) == name
    with pytest.raises(ValueError, match="kazoo"):
        program_named("kazoo")
