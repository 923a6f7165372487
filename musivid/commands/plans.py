"""Plans as text for people: what `--dry-run` prints of each command."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from musivid.core.clock import clock

if TYPE_CHECKING:
    from musivid.pipeline.bgm import BgmPlanFacts, PointFacts
    from musivid.pipeline.caption import CaptionPlanFacts
    from musivid.pipeline.guidance.understanding import ReadLine
    from musivid.pipeline.lyrics import LyricsPlanFacts
    from musivid.pipeline.markers import MarkersFacts
    from musivid.pipeline.render.filming import ClipsFacts
    from musivid.pipeline.train import TrainPlanFacts
    from musivid.pipeline.video import PlaceFacts, VideoPlanFacts
    from musivid.pipeline.visualize import VisualizePlanFacts

__all__ = [
    "bgm_text",
    "caption_text",
    "lyrics_text",
    "markers_text",
    "missed_text",
    "places_text",
    "shots_text",
    "train_text",
    "video_text",
    "visualize_text",
]

_MOST_MISSED = 8  # cuts that are named one by one
_PLAIN_WIDTH = 160  # of tables that go into a file or pipe


def video_text(facts: VideoPlanFacts) -> str:
    """The plan of a video; the cue table comes last."""
    from musivid.pipeline.guidance.understanding import ReadSong

    whys = Counter(keyframe.why for keyframe in facts.keys)
    placed = ", ".join(f"{count} by {why}" for why, count in whys.items())
    none = "scenes are drawn" if facts.mode == "living" else "every frame is painted"
    if facts.shots:
        none = f"{len(facts.shots)} shots of footage"
    pulse = f"{facts.tempo_bpm:g} beats/min, {facts.beats} beats, {facts.bars} bars"
    rows = {
        "song": facts.song,
        "output": facts.output,
        "length": f"{clock(facts.duration_s, 2)} = {facts.frames} frames at {facts.fps} fps",
        "size": facts.size,
        "over": facts.beneath,
        "pulse": pulse if facts.beats else "none found; a fixed grid serves",
        "sections": " ".join(clock(time, 2) for time in facts.sections_s),
        "keyframes": f"{len(facts.keys)} ({placed or none})",
        "clips": _clips_told(facts.clips) if facts.clips else "",
        "parts": f"{facts.parts}; a killed run loses one at most",
        "words": ReadSong(facts.words, facts.language).told,
        "models": ", ".join(str(name) for name in facts.models.values() if name),
        "time": "" if facts.estimate_s is None else f"about {_duration(facts.estimate_s)}",
        "memory": facts.memory,
        "disk": f"about {facts.disk_mb:g} MB while it works",
    }
    lines = [f"{name + ':':<11}{text}" for name, text in rows.items() if text]
    if facts.shots:
        lines += ["", *(f"footage:   {told}" for told in facts.footage), "", shots_text(facts)]
    elif facts.places:
        lines += ["", places_text(facts.places, facts.words)]
    elif facts.cues:
        lines += ["", f"{'from':>9} {'to':>9} {'weight':>6}  text"]
        told = {line.text: f"  ({line.told})" for line in facts.words if line.told}
        for cue in facts.cues:
            start, end = clock(cue.start_s, 2), clock(cue.end_s, 2)
            said = cue.text.replace("\n", " / ") + told.get(cue.text, "")
            lines.append(f"{start:>9} {end:>9} {cue.weight:>6g}  {said}")
    return "\n".join(lines)


def markers_text(facts: MarkersFacts) -> str:
    """The plan of markers."""
    rows = {
        "length": clock(facts.duration_s, 2),
        "pulse": f"{facts.tempo_bpm:g} beats/min, {facts.beats_per_bar} a bar"
        if facts.tempo_bpm
        else "none found",
        "markers": ", ".join(f"{count} {kind}s" for kind, count in facts.marks.items()),
        "form": facts.form,
        "frames": f"{facts.fps} a second" if facts.fps else "",
        "start": facts.start or "",
    }
    return "\n".join(f"{name + ':':<11}{text}" for name, text in rows.items() if text)


def shots_text(facts: VideoPlanFacts) -> str:
    """The shots of a cut, a line each."""
    wide = max(len(shot.file) for shot in facts.shots)
    rows = [f"{'shot':>4} {'at':>9} {'lasts':>6}  {'file':<{wide}} {'from':>9}  why"]
    for shot in facts.shots:
        lasts = f"{shot.end_s - shot.start_s:.2f}"
        begin, source = clock(shot.start_s, 2), clock(shot.from_s, 2)
        rows.append(
            f"{shot.number:>4} {begin:>9} {lasts:>6}  {shot.file:<{wide}} {source:>9}  {shot.why}"
        )
    return "\n".join(rows)


def places_text(places: Sequence[PlaceFacts], words: Sequence[ReadLine] = ()) -> str:
    """Where a film of scenes goes when, as a table as wide as the terminal.

    Args:
        places: of the film.
        words: what is understood of its lines.
    """
    from io import StringIO

    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    read = ["understood"] if any(line.told for line in words) else []
    names = ("scene", "look", "shot", "figure", "action", "cut")
    table = Table("time", "line", *read, *names, box=box.SIMPLE_HEAD, pad_edge=False)
    for place in places:
        shown = (place.scene, place.look, place.shot, place.figure, place.action, place.cut)
        told = [line.told for line in words if line.told and line.text in place.line]
        row = (place.line, *(["; ".join(told)] if read else []), *shown)
        table.add_row(clock(place.start_s, 2), *(Text(cell) for cell in row))
    width = None if sys.stdout.isatty() else _PLAIN_WIDTH
    console = Console(file=StringIO(), width=width, color_system=None)
    with console.capture() as drawn:
        console.print(table)
    return "\n".join(line.rstrip() for line in drawn.get().strip("\n").splitlines())


def bgm_text(facts: BgmPlanFacts) -> str:
    """The plan of music for a clip."""
    on = facts.cuts_on_beats
    sway = f"{facts.tempo_least_bpm:.1f} to {facts.tempo_most_bpm:.1f}"
    density = sum(facts.density) / max(1, len(facts.density))
    onsets = f"{density:.1f} onsets a bar; " if facts.density else ""
    lines = [
        f"clip       {facts.clip}: {facts.duration_s:.2f} s, {facts.fps:g} fps",
        f"picture    {len(facts.cuts_s)} cuts, {len(facts.soft_cuts_s)} soft transitions, "
        f"{facts.visual_beats} visual beats",
        f"tempo      {facts.tempo_bpm:.1f} bpm ({sway}), {facts.bars} bars"
        + ("" if on is None else f"; {100 * on:.0f} % of the cuts within 40 ms of a beat"),
        *([f"missed     {missed_text(facts)}"] if facts.cuts_missed else []),
        f"music      {facts.genre} in {facts.meter}, {facts.key}, {facts.emotion}, "
        f"{onsets}{', '.join(facts.instruments)}",
        f"composer   {facts.composer or 'none'}, {facts.candidates} candidates, seed {facts.seed}",
        f"sounds     {facts.soundfont}{_others(facts)}",
        *([f"anew       {facts.render} plays it after that sound"] if facts.render else []),
        *(f"output     {path}" for path in facts.outputs),
        *map(_point, facts.hit_points),
        *(f"left out   {each}" for each in facts.left_out),
        *(f"note       {each}" for each in facts.notes),
    ]
    return "\n".join(lines)


def _others(facts: BgmPlanFacts) -> str:
    """Which other SoundFonts are there to play the music, and how they are chosen."""
    others = [name for name in facts.soundfonts if name != facts.soundfont]
    return f"; also here: {', '.join(others)} (--soundfont NAME)" if others else ""


def _point(point: PointFacts) -> str:
    """A moment that the user named, with its place."""
    until = "" if point.end_s is None else f" until {point.end_s:.3f} s"
    place = f" ({point.file}{f':{point.line}' if point.line else ''})" if point.file else ""
    said = "".join(f", {each}" for each in (point.colour, point.note) if each)
    return f"point      {point.time_s:.3f} s{until} {point.name!r}{said}{place}"


def missed_text(facts: BgmPlanFacts) -> str:
    """Cuts that no beat meets, with their distance: the worst of them where they are many."""
    worst = sorted(facts.cuts_missed, key=lambda cut: -cut[1])[:_MOST_MISSED]
    named = ", ".join(f"{clock(time, 2)} by {1000 * far:.0f} ms" for time, far in sorted(worst))
    rest = len(facts.cuts_missed) - len(worst)
    return named + (f", and {rest} more" if rest else "")


def visualize_text(facts: VisualizePlanFacts) -> str:
    """The plan of a visualisation; the table of sections comes last."""
    rows = {
        "song": facts.song,
        "output": facts.output,
        "length": f"{clock(facts.duration_s, 2)} = {facts.frames} frames at {facts.fps} fps",
        "size": facts.size,
        "walk": f"{facts.walk}, picture whole at the {facts.whole} of its section",
        "pictures": str(len(facts.sections)),
        "genre": facts.genre or "none found; captions stand alone",
        "models": ", ".join(facts.models) or "none",
        "clips": _clips_told(facts.clips) if facts.clips else "",
    }
    lines = [f"{name + ':':<10}{text}" for name, text in rows.items() if text]
    head, lengths = "", [""] * len(facts.sections)
    if facts.clips:
        head, lengths = f"{'clip':>5} ", [f"{count:>5} " for count in facts.clips.frames]
    lines += ["", f"{'from':>9} {'to':>9} {head} prompt"]
    for section, length in zip(facts.sections, lengths, strict=True):
        begin, end = clock(section.start_s, 2), clock(section.end_s, 2)
        lines.append(f"{begin:>9} {end:>9} {length} {section.prompt}")
    return "\n".join(lines)


def _clips_told(clips: ClipsFacts) -> str:
    """What is filmed between the pictures, in one line."""
    count = sum(1 for frames in clips.frames if frames)
    told = (
        f"{count} of {clips.size} at {clips.fps:g} frames a second, {sum(clips.frames)} frames in "
        f"all, {clips.steps} steps each, guidance {clips.guidance:g}"
    )
    return told if clips.estimate_s is None else f"{told}: about {_duration(clips.estimate_s)}"


def caption_text(song: str, facts: CaptionPlanFacts) -> str:
    """The plan of captions, on one line."""
    length = "unknown length" if facts.duration_s is None else f"{facts.duration_s:.1f} s"
    overlap = ", overlapping" if facts.overlap else ""
    return f"{song}: {length}, windows {facts.windows}{overlap}, by {facts.model}"


def lyrics_text(song: str, facts: LyricsPlanFacts) -> str:
    """The plan of timed lyrics, on one line, and what there is to know."""
    length = "unknown length" if facts.duration_s is None else f"{facts.duration_s:.1f} s"
    words = "what is sung is written down" if facts.lines is None else f"{facts.lines} lines given"

    def named(model: str) -> str:
        return f"{model} (not on this machine)" if model in facts.lacking else model

    apart = f", the voice taken apart by {named(facts.separator)}" if facts.separator else ""
    plan = f"{song}: {length}, {words}, by {named(facts.model)}{apart}"
    return "\n".join([plan, *(f"  {text}" for text in facts.warnings)])


def train_text(facts: TrainPlanFacts) -> str:
    """The plan of a training, a fact a line."""
    return "\n".join(f"{name}: {_plain(value)}" for name, value in facts.as_dict().items())


def _plain(value: object) -> str:
    """A fact of a plan in words."""
    if isinstance(value, dict):
        return ", ".join(f"{name} ({count})" for name, count in value.items()) or "none"
    return ", ".join(map(str, value)) or "none" if isinstance(value, tuple) else str(value)


def _duration(seconds: float) -> str:
    """A rough length for people."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
