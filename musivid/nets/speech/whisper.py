"""Whisper (Radford et al. 2022, arXiv 2212.04356): sound into words with times, in 99 languages.

The networks and their search are those of transformers. Windows of half a minute are heard one at a
time, each from where the last line of the one before ended, so that a song of any length takes no
more memory than a short one; who calls says when words begin.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from musivid.core.errors import UsageError
from musivid.nets.speech.loading import be_quiet, load_part

__all__ = ["HeardLine", "HeardWindow", "HeardWord", "Whisper", "load_whisper", "tiny_transcriber"]

_HALF = "\ufffd"  # what part of a character reads as
_FRAME_S = 0.02  # of a time that it writes
_HEARD_HZ = 100  # frames of what it hears, a second


@dataclass(frozen=True, slots=True)
class HeardWord:
    """A word: its text with the space before it, when it begins and ends, how sure (0 to 1)."""

    text: str
    start_s: float | None
    end_s: float | None
    confidence: float


@dataclass(frozen=True, slots=True)
class HeardLine:
    """What was heard as one piece; times count from the window's start."""

    start_s: float
    end_s: float
    words: tuple[HeardWord, ...]


@dataclass(frozen=True, slots=True)
class HeardWindow:
    """What was heard in a window.

    Attributes:
        lines: ascending.
        silence: how likely nobody says anything, 0 to 1.
        until_s: from where on it is to be heard again, from the window's start.
    """

    lines: tuple[HeardLine, ...]
    silence: float
    until_s: float


class Whisper(nn.Module):
    """Windows of sound to lines of words."""

    kind = "whisper"

    def __init__(self, network: Any, ear: Any, tokenizer: Any) -> None:
        """Keep network, feature extractor and tokenizer of transformers."""
        super().__init__()
        be_quiet()
        self.network, self._ear, self._tokenizer = network, ear, tokenizer
        self.rate_hz = int(ear.sampling_rate)
        self.window_s = float(ear.chunk_length)
        self._config = network.generation_config
        self._first_time = int(self._config.no_timestamps_token_id) + 1
        self._times_words = bool(getattr(self._config, "alignment_heads", None))
        if self._times_words:  # they are read from what it attends to, which only this way shows
            network.set_attn_implementation("eager")

    @property
    def languages(self) -> tuple[str, ...]:
        """Codes of the languages that it knows: en, de, zh; none where it knows English alone."""
        known = getattr(self._config, "lang_to_id", None) or {}
        return tuple(sorted(code.strip("<|>") for code in known))

    def check_language(self, language: str) -> None:
        """Check that it knows a language.

        Raises:
            UsageError: it does not.
        """
        if language not in (self.languages or ("en",)):
            raise UsageError(
                f"the transcriber does not know the language {language!r}",
                hint=f"Give one of {', '.join(self.languages) or 'en'}, or leave it out.",
            )

    @torch.inference_mode()
    def listen(self, samples: Tensor) -> Any:
        """What the encoder makes of a window float32 [samples]; silence follows a short one."""
        made = self._ear(samples.cpu().numpy(), sampling_rate=self.rate_hz, return_tensors="pt")
        place = next(self.network.parameters()).device
        return self.network.get_encoder()(made.input_features.to(place))

    @torch.inference_mode()
    def language_of(self, heard: Any) -> str | None:
        """The likeliest language of what was listened to; None: it knows English alone."""
        if not self.languages:
            return None
        found = int(self.network.detect_language(encoder_outputs=heard)[0])
        return str(self._tokenizer.convert_ids_to_tokens(found)).strip("<|>")

    @torch.inference_mode()
    def silence(self, heard: Any) -> float:
        """How likely nobody says anything, 0 to 1."""
        begin = self._config.decoder_start_token_id
        start = torch.tensor([[begin]], device=heard.last_hidden_state.device)
        logits = self.network(encoder_outputs=heard, decoder_input_ids=start).logits
        silent = self._first_time - 2  # <|nospeech|> stands before <|notimestamps|>
        return float(logits[0, -1].float().softmax(-1)[silent])

    @torch.inference_mode()
    def write(self, heard: Any, lasts_s: float, *, language: str | None, beams: int) -> HeardWindow:
        """The lines of a window.

        Args:
            heard: from `listen`.
            lasts_s: seconds of it that are sound.
            language: code; None: the likeliest.
            beams: texts that the search keeps.
        """
        options: dict[str, Any] = {"num_beams": beams}
        if self.languages:
            options |= {"language": language, "task": "transcribe"}
        if self._times_words:
            frames = torch.ones(1, round(lasts_s * _HEARD_HZ), dtype=torch.long)
            options |= {"return_token_timestamps": True, "attention_mask": frames}
        found = self.network.generate(
            encoder_outputs=heard,  # else it would keep all that the encoder attends to: gigabytes
            return_timestamps=True,
            return_dict_in_generate=True,
            output_scores=True,
            force_unique_generate_call=True,
            condition_on_prev_tokens=False,
            do_sample=False,
            **options,
        )
        # Of several beams transformers gives the scores of the one that won.
        scores = torch.stack([step[0] for step in found["scores"]]).float().log_softmax(-1)
        written = found["sequences"][0, -len(scores) :].tolist()
        chances = scores[torch.arange(len(scores)), written].exp().tolist()
        times: list[float | None] = [None] * len(written)
        if self._times_words:
            begun = found["sequences"].shape[1] - len(scores)
            times = found["token_timestamps"][0, begun : begun + len(scores)].tolist()
        rows = list(zip(written, times, chances, strict=True))
        ended = next((n for n, row in enumerate(rows) if row[0] in self._ends), len(rows))
        lines, until_s = self._lines(rows[:ended], lasts_s)
        return HeardWindow(tuple(lines), self.silence(heard), until_s)

    @property
    def _ends(self) -> set[int]:
        """Tokens that end a text."""
        ends = self._config.eos_token_id
        return {*ends} if isinstance(ends, list) else {int(ends)}

    def _lines(
        self, rows: list[tuple[int, float | None, float]], lasts_s: float
    ) -> tuple[list[HeardLine], float]:
        """Lines of the tokens between times, and up to where the window was understood.

        A line that has not ended is heard again from its start, unless it is the only one.
        """
        lines: list[HeardLine] = []
        words: list[tuple[int, float | None, float]] = []
        start_s, until_s, is_time = 0.0, lasts_s, False
        for row in rows:
            if row[0] < self._first_time:
                if row[0] < min(self._ends):  # behind it, marks alone
                    words.append(row)
                is_time = False
                continue
            time_s = min((row[0] - self._first_time) * _FRAME_S, lasts_s)
            if words:
                lines.append(HeardLine(start_s, time_s, tuple(self._words(words, time_s))))
                words = []
            # Two times side by side: what begins at the second one is not understood yet.
            until_s = time_s if is_time else lasts_s
            start_s, is_time = time_s, True
        if words and not lines:
            lines.append(HeardLine(start_s, lasts_s, tuple(self._words(words, lasts_s))))
        elif words:
            until_s = start_s
        return lines, until_s if until_s > 0 else lasts_s

    def _words(
        self, rows: list[tuple[int, float | None, float]], end_s: float
    ) -> Iterator[HeardWord]:
        """Words of tokens: one begins at a space, and in writings without spaces at each sign."""
        found: list[tuple[str, float | None, list[float]]] = []
        part: list[int] = []
        for token, time_s, chance in rows:
            part.append(token)
            text = self._tokenizer.decode(part, clean_up_tokenization_spaces=False)
            if not found or (len(part) == 1 and _begins_word(text)):
                found.append(("", time_s, []))
            found[-1][2].append(chance)
            if not text.endswith(_HALF):
                found[-1] = (found[-1][0] + text, *found[-1][1:])
                part = []
        starts = [time_s for _, time_s, _ in found[1:]]
        for (text, time_s, chances), later_s in zip(found, [*starts, end_s], strict=True):
            if text.strip():
                sure = sum(chances) / len(chances)
                yield HeardWord(text, time_s, later_s if time_s is not None else None, sure)


