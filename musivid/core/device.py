"""Which device and number format the networks use, and how that is asked for."""

from __future__ import annotations

import contextlib
import platform
import re
from typing import TYPE_CHECKING, Any

from musivid.core.errors import DeviceError, UsageError
from musivid.core.machine import cpu_name

if TYPE_CHECKING:
    import torch

__all__ = [
    "THREADS",
    "autocast",
    "build_told",
    "bytes_of",
    "check_names",
    "choose_device",
    "choose_dtype",
    "compute_in",
    "device_model",
    "free_memory",
    "usable_devices",
]

THREADS = 2
"""In which networks compute where nothing else is asked for; further cores work beside."""
_DTYPES = ("auto", "float32", "bfloat16", "float16")
_DEVICES = re.compile(r"auto|cpu|mps|cuda(:\d{1,3})?", re.IGNORECASE)


def check_names(device: str, dtype: str) -> None:
    """Make sure that a device and a number format can be meant, where torch is not loaded yet.

    Raises:
        DeviceError: no machine has such a device. UsageError: no such format.
    """
    if not _DEVICES.fullmatch(device):
        raise DeviceError(
            f"there is no device {device!r}", hint="Known: auto, cpu, cuda, cuda:1, mps."
        )
    if dtype not in _DTYPES:
        raise UsageError(f"unknown --dtype {dtype!r}", hint=f"Known: {', '.join(_DTYPES)}.")


def usable_devices() -> list[str]:
    """Names that `choose_device` takes on this machine, the best one first."""
    import torch

    cuda = [f"cuda:{index}" for index in range(torch.cuda.device_count())]
    mps = ["mps"] if torch.backends.mps.is_available() else []
    return [*cuda, *mps, "cpu"]


def build_told() -> str:
    """What this torch was built for, and which devices it can use here."""
    import torch

    built = [f"CUDA {torch.version.cuda}"] if torch.version.cuda else []
    built += [f"ROCm {torch.version.hip}"] if torch.version.hip else []
    built += ["Apple MPS"] if torch.backends.mps.is_built() else []
    names = [f"{name} ({device_model(torch.device(name))})" for name in usable_devices()]
    return f"torch built for {', '.join(built) or 'CPUs alone'}; usable: {', '.join(names)}"


def choose_device(name: str = "auto") -> torch.device:
    """The device of that name; `auto` takes cuda, then mps, then the CPU.

    Raises:
        DeviceError: this machine has no such device; the message lists those it has.
    """
    import torch

    usable = usable_devices()
    wanted = usable[0] if name == "auto" else name.lower()
    if wanted == "cuda" and usable[0].startswith("cuda"):
        wanted = usable[0]
    if wanted not in usable:
        raise DeviceError(
            f"device {name!r} is not usable on this machine",
            hint=f"Usable here: auto, {', '.join(usable)}.",
        )
    return torch.device(wanted)


def free_memory(device: torch.device) -> int | None:
    """Bytes that are free on a device; None where nobody can tell."""
    import torch

    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
        return int(free)
    if device.type != "cpu":
        return None
    try:
        with open("/proc/meminfo", encoding="ascii") as file:
            rows = dict(line.split(":", 1) for line in file)
        return int(rows["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        return None


def choose_dtype(device: torch.device, name: str = "auto") -> torch.dtype:
    """The number format that networks compute in on `device`.

    `auto` halves the work where the hardware gains from it: bfloat16 on cuda cards that compute in
    it (float16 on older ones, which would only emulate it) and on a CPU with AMX tiles, float32
    elsewhere.

    Raises:
        UsageError: no such format.
    """
    import torch

    if name not in _DTYPES:
        raise UsageError(f"unknown --dtype {name!r}", hint=f"Known: {', '.join(_DTYPES)}.")
    if name != "auto":
        chosen: torch.dtype = getattr(torch, name)
        return chosen
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported(False) else torch.float16
    if device.type == "cpu" and _has_amx():
        return torch.bfloat16
    return torch.float32


def _has_amx() -> bool:
    """Whether the CPU multiplies bfloat16 tiles; torch keeps the question under a private name."""
    import torch

    ask = getattr(torch.cpu, "_is_amx_tile_supported", None)
    return bool(ask and ask())


def autocast(device: torch.device | str, dtype: torch.dtype | None) -> torch.autocast:
    """A context in which networks compute in `dtype`; weights stay in float32.

    None, as float32, turns half precision off, also within another such context.
    """
    import torch

    is_half = dtype not in (None, torch.float32)
    kind = torch.device(device).type
    return torch.autocast(kind, dtype if is_half else torch.bfloat16, enabled=is_half)


def compute_in(threads: int) -> None:
    """Let torch compute in a number of threads, whatever the machine and the environment have.

    A sum over four threads is not rounded as one over two: frames depend on this number.
    """
    import torch

    torch.set_num_threads(threads)
    # It is settled with the first work, and changes no number: it only saves idle threads.
    with contextlib.suppress(RuntimeError):
        torch.set_num_interop_threads(1)


def device_model(device: torch.device) -> str:
    """What the maker calls the processor or card, where the system tells."""
    import torch

    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    if device.type != "cpu":
        return platform.machine()
    return f"{cpu_name()} {torch.backends.cpu.get_cpu_capability()}"


def bytes_of(model: Any) -> int:
    """Bytes of the weights of a network, of what wraps one, or of a pipeline of several."""
    parts = getattr(model, "components", {"": model, "wrapped": getattr(model, "network", None)})
    networks = [part for part in parts.values() if hasattr(part, "parameters")]
    tensors = {t for part in networks for t in (*part.parameters(), *part.buffers())}
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors)
