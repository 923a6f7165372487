"""What pipelines ask of networks; pocket, published and tiny models all answer to these."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from musivid.nets.compound.model import State
from musivid.nets.compound.schema import CompoundSchema
from musivid.nets.speech.ctc import Letters
from musivid.nets.speech.whisper import HeardWindow

__all__ = [
    "Aligner",
    "Animator",
    "Artist",
    "Captioner",
    "ClipWish",
    "Composer",
    "Dreamer",
    "Judge",
    "Painter",
    "Perceptor",
    "Separator",
    "Transcriber",
    "Watcher",
    "Wish",
]


class Painter(Protocol):
    """A latent autoencoder with a codebook. Pictures are float [n, 3, h, w], 0..1."""

    factor: int
    """Pixels a side for one latent cell; picture sides must be multiples of it."""

    def encode(self, images: Tensor) -> Tensor:
        """Latents [n, c, h / factor, w / factor] of pictures [n, 3, h, w] in 0..1."""

    def quantize(self, latents: Tensor) -> Tensor:
        """Each cell's nearest codebook entry, with a straight-through gradient."""

    def decode(self, latents: Tensor) -> Tensor:
        """Pictures [n, 3, h, w], nominally 0..1 and not clamped, of latents."""

    def sample(self, seed: int, height: int, width: int) -> Tensor:
        """One latent [1, c, height, width] of random codebook entries."""

    def bounds(self) -> tuple[Tensor, Tensor]:
        """Least and greatest value of each channel over the codebook, each [1, c, 1, 1]."""

    def save_memory(self, on: bool) -> None:
        """Whether what gradients need is made again instead of kept: more work, less memory."""


class Perceptor(Protocol):
    """One space for pictures, words and sounds. Embeddings are float32 [n, dim], unit length."""

    image_px: int
    """Side of the square pictures that embed_image wants."""
    rate_hz: int
    """Rate of the sound that embed_audio wants."""
    dim: int

    @property
    def hears(self) -> bool:
        """Whether it has ears at all."""

    def embed_image(self, images: Tensor) -> Tensor:
        """Embeddings of pictures [n, 3, image_px, image_px] in 0..1; differentiable."""

    def embed_text(self, texts: list[str]) -> Tensor:
        """Embeddings of texts."""

    def too_long(self, texts: list[str]) -> list[str]:
        """Those texts whose end `embed_text` does not read."""

    def understood(self, texts: list[str]) -> list[tuple[list[str], list[str]]]:
        """Words of each text that are understood, and those that are not; empty: it can't tell."""

    def in_song(self, lines: Sequence[str]) -> Perceptor:
        """The same; what may be of several languages it reads as most of these lines are."""

    @property
    def language(self) -> str:
        """Code of the language of the song that it reads; empty: not known, or several."""

    def landmarks(self) -> dict[str, Tensor]:
        """Mean directions [dim] of pictures of what it was taught, by name; empty: none known."""

    def embed_audio(self, clips: Tensor) -> Tensor:
        """Embeddings of mono clips [n, samples], -1..1, each on its own."""


@runtime_checkable
class Watcher(Perceptor, Protocol):
    """A perceptor that sees films, not only pictures."""

    frame_step_s: float
    """Seconds between the frames that it wants."""

    def embed_film(self, films: Tensor) -> Tensor:
        """Embeddings of films [n, frames, 3, image_px, image_px] in 0..1; differentiable."""


class Judge(Protocol):
    """One space for sounds and words. Embeddings are float32 [n, dim], unit length."""

    rate_hz: int
    """Rate of the sound that embed_audio wants."""
    window_s: float
    """Longest sound that it hears at once, in seconds."""
    dim: int

    def embed_audio(self, clips: Tensor) -> Tensor:
        """Embeddings of mono clips [n, samples] of at most `window_s`, -1..1, each on its own."""

    def embed_text(self, texts: list[str]) -> Tensor:
        """Embeddings of texts."""


class Dreamer(Protocol):
    """A generator of latents from embeddings, so that a picture begins with its shapes."""

    dim: int
    """Size of the embeddings that it knows."""

    def dream(self, embeddings: Tensor, seeds: list[int], height: int, width: int) -> Tensor:
        """Latents [n, c, height, width] for embeddings [n, dim]; one seed a picture."""


class Captioner(Protocol):
    """A network behind captions. What is made of its answers is up to its kind alone."""

    kind: str
    """As the table of models has it; the module of that name in `pipeline/caption` uses it."""
    rate_hz: int
    """Rate of the sound that it wants."""


