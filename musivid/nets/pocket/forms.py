"""What forms of one word have in common, by language: stems, endings taken off, parts of compounds.

The stems of seven languages are those of the Snowball project (Porter 2001, snowballstem.org); the
endings of Turkish and Korean, which it has not or only for nouns, are their grammars' usual ones.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import snowballstemmer

__all__ = ["bare", "compound", "find_form", "stem"]

_SNOWBALL = {
    "ar": "arabic", "de": "german", "fr": "french", "hi": "hindi",
    "id": "indonesian", "it": "italian", "ru": "russian",
}  # fmt: skip
_SAME = str.maketrans({"ı": "i", "ँ": "ं", "ى": "ي", "œ": "oe", "ß": "ss"})
_GERMAN = ("test", "ten", "est", "te", "et", "st", "t", "end")  # what its stems keep of verbs
_ARABIC = ("وال", "بال", "فال", "كال", "لل", "ال", "و", "ب", "ل", "ف", "ك")  # and the, by the...
_TURKISH_NOUNS = (  # number, whose, case; with, without, like
    "lar ler i u yi yu si su im um m in un n imiz umuz miz muz iniz unuz niz nuz e a ye ya ne na "
    "de da te ta nde nda den dan ten tan nden ndan nin nun le la yle yla li lu siz suz ki ce ca"
)
_TURKISH_VERBS = (  # now, then, if, while, shall, who does; each with who
    "iyor uyor yor sun uz sunuz di du ti tu k mis mus acak ecek ar er ir ur r sa se ip up arak "
    "erek ken mek mak dik tik duk tuk an en sin elim alim eyim ayim ma me"
)
_TURKISH = frozenset(f"{_TURKISH_NOUNS} {_TURKISH_VERBS}".split())
_TURKISH_DEPTH = 4
_HARD = {"g": "k", "b": "p", "d": "t"}  # how the end of a Turkish stem sounds before no vowel
_PARTICLES = (  # what follows a Korean noun of one sign
    "이 가 은 는 을 를 에 에서 의 도 만 로 으로 와 과 랑 이랑 들 들이 들은 들을 들의 들아 처럼 "
    "보다 위 위에 위로 위를 아래 아래서 속 속에 속에서 속을 속으로 까지 부터 마다 에게 이여 "
    "아 야 이야 이란 이라 같이 같은 조차 마저 뿐 사이 너머 너머로 밖에 앞에 앞에서 곁에"
)
_KOREAN = frozenset(_PARTICLES.split())
_KOREAN_REST = 4  # signs that may follow a longer one
_LEAST_PART = 4  # letters of a German compound's part


def bare(word: str) -> str:
    """A lower-case word without accents and with one sign for each of several spellings."""
    split = unicodedata.normalize("NFD", word.lower())
    bare = "".join(sign for sign in split if not unicodedata.combining(sign))
    return unicodedata.normalize("NFC", bare).translate(_SAME)


@lru_cache(maxsize=8)
def _stemmer(language: str) -> Any:
    return snowballstemmer.stemmer(_SNOWBALL[language])


@lru_cache(maxsize=20_000)
def stem(word: str, language: str) -> str:
    """The bare stem of a word, or the bare word in languages without a stemmer."""
    if language not in _SNOWBALL:
        return bare(word)
    whole = unicodedata.normalize("NFC", word.lower())
    return bare(_stemmer(language).stemWord(whole))


def find_form(
    word: str, language: str, exact: Mapping[str, str], stems: Mapping[str, str]
) -> str | None:
    """What the nearest form of a word is called.

    Args:
        word: of a text.
        language: its code.
        exact: what bare words are called.
        stems: what stems are called.
    """
    key = bare(word)
    if key in exact:
        return exact[key]
    for root in _roots(word, language, exact):
        for table in (stems, exact):
            if root in table:
                return table[root]
    return None


def _roots(word: str, language: str, exact: Mapping[str, str]) -> Iterator[str]:
    """What a word may be a form of, the likeliest first."""
    if language == "tr":
        yield from _turkish(bare(word))
    elif language == "ko":
        yield from _korean(word, exact)
    else:
        yield stem(word, language)
    if language == "ar":
        for joined in _ARABIC:
            if word.startswith(joined) and len(word) - len(joined) > 2:
                yield from (bare(word.removeprefix(joined)), stem(word.removeprefix(joined), "ar"))
    if language == "fr" and word.endswith("ent"):
        yield stem(word.removesuffix("ent") + "er", "fr")
    if language == "de":
        for ending in _GERMAN:
            if word.endswith(ending) and len(word) - len(ending) > 2:
                yield stem(word.removesuffix(ending) + "en", "de")


def _turkish(word: str) -> Iterator[str]:
    """A word with more and more of its endings taken off."""
    seen, level = {word}, [word]
    for _ in range(_TURKISH_DEPTH):
        shorter: list[str] = []
        for form in level:
            for size in range(min(5, len(form) - 2), 0, -1):
                root, ending = form[:-size], form[-size:]
                if ending not in _TURKISH or root in seen:
                    continue
                seen.add(root)
                shorter.append(root)
                yield root
                if root[-1] in _HARD:
                    yield root[:-1] + _HARD[root[-1]]
                if ending.endswith("yor"):  # before which a stem's own vowel is lost
                    yield from (root + "a", root + "e")
        level = shorter


def _korean(word: str, exact: Mapping[str, str]) -> Iterator[str]:
    """Known beginnings of a word, the longest first; a single sign takes particles only."""
    for size in range(len(word) - 1, 0, -1):
        head, rest = word[:size], word[size:]
        if head in exact and (rest in _KOREAN if size == 1 else len(rest) <= _KOREAN_REST):
            yield head


def compound(word: str, known: Callable[[str], str | None]) -> str | None:
    """What a German compound's parts are called, the first of two and the last.

    Args:
        word: which is not known itself.
        known: what a word is called.
    """
    for cut in range(len(word) - _LEAST_PART + 1, _LEAST_PART - 2, -1):
        head, tail = word[:cut], word[cut:]
        if len(head) < _LEAST_PART - 1 or len(tail) < _LEAST_PART - 1:
            continue
        last = known(tail)
        if last is None:
            continue
        for joint in ("", "s", "es", "n", "en"):
            first = known(head.removesuffix(joint)) if head.endswith(joint) else None
            if first is not None:
                return f"{first} {last}"
    return None
