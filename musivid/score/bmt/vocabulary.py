"""Values of BMT tokens and their numbers: the published vocabulary, others as pickles or JSON.

A token has one value for each of eleven families; 0 says nothing. Numbers are ranks in the order
of sorting, integers before texts, so `Beat_10` comes before `Beat_2`.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from musivid.core.errors import InputError
from musivid.core.paths import expanded
from musivid.core.plain_json import json_document, parse_json
from musivid.core.storage import write_atomic
from musivid.score.plain_pickle import MAX_BYTES, load_plain

__all__ = [
    "CHORD_QUALITIES",
    "CONTINUED",
    "DICTIONARY",
    "FAMILIES",
    "PUBLISHED_VOCABULARY",
    "ROOTS",
    "Event",
    "Value",
    "Vocabulary",
    "check_vocabulary",
    "read_vocabulary",
    "vocabulary_beside",
    "vocabulary_of",
]

Value = int | str
CONTINUED = "CONTI"
"""A tempo or chord that stays what it was."""
ROOTS = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
# Semitones above the root; `/o7` is half diminished.
CHORD_QUALITIES: Mapping[str, tuple[int, ...]] = MappingProxyType({
    "M": (0, 4, 7), "m": (0, 3, 7), "o": (0, 3, 6), "+": (0, 4, 8), "7": (0, 4, 7, 10),
    "M7": (0, 4, 7, 11), "m7": (0, 3, 7, 10), "o7": (0, 3, 6, 9), "/o7": (0, 3, 6, 10),
    "sus2": (0, 2, 7), "sus4": (0, 5, 7),
})  # fmt: skip
# What the published data never had.
_NO_TEMPI = {152, 164, 173, 179, 185, 191, 197, 203, 209, 212, 218}
_NO_CHORDS = {"C_o7", "D_o7", "F_o7", "G_o7", "A_o7", "D#_/o7", "G#_/o7", "A_/o7"}
_THEIR_BEAT = "bar-beat"  # the published name of the family `beat`
# What no piece can be written without.
_NEEDED: Mapping[str, tuple[Value, ...]] = MappingProxyType({
    "tempo": (0, CONTINUED),
    "chord": (0, CONTINUED),
    "beat": (0, "Bar", "Beat_0"),
    "type": ("EOS", "Emotion", "Metrical", "Note", "Rhythm"),
})  # fmt: skip
DICTIONARY = "dictionary.pkl"
"""The published name of a file that holds a vocabulary."""
_FILES = (DICTIONARY, "vocabulary.json")
_HINT = "Give dictionary.pkl as published, or a vocabulary.json that musivid wrote."


class Event(NamedTuple):
    """The values of one token; families in the order of the published columns."""

    tempo: Value = 0
    chord: Value = 0
    beat: Value = 0
    type: Value = "EOS"
    pitch: Value = 0
    duration: Value = 0
    velocity: Value = 0
    strength: Value = 0
    density: Value = 0
    p_time: Value = 0
    emotion: Value = 0


FAMILIES = Event._fields


class Vocabulary:
    """Every value of every family, by number and by itself."""

    def __init__(self, values: Mapping[str, Iterable[Value]]) -> None:
        self.values = {family: tuple(values[family]) for family in FAMILIES}
        self.ids = {
            family: {value: index for index, value in enumerate(found)}
            for family, found in self.values.items()
        }

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many values each family has, as the network's class counts."""
        return tuple(len(found) for found in self.values.values())

    @classmethod
    def of(cls, events: Iterable[Event]) -> Vocabulary:
        """The values that occur in events, numbered as published."""
        found: list[set[Value]] = [{0} for _ in FAMILIES]
        found[FAMILIES.index("type")] = {"EOS"}
        for event in events:
            for values, value in zip(found, event, strict=True):
                values.add(value)
        return cls({f: _ordered(values) for f, values in zip(FAMILIES, found, strict=True)})

    def to_tokens(self, event: Event) -> list[int]:
        """The numbers of an event; a value that the vocabulary lacks is its nearest."""
        return [self.nearest(f, value) for f, value in zip(FAMILIES, event, strict=True)]

    def nearest(self, family: str, value: Value) -> int:
        """The number of a value, or of the nearest one: the number in it decides.

        A chord without a number of its own is the diminished or plain triad of its root.
        """
        ids = self.ids[family]
        if value in ids:
            return ids[value]
        if family == "chord":
            root, _, quality = str(value).partition("_")
            plain = f"{root}_{'o' if 'o' in quality else 'm' if quality[:1] == 'm' else 'M'}"
            return ids.get(plain, ids.get("N_N", 0))
        wanted = _number(value)
        if family == "pitch":
            wanted = self._octave(wanted)
        near = [(abs(_number(v) - wanted), i) for v, i in ids.items() if _is_kin(v, value)]
        return min(near)[1] if near else 0

    def tempo(self, bpm: float) -> Value:
        """The tempo nearest to so many beats a minute; of two, the first in the vocabulary."""
        known = [value for value in self.values["tempo"] if _number(value)]
        return min(known, key=lambda value: abs(_number(value) - bpm), default=CONTINUED)

    def _octave(self, pitch: int) -> int:
        """A pitch moved by octaves towards those of the vocabulary."""
        known = [_number(value) for value in self.ids["pitch"] if value]
        while known and pitch > max(known):
            pitch -= 12
        while known and pitch < min(known):
            pitch += 12
        return pitch

    def to_event(self, token: Iterable[int]) -> Event:
        """The values of a token's numbers; a number beyond the vocabulary says nothing."""
        numbered = zip(self.values.values(), token, strict=True)
        return Event(*(found[n] if 0 <= n < len(found) else 0 for found, n in numbered))

    def to_json(self) -> dict[str, list[Value]]:
        """The values of each family in the order of their numbers, as `check_vocabulary` takes."""
        return {family: list(found) for family, found in self.values.items()}

    def to_pickle(self) -> bytes:
        """The vocabulary as published: a pickle of numbers by value and values by number."""
        theirs = [_THEIR_BEAT if family == "beat" else family for family in FAMILIES]
        numbers = dict(zip(theirs, self.ids.values(), strict=True))
        values = {name: {n: v for v, n in ids.items()} for name, ids in numbers.items()}
        return pickle.dumps((numbers, values), protocol=3)

    def save(self, path: Path) -> None:
        """Write the vocabulary as JSON; OutputError if it can't be."""
        write_atomic(path, json_document({"version": 1, "values": self.values}))


