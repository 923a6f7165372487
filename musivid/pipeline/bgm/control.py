"""Control rows as published: what CMT's and BMT's scripts make of a film, written and read.

An npz file with `input`, int64 [rows, 6]. CMT's columns are beat (17 a bar, 1 to 16 a sixteenth),
density and one, strength, sixteenth, sixteenths of the film, percent and one
(`video2npz/metadata2numpy_mix.py` of wzk1015/video-bgm-generation); BMT's are tempo, bar, type,
strength, density, percent (the file of that name in binghuang21/BM-Transformer). CMT's rows say no
tempo, BMT's not on which sixteenths visual beats fall.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from musivid.core.arrays import NoArray, load_arrays
from musivid.core.errors import InputError
from musivid.core.storage import write_atomic
from musivid.media.containers import check_file
from musivid.pipeline.bgm.metadata import Metadata, VisualBeat
from musivid.score.bmt.vocabulary import PUBLISHED_VOCABULARY
from musivid.score.control_rows import (
    TICKS_PER_BAR,
    WEAKEST_BEAT,
    BarControl,
    Hit,
    density_class,
    flow_of_class,
    strength_class,
    weight_of_class,
)

__all__ = [
    "Control",
    "Family",
    "bmt_rows",
    "cmt_rows",
    "read_control",
    "rows_for",
    "write_control",
]

Rows = NDArray[np.int64]
Family = Literal["cmt", "bmt"]
"""Whose rows: CMT's or BMT's."""

_COLUMNS = 6
_BAR = 17  # CMT: value of the beat that opens a bar
_METRICAL, _RHYTHM = 2, 4  # BMT: types of its tokens
_BPM = (20, 400)  # tempi that are believed
_MOST_BARS = 100_000  # that are believed
_MOST_ROWS = 200_000  # an hour has ten thousand
_HINT = "Give an npz of metadata2numpy_mix.py, of CMT or BMT, or one of --save-control."


@dataclass(frozen=True, slots=True)
class Control:
    """What a file of control rows asks for.

    Attributes:
        family: whose rows they are.
        bars: what each bar is asked for; a density of 0 leaves a BMT bar to the model.
        length_ticks: sixteenths of the film, of CMT's rows; 0 where they are BMT's.
        tempo_bpm: of BMT's rows; 0 where they are CMT's, which say none.
    """

    family: Family
    bars: tuple[BarControl, ...]
    length_ticks: int = 0
    tempo_bpm: float = 0.0

    def tempo_for(self, duration_s: float, wished_bpm: float | None = None) -> float:
        """The tempo at which the rows fill a film, in beats a minute.

        Of CMT's rows it is known to a sixteenth of the film's length.

        Raises:
            InputError: they are of a film of another length.
        """
        if self.tempo_bpm:
            return self.tempo_bpm
        bpm = wished_bpm or self.length_ticks * 15 / duration_s
        sixteenths = math.ceil(duration_s / 60 * bpm * 4 - 1e-6)
        if abs(sixteenths - self.length_ticks) > 1 or not _BPM[0] <= bpm <= _BPM[1]:
            raise InputError(
                f"control rows of {self.length_ticks} sixteenths are not of a clip of "
                f"{duration_s:.2f} s at {bpm:.4g} bpm",
                hint="Give those of this clip, and the --tempo that they were made for.",
            )
        return bpm

    def controls(self, count: int, weakest: float = WEAKEST_BEAT) -> list[BarControl]:
        """What so many bars are asked for; nothing beyond the last that is in the file.

        Args:
            count: bars of the music.
            weakest: weight of visual beats that are answered; CMT's rows know its class.
        """
        least = strength_class(weakest)
        known = [
            replace(bar, hits=tuple(hit for hit in bar.hits if hit.strength >= least))
            for bar in self.bars[:count]
        ]
        return known + [BarControl(0, energy=_MIDDLING)] * (count - len(known))

    def metadata(self, duration_s: float, tempo_bpm: float) -> Metadata:
        """The film that these rows speak of, as far as they tell."""
        bar_s = 240 / tempo_bpm
        beats = tuple(
            VisualBeat.at(bar_s * (n + hit.tick / TICKS_PER_BAR), weight, tempo_bpm)
            for n, bar in enumerate(self.bars)
            for hit in bar.hits
            if (weight := weight_of_class(hit.strength)) >= 0
        )
        return Metadata(duration_s, tempo_bpm, beats, tuple(bar.energy for bar in self.bars))


_MIDDLING = flow_of_class(8)  # of bars whose motion no row tells


def rows_for(family: Family, facts: Metadata, weakest: float | None = None) -> Rows:
    """The rows of a film for one of the systems; BMT's answer beats of 0.2 where none is said."""
    return (
        cmt_rows(facts) if family == "cmt" else bmt_rows(facts, 0.2 if weakest is None else weakest)
    )


def cmt_rows(facts: Metadata) -> Rows:
    """What CMT's script makes of a film: int64 [rows, 6]."""
    length = math.ceil(facts.duration / 60 * facts.tempo * 4)
    flows = facts.flow_magnitude_per_bar or (0.0,)

    def row(beat: int, density: int, strength: int, tick: int) -> list[int]:
        return [beat, density, strength, tick, length, round(tick / length * 100) + 1]

    def bars(first: int, end: int) -> Iterator[list[int]]:
        for bar in range(first, end):
            flow = flows[min(bar, len(flows) - 1)]
            yield row(_BAR, density_class(flow) + 1, 0, bar * TICKS_PER_BAR)

    rows: list[list[int]] = []
    told = 0
    for beat in facts.vbeats:
        rows += bars(told, beat.bar + 1)
        told = max(told, beat.bar + 1)
        tick = beat.bar * TICKS_PER_BAR + beat.tick
        rows.append(row(beat.tick + 1, 0, strength_class(beat.weight), tick))
    rows += bars(told, len(flows))
    return np.array(rows, np.int64).reshape(-1, _COLUMNS)


