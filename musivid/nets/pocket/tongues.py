"""Which language a line is in, and what its words are called in the words tower's own, English."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from musivid.nets.pocket.forms import bare, compound, find_form, stem

__all__ = [
    "NO_RANK",
    "SMALL",
    "Leaning",
    "Reading",
    "Tongue",
    "guess_tongue",
    "lean_of",
    "script_of",
    "split_words",
]

_MARKS = (
    "\u0300-\u036f\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f\u0951-\u0957"
    "\u0962\u0963\u200c\u200d"
)
_SIGN = rf"(?:[^\W\d_]|[{_MARKS}])"
_WORDS = re.compile(rf"{_SIGN}+(?:'{_SIGN}+)?|\d+")
_SCRIPTS = (
    ("ja", "\u3040-\u30ff\uff66-\uff9f"), ("ko", "\uac00-\ud7a3"), ("hi", "\u0900-\u097f"),
    ("ar", "\u0600-\u06ff"), ("ru", "\u0400-\u04ff"), ("zh", "\u3005\u3400-\u9fff"),
)  # fmt: skip
_SCRIPT_SIGNS = [(language, re.compile(f"[{signs}]")) for language, signs in _SCRIPTS]
_LONGEST_PHRASE, _LONGEST_SIGNS = 4, 8
_KATAKANA = re.compile(r"[\u30a0-\u30ff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_HEAVY = re.compile(r"[\u30a1-\u30fa\u3400-\u9fff]+")  # of Japanese, what is no small word
SMALL = 250  # most frequent words, which say nothing to see
# Zipf's law gives how likely a word is by its rank in a list; words that stand in the table of a
# language but not in its list, and words in neither, count as if of these ranks.
_TABLE_RANK, NO_RANK = 4_000, 60_000
_MEANS = 0.5  # what it adds that a language says something by a word, as a power of ten
_ENGLISH = 8_000  # rank up to which an English word is no name, nor borrowed
_NEAR = 2.0  # how much likelier a language may be of whose words nothing is known
_CONTRACTED = ("s", "t", "re", "ll", "ve", "d", "m", "n", "cause", "em", "all", "clock")
_SURE_OF_ONE = 0.7  # what is asked besides of a line of one word, of two a half of it
_SURE = 0.5  # how much likelier than English, as a power of ten, another language must be
# How much likelier a line is in the language of most of its song, as a power of ten.
_SONG = 1.5
_KANA_SHARE = 5  # of lines with Japanese or Chinese signs one in so many has kana in Japanese songs
_HAN_LINES = 4  # from how many on a song whose lines have no kana is Chinese


@dataclass(frozen=True, slots=True)
class Reading:
    """A word of a text as the words tower reads it.

    Attributes:
        said: the word, or a phrase.
        words: what it is called in English; empty: nothing is made of it.
        known: whether it is understood; None: it is one of those that say nothing to see.
    """

    said: str
    words: tuple[str, ...]
    known: bool | None


@dataclass(frozen=True, slots=True)
class Leaning:
    """The languages of a song, towards which its lines lean; empty: none is known.

    Attributes:
        latin: of most of its words in Latin letters.
        han: of signs that Chinese and Japanese share.
        most: of most of its words.
    """

    latin: str = ""
    han: str = ""
    most: str = ""


class Tongue:
    """The words of one language and what they are called in English."""

    def __init__(self, language: str, words: Mapping[str, str], common: Sequence[str]) -> None:
        """Take in a table.

        Args:
            language: code of two letters.
            words: words and phrases, and what each is called; empty: nothing to see.
            common: the most frequent words first.
        """
        self.language = language
        self._words = words
        self._rank = {spelling(word): rank for rank, word in reversed(list(enumerate(common)))}

    @cached_property
    def exact(self) -> dict[str, str]:
        """What plain words are called."""
        found: dict[str, str] = {}
        for word, english in self._words.items():
            key = word if self.language == "ja" else bare(word)
            found.setdefault(key, english)
        return found

    @cached_property
    def stems(self) -> dict[str, str]:
        """What stems are called, and rows of stems."""
        found: dict[str, str] = {}
        for word, english in self._words.items():
            key = " ".join(stem(part, self.language) for part in word.split())
            found.setdefault(key, english)
        return found

    def likelihood(self, words: Sequence[str], *, deep: bool) -> float:
        """Logarithm of how likely it is to meet some words in this language.

        Args:
            words: lower-case, in their own spelling.
            deep: whether forms of known words are known too.
        """
        total, at = 0.0, 0
        while at < len(words):
            size, means = 1, bare(words[at]) in self.exact
            if deep:
                size, english = self._phrase(words[at : at + _LONGEST_PHRASE])
                means = bool(english)
            for word in words[at : at + size]:
                rank = min(self.rank(word), _TABLE_RANK if means else NO_RANK)
                total += _MEANS * means - math.log10(rank + 10)
            at += size
        return total

    def means(self, words: Sequence[str]) -> bool:
        """Whether any of some words says something."""
        return any(reading.words for reading in self.read(" ".join(words)))

    def called(self, word: str) -> str | None:
        """What a word is called in English; None where it is not known."""
        found = find_form(word, self.language, self.exact, self.stems)
        if found is None and "'" in word:  # of French and Italian: l'amour, dell'anima
            found = self.called(word.split("'")[1])
        if found is None and self.language == "de":
            found = compound(word, self._part)
        return found

    def _part(self, word: str) -> str | None:
        """What a part of a compound is called; small words are none."""
        if self.is_small(word):
            return None
        return find_form(word, self.language, self.exact, self.stems) or None

    def read(self, text: str) -> list[Reading]:
        """All words of a text; text of Japanese is cut where the longest known words end."""
        if self.language == "ja":
            return self._cut(unicodedata.normalize("NFKC", text))
        words, found, at = split_words(text), [], 0
        while at < len(words):
            size, english = self._phrase(words[at : at + _LONGEST_PHRASE])
            found.append(self._reading(" ".join(words[at : at + size]), english))
            at += size
        return found

    def _reading(self, said: str, english: str | None) -> Reading:
        if english:
            return Reading(said, tuple(english.split()), True)
        return Reading(said, (), None if english == "" or self.is_small(said) else False)

    def is_small(self, word: str) -> bool:
        """Whether a word is so frequent that it says nothing to see."""
        return self.rank(word) < SMALL

    def rank(self, word: str) -> int:
        """The place of a word among the most frequent ones."""
        return self._rank.get(spelling(word), NO_RANK)

    def _phrase(self, words: Sequence[str]) -> tuple[int, str | None]:
        """How many words the longest known phrase has that a row begins with, and its name."""
        for size in range(len(words), 1, -1):
            exact = " ".join(map(bare, words[:size]))
            if exact in self.exact:
                return size, self.exact[exact]
            if self.language == "ko":
                begun = [key for key in self.exact if " " in key and exact.startswith(key)]
                if begun:
                    return size, self.exact[max(begun, key=len)]
                continue
            stems = " ".join(stem(word, self.language) for word in words[:size])
            if stems in self.stems:
                return size, self.stems[stems]
        return 1, self.called(words[0])

    def _cut(self, text: str) -> list[Reading]:
        """The known words of Japanese, longest first, and what is heavy between them."""
        found, at, rest = [], 0, 0
        while at < len(text):
            for size in range(min(_LONGEST_SIGNS, len(text) - at), 0, -1):
                part = text[at : at + size]
                if part in self.exact and _whole(text, at, at + size):
                    found += _heavy(text[rest:at])
                    found.append(self._reading(part, self.exact[part]))
                    at = rest = at + size
                    break
            else:
                at += 1
        return found + _heavy(text[rest:])


def spelling(word: str) -> str:
    """A word in one spelling, with its accents, which tell languages apart."""
    return unicodedata.normalize("NFC", word.lower()).replace("\u2019", "'")


def split_words(text: str) -> list[str]:
    """Lower-case words of a text that has spaces; marks belong to their letters."""
    return _WORDS.findall(spelling(text))


def script_of(word: str) -> str | None:
    """The language that a word's signs belong to; None: Latin, or another one."""
    return next((language for language, signs in _SCRIPT_SIGNS if signs.search(word)), None)


