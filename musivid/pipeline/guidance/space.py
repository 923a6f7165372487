"""One space for sound, words and pictures: what is taken off so that they can be added.

A perceptor that was trained by contrast puts each kind of input into a cone of its own, far from
the others (the "modality gap": Liang et al., arXiv 2203.02053). All sounds then share one large
part, which says only "this is a sound"; added to a text as it is, it would shift every target to
the same place. So each embedding gives up the mean of its kind, the rests (which do share their
directions) are added, and the sum is put back into the cone of words, as far from its middle as
words are: a line on its own comes back as itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.painting.directions import unit

if TYPE_CHECKING:
    import torch

    from musivid.nets.protocols import Perceptor

__all__ = ["Space", "measure_space"]

Array = NDArray[np.float32]

_REFERENCE_TEXTS = (
    "a sunset over the sea", "a dark forest", "a city at night", "fire and smoke", "falling snow",
    "a field of flowers", "mountains under a blue sky", "a desert", "the moon and the stars",
    "a storm with lightning", "waves on a beach", "an abstract pattern of colours", "a person",
    "an animal", "a house", "a road", "love", "fear", "joy", "sadness", "calm", "rage", "dreams",
    "time",
)  # fmt: skip
_REFERENCE_S = 2.0  # of each sound of reference


@dataclass(frozen=True, slots=True)
class Space:
    """Middles of the kinds of input, float32 [dim] each, and how far words lie from theirs.

    With all middles zero and radius 0 nothing is taken off and nothing is put back.
    """

    words: Array
    sounds: Array
    pictures: Array
    radius: float

    def direction(self, embeddings: Array, kind: str) -> Array:
        """What is left of embeddings [..., dim] of words, sounds or pictures, unit length."""
        middle: Array = getattr(self, kind)
        return unit(embeddings - middle)

    def target(self, directions: Array) -> Array:
        """Embeddings [..., dim], unit length, of directions [..., dim] of unit length."""
        if self.radius == 0:
            return unit(directions)
        return unit(self.words + self.radius * directions)

    @classmethod
    def flat(cls, dim: int) -> Space:
        """A space that takes nothing off: embeddings are added as they are."""
        zero = np.zeros(dim, np.float32)
        return cls(zero, zero, zero, 0.0)


def measure_space(
    perceptor: Perceptor, sounds: Array, *, pictures: bool, device: torch.device | str
) -> Space:
    """Return the middles of a perceptor's cones.

    The middle of sounds is half that of the song's own windows, half that of simple reference
    sounds: so what changes within the song counts in full, and what sets it apart from others
    still counts.

    Args:
        perceptor: the space of meanings.
        sounds: float32 [windows, dim], embeddings of the song.
        pictures: whether the middle of pictures is needed.
        device: where the perceptor lives.
    """
    import torch

    words = perceptor.embed_text(list(_REFERENCE_TEXTS)).float().cpu().numpy()
    middle = words.mean(0)
    heard = np.zeros((1, perceptor.dim), np.float32)
    if perceptor.hears:
        clips = torch.from_numpy(_reference_sounds(perceptor.rate_hz)).to(device)
        heard = perceptor.embed_audio(clips).float().cpu().numpy()
    own = sounds.mean(0) if len(sounds) else heard.mean(0)
    seen = middle
    if pictures:
        shown = torch.from_numpy(_reference_pictures(perceptor.image_px)).to(device)
        seen = perceptor.embed_image(shown).float().cpu().numpy().mean(0)
    radius = float(np.linalg.norm(words - middle, axis=1).mean())
    return Space(middle, ((own + heard.mean(0)) / 2).astype(np.float32), seen, max(radius, 1e-3))


def _reference_sounds(rate_hz: int) -> Array:
    """Simple sounds float32 [8, samples]: hiss, rumble, tones, a chord, slow and fast hits."""
    time = np.arange(int(_REFERENCE_S * rate_hz)) / rate_hz
    noise = dice(0).standard_normal(len(time))
    rumble = np.cumsum(noise)
    rumble -= np.convolve(rumble, np.ones(801) / 801, mode="same")
    tones = [np.sin(2 * np.pi * pitch * time) for pitch in (110.0, 440.0, 1760.0)]
    chord = sum(np.sin(2 * np.pi * 220.0 * 2 ** (step / 12) * time) for step in (0, 4, 7))
    hits = [noise * np.exp(-30 * (time % period)) for period in (0.5, 0.125)]
    sounds = np.stack([noise, rumble, *tones, chord, *hits])
    loudest = np.abs(sounds).max(1, keepdims=True)
    quiet: Array = (0.5 * sounds / loudest).astype(np.float32)
    return quiet


def _reference_pictures(px: int) -> Array:
    """Simple pictures float32 [16, 3, px, px] in 0..1: colour ramps under soft noise."""
    random = dice(0)
    corners = random.random((16, 3, 2, 2))
    across = np.linspace(0, 1, px)
    left = corners[..., :1, :1] * (1 - across)[:, None] + corners[..., 1:, :1] * across[:, None]
    right = corners[..., :1, 1:] * (1 - across)[:, None] + corners[..., 1:, 1:] * across[:, None]
    ramp = left * (1 - across) + right * across
    grain = np.kron(
        random.standard_normal((16, 3, 8, 8)), np.ones((1, 1, -(-px // 8), -(-px // 8)))
    )
    return np.clip(ramp + 0.1 * grain[..., :px, :px], 0, 1).astype(np.float32)
