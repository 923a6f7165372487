"""A film at a glance, before it is made: one picture of it, a contact sheet, six seconds of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from musivid.core.clock import clock
from musivid.core.progress import Reporter
from musivid.media.kinds import PICTURE
from musivid.media.labels import xmp_packet
from musivid.media.pictures import save_picture
from musivid.media.sink import FrameSink, Sound
from musivid.pipeline.video.artwork import name_of
from musivid.pipeline.video.job import CheckedJob, VideoJob
from musivid.pipeline.video.listen import Listened, listen_to
from musivid.pipeline.video.pictures import source_of
from musivid.pipeline.video.places import find_places
from musivid.weights.session import Session

if TYPE_CHECKING:
    from musivid.living.plan import Place
    from musivid.living.sheet import Thumb
    from musivid.pipeline.video.living import DrawnFilm
    from musivid.pipeline.video.plan import VideoPlan
    from musivid.settings.video import VideoPreset

__all__ = ["PreviewResult", "StillResult", "make_preview", "make_still"]

_SHORT_PX = 360  # shorter side of what is only looked at
_FILM_S = 6.0  # of the song's best moment
_MOST_THUMBS = 24  # of a sheet, where places are fewer
_LEAD_S = 1.0  # before its place begins, so that the cut into it is seen


@dataclass(frozen=True, slots=True)
class StillResult:
    """One picture of a song.

    Attributes:
        path: of the picture.
        time_s: when its film would show it.
        place: scene and look.
    """

    path: Path
    time_s: float
    place: str


@dataclass(frozen=True, slots=True)
class PreviewResult:
    """A film at a glance.

    Attributes:
        sheet: the contact sheet, a PNG.
        film: some seconds of it.
        shots: how many pictures the sheet has.
        start_s: where in the song those seconds begin.
        frames: how many frames they have.
    """

    sheet: Path
    film: Path
    shots: int
    start_s: float
    frames: int


def make_still(checked: CheckedJob, session: Session, reporter: Reporter) -> StillResult:
    """Draw the frame of a film that tells most of it, without words, and write it as a picture.

    Args:
        checked: a job of living scenes whose output is a picture.
        session: device and models.
        reporter: told of stages.
    """
    from musivid.pipeline.video.living import telling_number

    listened = listen_to(checked, reporter)
    film, places = _drawn(checked.job, listened, session, reporter)
    number = telling_number(listened[2], listened[1], places)
    reporter.stage("draw")
    save_picture(checked.out, film.still(number), _packet(checked.job))
    time_s = listened[2].timeline.time_s(number)
    place = [p for p in places if p.start_s <= time_s + 1e-6][-1]
    return StillResult(checked.out, round(time_s, 3), f"{place.scene}/{place.look}")


def make_preview(checked: CheckedJob, session: Session, reporter: Reporter) -> PreviewResult:
    """Write a contact sheet of a film of scenes, and some seconds of its best moment.

    Args:
        checked: a job of living scenes; its output names the film, the sheet lies beside it.
        session: device and models.
        reporter: told of stages.
    """
    from musivid.living.sheet import contact_sheet
    from musivid.living.telling import telling_moment

    track, facts, plan = listen_to(checked, reporter)
    job = replace(checked.job, preset=_small(checked.job.preset))
    plan = replace(plan, size=job.preset.output.frame_size)
    film, places = _drawn(job, (track, facts, plan), session, reporter)
    thumbs = _thumbs(film, places, (track, facts, plan), reporter)
    sheet = checked.out.with_suffix(PICTURE.written[0])
    heading = f"{name_of(job.preset, job.song)}   {clock(facts.duration_s)}"
    save_picture(sheet, contact_sheet(thumbs, heading), _packet(job))
    start, count = 0, plan.timeline.frames
    if plan.loop is None:
        count = min(count, round(_FILM_S * plan.timeline.fps))
        best, _ = telling_moment(places, facts)
        begin = plan.timeline.frame_at(max(best.start_s - _LEAD_S, 0.0))
        start = max(0, min(begin, plan.timeline.frames - count))
    reporter.stage("render", count, "frames")
    _write(checked, job, plan, film, range(start, start + count), reporter=reporter)
    start_s = plan.start_s + plan.timeline.time_s(start)
    return PreviewResult(sheet, checked.out, len(thumbs), round(start_s, 3), count)


def _drawn(
    job: VideoJob, listened: Listened, session: Session, reporter: Reporter
) -> tuple[DrawnFilm, list[Place]]:
    """The film of a job, and where it goes when."""
    from musivid.pipeline.video.living import draw_film

    _, facts, plan = listened
    places = find_places(job.preset, job.song, listened, session, reporter)
    return draw_film(job, plan, facts, facts.spectrum, places, reporter=reporter), places


def _small(preset: VideoPreset) -> VideoPreset:
    """The same settings for a picture of little size."""
    width, height = preset.output.frame_size
    scale = min(1.0, _SHORT_PX / min(width, height))
    size = f"{2 * round(width * scale / 2)}x{2 * round(height * scale / 2)}"
    output = preset.output.model_copy(update={"size": size})
    return preset.model_copy(update={"output": output})


def _thumbs(
    film: DrawnFilm, places: list[Place], listened: Listened, reporter: Reporter
) -> list[Thumb]:
    """A picture of each shot, with its words, or of a loop at four moments.

    Of long films those of the places' first shots, and as many others as there is room for.
    """
    from musivid.living.sheet import Thumb
    from musivid.living.telling import shots_shown_s

    _, facts, plan = listened
    if plan.loop is not None:
        numbers = [plan.loop.frames * k // 4 for k in range(4)]
        return [Thumb(film.still(n), clock(plan.timeline.time_s(n), 2)) for n in numbers]
    shots = [shots_shown_s(place, facts) for place in places]
    room = max(_MOST_THUMBS // max(len(places), 1), 1)
    reporter.stage("draw", sum(len(times[:room]) for times in shots), "shots")
    thumbs = []
    for place, times in zip(places, shots, strict=True):
        for shot, time_s in enumerate(times[:room]):
            frame = film.still(plan.timeline.frame_at(time_s), words=True)
            name = f"{clock(time_s if shot else place.start_s, 1)}   {place.scene} / {place.look}"
            thumbs.append(Thumb(frame, name, "" if shot else place.line))
            reporter.advance()
    return thumbs


def _write(
    checked: CheckedJob,
    job: VideoJob,
    plan: VideoPlan,
    film: DrawnFilm,
    numbers: range,
    *,
    reporter: Reporter,
) -> None:
    """Write some frames of a film with their sound."""
    output, fps = job.preset.output, plan.timeline.fps
    begin_s = job.start_s + plan.start_s + plan.timeline.time_s(numbers.start)
    with FrameSink(
        checked.out,
        size=plan.size,
        fps=fps,
        codec=output.codec,
        crf=output.crf,
        speed=output.speed,
        sound=Sound(job.song, begin_s, float(len(numbers) / fps), kbps=output.sound_kbps),
        metadata={"title": name_of(job.preset, job.song)},
    ) as sink:
        for _, frame in zip(numbers, film.frames(numbers.start), strict=False):
            sink.write(frame)
            reporter.advance()


def _packet(job: VideoJob) -> str:
    return xmp_packet(source_of(job.preset, job.song), name_of(job.preset, job.song))
