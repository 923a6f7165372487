"""The networks that a file is measured with: opened first, since they say what of it is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from musivid.metrics.chance import Measure
from musivid.pipeline.evaluate.hearing import Heard

if TYPE_CHECKING:
    from musivid.core.timeline import Cue
    from musivid.nets.protocols import Judge, Perceptor
    from musivid.settings.evaluate import EvaluatePreset
    from musivid.weights.session import Session

__all__ = ["Judged", "open_judges"]


@dataclass(frozen=True, slots=True)
class Judged:
    """Who judges what a file means.

    Attributes:
        session: loaded them; None where nobody judges.
        perceptor: of pictures, and what goes with them.
        judge: of sounds and words.
        keeper: of the frames that the perceptor looks at.
    """

    session: Session | None = None
    perceptor: Perceptor | None = None
    judge: Judge | None = None
    keeper: Any = None

    @property
    def rates_hz(self) -> tuple[int, ...]:
        """Rates of the sound that they want."""
        return tuple({one.rate_hz for one in (self.perceptor, self.judge) if one is not None})

    def measure(
        self, heard: Heard | None, cues: Sequence[Cue], preset: EvaluatePreset
    ) -> dict[str, Measure]:
        """Return all figures of meaning."""
        found: dict[str, Measure] = {}
        if self.session is None:
            return found
        common: dict[str, Any] = {
            "device": self.session.device, "trials": preset.surrogates, "seed": preset.seed,
        }  # fmt: skip
        if self.perceptor is not None:
            from musivid.pipeline.evaluate.meaning import measure_meaning

            samples = np.empty(0, np.float32)
            if heard and self.keeper.frames:
                # What sounds after the picture's end goes with none of it.
                seen_s = self.keeper.times_s[-1] + self.keeper.step_s
                rate_hz = self.perceptor.rate_hz
                samples = heard.mono(rate_hz)[: round(seen_s * rate_hz)]
            found |= measure_meaning(self.keeper, samples, cues, perceptor=self.perceptor, **common)
        if self.judge is not None:
            from musivid.pipeline.evaluate.telling import measure_telling

            samples = heard.mono(self.judge.rate_hz) if heard else np.empty(0, np.float32)
            found |= measure_telling(self.judge, samples, cues, preset.prompt, **common)
        return found


def open_judges(
    preset: EvaluatePreset, session: Callable[[], Session], *, sees: bool, worded: bool
) -> Judged:
    """Load who can judge a file; nobody, and nothing, where there is nothing to judge.

    Args:
        preset: settings.
        session: loads them; called only if one is needed.
        sees: whether there is a picture.
        worded: whether there are timed words.

    Raises:
        UsageError: no such model. WeightsError: one is missing or cannot be used.
    """
    if not preset.meaning:
        return Judged()
    from musivid.pipeline.evaluate.telling import judge_name

    described = preset.prompt is not None
    name = judge_name(preset.judge, needed=described) if worded or described else None
    if not sees and name is None:
        return Judged()
    opened = session()
    judge = opened.judge(name) if name is not None else None
    if not sees:
        return Judged(opened, None, judge)
    from musivid.pipeline.evaluate.meaning import FrameKeeper, choose_perceptor, step_of

    perceptor = choose_perceptor(opened, preset.perceptor)[0]
    return Judged(opened, perceptor, judge, FrameKeeper(perceptor.image_px, step_of(perceptor)))
