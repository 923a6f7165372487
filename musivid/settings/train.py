"""What a preset of `musivid bgm train` may say; `video.py` says how groups are written."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from musivid.settings.base import Group, Preset
from musivid.settings.marks import Flag, Heeded

__all__ = [
    "BgmTrainPreset",
    "CorpusPreset",
    "ExcerptsPreset",
    "LearningPreset",
    "NetworkPreset",
    "TokenFamily",
]

TokenFamily = Literal["cmt", "bmt"]
_CMT, _BMT = Heeded("family", ("cmt",)), Heeded("family", ("bmt",))


class CorpusPreset(Group):
    """Which songs are taken."""

    least_bars: int = Field(4, ge=1)
    """Fewest bars of a song; shorter ones are dropped."""
    least_notes: int = Field(20, ge=1)
    """Fewest notes of a track; those with fewer are dropped, as in the published data."""
    most_words: int = Field(10_000, ge=64, le=100_000)
    """Greatest number of tokens; longer songs end at the last bar line within it."""
    validation: float = Field(0.05, ge=0, le=0.5)
    """Share of songs kept out of training."""
    vocabulary: Annotated[str | None, _BMT] = None
    """BMT: what tokens mean, a dictionary.pkl, or `own` for the values that occur; None: that
    beside the published arrays, else the published one."""


class ExcerptsPreset(Group):
    """How songs become training examples."""

    words: int = Field(2048, ge=32, le=20_000)
    """Tokens of a window at most; it begins and ends on bar lines."""
    transpose: int = Field(6, ge=0, le=12)
    """Semitones by which windows are moved at most, up or down."""
    home_key: bool = False
    """Whether all songs are moved to C instead, and music in other keys is moved there while it is
    composed: a small network then learns one scale well instead of twelve badly."""
    drop_genre: float = Field(0.15, ge=0, le=1)
    """Share of windows that aren't told their genre; BMT: their mood."""
    drop_key: Annotated[float, _CMT] = Field(0.15, ge=0, le=1)
    """Share of windows that aren't told their key."""
    drop_instruments: Annotated[float, _CMT] = Field(0.25, ge=0, le=1)
    """Share of windows that aren't told their instruments."""


class NetworkPreset(Group):
    """The network, in the published form with sizes of its own."""

    start: Annotated[str | None, Flag("--start", metavar="NAME|PATH", panel="Learning")] = None
    """A model or file to go on from; its sizes count then. None begins anew."""
    model_size: int = Field(512, ge=8, multiple_of=2)
    """Width of the residual stream, in numbers."""
    layers: int = Field(12, ge=1, le=64)
    """Number of encoder layers."""
    heads: int = Field(8, ge=1)
    """Number of attention heads."""
    ff: int = Field(2048, ge=8)
    """Width of the feed-forward layers, in numbers."""
    dropout: float = Field(0.1, ge=0, lt=1)
    """Share of activations that drop-out leaves out in training."""
    widths: dict[str, int] = Field(default_factory=dict)
    """Width of the embedding by field (beat, type, density, pitch, ...); others as published."""
    init_width: Annotated[int, _CMT] = Field(64, ge=1)
    """Embedding width of genre, key and instrument."""
    init_spread: Annotated[bool, _CMT] = True
    """Whether genre, key and instruments are added to every token; else said before the piece only,
    as published, where hundreds of tokens later they are hardly heard."""

    @model_validator(mode="after")
    def _whole_heads(self) -> NetworkPreset:
        if self.model_size % self.heads:
            raise ValueError(
                f"model_size {self.model_size} is not a multiple of heads {self.heads}"
            )
        return self


class LearningPreset(Group):
    """How the network learns."""

    steps: Annotated[int, Flag("--updates", panel="Learning")] = Field(20_000, ge=1)
    """Number of updates in all."""
    batch: int = Field(8, ge=1)
    """Number of windows that a process sees at once."""
    accumulate: int = Field(1, ge=1)
    """Number of batches of each process for one update."""
    rate: float = Field(4e-4, gt=0, le=1)
    """Highest learning rate; it falls to a fiftieth along a cosine."""
    warmup: int = Field(500, ge=0)
    """Number of updates in which the rate rises from 0."""
    decay: float = Field(0.01, ge=0)
    """Weight decay of AdamW (its factor on the weight), for matrices alone."""
    clip: float = Field(3.0, gt=0)
    """Largest norm of a gradient."""
    average: float = Field(0.999, ge=0, lt=1)
    """Decay (share an update) of the running average of weights that is kept; 0 keeps the last."""
    validate_every: int = Field(500, ge=1)
    """Number of updates between two looks at the songs that were kept out."""
    validate_songs: int = Field(64, ge=1)
    """Greatest number of songs that are looked at."""
    save_every: int = Field(200, ge=1)
    """Number of updates between two checkpoints; a killed training loses no more."""


class BgmTrainPreset(Preset):
    """All of `musivid bgm train`."""

    family: TokenFamily = "cmt"
    """Whose tokens are learnt: cmt (five players, genre and key) or bmt (a piano in four moods)."""
    seed: Annotated[int, Flag("--seed")] = Field(0, ge=0)
    """Seed of weights, windows and drop-out."""
    corpus: CorpusPreset = CorpusPreset()
    windows: ExcerptsPreset = ExcerptsPreset()
    network: NetworkPreset = NetworkPreset()
    learning: LearningPreset = LearningPreset()

    def aspects(self) -> dict[str, tuple[str, ...]]:
        """Whose tokens are learnt."""
        return {"family": (self.family,)}

    @model_validator(mode="after")
    def _keys_are_known(self) -> BgmTrainPreset:
        if self.family == "bmt" and self.windows.home_key:
            raise ValueError("windows.home_key needs keys, which BMT tokens do not have")
        return self
