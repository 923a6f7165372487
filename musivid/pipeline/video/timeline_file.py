"""A film as a timeline for editors: cut at its scenes, with its song, lines and markers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from musivid.core.errors import UsageError
from musivid.core.outputs import check_apart, check_output
from musivid.core.progress import Reporter
from musivid.core.storage import write_atomic
from musivid.core.timeline import Cue
from musivid.farm.packing import relocated
from musivid.interchange.edit import Clip, Edit, EditLane, Media
from musivid.interchange.marks import Mark
from musivid.interchange.otio import opentimelineio
from musivid.interchange.timecode import Rate
from musivid.interchange.writing import output_for, written
from musivid.media.audio import probe_audio
from musivid.media.kinds import PICTURE
from musivid.media.lyrics.writing import write_cues
from musivid.pipeline.video.job import CheckedJob, VideoJob, files_read
from musivid.pipeline.video.plan import VideoPlan

if TYPE_CHECKING:
    from musivid.analysis.sound import SoundFacts
    from musivid.living.plan import Place

__all__ = ["check_timeline", "film_edit", "write_timeline"]

_EXACT = 1_000_000  # parts of a second: what is heard is never more exact
_STEREO = 2  # channels of a film's sound
_SUBTITLES = ".srt"


def check_timeline(job: VideoJob, *, force: bool = False) -> None:
    """Check where the timeline of a job is to be written.

    Raises:
        UsageError: not of a form that holds clips, or there is no film to cut.
        OutputError: it is there already, or would overwrite what is read or made.
        MissingError: an .otio without its library.
    """
    if job.timeline is None:
        return
    output = output_for(job.timeline, None, clips=True)
    if output.suffix == ".otio":
        opentimelineio()
    if job.out is not None and PICTURE.holds(job.out):
        raise UsageError("a picture has no timeline", hint="Leave --timeline out.")
    made: dict[str, Path | None] = {"timeline": job.timeline, "film": job.out}
    if job.lyrics is not None:
        made["subtitles"] = _subtitles(job.timeline)
    check_apart(made, files_read(job))
    for role, path in made.items():
        if role != "film" and path is not None:
            check_output(path, force=force)


def write_timeline(
    checked: CheckedJob,
    facts: SoundFacts,
    plan: VideoPlan,
    places: Sequence[Place],
    reporter: Reporter,
    *,
    lane: EditLane | None = None,
) -> None:
    """Write the timeline of a film that is made, and its lines beside it.

    Args:
        checked: the job.
        facts: what was heard.
        plan: clock, size, lines.
        places: where a film that is drawn goes when.
        reporter: told of what the file cannot hold.
        lane: the clips that a film is cut from; None: it is one itself.

    Raises:
        OutputError: it cannot be written.
    """
    path = checked.job.timeline
    if path is None:
        return
    edit = film_edit(checked, facts, plan, places)
    if lane is not None:
        edit = replace(edit, lanes=(lane, *edit.of("audio")))
    folder = path.absolute().parent
    if names := checked.job.known_as:
        edit, folder = relocated(edit, names), relocated(folder, names)
    made = written(edit, output_for(path, None, clips=True), folder)
    for text in made.notes:
        reporter.note(f"{path.name}: {text}")
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, made.data)
    if plan.cues:
        write_cues(_lines(plan), _subtitles(path))
        reporter.note(f"the lines are in {_subtitles(path).name}, to be imported as subtitles")


def film_edit(
    checked: CheckedJob, facts: SoundFacts, plan: VideoPlan, places: Sequence[Place]
) -> Edit:
    """A film on a timeline: clips of it, its song, bars and parts as markers, lines as words.

    Args:
        checked: the job, whose film need not be there yet.
        facts: what was heard.
        plan: clock, size, lines.
        places: where a film that is drawn goes when; empty: it is cut at the song's parts.
    """
    job, clock = checked.job, plan.timeline
    length = Fraction(clock.frames) / clock.fps
    film = Media(checked.out, length, clock.fps, size=plan.size, channels=_STEREO)
    borders = [place.start_s for place in places] or plan.sections_s
    frames = sorted({0, *(round(border * clock.fps) for border in borders)})
    frames = [frame for frame in frames if frame < clock.frames]
    clips = [
        Clip(film, first / clock.fps, last / clock.fps, first / clock.fps)
        for first, last in zip(frames, [*frames[1:], clock.frames], strict=True)
    ]
    info = probe_audio(job.song)
    begin = Fraction(round((job.start_s + plan.start_s) * _EXACT), _EXACT)
    whole = Fraction(round((info.duration_s or 0.0) * _EXACT), _EXACT)
    song = Media(job.song, max(whole, begin + length), channels=len(info.channels))
    song = replace(song, rate_hz=info.rate_hz)
    return Edit(
        job.song.stem,
        Rate(clock.fps),
        length,
        lanes=(
            EditLane("video", tuple(clips), "film"),
            EditLane("audio", (Clip(song, Fraction(0), length, begin),), "song"),
        ),
        marks=tuple(_marks(facts, plan, length)),
        words=tuple(_words(plan)),
        size=plan.size,
    )


def _marks(facts: SoundFacts, plan: VideoPlan, length: Fraction) -> Iterator[Mark]:
    """Parts and bars, ascending."""
    parts = [(time, f"part {n}", "section") for n, time in enumerate(facts.sections_s, start=1)]
    bars = [(time, f"bar {n}", "bar") for n, time in enumerate(facts.downbeats_s, start=1)]
    for time, name, kind in sorted([*parts, *bars]):
        exact = Fraction(round((float(time) - plan.start_s) * _EXACT), _EXACT)
        if 0 <= exact < length:
            yield Mark(exact, name, kind=kind)


def _words(plan: VideoPlan) -> Iterator[Mark]:
    for cue in _lines(plan):
        end = None if cue.end_s is None else Fraction(round(cue.end_s * _EXACT), _EXACT)
        yield Mark(Fraction(round(cue.start_s * _EXACT), _EXACT), cue.text, end, "lyric")


def _lines(plan: VideoPlan) -> list[Cue]:
    """The lines that say something, each until it ends or the next one comes."""
    lasts_s = plan.timeline.duration_s
    starts = [*(cue.start_s for cue in plan.cues[1:]), lasts_s]
    ended = [
        replace(cue, end_s=min(lasts_s, after if cue.end_s is None else cue.end_s))
        for cue, after in zip(plan.cues, starts, strict=False)
    ]
    return [cue for cue in ended if cue.text.strip() and cue.start_s < (cue.end_s or 0.0)]


def _subtitles(path: Path) -> Path:
    return path.with_suffix(_SUBTITLES)
