"""Piano rolls of the Lakh Pianoroll Dataset (LPD) as scores: sparse `.npz` files of pypianoroll.

`info.json` holds steps a beat and the tracks; `pianoroll_N_csc_data`, `_indices` and `_indptr` the
velocities of track N, steps down and pitches across; `tempo` and `downbeat` have a value each step.
A roll does not tell one long note from several without a gap: a run of steps is one note.
"""

from __future__ import annotations

import itertools
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from musivid.core.arrays import NO_ARCHIVE, load_arrays
from musivid.core.errors import InputError
from musivid.core.plain_json import parse_json
from musivid.core.progress import Reporter
from musivid.score.midi import read_midi
from musivid.score.notes import TICKS_PER_BEAT, Note, Score, TempoChange, TrackNotes

__all__ = ["is_pianoroll", "read_pianoroll", "read_score"]

_INFO = "info.json"
_TRACK = re.compile("0|[1-9][0-9]{0,5}")  # what it calls a track
_MAX_INFO_BYTES = 1_000_000  # of info.json; published ones have some hundred
_MAX_TRACKS = 256  # players of a song; LPD-5 has five
_MAX_STEPS = 10_000_000  # a day at 24 steps a beat and 120 beats a minute has four million
_PITCHES = 128  # of MIDI
_DEFAULT_BPM = 120.0  # beats a minute where the file has none, as MIDI has it
_SLOWEST_BPM, _FASTEST_BPM = 5.0, 1000.0  # others are no tempi
_HINT = "Give a piano roll as pypianoroll saves it, such as a file of LPD-5."


