"""A song and its pictures in memory: captions, prompts, keyframes and frames; saved as a film.

What is made lies in a folder of the system's until the film is saved, in the form of a run: so that
pictures need no memory, and saving goes on from what there is.
"""

from __future__ import annotations

import functools
import shutil
import tempfile
import weakref
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from musivid.core.errors import UsageError
from musivid.core.paths import expanded
from musivid.core.progress import Reporter, Silent
from musivid.core.run import Run
from musivid.core.stopping import StopFlag
from musivid.core.timeline import Cue
from musivid.media.audio import Track
from musivid.media.lyrics.encoding import check_encoding
from musivid.media.lyrics.writing import write_cues
from musivid.media.pictures import Picture, save_picture
from musivid.pipeline.render.film import Film
from musivid.pipeline.render.shown import Shown
from musivid.pipeline.visualize.job import CheckedVisualize, VisualizeJob, check_visualize
from musivid.pipeline.visualize.keyframes import Keyframe
from musivid.pipeline.visualize.listen import listen
from musivid.pipeline.visualize.make import VisualizeResult, make_visual, open_run
from musivid.pipeline.visualize.plan import VisualizePlan
from musivid.pipeline.visualize.prompts import Prompt
from musivid.pipeline.visualize.stages import Stages
from musivid.settings.presets import Overrides, change_preset, load_preset, without_none
from musivid.settings.visualize import VisualizePreset
from musivid.weights.session import Session

__all__ = ["Illustrated", "illustrate", "illustrate_samples"]

Frame = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)  # without slots: what was painted is kept
class Illustrated(Shown):
    """A song, what is to be seen of it, and the film that walks from picture to picture.

    Iterated over it gives the film's frames, uint8 [height, width, 3] RGB; frame k belongs to
    k / fps. Keyframes are painted when they, or the first frame, are asked for.

    Attributes:
        plan: its clock, its sections with their captions, the ways between pictures.
        prompts: what each picture is asked for; none where pictures were given.
        stages: the work on its way.
    """

    plan: VisualizePlan
    prompts: tuple[Prompt, ...] = field(repr=False)
    stages: Stages = field(repr=False)

    @property
    def captions(self) -> tuple[Cue, ...]:
        """One a section, with start and end; empty texts where pictures were given."""
        return self.plan.sections

    @functools.cached_property
    def pictures(self) -> tuple[Picture, ...]:
        """The keyframes, uint8 [height, width, 3] RGB each."""
        return tuple(keyframe.picture for keyframe in self._keyframes)

    @property
    def planned(self) -> VisualizePlan:
        """The plan."""
        return self.plan

    def frames(self, first: int = 0) -> Iterator[Frame]:
        """Frames uint8 [height, width, 3] from number `first` on; those that a file shows."""
        return self._film.frames(first)

    def save(
        self,
        path: Path | str,
        *,
        force: bool = False,
        resume: bool = False,
        resume_any: bool = False,
    ) -> VisualizeResult:
        """Make an mp4 with its sound; killed at any moment, the same call goes on.

        Args:
            path: the mp4; prompts and keyframes are kept beside it in a folder of its name.
            force: replace a file that is there, or unfinished work with other settings.
            resume: demand that there is unfinished work to go on with.
            resume_any: go on where the machine is another; the recipe then says `mixed`.

        Raises:
            OutputError: it exists, cannot be written, or the disk has no room.
            Interrupted: Ctrl-C; what is done is kept.
        """
        session = self.stages.session
        job = replace(self.stages.checked.job, out=expanded(path))
        return make_visual(
            check_visualize(job, force=force, offline=session.offline),
            session,
            force=force,
            resume=resume,
            resume_any=resume_any,
            begun=self.stages.run,
            reporter=self.stages.reporter,
        )

    @functools.cached_property
    def _keyframes(self) -> list[Keyframe]:
        return self.stages.keyframes(self.plan, list(self.prompts))

    @functools.cached_property
    def _film(self) -> Film:
        return self.stages.film(self.plan, list(self.prompts), self._keyframes)


