"""The public interface: light to import, true to its list, and never hidden by a module."""

from __future__ import annotations

import importlib
import subprocess
import sys
from types import ModuleType

import pytest
from source import PACKAGE, ROOT, modules

import musivid

# Packages whose names are loaded when they are asked for: the public interface, and the doors.
LAZY = [
    ".".join(stub.parent.relative_to(ROOT).parts) for stub in sorted(PACKAGE.rglob("__init__.pyi"))
]


def test_importing_it_is_light() -> None:
    code = "import sys, musivid; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert loaded.returncode == 0, loaded.stderr
    heavy = {"numpy", "torch", "av", "pydantic", "yaml", "typer"}
    assert not heavy & set(loaded.stdout.split())


@pytest.mark.parametrize("package", LAZY)
def test_no_module_hides_what_a_package_offers(package: str) -> None:
    """Whatever was imported before, each name is the function or class of its list."""
    for module in modules():
        if module.path.name != "__main__.py":
            importlib.import_module(module.name)
    door = importlib.import_module(package)
    for name in door.__all__:
        assert not isinstance(getattr(door, name), ModuleType), f"{package}.{name}"
        assert getattr(door, name) is getattr(door, name)
    assert set(door.__all__) <= set(dir(door))


def test_settings_may_be_plain_values() -> None:
    preset = musivid.load_preset("video", "tiny", {"output.size": "32x32", "keys.every_s": 2})
    assert (preset.output.size, preset.keys.every_s) == ("32x32", 2.0)
    with pytest.raises(musivid.MusividError, match=r"seed=-1: seed: .*\n.*nearest: output"):
        musivid.load_preset("video", "tiny", {"seed": -1, "outpt.size": "32x32"})
