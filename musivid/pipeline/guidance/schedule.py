"""What the pictures should mean at each moment: a Schedule of fused sound, words and pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from musivid.core.clock import parse_time_s
from musivid.core.timeline import Cue
from musivid.painting.directions import slerp_directions, unit
from musivid.pipeline.guidance.lanes import Lane, Span, lay_spans
from musivid.pipeline.guidance.space import Space, measure_space
from musivid.pipeline.guidance.swing import DEFAULT_PERIOD_S, Swing
from musivid.settings.video import GuidancePreset

if TYPE_CHECKING:
    import torch

    from musivid.nets.protocols import Perceptor

__all__ = ["Constant", "Schedule", "Voice", "make_schedule", "plan_spans", "prompted_texts"]

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Voice:
    """One of the things that pull at a moment; a negative weight pushes away."""

    kind: Literal["sound", "line", "story", "style", "negative", "picture"]
    label: str
    weight: float


@dataclass(frozen=True, slots=True)
class Constant:
    """A voice that speaks all the time, and its direction, float32 [dim]."""

    voice: Voice
    direction: Array


@dataclass(frozen=True, slots=True)
class Schedule:
    """Time -> target embedding, continuous but for `either`; made by `make_schedule`.

    Attributes:
        space: where directions are added.
        settings: weights.
        times_s: float64 [windows], when each window of sound is what goes on.
        sounds: float32 [windows, dim], directions of the windows.
        stepped: whether the sound changes at once from window to window.
        lines: the lyrics.
        story: prompts over time.
        constants: style, negatives and pictures.
        swing: for interpolation; None: all voices are fused.
    """

    space: Space
    settings: GuidancePreset
    times_s: NDArray[np.float64]
    sounds: Array
    stepped: bool
    lines: Lane
    story: Lane
    constants: tuple[Constant, ...]
    swing: Swing | None = None

    def target(self, time_s: float) -> Array:
        """What the picture should mean at the moment, float32 [dim], unit length."""
        if self.swing is not None:
            return self._swung(self.swing, time_s)
        words = self._words(time_s)
        if self.settings.fusion == "either" and words:
            return self._fuse(words + self._constants())
        return self._fuse([*words, *self._sound(time_s), *self._constants()])

    def targets(self, times_s: Sequence[float]) -> Array:
        """What pictures should mean at `times_s`, float32 [times, dim], unit length."""
        return np.stack([self.target(time) for time in times_s])

    def openness(self, time_s: float) -> float:
        """Share 0..1 of the pull that comes from the sound, which says less exactly what to see."""
        pulls = [(voice.kind, abs(voice.weight)) for voice in self.voices(time_s)]
        total = sum(weight for _, weight in pulls)
        return sum(weight for kind, weight in pulls if kind == "sound") / total if total else 1.0

    def voices(self, time_s: float) -> list[Voice]:
        """What pulls at the moment, and how much."""
        said: list[Voice] = []
        if span := self.lines.span_at(time_s):
            said.append(Voice("line", span.text, span.weight * self.settings.text))
        if span := self.story.span_at(time_s):
            said.append(Voice("story", span.text, span.weight * self.settings.text))
        alone = self.settings.fusion == "either" and bool(said) and self.swing is None
        heard = [] if alone else [Voice("sound", "the song", self.settings.audio)]
        return [*said, *heard, *(constant.voice for constant in self.constants)]

    def _words(self, time_s: float) -> list[tuple[Array, float]]:
        both = (self.lines.at(time_s), self.story.at(time_s))
        factor = self.settings.text
        return [(words, weight * factor) for words, weight in both if weight * factor]

    def _constants(self) -> list[tuple[Array, float]]:
        return [(constant.direction, constant.voice.weight) for constant in self.constants]

    def _sound(self, time_s: float) -> list[tuple[Array, float]]:
        return [(self._heard(time_s), self.settings.audio)] if self.settings.audio else []

    def _heard(self, time_s: float) -> Array:
        """Direction of the sound at the moment: between two windows it is on the way."""
        after = int(np.searchsorted(self.times_s, time_s, side="right"))
        before = max(after - 1, 0)
        if self.stepped or after >= len(self.times_s) or after == 0:
            here: Array = self.sounds[before]
            return here
        gap = self.times_s[after] - self.times_s[before]
        share = (time_s - self.times_s[before]) / max(float(gap), 1e-9)
        return slerp_directions(self.sounds[before], self.sounds[after], float(share))

    def _swung(self, swing: Swing, time_s: float) -> Array:
        """On the way from the sound to the words: both poles carry style, negatives and pictures.

        Without any words the other pole is the sound of half a period later.
        """
        constants = self._constants()
        spans = self.lines.spans or self.story.spans
        words = self._words(time_s)
        period = swing.period_s or DEFAULT_PERIOD_S
        if not spans:
            swing = Swing(period, swing.ease)
            words = [(self._heard(time_s + period / 2), self.settings.text or 1.0)]
        sound = self._fuse([(self._heard(time_s), 1.0), *constants])
        if not words:
            return sound
        lane = self.lines if self.lines.spans else self.story
        # Words that fade in or out are reached only so far: the way has no jump at a pause.
        said = min(1.0, sum(abs(weight) for _, weight in words) / self.settings.text)
        share = said * swing.share(time_s, lane.span_at(time_s))
        return slerp_directions(sound, self._fuse([*words, *constants]), share)

    def _fuse(self, voices: Sequence[tuple[Array, float]]) -> Array:
        total = np.zeros(self.sounds.shape[1], np.float32)
        for direction, weight in voices:
            total += np.float32(weight) * direction
        if float(np.linalg.norm(total)) < 1e-6:  # all is silent or cancels out
            total = self.sounds.mean(0)
        return self.space.target(unit(total))


def plan_spans(
    cues: Sequence[Cue], beats_s: Sequence[float], duration_s: float, settings: GuidancePreset
) -> tuple[list[Span], list[Span]]:
    """Return the spans of lyrics and of the story; where nothing else speaks they leave no gap."""
    constant = settings.audio or settings.style or settings.images
    beats = list(beats_s) if settings.lines == "beat" else []
    story = [
        Cue(parse_time_s(prompt.at), None, prompt.text, prompt.weight) for prompt in settings.story
    ]
    story.sort(key=lambda cue: cue.start_s)
    lines = lay_spans(
        cues,
        duration_s,
        hold_s=settings.hold_s,
        beats_s=beats,
        fill=not constant and not story,
    )
    return lines, lay_spans(story, duration_s, fill=not constant and not cues)


def make_schedule(
    perceptor: Perceptor,
    times_s: Sequence[float],
    sounds: Array,
    spans: tuple[Sequence[Span], Sequence[Span]],
    settings: GuidancePreset,
    *,
    stepped: bool = False,
    swing: Swing | None = None,
    device: torch.device | str = "cpu",
    load_picture: Callable[[str, int], torch.Tensor] | None = None,
) -> Schedule:
    """Return the schedule of a song; each distinct text is embedded once.

    Args:
        perceptor: the space of meanings.
        times_s: when each window of sound is what goes on, ascending.
        sounds: float32 [windows, dim], their embeddings.
        spans: of lyrics and of the story, from `plan_spans`.
        settings: weights and prompts.
        stepped: the sound changes at once from window to window.
        swing: how the target moves, for interpolation.
        device: where the perceptor lives.
        load_picture: path and side in pixels -> [1, 3, side, side] in 0..1, for image prompts.
    """
    import torch

    space = Space.flat(perceptor.dim)
    if settings.centre:
        with torch.inference_mode():
            space = measure_space(perceptor, sounds, pictures=bool(settings.images), device=device)
    reader = perceptor.in_song([span.text for lane in spans for span in lane])
    said = _embed_texts(reader, space, prompted_texts(spans, settings))
    fade = 0.0 if settings.fusion == "either" else settings.crossfade_s
    lines, story = (
        Lane(lane, _rows(said, [span.text for span in lane], perceptor.dim), fade) for lane in spans
    )
    constants = [
        Constant(Voice("style", p.text, p.weight), said[p.text]) for p in settings.style
    ] + [Constant(Voice("negative", p.text, -p.weight), said[p.text]) for p in settings.negative]
    for image in settings.images:
        if load_picture is None:
            raise ValueError("image prompts need load_picture")
        picture = load_picture(image.path, perceptor.image_px).to(device)
        with torch.inference_mode():
            seen = perceptor.embed_image(picture).float().cpu().numpy().mean(0)
        direction = space.direction(seen, "pictures")
        constants.append(Constant(Voice("picture", image.path, image.weight), direction))
    return Schedule(
        space=space,
        settings=settings,
        times_s=np.asarray(times_s, float),
        sounds=space.direction(sounds, "sounds"),
        stepped=stepped,
        lines=lines,
        story=story,
        constants=tuple(constants),
        swing=swing,
    )


def prompted_texts(spans: Sequence[Sequence[Span]], settings: GuidancePreset) -> list[str]:
    """Each distinct text that guides: lines, story, style and negative prompts."""
    texts = [span.text for lane in spans for span in lane]
    texts += [prompt.text for prompt in (*settings.style, *settings.negative)]
    return list(dict.fromkeys(texts))


def _embed_texts(perceptor: Perceptor, space: Space, texts: Sequence[str]) -> dict[str, Array]:
    """The direction, float32 [dim], of each text."""
    import torch

    if not texts:
        return {}
    with torch.inference_mode():
        rows = perceptor.embed_text(list(texts)).float().cpu().numpy()
    return dict(zip(texts, space.direction(rows, "words"), strict=True))


def _rows(said: dict[str, Array], texts: Sequence[str], dim: int) -> Array:
    """Directions, float32 [texts, dim]."""
    return np.stack([said[text] for text in texts]) if texts else np.zeros((0, dim), np.float32)
