"""A prepared corpus: many songs as compound tokens in one memory-mapped file, with what they are.

`bgm train` makes one of MIDI files or published arrays and reads it through `Corpus`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from musivid.core.errors import InputError
from musivid.core.plain_json import parse_json
from musivid.core.storage import write_atomic
from musivid.score.corpus_tokens import CmtTokens, Tokens, tokens_of

__all__ = ["Corpus", "CorpusWriter", "Dropped", "Entry", "Song"]

Rows = NDArray[np.int16]
_TOKENS, _INDEX = "words.i16", "songs.json"
_VERSION = 1  # rises when older folders cannot be read


@dataclass(frozen=True, slots=True)
class Entry:
    """One song of a corpus.

    Attributes:
        name: where it came from.
        start: its first row in the file.
        length: its rows.
        genre: in small letters, of BMT tokens the mood; empty where nothing is known.
        key: class of `initial_tokens.key_class`, 0 unknown.
        instruments: track numbers 1..5 that play.
        validation: whether it is kept out of training.
    """

    name: str
    start: int
    length: int
    genre: str
    key: int
    instruments: tuple[int, ...]
    validation: bool


@dataclass(frozen=True, slots=True)
class Dropped:
    """A song that was left out, and why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Song:
    """A song that may go into a corpus.

    Attributes:
        name: where it came from.
        rows: integers [n, columns], its tokens.
        genre: as in `Entry`.
        key: as in `Entry`.
    """

    name: str
    rows: NDArray[Any]
    genre: str = ""
    key: int = 0


class CorpusWriter:
    """Writes a corpus song by song; the folder is a corpus once the context ends well."""

    def __init__(
        self, folder: Path, source: str, validation: float = 0.05, tokens: Tokens | None = None
    ) -> None:
        """Begin in `folder`.

        Args:
            folder: made if needed; what it held is replaced at the end.
            source: what it was made of; a reader may compare it.
            validation: share of songs that are kept out of training, chosen by their notes.
            tokens: of the songs; None for CMT's.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self.dropped: list[Dropped] = []
        self._folder, self._source, self._share = folder, source, validation
        self._tokens = tokens or CmtTokens()
        self._entries: list[Entry] = []
        self._seen: dict[str, str] = {}
        self._rows = 0
        self._part = folder / f"{_TOKENS}.part"
        self._part.unlink(missing_ok=True)
        self._file = self._part.open("xb")  # never through a link that somebody has laid there

    def add(self, name: str, rows: NDArray[Any], genre: str = "", key: int = 0) -> None:
        """Take in a song, rows [n, columns] of its tokens; one known already is dropped."""
        tokens = np.ascontiguousarray(rows, np.int16)
        digest = hashlib.sha256(tokens.tobytes()).hexdigest()
        if digest in self._seen:
            self.drop(name, f"the same notes: as in {self._seen[digest]}")
            return
        self._seen[digest] = name
        self._file.write(tokens.tobytes())
        players = self._tokens.players(tokens)
        self._entries.append(
            Entry(name, self._rows, len(tokens), genre, key, players, validation=False)
        )
        self._rows += len(tokens)

    def drop(self, name: str, why: str) -> None:
        """Note that a song is left out."""
        self.dropped.append(Dropped(name, why))

    def __enter__(self) -> CorpusWriter:
        """Return the writer."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Put the corpus in place, or leave nothing behind after an error."""
        self._file.close()
        if kind is not None:
            self._part.unlink(missing_ok=True)
            return
        index = {
            "version": _VERSION,
            "source": self._source,
            "words": self._tokens.to_json(),
            "songs": [asdict(entry) for entry in self._divided()],
            "dropped": [asdict(drop) for drop in self.dropped],
        }
        (self._folder / _INDEX).unlink(missing_ok=True)
        self._part.replace(self._folder / _TOKENS)
        write_atomic(self._folder / _INDEX, json.dumps(index) + "\n")

    def _divided(self) -> list[Entry]:
        """The songs, of which those with the lowest digests are kept out of training."""
        order = sorted(range(len(self._entries)), key=list(self._seen).__getitem__)
        held_out = set(order[: round(self._share * len(order))])
        return [
            replace(entry, validation=place in held_out)
            for place, entry in enumerate(self._entries)
        ]


class Corpus:
    """Songs of a prepared folder; their tokens stay on disk until they are read.

    Attributes:
        path: the index file, which names everything that is in the corpus.
        source: what it was made of.
        entries: the songs.
        dropped: what was left out.
        tokens: what its tokens are.
    """

    def __init__(self, folder: Path) -> None:
        """Open a folder.

        Raises:
            InputError: it is not a corpus, or a damaged one.
        """
        self.path = folder / _INDEX
        try:
            index = parse_json(self.path.read_text(encoding="utf-8"))
            if index["version"] != _VERSION:
                raise ValueError(f"version {index['version']}")
            self.source = str(index["source"])
            self.tokens = tokens_of(index.get("words", {"family": "cmt"}), str(self.path))
            self.entries = tuple(
                Entry(**{**song, "instruments": tuple(song["instruments"])})
                for song in index["songs"]
            )
            self.dropped = tuple(Dropped(**drop) for drop in index["dropped"])
            rows = sum(entry.length for entry in self.entries)
            size = (folder / _TOKENS).stat().st_size
            if size != rows * self.tokens.columns * 2:
                raise ValueError(f"{_TOKENS} has {size} bytes for {rows} tokens")
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"{folder} is not a prepared corpus: {error}",
                hint="Delete it; it is made again from the MIDI files.",
            ) from error
        self._tokens: Rows = (
            np.memmap(folder / _TOKENS, np.int16, "r", shape=(rows, self.tokens.columns))
            if rows
            else np.zeros((0, self.tokens.columns), np.int16)
        )

    @staticmethod
    def is_one(folder: Path) -> bool:
        """Whether a folder holds a prepared corpus."""
        return (folder / _INDEX).is_file() and (folder / _TOKENS).is_file()

    def rows(self, entry: Entry) -> Rows:
        """Tokens [n, columns] of a song."""
        return self._tokens[entry.start : entry.start + entry.length]

    def bars(self, entry: Entry) -> NDArray[np.int64]:
        """Rows of a song at which its bars begin."""
        return self.tokens.bars(self.rows(entry))

    def genres(self) -> tuple[str, ...]:
        """Genres that are known of at least one song, sorted."""
        return tuple(sorted({entry.genre for entry in self.entries if entry.genre}))

    def part(self, *, validation: bool) -> Sequence[Entry]:
        """The songs that are trained on, or those that are kept out."""
        return [entry for entry in self.entries if entry.validation == validation]
