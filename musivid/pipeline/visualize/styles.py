"""Genre words in captions, and the style that a user's table gives to each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from musivid.core.errors import InputError
from musivid.core.paths import config_folder, expanded, means_path, shipped_folder
from musivid.settings.yamltext import YamlFault, read_plain_yaml

__all__ = ["GenreStyle", "GenreStyles", "find_styles", "read_styles"]

_FOLDER = ("visualize", "styles")


@dataclass(frozen=True, slots=True)
class GenreStyle:
    """How pictures of some genres look.

    Attributes:
        words: lower case; any of them in a caption names the genre.
        style: what is added to the prompt.
    """

    words: tuple[str, ...]
    style: str


@dataclass(frozen=True, slots=True)
class GenreStyles:
    """A table of styles, in the order of its file."""

    styles: tuple[GenreStyle, ...]

    def words(self) -> list[str]:
        """All genre words, in the order of the table."""
        return [word for style in self.styles for word in style.words]

    def style_of(self, word: str) -> str:
        """The style of a genre word; empty if the table lacks it."""
        lower = word.lower()
        return next((style.style for style in self.styles if lower in style.words), "")

    def named(self, caption: str) -> list[str]:
        """Genre words in a caption, in the order in which they stand there, each once.

        Whole words only, the longest first: what `reggaeton` takes, `reggae` cannot have.
        """
        words = sorted(self.words(), key=len, reverse=True)
        pattern = "|".join(re.escape(word).replace(r"\ ", r"[\s-]+") for word in words)
        found = re.finditer(rf"(?<!\w)(?:{pattern})(?!\w)", caption.lower())
        known = {re.sub(r"[\s-]+", " ", word): word for word in reversed(words)}
        return list(dict.fromkeys(known[re.sub(r"[\s-]+", " ", hit[0])] for hit in found))

    def first_letters(self, caption: str) -> str:
        """The first word of the table that stands anywhere in a caption, as published, or empty."""
        lower = caption.lower()
        return next((word for word in self.words() if word in lower), "")

    def vote(self, captions: Sequence[str]) -> str:
        """The genre that most captions name; of equals the one named first; empty: none."""
        styles: Counter[str] = Counter()
        first: dict[str, str] = {}
        for caption in captions:
            named = {self.style_of(word): word for word in reversed(self.named(caption))}
            for style in sorted(named, key=lambda style: caption.lower().find(named[style])):
                styles[style] += 1
                first.setdefault(style, named[style])
        return first[styles.most_common(1)[0][0]] if styles else ""


def find_styles(name_or_path: str) -> Path:
    """The file of a table: a path, else the user's own of that name, else the shipped one.

    Raises:
        InputError: there is none.
    """
    folders = [f.joinpath(*_FOLDER) for f in (config_folder(), shipped_folder("configs"))]
    names = {path.stem for folder in folders for path in folder.glob("*.yaml")}
    if means_path(name_or_path, names, (".yaml", ".yml")):
        places = [expanded(name_or_path)]
    else:
        places = [folder / f"{name_or_path}.yaml" for folder in folders]
    for place in places:
        if place.is_file():
            return place
    raise InputError(
        f"there is no table of styles {name_or_path!r}",
        hint=f"Looked for {', '.join(map(str, places))}; the shipped one is called genres.",
    )


def read_styles(path: Path) -> GenreStyles:
    """The table in a YAML file: a list of `words` (one or several) with their `style`.

    Raises:
        InputError: it cannot be read, or with faults: all of them, with their lines.
    """
    try:
        document = read_plain_yaml(path.read_text(encoding="utf-8-sig"))
    except YamlFault as fault:
        raise InputError(f"{path}:{fault.line or 1}: {fault}", hint=_FORM) from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"table of styles {path} cannot be read: {error}") from None
    if not isinstance(document.data, list) or not document.data:
        raise InputError(f"{path}: a table of styles is a list", hint=_FORM)
    faults = [f"{path}:{fault.line}: {fault}" for fault in document.faults]
    styles = []
    for number, row in enumerate(document.data):
        style = _style(row)
        if style is None:
            line = document.lines.get((number,), number + 1)
            faults.append(f"{path}:{line}: entry {number + 1} needs `words` and `style`")
        else:
            styles.append(style)
    if faults:
        raise InputError("\n".join(faults), hint=_FORM)
    return GenreStyles(tuple(styles))


_FORM = "Each entry looks like\n- words: [jazz, swing]\n  style: abstract flowing lines"


def _style(row: Any) -> GenreStyle | None:
    """One entry, or None if it lacks something."""
    if not isinstance(row, dict) or set(row) != {"words", "style"}:
        return None
    words = row["words"] if isinstance(row["words"], list) else [row["words"]]
    plain = tuple(str(word).strip().lower() for word in words if word is not None)
    style = row["style"]
    if not plain or not all(plain) or not isinstance(style, str) or not style.strip():
        return None
    return GenreStyle(plain, style.strip())
