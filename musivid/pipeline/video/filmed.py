"""A song and its film in memory: frames when they are asked for, a file when it is saved."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from musivid.analysis.sound import SoundFacts
from musivid.core.errors import InputError, UsageError
from musivid.core.paths import expanded
from musivid.core.progress import Reporter, Silent
from musivid.core.timeline import Cue
from musivid.media.audio import MIN_SOUND_S, Track
from musivid.media.lyrics.encoding import check_encoding
from musivid.nets.protocols import Perceptor
from musivid.pipeline.guidance.beat_files import beat_file
from musivid.pipeline.guidance.schedule import Schedule
from musivid.pipeline.guidance.windows import embed_windows
from musivid.pipeline.render.checks import check_film, check_target
from musivid.pipeline.render.film import Film
from musivid.pipeline.render.keyframe_painting import paint_keyframe_plan, plan_keyframes
from musivid.pipeline.render.shown import Shown
from musivid.pipeline.render.studio import Studio, open_studio, painted_size
from musivid.pipeline.video.clips import loose_clip_film
from musivid.pipeline.video.cutting import PlannedCut, cut_film, planned_cut, render_cut
from musivid.pipeline.video.drawn import PlannedFilm, plan_drawn, render_drawn
from musivid.pipeline.video.job import CheckedJob, VideoJob, check_inputs, check_job, check_kept
from musivid.pipeline.video.layer import LayerFilm, layer_film, render_layer
from musivid.pipeline.video.layer_target import check_layer, layer_codec
from musivid.pipeline.video.listen import listen_to, plan_track
from musivid.pipeline.video.painted import make_film, render_painted, schedule_song
from musivid.pipeline.video.places import needs_ears
from musivid.pipeline.video.plan import VideoPlan
from musivid.pipeline.video.stages import VideoResult
from musivid.pipeline.video.timeline_file import check_timeline
from musivid.settings.presets import Overrides, change_preset, load_preset
from musivid.settings.video import InterpolatePreset, VideoPreset
from musivid.weights.session import Session

__all__ = ["Filmed", "film", "film_samples"]

Frame = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)  # without slots: what was painted is kept
class Filmed(Shown):
    """A song and its film.

    Iterated over it gives its frames, uint8 [height, width, 3] RGB; frame k belongs to k / fps.
    Keyframes are painted when the first frame is asked for, and kept.

    Attributes:
        checked: what was asked for.
        track: the song.
        facts: what is heard in it: tempo, beats, sections, curves.
        plan: its clock, windows of sound, moments of keyframes.
        session: device and models.
        reporter: told of stages and progress.
    """

    checked: CheckedJob
    track: Track = field(repr=False)
    facts: SoundFacts = field(repr=False)
    plan: VideoPlan = field(repr=False)
    session: Session = field(repr=False)
    reporter: Reporter = field(repr=False)

    @property
    def preset(self) -> VideoPreset:
        """All settings."""
        return self.checked.job.preset

    @property
    def planned(self) -> VideoPlan:
        """The plan."""
        return self.plan

    def frames(self, first: int = 0) -> Iterator[Frame]:
        """Frames uint8 [height, width, 3] from number `first` on; those that a file shows.

        A layer has a fourth channel, straight alpha.
        """
        if self.preset.is_layer:
            return self._layer.frames(first)
        if self.preset.is_footage:
            return self._cut.frames(first)
        if self.preset.painting.mode == "living":
            return self._drawn.frames(first)
        if self.preset.is_clips:
            return self._clips.frames(first)
        made = make_film(
            self._studio, self._schedule, self.facts, self.preset, self.plan,
            latents=self._latents, start_s=self.checked.job.start_s,
        )  # fmt: skip
        if self.preset.painting.mode == "every_frame":  # each frame goes on from the one before
            return islice(made.frames(), first, None)
        return made.frames(first)

    def save(
        self,
        path: Path | str,
        *,
        force: bool = False,
        resume: bool = False,
        resume_any: bool = False,
        timeline: Path | str | None = None,
    ) -> VideoResult:
        """Make an mp4 with its sound; killed at any moment, the same call goes on.

        Args:
            path: the mp4; work is kept beside it in a folder of its name.
            force: replace a file that is there, or unfinished work with other settings.
            resume: demand that there is unfinished work to go on with.
            resume_any: go on where the machine is another; the recipe then says `mixed`.
            timeline: where the film is written for editors, too: .otio, .fcpxml, .xml or .edl.

        Raises:
            OutputError: it exists, cannot be written, or the disk has no room.
            UsageError: a timeline of a track that has no file.
            Interrupted: Ctrl-C; what is done is kept.
        """
        out, edit = expanded(path), timeline and expanded(timeline).absolute()
        if edit and self.track.path is None:
            raise UsageError("a track in memory is no clip of a timeline", hint="Film its file.")
        job = replace(self.checked.job, out=out, timeline=edit or None)
        check_timeline(job, force=force)
        if self.preset.is_layer:
            check_layer(job, force=force)
        else:
            check_target(out, self.preset, self.preset.output.codec, force=force)
        check_kept(job, out)
        codec = layer_codec(out).name if self.preset.is_layer else self.preset.output.codec
        check_film(out, self.preset.output, self.duration_s, codec)
        with self._on_disk(job) as checked:
            if self.preset.is_layer:
                return render_layer(
                    checked,
                    (self.track, self.facts, self.plan),
                    offline=self.session.offline,
                    force=force,
                    resume=resume,
                    resume_any=resume_any,
                    reporter=self.reporter,
                )
            if self.preset.is_footage:
                return render_cut(
                    checked,
                    self._planned_cut,
                    offline=self.session.offline,
                    force=force,
                    resume=resume,
                    resume_any=resume_any,
                    reporter=self.reporter,
                )
            if self.preset.painting.mode == "living":
                return render_drawn(
                    checked,
                    self._planned,
                    offline=self.session.offline,
                    force=force,
                    resume=resume,
                    resume_any=resume_any,
                    reporter=self.reporter,
                )
            return render_painted(
                checked,
                self.session,
                lambda: (self.track, self.facts, self.plan),
                force=force,
                resume=resume,
                resume_any=resume_any,
                painted=self.__dict__.get("_latents", ()),
                reporter=self.reporter,
            )

    @contextmanager
    def _on_disk(self, job: VideoJob) -> Iterator[CheckedJob]:
        """The job with an output and with a file for the sound of a track made in memory."""
        if self.track.path is not None:
            yield replace(self.checked, job=job)
            return
        import soundfile

        with tempfile.TemporaryDirectory(prefix="musivid-") as folder:
            song = Path(folder) / f"{(job.out or Path()).stem}.wav"
            soundfile.write(song, self.track.samples.T, self.track.rate_hz, subtype="FLOAT")
            yield replace(self.checked, job=replace(job, song=song))

    @functools.cached_property
    def _planned_cut(self) -> PlannedCut:
        """The cut of footage."""
        listened = self.track, self.facts, self.plan
        return planned_cut(self.checked, listened, self.session, self.reporter)

    @functools.cached_property
    def _cut(self) -> Film:
        """The film of footage."""
        return cut_film(self.checked.job, self._planned_cut.shown, self.reporter)

    @functools.cached_property
    def _layer(self) -> LayerFilm:
        """The layer of words."""
        return layer_film(self.checked, (self.track, self.facts, self.plan), self.reporter)

    @functools.cached_property
    def _drawn(self) -> Film:
        """The film of scenes."""
        from musivid.pipeline.video.living import draw_film

        return draw_film(
            self.checked.job,
            self.plan,
            self.facts,
            self.facts.spectrum,
            self._planned.places,
            reporter=self.reporter,
        )

    @functools.cached_property
    def _planned(self) -> PlannedFilm:
        """The film of scenes as it is planned."""
        session = self.session if needs_ears(self.preset) else None
        listened = self.track, self.facts, self.plan
        return plan_drawn(self.checked, session, listened, self.reporter)

    def _embedded(self, ears: Perceptor) -> NDArray[np.float32]:
        """Embeddings float32 [windows, dim] of the plan's windows of sound."""
        self.reporter.stage("hear", len(self.plan.windows), "windows")
        return embed_windows(
            ears,
            self.track.mono(ears.rate_hz),
            self.plan.windows,
            device=self.session.device,
            on_done=self.reporter.advance,
        )

    @functools.cached_property
    def _studio(self) -> Studio:
        self.reporter.stage("load models")
        return open_studio(self.session, self.preset)

    @functools.cached_property
    def _schedule(self) -> Schedule:
        sounds = self._embedded(self._studio.perceptor)
        return schedule_song(self._studio, self.plan, sounds, self.preset, self.reporter)

    @functools.cached_property
    def _clips(self) -> Film:
        """The film of clips."""
        seen = self._studio, self.facts, self.preset, self.plan, self._latents
        return loose_clip_film(*seen, owner=self, session=self.session, reporter=self.reporter)

    @functools.cached_property
    def _latents(self) -> list[Tensor]:
        """Latents [1, c, h, w] of all keyframes; none where every frame is painted."""
        if not self.plan.keyframes:
            return []
        size = painted_size(self.size, self.preset.painting, self._studio.painter.factor)
        keyframes = plan_keyframes(
            self.plan.keyframes, self._schedule, self.facts.curves, self.preset, size
        )
        steps = max(self.preset.painting.steps, 1)
        self.reporter.stage("paint keyframes", len(keyframes.targets) * steps, "steps")
        return paint_keyframe_plan(
            self._studio, keyframes, self.preset, on_step=self.reporter.advance
        )


