"""SoundFonts read by the letter of the specification, from files written here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from soundfonts_made import (
    INSTRUMENT,
    PACKED,
    RECORDING,
    SAMPLE,
    WAVE,
    Generators,
    write_font,
    write_packed,
)

from musivid.core.errors import InputError
from musivid.score.synthesis import soundfont
from musivid.score.synthesis.sampler import Sampler
from musivid.score.synthesis.soundfont import SoundFont, Zone

PAN, ATTENUATION = 17, 48
KEYS, VELOCITIES, LOOPS, ROOT = 43, 44, 54, 58


def write(
    path: Path, preset: Sequence[Generators], instrument: Sequence[Generators], *, kind: int = 1
) -> SoundFont:
    """A file of one preset (program 5, bank 0) of one instrument of one sample, read."""
    return SoundFont(write_font(path, preset, instrument, kind=kind))


def span(low: int, high: int) -> int:
    return low | high << 8


def test_zones_are_those_that_hold_the_key_and_the_touch(tmp_path: Path) -> None:
    font = write(
        tmp_path / "a.sf2",
        [[(KEYS, span(0, 100)), (INSTRUMENT, 0)]],
        [
            [(KEYS, span(0, 60)), (PAN, -500), (SAMPLE, 0)],
            [(KEYS, span(50, 127)), (VELOCITIES, span(64, 127)), (PAN, 250), (SAMPLE, 0)],
        ],
    )

    def pans(pitch: int, velocity: int) -> list[float]:
        return [zone.pan for zone in font.zones(5, pitch, velocity, is_drum=False)]

    assert pans(49, 127) == [-1.0] and pans(60, 63) == [-1.0]
    assert pans(50, 64) == pans(60, 127) == [-1.0, 0.5]
    assert pans(61, 64) == pans(100, 64) == [0.5]
    assert pans(61, 63) == pans(101, 127) == []
    assert font.zones(6, 60, 64, is_drum=False) == font.zones(5, 60, 64, is_drum=True) == []


def test_a_preset_adds_to_what_its_instrument_says_for_all_or_for_one(tmp_path: Path) -> None:
    font = write(
        tmp_path / "a.sf2",
        [[(8, -300), (PAN, 100)], [(PAN, 50), (ATTENUATION, 60), (33, 500), (INSTRUMENT, 0)]],
        [[(8, 9000), (PAN, 0), (36, 200)], [(PAN, 30), (ATTENUATION, 40), (SAMPLE, 0)]],
    )
    [zone] = font.zones(5, 60, 64, is_drum=False)
    assert zone.pan == pytest.approx((30 + 50) / 500)  # the nearer word of each side counts
    assert zone.attenuation_db == pytest.approx(0.4 * 10)
    assert (zone.get(8), zone.get(36), zone.get(33)) == (8700, 200, -11500)


@pytest.mark.parametrize(("said", "pan"), [(800, 1.0), (-800, -1.0), (499, 0.998)])
def test_nothing_is_farther_aside_than_a_side(tmp_path: Path, said: int, pan: float) -> None:
    font = write(tmp_path / "a.sf2", [[(INSTRUMENT, 0)]], [[(PAN, said), (SAMPLE, 0)]])
    assert font.zones(5, 60, 64, is_drum=False)[0].pan == pytest.approx(pan)


def test_a_recording_is_cut_tuned_and_looped_as_it_says(tmp_path: Path) -> None:
    said = [(0, 5), (1, -10), (2, 3), (3, -4), (51, -2), (52, 11), (LOOPS, 1), (ROOT, 64), (56, 50)]
    font = write(tmp_path / "a.sf2", [[(51, 1), (INSTRUMENT, 0)]], [[*said, (SAMPLE, 0)]])
    [zone] = font.zones(5, 60, 64, is_drum=False)
    assert np.array_equal(zone.samples, RECORDING[105:890])
    assert (zone.rate_hz, zone.root, zone.cents_per_key) == (32000, 64, 50)
    assert zone.tune_cents == -100 + 11 - 7
    assert zone.loop == (303 - 105, 696 - 105)
    coarse = [(0, -32700), (4, 1), (LOOPS, 0), (2, 0)]
    font = write(tmp_path / "b.sf2", [[(INSTRUMENT, 0)]], [[*coarse, (SAMPLE, 0)]])
    [zone] = font.zones(5, 60, 64, is_drum=False)
    assert np.array_equal(zone.samples, RECORDING[168:900])
    assert zone.loop is None and zone.root == 60 and zone.cents_per_key == 100
    backwards = [(3, -500), (LOOPS, 1), (SAMPLE, 0)]
    font = write(tmp_path / "c.sf2", [[(INSTRUMENT, 0)]], [backwards])
    assert font.zones(5, 60, 64, is_drum=False)[0].loop is None


def test_what_a_zone_does_not_say_is_as_specified() -> None:
    zone = Zone(RECORDING, 8000, 60, 0.0, None, 0.0, 0.0, 100, {34: 7})
    told = {number: zone.get(number) for number in range(60) if zone.get(number)}
    times = (21, 23, 25, 26, 27, 28, 30, 33, 35, 36, 38)  # no time at all
    assert told == {8: 13500, 34: 7, 56: 100, 58: -1, **dict.fromkeys(times, -12000)}


def test_a_sample_of_a_sound_card_is_refused(tmp_path: Path) -> None:
    font = write(tmp_path / "a.sf2", [[(INSTRUMENT, 0)]], [[(SAMPLE, 0)]], kind=0x8001)
    with pytest.raises(InputError, match="sound card"):
        font.zones(5, 60, 64, is_drum=False)


@pytest.mark.parametrize("generator", [0, 1, 2, 3, 4, 12, 45, 46, 47, 50, 54, 57, 58])
def test_what_places_a_sample_is_its_instruments_alone(tmp_path: Path, generator: int) -> None:
    font = write(tmp_path / "a.sf2", [[(generator, 1), (INSTRUMENT, 0)]], [[(SAMPLE, 0)]])
    [zone] = font.zones(5, 60, 64, is_drum=False)
    assert generator not in zone.settings
    assert np.array_equal(zone.samples, RECORDING[100:900]) and zone.root == 60


def test_compressed_samples_are_decoded_once_when_they_play(tmp_path: Path) -> None:
    font = SoundFont(write_packed(tmp_path / "a.sf3"))
    [zone] = font.zones(5, 60, 64, is_drum=False)
    assert zone.loop == (300, 700) and len(zone.samples) == len(WAVE)  # loops count from its start
    assert np.corrcoef(zone.samples, WAVE)[0, 1] > 0.999
    [again] = font.zones(5, 72, 100, is_drum=False)
    assert np.shares_memory(again.samples, zone.samples)
    sampler = Sampler(tmp_path / "a.sf3", 32_000)
    left = sampler.note(5, 60, 127, 0.5)[0, 4000:15_000]  # in the loop, far behind the recording
    heard = np.abs(np.fft.rfft(left * np.hanning(len(left)))).argmax() * 32_000 / len(left)
    assert heard == pytest.approx(640 * 2 ** (-7 / 1200), abs=3)


def test_a_compressed_sample_that_is_none_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A whole stream, as far as its pages say, of something else than sound.
    page = b"OggS\0\4" + bytes(20) + b"\1\5" + b"hello"
    path = write_font(tmp_path / "b.sf3", kind=PACKED, sound=page, place=(0, len(page)))
    with pytest.raises(InputError, match=r"b\.sf3 cannot be decoded"):
        SoundFont(path).zones(5, 60, 64, is_drum=False)
    monkeypatch.setattr(soundfont, "_LONGEST_S", 0.1)
    with pytest.raises(InputError, match="claims 6400 values"):
        SoundFont(write_packed(tmp_path / "long.sf3")).zones(5, 60, 64, is_drum=False)
