"""What is installed: a wheel with presets and weights, and a program that leads to main()."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from source import ROOT

from musivid import __version__
from musivid.weights.files import inspect_weights
from musivid.weights.registry import ModelSpec, locate_model, model_specs

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
POCKET = [spec for spec in model_specs().values() if spec.name.startswith("pocket-")]


def test_versions_agree() -> None:
    assert PROJECT["project"]["version"] == __version__
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "## [Unreleased]" in changes


def test_the_program_leads_to_main() -> None:
    assert PROJECT["project"]["scripts"] == {"musivid": "musivid.cli:main"}
    (script,) = metadata.entry_points(group="console_scripts", name="musivid")
    from musivid.cli import main

    assert script.load() is main


def test_the_readme_is_real() -> None:
    text = (ROOT / PROJECT["project"]["readme"]).read_text(encoding="utf-8")
    assert "make demo" in text and "make test" in text


@pytest.mark.parametrize("spec", POCKET, ids=lambda spec: spec.name)
def test_shipped_weights_are_whole(spec: ModelSpec) -> None:
    path = locate_model(spec)
    assert path is not None
    assert inspect_weights(path) == "ok"


def test_shipped_weights_are_small() -> None:
    assert sum(locate_model(spec).stat().st_size for spec in POCKET) <= 40e6


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", str(folder), str(ROOT)],
        check=True,
        capture_output=True,
    )
    (path,) = folder.glob("*.whl")
    return path


@pytest.mark.slow
def test_wheel_holds_presets_weights_and_types(wheel: Any) -> None:
    with zipfile.ZipFile(wheel) as file:
        names = set(file.namelist())
    expected = {"musivid/py.typed", "musivid/__init__.pyi", "musivid/models/registry.yaml"}
    expected |= {f"musivid/{p.relative_to(ROOT)}" for p in (ROOT / "configs").glob("*/*.yaml")}
    expected |= {f"musivid/models/{spec.file}" for spec in POCKET}
    assert expected <= names
    assert not [n for n in names if n.startswith(("tests/", "bench/", "examples/", "configs/"))]


@pytest.mark.slow
def test_wheel_works_where_nothing_else_is(wheel: Any, tmp_path: Path) -> None:
    """Unpacked far from the checkout, with only its own files, it finds presets and weights."""
    with zipfile.ZipFile(wheel) as file:
        file.extractall(tmp_path / "site")
    code = f"""
import sys
sys.path.insert(0, {str(tmp_path / "site")!r})
import musivid
assert musivid.__file__.startswith({str(tmp_path)!r}), musivid.__file__
from musivid.settings.presets import list_presets, load_preset
from musivid.weights.names import find_file
assert str(find_file("pocket-painter")).startswith({str(tmp_path)!r})
for info in list_presets("video"):
    assert str(info.path).startswith({str(tmp_path)!r})
    load_preset("video", info.name)
assert "dream" in [info.name for info in list_presets("video")]
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path)
