"""A film that is planned while somebody looks on: a small picture of any of its places, at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from musivid.core.progress import Silent
from musivid.pipeline.video.job import CheckedJob
from musivid.pipeline.video.listen import Listened
from musivid.pipeline.video.places import place_song, song_number

if TYPE_CHECKING:
    from musivid.living.plan import Place
    from musivid.settings.video import VideoPreset

__all__ = ["SKETCH_SIZE", "Sketchbook"]

_SHORT_PX = 216  # shorter side of a picture
SKETCH_SIZE = (384, _SHORT_PX)
"""Of pictures of a film of 16:9."""


class Sketchbook:
    """A song that was heard, and pictures of whatever its film of scenes may show."""

    def __init__(self, checked: CheckedJob, listened: Listened) -> None:
        """Keep what pictures need of a song.

        Args:
            checked: a job of living scenes.
            listened: from `listen_to`.
        """
        track, self._facts, plan = listened
        self._job = replace(checked.job, preset=_small(checked.job.preset))
        self._plan = replace(plan, size=self._job.preset.output.frame_size)
        self._spectrum = self._facts.spectrum
        self._number = song_number(track)

    def places(self, file: Path) -> list[Place]:
        """The places of a plan's file in which every look is named.

        Raises:
            InputError: the plan cannot be read, or has faults.
        """
        preset = self._job.preset
        living = preset.living.model_copy(update={"plan": str(file), "scene": None})
        return place_song(
            None,
            self._plan,
            self._facts,
            self._spectrum,
            sounds=np.empty((0, 0), np.float32),
            preset=preset.model_copy(update={"living": living}),
            song=self._job.song,
            number=self._number,
        )

    def picture(self, places: Sequence[Place], index: int) -> NDArray[np.uint8]:
        """A frame uint8 [h, w, 3] of a place where it is seen best, without words."""
        from musivid.living.telling import shown_s
        from musivid.pipeline.video.living import draw_film

        film = draw_film(
            self._job, self._plan, self._facts, self._spectrum, places, reporter=Silent()
        )
        if self._plan.loop is not None:
            return film.still(0)
        return film.still(self._plan.timeline.frame_at(shown_s(places[index], self._facts)))


def _small(preset: VideoPreset) -> VideoPreset:
    """The same settings for small pictures."""
    width, height = preset.output.frame_size
    scale = min(1.0, _SHORT_PX / min(width, height))
    size = f"{2 * round(width * scale / 2)}x{2 * round(height * scale / 2)}"
    return preset.model_copy(update={"output": preset.output.model_copy(update={"size": size})})
