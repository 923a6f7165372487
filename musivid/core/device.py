"""Which device and number format the networks use, and how that is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from musivid.core.errors import DeviceError, UsageError

if TYPE_CHECKING:
    import torch

__all__ = ["autocast", "choose_device", "choose_dtype", "usable_devices"]

_DTYPES = ("auto", "float32", "bfloat16", "float16")


def usable_devices() -> list[str]:
    """Names that `choose_device` takes on this machine, the best one first."""
    import torch

    cuda = [f"cuda:{index}" for index in range(torch.cuda.device_count())]
    mps = ["mps"] if torch.backends.mps.is_available() else []
    return [*cuda, *mps, "cpu"]


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
