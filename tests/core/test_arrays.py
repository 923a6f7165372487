"""Arrays come back as numpy wrote them; headers that lie are refused before room is made."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

from musivid.core.arrays import NoArray, load_array, load_arrays
from musivid.core.errors import InputError

KINDS = st.sampled_from(["i1", ">i4", "u8", "f2", "f8", "c8", "U3", "S2", "?"])
ARRAYS = KINDS.flatmap(
    lambda kind: arrays_of.arrays(kind, arrays_of.array_shapes(min_dims=0, min_side=0, max_side=4))
)


def header(shape: Any, kind: str = "<f8", fortran: str = "False") -> bytes:
    """The first bytes of a .npy."""
    text = f"{{'descr': '{kind}', 'fortran_order': {fortran}, 'shape': {shape}, }}".encode()
    return b"\x93NUMPY\x01\x00" + (len(text) + 1).to_bytes(2, "little") + text + b"\n"


@given(array=ARRAYS, fortran=st.booleans())
@settings(max_examples=60, deadline=None)
def test_arrays_come_back(
    tmp_path_factory: pytest.TempPathFactory, array: np.ndarray, fortran: bool
) -> None:
    folder = tmp_path_factory.mktemp("arrays")
    array = np.asfortranarray(array) if fortran and array.ndim else array
    np.save(folder / "a.npy", array)
    np.savez_compressed(folder / "a.npz", a=array, b=np.arange(3))
    for found in (load_array(folder / "a.npy"), load_arrays(folder / "a.npz")["a"]):
        np.testing.assert_array_equal(found, array)
        assert found.dtype == array.dtype
    assert list(load_arrays(folder / "a.npz", ["b"])) == ["b"]


@pytest.mark.parametrize("packed", [False, True])
def test_what_is_claimed_is_not_believed(tmp_path: Path, packed: bool) -> None:
    path = tmp_path / ("a.npz" if packed else "a.npy")
    data = header((6_000_000_000_000, 1024)) + bytes(64)
    if packed:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a.npy", data)
    else:
        path.write_bytes(data)
    with pytest.raises(InputError, match="claims 49152000000 MB of numbers; 500 are read") as told:
        _ = load_arrays(path) if packed else load_array(path)
    assert "MUSIVID_MAX_ARRAY_MB=" in told.value.hint


def test_the_limit_can_be_raised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    np.save(tmp_path / "a.npy", np.zeros(2000))
    monkeypatch.setenv("MUSIVID_MAX_ARRAY_MB", "0.01")
    with pytest.raises(InputError, match="claims"):
        load_array(tmp_path / "a.npy")
    monkeypatch.setenv("MUSIVID_MAX_ARRAY_MB", "0.02")
    assert len(load_array(tmp_path / "a.npy")) == 2000


def test_several_arrays_count_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    np.savez(tmp_path / "a.npz", a=np.zeros(1000), b=np.zeros(1000))
    monkeypatch.setenv("MUSIVID_MAX_ARRAY_MB", "0.012")
    with pytest.raises(InputError, match="b claims"):
        load_arrays(tmp_path / "a.npz")


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\x93NUMPY", b"\x93NUMPY\x09\x00", header((2, 2)) + bytes(31), header((-1,)),
        header((1,), "|O") + b"x", header("(1,)*"), header((1,), "U0"), header((1,) * 40),
        header((2,), "[('a', '<f8')]"), header("x" * 20_000), header((1,), fortran="None"),
    ],
    ids=range(12),
)  # fmt: skip
def test_what_is_no_array(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.npy").write_bytes(data)
    with pytest.raises(NoArray):
        load_array(tmp_path / "a.npy")


def test_archives_that_lie(tmp_path: Path) -> None:
    path, whole = tmp_path / "a.npz", io.BytesIO()
    np.savez_compressed(whole, a=np.arange(1000))
    packed = whole.getvalue()
    for data in (packed[:200], packed[:60] + b"\xff" * 40 + packed[100:], b"PK\x03\x04", b"no"):
        path.write_bytes(data)
        with pytest.raises(NoArray):
            load_arrays(path)
    with pytest.raises(NoArray, match="No such file"):
        load_arrays(tmp_path / "b.npz")
    path.write_bytes(packed)
    with pytest.raises(NoArray, match="there is no b in it"):
        load_arrays(path, ["b"])