def is_pianoroll(path: Path) -> bool:
    """Whether a file is an archive that says of itself what piano rolls say."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _INFO in archive.namelist()
    except NO_ARCHIVE:
        return False


def read_pianoroll(path: Path) -> Score:
    """The score of a piano roll, on 480 ticks a beat.

    Where bars begin is said by `downbeat`; a first bar that is shorter becomes the end of a whole
    one. Without it a piece is in 4/4, and without `tempo` at 120.

    Raises:
        InputError: missing, damaged, of another layout, or larger than is believed.
    """
    try:
        info = _info(path)
        names = [n for n in _names(path) if n.startswith(("pianoroll_", "tempo", "downbeat"))]
        arrays = load_arrays(path, names)
        return _score(info, arrays)
    except NO_ARCHIVE as error:
        raise InputError(f"{path} cannot be read as a piano roll: {error}", hint=_HINT) from None


def read_score(path: Path, reporter: Reporter | None = None) -> Score:
    """The score of a MIDI file or a piano roll; see `read_midi` and `read_pianoroll`.

    Raises:
        InputError: it cannot be read.
    """
    return read_pianoroll(path) if path.suffix.lower() == ".npz" else read_midi(path, reporter)


@dataclass(frozen=True, slots=True)
class _Info:
    """What `info.json` says: steps a beat, and number, program, drums and name of each track."""

    resolution: int
    tracks: tuple[tuple[int, int, bool, str], ...]


def _names(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return [name.removesuffix(".npy") for name in archive.namelist() if name.endswith(".npy")]


def _info(path: Path) -> _Info:
    with zipfile.ZipFile(path) as archive:
        if _INFO not in archive.namelist():
            raise ValueError(f"there is no {_INFO} in it")
        with archive.open(_INFO) as file:
            text = file.read(_MAX_INFO_BYTES + 1)
    facts = parse_json(text) if len(text) <= _MAX_INFO_BYTES else None
    if not isinstance(facts, dict):
        raise ValueError(f"its {_INFO} says nothing of tracks")
    resolution = facts.get("resolution", facts.get("beat_resolution"))
    if type(resolution) is not int or not 1 <= resolution <= TICKS_PER_BEAT:
        raise ValueError(f"it has {resolution!r} steps a beat")
    numbers = sorted(int(key) for key in facts if _TRACK.fullmatch(key))
    if len(numbers) > _MAX_TRACKS:
        raise ValueError(f"it has {len(numbers)} tracks")
    return _Info(resolution, tuple(_track_facts(n, facts[str(n)]) for n in numbers))


def _track_facts(number: int, facts: Any) -> tuple[int, int, bool, str]:
    program = facts.get("program") if isinstance(facts, dict) else None
    if type(program) is not int or not 0 <= program < 128:
        raise ValueError(f"track {number} has no program 0..127")
    return number, program, bool(facts.get("is_drum")), str(facts.get("name") or "")


def _score(info: _Info, arrays: Mapping[str, NDArray[Any]]) -> Score:
    downbeats = np.flatnonzero(arrays.get("downbeat", np.zeros(0)))
    beats, later = _metre(downbeats, info.resolution)
    tempi = _tempi(arrays.get("tempo", np.zeros(0)), info.resolution, later)
    tracks, last = [], 0
    for number, program, is_drum, name in info.tracks:
        notes = tuple(sorted(_notes(arrays, number, info.resolution, later)))
        last = max(last, *(note.end for note in notes), 0)
        tracks.append(TrackNotes(name, program, is_drum, notes))
    bars = max(-(-last // (beats * TICKS_PER_BEAT)), 1)
    return Score(
        tuple(tracks), tempi[0].bpm, bars, beats_per_bar=beats, tempo_changes=tuple(tempi[1:])
    )


def _metre(downbeats: NDArray[np.int64], resolution: int) -> tuple[int, int]:
    """Beats of the commonest bar, and how many steps are missing in the first one."""
    spans, counts = np.unique(np.diff(downbeats), return_counts=True)
    if not len(spans):
        return 4, 0
    longest = int(spans[counts.argmax()])
    if longest % resolution or longest > 16 * resolution:
        raise ValueError(f"its bars have {longest} steps, with {resolution} a beat")
    upbeat = int(downbeats[0]) % longest
    return longest // resolution, (longest - upbeat) % longest


def _tempi(steps: NDArray[Any], resolution: int, later: int) -> list[TempoChange]:
    """The tempo at the start and what it changes to."""
    if steps.ndim != 1 or (len(steps) and steps.dtype.kind not in "iuf"):
        raise ValueError("its tempo has not one number a step")
    values = np.round(steps.astype(np.float64), 3)
    good = np.isfinite(values) & (values >= _SLOWEST_BPM) & (values <= _FASTEST_BPM)
    places, values = np.flatnonzero(good), values[good]
    if not len(values):
        return [TempoChange(0, _DEFAULT_BPM)]
    fresh = np.flatnonzero(np.diff(values, prepend=np.nan) != 0)
    found = [
        TempoChange(_ticks(int(places[i]) + later, resolution), float(values[i])) for i in fresh
    ]
    return [TempoChange(0, found[0].bpm), *found[1:]]


def _notes(
    arrays: Mapping[str, NDArray[Any]], number: int, resolution: int, later: int
) -> Iterator[Note]:
    """Notes of a track: runs of steps that sound, each at the mean of its velocities."""
    parts = [arrays.get(f"pianoroll_{number}_csc_{part}") for part in ("data", "indices", "indptr")]
    data, steps, starts = parts
    if data is None or steps is None or starts is None:
        raise ValueError(f"the roll of track {number} is missing")
    _check_roll(number, data, steps, starts)
    for pitch, (first, end) in enumerate(itertools.pairwise(starts.tolist())):
        loud = data[first:end].astype(np.float64)
        at, which = np.unique(steps[first:end][loud > 0].astype(np.int64), return_index=True)
        cuts = np.flatnonzero(np.diff(at) != 1) + 1
        for run, velocities in zip(
            np.split(at, cuts), np.split(loud[loud > 0][which], cuts), strict=True
        ):
            if len(run):
                start, stop = (_ticks(int(n) + later, resolution) for n in (run[0], run[-1] + 1))
                velocity = min(max(round(float(velocities.mean())), 1), 127)
                yield Note(start, stop - start, pitch, velocity)


def _check_roll(number: int, data: NDArray[Any], steps: NDArray[Any], starts: NDArray[Any]) -> None:
    """Refuse what is no sparse matrix of 128 columns."""
    kinds = data.dtype.kind in "biuf" and steps.dtype.kind in "iu" and starts.dtype.kind in "iu"
    flat = data.ndim == steps.ndim == starts.ndim == 1 and len(data) == len(steps)
    if not kinds or not flat or len(starts) != _PITCHES + 1:
        raise ValueError(f"the roll of track {number} is no sparse matrix of {_PITCHES} pitches")
    rising = bool((np.diff(starts.astype(np.int64)) >= 0).all())
    whole = rising and starts[0] == 0 and starts[-1] == len(data)
    if not whole or (len(steps) and not 0 <= int(steps.min()) <= int(steps.max()) < _MAX_STEPS):
        raise ValueError(f"the roll of track {number} points beyond itself")
    if not np.isfinite(data).all():
        raise ValueError(f"the roll of track {number} has velocities that are no numbers")


def _ticks(step: int, resolution: int) -> int:
    return step * TICKS_PER_BEAT // resolution
