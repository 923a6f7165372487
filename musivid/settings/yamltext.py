"""Reading YAML that a stranger may have written: plain data only, with the line of every key.

Tags, anchors and aliases are refused (no objects, no bombs), and so are duplicate keys. Only
`true`/`false`, `null` and numbers are more than text: `no`, `1:05` and dates stay what they look
like. `settings/presets.py` is the caller.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from yaml import Node

__all__ = ["PlainYaml", "YamlFault", "read_plain_yaml"]

_MAX_CHARS = 200_000  # of a file; presets are a hundred times smaller
_MAX_DEPTH = 16  # levels of nesting


class YamlFault(ValueError):
    """Text that is not plain YAML; `line` counts from 1, 0 when unknown."""

    def __init__(self, problem: str, line: int = 0) -> None:
        super().__init__(problem)
        self.line = line


@dataclass(slots=True)
class PlainYaml:
    """What a document says.

    Attributes:
        data: dicts, lists, text, numbers, booleans, None.
        lines: line of each key by its path, as `("painting", "steps")`.
        faults: duplicate keys and the like, each with its line; the data is usable without them.
    """

    data: Any = None
    lines: dict[tuple[str | int, ...], int] = field(default_factory=dict)
    faults: list[YamlFault] = field(default_factory=list)


def read_plain_yaml(text: str) -> PlainYaml:
    """What one YAML document says.

    Raises:
        YamlFault: not YAML, too large or deep, or with tags, anchors or aliases.
    """
    import yaml

    if len(text) > _MAX_CHARS:
        raise YamlFault(f"longer than {_MAX_CHARS} characters")
    try:
        _refuse_tricks(text)
        loader = _loader_class()(text)
        node = loader.get_single_node()
        document = PlainYaml()
        if node is not None:
            document.data = _plain(loader, node, (), document)
        return document
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlFault(error.problem or "not YAML", mark.line + 1 if mark else 0) from None
    except yaml.YAMLError as error:
        raise YamlFault(str(error).splitlines()[0]) from None


@functools.cache
def _loader_class() -> Any:
    """SafeLoader with the few implicit types of YAML 1.2's core schema."""
    import yaml

    class PlainLoader(yaml.SafeLoader):
        yaml_implicit_resolvers: dict[str, Any] = {}

    for tag, pattern, first in (
        ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
        ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
        ("int", r"[-+]?(?:0|[1-9][0-9]*)", list("-+0123456789")),
        ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?",
         list("-+.0123456789")),
    ):  # fmt: skip
        PlainLoader.add_implicit_resolver(
            f"tag:yaml.org,2002:{tag}", re.compile(rf"^(?:{pattern})$"), first
        )
    return PlainLoader


def _refuse_tricks(text: str) -> None:
    """Look at the events only, which costs no more than the text is long, before building."""
    import yaml

    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise YamlFault("anchors and aliases are not allowed", line)
        tag = getattr(event, "tag", None)
        if tag is not None:
            raise YamlFault(f"tags are not allowed ({tag})", line)
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _MAX_DEPTH:
            raise YamlFault(f"nested deeper than {_MAX_DEPTH} levels", line)


def _scalar(loader: Any, node: Node) -> Any:
    """Text, number, yes or no, or nothing."""
    try:
        return loader.construct_object(node)
    except ValueError:  # Python reads no numbers of thousands of digits
        digits = len(str(node.value))
        raise YamlFault(f"a number of {digits} digits", node.start_mark.line + 1) from None


def _plain(loader: Any, node: Node, path: tuple[str | int, ...], document: PlainYaml) -> Any:
    """The plain value of a node; lines and faults go into `document`."""
    import yaml

    if isinstance(node, yaml.SequenceNode):
        items = []
        for index, child in enumerate(node.value):
            document.lines[(*path, index)] = child.start_mark.line + 1
            items.append(_plain(loader, child, (*path, index), document))
        return items
    if not isinstance(node, yaml.MappingNode):
        return _scalar(loader, node)
    mapping: dict[str, Any] = {}
    for key_node, child in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            document.faults.append(YamlFault("a key must be plain text", line))
            continue
        key = key_node.value
        if key in mapping:
            first = document.lines[(*path, key)]
            document.faults.append(YamlFault(f"{key!r} is given twice (first: line {first})", line))
            continue
        document.lines[(*path, key)] = line
        mapping[key] = _plain(loader, child, (*path, key), document)
    return mapping
