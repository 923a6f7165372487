"""Numbers that measures and music stand on say what they count, and in which unit."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from source import PACKAGE

ROOMS = ("analysis", "metrics", "painting", "pipeline/guidance", "score")
_NOT_SAID = ("fmt:", "noqa", "type:")


def numbers(value: ast.expr) -> Iterator[ast.Constant]:
    """Numbers that a constant is made of, but for those in functions."""
    if isinstance(value, ast.Lambda):
        return
    if isinstance(value, ast.Constant) and type(value.value) in (int, float):
        yield value
    for inner in ast.iter_child_nodes(value):
        if isinstance(inner, ast.expr | ast.keyword):
            yield from numbers(inner.value if isinstance(inner, ast.keyword) else inner)


def unexplained(text: str) -> list[str]:
    """Names of numeric constants without a comment beside or above them, or a docstring below."""
    lines, found = text.splitlines(), []
    body = ast.parse(text).body
    for node, after in zip(body, [*body[1:], None], strict=True):
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
            continue
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        name = ast.unparse(target)
        if not name.isupper() or not any(numbers(node.value)):
            continue
        first = node.lineno - 1
        while first > 0 and lines[first - 1].strip():
            first -= 1
            if lines[first].startswith("#"):
                break
        own = lines[node.lineno - 1 : node.end_lineno]
        beside = [line.partition("#")[2].strip() for line in own]
        if not (
            any(said and not said.startswith(_NOT_SAID) for said in beside)
            or lines[first].startswith("#")
            or (isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant))
        ):
            found.append(name)
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_numeric_constants_say_what_they_are(room: str) -> None:
    files = sorted(PACKAGE.joinpath(room).rglob("*.py"))
    assert files
    silent = {str(file): names for file in files if (names := unexplained(file.read_text()))}
    assert not silent


def test_what_counts_as_said() -> None:
    text = '''
_BARE = 3
_PAIR, _OTHER = 1, -2.5  # fmt: skip

_BESIDE = (1, 2)  # seconds
DOCUMENTED = 5
"""Bars."""
# Of a beat.
_ABOVE = 0.5
_NEXT = 0.25

_TEXT = "a"
_WAYS = {"a": lambda x: x + 1}
small = 3
'''
    assert unexplained(text) == ["_BARE", "(_PAIR, _OTHER)"]
