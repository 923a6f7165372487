"""What there is to tell of a training: of its plan before, of its result or export afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["ExportResult", "TrainPlanFacts", "TrainResult"]


@dataclass(frozen=True, slots=True)
class ExportResult:
    """What an export wrote; fields are the keys of its JSON.

    Attributes:
        written: the files.
        songs: how many are in them.
        dropped: why others are not, and how many each.
    """

    written: tuple[str, ...]
    songs: int
    dropped: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainPlanFacts:
    """What there is to tell of a plan.

    Attributes:
        songs: how many are learnt from.
        kept_out: how many are kept out, to judge by.
        dropped: why others are not used, and how many each.
        words: tokens of the songs that are learnt from.
        family: whose tokens they are.
        genres: that are told apart; of BMT the moods.
        parameters: of the network.
        updates: that will be done.
        batches_of_an_epoch: how many there are.
        epochs: that the updates come to.
        run: the folder of the work.
    """

    songs: int
    kept_out: int
    dropped: Mapping[str, int]
    words: int
    family: str
    genres: tuple[str, ...]
    parameters: int
    updates: int
    batches_of_an_epoch: int
    epochs: float
    run: str

    def as_dict(self) -> dict[str, Any]:
        """The same by the keys of the JSON: fields, but `moods` for BMT's genres."""
        named = "genres" if self.family == "cmt" else "moods"
        return {named if key == "genres" else key: value for key, value in asdict(self).items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainResult:
    """What came of a training; fields are the keys of its JSON.

    Attributes:
        output: the best weights.
        last: the last ones.
        plot: the picture of the losses.
        updates: that were done.
        finished: whether all were, or the time was over.
        loss: of the last update.
        best_loss_on_songs_kept_out: of the best weights.
        minutes: that the training took.
        dropped: why songs were not used, and how many each.
        run: the folder of the work.
    """

    output: str
    last: str
    plot: str
    updates: int
    finished: bool
    loss: float
    best_loss_on_songs_kept_out: float
    minutes: float
    dropped: Mapping[str, int]
    run: str
