"""A clip becomes a scored clip: MIDI, sound, video, plot and the ranking of the candidates."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from musivid.core.errors import Interrupted, OutputError
from musivid.core.plain_json import json_document
from musivid.core.progress import Reporter, Silent
from musivid.core.run import Run
from musivid.core.storage import temporary_folder, write_atomic
from musivid.pipeline.bgm.anew import TAKES
from musivid.pipeline.bgm.composed import Composed, compose_job
from musivid.pipeline.bgm.control import Family, rows_for, write_control
from musivid.pipeline.bgm.edited import write_markers
from musivid.pipeline.bgm.job import BgmJob, BgmOutputs, CheckedBgm
from musivid.pipeline.bgm.kinds import open_composer
from musivid.pipeline.bgm.metadata import published_metadata
from musivid.pipeline.bgm.plan import BgmPlan
from musivid.pipeline.bgm.plot import plot_bgm
from musivid.pipeline.bgm.rank import PieceFacts
from musivid.pipeline.bgm.sound import check_own_sound, convert_sound
from musivid.pipeline.bgm.told import plan_facts
from musivid.pipeline.bgm.work import (
    CANDIDATES,
    Candidate,
    KeptComposer,
    keep_candidates,
    keep_stems,
    kept_sound,
    kept_takes,
    open_run,
)
from musivid.score.midi import write_midi
from musivid.score.notes import Score
from musivid.settings.presets import dump_preset
from musivid.weights.session import Session

__all__ = ["BgmResult", "make_bgm"]


@dataclass(frozen=True, slots=True)
class BgmResult:
    """What came of a clip.

    Attributes:
        outputs: the files.
        score: what is played.
        plan: what was asked of it.
        ranking: figures of every candidate, the best first.
        folder: the run's folder: manifest, preset, log.
        candidates: files of all candidates, the best first, where they are kept.
        stems: sound of each player of the best, where they are kept.
    """

    outputs: BgmOutputs
    score: Score
    plan: BgmPlan
    ranking: tuple[PieceFacts, ...]
    folder: Path
    candidates: tuple[Candidate, ...] = ()
    stems: tuple[Path, ...] = ()


def make_bgm(
    checked: CheckedBgm,
    session: Session,
    *,
    force: bool = False,
    resume: bool = False,
    resume_any: bool = False,
    reporter: Reporter | None = None,
) -> BgmResult:
    """Write music for a clip, and the clip with it; no file gets its name before all are done.

    Killed at any moment, the same call goes on and gives the same bytes.

    Args:
        checked: from `check_bgm`.
        session: device and models.
        force: throw an unfinished run of other settings away.
        resume: demand that there is a run to go on with.
        resume_any: go on though the machine is another.
        reporter: told of stages and progress.

    Raises:
        Interrupted: Ctrl-C; what is done is kept, and the message says how to go on.
        MusividError: the subclass says what is wrong.
    """
    reporter, outputs = reporter or Silent(), checked.outputs
    preset = checked.job.preset
    if preset.sound.keep_audio:
        check_own_sound(checked.job.clip, checked.info)
    composer = open_composer(session, preset)  # a wrong one is told before there is a run
    with open_run(checked, session, force=force, resume=resume, resume_any=resume_any) as run:
        try:
            kept = KeptComposer(composer, run)
            composed = compose_job(checked, session, reporter, composer=kept)
            candidates = keep_candidates(composed, run) if preset.keep_candidates else ()
            stems = keep_stems(composed, run) if preset.sound.stems else ()
            _deliver(composed, run, outputs)
        except KeyboardInterrupt:
            raise Interrupted(
                f"stopped while {outputs.video} was made; what is done is kept",
                hint="Give the same command again to go on.",
            ) from None
        except OSError as error:
            raise OutputError(
                f"cannot write beside {outputs.video}: {error.strerror or error}",
                hint="The folder must be writable and the disk must have room.",
            ) from None
        found = {"output": str(outputs.video), "models": session.hashes()}
        run.finish(found, remove=() if preset.keep_candidates else (CANDIDATES, TAKES))
    return BgmResult(
        outputs, composed.score, composed.plan, composed.ranking, run.folder,
        candidates=tuple(candidates), stems=tuple(stems),
    )  # fmt: skip


def _deliver(composed: Composed, run: Run, outputs: BgmOutputs) -> None:
    """Put all files that go with a clip in place, the clip itself last: with it all are there.

    Raises:
        EncodeError: ffmpeg failed. OutputError, OSError: they cannot be written.
    """
    job = composed.checked.job
    composed.reporter.stage("play")
    sound = kept_sound(composed, run)
    takes = None
    if job.preset.render.pipeline is not None:
        sound, takes = kept_takes(composed, run, sound)
    with temporary_folder(outputs.video) as folder:
        made = _make_files(composed, sound, outputs, folder, takes)
        run.deliver()
        finals = (*outputs.all(), *outputs.copies)
        for path, final in reversed(list(zip(made, finals, strict=True))):
            os.replace(path, final)
    _save_facts(job, composed.plan)
    if job.markers is not None:
        write_markers(composed, job.markers, composed.reporter)


def _save_facts(job: BgmJob, plan: BgmPlan) -> None:
    """Write the published files that were asked for.

    Raises:
        OutputError: they cannot be written.
    """
    if job.save_metadata or job.save_control:
        facts = published_metadata(plan.motion, plan.tempo.mean_bpm)
        if job.save_metadata:
            write_atomic(job.save_metadata, json_document(asdict(facts)))
        if job.save_control:
            family: Family = "bmt" if job.preset.words == "bmt" else "cmt"
            weakest = job.preset.control.beat_threshold
            write_control(job.save_control, rows_for(family, facts, weakest))


def _make_files(
    composed: Composed,
    kept: Path,
    outputs: BgmOutputs,
    folder: Path,
    takes: Mapping[str, Any] | None,
) -> tuple[Path, ...]:
    """Make all files in a folder of their own, in the order of `BgmOutputs.all`, then copies."""
    checked, plan = composed.checked, composed.plan
    video, midi, sound, plot, ranking = (folder / path.name for path in outputs.all())
    write_midi(composed.score, midi)
    shutil.copyfile(kept, sound)
    composed.join(composed.mixed(sound), video)
    composed.reporter.stage("draw")
    plot_bgm(plan, composed.score, _title(plan, checked), plot)
    facts: dict[str, Any] = {
        "recipe": composed.recipe(),
        "plan": asdict(plan_facts(plan, checked)),
        "candidates": [piece.as_dict() for piece in composed.ranking],
        "preset": dump_preset(checked.job.preset),
    }
    if takes is not None:
        facts["takes"] = takes
    write_atomic(ranking, json_document(facts))
    settings = checked.job.preset.sound
    copies = tuple(sound.with_suffix(f".{form}") for form in dict.fromkeys(settings.copies))
    for copy in copies:
        convert_sound(sound, copy, settings.kbps)
    return video, midi, sound, plot, ranking, *copies


def _title(plan: BgmPlan, checked: CheckedBgm) -> str:
    return (
        f"{checked.job.clip.name}: {plan.ensemble.genre}, {plan.harmony.key}, "
        f"{plan.tempo.mean_bpm:.1f} bpm"
    )