class Aligner(Protocol):
    """A network that says of each moment of a song how likely each letter is sung."""

    letters: Letters
    """What its tokens are."""
    rate_hz: int
    """Rate of the sound that it wants."""
    hop_samples: int
    """Samples from one frame to the next."""

    def speak(self, language: str | None) -> None:
        """Hear a language by its code, where there is an adapter for each; else do nothing."""

    @property
    def frame_samples(self) -> int:
        """How many samples the first frame needs; each further one takes `hop_samples` more."""

    def prepared(self, samples: Tensor) -> Tensor:
        """A whole song as the network wants it, float32 [samples]."""

    def emissions(self, windows: Tensor) -> Tensor:
        """Log-likelihoods float32 [n, frames, tokens] of prepared windows [n, samples]."""


class Separator(Protocol):
    """A network that takes a song apart into the stems that it was mixed of."""

    rate_hz: int
    """Rate of the sound that it wants, and gives."""
    stems: tuple[str, ...]
    """What it knows; all know `vocals`."""

    def stem(self, mixes: Tensor, name: str) -> Tensor:
        """One stem of mixes float32 [n, 2, samples] of mean 0 and deviation 1, in their shape."""


class Transcriber(Protocol):
    """A network that writes down what is said in windows of sound."""

    rate_hz: int
    """Rate of the sound that it wants."""
    window_s: float
    """Longest window in seconds."""

    def check_language(self, language: str) -> None:
        """Check that it knows a language: a UsageError, if not."""

    def listen(self, samples: Tensor) -> Any:
        """What it makes of a window float32 [samples], for the others to use."""

    def language_of(self, heard: Any) -> str | None:
        """The likeliest language of what was listened to; None: it knows English alone."""

    def write(self, heard: Any, lasts_s: float, *, language: str | None, beams: int) -> HeardWindow:
        """The lines of a window that lasts so long."""


class Composer(Protocol):
    """A network that writes music token by token; a token is one number for each field."""

    @property
    def kind(self) -> str:
        """Whose tokens it writes and what it can be told: pocket, cmt or bmt."""

    @property
    def schema(self) -> CompoundSchema:
        """What its tokens are made of."""

    def start(self, init: Tensor | None = None, batch: int = 1, *, count: bool = True) -> State:
        """The state of `batch` pieces before their first token; init: initial tokens [b, k, n]."""

    def step(self, token: Tensor, state: State) -> tuple[Tensor, State]:
        """Hidden states [b, size] after one more token int64 [b, fields], and the state."""

    def type_logits(self, hidden: Tensor) -> Tensor:
        """Logits [b, types] of the next token's type."""

    def field_logits(self, hidden: Tensor, type: Tensor) -> dict[str, Tensor]:
        """Logits of the other fields of a token whose type int64 [b] is known, by field."""

    def parameters(self) -> Iterator[torch.nn.Parameter]:
        """Its weights."""

    def to(self, dtype: torch.dtype, /) -> Any:
        """Bring its weights into another number format."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a picture is asked for.

    Attributes:
        texts: what it shows, each with its weight.
        pictures: uint8 [h, w, 3] that it should be like, each with its weight.
        negative: what it must not show; empty: nothing.
        turn: number of the picture; an artist that looks at one picture only takes turns by it.
    """

    texts: tuple[tuple[str, float], ...] = ()
    pictures: tuple[tuple[NDArray[np.uint8], float], ...] = ()
    negative: str = ""
    turn: int = 0


class Artist(Protocol):
    """Paints pictures of what texts and pictures say, in as many steps as it was opened with."""

    def looks_at(self, size: tuple[int, int]) -> tuple[int, int] | None:
        """(width, height) that a wish's pictures must have for one of `size`; None: any will do."""

    def read(self, wishes: Sequence[Wish]) -> None:
        """Read the texts of all pictures of a song beforehand, in one pass."""

    def unheeded(self, wishes: Sequence[Wish]) -> list[str]:
        """What of the wishes it has no way to heed, a sentence each."""

    def paint(self, wish: Wish, *, seed: int, size: tuple[int, int]) -> NDArray[np.uint8]:
        """A picture uint8 [h, w, 3] of about `size`, (width, height)."""


@dataclass(frozen=True, slots=True)
class ClipWish:
    """What a clip between two pictures is asked for.

    Attributes:
        first: uint8 [h, w, 3] that it begins with.
        last: uint8 [h, w, 3] that it ends with.
        text: what is seen on the way, and how it moves.
        negative: what it must not show; empty: nothing.
        frames: how many, both ends included.
        fps: frames a second at which it is meant.
        seed: of its noise.
    """

    first: NDArray[np.uint8]
    last: NDArray[np.uint8]
    text: str
    negative: str
    frames: int
    fps: float
    seed: int


class Animator(Protocol):
    """Makes the moving pictures between two pictures."""

    def film(self, wish: ClipWish, told: Callable[[], None]) -> NDArray[np.uint8]:
        """A clip uint8 [frames, h, w, 3]; `told` is called after each step of the work."""
