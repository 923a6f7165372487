"""Keyframes in the run's folder, each with its prompt beside it; the user may change both."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from musivid.core.plain_json import parse_json
from musivid.core.run import Run
from musivid.core.storage import fingerprint, load_tensors, save_tensors, write_atomic
from musivid.media.pictures import Fit, Picture, fit_picture, read_picture, save_picture
from musivid.painting.levels import Levels
from musivid.pipeline.visualize.prompts import Prompt

__all__ = ["Keyframe", "KeyframeFolder", "pictures_hash"]


@dataclass(frozen=True, slots=True)
class Keyframe:
    """A keyframe.

    Attributes:
        picture: uint8 [h, w, 3], as it is seen.
        latent: [1, c, h, w] that it was decoded from; None: from a file.
        levels: what was done to the decoded picture.
    """

    picture: Picture
    latent: Tensor | None = None
    levels: Levels = field(default_factory=Levels)


@dataclass(frozen=True, slots=True)
class KeyframeFolder:
    """Where the keyframes of a run are kept: 001.png, 001.txt, and what they were made from."""

    run: Run

    def path(self, number: int, suffix: str) -> Path:
        """The file of picture `number`, counted from 0, with names counted from 1."""
        return self.run.path("keys", f"{number + 1:03d}{suffix}")

    def save(self, number: int, keyframe: Keyframe, prompt: Prompt) -> Path:
        """Write a picture, its latent, its prompt; what says that it is done comes last."""
        picture = self.path(number, ".png")
        save_picture(picture, keyframe.picture)
        if keyframe.latent is not None:
            save_tensors(self.path(number, ".safetensors"), {"latent": keyframe.latent})
        write_atomic(self.path(number, ".txt"), prompt.text())
        facts = {
            "prompt": prompt.digest(),
            "picture": fingerprint(picture),
            "levels": [keyframe.levels.gain, keyframe.levels.offset],
            "latent": keyframe.latent is not None,
        }
        write_atomic(self.path(number, ".json"), json.dumps(facts))
        return picture

    def load(self, number: int, prompt: Prompt, size: tuple[int, int], fit: Fit) -> Keyframe | None:
        """A picture that was made from this prompt, or None.

        One that the user changed since is taken as it is, brought into the frame.

        Args:
            number: of the picture.
            prompt: what it should have been made from.
            size: (width, height) that it is needed in.
            fit: how a changed one is brought into that size.
        """
        facts, picture = self._facts(number), self.path(number, ".png")
        if facts.get("prompt") != prompt.digest() or not picture.is_file():
            return None
        seen = fit_picture(read_picture(picture, size), size, fit)
        if fingerprint(picture) != facts["picture"]:
            return Keyframe(seen)
        latent = None
        if facts["latent"]:
            latent = load_tensors(self.path(number, ".safetensors"))["latent"]
        return Keyframe(seen, latent, Levels(*facts["levels"]))

    def is_changed(self, number: int) -> bool:
        """Whether the user changed a picture since it was made."""
        facts, picture = self._facts(number), self.path(number, ".png")
        return bool(facts) and picture.is_file() and fingerprint(picture) != facts["picture"]

    def _facts(self, number: int) -> dict[str, Any]:
        try:
            facts = parse_json(self.path(number, ".json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return facts if isinstance(facts, dict) else {}


def pictures_hash(pictures: Sequence[NDArray[np.uint8]]) -> str:
    """SHA-256 of pictures, so that frames are made anew when one of them changed."""
    digest = hashlib.sha256()
    for picture in pictures:
        digest.update(str(picture.shape).encode())
        digest.update(np.ascontiguousarray(picture).tobytes())
    return digest.hexdigest()
