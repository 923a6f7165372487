"""`musivid evaluate`: what a file is, all that can be measured in it, and whether that is enough.

Each file is decoded once. Sound, picture, meaning and notes are parts of one result per file.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from musivid.core.errors import InputError, UsageError
from musivid.core.plain_json import parse_json
from musivid.core.progress import Reporter, Silent
from musivid.core.timeline import Cue
from musivid.media.kinds import FILM, NOTES, file_beside
from musivid.media.listening import listen_to_song
from musivid.media.lyrics.reading import read_cues
from musivid.media.reader import MediaReader, open_reader
from musivid.metrics.chance import Measure, unmeasured
from musivid.metrics.events import Traces
from musivid.metrics.integrity import FileFacts, measure_files
from musivid.metrics.sync.measures import SYNC_NAMES, SyncSettings, measure_sync
from musivid.pipeline.evaluate.found import Evaluated, Kind
from musivid.pipeline.evaluate.hearing import Heard, hear_track
from musivid.pipeline.evaluate.judged import open_judges
from musivid.pipeline.evaluate.looking import Seen, look_at_film
from musivid.pipeline.guidance.beat_files import BeatFile, check_beats
from musivid.weights.names import is_path

if TYPE_CHECKING:
    from musivid.core.timeline import Cue
    from musivid.pipeline.render.away import Needs
    from musivid.score.notes import Score
    from musivid.settings.evaluate import EvaluatePreset
    from musivid.weights.registry import Family
    from musivid.weights.session import Session

__all__ = [
    "EvaluateJob",
    "evaluate_file",
    "find_kind",
    "find_video",
    "needs_of",
    "paths_read",
    "settled",
]


_RUN = ".musivid"


@dataclass(frozen=True, slots=True)
class EvaluateJob:
    """One file to be measured, and what goes with it.

    Attributes:
        path: a film, a song, a MIDI file, or the folder of a finished run.
        audio: a song to measure the picture against; None: the film's own sound.
        lyrics: timed words.
        midi: the notes of the music.
        rows: what a film asked of the notes, as published for CMT.
        lyrics_encoding: of the timed words; None: it is told from the bytes.
        beats: of the sound, as somebody corrected them; None: they are heard.
    """

    path: Path
    audio: Path | None = None
    lyrics: Path | None = None
    midi: Path | None = None
    rows: Path | None = None
    lyrics_encoding: str | None = None
    beats: BeatFile | None = None


def find_video(path: Path) -> Path:
    """Return the file that is meant: of the folder of a finished run its video, else the path.

    Raises:
        InputError: the run is not finished, or its video is gone.
    """
    if not (path.is_dir() and (path / "manifest.json").is_file()):
        return path
    try:
        is_finished = parse_json((path / "manifest.json").read_text("utf-8")).get("finished")
    except (OSError, ValueError, AttributeError):
        raise InputError(f"{path / 'manifest.json'} cannot be read as a run's manifest") from None
    if not is_finished:
        raise InputError(f"the run in {path} is not finished", hint="Give its command again first.")
    # By its name alone: nothing that a manifest says is followed out of the folder.
    stem = path.name.removesuffix(_RUN)
    if found := file_beside(path.with_name(f"{stem}.run"), FILM.suffixes):
        return found
    raise InputError(f"the video of the run in {path} is gone", hint=f"Expected {stem}.mp4 by it.")


def paths_read(job: EvaluateJob) -> tuple[Path, ...]:
    """All files and folders that a job reads; of a run its folder, and its film."""
    beats = job.beats.path if job.beats else None
    others = (job.audio, job.lyrics, job.midi, job.rows, beats)
    film = find_video(job.path)
    return tuple(dict.fromkeys([film, job.path, *(path for path in others if path)]))


def settled(preset: EvaluatePreset) -> EvaluatePreset:
    """The preset with the networks that are meant here, for machines that have others."""
    from musivid.pipeline.evaluate.meaning import perceptor_name
    from musivid.pipeline.evaluate.telling import judge_name

    judge = judge_name(preset.judge, needed=preset.prompt is not None)
    meant = {"perceptor": perceptor_name(preset.perceptor), "judge": judge}
    return preset.model_copy(update=meant)


def needs_of(preset: EvaluatePreset, *, roundtrip: bool = False) -> Needs:
    """What of a machine figures depend on."""
    from musivid.pipeline.render.away import Needs

    meant = settled(preset)
    named: dict[Family, str | None] = {"perceptor": meant.perceptor, "judge": meant.judge}
    models: set[tuple[Family, str]] = {
        (family, name)
        for family, name in named.items()
        if preset.meaning and name is not None and not is_path(name)
    }
    return Needs(
        films=roundtrip, networks=True, drawn=roundtrip, worded=roundtrip, models=frozenset(models)
    )


def find_kind(path: Path) -> Kind:
    """Return what kind of file this is.

    Raises:
        InputError: neither picture nor sound nor notes.
    """
    if NOTES.holds(path):
        return "midi"
    with open_reader(path, hears=False) as film:
        return "video" if film.video else "audio"


def evaluate_file(
    job: EvaluateJob,
    preset: EvaluatePreset,
    session: Callable[[], Session],
    reporter: Reporter | None = None,
) -> Evaluated:
    """Measure all that can be measured in one file; what cannot says why.

    Args:
        job: the file and what goes with it.
        preset: settings.
        session: gives models; called only if one is needed.
        reporter: told of the progress.

    Raises:
        InputError: a file cannot be used.
    """
    reporter = reporter or Silent()
    path = find_video(job.path)
    check_beats(job.beats)
    if NOTES.holds(path):
        if job.beats is not None:
            raise UsageError("--beats is for sound, and notes have their own", hint="Leave it out.")
        if preset.prompt is not None:
            raise UsageError("--prompt is for sound, and this is notes", hint="Give their sound.")
        return _evaluate_midi(path, job, preset, reporter)
    cues = _read_lyrics(job, reporter)
    with open_reader(path, hears=job.audio is None) as film:
        kind: Kind = "video" if film.video else "audio"
        judged = open_judges(preset, session, sees=film.video is not None, worded=bool(cues))
        if job.beats is not None and not (job.audio or film.audio):
            raise InputError(
                f"{path} has no sound: --beats has nothing to correct",
                hint="Give --audio SONG as well, or leave --beats out.",
            )
        seen = look_at_film(film, film.video, reporter, judged.keeper) if film.video else None
        heard = None
        if job.audio or film.audio:
            heard = _hear(job, film, reporter, judged.rates_hz)
    score = _score(job)
    for warning in (*(heard.warnings if heard else ()), *(seen.warnings if seen else ())):
        reporter.warn(warning)
    reporter.stage("compare")
    return Evaluated(
        kind=kind,
        path=path,
        audio=job.audio if seen else None,
        duration_s=next(part.duration_s for part in (seen, heard) if part),
        fps=float(seen.info.fps) if seen else None,
        size=seen.info.size if seen else None,
        tempo_bpm=heard.events.tempo_bpm if heard else None,
        sync=_sync(heard, seen, preset) if seen else {},
        picture=seen.figures if seen else None,
        lengths=_lengths(heard, seen),
        frames=seen.clock if seen else None,
        level=heard.level if heard else None,
        meaning=judged.measure(heard, cues, preset),
        music=_music(job, score, kind, heard, seen, preset=preset),
        traces=_traces(path, heard, seen, cues),
        score=score,
    )


def _read_lyrics(job: EvaluateJob, reporter: Reporter) -> list[Cue]:
    """The timed words; what is odd about them is told."""
    if job.lyrics is None:
        return []
    lyrics = read_cues(job.lyrics, job.lyrics_encoding)
    for warning in lyrics.warnings:
        reporter.warn(warning)
    return list(lyrics.cues)


def _evaluate_midi(
    path: Path, job: EvaluateJob, preset: EvaluatePreset, reporter: Reporter
) -> Evaluated:
    """Notes alone."""
    from musivid.pipeline.evaluate.notes import measure_notes
    from musivid.score.midi import read_midi

    score = read_midi(path, reporter)
    music = measure_notes(
        score,
        rows=job.rows,
        structure=preset.structure,
        trials=preset.surrogates,
        seed=preset.seed,
    )
    traces = Traces(title=path.name, duration_s=score.duration_s)
    return Evaluated(
        kind="midi",
        path=path,
        duration_s=score.duration_s,
        music=music,
        traces=traces,
        score=score,
    )


def _hear(
    job: EvaluateJob, film: MediaReader, reporter: Reporter, rates_hz: Sequence[int]
) -> Heard | None:
    """The sound; a film whose own sound cannot be used is measured without."""
    if job.audio:
        return hear_track(listen_to_song(job.audio, reporter), beats=job.beats, rates_hz=rates_hz)
    reporter.stage("listen")
    delays_s = [own.delay_s for own in (film.audio, film.video) if own]
    try:
        track = film.track()
    except InputError as error:
        if not film.video or job.beats is not None:
            raise
        reporter.warn(f"{error.problem}: measured without sound")
        return None
    start_s = delays_s[0] - delays_s[1] if film.video else 0.0
    return hear_track(track, start_s=start_s, beats=job.beats, rates_hz=rates_hz)


def _sync(heard: Heard | None, seen: Seen, preset: EvaluatePreset) -> dict[str, Measure]:
    if heard is None:
        return dict.fromkeys(SYNC_NAMES, unmeasured("there is no sound"))
    offset = preset.offset_ms
    settings = SyncSettings(
        preset.surrogates, preset.seed, "auto" if offset == "auto" else offset / 1000
    )
    return measure_sync(heard.events, seen.events, settings, heard.legacy_beats_s)


def _lengths(heard: Heard | None, seen: Seen | None) -> FileFacts:
    return measure_files(
        seen.info if seen else None,
        seen.duration_s if seen else None,
        heard.duration_s if heard else None,
        heard.events.start_s if heard else 0.0,
    )


def _music(
    job: EvaluateJob,
    score: Score | None,
    kind: Kind,
    heard: Heard | None,
    seen: Seen | None,
    *,
    preset: EvaluatePreset,
) -> dict[str, Measure]:
    """Figures of the notes where there are any, of the sound's structure for a song alone."""
    if score:
        from musivid.pipeline.evaluate.notes import measure_notes

        return measure_notes(
            score,
            rows=job.rows,
            video_s=seen.duration_s if seen else None,
            structure=preset.structure,
            trials=preset.surrogates,
            seed=preset.seed,
        )
    if kind == "audio" and heard and preset.structure and not heard.level.silent:
        from musivid.metrics.music.likeness import RATE_HZ
        from musivid.metrics.music.measures import measure_structure

        return measure_structure(heard.mono(RATE_HZ))
    return {}


