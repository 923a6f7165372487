"""Networks that say of each moment how likely each letter is sung: wav2vec 2.0 and its like.

Baevski et al. 2020 (arXiv 2006.11477) with a head for CTC (Graves et al. 2006), in any language for
which somebody published one; MMS (Pratap et al. 2023, arXiv 2305.13516) writes all of them in Latin
letters. Folders are those of transformers, with the letters in `vocab.json`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from musivid.core.errors import WeightsError, first_line
from musivid.nets.speech.loading import load_part
from musivid.nets.speech.tongues import tongue_of

__all__ = ["CtcListener", "Letters", "load_ctc", "tiny_aligner"]

_DELIMITER = "|"  # between words, where a vocabulary has it
_QUIET = 1e-7  # added to the variance by which sound is divided, as transformers does


@dataclass(frozen=True, slots=True)
class Letters:
    """What a network can hear.

    Attributes:
        tokens: number of each letter.
        blank: number of what stands between letters.
        delimiter: number of what stands between words; None: nothing does.
    """

    tokens: Mapping[str, int]
    blank: int
    delimiter: int | None


class CtcListener(nn.Module):
    """Sound in windows to the log-likelihood of each letter in each frame."""

    kind = "ctc"

    def __init__(
        self,
        network: Any,
        letters: Letters | Mapping[str, Letters],
        rate_hz: int,
        *,
        normalises: bool,
    ) -> None:
        """Listen with a network of transformers.

        Args:
            network: a class `...ForCTC` that takes samples.
            letters: what its tokens are; or that by language, where it has an adapter for each.
            rate_hz: of the sound that it wants.
            normalises: whether the sound has mean 0 and variance 1.
        """
        super().__init__()
        self._tongues = {} if isinstance(letters, Letters) else dict(letters)
        first = letters if isinstance(letters, Letters) else next(iter(letters.values()))
        self.network, self.letters = network, first
        self.rate_hz, self.normalises = rate_hz, normalises
        self.hop_samples = int(network.config.inputs_to_logits_ratio)

    def speak(self, language: str | None) -> None:
        """Hear a language, where there is an adapter for each; others hear what they know.

        Args:
            language: its code of two or three letters; None: nobody said which.

        Raises:
            UsageError: one must be named, or is not known. WeightsError: its adapter is not there.
        """
        if not self._tongues:
            return
        tongue = tongue_of(language, self._tongues)
        try:
            self.network.load_adapter(tongue, local_files_only=True, use_safetensors=True)
        except (OSError, RuntimeError, ValueError) as error:
            raise WeightsError(
                f"the adapter of {tongue} cannot be loaded: {first_line(error)}",
                hint=f"Put adapter.{tongue}.safetensors of the model's page into its folder.",
            ) from None
        self.network.requires_grad_(False)
        self.letters = self._tongues[tongue]

    @property
    def frame_samples(self) -> int:
        """How many samples the first frame needs; each further one takes `hop_samples` more."""
        field, hop = 1, 1
        config = self.network.config
        for kernel, stride in zip(config.conv_kernel, config.conv_stride, strict=True):
            field += (kernel - 1) * hop
            hop *= stride
        return field

    def prepared(self, samples: Tensor) -> Tensor:
        """A whole song as the network wants it, float32 [samples]."""
        if not self.normalises:
            return samples
        return (samples - samples.mean()) / torch.sqrt(samples.var(correction=0) + _QUIET)

    @torch.inference_mode()
    def emissions(self, windows: Tensor) -> Tensor:
        """Log-likelihoods float32 [n, frames, tokens] of prepared windows [n, samples]."""
        logits: Tensor = self.network(windows).logits
        return torch.log_softmax(logits.float(), -1)


def load_ctc(folder: Path) -> CtcListener:
    """The network in a folder of transformers.

    Raises:
        WeightsError: it cannot be loaded, takes no samples, or has no letters.
    """
    network = load_part(folder, "AutoModelForCTC", dtype=torch.float32)
    if network.main_input_name != "input_values":
        raise WeightsError(
            f"{folder} takes {network.main_input_name}, where samples are given",
            hint="Give a wav2vec 2.0, HuBERT, WavLM or MMS model with a head for CTC.",
        )
    ear = load_part(folder, "AutoFeatureExtractor")
    letters = _read_letters(folder, network.config)
    return CtcListener(network, letters, int(ear.sampling_rate), normalises=bool(ear.do_normalize))


def _read_letters(folder: Path, config: Any) -> Letters | dict[str, Letters]:
    """The vocabulary of a folder, or that of each language.

    Raises:
        WeightsError: it cannot be used.
    """
    path = folder / "vocab.json"
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
        tongues = {str(k): v for k, v in table.items() if isinstance(v, dict)}
        if tongues and config.adapter_attn_dim is not None:
            # Each adapter brings a last layer of its own size.
            return {k: _letters(v, len(v), config.pad_token_id) for k, v in tongues.items()}
        return _letters(table, int(config.vocab_size), config.pad_token_id)
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise WeightsError(
            f"the letters in {path} cannot be used: {error}",
            hint="One table of letters and their numbers is wanted, or one for each language.",
        ) from None


def _letters(table: Mapping[str, Any], size: int, pad: int | None) -> Letters:
    """What a table of letters and their numbers says.

    Raises:
        ValueError, TypeError: it cannot be used.
    """
    tokens = {str(letter): int(number) for letter, number in table.items()}
    if not tokens or not all(0 <= number < size for number in tokens.values()):
        raise ValueError(f"its numbers are not below {size}")
    blank = tokens.get("<blank>", pad)
    if blank is None or not 0 <= blank < size:
        raise ValueError("it has no blank")
    sung = {letter: number for letter, number in tokens.items() if len(letter) == 1}
    delimiter = sung.pop(_DELIMITER, None)
    return Letters({k: v for k, v in sung.items() if v != blank}, int(blank), delimiter)


def tiny_aligner(seed: int = 0) -> CtcListener:
    """A network in miniature with random weights, the same for the same seed; for tests."""
    from transformers import Wav2Vec2Config, Wav2Vec2ForCTC

    tokens = {"<pad>": 0, "<s>": 1, "</s>": 2, "<unk>": 3, "|": 4}
    tokens |= {letter: 5 + n for n, letter in enumerate("ETAONIHSRDLUMWCFGYPBVK'XJQZ")}
    config = Wav2Vec2Config(
        vocab_size=len(tokens),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        conv_dim=(8,) * 7,
        num_conv_pos_embeddings=16,
        num_conv_pos_embedding_groups=2,
        pad_token_id=0,
        architectures=["Wav2Vec2ForCTC"],
    )
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        network = Wav2Vec2ForCTC(config).eval()
    sung = {letter: number for letter, number in tokens.items() if number > 4}
    return CtcListener(network, Letters(sung, 0, 4), 16_000, normalises=True)
