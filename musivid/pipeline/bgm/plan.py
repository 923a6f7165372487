"""The plan of music for a film: beat, form, key, players - all that is known before composing."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from musivid.analysis.motion import Motion, read_motion, with_speed
from musivid.analysis.tonality import Key
from musivid.core.paths import cache_folder
from musivid.core.progress import Reporter
from musivid.core.seeds import dice
from musivid.metrics.chance import Measure, against_chance, make_clocks, unmeasured
from musivid.metrics.sync.events import nearest_s
from musivid.pipeline.bgm.control import Control
from musivid.pipeline.bgm.job import CheckedBgm
from musivid.pipeline.bgm.metadata import motion_of_metadata
from musivid.pipeline.bgm.scenes import film_of
from musivid.score.control_rows import (
    TICKS_PER_BAR,
    WEAKEST_BEAT,
    BarControl,
    bar_controls,
    density_class,
    scale_density,
)
from musivid.score.ending import final_tick
from musivid.score.ensemble import Ensemble, ensemble_of, genre_for
from musivid.score.harmony import Harmony, plan_harmony
from musivid.score.metre import METRES, Metre
from musivid.score.songs import FilmOutline, key_for, song_tempo
from musivid.score.tempo_map import Moments, TempoMap, TempoWish, plan_tempo, steady_map
from musivid.settings.bgm import ControlPreset

__all__ = [
    "BgmPlan",
    "beats_on_visual_beats",
    "cut_distances_s",
    "film_for",
    "plan_bgm",
    "replan",
]

_CUT_WEIGHT = 0.93  # strength 5: a cut is a clear visual beat
_POINT_WEIGHT = 0.995  # of a moment that the user named: above every cut
_NEAR_S = 0.06  # at which a beat counts 1/e on a visual beat
_SHIFTS = 200  # shifted clocks behind the chance level
_DARK = 0.35  # mean luma below which a film without a mood gets a minor key
_MODES = {"happy": "major", "calm": "major", "angry": "minor", "sad": "minor"}
# Tonics whose scales lie well for all five players.
_TONICS = (0, 2, 4, 5, 7, 9, 10)


@dataclass(frozen=True, slots=True)
class BgmPlan:
    """What will be composed.

    Attributes:
        motion: what was seen.
        tempo: when each beat is.
        controls: what each bar is asked for.
        is_free: bool per bar, whether the model chooses its density.
        accents: absolute sixteenths of cuts and named moments.
        ensemble: genre and programs.
        harmony: key and chords.
        emotion: mood, one of happy, angry, sad, calm.
        fit: how well beats meet visual beats, against chance.
        duration_s: length of the film.
        metre: of the music.
    """

    motion: Motion
    tempo: TempoMap
    controls: tuple[BarControl, ...]
    is_free: tuple[bool, ...]
    accents: frozenset[int]
    ensemble: Ensemble
    harmony: Harmony
    emotion: str
    fit: Measure
    duration_s: float
    metre: Metre = METRES["4/4"]

    @property
    def bars(self) -> int:
        """Bars of the music, the one of the last chord apart."""
        return max(1, -(-self.harmony.final_tick // self.metre.steps))

    @property
    def energy(self) -> list[float]:
        """How lively each bar is, 0..1."""
        return [density_class(control.energy) / TICKS_PER_BAR for control in self.controls]


def plan_bgm(checked: CheckedBgm, reporter: Reporter, motion: Motion | None = None) -> BgmPlan:
    """Look at the clip and plan its music.

    Args:
        checked: the job.
        reporter: told of stages and progress.
        motion: what moves in a clip that has been seen already.

    Raises:
        InputError: the picture cannot be decoded.
    """
    motion = _cut(motion or _motion(checked, reporter), checked)
    reporter.stage("plan")
    wish = checked.job.preset.tempo
    return _planned(checked, motion, (wish.lowest, wish.highest), None)


def replan(
    plan: BgmPlan, checked: CheckedBgm, range_bpm: tuple[float, float], key: Key | None
) -> BgmPlan:
    """Return a plan for the same film with another range of tempi, and another key if given."""
    return _planned(checked, plan.motion, range_bpm, key)


def _planned(
    checked: CheckedBgm, motion: Motion, range_bpm: tuple[float, float], key: Key | None
) -> BgmPlan:
    preset, control = checked.job.preset, checked.job.preset.control
    rng = dice(preset.seed, 11)
    energy = density_class(float(motion.flow.mean())) / TICKS_PER_BAR
    emotion: str = control.emotion
    if emotion == "auto":
        emotion = _emotion(energy, float(motion.brightness.mean()))
    ensemble = _ensemble(control, energy)
    tempo = _tempo(checked, motion, ensemble, range_bpm, emotion)
    final = final_tick(tempo)
    bars = max(1, -(-final // TICKS_PER_BAR))
    controls, accents = _controls(checked, motion, tempo, bars)
    if key is None and control.key:
        key = Key.named(control.key)
    elif key is None:
        key = _key(emotion, rng)
        if preset.is_song:
            key = key_for(ensemble.genre, emotion, preset.seed)
    answered = rng.random(len(controls)) < control.density_degree
    return BgmPlan(
        motion=motion,
        tempo=tempo,
        controls=tuple(_answered(controls, control.strength_degree, rng)),
        is_free=tuple(
            _is_free(c, checked) or bool(not a and control.density is None)
            for a, c in zip(answered, controls, strict=True)
        ),
        accents=accents,
        ensemble=ensemble,
        harmony=plan_harmony(key, bars, final, rng),
        emotion=emotion,
        fit=beats_on_visual_beats(motion, tempo),
        duration_s=checked.duration_s,
        metre=ensemble.metre,
    )


def _ensemble(control: ControlPreset, energy: float) -> Ensemble:
    """The players of the genre that is asked for or suits the motion, in the metre asked for."""
    asked = None if control.meter == "auto" else METRES[control.meter]
    found = ensemble_of(control.genre or genre_for(energy))
    return dataclasses.replace(found, metre=asked or found.metre)


def film_for(checked: CheckedBgm, motion: Motion) -> FilmOutline:
    """Return what a song is told of the film of a job."""
    ties = checked.job.preset.tempo.lock != "off"
    return film_of(motion, checked.duration_s, checked.points_s, ties=ties)


def _motion(checked: CheckedBgm, reporter: Reporter) -> Motion:
    """What moves in the clip: looked at, or as the metadata or control rows say."""
    for text in checked.warnings:
        reporter.warn(text)
    for text in (*checked.named.notes, *(f"left out: {each}" for each in checked.named.left_out)):
        reporter.note(text)
    job, facts, duration_s = checked.job, checked.metadata, checked.duration_s
    if checked.control is not None:
        facts = checked.control.metadata(duration_s, _control_bpm(checked, checked.control))
    if facts is not None:
        return motion_of_metadata(facts, duration_s)
    kept = cache_folder() / "motion"
    motion = read_motion(job.clip, reporter=reporter, cache=kept)
    if job.preset.counts_as_cmt or job.save_metadata or job.save_control:
        motion = with_speed(motion, job.clip, reporter=reporter, cache=kept)
    if not len(motion.beats_s) and not len(motion.cuts_s):
        reporter.note("nothing moves in the picture; the music keeps its own pace")
    return motion


def _control_bpm(checked: CheckedBgm, control: Control) -> float:
    return control.tempo_for(checked.duration_s, checked.job.preset.tempo.bpm)


def _cut(motion: Motion, checked: CheckedBgm) -> Motion:
    """What moves, with the cuts that the user named in place of those that were found."""
    cuts_s = checked.named.cuts_s
    return motion if cuts_s is None else dataclasses.replace(motion, cuts_s=np.array(cuts_s))


def _tempo(
    checked: CheckedBgm,
    motion: Motion,
    ensemble: Ensemble,
    range_bpm: tuple[float, float],
    emotion: str,
) -> TempoMap:
    if checked.control is not None:
        return steady_map(checked.duration_s, _control_bpm(checked, checked.control))
    asked = checked.job.preset.tempo
    preferred = motion.tempo_bpm or ensemble.tempo_bpm
    wish = TempoWish(asked.bpm, range_bpm, preferred, asked.lock, asked.variation)
    if checked.job.preset.is_song:
        return song_tempo(film_for(checked, motion), ensemble.genre, emotion, ensemble.metre, wish)
    points = np.array(checked.points_s, np.float64)
    moments = Moments(motion.cuts_s, motion.beats_s, motion.beat_weights, points)
    return plan_tempo(checked.duration_s, moments, wish)


def _controls(
    checked: CheckedBgm, motion: Motion, tempo: TempoMap, bars: int
) -> tuple[list[BarControl], frozenset[int]]:
    """What each bar is asked for, and the sixteenths of cuts and named moments."""
    control = checked.job.preset.control
    weakest = WEAKEST_BEAT if control.beat_threshold is None else control.beat_threshold
    if checked.control is not None:
        return checked.control.controls(bars, weakest), frozenset()
    starts = [tempo.step_s(TICKS_PER_BAR * bar) for bar in range(bars + 1)]
    published = checked.job.preset.counts_as_cmt and len(motion.speed)
    curve = motion.speed if published else motion.flow
    flows = []
    for start, end in pairwise(starts):
        a, b = int(start * motion.fps), int(end * motion.fps)
        part = curve[a : max(b, a + 1)]
        flows.append(float(part.mean()) if len(part) else 0.0)
    flows = _smoothed(flows, control.smooth_bars)
    ties_cuts = checked.job.preset.tempo.lock != "off"
    cuts = [(_sixteenth(tempo, t), _CUT_WEIGHT) for t in motion.cuts_s if ties_cuts]
    points = [(_sixteenth(tempo, t), _POINT_WEIGHT) for t in checked.points_s]
    beats = [
        (_sixteenth(tempo, t), float(w))
        for t, w in zip(motion.beats_s, motion.beat_weights, strict=True)
    ]
    controls = bar_controls(
        bars,
        np.array(flows),
        beats + cuts + points,
        density_range=control.density_range,
        weakest=weakest,
    )
    if control.density is not None:
        controls = scale_density(controls, control.density)
    return [_stronger(c, control.strength) for c in controls], frozenset(
        tick for tick, _ in cuts + points
    )


def _smoothed(flows: list[float], bars: int) -> list[float]:
    """The motion of each bar, averaged over so many bars around it."""
    if bars < 2 or not flows:
        return flows
    values = np.pad(np.array(flows), (bars // 2, (bars - 1) // 2), mode="edge")
    return [float(v) for v in np.convolve(values, np.full(bars, 1 / bars), mode="valid")]


def _sixteenth(tempo: TempoMap, time_s: float) -> int:
    return tempo.step_at(float(time_s))


def _is_free(control: BarControl, checked: CheckedBgm) -> bool:
    """Whether rows leave a bar to the model: BMT's do so where they count nothing."""
    is_bmt = checked.control is not None and checked.control.family == "bmt"
    return is_bmt and not control.density