def _score(job: EvaluateJob) -> Score | None:
    """The notes that go with a film or a song, to be drawn."""
    if not job.midi:
        return None
    from musivid.score.midi import read_midi

    return read_midi(job.midi)


def _traces(path: Path, heard: Heard | None, seen: Seen | None, cues: Sequence[Cue]) -> Traces:
    """All that a report draws."""
    lengths = [part.duration_s for part in (seen, heard) if part]
    traces = Traces(title=path.name, duration_s=max(lengths), cues=tuple(cues))
    if seen:
        events = seen.events
        traces = dataclasses.replace(
            traces,
            fps=events.fps,
            times_s=np.arange(len(events.change)) / events.fps,
            change=events.change,
            rise=events.rise,
            flow=events.flow,
            changes_s=events.changes_s,
            cuts_s=events.cuts_s,
            thumbnails=tuple(seen.thumbnails),
        )
    if heard:
        sound = heard.events
        traces = dataclasses.replace(
            traces,
            onset_times_s=sound.start_s
            + np.arange(len(sound.envelope), dtype=np.float64) * sound.hop_s,
            onset=sound.envelope,
            onsets_s=sound.onsets_s,
            beats_s=sound.beats_s,
            downbeats_s=sound.downbeats_s,
            waveform=heard.outline,
        )
    return traces
