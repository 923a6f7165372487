"""What libraries must be told of this machine before they are imported, whichever way leads in."""

from __future__ import annotations

import functools
import os
import platform
from pathlib import Path

__all__ = ["cpu_name", "has_avx512", "kernel_cpu", "settle"]

# The oldest processors that drawn frames are made equal for: x86-64-v3 has AVX2 and FMA (2013 on).
_BASELINES = {"x86_64": "x86-64-v3", "amd64": "x86-64-v3", "aarch64": "generic", "arm64": "generic"}


def settle() -> None:
    """Set what torch and numba read from the environment once; what the user set stays."""
    # torch's threads would spin for the core that the encoder works on, which made a render two
    # to six times slower on two cores.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    if "NUMBA_CPU_NAME" not in os.environ and (cpu := kernel_cpu()):
        os.environ["NUMBA_CPU_NAME"], os.environ["NUMBA_CPU_FEATURES"] = cpu, ""


def kernel_cpu() -> str:
    """The processor that kernels are compiled for; empty: this one, which is older or unknown."""
    baseline = _BASELINES.get(platform.machine().lower(), "")
    if baseline == "x86-64-v3" and not _has_avx2():
        return ""
    return baseline


def cpu_name() -> str:
    """What the maker calls the processor, where the system tells."""
    try:
        for line in Path("/proc/cpuinfo").read_text(errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


@functools.cache
def has_avx512() -> bool:
    """Whether the processor computes in 512 bits at a time."""
    from llvmlite import binding

    try:
        return bool(binding.get_host_cpu_features().get("avx512f"))
    except RuntimeError:  # a processor that it does not know
        return False


def _has_avx2() -> bool:
    """Whether Linux tells of AVX2; elsewhere it is taken for granted."""
    try:
        return " avx2 " in Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return True
