"""Mutants: the ways in which one place of the source is broken for `bench/mutate.py`.

Operators: comparisons become their opposites, and a bound on something counted moves by one;
arithmetic is exchanged; numbers grow by one; `and`, `or`, `not`, True and False are turned round;
a result becomes None; a slice loses an end. Text, annotations, `__all__` and what is raised stay,
and so do words to libraries that check or copy but change no result.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Mutant", "find_mutants"]

_OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE, ast.LtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
# Two measured numbers are hardly ever equal; two counts are.
_BOUND: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt
}  # fmt: skip
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult, ast.Pow: ast.Mult,
}  # fmt: skip
# `zip(..., strict=True)` asserts, `copy=False` saves memory.
_IDLE_KEYWORDS = ("copy", "strict")


@dataclass(frozen=True, slots=True)
class Mutant:
    """One place broken in one way.

    Attributes:
        path: the file, from the root of the repository.
        line: number of the line, from 1.
        lines: of the statement that it stands in: from, to.
        scope: dotted name of the function; empty at the level of a module or class.
        names: what the statement assigns, where it stands outside functions.
        operator: the kind of change.
        before: the broken expression as it was.
        after: the same broken.
        number: which of equal ones in its scope.
    """

    path: str
    line: int
    lines: tuple[int, int]
    scope: str
    names: tuple[str, ...]
    operator: str
    before: str
    after: str
    number: int

    @property
    def key(self) -> str:
        """A name that it keeps when lines move."""
        return f"{self.path}::{self.scope}::{self.before} -> {self.after}#{self.number}"

    def __str__(self) -> str:
        """The place and the change, in a line."""
        return f"{self.path}:{self.line}: {self.before}  ->  {self.after}"

    def source(self, root: Path) -> str:
        """The file with this place broken.

        Raises:
            LookupError: there is no such place (any more).
        """
        tree = ast.parse((root / self.path).read_text())
        for found, node, new in _changes(tree, self.path):
            if found.key == self.key:
                _replace(tree, node, new)
                return ast.unparse(ast.fix_missing_locations(tree))
        raise LookupError(self.key)


def find_mutants(root: Path, path: Path) -> list[Mutant]:
    """All mutants of a file, in the order of the source."""
    tree = ast.parse(path.read_text())
    return [mutant for mutant, _, _ in _changes(tree, path.relative_to(root).as_posix())]


def _replace(tree: ast.AST, old: ast.AST, new: ast.AST) -> None:
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, name, new)
            elif isinstance(value, list) and any(item is old for item in value):
                setattr(parent, name, [new if item is old else item for item in value])


def _changes(tree: ast.AST, path: str) -> Iterator[tuple[Mutant, ast.AST, ast.AST]]:
    seen: dict[str, int] = {}
    for node, statement, scope, names in _places(tree, None, "", ()):
        for operator, new in _broken(node):
            before, after = ast.unparse(node), ast.unparse(new)
            label = f"{scope}::{before} -> {after}"
            seen[label] = seen.get(label, -1) + 1
            lines = (statement.lineno, statement.end_lineno or statement.lineno)
            line = getattr(node, "lineno", statement.lineno)
            yield (
                Mutant(path, line, lines, scope, names, operator, before, after, seen[label]),
                node,
                new,
            )


def _places(
    node: ast.AST, statement: ast.stmt | None, scope: str, names: tuple[str, ...]
) -> Iterator[tuple[ast.AST, ast.stmt, str, tuple[str, ...]]]:
    """Every expression that may be broken, with its statement, scope and assigned names."""
    if isinstance(node, ast.Raise | ast.Assert | ast.JoinedStr | ast.Import | ast.ImportFrom):
        return
    if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
        return
    if isinstance(node, ast.keyword) and node.arg in _IDLE_KEYWORDS:
        return
    if isinstance(node, ast.stmt):
        statement = node
        if not scope and isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = tuple(n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name))
            if names == ("__all__",):
                return
    if statement is not None:
        yield node, statement, scope, names
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        scope = f"{scope}.{node.name}".lstrip(".")
        children: list[ast.AST] = [*node.args.defaults, *filter(None, node.args.kw_defaults)]
        children += node.body
    elif isinstance(node, ast.AnnAssign):
        children = [node.value] if node.value else []
    elif isinstance(node, ast.ClassDef):
        children = list(node.body)
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    else:
        children = list(ast.iter_child_nodes(node))
    for child in children:
        yield from _places(child, statement, scope, names)


def _broken(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """The ways in which one node is broken: kind of change, new node."""
    match node:
        case ast.Compare(ops=[operator], comparators=[right]):
            yield "comparison", _with(node, ops=[_OPPOSITE[type(operator)]()])
            if type(operator) in _BOUND and (_counts(node.left) or _counts(right)):
                yield "comparison", _with(node, ops=[_BOUND[type(operator)]()])
        case ast.BinOp(op=operator) | ast.AugAssign(op=operator) if type(operator) in _ARITHMETIC:
            text = [n for n in ast.walk(node) if isinstance(n, ast.Constant | ast.JoinedStr)]
            if not any(isinstance(n, ast.JoinedStr) or isinstance(n.value, str) for n in text):
                yield "arithmetic", _with(node, op=_ARITHMETIC[type(operator)]())
        case ast.BoolOp():
            yield "boolean", _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=inner):
            yield ("boolean" if isinstance(node.op, ast.Not) else "arithmetic"), inner
        case ast.Constant(value=bool(value)):
            yield "boolean", ast.Constant(not value)
        case ast.Constant(value=int(value) | float(value)):
            yield "constant", ast.Constant(value + 1)
        case ast.Return(value=ast.expr() as value) if ast.unparse(value) not in ("None", "False"):
            yield "return", _with(node, value=ast.Constant(None))
        case ast.Slice():
            for end in ("lower", "upper"):
                bound = getattr(node, end)
                if bound is not None and ast.unparse(bound) != "0":
                    yield "slice", _with(node, **{end: None})


def _counts(node: ast.expr) -> bool:
    """Whether an expression is a count: a whole number, or a length."""
    if isinstance(node, ast.Call):
        return ast.unparse(node.func) == "len"
    return isinstance(node, ast.Constant) and isinstance(node.value, int)


def _with(node: ast.AST, **changes: object) -> ast.AST:
    new = copy.copy(node)
    for name, value in changes.items():
        setattr(new, name, value)
    return new