def bmt_rows(facts: Metadata, weakest: float = 0.2) -> Rows:
    """What BMT's script makes of a film: int64 [rows, 6].

    Bars count at the tempo of the vocabulary that is nearest, as published; those behind the last
    visual beat have no rows.
    """
    tempo = int(str(PUBLISHED_VOCABULARY.tempo(facts.tempo)).rpartition("_")[2])
    beats = [VisualBeat.at(beat.start_time, beat.weight, tempo) for beat in facts.vbeats]
    rows: list[list[int]] = []
    told = 0
    for bar in sorted({beat.bar for beat in beats}):
        inside = [beat for beat in beats if beat.bar == bar]
        # Bars that were passed over stand where the beat behind them stands, as published.
        share = int(inside[0].start_time * 100 // facts.duration)
        rows += [[tempo, n, _METRICAL, 0, 0, share] for n in range(told, bar + 1)]
        told = bar + 1
        strong = [beat for beat in inside if beat.weight >= weakest]
        if strong:
            rows.append([tempo, bar, _RHYTHM, 0, len(strong), share])
        for beat in strong:
            share_there = int(beat.start_time * 100 // facts.duration)
            strength = strength_class(beat.weight)
            rows.append([tempo, bar, _RHYTHM, strength, 0, share_there])
    return np.array(rows, np.int64).reshape(-1, _COLUMNS)


def write_control(path: Path, rows: Rows) -> None:
    """Write rows as the published scripts do.

    Raises:
        OutputError: the file cannot be written.
    """
    data = io.BytesIO()
    np.savez(data, allow_pickle=False, input=rows)
    write_atomic(path, data.getvalue())


def read_control(path: Path) -> Control:
    """What a file of rows asks for; whose rows they are is told by their first number.

    Raises:
        InputError: missing, damaged, or no rows of either system.
    """
    check_file(path, "control rows")
    try:
        rows = load_arrays(path, ["input"])["input"]
    except NoArray as error:
        raise _wrong(path, f"cannot be read: {error}") from None
    if rows.ndim != 2 or rows.shape[1] != _COLUMNS or rows.dtype.kind not in "iu" or not len(rows):
        raise _wrong(path, f"has {rows.dtype} {list(rows.shape)}, not integers [rows, {_COLUMNS}]")
    if len(rows) > _MOST_ROWS:
        raise _wrong(path, f"has {len(rows):,} rows; {_MOST_ROWS:,} are the most")
    rows = rows.astype(np.int64)
    if int(rows[0, 0]) == _BAR:
        return _read_cmt(path, rows)
    return _read_bmt(path, rows)


def _read_cmt(path: Path, rows: NDArray[np.integer]) -> Control:
    bars: list[BarControl] = []
    for number, (beat, density, strength) in enumerate(rows[:, :3].tolist()):
        if beat == _BAR and 1 <= density <= TICKS_PER_BAR + 1:
            bars.append(BarControl(density - 1, energy=flow_of_class(density - 1)))
        elif 1 <= beat <= TICKS_PER_BAR and 0 <= strength <= 10:
            # Two visual beats on one sixteenth: the stronger one counts.
            same = [hit.strength for hit in bars[-1].hits if hit.tick == beat - 1]
            others = [hit for hit in bars[-1].hits if hit.tick != beat - 1]
            hits = sorted([*others, Hit(beat - 1, max(strength, *same, 0))])
            bars[-1] = replace(bars[-1], hits=tuple(hits))
        else:
            raise _wrong(path, f"has no row of CMT at {number}: {rows[number].tolist()}")
    length = int(rows[0, 4])
    if not 1 <= length <= _MOST_BARS * TICKS_PER_BAR:
        raise _wrong(path, f"is of a film of {length} sixteenths")
    return Control("cmt", tuple(bars), length_ticks=length)


def _read_bmt(path: Path, rows: NDArray[np.integer]) -> Control:
    tempi, numbers = rows[:, 0], rows[:, 1]
    if not _BPM[0] <= int(tempi[0]) <= _BPM[1] or (tempi != tempi[0]).any():
        raise _wrong(path, f"has no tempo in its first column: {tempi[:4].tolist()}")
    if numbers.min() < 0 or numbers.max() >= _MOST_BARS or (np.diff(numbers) < 0).any():
        raise _wrong(path, "has bars that do not ascend in its second column")
    bars = [BarControl(0, energy=_MIDDLING)] * (int(numbers[-1]) + 1)
    for number, (bar, kind, strength, density) in enumerate(rows[:, 1:5].tolist()):
        if kind not in (_METRICAL, _RHYTHM) or not (0 <= strength <= 18 and 0 <= density <= 32):
            raise _wrong(path, f"has no row of BMT at {number}: {rows[number].tolist()}")
        if density:
            bars[bar] = replace(bars[bar], density=min(density, TICKS_PER_BAR))
        elif strength:
            bars[bar] = replace(bars[bar], strengths=(*bars[bar].strengths, strength))
    return Control("bmt", tuple(bars), tempo_bpm=float(tempi[0]))


def _wrong(path: Path, problem: str) -> InputError:
    return InputError(f"{path} {problem}", hint=_HINT)
