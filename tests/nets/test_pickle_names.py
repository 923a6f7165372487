"""Pickles of checkpoints that unfold are refused before anything is built of them."""

from __future__ import annotations

import io
import pickle
import time
import zipfile
from pathlib import Path

import pytest
import torch

from musivid.core.errors import WeightsError
from musivid.nets.archives import read_tensors
from musivid.nets.pickle_names import names_asked

_SHARED = b"\x80\x02)" + b"q\x000h\0h\0\x86" * 60 + b"q\x000"  # a tuple of 2^60 items
_DEEP = b"\x80\x02)" + b"\x85" * 1_000_000 + b"q\x000"  # one in another, a million times
BOMBS = {
    "a shared key": _SHARED + b"}h\0K\1s.",
    "a deep key": _DEEP + b"}h\0K\1s.",
    "a shared key of a group": _SHARED + b"}(h\0K\1u.",
    "keys made by a call": _SHARED + b"ctorch\nSize\nh\0\x85Rq\x000}h\0K\1s.",
    "a wide key": b"\x80\x02(" + b"K\1" * 200_000 + b"tq\x000}h\0K\1s.",
    "more than there is": b"\x80\x02s.",
    "nothing kept": b"\x80\x02q\0.",
}


def _checkpoint(path: Path, data: bytes) -> Path:
    """A checkpoint as torch writes it, with another pickle in it."""
    torch.save({"a": torch.ones(1)}, path)
    with zipfile.ZipFile(path) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in held.items():
            archive.writestr(name, data if name.endswith("data.pkl") else content)
    return path


@pytest.mark.parametrize("what", BOMBS)
def test_what_unfolds_is_refused_at_once(what: str, tmp_path: Path) -> None:
    began_s = time.process_time()
    with pytest.raises(ValueError, match="its pickle"):
        names_asked(io.BytesIO(BOMBS[what]), 1)
    with pytest.raises(WeightsError, match="its pickle"):
        read_tensors(_checkpoint(tmp_path / "bomb.pt", BOMBS[what]))
    assert time.process_time() - began_s < 10


def test_names_of_all_pickles_are_found() -> None:
    pickles = [(1, (2, [3])), {"a": zipfile.BadZipFile}, (io.BytesIO, {(1, 2): 3})]
    for protocol in range(3):
        data = b"".join(pickle.dumps(each, protocol) for each in pickles)
        assert names_asked(io.BytesIO(data), 3) == {"zipfile.BadZipFile", "_io.BytesIO"}


def test_shared_tuples_of_sane_size_are_read(tmp_path: Path) -> None:
    sides = (3, 3)
    kept = {"a": torch.ones(2), "facts": [sides] * 1000, ("x", sides): 1}
    torch.save(kept, tmp_path / "a.pt")
    assert list(read_tensors(tmp_path / "a.pt")) == ["a"]


def test_modules_that_hold_each_other_end(tmp_path: Path) -> None:
    """A TorchScript archive whose sixty modules hold the next one twice."""
    data = b"\x80\x02c__torch__.A\nB\nq\1)\x81q\2" + b"".join(
        b"h\1)\x81q\3}(X\1\0\0\0ah\2X\1\0\0\0bh\2ubq\x02" for _ in range(60)
    )
    path = _checkpoint(tmp_path / "script.pt", data + b".")
    with zipfile.ZipFile(path, "a") as archive:
        root = archive.namelist()[0].partition("/")[0]
        archive.writestr(f"{root}/constants.pkl", pickle.dumps((), 2))
    with pytest.raises(WeightsError, match="without end"):
        read_tensors(path)


def test_tensors_without_any_data_are_refused(tmp_path: Path) -> None:
    torch.save({"a": torch.ones(10**9, device="meta")}, tmp_path / "meta.pt")
    with pytest.raises(WeightsError, match="has no data"):
        read_tensors(tmp_path / "meta.pt")
