"""Music played anew by a network after our own rendering, and whether it still meets the film.

Several takes are made, each by a seed of its own. Our own ears hear each: what begins near each
cut, and how much of it is in time with our own rendering, whose beats are those of the plan. A take
that meets too little of what our own rendering meets is none; without a good one that one stays.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.loudness import normalise
from musivid.analysis.sound import ANALYSIS_RATE_HZ, analyse
from musivid.analysis.tonality import MODES
from musivid.media.audio import load_track
from musivid.media.blocks import resampled
from musivid.metrics.events import find_onsets
from musivid.pipeline.bgm.mix import fade_curve
from musivid.pipeline.bgm.plan import BgmPlan
from musivid.pipeline.bgm.sound import RATE_HZ, write_wav

if TYPE_CHECKING:
    from musivid.core.progress import Reporter
    from musivid.core.run import Run
    from musivid.nets.diffusion.ace_step import AceStep, Brief
    from musivid.settings.bgm import BgmInferPreset
    from musivid.weights.session import Session

__all__ = ["TAKES", "HeardSound", "Meeting", "Takes", "brief_of", "hear_sound", "play_anew"]

Sound = NDArray[np.float32]
Floats = NDArray[np.float64]

TAKES = "takes"
"""The folder within a run in which takes are kept, by their numbers."""
_NEAR_S = 0.07  # the window of beat tracking (MIREX), as `f_measure` has it
_STRETCH_S, _REACH_S = 4.0, 0.35  # of music that is shifted as one, and how far it is looked for
_SILENT = 1e-6  # no strength at all
_LIVELY, _CALM = 0.6, 0.35  # of a film's energy, 0..1
_BRIGHT, _DARK = 0.55, 0.3  # of its mean luma, 0..1
_MINOR_THIRD = 3  # semitones above the tonic


@dataclass(frozen=True, slots=True)
class Meeting:
    """How well a sound meets a film.

    Attributes:
        cuts: share of cuts and named moments with something that begins within 70 ms; 1 where
            there are none.
        in_time: share of stretches of four seconds in which what begins is shifted by no more than
            70 ms against our own rendering.
    """

    cuts: float
    in_time: float

    def of(self, own: Meeting) -> float:
        """The lesser share of what our own rendering meets, 0..1."""
        return min(self.in_time, min(1.0, self.cuts / own.cuts) if own.cuts else 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class HeardSound:
    """What our ears find in a sound.

    Attributes:
        onsets_s: when something begins.
        strength: float64 [columns], how much begins.
        hop_s: seconds from one column to the next.
    """

    onsets_s: Floats
    strength: Floats
    hop_s: float

    def meeting(self, moments_s: Floats, own: HeardSound) -> Meeting:
        """How well it meets moments, and what begins in our own rendering."""
        cuts = _share(moments_s, self.onsets_s) if len(moments_s) else 1.0
        return Meeting(cuts, self._in_time(own))

    def _in_time(self, own: HeardSound) -> float:
        """Share of stretches of ours, overlapping by half, to which this is shifted little."""
        length, reach = round(_STRETCH_S / self.hop_s), round(_REACH_S / self.hop_s)
        lacking = max(0, len(own.strength) - len(self.strength))
        mine = np.pad(self.strength, (reach, reach + length + lacking))
        found = []
        for first in range(0, max(1, len(own.strength) - length // 2), max(1, length // 2)):
            theirs = own.strength[first : first + length]
            rows = np.lib.stride_tricks.sliding_window_view(
                mine[first : first + len(theirs) + 2 * reach], len(theirs)
            )
            likeness = (rows - rows.mean(1, keepdims=True)) @ (theirs - theirs.mean())
            likeness /= rows.std(1) * len(theirs) + _SILENT
            lag_s = abs(int(likeness.argmax()) - reach) * self.hop_s
            if theirs.std() > _SILENT:
                found.append(lag_s <= _NEAR_S and likeness.max() > _SILENT)
        return float(np.mean(found)) if found else 1.0


def hear_sound(sound: Sound) -> HeardSound:
    """What is heard in a sound, float32 [2, samples] at 44.1 kHz."""
    samples = resampled(sound.mean(0), RATE_HZ, ANALYSIS_RATE_HZ)
    facts = analyse(samples, ANALYSIS_RATE_HZ)
    onsets = find_onsets(facts, samples, ANALYSIS_RATE_HZ)
    return HeardSound(onsets, facts.curves.onset.astype(np.float64), facts.curves.hop_s)


@dataclass(frozen=True, slots=True)
class Takes:
    """What came of playing anew.

    Attributes:
        sound: what is delivered, float32 [2, samples] at 44.1 kHz.
        own: how our own rendering meets the film.
        met: how each take does, in their order.
        kept: number of the one that is delivered, from 1 on; 0: our own rendering.
        least: share of what our own rendering meets that was asked.
        text: what the network was told.
    """

    sound: Sound
    own: Meeting
    met: tuple[Meeting, ...]
    kept: int
    least: float
    text: str

    def as_dict(self) -> dict[str, Any]:
        """All but the sound, in JSON types."""
        takes = [{**asdict(one), "of_own": round(one.of(self.own), 4)} for one in self.met]
        return {"prompt": self.text, "own": asdict(self.own), "takes": takes,
                "kept": self.kept, "least": self.least}  # fmt: skip


def play_anew(
    guide: Sound,
    plan: BgmPlan,
    moments_s: Iterable[float],
    preset: BgmInferPreset,
    session: Session,
    *,
    reporter: Reporter,
    run: Run | None = None,
) -> Takes:
    """Return the take that meets the film best, or our own rendering where none meets it.

    Args:
        guide: our own rendering, float32 [2, samples] at 44.1 kHz.
        plan: of the music.
        moments_s: cuts and named moments.
        preset: settings.
        session: loads the network where a take is not kept.
        reporter: told of each take, and what is kept.
        run: keeps takes; None: nothing is kept.

    Raises:
        WeightsError: the network is missing or cannot be used.
    """
    wish, moments = preset.render, np.array(sorted(moments_s), np.float64)
    ours = hear_sound(guide)
    own = ours.meeting(moments, ours)
    brief = brief_of(plan, preset)
    reporter.stage("play anew", wish.takes, "takes")
    reporter.note(f"ACE-Step is told: {brief.text}")
    met: list[Meeting] = []
    best: tuple[float, int, Sound] = (-1.0, 0, guide)
    for number in range(1, wish.takes + 1):
        sound = _take(guide, brief, number, preset, session, run=run)
        met.append(hear_sound(sound).meeting(moments, ours))
        share = met[-1].of(own)
        reporter.advance()
        reporter.note(
            f"take {number}: {met[-1].cuts:.0%} of the cuts are met (by our own rendering "
            f"{own.cuts:.0%}), {met[-1].in_time:.0%} of it is in time"
        )
        if share > best[0]:
            best = share, number, sound
        if share >= 1.0:  # none can meet more of what is asked
            break
    share, kept, sound = best
    if share < wish.least:
        reporter.warn(
            f"none of {len(met)} takes keeps the cuts and the time (the best keeps {share:.0%}, "
            f"{wish.least:.0%} are wanted): our own rendering stays"
        )
        kept, sound = 0, guide
    else:
        reporter.note(f"take {kept} is kept")
    return Takes(sound, own, tuple(met), kept, wish.least, brief.text)


def brief_of(plan: BgmPlan, preset: BgmInferPreset) -> Brief:
    """What the network is told: genre, mood, players and film in words; tempo, key and metre."""
    from musivid.nets.diffusion.ace_step import Brief

    key = plan.harmony.key
    text = preset.render.prompt
    if text is None:
        lively, light = float(np.mean(plan.energy)), float(plan.motion.brightness.mean())
        pace = "lively" if lively > _LIVELY else "calm" if lively < _CALM else ""
        shade = "bright" if light > _BRIGHT else "dark" if light < _DARK else ""
        film = " ".join(word for word in (pace, shade, "film") if word)
        players = ", ".join(name.lower() for name in preset.control.instruments)
        text = (
            f"instrumental {plan.ensemble.genre} music, {plan.emotion}, {players}; "
            f"soundtrack of a {film}"
        )
    mode = "minor" if _MINOR_THIRD in MODES[key.mode] else "major"
    bpm = round(plan.tempo.mean_bpm)
    return Brief(text, bpm, f"{key.tonic_name} {mode}", plan.metre.beats)


def _share(wanted: Floats, found: Floats) -> float:
    """Share of wanted times that have a found one near."""
    if not len(found):
        return 0.0
    return float((np.abs(wanted[:, None] - found).min(1) <= _NEAR_S).mean())


def _take(
    guide: Sound,
    brief: Brief,
    number: int,
    preset: BgmInferPreset,
    session: Session,
    *,
    run: Run | None,
) -> Sound:
    """A take, as loud and as long as our own rendering; read where a run kept it."""
    path = run.path(TAKES, f"{number}.wav") if run else None
    if run and path and run.done(f"take {number}") and path.is_file():
        return load_track(path).samples
    player = _player(preset, session)
    led = resampled(guide, RATE_HZ, player.rate_hz)
    made = resampled(player.play(led, brief, preset.seed + number - 1), player.rate_hz, RATE_HZ)
    count = guide.shape[1]
    sound = np.ascontiguousarray(made[:, :count], np.float32)
    sound = np.pad(sound, ((0, 0), (0, count - sound.shape[1])))
    fade = fade_curve(min(preset.ending.fade_s, count / RATE_HZ / 3))
    sound[:, count - len(fade) :] *= fade
    wish = preset.sound
    sound = normalise(sound, RATE_HZ, lufs=wish.lufs, peak_dbtp=wish.peak_dbtp)
    if run and path:
        _keep(path, sound)
        run.finish_stage(f"take {number}")
        return load_track(path).samples  # the same samples now and after a kill
    return sound


def _keep(path: Path, sound: Sound) -> None:
    from musivid.core.storage import written_whole

    with written_whole(path) as made:
        write_wav(made, [sound])


def _player(preset: BgmInferPreset, session: Session) -> AceStep:
    from musivid.nets.diffusion.ace_step import AceStep
    from musivid.weights.pipelines import find_pipeline

    wish = preset.render
    place = find_pipeline(str(wish.pipeline), offline=session.offline, kind="AceStepPipeline")
    pipeline = session.pipeline(place, loader="AceStepPipeline", offload=wish.offload)
    return AceStep(pipeline, strength=wish.strength, steps=wish.steps, guidance=wish.guidance)
