"""The reader's language, and forms of settings in it.

Settings explain themselves in English; a file a further language says the same again.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from musivid.web.forms import Field, Group
from musivid.web.texts import LANGUAGES, Language, words_of

if TYPE_CHECKING:
    from fastapi import Request

__all__ = ["LANGUAGE", "Tongue", "language_of", "said_in", "spoken", "tongue_of"]

Faults = tuple[tuple[re.Pattern[str], str], ...]

LANGUAGE = "musivid_language"
"""The cookie that remembers a language."""


@dataclass(frozen=True, slots=True)
class Tongue:
    """Forms of settings in a language.

    Attributes:
        groups: by key, name and help.
        settings: by key, help and perhaps name; `*` stands for any part of a key.
        words: by key of a setting, what its choices are called.
    """

    groups: dict[str, dict[str, str]]
    settings: dict[str, dict[str, str]]
    words: dict[str, dict[str, str]]

    def setting(self, key: str) -> dict[str, str]:
        """What is said of a setting."""
        first, _, rest = key.partition(".")
        last = rest.rpartition(".")[2]
        return self.settings.get(key) or self.settings.get(f"{first}.*.{last}", {})


def language_of(request: Request) -> Language:
    """The language that was chosen, else the one that the browser asks for first."""
    asked = (part.strip()[:2].lower()
             for part in request.headers.get("accept-language", "").split(","))  # fmt: skip
    for code in (request.cookies.get(LANGUAGE, ""), *asked):
        if code in LANGUAGES:
            return code  # type: ignore[return-value]
    return "en"


@functools.cache
def tongue_of(language: Language) -> Tongue:
    """What the file of a language says; nothing for English, which settings speak themselves."""
    path = Path(__file__).with_name(f"settings.{language}.yaml")
    if not path.is_file():
        return Tongue({}, {}, {})
    return Tongue(**yaml.safe_load(path.read_text(encoding="utf-8")))


def said_in(language: Language, message: str) -> str:
    """What is wrong with what a page sent, in a language; as it was where nobody has put it so."""
    known = _faults_in(language)
    whole = _said(known, message)
    if whole is not None or not known:
        return whole or message
    return "；".join(_said(known, part) or part for part in message.split("; "))


def _said(known: Faults, message: str) -> str | None:
    for pattern, text in known:
        if found := pattern.fullmatch(message):
            return text.format(**found.groupdict())
    return None


@functools.cache
def _faults_in(language: Language) -> Faults:
    path = Path(__file__).with_name(f"faults.{language}.yaml")
    if not path.is_file():
        return ()
    said: dict[str, str] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return tuple((_pattern(message), text) for message, text in said.items())


def _pattern(message: str) -> re.Pattern[str]:
    """What a message looks like whose `{a}` and `{b}` differ."""
    parts = re.split(r"\{(\w)\}", message)
    marked = (re.escape(part) if n % 2 == 0 else f"(?P<{part}>.*?)" for n, part in enumerate(parts))
    return re.compile("".join(marked), re.DOTALL)


def spoken(groups: Sequence[Group], language: Language) -> list[dict[str, Any]]:
    """A form in a language, in JSON types."""
    return [_group(group, language) for group in groups]


def _group(group: Group, language: Language) -> dict[str, Any]:
    texts, said = words_of(language), tongue_of(language).groups.get(group.name, {})
    plain = group.name.replace(".", " · ").replace("_", " ")
    return {
        "name": said.get("name") or texts.get(f"group.{group.name}", plain),
        "help": said.get("help", group.help),
        "fields": list(_fields(group.fields, language)),
    }


def _fields(fields: Sequence[Field], language: Language) -> Iterator[dict[str, Any]]:
    texts, tongue = words_of(language), tongue_of(language)
    for field in fields:
        said = tongue.setting(field.key)
        name = texts.get(f"set.{field.key}") or said.get("name", field.label)
        shown = replace(field, label=name, help=said.get("help", field.help)).shown()
        words = tongue.words.get(field.key, {})
        shown["names"] = {
            word: named for word in field.choices
            if (named := words.get(word) or texts.get(f"word.{field.key}.{word}"))
        }  # fmt: skip
        yield shown
