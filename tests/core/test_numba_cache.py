"""What numba keeps of functions, shared by processes that start together."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

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
