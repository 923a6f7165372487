"""Music for a clip as editors and DAWs take it: markers, and stems on tracks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from musivid.core.progress import Reporter
from musivid.core.storage import write_atomic
from musivid.interchange.edit import Clip, Edit, EditLane, Grid, Media
from musivid.interchange.marks import Mark
from musivid.interchange.rpp import RPP_OUT
from musivid.interchange.timecode import Rate, TimecodeError, drops_frames, snapped
from musivid.interchange.writing import output_for, written
from musivid.media.frames import stated_timecode
from musivid.pipeline.bgm.composed import Composed
from musivid.pipeline.bgm.sound import RATE_HZ
from musivid.score.midi import write_midi

__all__ = ["music_edit", "write_markers", "write_project"]

_EXACT = 1_000_000_000  # parts of a second
_USUAL_FPS = Fraction(25)  # of a clip in memory
_NOTES, _PROJECT = "music.mid", "music.rpp"


def write_markers(composed: Composed, path: Path, reporter: Reporter) -> None:
    """Write parts, hits and cuts as markers on the clip's time code.

    Raises:
        UsageError: no such form. OutputError: it cannot be written.
        MissingError: an .otio without its library.
    """
    output = output_for(path, None)
    made = written(music_edit(composed, output.start_hours), output, path.absolute().parent)
    for text in made.notes:
        reporter.note(f"{path.name}: {text}")
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, made.data)


def write_project(composed: Composed, stems: Sequence[Path]) -> Path:
    """Write notes with tempo and markers, and a project of Reaper, which is returned, beside stems.

    Args:
        composed: the piece.
        stems: its players, in one folder.
    """
    folder = stems[0].parent
    project = folder / _PROJECT
    write_midi(composed.score, folder / _NOTES)
    edit = music_edit(composed)
    lanes = []
    for path in stems:
        media = Media(path, edit.length, channels=2, rate_hz=RATE_HZ)
        lanes.append(EditLane("audio", (Clip(media, Fraction(0), edit.length),), path.stem))
    edit = replace(edit, lanes=tuple(lanes))
    write_atomic(project, written(edit, RPP_OUT, folder).data)
    return project


def music_edit(composed: Composed, start_hours: int = 0) -> Edit:
    """A piece on a timeline of its clip: the clip's rate and time code, markers, beats.

    Args:
        composed: the piece.
        start_hours: the hour at which the timeline begins where neither the clip nor the files of
            hit points and cuts say it.
    """
    checked, score = composed.checked, composed.score
    fps = snapped(checked.info.fps) if checked.info else _USUAL_FPS
    own = stated_timecode(checked.job.clip) if checked.info else None
    label = own or checked.named.label or f"{start_hours:02d}:00:00:00"
    rate = Rate(fps, ";" in label and drops_frames(fps))
    unit = score.ticks_per_bar // score.beats_per_bar
    ticks = range(0, score.length_ticks + 1, unit)
    beats = [_exact(time) for time in score.times_s(list(ticks))]
    grid = Grid(tuple(beats), tuple(beats[:: score.beats_per_bar]), score.beat_unit)
    length = _exact(checked.duration_s)
    marks = sorted(_marks(composed, length), key=lambda mark: mark.time)
    return Edit(
        checked.job.clip.stem,
        rate,
        length,
        _start(label, rate),
        marks=tuple(marks),
        grid=grid,
    )


def _marks(composed: Composed, length: Fraction) -> Iterator[Mark]:
    score = composed.score
    bars = [section.start_bar for section in score.sections]
    for section, (first, last) in zip(score.sections, pairwise([*bars, score.bars]), strict=True):
        start, end = (_exact(score.time_s(bar * score.ticks_per_bar)) for bar in (first, last))
        if start < length:
            yield Mark(start, section.name, min(end, length), "section")
    for number, hit in enumerate(composed.checked.named.hits, start=1):
        yield replace(hit, name=hit.name or f"hit {number}", kind="hit", colour="")
    for number, time in enumerate(composed.plan.motion.cuts_s, start=1):
        yield Mark(_exact(float(time)), f"cut {number}", kind="cut")


def _start(label: str, rate: Rate) -> Fraction:
    """The first time code, or zero where it is none that counts at the rate."""
    try:
        return rate.seconds(label)
    except TimecodeError:
        return Fraction(0)


def _exact(time: float) -> Fraction:
    return Fraction(round(float(time) * _EXACT), _EXACT)
