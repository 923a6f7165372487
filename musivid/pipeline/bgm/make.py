"""A clip becomes a scored clip: MIDI, sound, video, plot and the ranking of the candidates."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from musivid import __version__
from musivid.core.errors import Interrupted, OutputError
from musivid.core.progress import Reporter, Silent
from musivid.core.storage import fingerprint, temporary_folder, write_atomic
from musivid.media.scored import score_clip
from musivid.pipeline.bgm.job import BgmOutputs, CheckedBgm
from musivid.pipeline.bgm.metadata import published_metadata
from musivid.pipeline.bgm.plan import BgmPlan, plan_bgm, plan_facts
from musivid.pipeline.bgm.plot import plot_bgm
from musivid.pipeline.bgm.rank import Ranked
from musivid.pipeline.bgm.sound import check_own_sound, mix_with_clip, render_score, write_wav
from musivid.pipeline.bgm.write import check_source, write_music
from musivid.score.midi import write_midi
from musivid.score.notes import Score
from musivid.settings.presets import dump_preset, preset_hash
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
    ranking: list[dict[str, Any]]


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
    reporter = reporter or Silent()
    if checked.job.preset.sound.keep_audio:
        check_own_sound(checked.job.clip, checked.info)
    check_source(checked.job.preset, session)
    plan = plan_bgm(checked, reporter)
    plan, ranked = write_music(plan, checked, session, reporter)
    best = ranked[0]
    outputs = checked.outputs
    try:
        outputs.video.parent.mkdir(parents=True, exist_ok=True)
        with temporary_folder(outputs.video) as folder:
            made = _make_files(checked, plan, ranked, session, folder=folder, reporter=reporter)
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
    if checked.job.save_metadata:
        facts = published_metadata(plan.motion, plan.tempo.mean_bpm)
        write_atomic(checked.job.save_metadata, json.dumps(facts, indent=1) + "\n")
    return BgmResult(outputs, best.score, plan, [piece.figures for piece in ranked])


def _make_files(
    checked: CheckedBgm,
    plan: BgmPlan,
    ranked: list[Ranked],
    session: Session,
    *,
    folder: Path,
    reporter: Reporter,
) -> tuple[Path, ...]:
    """Make all files in a folder of their own, in the order of `BgmOutputs.all`."""
    job, preset, score = checked.job, checked.job.preset, ranked[0].score
    video, midi, sound, plot, ranking = (folder / path.name for path in checked.outputs.all())
    write_midi(score, midi)
    reporter.stage("play")
    write_wav(sound, render_score(score, plan.duration_s, preset))
    heard = sound
    if preset.sound.keep_audio:
        heard = folder / "mixed.wav"
        write_wav(heard, mix_with_clip(sound, job.clip, checked.info, preset))
    reporter.stage("join")
    recipe = _recipe(checked, session)
    score_clip(
        job.clip, heard, video, kbps=preset.sound.kbps, metadata={"comment": json.dumps(recipe)}
    )
    reporter.stage("draw")
    plot_bgm(plan, score, _title(plan, checked), plot)
    facts = {
        "recipe": recipe,
        "plan": plan_facts(plan, checked),
        "candidates": [piece.figures for piece in ranked],
        "preset": dump_preset(preset),
    }
    write_atomic(ranking, json.dumps(facts, indent=1, ensure_ascii=False) + "\n")
    return video, midi, sound, plot, ranking


def _recipe(checked: CheckedBgm, session: Session) -> dict[str, Any]:
    """What the result depends on."""
    return {
        "musivid": __version__,
        "command": "bgm infer",
        "clip": fingerprint(checked.job.clip),
        "preset": preset_hash(checked.job.preset),
        "seed": checked.job.preset.seed,
        "models": session.hashes(),
    }


def _title(plan: BgmPlan, checked: CheckedBgm) -> str:
    return (
        f"{checked.job.clip.name}: {plan.ensemble.genre}, {plan.harmony.key}, "
        f"{plan.tempo.mean_bpm:.1f} bpm"
    )
