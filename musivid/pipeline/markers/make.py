"""A song becomes markers: track to marks, file to file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import numpy as np

from musivid.analysis.sound import ANALYSIS_RATE_HZ, hear
from musivid.core.errors import InputError, UsageError
from musivid.core.outputs import check_apart, check_output
from musivid.core.paths import expanded
from musivid.core.progress import Reporter, Silent
from musivid.core.storage import write_atomic
from musivid.core.timeline import Cue
from musivid.interchange.edit import Edit, Grid
from musivid.interchange.marks import Mark
from musivid.interchange.page import Output
from musivid.interchange.timecode import Rate, TimecodeError, parse_rate
from musivid.interchange.writing import Written, written
from musivid.media.audio import Track, load_track
from musivid.metrics.events import find_onsets
from musivid.pipeline.guidance.beat_files import beat_file, with_beats
from musivid.pipeline.markers.form import chosen_output
from musivid.pipeline.markers.job import CheckedMarkers, MarkersJob, check_markers
from musivid.pipeline.markers.moments import beat_grid, song_marks
from musivid.settings.markers import MarkersPreset
from musivid.settings.presets import Overrides, change_preset, load_preset, without_none

__all__ = ["Marked", "MarkersFacts", "mark", "mark_file"]

_USUAL_FPS = "25"  # where nobody says one


@dataclass(frozen=True, slots=True)
class MarkersFacts:
    """What there is to tell of markers; fields are the keys of their JSON.

    Attributes:
        duration_s: length of the song.
        tempo_bpm: beats a minute; 0 where there is no pulse.
        beats_per_bar: 3 or 4, or as a file of beats has it.
        marks: how many there are of each kind.
        form: of the file.
        fps: of the timeline; None: the form counts seconds.
        start: time code of its first frame; None: the form has none.
        warnings: what the user should know.
    """

    duration_s: float
    tempo_bpm: float
    beats_per_bar: int
    marks: dict[str, int]
    form: str
    fps: str | None
    start: str | None
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Marked:
    """A song and its markers.

    Attributes:
        marks: ascending, on the song's clock.
        duration_s: length of the song.
        tempo_bpm: beats a minute; 0 where there is no pulse.
        beats_per_bar: 3 or 4, or as a file of beats has it.
        grid: all beats and bars.
        preset: settings.
        name: of the song.
        song: its file; None: it was in memory.
    """

    marks: tuple[Mark, ...]
    duration_s: float
    tempo_bpm: float
    beats_per_bar: int
    grid: Grid
    preset: MarkersPreset
    name: str = "song"
    song: Path | None = field(default=None, repr=False, compare=False)

    def __len__(self) -> int:
        """Return how many marks there are."""
        return len(self.marks)

    def __iter__(self) -> Iterator[Mark]:
        """Yield all marks."""
        return iter(self.marks)

    def edit(self, output: Output) -> Edit:
        """The markers on a timeline.

        Args:
            output: the form in which it is to be written.

        Raises:
            UsageError: no rate, or a start that is no time code of it.
        """
        rate = parse_rate(self.preset.fps or _USUAL_FPS)
        start = self.preset.start or f"{output.start_hours:02d}:00:00:00"
        return Edit(
            self.name,
            rate,
            Fraction(round(self.duration_s * 1_000_000), 1_000_000),
            _start(start, rate),
            marks=self.marks,
            grid=self.grid,
        )

    def written(self, path: Path) -> Written:
        """The content of a file of that name, and what there is to tell of it.

        Raises:
            UsageError: no such form, or one that does not count at the rate.
            MissingError: an .otio without its library.
        """
        output = chosen_output(path, self.preset)
        made = written(self.edit(output), output, path.parent)
        return Written(made.data, (*_told_counts(output, self.preset), *made.notes))

    def save(self, path: Path | str, *, force: bool = False) -> Path:
        """Write the markers in the form that the name ends in, or that the preset's programme has.

        Raises:
            UsageError: no such form. OutputError: it exists, or cannot be written.
            MissingError: an .otio without its library.
        """
        out = expanded(path)
        made = self.written(out)
        check_output(out, force=force)
        check_apart({"markers": out}, {"song": self.song})
        out.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(out, made.data)
        return out

    def facts(self, path: Path) -> MarkersFacts:
        """What there is to tell of a file of that name."""
        output = chosen_output(path, self.preset)
        edit = self.edit(output)
        return MarkersFacts(
            duration_s=round(self.duration_s, 3),
            tempo_bpm=round(self.tempo_bpm, 2),
            beats_per_bar=self.beats_per_bar,
            marks=dict(Counter(one.kind for one in self.marks)),
            form=output.name,
            fps=None if output.counts == "seconds" else str(edit.rate),
            start=edit.label(0) if output.counts == "labels" else None,
            warnings=self.written(path).notes,
        )


def mark_file(checked: CheckedMarkers, reporter: Reporter) -> Marked:
    """Hear a song that was checked, and mark it.

    Raises:
        InputError: the sound or the beats cannot be used, or there is nothing to mark.
        MissingError: beats in .otio without its library.
    """
    reporter.stage("listen")
    track = load_track(checked.job.song)
    for text in (*checked.warnings, *track.warnings):
        reporter.warn(text)
    return _marked(track, checked.cues, checked.job, reporter)


def mark(
    song: Track | Path | str,
    lyrics: Path | str | Sequence[Cue] | None = None,
    *,
    preset: MarkersPreset | str | Path = "bars",
    settings: Overrides = (),
    what: Sequence[str] | None = None,
    programme: str | None = None,
    fps: str | float | None = None,
    start: str | None = None,
    beats: Path | str | None = None,
    reporter: Reporter | None = None,
) -> Marked:
    """Mark beats, bars, parts, hits and lines of a song, for editors and DAWs.

    Args:
        song: a file with sound, or a track.
        lyrics: timed text, as a file or as cues.
        preset: settings, by name or path, or loaded.
        settings: laid over the preset, as {"every": 2}.
        what: of beats, bars, sections, hits, lyrics; None: the preset's.
        programme: whom the file is for; None: told by its name.
        fps: frames a second of the timeline: 25, 29.97df.
        start: time code of its first frame.
        beats: a file of corrected beats; None: they are heard.
        reporter: told of stages and progress.

    Raises:
        MusividError: an input or setting that cannot be used; the subclass says which.
    """
    reporter = reporter or Silent()
    chosen = load_preset("markers", preset) if isinstance(preset, str | Path) else preset
    typed = {
        "what": None if what is None else list(what),
        "programme": programme,
        "fps": None if fps is None else str(fps),
        "start": start,
    }
    chosen = change_preset(change_preset(chosen, without_none(typed)), settings)
    words = expanded(lyrics) if isinstance(lyrics, str | Path) else tuple(lyrics or ()) or None
    path = song.path or Path("song") if isinstance(song, Track) else expanded(song)
    job = MarkersJob(path, None, chosen, words, beats=beat_file(beats))
    if isinstance(song, Track):
        return _marked(song, words if isinstance(words, tuple) else (), job, reporter)
    return mark_file(check_markers(job), reporter)


def _marked(track: Track, cues: Sequence[Cue], job: MarkersJob, reporter: Reporter) -> Marked:
    facts = hear(track)
    if job.beats is not None:
        facts = with_beats(facts, job.beats)
    onsets = np.empty(0)
    if "hits" in job.preset.what:
        onsets = find_onsets(facts, track.mono(ANALYSIS_RATE_HZ), ANALYSIS_RATE_HZ)
    marks = song_marks(facts, onsets, cues, job.preset)
    if not marks:
        raise InputError(
            f"{job.song}: there is nothing to mark; "
            f"no {' and no '.join(job.preset.what)} are there",
            hint="Mark something else with --what.",
        )
    if {"beats", "bars"} & {*job.preset.what} and not len(facts.beats_s):
        reporter.warn("the song has no pulse that is heard: there are no beats and no bars")
    return Marked(
        marks,
        facts.duration_s,
        facts.tempo_bpm,
        facts.beats_per_bar,
        beat_grid(facts),
        job.preset,
        job.song.stem,
        track.path,
    )


def _told_counts(output: Output, preset: MarkersPreset) -> Iterator[str]:
    """What there is to say of rate and start."""
    if output.counts == "seconds" and preset.fps is not None:
        yield f"{output.name} counts seconds: fps {preset.fps} has no place in it"
    if output.counts != "labels" and preset.start is not None:
        yield f"{output.name} counts from the beginning: start {preset.start} has no place in it"
    if output.counts != "seconds" and preset.fps is None:
        yield f"frames are counted at {_USUAL_FPS} a second; name your timeline's with --fps"


def _start(label: str, rate: Rate) -> Fraction:
    """Seconds from label zero of a time code.

    Raises:
        UsageError: it is none of that rate.
    """
    try:
        return rate.seconds(label)
    except TimecodeError as error:
        raise UsageError(f"start: {error}", hint="Give a time code, as 01:00:00:00.") from None