def read_vocabulary(path: Path) -> Vocabulary:
    """The vocabulary in a published `dictionary.pkl` or in JSON of our own.

    Raises:
        InputError: missing, damaged, of other families, or a pickle of anything but plain data.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}", hint=_HINT) from None
    if data[:1] not in (b"{", b"["):
        return check_vocabulary(_of_pickle(load_plain(data, str(path)), path), str(path))
    try:
        values = parse_json(data)["values"]
    except (ValueError, KeyError, TypeError):
        values = None
    return check_vocabulary(values, str(path))


def vocabulary_beside(path: Path) -> Path | None:
    """The file of a vocabulary in the folder of weights or data, published or ours, if any."""
    beside = (path.with_name(name) for name in _FILES)
    return next((file for file in beside if file.is_file()), None)


def check_vocabulary(values: object, source: str) -> Vocabulary:
    """The vocabulary of `{family: values in the order of their numbers}`, from wherever it came.

    Raises:
        InputError: families or values are missing, or are of no kind that tokens have.
    """
    whole = isinstance(values, dict) and all(_is_family(values.get(name)) for name in FAMILIES)
    if not isinstance(values, dict) or not whole:
        raise InputError(f"{source} is not a vocabulary of BMT tokens", hint=_HINT)
    found = Vocabulary(values)
    lacking = [
        f"{value} of {family}"
        for family, needed in _NEEDED.items()
        for value in needed
        if value not in found.ids[family]
    ]
    if lacking or not any(_number(value) for value in found.values["pitch"]):
        raise InputError(
            f"{source} lacks what every piece needs: {', '.join(lacking[:4]) or 'pitches'}",
            hint=_HINT,
        )
    return found


def vocabulary_of(
    sizes: Sequence[int], card: Mapping[str, Any], path: Path | None, wanted: str | None
) -> Vocabulary:
    """Return what the numbers of the tokens of some weights mean.

    Args:
        sizes: how many numbers each family of their tokens has, in the order of `FAMILIES`.
        card: of their file; weights that musivid trained say it there.
        path: the file; a vocabulary beside it counts when the card is silent.
        wanted: a file that counts before all others, or None.

    Raises:
        InputError: the file cannot be read, or is not of these sizes.
    """
    beside = vocabulary_beside(path) if path else None
    if wanted is not None:
        source, found = wanted, read_vocabulary(expanded(wanted))
    elif "vocabulary" in card:
        source, found = f"{path}", check_vocabulary(card["vocabulary"], f"{path}")
    elif beside is not None:
        source, found = f"{beside}", read_vocabulary(beside)
    else:
        source, found = "the published vocabulary", PUBLISHED_VOCABULARY
    if tuple(sizes) != found.sizes:
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


def _of_pickle(content: object, path: Path) -> dict[str, list[Value]]:
    """Values in the order of their numbers, of the published `(event2word, word2event)`."""
    theirs = [_THEIR_BEAT if family == "beat" else family for family in FAMILIES]
    match content:
        case (dict() as numbers, dict()) if list(numbers) == theirs:
            pass
        case _:
            families = list(content[0]) if isinstance(content, tuple) and content else []
            raise InputError(
                f"{path} is not a vocabulary of BMT tokens: its families are {families[:12]}",
                hint=_HINT,
            )
    found = {}
    for family, name in zip(FAMILIES, theirs, strict=True):
        ids = numbers[name]
        if not isinstance(ids, dict) or sorted(ids.values(), key=str) != sorted(
            range(len(ids)), key=str
        ):
            raise InputError(f"{path}: the numbers of {name} have gaps", hint=_HINT)
        found[family] = sorted(ids, key=ids.__getitem__)
    return found


def _is_family(values: object) -> bool:
    if not isinstance(values, list) or not all(type(v) in (int, str) for v in values):
        return False
    return len(values) == len(set(values)) > 0


def _is_kin(value: Value, other: Value) -> bool:
    """Whether two values are of one kind: both numbers, or texts of one beginning."""
    if isinstance(value, int) or isinstance(other, int):
        return isinstance(value, int) and isinstance(other, int)
    return value.rpartition("_")[0] == other.rpartition("_")[0] != ""


def _number(value: Value) -> int:
    tail = value if isinstance(value, int) else value.rpartition("_")[2]
    return int(tail) if str(tail).isdigit() else 0


def _ordered(values: Iterable[Value]) -> list[Value]:
    return sorted(values, key=lambda value: (isinstance(value, str), value))


def _published() -> Vocabulary:
    chords = {f"{root}_{quality}" for root in ROOTS for quality in CHORD_QUALITIES} - _NO_CHORDS
    tempi = [bpm for bpm in range(32, 225, 3) if bpm not in _NO_TEMPI]
    values: dict[str, Iterable[Value]] = {
        "tempo": {0, CONTINUED, *(f"Tempo_{bpm}" for bpm in tempi)},
        "chord": {0, CONTINUED, "N_N", *chords},
        "beat": {0, "Bar", *(f"Beat_{tick}" for tick in range(16))},
        "type": {"EOS", "Emotion", "Metrical", "Note", "Rhythm"},
        "pitch": {0, *(f"Note_Pitch_{pitch}" for pitch in range(22, 106))},
        "duration": {0, *(f"Note_Duration_{ticks}" for ticks in range(0, 1921, 120))},
        "velocity": {0, *(f"Note_Velocity_{velocity}" for velocity in range(40, 119, 2))},
        "strength": {*range(16), 18},
        "density": set(range(21)),
        "p_time": set(range(100)),
        "emotion": set(range(5)),
    }
    return Vocabulary({family: _ordered(found) for family, found in values.items()})


PUBLISHED_VOCABULARY = _published()
"""That of the published weights, equal to its `dictionary.pkl`."""
