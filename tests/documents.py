"""The project's Markdown: its links, code blocks, and words in backticks, for tests about them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from source import ROOT

_FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"(?:^(?: {4}|\t).*\n?)+", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_SHELL = {"", "sh", "bash", "console"}


@dataclass(frozen=True)
class Document:
    """A page, by its path below the root."""

    path: Path

    def __str__(self) -> str:
        return str(self.path.relative_to(ROOT))

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @property
    def blocks(self) -> list[tuple[str, str]]:
        """Language and text of each fenced block."""
        return _FENCE.findall(self.text)

    @property
    def prose(self) -> str:
        """All but fenced and indented blocks."""
        return _INDENTED.sub("", _FENCE.sub("", self.text))

    @property
    def spans(self) -> list[str]:
        """What stands in backticks."""
        return [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", self.prose)]

    @property
    def anchors(self) -> set[str]:
        """What a link may name after #, as the usual hosts make it of headings."""
        titles = re.findall(r"^#+ (.+)$", _FENCE.sub("", self.text), re.MULTILINE)
        return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}

    def links(self) -> Iterator[str]:
        """Where links and pictures lead within the repository."""
        for target in _LINK.findall(_FENCE.sub("", self.text)):
            if not target.startswith(("http:", "https:", "mailto:")):
                yield target

    def shell_lines(self) -> Iterator[list[str]]:
        """Each line of shell as its words; comments are left out, continued lines are joined."""
        blocks = [text for language, text in self.blocks if language in _SHELL]
        blocks += _INDENTED.findall(_FENCE.sub("", self.text))
        for line in "\n".join(blocks).replace("\\\n", " ").splitlines():
            try:
                words = shlex.split(line, comments=True)
            except ValueError:  # what a program prints, not what is typed
                continue
            if words:
                yield words


def documents() -> list[Document]:
    """Every page that is kept, but for those that nobody wrote here."""
    kept = [
        *ROOT.glob("*.md"),
        *(p for f in ("docs", "examples", "models") for p in (ROOT / f).rglob("*.md")),
    ]
    return [Document(path) for path in sorted(kept)]