def film(
    song: Track | Path | str,
    lyrics: Path | str | Iterable[Cue] | None = None,
    *,
    preset: VideoPreset | str | Path | None = None,
    settings: Overrides = (),
    seed: int | None = None,
    size: str | tuple[int, int] | None = None,
    start_s: float = 0.0,
    end_s: float | None = None,
    burn_lyrics: bool = False,
    lyrics_encoding: str | None = None,
    spread_lyrics: bool = False,
    beats: Path | str | None = None,
    session: Session | None = None,
    reporter: Reporter | None = None,
) -> Filmed:
    """Film a song: it is heard and planned now, painted when frames are asked for or it is saved.

    Args:
        song: a file with sound, or a track.
        lyrics: timed text, as a file or as cues on the song's clock.
        preset: settings, by name or path, or loaded; an `interpolate` preset interpolates;
            None: the default, living scenes.
        settings: laid over the preset, as {"keys.every_s": 2}.
        seed: of everything; None: the preset's.
        size: of frames, (width, height) or `640x360`; None: the preset's.
        start_s: where in the file to begin.
        end_s: where to end; None: at its end.
        burn_lyrics: write the lines into the picture of a saved file.
        lyrics_encoding: of the file of lyrics, as Python calls it; None: it is told from its bytes.
        spread_lyrics: its lines have no times; they go where somebody seems to sing.
        beats: a file of beats that were corrected; None: they are heard.
        session: device and models; None: one of its own.
        reporter: told of stages and progress.

    Raises:
        MusividError: an input, setting or model that cannot be used; the subclass says which.
    """
    told = reporter or Silent()
    chosen = _choose(preset, settings, seed, size)
    words: Path | tuple[Cue, ...] | None = None
    if isinstance(lyrics, str | Path):
        words = expanded(lyrics)
    elif lyrics is not None:
        words = tuple(lyrics)
    session = session or Session(reporter=told)
    command = "interpolate" if isinstance(chosen, InterpolatePreset) else "video"
    path = song.path or Path("track") if isinstance(song, Track) else expanded(song)
    check_encoding(lyrics_encoding)
    job = VideoJob(
        path,
        None,
        chosen,
        words,
        start_s,
        end_s,
        burn_lyrics=burn_lyrics,
        command=command,
        lyrics_encoding=lyrics_encoding,
        spread_lyrics=spread_lyrics,
        beats=beat_file(beats),
    )
    if isinstance(song, Track):
        checked = _check_track(job, song, session)
        return Filmed(checked, *plan_track(checked, song, told), session, told)
    checked = check_job(job, offline=session.offline)
    return Filmed(checked, *listen_to(checked, told), session, told)


