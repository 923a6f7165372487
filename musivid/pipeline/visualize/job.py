"""What `visualize` is asked for, and all that can be checked before any model loads."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeGuard

from musivid.core.errors import InputError, UsageError
from musivid.core.outputs import check_apart
from musivid.core.paths import expanded
from musivid.core.run import run_folder
from musivid.core.timeline import Cue, shift_cues
from musivid.media.audio import AudioInfo, probe_audio
from musivid.media.containers import check_file
from musivid.media.lyrics.reading import read_cues
from musivid.pipeline.caption import LEAST_S, check_caption
from musivid.pipeline.guidance.beat_files import BeatFile, check_beats
from musivid.pipeline.render.checks import check_film, check_span, check_target
from musivid.pipeline.visualize.fitting import check_pipelines
from musivid.pipeline.visualize.kinds import ARTISTS
from musivid.pipeline.visualize.styles import GenreStyles, find_styles, read_styles
from musivid.settings.caption import CaptionPreset
from musivid.settings.heeded import refuse_unheeded
from musivid.settings.named import named_files
from musivid.settings.presets import load_preset
from musivid.settings.visualize import LATENT, VisualizePreset
from musivid.weights.animators import find_animator
from musivid.weights.missing import gather
from musivid.weights.names import find_files, is_path
from musivid.weights.pipelines import find_pipeline
from musivid.weights.registry import Family

if TYPE_CHECKING:
    from musivid.pipeline.render.away import Needs

__all__ = [
    "CheckedVisualize",
    "VisualizeJob",
    "check_visualize",
    "files_read",
    "needs_of",
    "pocket_models",
]


@dataclass(frozen=True, slots=True)
class VisualizeJob:
    """One visualisation to be made.

    Attributes:
        song: the sound; any audio or video file.
        out: the mp4; None: not known yet.
        preset: settings.
        captions: timed text, or None: they are made.
        artwork: pictures that keyframes should be like.
        images: keyframes themselves; with them nothing is painted.
        start_s: where in the song to begin.
        end_s: where to end; None: at its end.
        download: published pipelines may be fetched.
        captions_encoding: of the file of captions, as Python calls it; None: it is told from it.
        beats: beats that were corrected, or None: they are heard.
    """

    song: Path
    out: Path | None
    preset: VisualizePreset
    captions: Path | None = None
    artwork: tuple[Path, ...] = ()
    images: tuple[Path, ...] = ()
    start_s: float = 0.0
    end_s: float | None = None
    download: bool = False
    captions_encoding: str | None = None
    beats: BeatFile | None = None

    @property
    def mode(self) -> str:
        """How the walk goes."""
        return self.preset.walks_by(given=bool(self.images))


@dataclass(frozen=True, slots=True)
class CheckedVisualize:
    """A job whose inputs can be used.

    Attributes:
        job: what was asked for.
        info: what the song's file says.
        cues: captions of the user on the clock of the part that is rendered; empty: to be made.
        captions: settings of the captioner; None: captions are plain.
        styles: the table of styles.
        models: files of pocket models, by family.
        pipelines: folder or hub id of each published pipeline, by its role in the preset.
        warnings: what the user should know.
    """

    job: VisualizeJob
    info: AudioInfo
    cues: tuple[Cue, ...]
    captions: CaptionPreset | None
    styles: GenreStyles
    models: dict[str, Path]
    pipelines: dict[str, Path | str]
    warnings: tuple[str, ...] = ()

    @property
    def out(self) -> Path:
        """The mp4.

        Raises:
            UsageError: none was named.
        """
        if self.job.out is None:
            raise UsageError("the film has no output", hint="Name an mp4 to save it as.")
        return self.job.out


def check_visualize(
    job: VisualizeJob, *, force: bool = False, offline: bool = False, preview: Path | None = None
) -> CheckedVisualize:
    """Check everything that does not need a model; nothing is written.

    Args:
        job: what was asked for.
        force: the output may be there already.
        offline: nothing may be fetched.
        preview: a picture that is drawn instead of the film; it needs no models.

    Raises:
        UsageError: an input, preset, option or output that the user can mend; the subclass says
            which. WeightsError: weights that are missing or damaged.
    """
    if job.out is not None:
        check_target(job.out, job.preset, job.preset.output.codec, force=force)
        _check_kept(job, job.out, preview)
    check_span(job.start_s, job.end_s)
    if job.images and (job.captions or job.artwork):
        raise UsageError(
            "--images are the keyframes: --captions and --artwork would have no effect",
            hint="Leave --images out to have pictures painted from captions and artwork.",
        )
    drawn = job.preset.models.artist == "living"
    if drawn and not job.images and job.mode != "living":
        raise UsageError(
            f"walk.mode {job.mode} walks between pictures, and here scenes are drawn",
            hint="Leave --walk out, give --images, or have pictures painted: --preset dream.",
        )
    if job.images and job.mode == "painting":
        raise UsageError(
            "walk.mode painting needs pictures of the pocket artist",
            hint="With --images use latent, clips, morph, crossfade or kenburns.",
        )
    refuse_unheeded(job.preset, _aspects(job))
    info = probe_audio(job.song)
    cues, warnings = _read_captions(job)
    _check_pictures(job)
    check_beats(job.beats)
    styles = read_styles(find_styles(job.preset.prompts.styles))
    _check_genre(job, styles)
    for stem in job.preset.curve.stems:
        probe_audio(expanded(stem.path))
    captions = _captioner(job)
    files: dict[str, Path] = {}
    pipelines: dict[str, Path | str] = {}
    if preview is None:
        files, pipelines = _find_models(job, info, captions, offline=offline)
        check_pipelines(job.preset, pipelines, mode=job.mode, led=bool(job.artwork))
    if job.out is not None:
        whole = info.duration_s or 0.0
        check_film(job.out, job.preset.output, min(job.end_s or whole, whole) - job.start_s)
    return CheckedVisualize(
        job, info, tuple(cues), captions, styles, files, pipelines, tuple(warnings)
    )


def _aspects(job: VisualizeJob) -> dict[str, tuple[str, ...]]:
    """What decides which settings are heeded, as far as the job says."""
    return {
        "walk.mode": (job.mode,),
        "--artwork": ("given" if job.artwork else "none",),
        "pictures of the film": ("given" if job.images else "painted",),
    }


def files_read(job: VisualizeJob) -> dict[str, Path | Iterable[Path] | None]:
    """All files that a job reads, by what they are to it."""
    return {
        "song": job.song,
        "captions": job.captions,
        "beats": job.beats.path if job.beats else None,
        "artwork": job.artwork,
        "pictures": job.images,
        **named_files(job.preset),
    }


def needs_of(job: VisualizeJob) -> Needs:
    """What of a machine a film depends on."""
    from musivid.pipeline.render.away import Needs

    named: dict[Family, str | None] = dict(pocket_models(job))
    if not job.images and (captions := _captioner(job)):
        named["captioner"] = captions.models.captioner
    return Needs(
        films=True,
        networks=True,
        drawn=job.mode == "living",
        worded=job.mode == "living",
        published=bool(_pipelines(job)),
        models=frozenset((family, name) for family, name in named.items() if _is_named(name)),
    )


def _is_named(name: str | None) -> TypeGuard[str]:
    return bool(name) and not is_path(str(name))


def _check_kept(job: VisualizeJob, out: Path, preview: Path | None) -> None:
    """Check that what is written, and the work on it, keep what the job reads as it is.

    Raises:
        OutputError: something would be lost.
    """
    read = files_read(job)
    if preview is not None:
        check_apart({"preview": preview}, read)
    else:
        check_apart({"film": out}, read, work=run_folder(out))


def _read_captions(job: VisualizeJob) -> tuple[list[Cue], list[str]]:
    """Captions that say something, on the clock of the rendered part; and what is odd about them.

    Which of them lie within the song is not known before it is decoded.

    Raises:
        InputError: not readable, or nothing is said in the part.
    """
    if job.captions is None:
        return [], []
    check_file(job.captions, "a file of captions")
    read = read_cues(job.captions, job.captions_encoding)
    end_s = job.end_s
    said = [
        replace(cue, text=" ".join(cue.text.split()))
        for cue in shift_cues(read.cues, job.start_s)
        if cue.text.strip() and (end_s is None or cue.start_s < end_s - job.start_s)
    ]
    if not said:
        raise InputError(
            f"{job.captions} says nothing while the song lasts",
            hint="Its times must lie within the part that is rendered, and its texts not be empty.",
        )
    return said, list(read.warnings)


def _check_pictures(job: VisualizeJob) -> None:
    """Decode each picture once, so that a damaged one is told before hours of work.

    Raises:
        InputError: one cannot be read.
    """
    from musivid.media.pictures import check_picture

    for role, paths in (("artwork", job.artwork), ("image", job.images)):
        for path in paths:
            check_file(path, "a picture")
            check_picture(path, role)


def _check_genre(job: VisualizeJob, styles: GenreStyles) -> None:
    """Check that a genre that the user names is in the table.

    Raises:
        UsageError: it is not.
    """
    genre = job.preset.prompts.genre
    if genre and not styles.style_of(genre):
        from musivid.settings.faults import nearest

        near = nearest(genre.lower(), styles.words())
        raise UsageError(
            f"prompts.genre {genre!r} is not in the table of styles"
            + (f"; nearest: {near}" if near else ""),
            hint=f"It has: {', '.join(styles.words())}.",
        )


def _captioner(job: VisualizeJob) -> CaptionPreset | None:
    """The settings of the captioner; None where captions are plain."""
    name = job.preset.models.captioner
    return None if name == "plain" else load_preset("caption", name)


def _find_models(
    job: VisualizeJob, info: AudioInfo, captions: CaptionPreset | None, *, offline: bool
) -> tuple[dict[str, Path], dict[str, Path | str]]:
    """Files of our own networks by family, and pipelines by role.

    Raises:
        WeightsError: one is damaged or missing; all that are missing are told at once.
    """
    wanted = _pipelines(job)
    checks: list[Callable[[], Any]] = [lambda: find_files(pocket_models(job), offline=offline)]
    if captions and not (job.images or job.captions):
        checks.append(lambda: _captioner_file(job, info, captions, offline=offline))
    for role, (name, kind) in wanted.items():
        find = find_animator if role == "animator" else functools.partial(find_pipeline, kind=kind)
        checks.append(functools.partial(find, name, offline=offline, download=job.download))
    found = gather(checks)
    places = found[-len(wanted) :] if wanted else []
    files = {
        family: file for some in found[: len(found) - len(wanted)] for family, file in some.items()
    }
    return files, dict(zip(wanted, places, strict=True))


def _captioner_file(
    job: VisualizeJob, info: AudioInfo, captions: CaptionPreset, *, offline: bool
) -> dict[str, Path]:
    """The file of the captioner, checked; none where it is built in code."""
    if info.sure_s is not None and info.sure_s < LEAST_S:
        # Too short for a command that only captions, but a video of it can be made.
        return find_files({"captioner": captions.models.captioner}, offline=offline)
    weights = check_caption(job.song, captions, offline=offline).weights
    return {"captioner": weights} if weights else {}


def pocket_models(job: VisualizeJob) -> dict[Family, str | None]:
    """Our own networks that the job needs, by family."""
    models = job.preset.models
    needed = set() if job.images else set(ARTISTS[models.artist].networks)
    if models.walker is None and job.mode in LATENT:
        needed.add("painter")
    if job.preset.seen_as_sights and not job.images:
        needed.add("perceptor")
    families: tuple[Family, ...] = ("painter", "perceptor", "dreamer")
    return {family: getattr(models, family) for family in families if family in needed}


def _pipelines(job: VisualizeJob) -> dict[str, tuple[str, str]]:
    """Published pipelines that the job needs, by role in the preset, with the class wanted."""
    models = job.preset.models
    needed: dict[str, tuple[str | None, str]] = {}
    if job.mode == "clips":
        needed["animator"] = models.animator, ""
    elif job.mode in LATENT:
        wanted = "StableDiffusionImageVariationPipeline" if job.mode == "variation" else ""
        needed["walker"] = models.walker, wanted
    named = {} if job.images else ARTISTS[models.artist].named(models)
    return {role: (name, kind) for role, (name, kind) in needed.items() if name} | named