def _whole(text: str, first: int, last: int) -> bool:
    """Whether a part is no mere piece of a longer word in kana."""
    part = text[first:last]
    if _KATAKANA.fullmatch(part[0]):
        around = text[first - 1 : first] + text[last : last + 1]
        return not _KATAKANA.search(around)
    return last - first > 2 or not all(map(_KANA.fullmatch, part))


def _heavy(text: str) -> list[Reading]:
    return [Reading(part, (), False) for part in _HEAVY.findall(text)]


def guess_tongue(
    words: Sequence[str],
    tongues: Mapping[str, Tongue],
    english: Mapping[str, int],
    song: str = "",
) -> str:
    """The language of words in Latin letters, `en` where none is clearly likelier.

    Args:
        words: lower-case.
        tongues: those that there are tables or lists of.
        english: rank of each English word, by how frequent it is.
        song: the language of most lines of their song; empty: not known.
    """
    ranks = [_english_rank(word, english) for word in words]
    own = sum(_MEANS * (rank < _ENGLISH) - math.log10(rank + 10) for rank in ranks)
    own += _SONG * (song == "en")
    latin = [code for code in tongues if code not in dict(_SCRIPTS)]
    quick = [tongues[code].likelihood(words, deep=False) for code in latin]
    sure = max(quick, default=own) <= own and max(ranks, default=0) < NO_RANK
    if sure and song in ("", "en"):
        return "en"  # forms need not be looked up
    likely = {code: tongues[code].likelihood(words, deep=True) for code in latin}
    least = own + _SURE + _SURE_OF_ONE / max(len(words), 1)
    if song in likely:
        likely[song] += _SONG + least - own
    likely = {code: value for code, value in likely.items() if value > least}
    reads = [code for code in likely if tongues[code].means(words)]
    near = [code for code in reads if likely[code] > max(likely.values()) - _NEAR]
    if not near and max(ranks, default=0) < NO_RANK:
        return "en"
    return max(near or [*likely, "en"], key=lambda code: likely.get(code, least))


