"""The weights that a training goes on from, looked at before any song is read."""

from __future__ import annotations

from dataclasses import dataclass

from musivid.core.errors import UsageError
from musivid.nets.compound.files import CompoundTransformer, load_compound, read_card
from musivid.pipeline.train.bmt import OWN
from musivid.pipeline.train.job import TrainJob
from musivid.score.bmt.vocabulary import FAMILIES, Vocabulary, vocabulary_of
from musivid.weights.names import find_model

__all__ = ["Begun", "begin"]


@dataclass(frozen=True, slots=True)
class Begun:
    """Weights to begin with: the network, its genres, and what BMT tokens mean to it."""

    model: CompoundTransformer
    genres: tuple[str, ...]
    vocabulary: Vocabulary | None


def begin(job: TrainJob) -> Begun | None:
    """The weights that the preset names; None to begin anew.

    Raises:
        WeightsError: missing, damaged, or of another system. InputError: so is the vocabulary.
    """
    network, family = job.preset.network, job.preset.family
    if network.start is None:
        return None
    path = find_model(network.start, "composer", offline=job.offline).file
    if path is None:
        raise UsageError(
            f"model {network.start!r} has no file to go on from",
            hint="Give a model that was trained, or the path of its file.",
        )
    model, card = load_compound(path, family), read_card(path)
    if family == "cmt":
        return Begun(model, tuple(card.get("genres", ())), None)
    wanted = job.preset.corpus.vocabulary
    sizes = [model.schema[name].classes for name in FAMILIES]
    return Begun(model, (), vocabulary_of(sizes, card, path, None if wanted == OWN else wanted))
