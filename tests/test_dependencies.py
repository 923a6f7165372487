"""What is installed is used, and what is used is installed; read from the source."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import metadata

import pytest
from source import ROOT, Module, each_module, modules

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ALL = {module.name: module for module in modules()}
# What the project was asked to be built on.
NAMED = ("typer", "rich", "torch", "torchaudio", "wav2clip", "open-clip-torch",
         "taming-transformers-rom1504", "librosa", "miditoolkit", "ffmpeg-python",
         "pyyaml")  # fmt: skip
# Rooms that stand on an extra.
EXTRAS = {
    "farm": "farm",
    "footage": "footage",
    "interchange": "editors",
    "pocket": "pocket",
    "serving": "studio",
    "studies": "studio",
    "web": "studio",
}
# Dependencies without an import, and what in musivid or in another package needs them.
WITHOUT_IMPORT = {
    "torchvision": "open-clip-torch requires it; the release must be the one made for this torch",
    "einops": "taming.modules.vqvae.quantize imports it, and the package does not require it",
    "pretty-midi": "musivid.score.synthesis.sampler plays the SoundFont that its wheel holds",
}


def canonical(name: str) -> str:
    """The name of a distribution in the one form that compares."""
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(*extras: str) -> set[str]:
    """Distributions that pyproject names, with those of some extras."""
    lines = PROJECT["dependencies"] + [
        line for extra in extras for line in PROJECT["optional-dependencies"][extra]
    ]
    return {canonical(re.split(r"[^\w.-]", line)[0]) for line in lines}


@cache
def distributions() -> dict[str, set[str]]:
    """Which distributions an imported name may come from."""
    found = metadata.packages_distributions()
    return {name: {canonical(owner) for owner in owners} for name, owners in found.items()}


def imports(tree: ast.AST) -> Iterator[str]:
    """Dotted names that code imports when it runs, not only for types."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        if isinstance(child, ast.Import):
            yield from (alias.name for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            yield from (f"{child.module}.{alias.name}" for alias in child.names)
        yield from imports(child)


@cache
def foreign(module: str) -> set[str]:
    """Packages from outside that a module imports when it runs."""
    tops = {name.partition(".")[0] for name in imports(ALL[module].tree)}
    return tops - sys.stdlib_module_names - {"musivid"}


def offered(module: Module) -> Iterator[str]:
    """Modules whose names a door offers, by the list beside it."""
    stub = module.path.with_suffix(".pyi")
    if stub.exists():
        for node in ast.walk(ast.parse(stub.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                yield f"{module.name}.{node.module}" if node.level else str(node.module)


def next_modules(module: Module) -> Iterator[str]:
    """Modules of musivid that a module imports, or names in a text to import them late."""
    late = (
        node.value.partition(":")[0]
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    for name in (*imports(module.tree), *late, *offered(module)):
        while name and name not in ALL:
            name = name.rpartition(".")[0]
        while name:  # a package runs before what is inside
            yield name
            name = name.rpartition(".")[0]


@cache
def reached() -> set[str]:
    """Modules that commands lead to."""
    found: set[str] = set()
    left = {name for name in ALL if name.startswith("musivid.commands.")} | {"musivid.cli"}
    while left:
        found |= left
        left = {other for name in left for other in next_modules(ALL[name])} - found
    return found


def users(distribution: str, among: set[str]) -> list[str]:
    """Modules of `among` that import something of a distribution."""
    names = {name for name, owners in distributions().items() if distribution in owners}
    return sorted(name for name in among if foreign(name) & names)


def test_commands_lead_to_networks_but_not_to_the_workshop() -> None:
    assert not [name for name in reached() if name.startswith("musivid.pocket")]
    assert {"musivid.nets.vqgan.model", "musivid.nets.wav2clip", "musivid.core.run"} <= reached()


@pytest.mark.parametrize("distribution", NAMED)
def test_the_named_packages_are_used_by_commands(distribution: str) -> None:
    assert distribution in declared()
    assert users(distribution, reached()), f"{distribution} is imported nowhere"


@each_module
def test_what_is_imported_is_declared(module: Module) -> None:
    known = declared(*[extra for room, extra in EXTRAS.items() if module.part == room])
    for name in foreign(module.name):
        owners = distributions().get(name)
        if owners is None:  # of the extra, which need not be installed
            owners = {canonical(name)}
        assert owners & known, f"{module.name} imports {name}, which pyproject does not name"


@pytest.mark.parametrize("distribution", sorted(declared()))
def test_what_is_declared_is_imported_or_has_a_reason(distribution: str) -> None:
    used = users(distribution, {name for name in ALL if ALL[name].part != "pocket"})
    assert bool(used) != (distribution in WITHOUT_IMPORT), used


def test_reasons_hold() -> None:
    assert WITHOUT_IMPORT.keys() <= declared()
    needs = {canonical(line) for line in metadata.requires("open_clip_torch") or ()}
    assert "torchvision" in needs
    assert not [line for line in metadata.requires("taming-transformers-rom1504") or ()
                if canonical(line).startswith("einops")]  # fmt: skip
    table = (ROOT / "models/registry.yaml").read_text(encoding="utf-8")
    assert "file: pretty_midi/TimGM6mb.sf2" in table


@pytest.mark.parametrize("distribution", sorted(declared("studio", "editors", "farm")))
def test_dependencies_have_a_tested_version_and_a_licence(distribution: str) -> None:
    """As CONTRIBUTING asks for: a pin for each Python, and a line in THIRD_PARTY."""
    for path in sorted((ROOT / "constraints").glob("*.txt")):
        pins = {canonical(line.partition("==")[0]) for line in path.read_text().splitlines()}
        assert distribution in pins, path.name
    credits = canonical((ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8"))
    called = {"opencv-python-headless": "opencv", "av": "pyav"}.get(distribution, distribution)
    called = {"open-clip-torch": "open-clip-torch", "torch": "pytorch"}.get(called, called)
    assert called in credits
