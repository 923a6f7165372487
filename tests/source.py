"""The project's own source as syntax trees, for tests about its shape."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "musivid"


@dataclass(frozen=True)
class Module:
    """A module of the package."""

    path: Path

    @cached_property
    def name(self) -> str:
        """Its dotted name."""
        parts = self.path.relative_to(ROOT).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def part(self) -> str:
        """The module or package right below musivid that it belongs to."""
        return self.name.split(".")[1] if "." in self.name else "__init__"

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def calls(self) -> tuple[tuple[ast.Call, str], ...]:
        """Each call, with what is called as it is written."""
        calls = (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))
        return tuple((call, ast.unparse(call.func)) for call in calls)

    @cached_property
    def imports(self) -> tuple[tuple[str, bool], ...]:
        """Each imported module, and whether it is imported as soon as this one is."""
        return tuple(_imports(self.tree, True))


def _imports(node: ast.AST, at_once: bool) -> Iterator[tuple[str, bool]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from ((alias.name, at_once) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            assert child.level == 0, "imports are absolute"
            yield from ((f"{child.module}.{alias.name}", at_once) for alias in child.names)
        elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            for part in (*child.body, *child.orelse):
                yield from _imports(ast.Module([part], []), False)
        else:
            inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from _imports(child, at_once and not inside)


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the package, each read once."""
    return tuple(Module(path) for path in sorted(PACKAGE.rglob("*.py")))


def each_module(rule: Callable[[Module], None]) -> Callable[[], None]:
    """Make a rule for a module one test of all modules, which names every one that breaks it.

    A test for each of a thousand modules and rules would take longer to hand out than to run.
    """

    def test() -> None:
        broken = []
        for module in modules():
            try:
                rule(module)
            except AssertionError as error:
                broken.append(f"{module.name}: {error}")
        assert not broken, "\n".join(broken)

    test.__name__, test.__doc__ = rule.__name__, rule.__doc__
    return test