def film_samples(
    samples: NDArray[np.float32],
    rate_hz: int,
    cues: Iterable[Cue] = (),
    *,
    preset: VideoPreset,
    session: Session,
) -> Iterator[Frame]:
    """Frames uint8 [height, width, 3] of a sound.

    Args:
        samples: float32 [channels, n], -1..1.
        rate_hz: samples a second.
        cues: words, on the clock of the sound.
        preset: settings.
        session: device and models.
    """
    return film(Track(samples, rate_hz), cues, preset=preset, session=session).frames()


def _choose(
    preset: VideoPreset | str | Path | None,
    settings: Overrides,
    seed: int | None,
    size: str | tuple[int, int] | None,
) -> VideoPreset:
    """The preset with all that was asked for laid over it."""
    chosen = preset if isinstance(preset, VideoPreset) else load_preset("video", preset)
    typed: dict[str, object] = {} if seed is None else {"seed": seed}
    if size is not None:
        typed["output.size"] = size if isinstance(size, str) else f"{size[0]}x{size[1]}"
    return change_preset(change_preset(chosen, settings), typed)


def _check_track(job: VideoJob, track: Track, session: Session) -> CheckedJob:
    """The job of a track; its span is that of the track in its file.

    Raises:
        UsageError: another span is asked for. InputError: too short.
    """
    if job.start_s or job.end_s is not None:
        raise UsageError(
            "a track has been cut already", hint="Leave start_s and end_s out, or give a file."
        )
    if track.duration_s < MIN_SOUND_S:
        raise InputError(f"the track lasts {track.duration_s:.2f} s, too little for a film")
    in_file = track.path is not None
    end_s = track.start_s + track.duration_s if in_file else None
    job = replace(job, start_s=track.start_s, end_s=end_s)
    whole_s = track.whole_s if in_file else track.duration_s
    return check_inputs(job, whole_s, offline=session.offline)
