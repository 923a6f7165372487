"""What modules offer: `__all__` is there, sorted, true and complete; so is the docstring."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator

from source import Module, each_module, modules

NAMES = {module.name for module in modules()}


def defined(module: Module) -> Iterator[str]:
    """Public functions and classes of a module that are meant for others.

    Commands and answers to requests are offered by being registered; a network's inner blocks and
    the many pictures of the pocket world are reached through what gathers them.
    """
    if module.part in ("nets", "pocket"):
        return
    for node in module.tree.body:
        if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name.startswith("_"):
            continue
        if not any(
            re.search(r"\.(command|callback)\(|^router\.", ast.unparse(d))
            for d in node.decorator_list
        ):
            yield node.name


def ruff_order(name: str) -> tuple[bool, bool, str]:
    """Constants, then classes, then the rest; as ruff sorts `__all__`."""
    return (not name.isupper(), not name[0].isupper(), name)


@each_module
def test_all_is_sorted_true_and_complete(module: Module) -> None:
    if module.path.name == "__main__.py":
        return
    loaded = importlib.import_module(module.name)
    offered = getattr(loaded, "__all__", None)
    needed = set(defined(module))
    if offered is None:
        assert not needed, f"{module.name} has no __all__ for {sorted(needed)}"
        return
    is_door = module.path.with_suffix(".pyi").exists()  # sorted by what reads the list beside it
    assert list(offered) == sorted(offered, key=None if is_door else ruff_order), module.name
    assert len(offered) == len(set(offered))
    assert not (missing := [n for n in offered if not hasattr(loaded, n)]), missing
    assert needed <= set(offered), f"{module.name} hides {sorted(needed - set(offered))}"


@each_module
def test_only_what_is_offered_is_taken(module: Module) -> None:
    """Across the borders of packages; within one, modules may share what is theirs."""
    for name, _ in module.imports:
        source, _, taken = name.rpartition(".")
        if source not in NAMES or source == "musivid" or name in NAMES:
            continue
        if source.split(".")[1] == module.part:
            continue
        offered = getattr(importlib.import_module(source), "__all__", ())
        assert taken in offered, f"{module.name} takes {taken} from {source}"


@each_module
def test_a_docstring_says_what_it_holds(module: Module) -> None:
    text = ast.get_docstring(module.tree)
    assert text, module.name
    assert len(text.splitlines()) <= 24, module.name


@each_module
def test_annotations_are_late(module: Module) -> None:
    if any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in module.tree.body):
        assert "from __future__ import annotations" in module.text, module.name
