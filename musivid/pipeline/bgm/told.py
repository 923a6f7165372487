"""What there is to tell of the plan of a film's music."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from musivid.pipeline.bgm.job import CheckedBgm
from musivid.pipeline.bgm.plan import BgmPlan, cut_distances_s
from musivid.pipeline.bgm.points import PointFacts, point_facts
from musivid.weights.names import BUNDLED, is_path, soundfont_named, soundfonts_here

__all__ = ["BgmPlanFacts", "plan_facts"]

_ON_BEAT_S = 0.04  # a cut this near to a beat is heard as on it: a frame at 25 fps


@dataclass(frozen=True, slots=True, kw_only=True)
class BgmPlanFacts:
    """What there is to tell of a plan, rounded; fields are the keys of its JSON.

    Attributes:
        clip: the film.
        outputs: all files that are written.
        duration_s: length of the picture.
        fps: its frames a second.
        frames: how many were looked at.
        cuts_s: when it cuts.
        soft_cuts_s: the middles of its fades through black, dissolves and wipes.
        cuts_missed: cuts further than 40 ms from a beat (or an eighth where those are counted),
            and how far, in seconds.
        visual_beats: how many there are.
        visual_tempo_bpm: of the picture's motion; None without a pulse.
        tempo_bpm: mean tempo of the music.
        tempo_least_bpm: its slowest.
        tempo_most_bpm: its fastest.
        cuts_on_beats: share of the cuts within 40 ms of a beat, or of an eighth where those
            are counted; None without cuts.
        beats_on_visual_beats: how well they meet, against chance.
        bars: of the music.
        genre: of the music.
        meter: of the music; tempi count its beats.
        key: of the music.
        emotion: quadrant of mood.
        instruments: who may play.
        density: onsets asked of each bar; none of songs, whose genre and form decide.
        composer: the model; None: chosen among files.
        candidates: pieces to choose among.
        seed: of all dice.
        soundfont: what plays it.
        soundfonts: those of the table that are on this machine, by name.
        render: the network that plays the music anew; None: none does.
        warnings: what the user should know.
        hit_points: moments that the user named, each with its place.
        left_out: what was not taken of the files that name them.
        notes: how these files were read.
    """

    clip: str
    outputs: tuple[str, ...]
    duration_s: float
    fps: float
    frames: int
    cuts_s: tuple[float, ...]
    soft_cuts_s: tuple[float, ...]
    cuts_missed: tuple[tuple[float, float], ...]
    visual_beats: int
    visual_tempo_bpm: float | None
    tempo_bpm: float
    tempo_least_bpm: float
    tempo_most_bpm: float
    cuts_on_beats: float | None
    beats_on_visual_beats: Mapping[str, Any]
    bars: int
    genre: str
    meter: str
    key: str
    emotion: str
    instruments: tuple[str, ...]
    density: tuple[float, ...]
    composer: str | None
    candidates: int
    seed: int
    soundfont: str
    soundfonts: tuple[str, ...]
    warnings: tuple[str, ...]
    render: str | None = None
    hit_points: tuple[PointFacts, ...] = ()
    left_out: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def plan_facts(plan: BgmPlan, checked: CheckedBgm) -> BgmPlanFacts:
    """What there is to tell of a plan."""
    tempi, preset = plan.tempo.bpm, checked.job.preset
    off = cut_distances_s(plan)
    return BgmPlanFacts(
        clip=str(checked.job.clip),
        outputs=tuple(str(path) for path in checked.outputs.by_role().values()),
        duration_s=round(plan.duration_s, 3),
        fps=round(plan.motion.fps, 3),
        frames=len(plan.motion.times_s),
        cuts_s=tuple(round(float(t), 3) for t in plan.motion.cuts_s),
        soft_cuts_s=tuple(round(float(t), 3) for t in plan.motion.soft_cuts_s),
        cuts_missed=tuple(
            (round(float(time), 3), round(float(far), 3))
            for time, far in zip(plan.motion.cuts_s, off, strict=True)
            if far > _ON_BEAT_S
        ),
        visual_beats=len(plan.motion.beats_s),
        visual_tempo_bpm=_rounded(plan.motion.tempo_bpm),
        tempo_bpm=round(plan.tempo.mean_bpm, 3),
        tempo_least_bpm=round(float(tempi.min()), 2),
        tempo_most_bpm=round(float(tempi.max()), 2),
        cuts_on_beats=round(float((off <= _ON_BEAT_S).mean()), 3) if len(off) else None,
        beats_on_visual_beats=plan.fit.as_dict(),
        bars=plan.bars,
        genre=plan.ensemble.genre,
        meter=str(plan.metre),
        key=str(plan.harmony.key),
        emotion=plan.emotion,
        instruments=tuple(preset.control.instruments),
        density=() if preset.is_song else tuple(c.density for c in plan.controls),
        composer=preset.composer,
        candidates=preset.candidates,
        seed=preset.seed,
        soundfont=_font_told(preset.sound.soundfont),
        soundfonts=tuple(soundfonts_here()),
        render=preset.render.pipeline,
        warnings=checked.warnings,
        hit_points=point_facts(checked.named),
        left_out=checked.named.left_out,
        notes=checked.named.notes,
    )


def _font_told(said: str | None) -> str:
    """The SoundFont that plays, by its name or path."""
    if said is None:
        return BUNDLED
    return said if is_path(said) else soundfont_named(said)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
