"""Language models that hear: a sound and a question go in, an answer in words comes out.

Music Flamingo (Ghosh et al. 2025, arXiv 2511.10289), Audio Flamingo 3 (Goel et al. 2025, arXiv
2507.08128) and Qwen2-Audio (Chu et al. 2024, arXiv 2407.10759), each in a folder of transformers
with its processor and its template of chats.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from musivid.core.errors import WeightsError
from musivid.nets.speech.loading import load_part

__all__ = ["AudioLanguage", "load_audio_language"]

_CLASSES = (
    "MusicFlamingoForConditionalGeneration",
    "AudioFlamingo3ForConditionalGeneration",
    "Qwen2AudioForConditionalGeneration",
)


class AudioLanguage(nn.Module):
    """A language model that hears, behind the Captioner protocol."""

    kind = "audio-language"

    def __init__(self, network: Any, processor: Any) -> None:
        """Keep network and processor of transformers.

        Raises:
            WeightsError: the processor has no template of chats.
        """
        super().__init__()
        if not getattr(processor, "chat_template", None):
            raise WeightsError(
                "it has no template of chats, so it cannot be asked",
                hint="chat_template.jinja, or an entry of processor_config.json, is wanted.",
            )
        self.network, self._processor = network, processor
        ear = processor.feature_extractor
        self.rate_hz = int(ear.sampling_rate)
        # Some hear a long sound in parts, the others as much as fits into one.
        self.window_s = float(getattr(processor, "max_audio_len", None) or ear.chunk_length)

    @torch.inference_mode()
    def answer(
        self,
        clip: NDArray[np.float32],
        question: str,
        *,
        most: int,
        temperature: float,
        top_p: float,
        seed: int,
    ) -> str:
        """What it answers to a question about a sound, in one line.

        Args:
            clip: float32 [samples], of at most `window_s`.
            question: in words.
            most: tokens of the answer.
            temperature: divisor of the logits; 0: the likeliest word each time.
            top_p: share of the likeliest words that are drawn from.
            seed: of the drawing.
        """
        said = [{"role": "user", "content": [{"type": "audio", "audio": "clip.wav"},
                                             {"type": "text", "text": question}]}]  # fmt: skip
        text = self._processor.apply_chat_template(said, tokenize=False, add_generation_prompt=True)
        given = self._processor(
            text=[text], audio=[clip], sampling_rate=self.rate_hz, return_tensors="pt"
        )
        weight = next(self.network.parameters())
        asked = {
            name: value.to(weight.device, weight.dtype if value.is_floating_point() else None)
            for name, value in given.items()
        }
        drawn = temperature > 0
        how = {"temperature": temperature or None, "top_p": top_p if drawn else None, "top_k": None}
        devices = [weight.device] if weight.device.type == "cuda" else []
        with torch.random.fork_rng(devices=devices):
            torch.random.manual_seed(seed)
            found = self.network.generate(
                **asked, max_new_tokens=most, do_sample=drawn, num_beams=1, **how
            )
        written = found[0, asked["input_ids"].shape[1] :]
        answer = self._processor.tokenizer.decode(written, skip_special_tokens=True)
        return " ".join(str(answer).split())


def load_audio_language(folder: Path) -> AudioLanguage:
    """The model in a folder of transformers, in the format that its weights are in.

    Raises:
        WeightsError: it cannot be loaded, or is of none of the known classes.
    """
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    named = config.get("architectures") or []
    kind = next((one for one in named if one in _CLASSES), None)
    if kind is None:
        raise WeightsError(
            f"{folder} holds {', '.join(map(str, named)) or 'no class that it names'}",
            hint=f"One of {', '.join(_CLASSES)} is wanted.",
        )
    network = load_part(folder, kind, dtype="auto")
    return AudioLanguage(network, load_part(folder, "AutoProcessor"))
