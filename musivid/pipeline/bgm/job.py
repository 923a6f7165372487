"""What music for a clip is made of, and all that can be checked before any model loads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from musivid.core.errors import InputError, PresetError, UsageError
from musivid.core.limits import LENGTH
from musivid.core.outputs import check_apart, check_output, check_room
from musivid.core.paths import expanded
from musivid.core.run import check_run_folder, is_being_delivered, run_folder
from musivid.interchange.otio import opentimelineio
from musivid.interchange.reading import MediaClock, Wish
from musivid.interchange.timecode import snapped
from musivid.interchange.writing import output_for
from musivid.media.containers import check_file
from musivid.media.frames import VideoInfo, probe_video, stated_timecode
from musivid.media.kinds import HOLDS_ANY, NOTES
from musivid.media.packets import PacketTimes, scan_packets
from musivid.media.soundfonts import open_font
from musivid.pipeline.bgm.control import Control, read_control
from musivid.pipeline.bgm.metadata import Metadata, read_metadata_json
from musivid.pipeline.bgm.points import Named, name_moments
from musivid.pipeline.bgm.wished import check_band, check_wishes
from musivid.score.bmt.vocabulary import read_vocabulary
from musivid.settings.bgm import BgmInferPreset
from musivid.settings.named import named_files
from musivid.weights.missing import missed_at_once, unless_missing
from musivid.weights.names import find_model, find_soundfont, is_path, soundfont_named
from musivid.weights.pipelines import find_pipeline
from musivid.weights.registry import Family

if TYPE_CHECKING:
    from musivid.pipeline.render.away import Needs

__all__ = [
    "BgmJob",
    "BgmOutputs",
    "CheckedBgm",
    "check_bgm",
    "check_clip",
    "check_settings",
    "files_read",
    "needs_of",
    "outputs_of",
]

_PLAYED_S = 600.0  # of a clip for ACE-Step, the most that it was taught with
_LEAST_S = 1.0  # of a clip: half a bar
_WAV_BYTES_PER_S = 44_100 * 2 * 2  # of one WAV


@dataclass(frozen=True, slots=True)
class BgmJob:
    """One clip to be scored.

    Attributes:
        clip: the film.
        out: the mp4; None: not known yet.
        preset: settings.
        hit_points: moments that beats must meet, in seconds or as a file of them, or None.
        metadata: published metadata.json to be used instead of looking at the film, or None.
        save_metadata: where to write such a file, or None.
        control: published control rows to be obeyed instead of looking at the film, or None.
        save_control: where to write such rows, or None.
        cuts: a file that says where the film cuts, or None: it is looked at.
        wish: how both files of moments are to be read.
        markers: where parts, hits and cuts are written for editors, or None.
    """

    clip: Path
    out: Path | None
    preset: BgmInferPreset
    hit_points: Path | tuple[float, ...] | None = None
    metadata: Path | None = None
    save_metadata: Path | None = None
    control: Path | None = None
    save_control: Path | None = None
    cuts: Path | None = None
    wish: Wish = field(default_factory=Wish)
    markers: Path | None = None


@dataclass(frozen=True, slots=True)
class BgmOutputs:
    """The files that come of a clip."""

    video: Path
    midi: Path
    sound: Path
    plot: Path
    ranking: Path
    copies: tuple[Path, ...] = ()

    def all(self) -> tuple[Path, ...]:
        """Return what there always is, the video first; copies of the sound apart."""
        return self.video, self.midi, self.sound, self.plot, self.ranking

    def by_role(self) -> dict[str, Path]:
        """Return all of them by what they are to the user."""
        roles = ("scored clip", "notes", "sound", "plot", "ranking")
        copies = {f"{path.suffix[1:]} of the sound": path for path in self.copies}
        return dict(zip(roles, self.all(), strict=True)) | copies


@dataclass(frozen=True, slots=True)
class CheckedBgm:
    """A job whose inputs can be used.

    Attributes:
        job: what was asked for.
        info: what the clip's file says; None: it is in memory.
        duration_s: length of the picture.
        metadata: what was read instead of looking, or None.
        control: rows that are obeyed, or None.
        warnings: what the user should know.
        named: moments and cuts that the user named, with all that is known of them.
    """

    job: BgmJob
    info: VideoInfo | None
    duration_s: float
    metadata: Metadata | None
    control: Control | None = None
    warnings: tuple[str, ...] = ()
    named: Named = field(default_factory=Named)

    @property
    def points_s(self) -> tuple[float, ...]:
        """Moments named by the user, ascending."""
        return self.named.hits_s

    @property
    def outputs(self) -> BgmOutputs:
        """The files to be written.

        Raises:
            UsageError: none was named.
        """
        if self.job.out is None:
            raise UsageError("the music has no output", hint="Name an mp4 to write beside.")
        return outputs_of(self.job.clip, self.job.out, self.job.preset.sound.copies)


def outputs_of(clip: Path, out: Path, copies: Sequence[str] = ()) -> BgmOutputs:
    """Return the files that go with the mp4 `out`: clip.mid beside clip-bgm.mp4, else its name.

    Args:
        clip: the film.
        out: the mp4.
        copies: other forms of the sound, as `flac`.
    """
    base = clip.stem if out.stem == f"{clip.stem}-bgm" else out.stem
    return BgmOutputs(
        video=out,
        midi=out.with_name(f"{base}.mid"),
        sound=out.with_name(f"{base}.wav"),
        plot=out.with_name(f"{out.stem}.png"),
        ranking=out.with_name(f"{out.stem}.json"),
        copies=tuple(out.with_name(f"{base}.{form}") for form in dict.fromkeys(copies)),
    )


def check_bgm(job: BgmJob, *, force: bool = False, offline: bool = False) -> CheckedBgm:
    """Check everything that does not need a model; nothing is written.

    Raises:
        UsageError: an input, preset, option or output that the user can mend; the subclass says
            which. WeightsError: weights that are missing or damaged.
    """
    _check_outputs(job, force)
    info = probe_video(job.clip)
    warnings: list[str] = []
    times = _length(info, warnings)
    duration_s = times.length_s
    fps = snapped(info.fps) if times.is_uniform else times.grid_fps
    film = MediaClock(
        job.clip.name, duration_s, fps, stated_timecode(job.clip), is_even=times.is_uniform
    )
    checked = check_clip(job, film, times.count, offline=offline)
    if job.out is not None:
        sounds = 3 + (job.preset.candidates if job.preset.keep_candidates else 0)
        sounds += 2 * len(job.preset.control.instruments) if job.preset.sound.stems else 0
        sounds += job.preset.render.takes if job.preset.render.pipeline else 0
        needed = sounds * duration_s * _WAV_BYTES_PER_S + job.clip.stat().st_size
        check_room(job.out, needed)
    return replace(checked, info=info, warnings=tuple(warnings))


def check_clip(job: BgmJob, film: MediaClock, frames: int, *, offline: bool = False) -> CheckedBgm:
    """Check length, wishes and models of a job; its clip may be in memory alone.

    Args:
        job: what was asked for.
        film: length and rate of the picture.
        frames: how many it has.
        offline: nothing may be fetched.

    Raises:
        UsageError, WeightsError: as `check_bgm` has it.
    """
    _check_length(job, film.duration_s, frames)
    metadata = read_metadata_json(job.metadata) if job.metadata else None
    control = _control(job, film.duration_s)
    check_settings(job.preset, offline)
    named = name_moments(job.hit_points, job.cuts, film, job.wish)
    return CheckedBgm(job, None, film.duration_s, metadata, control, named=named)


def _control(job: BgmJob, duration_s: float) -> Control | None:
    """The control rows that are named, which the composer must read.

    Raises:
        InputError: they cannot be used. UsageError: nobody would obey them.
    """
    if job.control is None:
        return None
    if job.metadata is not None:
        raise UsageError(
            "--control and --metadata both say what the film is like", hint="Give one of them."
        )
    if job.save_control is not None or job.save_metadata is not None:
        raise UsageError(
            "with --control the clip is not looked at, so there is nothing to save of it",
            hint="Leave out --save-control and --save-metadata, or --control.",
        )
    control, preset = read_control(job.control), job.preset
    reader = "cmt" if preset.match.folder or preset.words == "pocket" else preset.words
    if preset.is_song or (reader is not None and reader != control.family):
        raise UsageError(
            f"{job.control} holds rows of {control.family.upper()}, "
            f"which composer {preset.composer!r} does not read",
            hint=f"Use a composer that does: --preset {control.family}.",
        )
    control.tempo_for(duration_s, preset.tempo.bpm)
    return control


def _check_outputs(job: BgmJob, force: bool) -> None:
    """Check that what is named can be written, and is nothing that is read.

    Raises:
        OutputError: it cannot be, or is.
    """
    saved = {"metadata to save": job.save_metadata, "control rows to save": job.save_control}
    saved["markers"] = job.markers
    if job.markers is not None and output_for(job.markers, None).suffix == ".otio":
        opentimelineio()
    written = {role: path for role, path in saved.items() if path is not None}
    if job.out is not None:
        check_output(job.out, force=force, endings=HOLDS_ANY)
        written |= outputs_of(job.clip, job.out, job.preset.sound.copies).by_role()
        check_run_folder(run_folder(job.out))
        # A run that was killed while it put them in place finds some of them there.
        force = force or is_being_delivered(job.out)
    check_apart(written, files_read(job), work=None if job.out is None else run_folder(job.out))
    for path in written.values():
        check_output(path, force=force)


def files_read(job: BgmJob) -> dict[str, Path | list[Path] | None]:
    """All files that a job reads, by what they are to it."""
    music = job.preset.match.folder
    songs = [] if music is None else expanded(music).rglob("*")
    return {
        "clip": job.clip,
        "hit points": job.hit_points if isinstance(job.hit_points, Path) else None,
        "cuts": job.cuts,
        "metadata": job.metadata,
        "control rows": job.control,
        "music": [path for path in songs if NOTES.holds(path)],
        **named_files(job.preset),
    }


def needs_of(job: BgmJob) -> Needs:
    """What of a machine the music depends on."""
    from musivid.pipeline.render.away import Needs

    preset = job.preset
    by_rules = preset.is_song or preset.match.folder is not None or preset.composer is None
    name = "" if by_rules else str(preset.composer)
    models: set[tuple[Family, str]] = set()
    if not by_rules and not is_path(name):
        models.add(("composer", name))
    if preset.render.pipeline is not None and not is_path(preset.render.pipeline):
        models.add(("pipeline", preset.render.pipeline))
    font = preset.sound.soundfont
    if font and not is_path(font):
        models.add(("soundfont", soundfont_named(font)))
    return Needs(networks=True, models=frozenset(models))


def _length(info: VideoInfo, warnings: list[str]) -> PacketTimes:
    """When the frames of the picture are shown, by its packets."""
    times = scan_packets(info.path)
    duration_s = times.length_s
    stated = info.duration_s or duration_s
    if stated > duration_s + 1.0:
        warnings.append(
            f"{info.path} states {stated:.1f} s, but its picture ends after {duration_s:.1f} s"
        )
    return times


def _check_length(job: BgmJob, duration_s: float, frames: int) -> None:
    """Check that music can be written, and played, for so long a picture.

    Raises:
        InputError: too short or too long.
    """
    clip = job.clip
    if duration_s < _LEAST_S:
        raise InputError(
            f"{clip} lasts {duration_s:.2f} s ({frames} frame{'s'[: frames - 1]}); "
            f"music needs {_LEAST_S:g} s at least",
            hint="Give a longer clip.",
        )
    LENGTH.check(duration_s / 3600, f"clip {clip}")
    if job.preset.render.pipeline is not None and duration_s > _PLAYED_S:
        raise InputError(
            f"{clip} lasts {duration_s:.0f} s, and ACE-Step plays {_PLAYED_S:.0f} s at most",
            hint="Leave --render out, or cut the clip.",
        )


def check_settings(preset: BgmInferPreset, offline: bool) -> None:
    """Check names and files that the preset speaks of.

    Raises:
        UsageError: one that the user can mend. WeightsError: weights are missing or damaged.
    """
    check_wishes(preset)
    if preset.vocabulary is not None:
        read_vocabulary(expanded(preset.vocabulary))
    with missed_at_once():
        _check_models(preset, offline)
    if preset.match.folder is not None:
        folder = expanded(preset.match.folder)
        found = folder.is_dir() and any(NOTES.holds(path) for path in folder.rglob("*"))
        if not found:
            raise InputError(
                f"{folder} is not a folder with MIDI files in it",
                hint="Give a folder of .mid files.",
            )
    elif preset.composer is None:
        raise PresetError(
            "there is neither a composer nor music to choose from",
            hint="Give --music FOLDER with MIDI files, or another preset.",
            command="musivid bgm infer CLIP --preset match --music FOLDER",
        )
    else:
        check_band(preset)


def _check_models(preset: BgmInferPreset, offline: bool) -> None:
    """Check the SoundFont, the composer and the player that are named.

    Raises:
        UsageError: an unknown one. WeightsError: one is missing or damaged.
    """
    if name := preset.sound.soundfont:
        font = unless_missing(lambda: find_soundfont(name, offline=offline))
        if font is not None:
            check_file(font, "a SoundFont")
            open_font(font)  # a damaged one is told now, not after the music is written
    if preset.composer is not None and preset.match.folder is None and not preset.is_song:
        find_model(preset.composer, "composer", offline=offline)
    if preset.render.pipeline is not None:
        find_pipeline(preset.render.pipeline, offline=offline, kind="AceStepPipeline")
