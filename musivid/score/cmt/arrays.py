"""Data sets of CMT tokens as published (`lpd_5_prcem_mix_v8_10000.npz`), read and written.

Four arrays: `x` [songs, 9999, 10] and `y` (the same, one token later), `decoder_mask`
[songs, 10000], and `metadata`, a pickle of one dict a song. Songs are mapped, not read, so a file
of five gigabytes opens at once; the pickle is read as plain data only.
"""

from __future__ import annotations

import math
import os
import struct
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from musivid.core.arrays import read_header
from musivid.core.errors import InputError, OutputError
from musivid.core.limits import ARRAYS
from musivid.core.storage import temporary_beside
from musivid.score.cmt.tokens import BAR_TICKS, COLUMNS, INSTRUMENTS
from musivid.score.plain_pickle import MAX_BYTES, load_plain

__all__ = ["Song", "Songs", "from_disk", "read_npz", "to_disk", "write_npz"]

_DISK = ("type", "beat", "density", "pitch", "duration", "instrument", "strength", "i_beat",
         "n_beat", "p_beat")  # fmt: skip
_TO_MODEL = [_DISK.index(name) for name in COLUMNS]
_LENGTH = 10_000  # tokens of a padded song
_CUT_OFF = (struct.error, zlib.error, EOFError)
_HINT = "Give a data set that `bgm train` or the published tokeniser wrote."


@dataclass(frozen=True, slots=True)
class Song:
    """One song of a data set.

    Attributes:
        name: of its file, without folder and ending.
        rows: int64 [n, 9], in the model's columns, the last one the end.
        genre: of its folder; may be empty.
    """

    name: str
    rows: NDArray[np.int64]
    genre: str = ""


class Songs(Sequence[Song]):
    """The songs of a data set, each read when asked for."""

    def __init__(self, tokens: NDArray[Any], last: NDArray[Any], facts: list[dict[str, Any]]):
        self._tokens, self._last, self._facts = tokens, last, facts

    def __len__(self) -> int:
        return len(self._facts)

    def __getitem__(self, index: Any) -> Any:
        """The song, or list of songs of a slice."""
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        facts = self._facts[index]
        tokens = np.concatenate([self._tokens[index], self._last[index, -1:]])
        rows = from_disk(tokens[: facts["de_len"]])
        return Song(str(facts["id"]), rows, str(facts.get("genre", "")))


def from_disk(tokens: NDArray[np.integer]) -> NDArray[np.int64]:
    """Rows in the model's columns, of tokens [n, 10] in those of the file, the last one the end."""
    rows = tokens[:, _TO_MODEL].astype(np.int64)
    rows[:-1, 7] += 1
    return rows


def to_disk(rows: NDArray[np.integer], length_ticks: int) -> NDArray[np.int64]:
    """Tokens [n, 10] in the file's columns, of rows in the model's, the last one the end."""
    tokens = np.zeros((len(rows), len(_DISK)), np.int64)
    tokens[:, _TO_MODEL] = rows
    tokens[:-1, _DISK.index("p_beat")] -= 1
    tokens[:-1, _DISK.index("n_beat")] = length_ticks
    return tokens