def lean_of(spoken: Sequence[Sequence[tuple[str, str | None, str]]]) -> Leaning:
    """The languages of a song.

    Args:
        spoken: of each line, its words, the languages that their signs belong to (None: Latin
            ones), and the languages that they would be in if the line stood alone.
    """
    latin: Counter[str] = Counter()
    every: Counter[str] = Counter()
    kana = han = 0
    for line in spoken:
        scripts = {script for _, script, _ in line}
        kana, han = kana + ("ja" in scripts), han + bool(scripts & {"ja", "zh"})
        every.update(code for _, _, code in line)
        latin.update(code for _, script, code in line if script is None)
    shared = ""
    if kana and kana * _KANA_SHARE >= han:
        shared = "ja"
    elif not kana and han >= _HAN_LINES:
        shared = "zh"
    return Leaning(_majority(latin), shared, _majority(every))


def _majority(votes: Counter[str]) -> str:
    """What more than half are for; empty: nothing."""
    [(code, count)] = votes.most_common(1) or [("", 0)]
    return code if 2 * count > votes.total() else ""


def _english_rank(word: str, english: Mapping[str, int]) -> int:
    """The place of a word among the most frequent English ones; l'amour is none."""
    head, _, rest = word.partition("'")
    if rest and rest not in _CONTRACTED:
        return NO_RANK
    return english.get(head, NO_RANK)
