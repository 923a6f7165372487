"""Pickles of plain data are read; those that ask for code are refused, and nothing is run."""

from __future__ import annotations

import io
import os
import pickle
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from musivid.core.errors import InputError
from musivid.score.plain_pickle import load_plain

ATOMS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
KEYS = st.integers() | st.text()
PLAIN = st.recursive(
    ATOMS | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4)
    | st.tuples(inner, inner),
    max_leaves=12,
)  # fmt: skip


@given(PLAIN, st.integers(0, 5))
@settings(max_examples=60, deadline=None)
def test_plain_data_come_back(value: Any, protocol: Any) -> None:
    assert load_plain(pickle.dumps(value, protocol), "x") == value


@pytest.mark.parametrize("protocol", range(5))
@pytest.mark.parametrize(
    "array",
    [np.arange(6).reshape(2, 3), np.arange(4, dtype=">i2"), np.asfortranarray(np.eye(3)),
     np.array(["Beat_1", "Bar"]), np.array([{"id": "a", "n": [1]}, None], object)],
    ids=["ints", "big-endian", "fortran", "texts", "objects"],
)  # fmt: skip
def test_arrays_come_back(array: np.ndarray, protocol: int) -> None:
    found = load_plain(pickle.dumps(array, protocol), "x")
    assert found.dtype.kind == array.dtype.kind
    assert found.shape == array.shape
    assert found.tolist() == array.tolist()


def test_numbers_of_numpy_become_plain() -> None:
    assert load_plain(pickle.dumps({np.int64(3): np.float32(0.5)}), "x") == {3: 0.5}


class Hostile:
    def __init__(self, *call: Any) -> None:
        self.call = call

    def __reduce__(self) -> tuple[Any, ...]:
        return self.call


@pytest.mark.parametrize("depth", [0, 1])
@pytest.mark.parametrize("function", [os.system, eval, exec, np.load, getattr, io.open])
def test_code_is_refused_and_not_run(
    function: Callable[..., Any], depth: int, tmp_path: Path
) -> None:
    marker = tmp_path / "ran"
    call = Hostile(function, (f"touch {marker}",))
    with pytest.raises(InputError, match="asks for the code"):
        load_plain(pickle.dumps([call] if depth else call), "x.pkl")
    assert not marker.exists()


@pytest.mark.parametrize(
    "value", [OrderedDict(a=1), Path("a"), 1j, range(3), np.array([1j]), np.datetime64("2020")]
)
def test_other_objects_are_refused(value: Any) -> None:
    with pytest.raises(InputError, match=r"x\.pkl is not plain data"):
        load_plain(pickle.dumps(value), "x.pkl")


def test_damage_is_said_plainly() -> None:
    whole = pickle.dumps({"a": list(range(1000))})
    for data in (b"", b"garbage", whole[: len(whole) // 2]):
        with pytest.raises(InputError, match=r"x\.pkl is not plain data"):
            load_plain(data, "x.pkl")


def test_data_that_unfold_without_end_are_refused() -> None:
    laughs: list = [0] * 10
    for _ in range(12):
        laughs = [laughs] * 10
    endless: list = []
    endless.append(endless)
    for value in (laughs, endless):
        with pytest.raises(InputError, match="nested too deeply"):
            load_plain(pickle.dumps(value), "x")


def forged(state: Any) -> Hostile:
    """An array whose pickle lies about what it holds."""
    reduced: Any = np.zeros(3).__reduce__()
    rebuild, arguments, _ = reduced
    return Hostile(rebuild, arguments, state)


@pytest.mark.parametrize(
    "state",
    [
        (1, (10**9,), np.dtype("i8"), False, b"12345678"),
        (1, (-1,), np.dtype("i8"), False, b"12345678"),
        (1, (1,), np.dtype("O"), False, b"12345678"),
        (1, (5,), np.dtype("O"), False, [1]),
        (1, (2,), np.dtype("i8"), False, [1, 2]),
        (1, (2,), "i8", False, bytes(16)),
        "nothing",
    ],
)
def test_arrays_that_lie_are_refused(state: Any) -> None:
    with pytest.raises(InputError, match="is not plain data"):
        load_plain(pickle.dumps(forged(state)), "x")


def test_keys_are_nested_no_deeper_than_values() -> None:
    def deepest(wrap: Callable[[object], object]) -> int:
        nested: object = ()
        for depth in range(60):
            try:
                load_plain(pickle.dumps(wrap(nested)), "x")
            except InputError:
                return depth
            nested = (nested,)
        return 60

    assert deepest(lambda value: [value]) == deepest(lambda value: {value: 0}) == 50
    assert deepest(lambda value: {0: value}) == 50


def test_steps_that_would_take_all_memory_or_time_are_refused() -> None:
    far = b"\x80\x04Kar\xff\xff\xff\x7f."  # a memory of two thousand million places
    assert load_plain(far, "x") == 97
    long = b"\x80\x02X" + (10**6).to_bytes(4, "little") + b"a" * 10**6 + b"q\x000"
    encoded = b"c_codecs\nencode\n(h\x00X\x06\x00\x00\x00latin1tR"
    sets = b"\x80\x02](" + b"K\x01" * 10**5 + b"eq\x000" + b"cbuiltins\nset\n(h\x00tR" * 100
    for data in (long + encoded * 300 + b".", sets + b".", b"\x80\x02" + b"}" * 4_000_000 + b"."):
        with pytest.raises(InputError, match="too deeply or too many"):
            load_plain(data, "x")


def test_keys_do_not_unfold_without_end() -> None:
    doubled = b"\x80\x02)" + b"q\x000h\x00h\x00\x86" * 60 + b"q\x000}h\x00K\x01s."
    with pytest.raises(InputError, match="too deeply or too many"):
        load_plain(doubled, "x")


def test_one_array_is_not_copied_without_end() -> None:
    array = np.zeros(4_000_000)
    with pytest.raises(InputError, match="too many"):
        load_plain(pickle.dumps([array] * 100), "x")
