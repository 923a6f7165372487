"""What a compound token is made of, as data: the fields, their sizes, and the network's own sizes.

A compound token is one number for each field. `CMT_SCHEMA` and `BMT_SCHEMA` hold the
published sizes; smaller ones are made with `dataclasses.replace` or `CompoundSchema.resized`.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

__all__ = ["BMT_SCHEMA", "CMT_SCHEMA", "CompoundSchema", "Field"]

Role = Literal["word", "time", "position"]
_FAMILIES = ("cmt", "bmt")
# Classes of the key in the initial tokens of a model that is told it: unknown, 12 major, 12 minor.
_KEYS = 25


@dataclass(frozen=True, slots=True)
class Field:
    """One number of a compound token.

    Attributes:
        name: what it says.
        classes: how many values it has; those of a `position` may be exceeded.
        width: of its embedding; 0 for a position, which has none.
        role: `word` fields are embedded side by side and predicted; a `time` field is added to
            them through a projection of its own and given from outside; the value of a `position`
            field is where the token stands. Without one, tokens stand where they come.
        temperature: that the published system samples it with.
        nucleus: share of the probability that it samples from; 1 for all of it.
    """

    name: str
    classes: int
    width: int
    role: Role = "word"
    temperature: float = 1.0
    nucleus: float = 1.0


@dataclass(frozen=True, slots=True)
class CompoundSchema:
    """The tokens of one system, and how large its network is.

    Attributes:
        family: `cmt` or `bmt`: whose layout and sampling it has.
        fields: in the order of the columns of a token array.
        model_size: width of the residual stream.
        layers: how many encoder layers.
        heads: attention heads of `model_size / heads` channels.
        ff: width of the feed-forward layer.
        dropout: in training.
        init_n_class: classes of the fields of an initial token (CMT: genre, key, instrument).
        init_widths: widths of their embeddings.
        default_init: the initial tokens that stand before every piece when none are given.
        init_spread: whether initial tokens are added to every token too; the published ones are
            not, and what they say is lost among hundreds of tokens.
        type_field: the field that is predicted first; the others depend on it.
    """

    family: Literal["cmt", "bmt"]
    fields: tuple[Field, ...]
    model_size: int = 512
    layers: int = 12
    heads: int = 8
    ff: int = 2048
    dropout: float = 0.1
    init_n_class: tuple[int, ...] = ()
    init_widths: tuple[int, ...] = ()
    default_init: tuple[tuple[int, ...], ...] = ()
    init_spread: bool = False
    type_field: str = "type"

    def __post_init__(self) -> None:
        if self.family not in _FAMILIES:
            raise ValueError(f"{self.family!r} is not one of {', '.join(_FAMILIES)}")
        sizes = (self.model_size, self.layers, self.heads, self.ff)
        if min(sizes) < 1 or self.model_size % self.heads or self.model_size % 2:
            raise ValueError("sizes must be above 0, and model_size a multiple of heads and of 2")
        if self.type_field not in [field.name for field in self.token_fields]:
            raise ValueError(f"no field is called {self.type_field}")
        if len(self.init_n_class) != len(self.init_widths):
            raise ValueError("init_n_class and init_widths differ in length")

    @property
    def kind(self) -> str:
        """Of which kind a composer of such tokens is: `pocket`, `cmt` or `bmt`.

        CMT tokens whose initial tokens tell the key are this project's own form, `pocket`.
        """
        told = self.init_n_class
        is_own = self.family == "cmt" and len(told) == 3 and told[1] >= _KEYS
        return "pocket" if is_own else self.family

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the fields, in the order of the columns."""
        return tuple(field.name for field in self.fields)

    @property
    def token_fields(self) -> tuple[Field, ...]:
        """The fields that are embedded and predicted."""
        return tuple(field for field in self.fields if field.role == "word")

    @property
    def conditioned(self) -> tuple[Field, ...]:
        """The fields that are predicted once the type is known."""
        return tuple(field for field in self.token_fields if field.name != self.type_field)

    @property
    def time(self) -> Field | None:
        """The field that is added through a projection of its own."""
        return next((field for field in self.fields if field.role == "time"), None)

    @property
    def position(self) -> int | None:
        """The column that says where a token stands; None where tokens stand as they come."""
        roles = [field.role for field in self.fields]
        return roles.index("position") if "position" in roles else None

    def __getitem__(self, name: str) -> Field:
        """The field called `name`; KeyError if there is none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)

    def column(self, name: str) -> int:
        """In which column a field is; ValueError if there is none of that name."""
        return self.names.index(name)

    def resized(
        self,
        classes: Mapping[str, int] | None = None,
        widths: Mapping[str, int] | None = None,
        **sizes: Any,
    ) -> CompoundSchema:
        """The same tokens with other class counts, embedding widths and sizes of the network."""
        classes, widths = classes or {}, widths or {}
        fields = tuple(
            dataclasses.replace(
                field,
                classes=classes.get(field.name, field.classes),
                width=widths.get(field.name, field.width),
            )
            for field in self.fields
        )
        return dataclasses.replace(self, fields=fields, **sizes)

    def to_json(self) -> str:
        """The schema as text, for the header of a file of weights."""
        return json.dumps(dataclasses.asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> CompoundSchema:
        """The schema that `to_json` wrote.

        Raises:
            ValueError: not such text.
        """
        try:
            facts = json.loads(text)
            facts["fields"] = tuple(Field(**field) for field in facts["fields"])
            for name in ("init_n_class", "init_widths"):
                facts[name] = tuple(facts[name])
            facts["default_init"] = tuple(tuple(token) for token in facts["default_init"])
            return cls(**facts)
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError(f"not a schema of compound tokens: {error}") from None


# Sizes, temperatures and nuclei of Di et al., "Video Background Music Generation with Controllable
# Music Transformer" (2021), as released. Initial tokens: genre Pop, no key, then each instrument.
CMT_SCHEMA = CompoundSchema(
    family="cmt",
    fields=(
        Field("beat", 18, 64, temperature=1.2),
        Field("type", 3, 32, nucleus=0.9),
        Field("density", 18, 64, nucleus=0.9),
        Field("pitch", 129, 512, nucleus=0.9),
        Field("duration", 18, 128, temperature=2.0, nucleus=0.9),
        Field("instrument", 6, 32, nucleus=0.9),
        Field("strength", 20, 64, nucleus=0.9),
        Field("p_beat", 102, 256, role="time"),
        Field("i_beat", 5025, 0, role="position"),
    ),
    init_n_class=(7, 1, 6),
    init_widths=(64, 64, 64),
    default_init=((5, 0, 0), *((0, 0, instrument) for instrument in range(6))),
)
# The BM-Transformer of the same lineage: piano tokens with tempo, chords and an emotion.
BMT_SCHEMA = CompoundSchema(
    family="bmt",
    fields=(
        Field("tempo", 56, 128, temperature=1.2, nucleus=0.9),
        Field("chord", 127, 256, nucleus=0.99),
        Field("beat", 18, 64, temperature=1.2),
        Field("type", 5, 32, nucleus=0.9),
        Field("pitch", 85, 512, nucleus=0.9),
        Field("duration", 18, 128, temperature=2.0, nucleus=0.9),
        Field("velocity", 41, 128, temperature=5.0),
        Field("strength", 17, 64, nucleus=0.9),
        Field("density", 21, 64, nucleus=0.9),
        Field("p_time", 100, 512, temperature=2.0, nucleus=0.9),
        Field("emotion", 5, 256),
    ),
)
