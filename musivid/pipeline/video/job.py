"""What a video is made of, and all that can be checked before any model loads.

Light on purpose: a typing error in a command must not cost the import of torch.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from musivid.core.errors import InputError, OutputError, PresetError, UsageError
from musivid.core.run import check_target
from musivid.core.timeline import Cue, parse_fps
from musivid.media.audio import AudioInfo, probe_audio
from musivid.media.containers import check_file
from musivid.media.lyrics.reading import read_cues
from musivid.settings.video import (
    GuidancePreset,
    ModelsPreset,
    OutputPreset,
    VideoPreset,
    parse_size,
)
from musivid.weights.files import read_metadata
from musivid.weights.registry import find_model, find_spec

__all__ = [
    "CheckedJob",
    "VideoJob",
    "check_guidance",
    "check_job",
    "check_model_files",
    "check_models",
    "check_output",
    "check_room",
    "check_span",
    "disk_bytes",
    "lyrics_beside",
    "picture_files",
    "shift_cues",
]

_LYRICS_SUFFIXES = (".lrc", ".srt", ".vtt", ".csv", ".tsv")
_BYTES_PER_PIXEL = 0.03  # of H.264 at crf 18, veryfast, on moving paintings (measured: 0.01-0.02)
_SPARE_BYTES = 50_000_000


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


def check_output(out: Path, force: bool) -> None:
    """Check that the output may and can be written.

    Raises:
        OutputError: no .mp4, a folder, there already (and no force), or not writable.
    """
    if out.suffix.lower() != ".mp4":
        raise OutputError(f"output {out} is no .mp4", hint="Name the output something.mp4.")
    check_target(out, force=force)


def check_span(start_s: float, end_s: float | None) -> None:
    """Check that something lies between --from and --to.

    Raises:
        UsageError: nothing does.
    """
    if end_s is not None and end_s <= start_s:
        raise UsageError(
            f"--to {end_s:g} is not behind --from {start_s:g}", hint="Give a later --to."
        )


def _nearest_folder(path: Path) -> Path:
    """The nearest folder above a path that exists."""
    return next(parent for parent in path.absolute().parents if parent.exists())


def _read_lyrics(job: VideoJob, info: AudioInfo) -> tuple[list[Cue], list[str]]:
    """The cues on the clock of the rendered part, and what is odd about them."""
    if job.lyrics is None:
        return [], []
    check_file(job.lyrics, "lyrics")
    lyrics = read_cues(job.lyrics, info.duration_s)
    return shift_cues(lyrics.cues, job.start_s), list(lyrics.warnings)


def shift_cues(cues: Sequence[Cue], start_s: float) -> list[Cue]:
    """Cues on a clock that begins at `start_s`; the line that is on at that time is kept."""
    shifted: list[Cue] = []
    for cue, later in zip(cues, [*cues[1:], None][: len(cues)], strict=True):
        end = cue.end_s if cue.end_s is not None else (later.start_s if later else None)
        if end is not None and end <= start_s:
            continue
        moved_end = None if cue.end_s is None else cue.end_s - start_s
        shifted.append(replace(cue, start_s=max(cue.start_s - start_s, 0.0), end_s=moved_end))
    return shifted


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
    families = ("painter", "perceptor", "listener", "dreamer")
    return check_model_files({f: getattr(models, f) for f in families}, offline=offline)


def check_model_files(names: Mapping[str, str | None], *, offline: bool) -> dict[str, Path]:
    """The files of models given by family, checked; None and models built in code have none.

    Raises:
        UsageError: an unknown name. WeightsError: missing or damaged.
    """
    files: dict[str, Path] = {}
    for family, name in names.items():
        if name is None:
            continue
        by_name = "/" not in name and os.sep not in name and not Path(name).suffix
        if by_name and find_spec(name, family).built_in:  # type: ignore[arg-type]
            continue
        files[family] = find_model(name, offline=offline)
        if files[family].suffix == ".safetensors":
            read_metadata(files[family])
    return files


def disk_bytes(output: OutputPreset, duration_s: float) -> int:
    """Bytes that a video takes at most while it is made: its parts and the joined file."""
    width, height = parse_size(output.size)
    frames = duration_s * float(parse_fps(output.fps))
    picture = frames * width * height * _BYTES_PER_PIXEL
    return int(2 * picture + duration_s * output.sound_kbps * 125)


def check_room(out: Path, output: OutputPreset, duration_s: float) -> None:
    """Check that the disk has room for a video and its parts.

    Raises:
        OutputError: it has not.
    """
    needed = disk_bytes(output, max(duration_s, 0.0))
    free = shutil.disk_usage(_nearest_folder(out)).free
    if free < needed + _SPARE_BYTES:
        raise OutputError(
            f"the disk of {out} has {free / 1e6:.0f} MB of room; about "
            f"{(needed + _SPARE_BYTES) / 1e6:.0f} MB are needed",
            hint="Make room, choose another place with -o, or a smaller --size.",
        )


def lyrics_beside(song: Path) -> Path | None:
    """A file that may hold the song's lyrics: the same name, another suffix."""
    near = (song.with_suffix(suffix) for suffix in _LYRICS_SUFFIXES)
    return next((path for path in near if path.is_file()), None)
