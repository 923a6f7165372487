"""What a video is made of, and all that can be checked before any model loads.

Light on purpose: a typing error in a command must not cost the import of torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from musivid.core.errors import InputError, PresetError, UsageError
from musivid.core.timeline import Cue, shift_cues
from musivid.media.audio import AudioInfo, probe_audio
from musivid.media.containers import check_file
from musivid.media.lyrics.reading import read_cues
from musivid.pipeline.render.checks import check_output, check_room, check_span
from musivid.settings.video import (
    GuidancePreset,
    ModelsPreset,
    VideoPreset,
)
from musivid.weights.names import find_files
from musivid.weights.registry import Family

__all__ = [
    "CheckedJob",
    "VideoJob",
    "check_guidance",
    "check_job",
    "check_models",
    "lyrics_beside",
    "picture_files",
]

_LYRICS_SUFFIXES = (".lrc", ".srt", ".vtt", ".csv", ".tsv")


@dataclass(frozen=True, slots=True)
class VideoJob:
    """One video to be made.

    Attributes:
        song: the sound; any audio or video file.
        out: the mp4.
        preset: settings; an InterpolatePreset interpolates.
        lyrics: timed text, or None.
        start_s: where in the song to begin.
        end_s: where to end; None: at its end.
        burn_lyrics: write the lines into the picture.
        command: who asked: video, interpolate.
    """

    song: Path
    out: Path
    preset: VideoPreset
    lyrics: Path | None = None
    start_s: float = 0.0
    end_s: float | None = None
    burn_lyrics: bool = False
    command: str = "video"


@dataclass(frozen=True, slots=True)
class CheckedJob:
    """A job whose inputs can be used.

    Attributes:
        job: what was asked for.
        info: what the song's file says.
        cues: the lyrics, on the clock of the part that is rendered.
        warnings: what the user should know.
        notes: what the user may want to know.
    """

    job: VideoJob
    info: AudioInfo
    cues: tuple[Cue, ...]
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())


def check_job(job: VideoJob, *, force: bool = False, offline: bool = False) -> CheckedJob:
    """Check everything that does not need a model; nothing is written.

    Raises:
        UsageError: an input, preset, option or output that the user can mend; the subclass says
            which. WeightsError: weights that are missing or damaged.
    """
    check_output(job.out, force)
    info = probe_audio(job.song)
    if job.burn_lyrics and job.lyrics is None:
        raise UsageError("--burn-lyrics has nothing to write", hint="Give --lyrics FILE as well.")
    check_span(job.start_s, job.end_s)
    cues, warnings = _read_lyrics(job, info)
    check_guidance(job.preset.guidance, cues)
    _check_pictures(job.preset)
    check_models(job.preset.models, offline=offline)
    whole = info.duration_s or 0.0
    check_room(job.out, job.preset.output, min(job.end_s or whole, whole) - job.start_s)
    beside = lyrics_beside(job.song) if job.lyrics is None else None
    notes = (f"found {beside.name}; add --lyrics {beside} to use it",) if beside else ()
    return CheckedJob(job, info, tuple(cues), tuple(warnings), notes)


def _read_lyrics(job: VideoJob, info: AudioInfo) -> tuple[list[Cue], list[str]]:
    """The cues on the clock of the rendered part, and what is odd about them."""
    if job.lyrics is None:
        return [], []
    check_file(job.lyrics, "lyrics")
    lyrics = read_cues(job.lyrics, info.duration_s)
    return shift_cues(lyrics.cues, job.start_s), list(lyrics.warnings)


def check_guidance(settings: GuidancePreset, cues: Sequence[Cue]) -> None:
    """Check that something guides the picture.

    Raises:
        PresetError: sound weighs nothing and there are no words, style or pictures.
    """
    words = settings.text and (any(cue.text for cue in cues) or settings.story)
    if not (settings.audio or words or settings.style or settings.images):
        raise PresetError(
            "nothing guides the picture: guidance.audio is 0 and there are no words",
            hint="Give --lyrics, or set guidance.audio, guidance.style or guidance.story.",
        )


def picture_files(preset: VideoPreset) -> dict[str, Path]:
    """Picture files that the result depends on, by their role."""
    files = {f"image {n}": Path(image.path) for n, image in enumerate(preset.guidance.images)}
    if preset.painting.init_image:
        files["init image"] = Path(preset.painting.init_image)
    return {role: path.expanduser() for role, path in files.items()}


def _check_pictures(preset: VideoPreset) -> None:
    """Check that picture files of the preset can be read as pictures."""
    for role, path in picture_files(preset).items():
        check_file(path, "a picture")
        from PIL import Image, UnidentifiedImageError

        try:
            with Image.open(path) as picture:
                picture.verify()
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
            raise InputError(
                f"{role} {path} cannot be read as a picture: {error}",
                hint="Give a PNG, JPEG or WebP file.",
            ) from None


def check_models(models: ModelsPreset, *, offline: bool) -> dict[str, Path]:
    """The files of all models of a preset, checked; models built in code have none.

    Raises:
        UsageError: an unknown name. WeightsError: missing or damaged.
    """
    families: tuple[Family, ...] = ("painter", "perceptor", "listener", "dreamer")
    return find_files({f: getattr(models, f) for f in families}, offline=offline)


def lyrics_beside(song: Path) -> Path | None:
    """A file that may hold the song's lyrics: the same name, another suffix."""
    near = (song.with_suffix(suffix) for suffix in _LYRICS_SUFFIXES)
    return next((path for path in near if path.is_file()), None)
