"""The run of a clip's music: pieces and their sound are kept in its folder, and gone on with."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from musivid.core.paths import expanded
from musivid.core.plain_json import json_document
from musivid.core.progress import Reporter
from musivid.core.run import Run, run_folder
from musivid.core.storage import write_atomic, written_whole
from musivid.media.audio import load_track
from musivid.media.kinds import NOTES
from musivid.pipeline.bgm.anew import TAKES
from musivid.pipeline.bgm.composed import Composed
from musivid.pipeline.bgm.composer import ComposerKind, Pieces
from musivid.pipeline.bgm.edited import write_project
from musivid.pipeline.bgm.job import CheckedBgm
from musivid.pipeline.bgm.mix import Mix, write_stems
from musivid.pipeline.bgm.plan import BgmPlan
from musivid.pipeline.bgm.sound import write_wav
from musivid.pipeline.render.depends import machine_facts
from musivid.score.midi import write_midi
from musivid.score.plain_scores import dump_scores, parse_scores
from musivid.settings.named import named_files
from musivid.settings.presets import dump_preset
from musivid.weights.names import find_model, find_soundfont
from musivid.weights.pipelines import INDEX, find_pipeline
from musivid.weights.session import Session

__all__ = [
    "CANDIDATES",
    "Candidate",
    "KeptComposer",
    "keep_candidates",
    "keep_stems",
    "kept_sound",
    "kept_takes",
    "open_run",
]

CANDIDATES = "candidates"
"""The folder within a run in which pieces are kept, each under its rank: 1 is the best."""

_COMPOSED, _SCORES, _STEMS = "compose", "scores.json", "stems"


@dataclass(frozen=True, slots=True)
class Candidate:
    """The files of one piece that was kept.

    Attributes:
        notes: MIDI.
        sound: WAV, as loud and as long as that of the best.
        facts: figures, in JSON.
    """

    notes: Path
    sound: Path
    facts: Path


@dataclass(frozen=True, slots=True)
class KeptComposer:
    """A composer whose pieces stay in a run: after a kill they are read instead of made again.

    Attributes:
        composer: that makes them.
        run: that keeps them.
    """

    kind: ClassVar[str] = "kept"

    composer: ComposerKind
    run: Run

    def compose(self, plan: BgmPlan, checked: CheckedBgm, reporter: Reporter) -> Pieces:
        """Return the pieces that were made, or make and keep them.

        Where others are chosen among files, the plan is laid anew each time, and nothing is kept.
        """
        path = self.run.path(_SCORES)
        if self.run.done(_COMPOSED):
            return Pieces(plan, parse_scores(path.read_text(encoding="utf-8")))
        made = self.composer.compose(plan, checked, reporter)
        if not made.matches:
            write_atomic(path, dump_scores(made.scores))
            self.run.finish_stage(_COMPOSED, pieces=len(made.scores))
        return made


def open_run(
    checked: CheckedBgm, session: Session, *, force: bool, resume: bool, resume_any: bool
) -> Run:
    """Return the run of a job; its recipe holds all that the files depend on.

    Raises:
        OutputError: other work is in its folder, or another process works there.
        UsageError: `resume` without anything to go on with.
    """
    job, out = checked.job, checked.outputs.video
    preset = job.preset
    return Run.open(
        run_folder(out),
        command="bgm infer",
        inputs=_inputs(checked, session),
        preset_yaml=dump_preset(preset),
        facts={
            "output": out.name,
            "points_s": list(checked.points_s),
            "names": [mark.name for mark in checked.named.hits],
            "cuts_s": checked.named.cuts_s and list(checked.named.cuts_s),
            "music": None if preset.match.folder is None else _listing(Path(preset.match.folder)),
        },
        machine=machine_facts(session),
        resume=resume,
        force=force,
        any_machine=resume_any,
    )


def _inputs(checked: CheckedBgm, session: Session) -> dict[str, Path]:
    """All files that the result depends on, but for those of a folder of music."""
    job, preset = checked.job, checked.job.preset
    inputs = {"clip": job.clip}
    for key, paths in named_files(preset).items():
        inputs |= {f"{key} {n}": path for n, path in enumerate(paths)}
    if job.metadata is not None:
        inputs["metadata"] = job.metadata
    if job.control is not None:
        inputs["control rows"] = job.control
    if preset.composer is not None and preset.match.folder is None and not preset.is_song:
        file = find_model(preset.composer, "composer", offline=session.offline).file
        inputs |= {"composer": file} if file else {}
    if preset.render.pipeline is not None:
        place = find_pipeline(preset.render.pipeline, offline=session.offline)
        inputs["ACE-Step"] = Path(place) / INDEX
    font = preset.sound.soundfont
    if font and not expanded(font).is_file():
        inputs["SoundFont"] = find_soundfont(font, offline=session.offline)
    return inputs


def _listing(folder: Path) -> list[list[Any]]:
    """Names, sizes and times of the MIDI files of a folder: too many to read them all twice."""
    files = sorted(path for path in folder.expanduser().rglob("*") if NOTES.holds(path))
    return [[str(path), path.stat().st_size, path.stat().st_mtime_ns] for path in files]


def kept_sound(composed: Composed, run: Run, rank: int = 1) -> Path:
    """Return the sound of a piece as a file in the run, rendered unless it is there.

    Args:
        composed: the pieces.
        run: that keeps it.
        rank: of the piece, from 1 on.
    """
    path, stage = run.path(CANDIDATES, f"{rank}.wav"), f"sound {rank}"
    if run.done(stage) and path.is_file():
        return path
    preset, duration_s = composed.checked.job.preset, composed.plan.duration_s
    with written_whole(path) as made:
        mix = Mix(composed.scores[rank - 1], duration_s, preset)
        write_wav(made, mix.mastered())
    run.finish_stage(stage, level_lufs=mix.level_lufs if math.isfinite(mix.level_lufs) else None)
    return path


def kept_takes(composed: Composed, run: Run, own: Path) -> tuple[Path, dict[str, Any]]:
    """Return the sound that a network played, or our own where it stays, and the takes' figures.

    Args:
        composed: the pieces.
        run: that keeps each take.
        own: our own rendering, from `kept_sound`.
    """
    takes = composed.anew(load_track(own).samples, run)
    return run.path(TAKES, f"{takes.kept}.wav") if takes.kept else own, takes.as_dict()


def keep_candidates(composed: Composed, run: Run) -> Sequence[Candidate]:
    """Write notes, sound and figures of every piece into the run, the best first."""
    reporter = composed.reporter
    reporter.stage("play all", total=len(composed.ranked), unit="songs")
    kept = []
    for rank, piece in enumerate(composed.ranked, start=1):
        found = Candidate(
            run.path(CANDIDATES, f"{rank}.mid"),
            kept_sound(composed, run, rank),
            run.path(CANDIDATES, f"{rank}.json"),
        )
        write_midi(piece.score, found.notes)
        write_atomic(found.facts, json_document(piece.facts.as_dict()))
        kept.append(found)
        reporter.advance()
    return kept


def keep_stems(composed: Composed, run: Run) -> Sequence[Path]:
    """Write each player of the best piece alone into the run, unless that is done.

    Notes and a project of Reaper lie beside them: a folder that a DAW opens.
    """
    stage, folder = "stems", run.path(_STEMS, "x").parent
    if run.done(stage):
        return [folder / name for name in run.stage_facts(stage)["files"]]
    composed.reporter.stage("play stems")
    preset, duration_s = composed.checked.job.preset, composed.plan.duration_s
    kept_sound(composed, run)
    level = run.stage_facts("sound 1").get("level_lufs")
    if level is None:  # it is silent, or was played by an earlier version
        level = Mix(composed.score, duration_s, preset).level_lufs
    paths = write_stems(folder, composed.score, (duration_s, float(level)), preset)
    if paths:
        project = write_project(composed, paths)
        composed.reporter.note(f"{project} opens them in Reaper")
    run.finish_stage(stage, files=[path.name for path in paths])
    return paths
