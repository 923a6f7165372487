"""The plan of a video: clock, keyframes, windows, parts; all that is known before models load."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from musivid.analysis.sound import SoundFacts
from musivid.core.clock import clock
from musivid.core.timeline import Cue, Timeline, parse_fps
from musivid.pipeline.guidance.lanes import Span
from musivid.pipeline.guidance.schedule import plan_spans
from musivid.pipeline.guidance.swing import swing_of
from musivid.pipeline.guidance.windows import Window, place_windows
from musivid.pipeline.render.checks import disk_bytes
from musivid.pipeline.render.keyframes import KeyframeTime, place_keyframes
from musivid.pipeline.render.parts import part_ranges
from musivid.pipeline.video.job import CheckedJob
from musivid.settings.video import VideoPreset, parse_size

__all__ = ["VideoPlan", "make_plan", "plan_facts", "plan_text"]


@dataclass(frozen=True, slots=True)
class VideoPlan:
    """What will be done.

    Attributes:
        timeline: the clock of the video.
        size: (width, height) of the video.
        sections_s: where each section begins.
        windows: windows of sound.
        spans: lyrics and story, when each guides.
        keyframes: moments of keyframes; empty where every frame is painted.
        parts: ranges of frames that are encoded on their own.
    """

    timeline: Timeline
    size: tuple[int, int]
    sections_s: list[float]
    windows: list[Window]
    spans: tuple[list[Span], list[Span]]
    keyframes: list[KeyframeTime]
    parts: list[range]


def make_plan(facts: SoundFacts, cues: list[Cue], preset: VideoPreset) -> VideoPlan:
    """Return the plan of a video of the sound with these facts."""
    timeline = Timeline(facts.duration_s, parse_fps(preset.output.fps))
    windows = place_windows(facts.beats_s, facts.duration_s, preset.audio)
    borders = [window.start_s for window in windows[1:]]
    spans = plan_spans(cues, borders, facts.duration_s, preset.guidance)
    keyframes: list[KeyframeTime] = []
    if preset.painting.mode == "keys":
        swing = swing_of(preset)
        words = spans[0] or spans[1]
        keyframes = place_keyframes(
            facts.duration_s,
            preset.keys,
            sections_s=list(facts.sections_s[1:]),
            lines_s=sorted(
                span.start_s + min(preset.keys.line_turn_s, span.end_s - span.start_s) / 2
                for lane in spans
                for span in lane
            ),
            turns_s=swing.turns_s(words, facts.duration_s) if swing else (),
            downbeats_s=list(facts.downbeats_s),
            beats_s=list(facts.beats_s),
        )
    parts = part_ranges(timeline, preset.output.part_s)
    size, sections = parse_size(preset.output.size), [float(s) for s in facts.sections_s]
    return VideoPlan(timeline, size, sections, windows, spans, keyframes, parts)


def plan_facts(plan: VideoPlan, facts: SoundFacts, checked: CheckedJob) -> dict[str, Any]:
    """The plan in JSON types."""
    preset = checked.job.preset
    return {
        "song": str(checked.job.song),
        "output": str(checked.out),
        "duration_s": round(plan.timeline.duration_s, 3),
        "fps": _fraction(plan.timeline.fps),
        "frames": plan.timeline.frames,
        "size": preset.output.size,
        "tempo_bpm": round(facts.tempo_bpm, 2),
        "beats": len(facts.beats_s),
        "bars": len(facts.downbeats_s),
        "sections_s": [round(float(time), 3) for time in facts.sections_s],
        "audio_windows": len(plan.windows),
        "keys": [{"time_s": round(k.time_s, 3), "why": k.why} for k in plan.keyframes],
        "parts": len(plan.parts),
        "disk_mb": round(disk_bytes(preset.output, plan.timeline.duration_s) / 1e6, 1),
        "models": preset.models.model_dump(),
        "cues": [
            {"start_s": round(s.start_s, 3), "end_s": round(s.end_s, 3), "text": s.text,
             "weight": s.weight}
            for lane in plan.spans for s in lane
        ],
        "warnings": list(checked.warnings),
    }  # fmt: skip


def plan_text(facts: dict[str, Any]) -> str:
    """The plan for people; the cue table comes last."""
    whys = Counter(keyframe["why"] for keyframe in facts["keys"])
    keyframes = (
        ", ".join(f"{count} by {why}" for why, count in whys.items()) or "every frame is painted"
    )
    pulse = f"{facts['tempo_bpm']:g} beats/min, {facts['beats']} beats, {facts['bars']} bars"
    models = ", ".join(str(name) for name in facts["models"].values() if name)
    length = clock(facts["duration_s"], 2)
    rows = {
        "song": facts["song"],
        "output": facts["output"],
        "length": f"{length} = {facts['frames']} frames at {facts['fps']} fps",
        "size": facts["size"],
        "pulse": pulse if facts["beats"] else "none found; a fixed grid serves",
        "sections": " ".join(clock(time, 2) for time in facts["sections_s"]),
        "keys": f"{len(facts['keys'])} ({keyframes})",
        "parts": f"{facts['parts']}; a killed run loses one at most",
        "models": models,
        "time": f"about {_duration(facts['estimate_s'])}" if "estimate_s" in facts else "",
        "disk": f"about {facts['disk_mb']:g} MB while it works",
    }
    lines = [f"{name + ':':<10}{text}" for name, text in rows.items() if text]
    if facts["cues"]:
        lines += ["", f"{'from':>9} {'to':>9} {'weight':>6}  text"]
        for cue in facts["cues"]:
            start, end = clock(cue["start_s"], 2), clock(cue["end_s"], 2)
            lines.append(f"{start:>9} {end:>9} {cue['weight']:>6g}  {cue['text']}")
    return "\n".join(lines)


def _fraction(fps: Fraction) -> str:
    return str(fps)


def _duration(seconds: float) -> str:
    """A rough length for people."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
