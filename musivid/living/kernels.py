"""Shader-like kernels: Python that numba compiles, with every float literal in single precision.

`fn` is for small functions that are inlined, `kernel` for loops over pixels. LLVM does eight pixels
at once where the inner loop is one row, has no branch (`a if c else b` is none) and reads at most
about ten arrays. The rules that keep frames equal on all machines of one architecture: one named
CPU baseline, no fast-math, no sums across threads.
"""

from __future__ import annotations

import functools
import hashlib
import os
import tempfile
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import llvmlite.binding
import numba
import numpy as np

from musivid.core.machine import kernel_cpu
from musivid.core.numba_cache import guard_kept_functions
from musivid.core.paths import cache_folder

__all__ = ["baseline", "fn", "kernel"]

Kernel = Callable[..., Any]

_OPTIONS: dict[str, Any] = {"cache": True, "error_model": "numpy", "nogil": True}


def baseline() -> dict[str, str]:
    """What frames depend on besides the scene: CPU baseline and compiler, for a run's recipe."""
    guard_kept_functions()
    config: Any = numba.config
    cpu = config.CPU_NAME or llvmlite.binding.get_host_cpu_name()
    return {"cpu": str(cpu), "numba": numba.__version__, "llvmlite": llvmlite.__version__}


def _sources(room: Path) -> str:
    """A name for the state of what is inlined into kernels.

    numba renews a cached kernel when its own file changes, not when a function that was inlined
    into it does; so each state of the files that have such functions has a folder of its own.
    """
    digest = hashlib.sha256(repr(sorted(baseline().items())).encode())
    for path in sorted(room.rglob("*.py")):
        text = path.read_bytes()
        if b"@fn" in text or path.name == Path(__file__).name:
            digest.update(text)
    return digest.hexdigest()[:16]


def _prepare() -> None:
    """Set numba's target and the place of compiled kernels, once, before anything is compiled."""
    config: Any = numba.config
    if not config.CPU_NAME and (cpu := kernel_cpu()):
        # Where numba compiled something before, it keeps to the processor that it took then.
        config.CPU_NAME, config.CPU_FEATURES = cpu, ""
    own = os.environ.get("NUMBA_CACHE_DIR")
    folder = Path(own) if own else cache_folder() / "kernels"
    folder /= _sources(Path(__file__).parent)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):  # a folder that is there may be for reading only
            pass
    except OSError:
        _OPTIONS["cache"] = False  # nowhere to keep them: they are compiled again in each process
    config.CACHE_DIR = str(folder)


def _single(function: Kernel) -> Kernel:
    """The function with its float constants in single precision."""
    code = function.__code__
    constants = tuple(np.float32(c) if isinstance(c, float) else c for c in code.co_consts)
    made: Any = types.FunctionType(
        code.replace(co_consts=constants),
        function.__globals__,
        function.__name__,
        closure=function.__closure__,
    )
    made.__module__ = function.__module__
    made.__qualname__ = function.__qualname__
    single: Kernel = made
    return single


def fn(function: Kernel) -> Kernel:
    """Compile a small function of numbers, to be inlined where it is called from a kernel."""
    made: Kernel = numba.njit(forceinline=True, **_OPTIONS)(_single(function))
    return made


def kernel(function: Kernel) -> Kernel:
    """Compile a loop over pixels; Python floats are handed over in single precision."""
    made = numba.njit(**_OPTIONS)(_single(function))

    @functools.wraps(function)
    def call(*arguments: Any) -> Any:
        return made(
            *[np.float32(a) if isinstance(a, float | np.floating) else a for a in arguments]
        )

    return call


_prepare()
