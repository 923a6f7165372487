"""A clip and its music in memory, or in the one file that it is saved as."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from musivid import __version__
from musivid.analysis.motion import see_motion
from musivid.core.outputs import check_apart, check_output
from musivid.core.paths import expanded
from musivid.core.progress import Reporter, Silent
from musivid.core.storage import fingerprint, temporary_folder
from musivid.interchange.reading import MediaClock
from musivid.media.clip import Clip, Pictures
from musivid.media.kinds import HOLDS_ANY, NOTES, SONG
from musivid.media.scored import score_clip
from musivid.media.sink import FrameSink, Sound
from musivid.pipeline.bgm.composer import ComposerKind
from musivid.pipeline.bgm.job import BgmJob, CheckedBgm, check_bgm, check_clip, files_read
from musivid.pipeline.bgm.kinds import open_composer
from musivid.pipeline.bgm.mix import Mix, whole
from musivid.pipeline.bgm.plan import BgmPlan, plan_bgm
from musivid.pipeline.bgm.rank import PieceFacts, Ranked
from musivid.pipeline.bgm.sound import check_own_sound, convert_sound, mix_with_clip, write_wav
from musivid.pipeline.bgm.write import write_music
from musivid.pipeline.render.depends import machine_facts
from musivid.score.midi import write_midi
from musivid.score.notes import Score
from musivid.settings.bgm import BgmInferPreset
from musivid.settings.presets import Overrides, change_preset, load_preset, preset_hash
from musivid.weights.session import Session

if TYPE_CHECKING:
    from musivid.core.run import Run
    from musivid.pipeline.bgm.anew import Takes

__all__ = ["Composed", "compose", "compose_frames", "compose_job"]


@dataclass(frozen=True, slots=True, eq=False)
class Composed:
    """A clip and the pieces that were written for it.

    Attributes:
        checked: what was asked for.
        plan: what was asked of the music: beat, form, key, players.
        ranked: the pieces with what they are worth, the best first.
        session: device and models.
        pictures: frames of a clip that is no file; None: it is one.
        reporter: told of stages.
        mixes: the sound of the best piece, once somebody has asked for it.
        takes: what a network made of it, likewise.
    """

    checked: CheckedBgm
    plan: BgmPlan = field(repr=False)
    ranked: tuple[Ranked, ...] = field(repr=False)
    session: Session = field(repr=False)
    pictures: Pictures | None = field(default=None, repr=False)
    reporter: Reporter = field(default_factory=Silent, repr=False)
    mixes: list[Mix] = field(default_factory=list, repr=False)
    takes: list[Takes] = field(default_factory=list, repr=False)

    @property
    def scores(self) -> tuple[Score, ...]:
        """All pieces, the best first."""
        return tuple(piece.score for piece in self.ranked)

    @property
    def score(self) -> Score:
        """The best piece."""
        return self.ranked[0].score

    @property
    def ranking(self) -> tuple[PieceFacts, ...]:
        """Figures of every piece, the best first."""
        return tuple(piece.facts for piece in self.ranked)

    def sound(self) -> NDArray[np.float32]:
        """The best piece as it sounds, float32 [2, n] at 44,100 Hz, as long as the clip."""
        return whole(self._heard())

    def _heard(self) -> Iterator[NDArray[np.float32]]:
        """The same in blocks; what a network plays in one."""
        own = self._mix().mastered()
        if self.checked.job.preset.render.pipeline is None:
            return own
        if not self.takes:
            self.takes.append(self.anew(whole(own)))
        return iter([self.takes[0].sound])

    def anew(self, own: NDArray[np.float32], run: Run | None = None) -> Takes:
        """The best piece as a network plays it, or our own rendering where no take meets the film.

        Args:
            own: our own rendering, float32 [2, n] at 44,100 Hz.
            run: keeps what was played; None: nothing is kept.

        Raises:
            WeightsError: the network is missing or cannot be used.
        """
        from musivid.pipeline.bgm.anew import play_anew

        moments = {*self.plan.motion.cuts_s.tolist(), *self.checked.points_s}
        preset = self.checked.job.preset
        return play_anew(
            own, self.plan, moments, preset, self.session, reporter=self.reporter, run=run
        )

    def _mix(self) -> Mix:
        """The best piece, played when it is first asked for."""
        if not self.mixes:
            self.mixes.append(Mix(self.score, self.plan.duration_s, self.checked.job.preset))
        return self.mixes[0]

    def save(self, path: Path | str, *, force: bool = False) -> Path:
        """Write the best piece as notes or sound, or the clip with it.

        Args:
            path: .mid, .midi, .wav, .flac, .mp3; .mp4, .m4v or .mov for the clip.
            force: replace a file that is there.

        Raises:
            OutputError: another ending, it exists, or it cannot be written.
        """
        out = expanded(path)
        check_output(out, force=force, endings=(*NOTES.written, *SONG.written, *HOLDS_ANY))
        check_apart({"music": out}, files_read(self.checked.job))
        out.parent.mkdir(parents=True, exist_ok=True)
        with temporary_folder(out) as folder:
            made = folder / out.name
            if NOTES.holds(out):
                write_midi(self.score, made)
            elif SONG.holds(out):
                write_wav(folder / "music.wav", self._heard())
                kbps = self.checked.job.preset.sound.kbps
                convert_sound(folder / "music.wav", made.with_stem("made"), kbps)
                made = made.with_stem("made")
            else:
                self.reporter.stage("play")
                write_wav(folder / "music.wav", self._heard())
                self.join(self.mixed(folder / "music.wav"), made)
            os.replace(made, out)
        return out

    def mixed(self, sound: Path) -> Path:
        """The music in a file, with the clip's own sound where the preset keeps it.

        Args:
            sound: from `write_wav`; what is mixed lies beside it.
        """
        job, info = self.checked.job, self.checked.info
        if info is None or not job.preset.sound.keep_audio:
            return sound
        mixed = sound.with_name("mixed.wav")
        write_wav(mixed, mix_with_clip(sound, job.clip, info, job.preset))
        return mixed

    def recipe(self) -> dict[str, Any]:
        """What the result depends on, in JSON types."""
        job = self.checked.job
        return {
            "musivid": __version__,
            "command": "bgm infer",
            "clip": fingerprint(job.clip) if self.pictures is None else None,
            "preset": preset_hash(job.preset),
            "seed": job.preset.seed,
            "models": self.session.hashes(),
            "machine": machine_facts(self.session),
        }

    def join(self, heard: Path, out: Path) -> None:
        """Write the clip with a file of sound; pictures of a file are copied."""
        kbps = self.checked.job.preset.sound.kbps
        metadata = {"comment": json.dumps(self.recipe())}
        self.reporter.stage("join")
        if self.pictures is None:
            score_clip(self.checked.job.clip, heard, out, kbps=kbps, metadata=metadata)
            return
        fps = Fraction(self.pictures.fps).limit_denominator(1001)
        sound = Sound(heard, 0.0, self.plan.duration_s, kbps=kbps)
        size = self.pictures.size
        with FrameSink(out, size=size, fps=fps, sound=sound, metadata=metadata) as sink:
            for frame in self.pictures:
                sink.write(frame)


def compose_job(
    checked: CheckedBgm,
    session: Session,
    reporter: Reporter,
    pictures: Pictures | None = None,
    *,
    composer: ComposerKind | None = None,
) -> Composed:
    """Write music for a clip that was checked.

    Args:
        checked: from `check_bgm` or `check_clip`.
        session: device and models.
        reporter: told of stages and progress.
        pictures: frames of a clip that is no file.
        composer: that of the preset, where it is open already.

    Raises:
        MusividError: the subclass says what is wrong.
    """
    if checked.job.preset.sound.keep_audio:
        check_own_sound(checked.job.clip, checked.info)
    # Before the clip is looked at, so that a wrong one is told at once.
    composer = composer or open_composer(session, checked.job.preset)
    motion = None
    if pictures is not None:
        motion = see_motion(pictures, float(pictures.fps), pictures.size, reporter=reporter)
    plan = plan_bgm(checked, reporter, motion)
    plan, ranked = write_music(plan, checked, composer, reporter)
    return Composed(checked, plan, tuple(ranked), session, pictures, reporter)


def compose(
    clip: Pictures | Path | str,
    *,
    preset: BgmInferPreset | str | Path = "song",
    settings: Overrides = (),
    seed: int | None = None,
    hit_points: Path | str | Iterable[float] = (),
    session: Session | None = None,
    reporter: Reporter | None = None,
) -> Composed:
    """Write music for a clip: its beats fall on cuts and movements, and it ends with the picture.

    Args:
        clip: a film; a `Clip` in memory; or what `film` or `illustrate` gave.
        preset: settings, by name or path, or loaded.
        settings: laid over the preset, as {"control.genre": "jazz"}.
        seed: of everything; None: the preset's.
        hit_points: moments that beats must meet: seconds, or a file of them, as editors write.
        session: device and models; None: one of its own.
        reporter: told of stages and progress.

    Raises:
        MusividError: an input, setting or model that cannot be used; the subclass says which.
    """
    reporter = reporter or Silent()
    chosen = load_preset("bgm_infer", preset) if isinstance(preset, str | Path) else preset
    chosen = change_preset(chosen, settings)
    chosen = change_preset(chosen, {} if seed is None else {"seed": seed})
    session = session or Session(reporter=reporter)
    points = Path(hit_points) if isinstance(hit_points, str | Path) else tuple(hit_points) or None
    if isinstance(clip, str | Path):
        job = BgmJob(expanded(clip), None, chosen, points)
        return compose_job(check_bgm(job, offline=session.offline), session, reporter)
    job = BgmJob(Path("clip"), None, chosen, points)
    film = MediaClock("the clip", clip.duration_s, Fraction(clip.fps).limit_denominator(1001))
    checked = check_clip(job, film, len(clip), offline=session.offline)
    return compose_job(checked, session, reporter, clip)


def compose_frames(
    frames: NDArray[np.uint8], fps: float, *, preset: BgmInferPreset, session: Session
) -> tuple[Score, ...]:
    """Pieces for moving pictures, the best first.

    Args:
        frames: uint8 [n, height, width, 3], RGB.
        fps: frames a second.
        preset: settings.
        session: device and models.
    """
    return compose(Clip(frames, fps), preset=preset, session=session).scores
