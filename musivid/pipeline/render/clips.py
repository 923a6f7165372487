"""Clips between pictures: kept in the run's folder one by one, and played at the music's pace.

A clip begins with one picture and ends with the next, where the next clip begins: what is shown
there is the picture itself, once. So each frame of the film is a place in one clip.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from musivid.core.easing import smoothstep
from musivid.core.plain_json import json_digest, parse_json
from musivid.core.storage import write_atomic
from musivid.media.frames import read_frames
from musivid.media.sink import FrameSink
from musivid.nets.protocols import ClipWish
from musivid.painting.camera import Camera
from musivid.painting.morph import Morph

__all__ = ["ClipFilm", "ClipFolder", "PlayedClip", "joined_ends"]

Frame = NDArray[np.uint8]

_CRF = 4  # of x264: nothing of it is left once the film is encoded
_JOINT = 6  # frames of a clip at either end over which it meets the picture there
_NEAR = 1 / 64  # of a frame: what is nearer than this is that frame


@dataclass(frozen=True, slots=True)
class PlayedClip:
    """A clip and where in the film it is played.

    Attributes:
        path: its file.
        length: how many frames it has, both ends included.
        frames: of the film.
        shares: float64 [frames], 0..1, never falling: how far through the clip each of them is.
    """

    path: Path
    length: int
    frames: range
    shares: NDArray[np.float64]

    @property
    def places(self) -> NDArray[np.float64]:
        """Which frame of the clip each frame of the film shows, float64 [frames].

        The clip's last frame is the next one's first: it is shown there alone.
        """
        shares = self.shares
        if len(shares) and shares[-1] >= 1:
            shares = shares * (len(shares) - 1) / len(shares)
        return shares * (self.length - 1)


class ClipFilm:
    """Plays clips one after the other: any frame can be asked for at any time."""

    def __init__(self, clips: Sequence[PlayedClip], camera: Camera) -> None:
        """Keep the clips, which cover the film; the camera frames what they show."""
        self._clips, self._camera = clips, camera

    def frames(self, first: int = 0) -> Iterator[Frame]:
        """Frames uint8 [h, w, 3] from `first` on."""
        for clip in self._clips:
            skip = max(0, first - clip.frames.start)
            for number, frame in enumerate(_play(clip, skip), clip.frames.start + skip):
                yield self._camera.apply(frame, number)

    def state(self) -> dict[str, Tensor]:
        """Nothing: frames depend on clips and numbers alone."""
        return {}

    def load_state(self, tensors: dict[str, Tensor]) -> None:
        """Do nothing."""


def _play(clip: PlayedClip, skip: int) -> Iterator[Frame]:
    """What the clip shows, from frame `skip` of its part of the film on; it is read as it goes."""
    places = clip.places[skip:]
    if not len(places):
        return
    pairs = itertools.pairwise(frame for _, frame in read_frames(clip.path))
    at, pair = 0, next(pairs)
    morph: Morph | None = None
    for place in places:
        whole = min(int(place), clip.length - 2)
        while at < whole:
            at, pair, morph = at + 1, next(pairs), None
        gone = float(place) - whole
        if gone < _NEAR or gone > 1 - _NEAR:
            yield pair[round(gone)]
            continue
        morph = morph or Morph(*pair)
        yield morph.at(gone)


def joined_ends(clip: NDArray[np.uint8], first: Frame, last: Frame) -> NDArray[np.uint8]:
    """The clip uint8 [n, h, w, 3] whose ends are the pictures uint8 [h, w, 3] themselves.

    A pipeline comes near to what it is given, through an autoencoder. What is left is laid over the
    few frames beside each end, so that clips meet without a jump; a clip that ends with its
    pictures stays as it is.
    """
    joined = clip.copy()
    reach = min(_JOINT, (len(clip) - 1) // 2)
    for picture, at, step in ((first, 0, 1), (last, len(clip) - 1, -1)):
        rest = picture.astype(np.float32) - clip[at]
        for away in range(reach):
            share = np.float32(smoothstep(np.float64(1 - away / reach)))
            laid = clip[at + step * away] + share * rest
            joined[at + step * away] = np.rint(np.clip(laid, 0, 255))
    return joined


@dataclass(frozen=True, slots=True)
class ClipFolder:
    """Where the clips of a run are kept: 001.mp4, and 001.json with what it was made from.

    Attributes:
        folder: in the run's folder.
        made_with: all else that clips depend on, in JSON types.
    """

    folder: Path
    made_with: dict[str, Any] = field(default_factory=dict)

    def path(self, number: int, suffix: str = ".mp4") -> Path:
        """The file of clip `number`, counted from 0, with names counted from 1."""
        return self.folder / f"{number + 1:03d}{suffix}"

    def has(self, number: int, wish: ClipWish) -> bool:
        """Whether a clip was made from this wish already."""
        try:
            facts = parse_json(self.path(number, ".json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        made = isinstance(facts, dict) and facts.get("wish") == self._digest(wish)
        return made and self.path(number).is_file()

    def save(self, number: int, wish: ClipWish, clip: NDArray[np.uint8]) -> None:
        """Write a clip uint8 [n, h, w, 3]; what says that it is done comes last."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.path(number, ".json").unlink(missing_ok=True)
        size = clip.shape[2], clip.shape[1]
        rate = Fraction(wish.fps).limit_denominator(1001)
        with FrameSink(self.path(number), size=size, fps=rate, crf=_CRF) as sink:
            for frame in joined_ends(clip, wish.first, wish.last):
                sink.write(frame)
        write_atomic(self.path(number, ".json"), json.dumps({"wish": self._digest(wish)}))

    def _digest(self, wish: ClipWish) -> str:
        pictures = [hashlib.sha256(end.tobytes()).hexdigest() for end in (wish.first, wish.last)]
        told = [wish.text, wish.negative, wish.frames, wish.fps, wish.seed, list(wish.first.shape)]
        return json_digest([pictures, told, self.made_with])
