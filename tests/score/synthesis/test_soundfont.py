"""SoundFonts read by the letter of the specification, from files written here."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from musivid.core.errors import InputError
from musivid.score.synthesis.soundfont import SoundFont, Zone

RECORDING = np.arange(1000, dtype="<i2")
PAN, ATTENUATION, INSTRUMENT, SAMPLE = 17, 48, 41, 53
KEYS, VELOCITIES, LOOPS, ROOT = 43, 44, 54, 58
Generators = Sequence[tuple[int, int]]


def chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def records(kind: bytes, zones: Sequence[Generators]) -> bytes:
    """The bags and generators of one preset (`p`) or instrument (`i`), closed as they must be."""
    starts = np.cumsum([0, *map(len, zones)])
    bags = b"".join(struct.pack("<HH", start, 0) for start in starts)
    listed = [pair for zone in zones for pair in zone]
    generators = b"".join(struct.pack("<Hh", *pair) for pair in [*listed, (0, 0)])
    return chunk(kind + b"bag", bags) + chunk(kind + b"gen", generators)


def write(
    path: Path, preset: Sequence[Generators], instrument: Sequence[Generators], *, kind: int = 1
) -> SoundFont:
    """A file of one preset (program 5, bank 0) of one instrument of one sample."""
    header = struct.Struct("<20sHHHIII")
    headers = header.pack(b"one", 5, 0, 0, 0, 0, 0)
    headers += header.pack(b"EOP", 0, 0, len(preset), 0, 0, 0)
    names = struct.pack("<20sH", b"one", 0) + struct.pack("<20sH", b"EOI", len(instrument))
    sample = struct.pack("<20sIIIIIBbHH", b"one", 100, 900, 300, 700, 32000, 60, -7, 0, kind)
    hydra = b"".join([
        b"pdta", chunk(b"phdr", headers), records(b"p", preset), chunk(b"inst", names),
        records(b"i", instrument), chunk(b"shdr", sample + bytes(46)),
    ])  # fmt: skip
    # An odd chunk before the others: the next begins at an even place.
    info = chunk(b"LIST", b"INFO" + chunk(b"INAM", b"odd"))
    sound = chunk(b"LIST", b"sdta" + chunk(b"smpl", RECORDING.tobytes()))
    data = b"sfbk" + info + sound + chunk(b"LIST", hydra)
    path.write_bytes(b"RIFF" + struct.pack("<I", len(data)) + data)
    return SoundFont(path)


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
