"""Verbs that are sung, as actions that happen: found by their forms, unless they are denied."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from musivid.living.lettering.layout import split_words
from musivid.settings.yamltext import read_plain_yaml

__all__ = ["action_names", "find_verbs", "forms_of"]

_VOWELS = "aeiou"
_ENDINGS = {  # of Spanish and Portuguese verbs on -ar, and on -er and -ir
    ("es", "a"): "o as a amos an é aste ó aron ando ado ada aba abas aban aré ará arán ar e es en",
    ("es", "e"): "o es e emos en í iste ió ieron iendo ido ida ía ían eré erá erán iré irá er ir "
                 "a as an imos",
    ("pt", "a"): "o as a amos am ei ou aram ando ado ada ava avam arei ará arão ar e em",
    ("pt", "e"): "o es e emos em i eu iu eram iram endo indo ido ida ia iam erei erá irá er ir "
                 "a as am imos",
}  # fmt: skip
_GERMAN = ["e", "st", "t", "et", "en", "te", "test", "ten", "tet", "ete", "end", "ende", "enden"]
_DENIAL_WORDS = (
    "not no never nothing nobody none without cannot cant wont dont doesnt didnt isnt arent "
    "wasnt werent aint couldnt wouldnt shouldnt hasnt havent neither nor stop stops stopped "
    "stopping quit refuse cease "
    "kein keine keinen keinem keiner nicht nie niemals ohne hört aufhören "
    "nunca jamás sin ningún ninguna tampoco dejar deja dejes parar pares "
    "não sem nem jamais"
)
_DENIALS = frozenset(_DENIAL_WORDS.split())
_DENIED_AFTER = frozenset(("nicht", "nie", "niemals"))
_CHINESE_DENIALS = "不没沒别別無无勿"
_REACH = 4  # words before a verb in which it can be denied
_ENDS = re.compile(r"[.,;:!?…。，！？；]$")


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
    if exact or language == "zh":
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
    else:
        kind = "a" if base.endswith("ar") else "e"
        yield from (base[:-2] + ending for ending in _ENDINGS[language, kind].split())


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


@lru_cache(maxsize=1)
def _by_form() -> dict[tuple[str, ...], str]:
    """Action of each form, as a tuple of words; Chinese ones as tuples of signs."""
    found: dict[tuple[str, ...], str] = {}
    for action, languages in _table().items():
        for language, verbs in languages.items():
            for verb in verbs:
                for form in forms_of(verb, language):
                    key = tuple(form) if language == "zh" else tuple(form.split())
                    found.setdefault(key, action)
    return found


def find_verbs(line: str) -> list[tuple[str, int]]:
    """Actions of a line, each with the index of its word as `split_words` counts them."""
    words = split_words(line)
    plain = [re.sub(r"[^\w]", "", word.lower()) for word in words]
    forms, found, after = _by_form(), [], 0
    longest = max(map(len, forms))
    for index in range(len(words)):
        if index < after:
            continue
        for size in range(min(longest, len(words) - index), 0, -1):
            action = forms.get(tuple(plain[index : index + size]))
            if action is not None:
                if not _denied(words, plain, index, index + size):
                    found.append((action, index))
                after = index + size
                break
    return found


def _denied(words: list[str], plain: list[str], first: int, last: int) -> bool:
    """Whether it is said not to happen; who never stops dancing dances."""
    if plain[first] and ord(plain[first][0]) > 0x2E80:
        before = "".join(plain[max(first - 2, 0) : first])
        return any(sign in before for sign in _CHINESE_DENIALS)
    count = 0
    for index in range(first - 1, max(first - 1 - _REACH, -1), -1):
        if _ENDS.search(words[index]):
            break
        count += plain[index] in _DENIALS
    if count == 0:
        for index in range(last, min(last + _REACH, len(words))):
            if _ENDS.search(words[index - 1]):
                break
            count += plain[index] in _DENIED_AFTER
    return count % 2 == 1
