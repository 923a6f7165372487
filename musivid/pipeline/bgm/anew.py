"""Music played anew by a network after our own rendering, and whether it still meets the film.

Several takes are made, each by a seed of its own. Our own ears hear each: what begins near each
cut, and which of the music's beats are heard as beats. A take that meets too few of what our own
rendering meets by the same ears is none; without a good one our own rendering stays.
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

__all__ = ["TAKES", "Meeting", "Takes", "brief_of", "meeting_of", "play_anew"]

Sound = NDArray[np.float32]
Floats = NDArray[np.float64]

TAKES = "takes"
"""The folder within a run in which takes are kept, by their numbers."""
_NEAR_S = 0.07  # the window of beat tracking (MIREX), as `f_measure` has it
_LIVELY, _CALM = 0.6, 0.35  # of a film's energy, 0..1
_BRIGHT, _DARK = 0.55, 0.3  # of its mean luma, 0..1
_MINOR_THIRD = 3  # semitones above the tonic


@dataclass(frozen=True, slots=True)
class Meeting:
    """How well a sound meets a film.

    Attributes:
        cuts: share of cuts and named moments with something that begins within 70 ms; 1 where
            there are none.
        beats: share of the music's beats within 70 ms of one that is heard, or of the middle
            between two: half the count is the same music.
    """

    cuts: float
    beats: float

    def of(self, own: Meeting) -> float:
        """The lesser share of what our own rendering meets, 0..1."""
        pairs = ((self.cuts, own.cuts), (self.beats, own.beats))
        return min(min(1.0, mine / theirs) if theirs else 1.0 for mine, theirs in pairs)


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
    beats_s = plan.tempo.beats_s
    own = meeting_of(guide, moments, beats_s)
    brief = brief_of(plan, preset)
    reporter.stage("play anew", wish.takes, "takes")
    reporter.note(f"ACE-Step is told: {brief.text}")
    met: list[Meeting] = []
    best: tuple[float, int, Sound] = (-1.0, 0, guide)
    for number in range(1, wish.takes + 1):
        sound = _take(guide, brief, number, preset, session, run=run)
        met.append(meeting_of(sound, moments, beats_s))
        share = met[-1].of(own)
        reporter.advance()
        reporter.note(
            f"take {number}: {met[-1].cuts:.0%} of the cuts and {met[-1].beats:.0%} of the beats "
            f"are met; our own rendering meets {own.cuts:.0%} and {own.beats:.0%}"
        )
        if share > best[0]:
            best = share, number, sound
        if share >= 1.0:  # none can meet more of what is asked
            break
    share, kept, sound = best
    if share < wish.least:
        reporter.warn(
            f"none of {len(met)} takes keeps the cuts and beats (the best meets {share:.0%} of "
            f"what our own rendering meets, {wish.least:.0%} are wanted): our own rendering stays"
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


def meeting_of(sound: Sound, moments_s: Floats, beats_s: Floats) -> Meeting:
    """How well a sound meets moments and beats.

    Args:
        sound: float32 [2, samples] at 44.1 kHz.
        moments_s: cuts and named moments.
        beats_s: of the music, as planned.
    """
    samples = resampled(sound.mean(0), RATE_HZ, ANALYSIS_RATE_HZ)
    facts = analyse(samples, ANALYSIS_RATE_HZ)
    onsets = find_onsets(facts, samples, ANALYSIS_RATE_HZ)
    heard = facts.beats_s
    between = np.sort(np.concatenate([heard, (heard[1:] + heard[:-1]) / 2]))
    inside = beats_s[beats_s < facts.duration_s]
    beats = max(_share(inside, heard), _share(inside, between)) if len(inside) else 1.0
    return Meeting(_share(moments_s, onsets) if len(moments_s) else 1.0, beats)


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