def _stronger(control: BarControl, factor: float) -> BarControl:
    """The bar with more or fewer notes on its hits; none at all where the factor is 0."""
    hits = tuple(
        dataclasses.replace(hit, strength=max(1, round(hit.strength * factor)))
        for hit in control.hits
        if factor > 0
    )
    return dataclasses.replace(control, hits=hits)


def _answered(
    controls: list[BarControl], degree: float, rng: np.random.Generator
) -> list[BarControl]:
    """The bars with that share of their hits."""
    return [
        dataclasses.replace(c, hits=tuple(hit for hit in c.hits if rng.random() < degree))
        for c in controls
    ]


def _emotion(energy: float, brightness: float) -> str:
    """The quadrant of arousal (motion) and valence (light)."""
    if energy > 0.5:
        return "happy" if brightness >= _DARK else "angry"
    return "calm" if brightness >= _DARK else "sad"


def _key(emotion: str, rng: np.random.Generator) -> Key:
    return Key(int(rng.choice(_TONICS)), _MODES[emotion])


def beats_on_visual_beats(motion: Motion, tempo: TempoMap, shifts: int = _SHIFTS) -> Measure:
    """Return how close beats are to visual beats, against shifts by an uneven clock.

    Cuts are visual beats of full weight. 1 is all of them on a beat, 0 is none near one; closeness
    falls off over 60 ms.
    """
    times = np.concatenate([motion.beats_s, motion.cuts_s])
    weights = np.concatenate([np.clip(motion.beat_weights, 0.0, 1.0), np.ones(len(motion.cuts_s))])
    if len(times) < 2 or weights.sum() <= 0:
        return unmeasured("fewer than two visual beats")
    duration_s = motion.duration_s

    def closeness(moments: np.ndarray) -> float:
        off = nearest_s(moments, tempo.beats_s)
        return float((weights * np.exp(-((off / _NEAR_S) ** 2))).sum() / weights.sum())

    chance = [closeness(clock.at(times)) for clock in make_clocks(shifts, duration_s, seed=0)]
    return against_chance(
        closeness(times),
        chance,
        params={"near_s": _NEAR_S},
        n_audio=len(tempo.beats_s),
        n_video=len(times),
    )


def cut_distances_s(plan: BgmPlan) -> np.ndarray:
    """Return how far each cut is from the nearest beat, in seconds: float64 [cuts].

    Where music counts in eighths, from the nearest of these.
    """
    return nearest_s(plan.motion.cuts_s, plan.tempo.grid_s)
