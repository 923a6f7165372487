"""The plan of a video: clock, keyframes, windows, parts; all that is known before models load."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from musivid.analysis.sound import SoundFacts
from musivid.core.timeline import Cue, Timeline, parse_fps
from musivid.media.codecs import codec_for
from musivid.media.kinds import PICTURE
from musivid.pipeline.guidance.lanes import Span
from musivid.pipeline.guidance.schedule import plan_spans
from musivid.pipeline.guidance.swing import swing_of
from musivid.pipeline.guidance.understanding import ReadLine, ReadSong
from musivid.pipeline.guidance.windows import Window, place_windows
from musivid.pipeline.render.checks import disk_bytes
from musivid.pipeline.render.keyframes import KeyframeTime, place_keyframes
from musivid.pipeline.render.parts import part_ranges
from musivid.pipeline.video.job import CheckedJob
from musivid.pipeline.video.layer_target import layer_codec
from musivid.pipeline.video.models import used_models
from musivid.settings.video import VideoPreset

if TYPE_CHECKING:
    from musivid.living.loop import Loop
    from musivid.living.plan import Place
    from musivid.pipeline.render.filming import ClipsFacts

__all__ = ["PlaceFacts", "ShotFacts", "VideoPlan", "VideoPlanFacts", "make_plan", "plan_facts"]


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
        loop: the bars that go round; None: the song from beginning to end.
        cues: the lyrics, within the song.
        warnings: what the user should know.
    """

    timeline: Timeline
    size: tuple[int, int]
    sections_s: list[float]
    windows: list[Window]
    spans: tuple[list[Span], list[Span]]
    keyframes: list[KeyframeTime]
    parts: list[range]
    loop: Loop | None = None
    cues: tuple[Cue, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def start_s(self) -> float:
        """Where in the sound of the job the video begins."""
        return float(self.loop.first / self.timeline.fps) if self.loop else 0.0


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """A place of a film that is drawn: when, what it shows, and how the film comes to it.

    Attributes:
        start_s: where it begins.
        end_s: where it ends.
        line: the words that it shows, or empty.
        scene: name of the scene.
        look: one of the scene's looks.
        shot: the shot that it opens with.
        figure: who is in it and does what, or empty.
        action: what happens in it and when: `sink 0:12.40, fly 0:14.00`.
        cut: how the film comes to it.
    """

    start_s: float
    end_s: float
    line: str
    scene: str
    look: str
    shot: str
    figure: str
    action: str
    cut: str


@dataclass(frozen=True, slots=True)
class ShotFacts:
    """A shot of a film that is cut from footage.

    Attributes:
        number: counted from 1.
        start_s: where it begins.
        end_s: where it ends.
        file: what is shown.
        from_s: from where on in the file.
        why: why it is there.
    """

    number: int
    start_s: float
    end_s: float
    file: str
    from_s: float
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoPlanFacts:
    """What there is to tell of a plan, rounded; fields are the keys of its JSON.

    Attributes:
        song: the file.
        output: the video.
        duration_s: length of both.
        fps: frames a second, as a fraction.
        frames: of the video.
        size: width x height of the video.
        mode: how pictures are made: keys, every_frame, living.
        tempo_bpm: of the song; 0 without a pulse.
        beats: how many were heard.
        bars: how many were heard.
        sections_s: where each section begins.
        audio_windows: windows of sound that are embedded.
        keys: keyframes.
        parts: how many parts are encoded on their own.
        disk_mb: room that the work needs.
        models: names of the models by role.
        cues: texts that guide, and when.
        warnings: what the user should know.
        places: where a film that is drawn goes when.
        words: how much is understood of each line that guides.
        language: code of the language that most of these are in; empty: not known, or several.
        estimate_s: how long the work takes on this machine; None: not known.
        memory: what painting takes of it, in words; empty: little.
        shots: of a film that is cut from footage.
        footage: what was seen of its files, and what to know of the cut.
        clips: what is filmed between keyframes; None: latents walk, or there are no keyframes.
        beneath: the film whose frames painted ones start from, or empty.
    """

    song: str
    output: str
    duration_s: float
    fps: str
    frames: int
    size: str
    mode: str
    tempo_bpm: float
    beats: int
    bars: int
    sections_s: tuple[float, ...]
    audio_windows: int
    keys: tuple[KeyframeTime, ...]
    parts: int
    disk_mb: float
    models: Mapping[str, str | None]
    cues: tuple[Span, ...]
    warnings: tuple[str, ...]
    places: tuple[PlaceFacts, ...] = ()
    words: tuple[ReadLine, ...] = ()
    language: str = ""
    estimate_s: float | None = None
    memory: str = ""
    shots: tuple[ShotFacts, ...] = ()
    footage: tuple[str, ...] = ()
    beneath: str = ""
    clips: ClipsFacts | None = None


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
    loop = _find_loop(facts, timeline, preset)
    if loop is not None:
        timeline = Timeline(float(loop.frames / timeline.fps), timeline.fps)
    parts = part_ranges(timeline, preset.output.part_s)
    size, sections = preset.output.frame_size, [float(s) for s in facts.sections_s]
    return VideoPlan(timeline, size, sections, windows, spans, keyframes, parts, loop)


def _find_loop(facts: SoundFacts, timeline: Timeline, preset: VideoPreset) -> Loop | None:
    """The bars of a canvas."""
    if preset.output.format != "canvas":
        return None
    from musivid.living.loop import choose_loop

    return choose_loop(facts, timeline.fps)


def _disk_bytes(checked: CheckedJob, plan: VideoPlan) -> int:
    """Bytes that a job takes at most while it works."""
    output = checked.job.preset.output
    if PICTURE.holds(checked.out):
        return 3 * plan.size[0] * plan.size[1]
    layer = checked.job.preset.is_layer
    codec = layer_codec(checked.out) if layer else codec_for(checked.out, output.codec)
    return disk_bytes(output, plan.timeline.duration_s, codec.name)


def plan_facts(
    plan: VideoPlan,
    facts: SoundFacts,
    checked: CheckedJob,
    places: Sequence[Place] = (),
    words: ReadSong | None = None,
) -> VideoPlanFacts:
    """What there is to tell of a plan, and of the places and words of a film that is drawn."""
    preset = checked.job.preset
    return VideoPlanFacts(
        song=str(checked.job.song),
        output=str(checked.out),
        duration_s=round(plan.timeline.duration_s, 3),
        fps=str(plan.timeline.fps),
        frames=plan.timeline.frames,
        size=f"{plan.size[0]}x{plan.size[1]}",
        mode=preset.painting.mode,
        tempo_bpm=round(facts.tempo_bpm, 2),
        beats=len(facts.beats_s),
        bars=len(facts.downbeats_s),
        sections_s=tuple(round(float(time), 3) for time in facts.sections_s),
        audio_windows=len(plan.windows),
        keys=tuple(KeyframeTime(round(k.time_s, 3), k.why) for k in plan.keyframes),
        parts=len(plan.parts),
        disk_mb=round(_disk_bytes(checked, plan) / 1e6, 1),
        models=_models(preset, worded=checked.job.is_worded),
        cues=tuple(
            Span(round(span.start_s, 3), round(span.end_s, 3), span.text, span.weight, span.words)
            for lane in plan.spans
            for span in lane
        ),
        warnings=plan.warnings,
        places=tuple(_place_facts(place) for place in places),
        words=words.lines if words else (),
        language=words.language if words else "",
        beneath=preset.painting.restyle or "",
    )


def _models(preset: VideoPreset, *, worded: bool) -> dict[str, str | None]:
    """The names of all models, by role."""
    named = dict[str, str | None](used_models(preset, worded=worded).items())
    return named | ({"animator": preset.models.animator} if preset.is_clips else {})


def _place_facts(place: Place) -> PlaceFacts:
    from musivid.living.planfile import acts_text

    return PlaceFacts(
        start_s=round(place.start_s, 3),
        end_s=round(place.end_s, 3),
        line=place.line,
        scene=place.scene,
        look=place.look,
        shot=place.shot,
        figure=place.figure,
        action=acts_text(place.acts),
        cut=place.cut,
    )
