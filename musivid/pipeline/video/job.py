"""What a video is made of, and all that can be checked before any model loads.

Light on purpose: a typing error in a command must not cost the import of torch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from musivid.core.errors import PresetError, UsageError
from musivid.core.outputs import check_apart, check_output
from musivid.core.paths import expanded
from musivid.core.run import run_folder
from musivid.core.timeline import Cue
from musivid.media.audio import probe_audio
from musivid.media.containers import check_file
from musivid.media.kinds import FILM, PICTURE
from musivid.media.lyrics.choosing import lyrics_for
from musivid.media.lyrics.formats import suffixes_beside_songs
from musivid.media.pictures import check_picture
from musivid.pipeline.guidance.beat_files import BeatFile, check_beats
from musivid.pipeline.render.checks import check_film, check_span, check_target
from musivid.pipeline.video.artwork import check_cover, cover_files
from musivid.pipeline.video.footage import footage_files
from musivid.pipeline.video.layer_target import check_layer, layer_codec
from musivid.pipeline.video.lines import lines_of
from musivid.pipeline.video.models import check_models, used_models
from musivid.pipeline.video.pictures import check_own, own_pictures
from musivid.pipeline.video.restyled import check_beneath
from musivid.settings.named import named_files
from musivid.settings.video import (
    GuidancePreset,
    InterpolatePreset,
    VideoPreset,
)
from musivid.weights.names import is_path

if TYPE_CHECKING:
    from musivid.pipeline.render.away import Needs

__all__ = [
    "CheckedJob",
    "VideoJob",
    "check_guidance",
    "check_inputs",
    "check_job",
    "check_kept",
    "files_read",
    "needs_of",
    "picture_files",
    "stem_files",
]


@dataclass(frozen=True, slots=True)
class VideoJob:
    """One video to be made.

    Attributes:
        song: the sound; any audio or video file.
        out: the mp4; None: not known yet.
        preset: settings; an InterpolatePreset interpolates.
        lyrics: timed text, as a file or as cues on the song's clock; or None.
        start_s: where in the song to begin.
        end_s: where to end; None: at its end.
        burn_lyrics: write the lines into the picture.
        subtitles: put the lines into the film as a track that players can show.
        command: who asked: video, interpolate.
        lyrics_encoding: of the file of lyrics, as Python calls it; None: it is told from its bytes.
        spread_lyrics: its lines have no times; they go where somebody seems to sing.
        beats: beats that were corrected, or None: they are heard.
        timeline: where the film is written as a timeline for editors, or None.
        lyrics_fps: frames a second of a file that counts frames; None: as it says itself.
        lyrics_name: what cues are called in messages, where they were not given but found.
        known_as: what files are called where the job was asked for, if that is elsewhere.
    """

    song: Path
    out: Path | None
    preset: VideoPreset
    lyrics: Path | tuple[Cue, ...] | None = None
    start_s: float = 0.0
    end_s: float | None = None
    burn_lyrics: bool = False
    subtitles: bool = False
    command: str = "video"
    lyrics_encoding: str | None = None
    spread_lyrics: bool = False
    beats: BeatFile | None = None
    timeline: Path | None = None
    lyrics_fps: Fraction | None = None
    lyrics_name: str = ""
    known_as: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_worded(self) -> bool:
        """Whether there are lines or a story."""
        return bool(self.lyrics or self.preset.guidance.story)


@dataclass(frozen=True, slots=True)
class CheckedJob:
    """A job whose inputs can be used.

    Attributes:
        job: what was asked for.
        cues: the lyrics, on the clock of the part that is rendered; all at 0 where they are still
            to be spread.
        warnings: what the user should know.
        notes: what the user may want to know.
    """

    job: VideoJob
    cues: tuple[Cue, ...]
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def out(self) -> Path:
        """The mp4.

        Raises:
            UsageError: none was named.
        """
        if self.job.out is None:
            raise UsageError("the film has no output", hint="Name an mp4 to save it as.")
        return self.job.out


def check_job(job: VideoJob, *, force: bool = False, offline: bool = False) -> CheckedJob:
    """Check everything that does not need a model; nothing is written.

    Raises:
        UsageError: an input, preset, option or output that the user can mend; the subclass says
            which. WeightsError: weights that are missing or damaged.
    """
    if job.out is not None and not job.preset.is_layer:
        _check_out(job, job.out, force=force)
    info = probe_audio(job.song)
    if job.preset.is_layer:
        check_layer(job, force=force)
    if job.burn_lyrics and not job.lyrics:
        raise UsageError("--burn-lyrics has nothing to write", hint="Give --lyrics FILE as well.")
    if job.spread_lyrics and not job.lyrics:
        raise UsageError("--spread-lyrics has no lines", hint="Give --lyrics FILE as well.")
    if job.subtitles and not job.lyrics:
        raise UsageError("--subtitles has no lines", hint="Give --lyrics FILE as well.")
    if (job.burn_lyrics or job.subtitles) and job.preset.output.format == "canvas":
        raise UsageError("a canvas has no words", hint="Leave --burn-lyrics and --subtitles out.")
    check_span(job.start_s, job.end_s)
    checked = check_inputs(job, info.sure_s, offline=offline)
    if job.out is not None:
        check_kept(job, job.out)
    if job.out is not None and (FILM.holds(job.out) or job.preset.is_layer):
        whole_s = info.duration_s or 0.0
        length_s = min(job.end_s or whole_s, whole_s) - job.start_s
        codec = layer_codec(job.out).name if job.preset.is_layer else job.preset.output.codec
        check_film(job.out, job.preset.output, length_s, codec)
    beside = _lyrics_beside(job)
    notes = (f"found {beside.name}; add --lyrics {beside} to use it",) if beside else ()
    return replace(checked, notes=(*checked.notes, *notes))


def _lyrics_beside(job: VideoJob) -> Path | None:
    """The file beside a song without lyrics that likely holds them."""
    if job.lyrics is not None:
        return None
    return next(
        iter(lyrics_for(job.song, job.song.absolute().parent, suffixes_beside_songs())), None
    )


def _check_out(job: VideoJob, out: Path, *, force: bool) -> None:
    """Check the output of a job: a film, or one picture of living scenes.

    Raises:
        OutputError, UsageError, PresetError, MissingError: as `check_target` has it.
    """
    if out.suffix.lower() not in PICTURE.written:
        check_target(out, job.preset, job.preset.output.codec, force=force)
        return
    check_output(out, force=force)
    if job.preset.is_footage:
        raise UsageError(f"{out.name}: footage is cut into a film", hint="Name an mp4 with -o.")
    if job.burn_lyrics or job.subtitles:
        raise UsageError(
            f"{out.name}: one picture has no words", hint="Leave --burn-lyrics and --subtitles out."
        )
    if job.preset.painting.mode != "living":
        raise PresetError(
            f"{out.name}: one picture is drawn of living scenes alone",
            hint="Leave --preset out, or name a film with -o.",
        )


def check_inputs(job: VideoJob, whole_s: float | None, *, offline: bool = False) -> CheckedJob:
    """Check words, pictures and models of a job; its song may be in memory alone.

    Args:
        job: what was asked for.
        whole_s: length of the song, where it is known.
        offline: nothing may be fetched.

    Raises:
        UsageError, WeightsError: as `check_job` has it.
    """
    cues, warnings = lines_of(job)
    if job.preset.painting.mode == "living":
        _check_living(job, _film_s(job, whole_s))
    check_guidance(job.preset.guidance, cues)
    _check_pictures(job)
    for path in stem_files(job).values():
        probe_audio(path)
    check_beats(job.beats)
    warnings += check_beneath(job.preset, job.start_s, _film_s(job, whole_s))
    check_models(job.preset, offline=offline, worded=job.is_worded)
    notes = check_cover(job.preset, job.song)
    return CheckedJob(job, tuple(cues), tuple(warnings), notes)


def files_read(job: VideoJob) -> dict[str, Path | list[Path] | None]:
    """All files that a job reads, by what they are to it."""
    return {
        "song": job.song,
        "lyrics": job.lyrics if isinstance(job.lyrics, Path) else None,
        "beats": job.beats.path if job.beats else None,
        **picture_files(job),
        **stem_files(job),
        **named_files(job.preset),
        **({"footage": footage_files(job.preset)} if job.preset.is_footage else {}),
    }


def check_kept(job: VideoJob, out: Path) -> None:
    """Check that a film or picture, and the work on it, keep what the job reads as it is.

    Raises:
        OutputError: something would be lost.
    """
    work = run_folder(out) if FILM.holds(out) or job.preset.is_layer else None
    check_apart({"film": out}, files_read(job), work=work)


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


def picture_files(job: VideoJob) -> dict[str, Path]:
    """Picture files that the result depends on, by their role."""
    preset = job.preset
    files = {f"image {n}": Path(image.path) for n, image in enumerate(preset.guidance.images)}
    if preset.painting.init_image:
        files["init image"] = Path(preset.painting.init_image)
    files |= cover_files(preset, job.song)
    for number, own in enumerate(own_pictures(preset, job.song)):
        if isinstance(own.source, Path) and own.source not in files.values():
            files[f"picture {number}"] = own.source
    return {role: expanded(path) for role, path in files.items()}


def stem_files(job: VideoJob) -> dict[str, Path]:
    """Sound files that the hits of a film are taken from, by their role."""
    return {f"stem {n}": expanded(stem.path) for n, stem in enumerate(job.preset.audio.stems)}


def _check_pictures(job: VideoJob) -> None:
    """Check that picture files of the job can be read as pictures."""
    for role, path in picture_files(job).items():
        check_file(path, "a picture")
        check_picture(path, role)


def _film_s(job: VideoJob, whole_s: float | None) -> float | None:
    """Length of the film, where that of the song is known."""
    if whole_s is None:
        return None if job.end_s is None else job.end_s - job.start_s
    return min(job.end_s or whole_s, whole_s) - job.start_s


def _check_living(job: VideoJob, film_s: float | None) -> None:
    """Check what drawn scenes are asked for.

    Raises:
        PresetError: an unknown scene, a scene beside a plan, or a way between sound and words.
        InputError: a plan with faults, or no footage.
    """
    from musivid.living.world import find_looks
    from musivid.pipeline.video.footage import check_footage
    from musivid.pipeline.video.places import plan_rows

    preset = job.preset
    if preset.is_layer:
        return
    if preset.is_footage:
        check_footage(preset)
        return
    find_looks(preset.living.scene)
    if preset.living.plan is not None and preset.living.scene is not None:
        raise PresetError(
            "living.scene and living.plan both say where the film goes",
            hint="Leave --scene out, or write the scene into the plan.",
        )
    if isinstance(preset, InterpolatePreset):
        _check_swing(preset)
    check_own(preset, job.song, plan_rows(preset, film_s))


def _check_swing(preset: InterpolatePreset) -> None:
    """Check that there is a way between scenes.

    Raises:
        PresetError: there is none, or one that would flicker.
    """
    from musivid.pipeline.video.swung import LEAST_PERIOD_S

    if preset.is_cover or preset.is_picture:
        raise PresetError(
            f"--scene {preset.living.scene} does not go from the sound to the words",
            hint="Use `musivid video`, or leave --scene out.",
        )
    if preset.period_s is not None and preset.period_s < LEAST_PERIOD_S:
        raise PresetError(
            f"period_s {preset.period_s:g} is too short to go into a scene and back",
            hint=f"Give {LEAST_PERIOD_S:g} or more, or --preset dream.",
        )


def needs_of(job: VideoJob) -> Needs:
    """What of a machine a film depends on."""
    from musivid.pipeline.render.away import Needs

    drawn = job.preset.painting.mode == "living"
    named = used_models(job.preset, worded=job.is_worded).items()
    return Needs(
        films=True,
        networks=not drawn or bool(named),
        drawn=drawn,
        worded=drawn or bool(job.lyrics),
        published=job.preset.is_clips,
        models=frozenset((family, name) for family, name in named if name and not is_path(name)),
    )
