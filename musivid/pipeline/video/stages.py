"""The stages of one video in its run's folder, each of which can be gone on with after a kill."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from musivid.core.errors import Interrupted
from musivid.core.paths import expanded
from musivid.core.progress import Reporter
from musivid.core.run import Run, run_folder
from musivid.core.stopping import StopFlag
from musivid.core.storage import load_tensors, save_tensors, write_atomic
from musivid.media.artwork import Tags
from musivid.media.audio import Track
from musivid.media.lyrics.ass import cues_to_ass, missing_letters, subtitle_face
from musivid.media.lyrics.face import left_out
from musivid.media.lyrics.fitting import lines_within
from musivid.media.lyrics.writing import write_cues
from musivid.media.pictures import Picture
from musivid.pipeline.render.assembly import CLUTTER, Assembly
from musivid.pipeline.render.depends import film_machine
from musivid.pipeline.render.parts import PartMaker
from musivid.pipeline.video.footage import footage_marks
from musivid.pipeline.video.job import CheckedJob, VideoJob, picture_files, stem_files
from musivid.pipeline.video.models import check_models
from musivid.pipeline.video.pictures import source_of
from musivid.pipeline.video.plan import VideoPlan
from musivid.pipeline.video.restyled import film_beneath
from musivid.settings.presets import dump_preset

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from musivid.nets.protocols import Perceptor
    from musivid.pipeline.render.keyframe_painting import KeyframePlan
    from musivid.pipeline.render.studio import Studio
    from musivid.weights.session import Session

__all__ = ["Networks", "VideoResult", "VideoWork", "networks_of", "open_run"]

_PREVIEW_QUALITY = 85  # of JPEG's scale


@dataclass(frozen=True, slots=True)
class VideoResult:
    """What came of a job.

    Attributes:
        path: the mp4.
        folder: the run's folder: manifest, preset, keyframes.
        frames: how many frames it has.
        duration_s: length of its sound.
        keyframes: how many keyframes were painted.
        tempo_bpm: of the song; 0 without a pulse.
    """

    path: Path
    folder: Path
    frames: int
    duration_s: float
    keyframes: int
    tempo_bpm: float


@dataclass(frozen=True, slots=True)
class Networks:
    """What a film depends on besides its job: the machine, and the networks that took part.

    Attributes:
        machine: what frames depend on of the machine, by what people call it.
        hashes: of the files of the networks, by what these are called.
    """

    machine: dict[str, str]
    hashes: dict[str, str]


def networks_of(session: Session | None, job: VideoJob) -> Networks:
    """What a job depends on when it is done in a session; None: without networks."""
    drawn = job.preset.painting.mode == "living"
    machine = film_machine(
        session,
        drawn=drawn,
        worded=drawn or bool(job.lyrics),
        published=job.preset.is_clips,
    )
    return Networks(machine, {} if session is None else session.hashes())


def open_run(
    checked: CheckedJob,
    machine: Mapping[str, str],
    *,
    offline: bool,
    force: bool = False,
    resume: bool = False,
    resume_any: bool = False,
    planned: Mapping[str, object] | None = None,
) -> Run:
    """The run of a job; its recipe holds all that the frames depend on.

    Args:
        checked: the job.
        machine: what they depend on besides the job.
        offline: nothing may be fetched.
        force: throw an unfinished run of other settings away.
        resume: demand that there is a run to go on with.
        resume_any: go on where the machine is another; the recipe then says `mixed`.
        planned: what was planned from all this, where another musivid may plan otherwise.
    """
    job = checked.job
    inputs = {"song": job.song, **picture_files(job), **stem_files(job), **film_beneath(job.preset)}
    inputs |= check_models(job.preset, offline=offline, worded=job.is_worded)
    told: dict[str, object] = {**(planned or {})}
    if job.preset.living.plan is not None:
        inputs["plan"] = expanded(job.preset.living.plan)
    if job.beats is not None:
        inputs["beats"] = job.beats.path
        told["beats_fps"] = job.beats.fps
    if job.preset.is_footage:
        told["footage"] = footage_marks(job.preset)
    if isinstance(job.lyrics, Path):
        inputs["lyrics"] = job.lyrics
    elif job.lyrics:
        told["cues"] = [astuple(cue) for cue in job.lyrics]
    return Run.open(
        run_folder(checked.out),
        command=job.command,
        inputs=inputs,
        preset_yaml=dump_preset(job.preset),
        facts={
            "output": checked.out.name,
            "start_s": job.start_s,
            "end_s": job.end_s,
            "burn_lyrics": job.burn_lyrics,
            **({"subtitles": True} if job.subtitles else {}),
            **({"spread_lyrics": True} if job.spread_lyrics else {}),
            **({"lyrics_fps": str(job.lyrics_fps)} if job.lyrics_fps else {}),
            **({"lyrics_encoding": job.lyrics_encoding} if job.lyrics_encoding else {}),
            **told,
        },
        machine=machine,
        resume=resume,
        force=force,
        any_machine=resume_any,
    )


@dataclass(frozen=True, slots=True)
class VideoWork:
    """A job on its way: every method is a stage that finds what was done before."""

    checked: CheckedJob
    plan: VideoPlan
    run: Run
    stop: StopFlag
    reporter: Reporter

    def embed_sounds(
        self, ears: Perceptor, device: torch.device, track: Track
    ) -> NDArray[np.float32]:
        """Embeddings float32 [windows, dim] of the plan's windows of sound; zeros of the deaf."""
        if not ears.hears:
            return np.zeros((len(self.plan.windows), ears.dim), np.float32)
        kept = self.run.path("sounds.safetensors")
        if kept.is_file():
            return load_tensors(kept)["sounds"].numpy()
        import torch

        from musivid.pipeline.guidance.windows import embed_windows

        self.reporter.stage("hear", len(self.plan.windows), "windows")
        sounds = embed_windows(
            ears,
            track.mono(ears.rate_hz),
            self.plan.windows,
            device=device,
            on_done=self._advance,
        )
        save_tensors(kept, {"sounds": torch.from_numpy(sounds)})
        return sounds

    def paint_keyframes(
        self, studio: Studio, keyframes: KeyframePlan, painted: Sequence[Tensor] = ()
    ) -> list[Tensor]:
        """Latents [1, c, h, w] of all keyframes; each is saved, with a small picture of it.

        Args:
            studio: the networks.
            keyframes: from `plan_keyframes`.
            painted: latents of all, where they were painted before in this process.
        """
        from musivid.pipeline.render.keyframe_painting import paint_keyframe_plan

        steps = max(self.checked.job.preset.painting.steps, 1)
        self.reporter.stage("paint keyframes", len(keyframes.targets) * steps, "steps")

        def load(keyframe: int) -> Tensor | None:
            path = self._keyframe_path(keyframe)
            return load_tensors(path)["latent"] if path.is_file() else None

        def save(keyframe: int, latent: Tensor) -> None:
            self._save_preview(studio, keyframe, latent)
            save_tensors(self._keyframe_path(keyframe), {"latent": latent})
            self.stop.check()

        for keyframe, latent in enumerate(painted):
            if not self._keyframe_path(keyframe).is_file():
                save(keyframe, latent)
        preset = self.checked.job.preset
        return paint_keyframe_plan(
            studio, keyframes, preset, load=load, save=save, on_step=self._advance
        )

    def kept_keyframe(self, keyframe: int) -> bytes | None:
        """The latent of a keyframe that is done, as its file has it."""
        path = self._keyframe_path(keyframe)
        return path.read_bytes() if path.is_file() else None

    def keep_keyframe(self, studio: Studio, keyframe: int, data: bytes) -> None:
        """Keep the latent of a keyframe that was painted elsewhere, with a small picture of it."""
        from safetensors.torch import load

        self._save_preview(studio, keyframe, load(data)["latent"].to(studio.device))
        write_atomic(self._keyframe_path(keyframe), data)

    def keep_plan(self, text: str, name: str = "plan.yaml") -> None:
        """Keep what the film shows when, for people to change."""
        write_atomic(self.run.path(name), text)

    def assembly(self) -> Assembly:
        """What puts the video together."""
        job = self.checked.job
        return Assembly(
            run=self.run,
            timeline=self.plan.timeline,
            ranges=self.plan.parts,
            size=self.plan.size,
            output=job.preset.output,
            song=job.song,
            start_s=job.start_s + self.plan.start_s,
            out=self.checked.out,
            source=source_of(job.preset, job.song),
            named=Tags(job.preset.living.title or "", job.preset.living.artist or ""),
        )

    def parts(self) -> PartMaker:
        """What encodes the parts of the video."""
        job = self.checked.job
        return self.assembly().parts(
            subtitles=self._write_subtitles() if job.burn_lyrics else None,
            stateful=job.preset.painting.mode == "every_frame",
        )

    def join(self, parts: PartMaker, models: dict[str, str], cover: Picture | int) -> Path:
        """Join all parts, with the song and a picture that stands for it, into the output."""
        self.reporter.stage("join")
        preset = self.checked.job.preset
        return self.assembly().join(
            parts, preset, preset.seed, models, cover=cover, subtitles=self._write_track()
        )

    def finish(
        self, path: Path, tempo_bpm: float, models: dict[str, str], *, keyframes: int = 0
    ) -> VideoResult:
        """Note that the film is there, clear what led to it, and say what came out.

        Args:
            path: of the film.
            tempo_bpm: of the song.
            models: hashes of the networks that took part, by what they are called.
            keyframes: how many were painted.
        """
        timeline = self.plan.timeline
        result = VideoResult(
            path=path,
            folder=self.run.folder,
            frames=timeline.frames,
            duration_s=timeline.duration_s,
            keyframes=keyframes,
            tempo_bpm=tempo_bpm,
        )
        found = {"output": str(path), "frames": result.frames, "models": models}
        self.run.finish(found, remove=CLUTTER)
        return result

    def stopped(self, parts: PartMaker) -> Interrupted:
        """What to say after Ctrl-C; what is there so far is joined into a file of its own."""
        return self.assembly().stopped(parts)

    def _advance(self, count: int = 1) -> None:
        self.reporter.advance(count)
        self.stop.check()

    def _keyframe_path(self, keyframe: int) -> Path:
        return self.run.path("keys", f"{keyframe:04d}.safetensors")

    def _save_preview(self, studio: Studio, keyframe: int, latent: Tensor) -> None:
        """Write the keyframe as a JPEG beside its latent."""
        import cv2
        import torch

        from musivid.painting.painter import to_frames

        with torch.inference_mode(), studio.half():
            frame = to_frames(studio.painter.decode(latent))[0]
        encoded = cv2.imencode(
            ".jpg", frame[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, _PREVIEW_QUALITY]
        )[1]
        path = self.run.path("keys", f"{keyframe:04d}.jpg")
        write_atomic(path, encoded.tobytes())
        self.reporter.preview(path)

    def _write_track(self) -> Path | None:
        """The lyrics as subtitles that players can show, if they are asked for."""
        if not self.checked.job.subtitles:
            return None
        path, duration_s = self.run.path("lyrics.srt"), self.plan.timeline.duration_s
        cues = lines_within(self.plan.cues, duration_s)
        write_cues(cues, path, duration_s=duration_s)
        return path

    def _write_subtitles(self) -> Path:
        """The lyrics as an .ass file on the video's clock."""
        duration_s = self.plan.timeline.duration_s
        face = subtitle_face()
        plain = [
            (cue, *face.without_boxes(cue.text)) for cue in lines_within(self.plan.cues, duration_s)
        ]
        cues = [replace(cue, text=text) for cue, text, _ in plain]
        if emoji := "".join(lacking for *_, lacking in plain):
            self.reporter.warn(left_out(emoji))
        path = self.run.path("lyrics.ass")
        write_atomic(path, cues_to_ass(cues, self.plan.size, duration_s=duration_s))
        letters = missing_letters(cues, self.run.path("letters.ass"))
        if letters:
            self.reporter.warn(
                f"no font here has the letters {letters[:20]}; they will be empty boxes. "
                "Install one that has them, such as Noto."
            )
        return path
