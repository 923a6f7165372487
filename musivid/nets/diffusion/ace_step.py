"""ACE-Step 1.5 as a player: music that follows the sound of a guide, in its own voices.

ACE-Step Team 2025 (arXiv 2506.00045 for its first version). The pipeline is that of diffusers; it
"covers" the guide: what it hears there, five times a second, leads its diffusion.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from musivid.core.errors import WeightsError

__all__ = ["AceStep", "Brief"]

_LEAST_S = 10.0  # that it was taught with; shorter guides are followed by silence
_INSTRUMENTAL = "[Instrumental]"  # in place of words
_STEPS, _GUIDANCE = 8, 7.0  # as its class has them; turbo models know no guidance


@dataclass(frozen=True, slots=True)
class Brief:
    """What the music is.

    Attributes:
        text: what it is like, in words.
        bpm: beats a minute.
        key: `C major` or `A minor`.
        beats_per_bar: of its metre.
    """

    text: str
    bpm: int
    key: str
    beats_per_bar: int


class AceStep:
    """An ACE-Step that plays after a guide."""

    def __init__(
        self, pipeline: Any, *, strength: float, steps: int | None, guidance: float | None
    ) -> None:
        """Keep the pipeline, loaded.

        Args:
            pipeline: an AceStepPipeline of diffusers.
            strength: 0..1, how much the guide leads beside the words.
            steps: of its diffusion; None: as its class has them.
            guidance: scale; None: as its class has it.

        Raises:
            WeightsError: it lacks what follows guides.
        """
        for part in ("audio_tokenizer", "audio_token_detokenizer"):
            if getattr(pipeline, part, None) is None:
                raise WeightsError(
                    f"this ACE-Step has no {part}, so it cannot follow our music",
                    hint="Take a folder that was converted with it, such as ace-step.",
                )
        self._pipeline, self._strength = pipeline, strength
        self._steps, self._guidance = steps or _STEPS, guidance
        self.rate_hz = int(pipeline.sample_rate)

    @torch.no_grad()
    def play(self, guide: NDArray[np.float32], brief: Brief, seed: int) -> NDArray[np.float32]:
        """Music float32 [2, samples] as long as its guide, -1..1, at `rate_hz`.

        Args:
            guide: float32 [2, samples] at `rate_hz`.
            brief: what the music is.
            seed: of its noise.
        """
        count = guide.shape[1]
        least = round(_LEAST_S * self.rate_hz)
        padded = np.pad(guide, ((0, 0), (0, max(0, least - count))))
        guidance = _GUIDANCE if self._guidance is None else self._guidance
        device = getattr(self._pipeline, "_execution_device", torch.device("cpu"))
        with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
            torch.random.manual_seed(seed)  # it codes the guide by chance of no generator's
            made = self._pipeline(
                prompt=brief.text,
                lyrics=_INSTRUMENTAL,
                task_type="cover",
                src_audio=torch.from_numpy(padded),
                audio_duration=padded.shape[1] / self.rate_hz,
                audio_cover_strength=self._strength,
                num_inference_steps=self._steps,
                guidance_scale=1.0 if self._pipeline.is_turbo else guidance,
                bpm=brief.bpm,
                keyscale=brief.key,
                timesignature=str(brief.beats_per_bar),
                generator=torch.Generator().manual_seed(seed),
            ).audios
        sound: NDArray[np.float32] = made[0].float().cpu().numpy()[:, :count]
        return np.pad(sound, ((0, 0), (0, count - sound.shape[1])))
