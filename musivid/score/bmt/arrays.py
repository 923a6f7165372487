"""BMT's training arrays as published: `<name>_data_linear.npz` and what belongs to it.

`x` and `y` are int64 [clips, 1024, 11], `y` one token later; both are padded with the last token of
the clip, which is its end also where the clip was cut. `mask` is 1 where `x` holds tokens. Clips
are in the order of falling length.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from musivid.core.arrays import NoArray, load_arrays
from musivid.core.errors import InputError
from musivid.core.plain_json import parse_json
from musivid.core.storage import write_atomic
from musivid.score.bmt.dataset import Clip
from musivid.score.bmt.tokens import COLUMNS

__all__ = ["ENDINGS", "read_arrays", "write_arrays"]

ENDINGS = ("data_linear.npz", "fn2idx_map.json", "data_idx.npz")
"""How the files of a data set end, behind its name: tokens, names, rows of each mood."""

_LENGTH, _GROUP = 1024, 512  # tokens of a padded clip, and what masks are counted in, as published
_LONGEST = _LENGTH - 2  # tokens that are kept, as published
_HINT = "Give <name>_data_linear.npz as the published scripts or musivid wrote it."
_OTHER = "CMT's data sets are learnt with --preset cmt."


def write_arrays(folder: Path, clips: Sequence[Clip], name: str = "bmt") -> list[Path]:
    """Write arrays, map of names and rows of each emotion; return the three paths.

    A clip of 1022 tokens or more keeps its first 1022, as published, and so loses its end.

    Raises:
        OutputError: the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ordered = sorted(clips, key=lambda clip: -len(clip.tokens))
    tokens = [clip.tokens[:_LONGEST] for clip in ordered]
    sizes = np.array([len(w) - 1 for w in tokens], np.int64)
    ends = [clip.tokens[-1] for clip in ordered]  # of the whole clip, published even if it is cut
    x = np.stack([_padded(w[:-1], end) for w, end in zip(tokens, ends, strict=True)])
    y = np.stack([_padded(w[1:], end) for w, end in zip(tokens, ends, strict=True)])
    mask = (np.arange(_LENGTH) < sizes[:, None]).astype(np.float64)
    groups = -(-sizes // _GROUP)
    stems = [clip.name.partition(".")[0] for clip in ordered]
    numbers = {
        "fn2idx": {stem: i for i, stem in enumerate(stems)},
        "idx2fn": {str(i): stem for i, stem in enumerate(stems)},
    }
    emotions = x[:, 0, COLUMNS.index("emotion")]
    rows = {f"cls_{k}_idx": np.flatnonzero(emotions == k) for k in range(1, 5)}
    paths = [folder / f"{name}_{end}" for end in ENDINGS]
    arrays = {"x": x, "y": y, "mask": mask, "seq_len": sizes, "num_groups": groups}
    write_atomic(paths[0], _npz(arrays))
    write_atomic(paths[1], json.dumps(numbers) + "\n")
    write_atomic(paths[2], _npz(rows))
    return paths


def read_arrays(path: Path) -> list[Clip]:
    """The clips of a published `<name>_data_linear.npz`, named from the map beside it if any.

    Raises:
        InputError: missing, damaged, or of another layout.
    """
    try:
        arrays = load_arrays(path, ["x", "y", "seq_len"])
    except NoArray as error:
        raise InputError(
            f"{path} cannot be read as BMT data: {error}", hint=f"{_HINT} {_OTHER}"
        ) from None
    x, y, sizes = arrays["x"], arrays["y"], arrays["seq_len"]
    whole = x.ndim == 3 and x.shape == y.shape and x.shape[2] == len(COLUMNS)
    fits = whole and sizes.shape == (len(x),) and x.dtype.kind in "iu"
    if not fits or not ((sizes >= 1) & (sizes <= x.shape[1])).all():
        raise InputError(f"{path} is not BMT data: x is {x.shape}, y {y.shape}", hint=_HINT)
    names = _names(path, len(x))
    tokens = (
        np.concatenate([x[i, :size], y[i, size - 1 : size]]).astype(np.int64)
        for i, size in enumerate(sizes.tolist())
    )
    return [
        Clip(name, found, int(found[0, COLUMNS.index("emotion")]))
        for name, found in zip(names, tokens, strict=True)
    ]


def _padded(tokens: NDArray[np.int64], last: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([tokens, np.repeat(last[None], _LENGTH - len(tokens), 0)])


def _npz(arrays: dict[str, NDArray[Any]]) -> bytes:
    data = io.BytesIO()
    np.savez(data, allow_pickle=False, **arrays)
    return data.getvalue()


def _names(path: Path, count: int) -> list[str]:
    """Names of the clips; numbers where nothing says them."""
    beside = path.with_name(path.name.replace(ENDINGS[0], ENDINGS[1]))
    try:
        known = parse_json(beside.read_text(encoding="utf-8"))["idx2fn"]
        return [str(known[str(i)]) for i in range(count)]
    except (OSError, ValueError, KeyError, TypeError):
        return [str(i) for i in range(count)]
