"""Beats that somebody corrected in an editor, in the place of those that were heard."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.sections import find_sections
from musivid.analysis.sound import SoundFacts
from musivid.core.errors import InputError
from musivid.core.paths import expanded
from musivid.interchange.marks import Mark
from musivid.interchange.reading import MediaClock, Wish, read_marks
from musivid.interchange.timecode import parse_rate
from musivid.media.containers import check_file

__all__ = ["BeatFile", "beat_file", "check_beats", "with_beats"]

Times = NDArray[np.float64]

_BAR = re.compile(r"(?:down ?beat|bar|takt|mesure|comp[áa]s)s?\s*(\d{0,6})", re.IGNORECASE)
_BEAT = re.compile(r"(?:beat|schlag|temps)s?\s*[\d.:]*", re.IGNORECASE)
_PART = re.compile(r"(?:part|section)\s*\d*", re.IGNORECASE)
_JOINED = " / "  # between names of markers that share a frame, as we write them for Resolve
_LEAST = 2  # beats that say how fast it goes
_SAME_S = 0.03  # moments nearer than this are one beat
_MOST_BPM = 1000.0  # beats a minute: no music is that fast, but labels of another rate may seem so
_MOST_LEFT_OUT = 64  # bars between two that have numbers
_ANY_LENGTH_S = 1e6  # of a song of which only a part is there


@dataclass(frozen=True, slots=True)
class BeatFile:
    """A file of markers that says where beats are.

    Attributes:
        path: the file, of any kind that `interchange.formats` has.
        fps: frame rate of its time codes, as 29.97df; None: as it says itself.
    """

    path: Path
    fps: str | None = None


def beat_file(path: Path | str | None, fps: str | None = None) -> BeatFile | None:
    """A file that may not have been given."""
    return None if path is None else BeatFile(expanded(path).absolute(), fps)


def check_beats(file: BeatFile | None) -> None:
    """Read a file of beats, if there is one, before anything is heard.

    What lies beyond the song is told later, when its length is known.

    Raises:
        InputError: it cannot be read.
        MissingError: an .otio without its library.
    """
    if file is not None:
        check_file(file.path, "beats")
        _read(file, MediaClock("the song", _ANY_LENGTH_S, kind="the song"))


def with_beats(
    facts: SoundFacts, file: BeatFile, *, start_s: float = 0.0, is_part: bool = False
) -> SoundFacts:
    """The same facts with the beats, bars and sections of a file.

    Markers that are called beats or bars are meant; where none is, all are beats. Bars alone are
    divided as the song was heard to be; beats without bars get those that were heard. Sections
    are found anew on the new bars, unless the file has parts as well.

    Args:
        facts: what was heard.
        file: what is right, on the clock of the whole song.
        start_s: where in the song the facts begin.
        is_part: whether they end before the song, so that marks may lie beyond.

    Raises:
        InputError: it cannot be read, has marks beyond the song, or fewer than two beats.
        MissingError: an .otio without its library.
    """
    song = MediaClock("the song", start_s + facts.duration_s, kind="the song")
    read = _read(file, replace(song, duration_s=_ANY_LENGTH_S) if is_part else song)
    marks = [mark.later(-Fraction(start_s)) for mark in read]
    bars, beats = _named(marks)
    if not len(beats):
        beats = _divided(bars, facts)
    elif not len(bars):
        bars = _heard_bars(beats, facts)
    beats, bars = (times[(times >= 0) & (times <= facts.duration_s)] for times in (beats, bars))
    if len(beats) < _LEAST:
        raise InputError(
            f"{file.path} has {len(beats)} beats of what is heard",
            hint="It takes two to say how fast a song goes.",
        )
    tempo = 60.0 / float(np.median(np.diff(beats)))
    if tempo > _MOST_BPM:
        raise InputError(f"{file.path}: beats are {60 / tempo:.3f} s apart")
    parts = _times(mark for mark in marks if mark.kind == "section" or _is(mark, _PART))
    parts = parts[(parts > _SAME_S) & (parts < facts.duration_s)]
    sections = find_sections(facts.spectrum, beats, bars)
    return replace(
        facts,
        tempo_bpm=tempo,
        rival_bpm=0.0,
        beats_s=beats,
        beat_confidence=1.0,
        downbeats_s=bars,
        beats_per_bar=_metre(beats, bars, facts.beats_per_bar),
        bar_confidence=1.0,
        sections_s=np.concatenate([[0.0], parts]) if len(parts) else sections,
    )


def _read(file: BeatFile, song: MediaClock) -> tuple[Mark, ...]:
    """The marks of a file.

    Raises:
        InputError: as `read_marks` has it, with the flag that is there.
    """
    try:
        rate = parse_rate(file.fps) if file.fps else None
        return read_marks(file.path, song, Wish("markers", rate)).marks
    except InputError as error:
        hint = (error.hint or "").replace("--fps", "--beats-fps")
        # A song begins where its file does: no command has a flag for another beginning of it.
        hint = hint.replace("name its --start, and", "write it from there on, and name")
        hint = hint.replace("--hit-from cuts", "an export of its markers")
        raise InputError(error.problem, hint=hint) from None


def _named(marks: Sequence[Mark]) -> tuple[Times, Times]:
    """The first beats of bars, and all beats; empty where there are none."""
    bars = [mark for mark in marks if mark.kind == "bar" or _is(mark, _BAR)]
    beats = [mark for mark in marks if mark.kind == "beat" or _is(mark, _BEAT)]
    if not bars and not beats:
        return np.empty(0), _times(mark for mark in marks if mark.end is None)
    return _all_bars(bars), _times([*bars, *beats]) if beats else np.empty(0)


def _is(mark: Mark, pattern: re.Pattern[str]) -> bool:
    return any(pattern.fullmatch(part.strip()) for part in mark.name.split(_JOINED))


def _times(marks: Iterable[Mark]) -> Times:
    """When marks are, ascending, each moment once."""
    times = np.array(sorted(float(mark.time) for mark in marks))
    return times[np.diff(times, prepend=-1.0) > _SAME_S]


def _all_bars(marks: Sequence[Mark]) -> Times:
    """When bars begin; of those that numbers show to be left out, evenly between."""
    times: list[float] = []
    before: int | None = None
    for mark in marks:
        number = _number(mark)
        left_out = number - before - 1 if number is not None and before is not None else 0
        if 0 < left_out < _MOST_LEFT_OUT:
            times += np.linspace(times[-1], float(mark.time), left_out + 2)[1:-1].tolist()
        times.append(float(mark.time))
        before = number
    return np.array(times)


def _number(mark: Mark) -> int | None:
    found = (_BAR.fullmatch(part.strip()) for part in mark.name.split(_JOINED))
    return next((int(one[1]) for one in found if one and one[1]), None)


def _divided(bars: Times, facts: SoundFacts) -> Times:
    """The beats of bars: as many each as the song was heard to have, evenly."""
    if len(bars) < _LEAST:
        return bars
    metre = facts.beats_per_bar
    places = np.arange((len(bars) - 1) * metre + 1) / metre
    beats = np.interp(places, np.arange(len(bars)), bars)
    before = beats[0] - np.arange(metre - 1, 0, -1) * (bars[1] - bars[0]) / metre
    after = beats[-1] + np.arange(1, metre) * (bars[-1] - bars[-2]) / metre
    return np.concatenate([before[before >= 0], beats, after[after <= facts.duration_s]])


def _heard_bars(beats: Times, facts: SoundFacts) -> Times:
    """First beats of bars: those of the phase that most of the heard ones are near to."""
    metre, heard = facts.beats_per_bar, facts.downbeats_s
    if not len(heard):
        return beats[::metre]
    nearest = np.abs(beats[:, None] - heard).argmin(0)
    phase = int(np.bincount(nearest % metre, minlength=metre).argmax())
    return beats[phase::metre]


def _metre(beats: Times, bars: Times, heard: int) -> int:
    """How many beats most bars have."""
    if len(bars) < _LEAST:
        return heard
    counts = np.diff(np.searchsorted(beats, bars - _SAME_S))
    return max(1, int(np.bincount(counts).argmax()))
