"""XML as a tree that knows its lines; entities of its own are refused, however it means them."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from musivid.interchange.marks import Source, Unreadable

__all__ = ["Tree", "parse_xml", "root_name"]

_DEEPEST = 200  # elements within elements; editors nest a tenth as deep
_MOST = 2_000_000  # elements of a file


@dataclass(frozen=True, slots=True)
class Tree:
    """A document.

    Attributes:
        root: its outermost element.
        lines: where each element begins, from 1.
    """

    root: Element
    lines: dict[Element, int]

    def line(self, element: Element) -> int:
        """Where an element begins."""
        return self.lines[element]


class _Builder:
    """Takes what expat finds."""

    def __init__(self) -> None:
        self.builder, self.lines = TreeBuilder(), dict[Element, int]()
        self.depth = 0
        # Bytes go to expat as UTF-8, whatever the document says that it was in.
        self.parser = expat.ParserCreate("utf-8")
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.builder.data
        self.parser.EntityDeclHandler = self.entity
        self.parser.AttlistDeclHandler = self.usual

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        line = self.parser.CurrentLineNumber
        self.depth += 1
        if self.depth > _DEEPEST or len(self.lines) >= _MOST:
            raise Unreadable(
                line,
                f"more than {_DEEPEST} levels or {_MOST:,} elements",
                "No editor writes that; export the file again.",
            )
        self.lines[self.builder.start(tag, attributes)] = line

    def end(self, tag: str) -> None:
        self.depth -= 1
        self.builder.end(tag)

    def usual(self, *said: object) -> None:
        raise Unreadable(
            self.parser.CurrentLineNumber,
            f"it declares attributes, of {str(said[0])[:40]!r}, which would stand in each element",
            "Export the file again from the editor.",
        )

    def entity(self, *said: object) -> None:
        raise Unreadable(
            self.parser.CurrentLineNumber,
            f"it declares an entity, {str(said[0])[:40]!r}, which no editor does",
            "Export the file again from the editor.",
        )


def parse_xml(source: Source) -> Tree:
    """The tree of a document; a bare DOCTYPE is passed over.

    Raises:
        Unreadable: no well-formed XML, entities, or far too much of it.
    """
    made = _Builder()
    try:
        made.parser.Parse(source.text.encode("utf-8", "replace"), True)
        return Tree(made.builder.close(), made.lines)
    except expat.ExpatError as error:
        raise Unreadable(
            error.lineno,
            f"the XML is damaged: {expat.ErrorString(error.code)}",
            "The file may be cut off; export it again.",
        ) from None


def root_name(source: Source) -> str:
    """The name of the outermost element, as far as the beginning shows it; empty: no XML."""
    text = source.text[:20_000].lstrip()
    if not text.startswith("<"):
        return ""
    while text.startswith(("<?", "<!--", "<!")):
        end = "?>" if text.startswith("<?") else "-->" if text.startswith("<!--") else ">"
        if text.startswith("<!DOCTYPE") and "[" in text.split(">", 1)[0]:
            end = "]>"
        _, found, text = text.partition(end)
        text = text.lstrip()
        if not found:
            return ""
    words = text[1:].split(">", 1)[0].split(maxsplit=1) if text[:1] == "<" else []
    return words[0].rstrip("/") if words else ""