def read_npz(path: Path) -> Songs:
    """The songs of a published data set, mapped where the file is not compressed.

    Raises:
        InputError: missing, cut off, of another layout, or with a pickle of other things.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            tokens = _array(path, archive, "x")
            last = _array(path, archive, "y")
            facts = _metadata(path, archive)
    except (OSError, zipfile.BadZipFile, ValueError, RuntimeError, *_CUT_OFF) as error:
        raise InputError(f"{path} cannot be read as a data set: {error}", hint=_HINT) from None
    except KeyError as error:
        raise InputError(
            f"{path} is not a data set of CMT tokens: {error.args[0]}",
            hint=f"{_HINT} BMT's arrays are learnt with --preset bmt.",
        ) from None
    _check(path, tokens, last, facts)
    return Songs(tokens, last, facts)


def write_npz(path: Path, songs: Sequence[Song], lengths: Sequence[int] | None = None) -> int:
    """Write songs as the published tokeniser does; return how many, those too long left out.

    Args:
        path: of the file, which must end in .npz.
        songs: of up to 10000 tokens each; longer ones are left out, as published.
        lengths: ticks of each song; None for whole bars.

    Raises:
        OutputError: the file cannot be written.
    """
    lengths = lengths or [_ticks(song.rows) for song in songs]
    kept = [(s, n) for s, n in zip(songs, lengths, strict=True) if len(s.rows) <= _LENGTH]
    sizes = [len(song.rows) for song, _ in kept]
    facts = np.empty(len(kept), object)
    facts[:] = [_facts(song) for song, _ in kept]
    temporary = temporary_beside(path)
    try:
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as archive:
            shape = (_LENGTH - 1, len(_DISK))
            _write(archive, "x", (_padded(*pair)[:-1] for pair in kept), (len(kept), *shape))
            _write(archive, "y", (_padded(*pair)[1:] for pair in kept), (len(kept), *shape))
            masks = (np.arange(_LENGTH) < size for size in sizes)
            _write(archive, "decoder_mask", masks, (len(kept), _LENGTH))
            with archive.open("metadata.npy", "w") as file:
                np.lib.format.write_array(file, facts, allow_pickle=True)
        os.replace(temporary, path)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from None
    finally:
        temporary.unlink(missing_ok=True)
    return len(kept)


def _facts(song: Song) -> dict[str, Any]:
    names = [INSTRUMENTS[i] for i in np.unique(song.rows[:, 5]).tolist() if i]
    return {"id": song.name, "de_len": len(song.rows), "instruments": names, "genre": song.genre}


def _padded(song: Song, length_ticks: int) -> NDArray[np.int64]:
    tokens = np.zeros((_LENGTH, len(_DISK)), np.int64)
    tokens[: len(song.rows)] = to_disk(song.rows, length_ticks)
    return tokens


def _write(
    archive: zipfile.ZipFile, name: str, parts: Iterable[NDArray[Any]], shape: tuple[int, ...]
) -> None:
    """Write an int64 array song by song, so that it is never in memory as a whole."""
    facts = {"shape": shape, "fortran_order": False, "descr": "<i8"}
    with archive.open(f"{name}.npy", "w", force_zip64=True) as file:
        np.lib.format.write_array_header_1_0(file, facts)
        for part in parts:
            file.write(part.astype("<i8").tobytes())


def _ticks(rows: NDArray[np.int64]) -> int:
    return (int(rows[:, 8].max()) // BAR_TICKS + 1) * BAR_TICKS


def _array(path: Path, archive: zipfile.ZipFile, name: str) -> NDArray[Any]:
    """An array of numbers in an archive: mapped if it is stored as it is, else read."""
    entry = archive.getinfo(f"{name}.npy")
    with archive.open(entry) as file:
        shape, fortran, dtype = read_header(file)
        start = file.tell()
        if dtype.hasobject or dtype.kind not in "iu" or len(shape) != 3:
            raise ValueError(f"{name} holds no integers in three dimensions")
        if entry.compress_type != zipfile.ZIP_STORED or fortran:
            size = math.prod(shape) * dtype.itemsize
            if size > entry.file_size:
                raise ValueError(f"{name} is cut off")
            ARRAYS.check(size / 1e6, f"{path}: {name}")
            flat = np.frombuffer(file.read(size), dtype)
            return flat.reshape(shape, order="F" if fortran else "C")
    with path.open("rb") as raw:
        raw.seek(entry.header_offset)
        name_bytes, extra_bytes = struct.unpack("<26x2H", raw.read(30))
    offset = entry.header_offset + 30 + name_bytes + extra_bytes + start
    return np.memmap(path, dtype, "r", offset, shape)


def _metadata(path: Path, archive: zipfile.ZipFile) -> list[dict[str, Any]]:
    with archive.open("metadata.npy") as file:
        shape, _, dtype = read_header(file)
        if len(shape) != 1 or not dtype.hasobject:
            raise ValueError("its metadata is not one dict per song")
        content = load_plain(file.read(MAX_BYTES + 1), f"{path}: metadata")
    facts = content.tolist() if isinstance(content, np.ndarray) else content
    if not isinstance(facts, list) or not all(_is_song(entry) for entry in facts):
        raise ValueError("its metadata is not one dict per song, with id and de_len")
    return facts


def _is_song(entry: object) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get("de_len"), int) and "id" in entry


def _check(
    path: Path, tokens: NDArray[Any], last: NDArray[Any], facts: list[dict[str, Any]]
) -> None:
    longest = tokens.shape[1] + 1
    fits = (
        tokens.shape == last.shape and len(tokens) == len(facts) and tokens.shape[2] == len(_DISK)
    )
    if not fits or not all(1 <= entry["de_len"] <= longest for entry in facts):
        raise InputError(
            f"{path} is not a data set of CMT tokens: x is {tokens.shape}, y {last.shape}, "
            f"with metadata of {len(facts)} songs",
            hint=_HINT,
        )
