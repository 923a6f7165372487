"""The composer of a preset: the network, of which system it is, what it knows and can be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from musivid.analysis.tonality import Key
from musivid.core.errors import InputError, PresetError
from musivid.nets.compound.files import is_own, read_card
from musivid.nets.protocols import Composer as Network
from musivid.score.bmt.vocabulary import (
    FAMILIES,
    PUBLISHED_VOCABULARY,
    Vocabulary,
    check_vocabulary,
    read_vocabulary,
    vocabulary_beside,
)
from musivid.score.cmt.initial_tokens import genre_class, initial_tokens, key_class
from musivid.settings.bgm import BgmInferPreset
from musivid.weights.names import find_model
from musivid.weights.session import Session

__all__ = ["Composer", "open_composer", "vocabulary_of"]

# Genres of the released CMT weights, in the order of their classes from 1 on.
_PUBLISHED_GENRES = ("metal", "country", "dance", "electronic", "pop", "rock")
_OCTAVE = 12
_MEMORY = 1536  # tokens, where a file says nothing
_LARGE = 16_000_000  # parameters from which on reading them is most of the work
_SYSTEMS = {
    "pocket": "a pocket composer (CMT tokens, taught genre, key and players by `bgm train`)",
    "cmt": "CMT in its published form",
    "bmt": "BMT (piano tokens in four moods)",
}


@dataclass(frozen=True, slots=True)
class Composer:
    """A network that composes.

    Attributes:
        model: the network.
        system: whose tokens it speaks and what it hears, a key of `_SYSTEMS`.
        genres: that it was taught, in the order of their classes from 1 on.
        home_key: whether it composes in C alone, so that other keys are moved there.
        memory: tokens of the longest segment that it learnt with; None: whole pieces.
        vocabulary: what the numbers of BMT tokens mean.
        released: whether it has the layout of the published files, and so their habits.
    """

    model: Network
    system: str
    genres: tuple[str, ...] = ()
    home_key: bool = False
    memory: int | None = None
    vocabulary: Vocabulary = PUBLISHED_VOCABULARY
    released: bool = False

    @property
    def obeys(self) -> bool:
        """Whether genre, key and players in its initial tokens mean anything to it."""
        return self.system == "pocket"

    def init(self, genre: str, key: Key, instruments: Sequence[int]) -> list[list[int]] | None:
        """Return the initial tokens; None for the model's own."""
        if not self.obeys:
            return None
        home = Key((key.tonic - self.shift(key)) % _OCTAVE, key.mode)
        return initial_tokens(genre_class(genre, self.genres), key_class(home), instruments)

    def shift(self, key: Key) -> int:
        """Return how many semitones a piece in `key` is above what the model composes."""
        if not self.home_key:
            return 0
        return key.tonic if key.tonic <= _OCTAVE // 2 else key.tonic - _OCTAVE


def open_composer(session: Session, preset: BgmInferPreset) -> Composer:
    """Return the composer that a preset names.

    Args:
        session: loads it once.
        preset: the composer by name or path, the system that it must be of, its vocabulary.

    Raises:
        UsageError: unknown name. WeightsError: missing, damaged or no composer.
        PresetError: a composer of another system. InputError: a vocabulary that is none of its.
    """
    name = preset.composer
    assert name is not None  # `check_bgm` saw to it
    model = session.composer(name)
    system = model.kind
    if preset.words not in (None, system):
        raise PresetError(
            f"composer {name!r} is of another system: it is {_SYSTEMS[system]}; this preset is for "
            f"{_SYSTEMS[str(preset.words)]}",
            hint=f"Use --preset {system} with it.",
            command=f"musivid bgm infer CLIP --preset {system} --set composer={name}",
        )
    model.to(_dtype(session, model))
    path = find_model(name, "composer", offline=session.offline).file
    card = read_card(path) if path else {}
    return Composer(
        model,
        system,
        _PUBLISHED_GENRES if system == "cmt" else tuple(card.get("genres", ())),
        home_key=bool(card.get("home_key")),
        memory=int(card.get("window_words", _MEMORY)) if system == "pocket" else None,
        vocabulary=vocabulary_of(model, card, path, preset.vocabulary)
        if system == "bmt"
        else PUBLISHED_VOCABULARY,
        released=path is not None and not is_own(path),
    )


def vocabulary_of(
    model: Network, card: Mapping[str, Any], path: Path | None, wanted: str | None
) -> Vocabulary:
    """Return what the numbers of a BMT's tokens mean.

    Args:
        model: whose tokens they are.
        card: of its file; a model that musivid trained says it there.
        path: the file; a vocabulary beside it counts when the card is silent.
        wanted: a file that counts before all others, or None.

    Raises:
        InputError: the file cannot be read, or is not of the model's sizes.
    """
    beside = vocabulary_beside(path) if path else None
    if wanted is not None:
        source, found = wanted, read_vocabulary(Path(wanted).expanduser())
    elif "vocabulary" in card:
        source, found = f"{path}", check_vocabulary(card["vocabulary"], f"{path}")
    elif beside is not None:
        source, found = f"{beside}", read_vocabulary(beside)
    else:
        source, found = "the published vocabulary", PUBLISHED_VOCABULARY
    sizes = tuple(model.schema[name].classes for name in FAMILIES)
    if sizes != found.sizes:
        odd = [
            f"{n} {mine} against {its}"
            for n, mine, its in zip(FAMILIES, found.sizes, sizes, strict=True)
            if mine != its
        ]
        raise InputError(
            f"{source} is not the vocabulary of these weights: {', '.join(odd)}",
            hint="Give the dictionary.pkl that they were trained with: --set vocabulary=FILE, "
            "or put it beside them.",
        )
    return found


def _dtype(session: Session, model: Network) -> torch.dtype:
    """What a network composes in; left to itself, a small one gains nothing from half precision."""
    is_small = sum(p.numel() for p in model.parameters()) < _LARGE
    return torch.float32 if session.is_auto_dtype and is_small else session.dtype
