"""What pictures are of: names of subjects, and how near a line or a sound is to each."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from musivid.painting.directions import unit
from musivid.settings.yamltext import read_plain_yaml

if TYPE_CHECKING:
    from musivid.nets.protocols import Perceptor

__all__ = ["Subjects", "read_subjects"]

Array = NDArray[np.float32]


@lru_cache(maxsize=1)
def read_subjects() -> dict[str, tuple[str, ...]]:
    """What each subject is called, by its name, in the order of `subjects.yaml`."""
    text = Path(__file__).with_name("subjects.yaml").read_text(encoding="utf-8")
    return {str(name): tuple(said) for name, said in read_plain_yaml(text).data.items()}


class Subjects:
    """All subjects as directions of a perceptor's space."""

    def __init__(self, perceptor: Perceptor) -> None:
        """Where pictures of each subject are, or else what it is called."""
        import torch

        said = read_subjects()
        self.names = tuple(said)
        owners = np.repeat(np.arange(len(said)), [len(names) for names in said.values()])
        with torch.inference_mode():
            rows = perceptor.embed_text([name for names in said.values() for name in names])
        array = np.asarray(rows.float().cpu().numpy(), np.float32)
        means = [array[owners == index].mean(0) for index in range(len(said))]
        self._centres = unit(np.stack(means))
        for name, seen in perceptor.landmarks().items():
            if name in said:
                self._centres[self.names.index(name)] = seen.float().cpu().numpy()

    def nearness(self, rows: Array) -> Array:
        """How near each embedding is to each subject, in spreads above its mean over all.

        Args:
            rows: float32 [rows, dim], of unit length.

        Returns:
            float32 [rows, subjects].
        """
        near = rows @ self._centres.T
        middle, spread = near.mean(1, keepdims=True), near.std(1, keepdims=True)
        return np.asarray((near - middle) / np.maximum(spread, 1e-4), np.float32)

    def at_home(self, near: Array, shows: tuple[str, ...]) -> Array:
        """Nearnesses where what no scene shows counts for the places that it is at home in.

        Args:
            near: float32 [subjects], of one line.
            shows: all that any picture shows.
        """
        out = near.copy()
        for name, homes in _HOMES.items():
            if name not in shows:
                for home in homes:
                    place = self.names.index(home)
                    lent = near[self.names.index(name)] - _LENT
                    out[place] = max(out[place], lent)
        return out

    def of_shown(self, near: Array, shows: tuple[str, ...]) -> float:
        """The nearness of a picture that shows some subjects, the most telling first.

        Args:
            near: float32 [subjects], of one line or sound.
            shows: names; none: as near as the mean of all.
        """
        return max(
            (float(near[self.names.index(name)]) - _LATER * k for k, name in enumerate(shows)),
            default=0.0,
        )

    def of_heard(self, near: Array, shows: tuple[str, ...], suits: tuple[str, ...]) -> float:
        """The nearness of a picture to a sound: by what is seen in it, or by what suits it.

        Args:
            near: float32 [subjects], of one sound.
            shows: subjects that are seen in it, the most telling first.
            suits: subjects whose sound calls it up.
        """
        suited = [float(near[self.names.index(name)]) for name in suits]
        return max([self.of_shown(near, shows), *suited])


# Where subjects are to be met that no scene shows, the likeliest place first.
_HOMES = {
    "angel": ("stars", "castle"),
    "bridge": ("river", "city"),
    "bubbles": ("underwater",),
    "butterfly": ("meadow", "tree"),
    "clock": ("village", "city"),
    "crystal": ("snowfield", "galaxy"),
    "eye": ("couple", "stars"),
    "horse": ("meadow", "desert"),
    "rainbow": ("waterfall", "clouds", "meadow"),
    "shards": ("marble",),
}
_LENT = 1.0  # spreads that it is less near to these
_LATER = 0.15  # what each place further back in what a look shows costs, in spreads
