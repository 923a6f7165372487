"""Verbs that are sung, as actions that happen: found by their forms, unless they are denied."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from musivid.living.denial import denied_ending, is_denied
from musivid.living.lettering.layout import split_words
from musivid.settings.yamltext import read_plain_yaml

__all__ = ["action_names", "find_verbs", "forms_of"]

_VOWELS = "aeiou"
_SPANISH_AR = "o as a amos an é aste ó aron ando ado ada aba abas aban aré ará arán ar e es en"
_SPANISH_ER = (
    "o es e emos en í iste ió ieron iendo ido ida ía ían eré erá erán iré irá er ir a as an imos"
)
_PORTUGUESE_ER = (
    "o es e emos em i eu iu eram iram endo indo ido ida ia iam erei erá irá er ir a as am imos"
)
_ENDINGS = {  # of regular verbs, by language and the end of their base
    ("es", "ar"): _SPANISH_AR,
    ("es", "er"): _SPANISH_ER,
    ("es", "ir"): _SPANISH_ER,
    ("pt", "ar"): "o as a amos am ei ou aram ando ado ada ava avam arei ará arão ar e em",
    ("pt", "er"): _PORTUGUESE_ER,
    ("pt", "ir"): _PORTUGUESE_ER,
    ("fr", "er"): "e es ons ez ent ais ait aient èrent erai era erons eront er é ée és ées ant",
    ("fr", "ir"): "is it issons issez issent issait issaient ira irai iront ir i ie issant",
    (
        "it",
        "are",
    ): "o i a iamo ate ano avo ava avano ò arono erò erà eranno ando ato ata ati ate are",
    ("it", "ere"): "o i e iamo ete ono evo eva evano erò erà eranno endo uto uta ere",
    ("it", "ire"): "o i e iamo ite ono ivo iva ivano ì irono irò irà endo ito ita ire",
}
_GERMAN = ["e", "st", "t", "et", "en", "te", "test", "ten", "tet", "ete", "end", "ende", "enden"]
_SIGNS = ("ja", "zh")  # languages whose words are rows of signs
_KANA = re.compile(r"[\u3040-\u30ff]")
_MARKED = re.compile(r"[\u0400-\u06ff\u0900-\u097f]")  # scripts whose marks are not read
_ELIDED = 3  # letters of a word behind an apostrophe: s'envole, but not don't


def action_names() -> tuple[str, ...]:
    """All actions that words can ask for."""
    return tuple(_table())


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, list[str]]]:
    text = Path(__file__).with_name("verbs.yaml").read_text(encoding="utf-8")
    table: dict[str, dict[str, list[str]]] = read_plain_yaml(text).data
    return table


def forms_of(verb: str, language: str) -> set[str]:
    """The forms of a verb: those that are given, and the regular ones of its base."""
    exact = verb.startswith("=")
    given = [form.replace("=", "").replace("_", " ") for form in verb.split()]
    found = set(given)
    if exact or language in _SIGNS:
        return found
    for base in given[:1]:
        found.update(_regular(base, language))
    return found


def _regular(base: str, language: str) -> Iterator[str]:
    if language == "en":
        yield from _english(base)
    elif language == "de":
        stem = re.sub(r"e?n$", "", base)
        yield from (stem + ending for ending in _GERMAN)
        yield f"ge{stem}t"
    for (spoken, end), endings in _ENDINGS.items():
        if spoken == language and base.endswith(end):
            yield from (base.removesuffix(end) + ending for ending in endings.split())


def _english(base: str) -> Iterator[str]:
    """Sinks, sinking, sinkin, faded, hurries, dropped."""
    if base.endswith("y") and base[-2] not in _VOWELS:
        yield from (base[:-1] + "ies", base[:-1] + "ied")
    hissing = base.endswith(("s", "x", "z", "ch", "sh"))
    yield base + ("es" if hissing else "s")
    stem = base[:-1] if base.endswith("e") and not base.endswith("ee") else base
    short = re.fullmatch(r"[^aeiou]*[aeiou][^aeiouwxy]", base)
    if short:
        stem = base + base[-1]
    yield from (stem + "ing", stem + "in", stem + "ed")


@lru_cache(maxsize=2)
def _by_form(kana: bool) -> dict[tuple[str, ...], str]:
    """Action of each form, as a tuple of words; those of Chinese and Japanese as tuples of signs.

    Args:
        kana: whether signs are Japanese.
    """
    found: dict[tuple[str, ...], str] = {}
    for action, language, verb in _verbs():
        if language == ("zh" if kana else "ja") or verb.endswith("*"):
            continue
        for form in forms_of(verb, language):
            key = tuple(form) if language in _SIGNS else tuple(map(_plain, form.split()))
            found.setdefault(key, action)
    return found


@lru_cache(maxsize=1)
def _by_beginning() -> dict[str, tuple[str, str]]:
    """Action and language of what words may begin with."""
    given = [verb for verb in _verbs() if verb[2].endswith("*")]
    return {
        " ".join(map(_plain, verb.rstrip("*").split("_"))): (action, language)
        for action, language, verb in given
    }


def _verbs() -> Iterator[tuple[str, str, str]]:
    """Action, language and verb, in the order of the table."""
    for action, languages in _table().items():
        for language, verbs in languages.items():
            yield from ((action, language, verb) for verb in verbs)


def _plain(word: str) -> str:
    """A word in lower case without punctuation, and without marks where they are not read."""
    kept = "".join(sign for sign in word.lower() if unicodedata.category(sign)[0] in "LMN_")
    if not _MARKED.search(kept):
        return unicodedata.normalize("NFC", kept)
    from musivid.nets.pocket.forms import bare  # brings torch, which a film is drawn without

    return bare(kept)


def find_verbs(line: str) -> list[tuple[str, int]]:
    """Actions of a line, each with the index of its word as `split_words` counts them."""
    words = split_words(line)
    plain = list(map(_plain, words))
    forms, found, after = _by_form(bool(_KANA.search(line))), [], 0
    longest = max(map(len, forms))
    for index in range(len(words)):
        if index < after:
            continue
        for size in range(min(longest, len(words) - index), 0, -1):
            action, denied = _action(words, plain[index : index + size], index, forms)
            if action is not None:
                if not denied and not is_denied(words, plain, index, index + size):
                    found.append((action, index))
                after = index + size
                break
    return found


def _action(
    words: list[str], part: list[str], index: int, forms: dict[tuple[str, ...], str]
) -> tuple[str | None, bool]:
    """The action of some words, and whether their own endings deny it."""
    if action := forms.get(tuple(part)):
        return action, False
    if len(part) == 1 and len(rest := words[index].replace("\u2019", "'").split("'")) == 2:
        tail = _plain(rest[1])
        if len(tail) >= _ELIDED and (action := forms.get((tail,))):
            return action, False
    text, beginnings = " ".join(part), _by_beginning()
    for size in range(len(text), 1, -1):
        known = beginnings.get(text[:size])
        if known and text[:size].count(" ") == len(part) - 1:
            return known[0], known[1] == "tr" and denied_ending(text[size:])
    return None, False
