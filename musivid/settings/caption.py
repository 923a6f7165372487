"""What a preset of `musivid caption` may say; `video.py` says how groups are written."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from musivid.core.errors import UsageError
from musivid.settings.base import Group, Preset
from musivid.settings.marks import Flag, Heeded

__all__ = ["AnswerPreset", "CaptionModels", "CaptionPreset", "GenerationPreset", "parse_windows"]

WindowKind = Literal["seconds", "beats", "sections", "song"]
_WINDOWS = re.compile(r"(?P<seconds>\d+(\.\d+)?)\s*s|beats:(?P<beats>\d{1,4})|sections|song")
_LEAST_S, _MOST_S, _MOST_BEATS = 1.0, 600.0, 1024  # of a window


def parse_windows(text: str) -> tuple[WindowKind, float]:
    """What `10s`, `beats:16`, `sections` or `song` means: a kind, and how many of it.

    Raises:
        UsageError: none of these, or windows under a second.
    """
    found = _WINDOWS.fullmatch(text.strip().lower())
    if found and found["seconds"] and _LEAST_S <= float(found["seconds"]) <= _MOST_S:
        return "seconds", float(found["seconds"])
    if found and found["beats"] and 1 <= int(found["beats"]) <= _MOST_BEATS:
        return "beats", float(found["beats"])
    if found and found[0] in ("sections", "song"):
        return ("sections" if found[0] == "sections" else "song"), 1.0
    raise UsageError(
        f"windows {text!r} cannot be used",
        hint=f"Give seconds ({_LEAST_S:g}s to {_MOST_S:g}s), beats:16, sections or song.",
    )


def _checked_windows(text: str) -> str:
    """The text, if `parse_windows` takes it; pydantic wants a ValueError otherwise."""
    try:
        parse_windows(text)
    except UsageError as error:
        raise ValueError(str(error)) from None
    return text


Windows = Annotated[str, AfterValidator(_checked_windows)]


_WRITER = Heeded("captioner", ("lp-musiccaps",))
_ANSWERS = Heeded("captioner", ("audio-language",))
_BEAMS = Heeded("generation.method", ("beams",))
_NUCLEUS = Heeded("generation.method", ("nucleus",))
_DRAWN = Heeded("texts", ("drawn by chance",), typed=True)


class CaptionModels(Group):
    """Who listens, by name in `models/registry.yaml` or by path."""

    captioner: str = "pocket-tagger"
    """pocket-tagger describes what was measured; lp-musiccaps writes freely; music-flamingo and its
    like answer a question."""
    vocabulary: Annotated[str | None, _WRITER] = None
    """lp-musiccaps: vocab.json of facebook/bart-base, or its folder. None: in the model folder."""


class GenerationPreset(Group):
    """How lp-musiccaps writes; pocket has no use for it."""

    method: Literal["beams", "nucleus"] = "beams"
    """beams: the likeliest text found; nucleus: drawn at random, by the seed."""
    beams: Annotated[int, _BEAMS] = Field(5, ge=1, le=32)
    """Number of texts that beam search keeps; 1 is greedy."""
    max_tokens: int = Field(128, ge=4, le=1024)
    """Longest caption in tokens, the start token included."""
    min_tokens: int = Field(2, ge=0, le=1024)
    """Shortest caption in tokens."""
    no_repeat_ngram: int = Field(3, ge=0, le=16)
    """Number of tokens in the shortest run that may not come twice in a caption; 0: any may."""
    repetition_penalty: float = Field(1.0, gt=0, le=10)
    """Divisor of the odds of tokens that were said already: over 1 makes them less likely."""
    length_penalty: Annotated[float, _BEAMS] = Field(1.0, ge=-10, le=10)
    """Exponent: beams are ranked by likelihood / length ** this."""
    early_stopping: Annotated[bool, _BEAMS] = True
    """Beam search ends as soon as it has `beams` whole captions."""
    forced_start: int | None = Field(0, ge=0)
    """Number of the token that every caption begins with (0: <s>); None: whatever comes."""
    forced_end: int | None = Field(2, ge=0)
    """Number of the token that ends a caption of max_tokens (2: </s>); None: whatever comes."""
    top_p: Annotated[float, _NUCLEUS] = Field(0.9, gt=0, le=1)
    """nucleus: the likeliest tokens that have this share together are drawn from."""
    top_k: Annotated[int, _NUCLEUS] = Field(50, ge=1)
    """nucleus: greatest number of tokens that are drawn from."""
    temperature: Annotated[float, _NUCLEUS] = Field(1.0, gt=0, le=10)
    """nucleus: divisor of the logits: over 1 flattens the odds, under 1 sharpens them."""
    memory_mb: int = Field(1500, ge=50)
    """Megabytes: windows go through the model together as far as their numbers fit into this."""


class AnswerPreset(Group):
    """What a language model that hears is asked, and how it answers."""

    question: str = Field(
        "Describe this music in one sentence: genre, mood, instruments, tempo and voice.",
        min_length=1,
        max_length=2000,
    )
    """What it is asked of each window."""
    max_tokens: int = Field(128, ge=4, le=2048)
    """Number of tokens of the answer at most."""
    temperature: float = Field(0.0, ge=0, le=5)
    """Divisor of the logits by which words are drawn; 0: the likeliest word each time."""
    top_p: Annotated[float, _DRAWN] = Field(0.9, gt=0, le=1)
    """Where words are drawn: from the likeliest that have this share together."""


class CaptionPreset(Preset):
    """Settings of `musivid caption`."""

    seed: Annotated[int, Flag("--seed"), _DRAWN] = Field(0, ge=0, lt=2**63)
    """Seed of the choice between equal wordings, and of what nucleus draws."""
    windows: Annotated[Windows, Flag("--windows", "-w", metavar="10s|beats:16|sections|song")] = (
        "10s"
    )
    """What one caption is for: 10s, beats:16, sections, or song (the whole)."""
    overlap: Annotated[bool, Flag("--overlap", sets=True)] = False
    """Windows begin twice as often, each half over the one before (10s and beats:16 only)."""
    models: CaptionModels = CaptionModels()
    generation: Annotated[GenerationPreset, _WRITER] = GenerationPreset()
    answer: Annotated[AnswerPreset, _ANSWERS] = AnswerPreset()

    def aspects(self) -> dict[str, tuple[str, ...]]:
        """How text is chosen; of which kind the captioner is, its file must say."""
        return {"generation.method": (self.generation.method,)}
