"""What numba keeps of functions, shared by processes that start together."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from pathlib import Path

import numba
import numpy as np
import pytest
from numba.core.caching import CacheImpl

from musivid.core.numba_cache import guard_kept_functions

SCRIPT = """
import sys
import numpy as np
from numba import njit
from musivid.core.numba_cache import guard_kept_functions

guard_kept_functions()
sys.path.insert(0, {folder!r})
from kept import total

kinds = [np.int8, np.int16, np.int32, np.int64, np.float32, np.float64]
for kind in kinds[{turn}:] + kinds[:{turn}]:
    found = total(np.arange(5, dtype=kind))
    assert found == 10 and isinstance(found, (int, float)), (kind, found)
print("right")
"""
FUNCTION = """
from numba import njit

@njit(cache=True)
def total(values):
    found = values[0]
    for value in values[1:]:
        found += value
    return found
"""


@pytest.mark.slow
def test_processes_that_start_together_keep_versions_apart(tmp_path: Path) -> None:
    """Each compiles the versions in another order, so that all are written at once."""
    (tmp_path / "kept.py").write_text(FUNCTION)
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "cache")}

    def begin(turn: int) -> subprocess.Popen[str]:
        text = SCRIPT.format(folder=str(tmp_path), turn=turn)
        return subprocess.Popen(
            [sys.executable, "-c", text], env=environment, stdout=subprocess.PIPE, text=True
        )

    for turns in ((0, 2, 4), (1, 3)):
        running = [begin(turn) for turn in turns]
        assert [process.communicate()[0].strip() for process in running] == ["right"] * len(turns)
    names = [path.name for path in (tmp_path / "cache").rglob("*.nbc")]
    assert len(names) == len(set(names)) == 6


def test_the_guard_is_laid_once() -> None:
    from numba.core.caching import IndexDataCacheFile

    guard_kept_functions()
    save = IndexDataCacheFile.save
    guard_kept_functions()
    assert IndexDataCacheFile.save is save


def _loaded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """The function of `FUNCTION`, as a process that begins would have it."""
    guard_kept_functions()
    (folder / "kept.py").write_text(FUNCTION)
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(folder / "cache"))
    namespace = runpy.run_path(str(folder / "kept.py"))
    return namespace["total"](np.array([1.0, 2.0]))


def test_where_nothing_can_be_kept_it_is_compiled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CacheImpl, "_locator_classes", [])  # as in installs that are for reading
    assert _loaded(tmp_path, monkeypatch) == 3.0
    assert not (tmp_path / "cache").exists()
    doubled = numba.vectorize(["float64(float64)"], cache=True)(lambda value: value * 2)
    assert doubled(1.5) == 3.0
    summed = numba.guvectorize(["float64[:], float64[:]"], "(n)->()", cache=True)(_sum)
    assert summed(np.ones(3)) == 3.0


def _sum(values: np.ndarray, found: np.ndarray) -> None:
    found[0] = values.sum()


@pytest.mark.parametrize("content", [b"", b"\x80\x04no pickle", b"\x80\x04N."])
def test_what_is_kept_and_damaged_is_compiled_again(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _loaded(tmp_path, monkeypatch) == 3.0
    kept = [path for path in (tmp_path / "cache").rglob("*.nb*") if path.suffix != ".lock"]
    assert len(kept) == 2
    for path in kept:
        path.write_bytes(content)
        assert _loaded(tmp_path, monkeypatch) == 3.0
