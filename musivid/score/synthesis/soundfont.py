"""Reads SoundFont files: which recorded samples a program plays for a key, and how.

Generators and their units follow the SoundFont Technical Specification 2.04, sections 7 and 8; its
modulators are left alone. A compressed sample is decoded when it is first played. Used by
`sampler.py`.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from musivid.core.errors import InputError
from musivid.media.soundfonts import (
    BAG,
    GENERATOR,
    HEADER,
    INSTRUMENT,
    INSTRUMENT_ID,
    PACKED,
    ROM,
    SAMPLE,
    SAMPLE_ID,
    open_font,
)

__all__ = ["SoundFont", "Zone"]

_DRUM_BANK = 128  # of SoundFont 2.04, 7.2
# Generators (specification 8.1.2) whose two bytes are a range of keys or velocities.
_KEYS, _VELOCITIES = 43, 44
_LONGEST_S = 120  # of a compressed sample that is believed
# Values where a zone says nothing (8.1.3).
_DEFAULTS = {8: 13500, 21: -12000, 23: -12000, 33: -12000, 34: -12000, 35: -12000, 36: -12000,
             38: -12000, 25: -12000, 26: -12000, 27: -12000, 28: -12000, 30: -12000, 54: 0,
             56: 100, 58: -1}  # fmt: skip
# A preset's generators are added to the instrument's, but for those that name or place samples.
_ABSOLUTE = frozenset({0, 1, 2, 3, 4, 12, 41, 43, 44, 45, 46, 47, 50, 53, 54, 57, 58})


@dataclass(frozen=True, slots=True)
class Zone:
    """One sample of a note, with the settings that it is played with.

    Attributes:
        samples: int16 [n], the recording.
        rate_hz: its rate.
        root: the MIDI pitch that it was recorded at.
        tune_cents: how much higher it is to be played than its root says.
        loop: where the loop starts and ends, in samples; None plays once.
        pan: -1 (left) to 1 (right).
        attenuation_db: how much quieter than full.
        cents_per_key: 100 but for untuned percussion.
        settings: other generators by number, in the units of the specification.
    """

    samples: np.ndarray
    rate_hz: int
    root: int
    tune_cents: float
    loop: tuple[int, int] | None
    pan: float
    attenuation_db: float
    cents_per_key: int
    settings: dict[int, int]

    def get(self, generator: int) -> int:
        """Return a generator's value, or its default."""
        return self.settings.get(generator, _DEFAULTS.get(generator, 0))


@dataclass(slots=True)
class _Bag:
    """Generators of one zone as they are in the file."""

    values: dict[int, int]
    keys: tuple[int, int] = (0, 127)
    velocities: tuple[int, int] = (0, 127)

    def holds(self, pitch: int, velocity: int) -> bool:
        keys, velocities = self.keys, self.velocities
        return keys[0] <= pitch <= keys[1] and velocities[0] <= velocity <= velocities[1]


