"""What markers are made of, and all that can be checked before the song is decoded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from musivid.core.errors import UsageError
from musivid.core.outputs import check_apart
from musivid.core.timeline import Cue
from musivid.interchange.otio import opentimelineio
from musivid.interchange.timecode import parse_rate
from musivid.media.audio import probe_audio
from musivid.media.containers import check_file
from musivid.media.lyrics.reading import read_cues
from musivid.pipeline.guidance.beat_files import BeatFile, check_beats
from musivid.pipeline.markers.form import chosen_output
from musivid.settings.markers import MarkersPreset

__all__ = ["CheckedMarkers", "MarkersJob", "check_markers"]


@dataclass(frozen=True, slots=True)
class MarkersJob:
    """Markers to be made of a song.

    Attributes:
        song: the sound; any audio or video file.
        out: the file; None: not known yet.
        preset: settings.
        lyrics: timed text, as a file or as cues on the song's clock; or None.
        lyrics_encoding: of the file of lyrics; None: it is told from its bytes.
        beats: beats that were corrected, or None: they are heard.
    """

    song: Path
    out: Path | None
    preset: MarkersPreset
    lyrics: Path | tuple[Cue, ...] | None = None
    lyrics_encoding: str | None = None
    beats: BeatFile | None = None


@dataclass(frozen=True, slots=True)
class CheckedMarkers:
    """A job whose inputs can be used.

    Attributes:
        job: what was asked for.
        cues: the lyrics.
        warnings: what the user should know.
    """

    job: MarkersJob
    cues: tuple[Cue, ...] = ()
    warnings: tuple[str, ...] = ()


def check_markers(job: MarkersJob) -> CheckedMarkers:
    """Check song, lyrics, settings and the form of the output; nothing is decoded.

    Raises:
        InputError: a file that cannot be used.
        UsageError: lyrics and `what` that do not go together, no rate, or no such form.
        MissingError: an .otio without its library.
    """
    wants = "lyrics" in job.preset.what
    if wants and job.lyrics is None:
        raise UsageError("lyrics are to be marked, but none are given", hint="Add --lyrics FILE.")
    if job.lyrics is not None and not wants:
        raise UsageError(
            "the lyrics are not to be marked", hint="Add lyrics to --what, or leave --lyrics out."
        )
    if job.preset.fps is not None:
        parse_rate(job.preset.fps)
    if job.out is not None:
        output = chosen_output(job.out, job.preset)
        if output.suffix == ".otio":
            opentimelineio()
        files = {"song": job.song, "beats": job.beats.path if job.beats else None}
        files["lyrics"] = job.lyrics if isinstance(job.lyrics, Path) else None
        check_apart({"markers": job.out}, files)
    probe_audio(job.song)
    check_beats(job.beats)
    if not isinstance(job.lyrics, Path):
        return CheckedMarkers(job, job.lyrics or ())
    check_file(job.lyrics, "lyrics")
    lyrics = read_cues(job.lyrics, job.lyrics_encoding)
    return CheckedMarkers(job, tuple(lyrics.cues), tuple(lyrics.warnings))
