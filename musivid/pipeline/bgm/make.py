"""A clip becomes a scored clip: MIDI, sound, video, plot and the ranking of the candidates."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from pathlib import Path

from musivid.core.errors import Interrupted, OutputError
from musivid.core.plain_json import json_document
from musivid.core.progress import Reporter, Silent
from musivid.core.storage import temporary_folder, write_atomic
from musivid.pipeline.bgm.composed import Composed, compose_job
from musivid.pipeline.bgm.job import BgmOutputs, CheckedBgm
from musivid.pipeline.bgm.metadata import published_metadata
from musivid.pipeline.bgm.plan import BgmPlan, plan_facts
from musivid.pipeline.bgm.plot import plot_bgm
from musivid.pipeline.bgm.rank import PieceFacts
from musivid.pipeline.bgm.sound import write_wav
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
    """

    outputs: BgmOutputs
    score: Score
    plan: BgmPlan
    ranking: tuple[PieceFacts, ...]


def make_bgm(
    checked: CheckedBgm, session: Session, *, reporter: Reporter | None = None
) -> BgmResult:
    """Write music for a clip, and the clip with it; no file gets its name before all are done.

    Args:
        checked: from `check_bgm`.
        session: device and models.
        reporter: told of stages and progress.

    Raises:
        MusividError: the subclass says what is wrong.
    """
    outputs = checked.outputs
    return _save_all(compose_job(checked, session, reporter or Silent()), outputs)


def _save_all(composed: Composed, outputs: BgmOutputs) -> BgmResult:
    """Write all files that go with a clip; none gets its name before all are done.

    Raises:
        OutputError: they cannot be written. EncodeError: ffmpeg failed.
    """
    job = composed.checked.job
    try:
        outputs.video.parent.mkdir(parents=True, exist_ok=True)
        with temporary_folder(outputs.video) as folder:
            made = _make_files(composed, outputs, folder)
            for path, final in zip(made, outputs.all(), strict=True):
                os.replace(path, final)
    except KeyboardInterrupt:
        raise Interrupted(
            f"stopped while {outputs.video} was made; nothing was left behind",
            hint="The same command begins again.",
        ) from None
    except OSError as error:
        raise OutputError(
            f"cannot write beside {outputs.video}: {error.strerror or error}",
            hint="The folder must be writable and the disk must have room.",
        ) from None
    if job.save_metadata:
        facts = published_metadata(composed.plan.motion, composed.plan.tempo.mean_bpm)
        write_atomic(job.save_metadata, json_document(asdict(facts)))
    return BgmResult(outputs, composed.score, composed.plan, composed.ranking)


def _make_files(composed: Composed, outputs: BgmOutputs, folder: Path) -> tuple[Path, ...]:
    """Make all files in a folder of their own, in the order of `BgmOutputs.all`."""
    checked, plan = composed.checked, composed.plan
    video, midi, sound, plot, ranking = (folder / path.name for path in outputs.all())
    write_midi(composed.score, midi)
    composed.reporter.stage("play")
    write_wav(sound, composed.sound())
    composed.join(composed.mixed(sound), video)
    composed.reporter.stage("draw")
    plot_bgm(plan, composed.score, _title(plan, checked), plot)
    facts = {
        "recipe": composed.recipe(),
        "plan": asdict(plan_facts(plan, checked)),
        "candidates": [piece.as_dict() for piece in composed.ranking],
        "preset": dump_preset(checked.job.preset),
    }
    write_atomic(ranking, json_document(facts))
    return video, midi, sound, plot, ranking


def _title(plan: BgmPlan, checked: CheckedBgm) -> str:
    return (
        f"{checked.job.clip.name}: {plan.ensemble.genre}, {plan.harmony.key}, "
        f"{plan.tempo.mean_bpm:.1f} bpm"
    )