class SoundFont:
    """The presets of one SoundFont file."""

    def __init__(self, path: Path) -> None:
        """Read the file.

        Raises:
            InputError: not a SoundFont, or a damaged one.
        """
        self._path, chunks = path, open_font(path).chunks
        self._sound = chunks[b"smpl"]
        self._samples = np.frombuffer(self._sound[: len(self._sound) // 2 * 2], "<i2")
        self._unpacked: dict[int, np.ndarray] = {}
        self._sample_headers = list(SAMPLE.iter_unpack(chunks[b"shdr"]))
        self._instruments = [
            _bags(chunks, b"i", first, last)
            for first, last in _spans(INSTRUMENT.iter_unpack(chunks[b"inst"]), 1)
        ]
        headers = list(HEADER.iter_unpack(chunks[b"phdr"]))
        self._presets = {
            (header[2], header[1]): _bags(chunks, b"p", first, last)
            for header, (first, last) in zip(headers, _spans(headers, 3), strict=False)
        }

    def zones(self, program: int, pitch: int, velocity: int, *, is_drum: bool) -> list[Zone]:
        """Return the samples that sound together for one note; empty where the preset has none."""
        found: list[Zone] = []
        shared, *layers = self._preset(program, is_drum)
        for layer in layers:
            if not layer.holds(pitch, velocity):
                continue
            whole, *parts = self._instruments[layer.values[INSTRUMENT_ID]]
            added = {**shared.values, **layer.values}
            for part in parts:
                if part.holds(pitch, velocity):
                    found.append(self._zone({**whole.values, **part.values}, added))
        return found

    def _preset(self, program: int, is_drum: bool) -> list[_Bag]:
        bank = _DRUM_BANK if is_drum else 0
        for key in ((bank, program), (bank, 0)):
            if key in self._presets:
                return self._presets[key]
        return [_Bag({})]

    def _zone(self, values: dict[int, int], added: dict[int, int]) -> Zone:
        merged = dict(values)
        for generator, value in added.items():
            if generator not in _ABSOLUTE:
                merged[generator] = value + merged.get(generator, _DEFAULTS.get(generator, 0))
        _, first, last, loop_start, loop_end, rate, root, tune, _, kind = self._sample_headers[
            merged[SAMPLE_ID]
        ]
        if kind & ROM:
            raise InputError("a sample of the SoundFont is in a sound card's own memory")
        recording = self._samples
        if kind & PACKED:
            recording = self._decoded(first, last)
            first, last = 0, len(recording)
        get = merged.get
        first += get(0, 0) + 32768 * get(4, 0)
        last += get(1, 0) + 32768 * get(12, 0)
        loop = (
            loop_start + get(2, 0) + 32768 * get(45, 0) - first,
            loop_end + get(3, 0) + 32768 * get(50, 0) - first,
        )
        if get(58, -1) >= 0:
            root = merged[58]
        return Zone(
            samples=recording[first:last],
            rate_hz=rate,
            root=root,
            tune_cents=100 * get(51, 0) + get(52, 0) + tune,
            loop=loop if get(54, 0) & 1 and 0 <= loop[0] < loop[1] - 1 else None,
            pan=max(-1.0, min(1.0, get(17, 0) / 500)),
            # Synthesisers since the first sound cards apply 0.4 of it; files are made for that.
            attenuation_db=0.4 * max(0, get(48, 0)) / 10,
            cents_per_key=get(56, 100),
            settings=merged,
        )

    def _decoded(self, first: int, last: int) -> np.ndarray:
        """A compressed sample that lies between these bytes: int16 [n].

        Raises:
            InputError: it cannot be decoded, or is longer than is believed.
        """
        if first not in self._unpacked:
            import soundfile

            try:
                with soundfile.SoundFile(io.BytesIO(self._sound[first:last])) as file:
                    if file.frames > _LONGEST_S * file.samplerate:
                        raise ValueError(f"it claims {file.frames} values")
                    found = file.read(dtype="int16", always_2d=True)[:, 0]
            except (soundfile.LibsndfileError, RuntimeError, ValueError) as error:
                raise InputError(
                    f"a sample of the SoundFont {self._path} cannot be decoded: {error}",
                    hint="The file is damaged: fetch it again, or give another one.",
                ) from None
            self._unpacked[first] = np.ascontiguousarray(found)
        return self._unpacked[first]


def _spans(records: Any, field: int) -> list[tuple[int, int]]:
    """Return the first and last-but-one bag of each record but the closing one."""
    firsts = [record[field] for record in records]
    return list(itertools.pairwise(firsts))


def _bags(chunks: Mapping[bytes, memoryview], kind: bytes, first: int, last: int) -> list[_Bag]:
    """Return the zones of a preset (`p`) or instrument (`i`); the first is what all share."""
    target = INSTRUMENT_ID if kind == b"p" else SAMPLE_ID
    found: list[_Bag] = []
    for index in range(first, last):
        begin, _ = BAG.unpack_from(chunks[kind + b"bag"], index * BAG.size)
        end, _ = BAG.unpack_from(chunks[kind + b"bag"], (index + 1) * BAG.size)
        bag = _Bag({})
        for generator in range(begin, end):
            number, amount = GENERATOR.unpack_from(
                chunks[kind + b"gen"], generator * GENERATOR.size
            )
            if number == _KEYS:
                bag.keys = (amount & 255, amount >> 8)
            elif number == _VELOCITIES:
                bag.velocities = (amount & 255, amount >> 8)
            elif number in (INSTRUMENT_ID, SAMPLE_ID):
                bag.values[number] = amount
            else:
                bag.values[number] = amount - 65536 if amount >= 32768 else amount
        if target in bag.values or index == first:
            found.append(bag)
    if not found or target in found[0].values:
        found.insert(0, _Bag({}))
    return found
