"""What a preset of `musivid evaluate` may say; `video.py` says how groups are written."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from musivid.settings.base import Preset
from musivid.settings.marks import Flag, Heeded

__all__ = ["EvaluatePreset"]

_Milliseconds = Annotated[float, Field(ge=-2000, le=2000)]


class EvaluatePreset(Preset):
    """How films are measured."""

    surrogates: int = Field(300, ge=200, le=10_000)
    """Number of pictures by other clocks behind every chance level."""
    seed: Annotated[int, Flag("--seed")] = Field(0, ge=0)
    """Seed of all chance levels."""
    offset_ms: Annotated[_Milliseconds | Literal["auto"], Flag("--align", sets="auto")] = 0.0
    """Milliseconds by which the picture is moved earlier before it is measured; auto: the best."""
    meaning: bool = True
    """Whether a perceptor looks and listens."""
    perceptor: Annotated[
        str,
        Flag("--perceptor", metavar="NAME|PATH"),
        Heeded("meaning", ("true",), typed=True),
    ] = "auto"
    """A model, or auto: a PE-AV that is there, else CLIP with Wav2CLIP, else the pocket one."""
    judge: Annotated[
        str | None,
        Flag("--judge", metavar="NAME|PATH"),
        Heeded("meaning", ("true",), typed=True),
    ] = "auto"
    """A CLAP, which holds sounds against words; auto: the first that is there; None: none."""
    prompt: Annotated[
        str | None,
        Flag("--prompt", metavar="TEXT"),
        Heeded("meaning", ("true",), typed=True),
    ] = None
    """What the sound should be like, in words that the judge reads; None: nobody said."""
    structure: bool = True
    """Whether the structure of music is measured, which takes seconds a minute."""

    def aspects(self) -> dict[str, tuple[str, ...]]:
        """Whether a perceptor looks at all."""
        return {"meaning": (str(self.meaning).lower(),)}
