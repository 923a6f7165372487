"""Which device and number format is chosen, on machines of several kinds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch

from musivid.core import device as devices
from musivid.core.device import autocast, choose_device, choose_dtype, usable_devices
from musivid.core.errors import DeviceError, UsageError


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    def build(cuda: int = 0, mps: bool = False, bf16: bool = True, amx: bool = False) -> None:
        monkeypatch.setattr(torch.cuda, "device_count", lambda: cuda)
        monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda emulated=True: bf16 or emulated)
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
        monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: amx, raising=False)

    return build


@pytest.mark.parametrize(
    ("kind", "usable"),
    [
        ({}, ["cpu"]),
        ({"mps": True}, ["mps", "cpu"]),
        ({"cuda": 2, "mps": True}, ["cuda:0", "cuda:1", "mps", "cpu"]),
    ],
)
def test_the_best_comes_first(
    machine: Callable[..., Any], kind: dict[str, Any], usable: list[str]
) -> None:
    machine(**kind)
    assert usable_devices() == usable
    assert str(choose_device("auto")) == usable[0]
    for name in usable:
        assert str(choose_device(name)) == name


def test_cuda_alone_is_its_first(machine: Callable[..., Any]) -> None:
    machine(cuda=1)
    assert str(choose_device("cuda")) == "cuda:0"
    assert str(choose_device("CPU")) == "cpu"


@pytest.mark.parametrize("name", ["cuda", "cuda:0", "mps", "gpu", "", "cuda:x"])
def test_what_is_not_there_is_refused_with_what_is(machine: Callable[..., Any], name: str) -> None:
    machine()
    with pytest.raises(DeviceError) as caught:
        choose_device(name)
    assert caught.value.hint == "Usable here: auto, cpu."


def test_a_card_too_many(machine: Callable[..., Any]) -> None:
    machine(cuda=2)
    with pytest.raises(DeviceError, match="cuda:2"):
        choose_device("cuda:2")


@pytest.mark.parametrize(
    ("device", "kind", "dtype"),
    [
        ("cuda:0", {"cuda": 1}, torch.bfloat16),
        ("cuda:0", {"cuda": 1, "bf16": False}, torch.float16),
        ("mps", {"mps": True}, torch.float32),
        ("cpu", {"amx": True}, torch.bfloat16),
        ("cpu", {}, torch.float32),
    ],
)
def test_auto_format_goes_by_the_hardware(
    machine: Callable[..., Any], device: str, kind: dict[str, Any], dtype: torch.dtype
) -> None:
    machine(**kind)
    assert choose_dtype(torch.device(device)) == dtype


def test_auto_format_without_torchs_private_question(
    machine: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    machine()
    monkeypatch.delattr(torch.cpu, "_is_amx_tile_supported")
    assert choose_dtype(torch.device("cpu")) == torch.float32


def test_a_format_can_be_demanded() -> None:
    for name in ("float32", "bfloat16", "float16"):
        assert choose_dtype(torch.device("cpu"), name) == getattr(torch, name)
    for name in ("int8", "float", "cuda"):
        with pytest.raises(UsageError, match="--dtype"):
            choose_dtype(torch.device("cpu"), name)


def test_autocast_computes_in_the_format() -> None:
    layer, values = torch.nn.Linear(4, 4), torch.randn(2, 4)
    with autocast(torch.device("cpu"), torch.bfloat16):
        assert layer(values).dtype == torch.bfloat16
        for none in (None, torch.float32):  # also within another context
            with autocast("cpu", none):
                assert layer(values).dtype == torch.float32
    with autocast(torch.device("cpu"), torch.float32):
        assert layer(values).dtype == torch.float32
    assert devices.__all__ == sorted(devices.__all__)