def illustrate(
    song: Track | Path | str,
    captions: Path | str | Iterable[Cue] | None = None,
    *,
    artwork: Sequence[Path | str | Picture] = (),
    images: Sequence[Path | str | Picture] = (),
    preset: VisualizePreset | str | Path | None = None,
    settings: Overrides = (),
    seed: int | None = None,
    size: str | tuple[int, int] | None = None,
    start_s: float = 0.0,
    end_s: float | None = None,
    captions_encoding: str | None = None,
    download: bool = False,
    session: Session | None = None,
    reporter: Reporter | None = None,
) -> Illustrated:
    """Say what a song sounds like, section by section, to be painted and walked through.

    Args:
        song: a file with sound, or a track.
        captions: timed text, as a file or as cues on the song's clock; None: they are made.
        artwork: pictures that keyframes should be like: files, or uint8 [h, w, 3] RGB.
        images: keyframes themselves; with them nothing is painted.
        preset: settings, by name or path, or loaded; None: the default, living scenes.
        settings: laid over the preset, as {"walk.hold": 0.5}.
        seed: of everything; None: the preset's.
        size: of frames, (width, height) or `640x360`; None: the preset's.
        start_s: where in the file to begin.
        end_s: where to end; None: at its end.
        captions_encoding: of the file of captions, as Python calls it; None: it is told from it.
        download: published pipelines may be fetched.
        session: device and models; None: one of its own.
        reporter: told of stages and progress.

    Raises:
        MusividError: an input, setting or model that cannot be used; the subclass says which.
    """
    reporter = reporter or Silent()
    check_encoding(captions_encoding)
    chosen = preset if isinstance(preset, VisualizePreset) else load_preset("visualize", preset)
    wide = size if isinstance(size, str) or size is None else f"{size[0]}x{size[1]}"
    typed = without_none({"seed": seed, "output.size": wide})
    chosen = change_preset(change_preset(chosen, settings), typed)
    session = session or Session(reporter=reporter)
    folder = Path(tempfile.mkdtemp(prefix="musivid-"))
    try:
        job = VisualizeJob(
            _song_file(song, folder),
            None,
            chosen,
            captions=_captions_file(captions, folder),
            artwork=_picture_files(artwork, folder, "artwork"),
            images=_picture_files(images, folder, "image"),
            start_s=start_s,
            end_s=end_s,
            download=download,
            captions_encoding=captions_encoding,
        )
        if isinstance(song, Track) and song.path is not None:
            job = _cut(job, song)
        checked = check_visualize(job, offline=session.offline)
        return _illustrated(checked, session, folder, reporter)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def illustrate_samples(
    samples: NDArray[np.float32],
    rate_hz: int,
    captions: Iterable[Cue] | None = None,
    *,
    preset: VisualizePreset,
    session: Session,
) -> Iterator[Frame]:
    """Frames uint8 [height, width, 3] of a sound, walking through pictures of what it says.

    Args:
        samples: float32 [channels, n], -1..1.
        rate_hz: samples a second.
        captions: on the clock of the sound; None: they are made.
        preset: settings.
        session: device and models.
    """
    made = illustrate(Track(samples, rate_hz), captions, preset=preset, session=session)
    yield from made  # which must live as long as its frames are asked for


def _illustrated(
    checked: CheckedVisualize, session: Session, folder: Path, reporter: Reporter
) -> Illustrated:
    """Hear, caption and plan a job, with a run in a folder that goes when nobody needs it."""
    song = listen(checked, reporter)
    placed = replace(checked, job=replace(checked.job, out=folder / "film.mp4"))
    run = open_run(placed, session, force=False, resume=False)
    try:
        stages = Stages(placed, session, song, run, StopFlag(), reporter=reporter)
        plan = stages.plan()
        made = Illustrated(plan, tuple(stages.prompts(plan)), stages)
    except BaseException:
        run.close()
        raise
    weakref.finalize(made, _tidy, run, folder)
    return made


def _tidy(run: Run, folder: Path) -> None:
    """Leave nothing behind."""
    run.close()
    shutil.rmtree(folder, ignore_errors=True)


def _song_file(song: Track | Path | str, folder: Path) -> Path:
    """The file of a song; one that was made in memory is written into the folder."""
    if not isinstance(song, Track):
        return expanded(song)
    if song.path is not None:
        return song.path
    import soundfile

    path = folder / "track.wav"
    soundfile.write(path, song.samples.T, song.rate_hz, subtype="FLOAT")
    return path


def _cut(job: VisualizeJob, track: Track) -> VisualizeJob:
    """The job of a track that is a part of its file.

    Raises:
        UsageError: another span is asked for.
    """
    if job.start_s or job.end_s is not None:
        raise UsageError(
            "a track has been cut already", hint="Leave start_s and end_s out, or give a file."
        )
    return replace(job, start_s=track.start_s, end_s=track.start_s + track.duration_s)


def _captions_file(captions: Path | str | Iterable[Cue] | None, folder: Path) -> Path | None:
    """The file of captions; cues are written into the folder."""
    if captions is None:
        return None
    if isinstance(captions, str | Path):
        return expanded(captions)
    path = folder / "captions.json"
    write_cues(sorted(captions, key=lambda cue: cue.start_s), path)
    return path


def _picture_files(
    pictures: Sequence[Path | str | Picture], folder: Path, role: str
) -> tuple[Path, ...]:
    """The files of pictures; those in memory are written into the folder."""
    files = []
    for number, picture in enumerate(pictures):
        if isinstance(picture, str | Path):
            files.append(expanded(picture))
        else:
            files.append(folder / f"{role}-{number}.png")
            save_picture(files[-1], picture)
    return tuple(files)
