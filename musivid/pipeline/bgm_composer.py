"""The composer of a preset: the network, which genres it knows, and what it can be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from musivid.errors import PresetError
from musivid.nets.compound import CompoundTransformer, read_card
from musivid.registry import Session, find_model, find_spec
from musivid.score.initial_words import KEY_CLASSES, genre_class, initial_words, key_class
from musivid.score.notes import Key

__all__ = ["Composer", "open_composer"]

# Genres of the released CMT weights, in the order of their classes from 1 on.
_PUBLISHED_GENRES = ("metal", "country", "dance", "electronic", "pop", "rock")
_OCTAVE = 12
_PUBLISHED_CLASSES = len(_PUBLISHED_GENRES) + 1


@dataclass(frozen=True, slots=True)
class Composer:
    """A network that composes.

    Attributes:
        model: the network.
        genres: that it was taught, in the order of their classes from 1 on.
        obeys: whether genre, key and instruments in its initial words mean anything to it.
        home_key: whether it composes in C alone, so that other keys are moved there.
    """

    model: CompoundTransformer
    genres: tuple[str, ...]
    obeys: bool
    home_key: bool = False

    @property
    def family(self) -> str:
        """`cmt` or `bmt`."""
        return self.model.schema.family

    def init(self, genre: str, key: Key, instruments: Sequence[int]) -> list[list[int]] | None:
        """Return the initial words; None for the model's own."""
        if not self.obeys:
            return None
        home = Key((key.tonic - self.shift(key)) % _OCTAVE, key.mode)
        return initial_words(genre_class(genre, self.genres), key_class(home), instruments)

    def shift(self, key: Key) -> int:
        """Return how many semitones a piece in `key` is above what the model composes."""
        if not self.home_key:
            return 0
        return key.tonic if key.tonic <= _OCTAVE // 2 else key.tonic - _OCTAVE


def open_composer(session: Session, name: str, family: str | None = None) -> Composer:
    """Return the composer of that name or path.

    Args:
        session: loads it once.
        name: of a model, or a path.
        family: `cmt` or `bmt`, if only one will do.

    Raises:
        UsageError: unknown name. WeightsError: missing, damaged or another model.
        PresetError: a model of the other family.
    """
    model = session.composer(name)
    schema = model.schema
    if family not in (None, schema.family):
        raise PresetError(
            f"composer {name!r} speaks {schema.family.upper()}, not {str(family).upper()}",
            hint=f"Use --preset {schema.family} with it.",
        )
    classes = schema.init_n_class
    obeys = len(classes) == 3 and classes[1] >= KEY_CLASSES
    if not obeys:
        return Composer(model, _PUBLISHED_GENRES, obeys)
    card = _card(name, session.offline)
    return Composer(model, tuple(card.get("genres", ())), obeys, bool(card.get("home_key")))


def _card(name: str, offline: bool) -> dict[str, Any]:
    """What a file says of itself; nothing for models that are built in code."""
    is_path = "/" in name or Path(name).suffix in (".safetensors", ".pt", ".pth")
    if not is_path and find_spec(name).built_in:
        return {}
    return read_card(find_model(name, offline=offline))
