"""What libraries read from the environment is set once, and what the user set stays."""

from __future__ import annotations

import os
import platform

import pytest

from musivid.core import machine


def test_the_users_own_settings_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_WAIT_POLICY", "ACTIVE")
    monkeypatch.setenv("NUMBA_CPU_NAME", "skylake")
    machine.settle()
    assert os.environ["OMP_WAIT_POLICY"] == "ACTIVE"
    assert os.environ["NUMBA_CPU_NAME"] == "skylake"


def test_one_processor_is_named_for_all_of_an_architecture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NUMBA_CPU_NAME", raising=False)
    monkeypatch.delenv("NUMBA_CPU_FEATURES", raising=False)
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(machine, "_has_avx2", lambda: True)
    machine.settle()
    assert os.environ["NUMBA_CPU_NAME"] == "x86-64-v3"
    assert os.environ["NUMBA_CPU_FEATURES"] == ""


@pytest.mark.parametrize(("name", "avx2"), [("x86_64", False), ("riscv64", True)])
def test_older_and_unknown_ones_are_taken_as_they_are(
    monkeypatch: pytest.MonkeyPatch, name: str, avx2: bool
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: name)
    monkeypatch.setattr(machine, "_has_avx2", lambda: avx2)
    assert machine.kernel_cpu() == ""