def load_whisper(folder: Path) -> Whisper:
    """The network in a folder of transformers, with its ear and its words.

    Raises:
        WeightsError: it cannot be loaded.
    """
    network = load_part(folder, "WhisperForConditionalGeneration", dtype=torch.float32)
    ear, words = load_part(folder, "WhisperFeatureExtractor"), load_part(folder, "AutoTokenizer")
    return Whisper(network, ear, words)


def tiny_transcriber(seed: int = 0) -> Whisper:
    """A network in miniature with random weights, the same for the same seed; for tests."""
    from transformers import WhisperConfig, WhisperFeatureExtractor, WhisperForConditionalGeneration

    ear = WhisperFeatureExtractor(chunk_length=2)  # seconds, for speed
    words, marks = _tiny_words()
    config = WhisperConfig(
        vocab_size=len(words),
        d_model=16,
        encoder_layers=1,
        decoder_layers=2,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=16,
        decoder_ffn_dim=16,
        max_source_positions=100,
        max_target_positions=24,
        pad_token_id=marks["<|endoftext|>"],
        bos_token_id=marks["<|endoftext|>"],
        eos_token_id=marks["<|endoftext|>"],
        decoder_start_token_id=marks["<|startoftranscript|>"],
        suppress_tokens=None,
        begin_suppress_tokens=None,
    )
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        network = WhisperForConditionalGeneration(config).eval()
    rules = {
        "no_timestamps_token_id": marks["<|notimestamps|>"],
        "lang_to_id": {name: marks[name] for name in ("<|en|>", "<|de|>")},
        "task_to_id": {name: marks[f"<|{name}|>"] for name in ("transcribe", "translate")},
        "is_multilingual": True,
        "alignment_heads": [[1, 0], [1, 1]],
        "max_initial_timestamp_index": 50,
        "max_length": 24,
        "_from_model_config": False,  # else a saved copy forgets all of this
    }
    for name, value in rules.items():
        setattr(network.generation_config, name, value)
    return Whisper(network, ear, words)


def _tiny_words() -> tuple[Any, dict[str, int]]:
    """A tokenizer of letters with all marks, and the numbers of these marks."""
    from transformers import WhisperTokenizer

    letters = [chr(code) for code in range(33, 127)] + ["\u0120"]  # a space, as bytes are written
    names = ("endoftext", "startoftranscript", "en", "de", "translate", "transcribe", "startoflm",
             "startofprev", "nospeech", "notimestamps")  # fmt: skip
    marks = [f"<|{name}|>" for name in names]
    times = [f"<|{_FRAME_S * n:.2f}|>" for n in range(1501)]  # as many as half a minute has
    numbers = {token: n for n, token in enumerate(letters)}
    words = WhisperTokenizer(vocab=numbers, merges=[])
    words.add_tokens([*marks, *times], special_tokens=True)
    return words, {mark: int(words.convert_tokens_to_ids(mark)) for mark in marks}


def _begins_word(text: str) -> bool:
    """Whether a token begins a word: by its space, or as a sign of a writing that has none."""
    first = text[:1]
    return first == " " or (first.isalpha() and ord(first) >= 0x2E80)
