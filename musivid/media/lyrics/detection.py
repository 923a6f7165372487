"""Which old encoding bytes are in: charset-normalizer says which fit, letters which is meant.

Lyrics are short: too short for the statistics of languages by which detectors choose among those
encodings in which a text is no mess. So what is left is weighed by how likely its letters are.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise

__all__ = ["encoding_title", "likely_encoding"]

_SAMPLE_BYTES = 60_000  # more says nothing new
_RARE = 1e-6  # how often a letter comes that the writing does not use
_CAPITAL = 0.12  # how often a letter is a capital
_MESS = 10.0  # what a mess of 1, as charset-normalizer measures it, costs beside likelihood

# The letters beyond ASCII of those who write in an encoding, the most frequent first.
_LATIN = "éàèñáíóçêüöäßôîâúûùëïœãõøåæ’«»–—“”…‘¿¡ "
_ALPHABETS = {
    "cp1252": _LATIN,
    "mac_roman": _LATIN,
    "cp1250": "áíéěšřžčęąłóýśżćńźůúťďňöüőűäăîâşţß’„”–—…",
    "cp1254": "ıüşçöğâîû’–—“”…",
    "cp1251": "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъёіїєґ«»–—…№",
    "koi8_r": "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",
    "mac_cyrillic": "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё«»–—…",
    "cp1253": "αοιετσνηυρπκμλςωδγθάφχβξίέόύήώζψϊϋΐΰ’«»–—…",
    "cp1256": "ايلمنوترهبعدسفقكحجشصةطخذىأضزءثغإظئآؤپچگژ،؟ًَُِّْ",
    "cp1255": "יוהלאמרתבשנםכדעחפקגטסןזצךףץְִֵַָּׁ־",
    "cp874": "านรอกเงมยลวดท่้สตะปบคหัพชิีแขใไจำุูโถผซธณฉศษ์ึืฟฝภญฐ็ฮๆฎฬฏฤ๊๋",
}
# Of two-byte encodings: shares of the text that blocks of its characters have, and their sizes.
_HIRAGANA, _KATAKANA, _HANGUL = (0x3041, 0x3096), (0x30A1, 0x30FC), (0xAC00, 0xD7A3)
_MARKS = "，。、！？：；「」『』（）《》…～　・ー—“”‘’"
_TITLES = {
    "gb18030": "GBK", "big5": "Big5", "cp932": "Shift-JIS", "euc_jp": "EUC-JP", "cp949": "EUC-KR",
    "mac_roman": "Mac Roman", "mac_cyrillic": "Mac Cyrillic", "koi8_r": "KOI8-R",
}  # fmt: skip
_ENCODINGS = ("gb18030", "big5", "cp932", "euc_jp", "cp949", *_ALPHABETS)

# Western text is what is met most; the others are set against it by what their letters say.
_PRIOR = {
    "cp1252": 4.0, "cp1250": 3.0, "cp1251": 1.0, "koi8_r": -1.0, "mac_roman": -2.0,
    "mac_cyrillic": -3.0, "cp874": -6.0,
}  # fmt: skip
_MIXED = 6.0  # what a Latin letter costs that touches one of another writing, or a capital after it
_LEAST = -12.0  # likelihood of a letter on average, below which it is no text of any
_TOUCHING = re.compile(r"[A-Za-z][^\W\d_A-Za-z]|[^\W\d_A-Za-z][A-Za-z]")
_LATIN_ENCODINGS = ("cp1252", "mac_roman", "cp1250", "cp1254")


def encoding_title(name: str) -> str:
    """An encoding as people call it."""
    return _TITLES.get(name, name.replace("cp", "Windows-"))


def likely_encoding(data: bytes) -> str | None:
    """The encoding that bytes are most likely in, as Python calls it; None: none of them fits."""
    from charset_normalizer import from_bytes

    sample = _telling_lines(data)
    fitting = from_bytes(sample, cp_isolation=list(_ENCODINGS), threshold=0.35)
    found = [
        (_likelihood(sample, name, fit.chaos), name)
        for fit in fitting
        for name in fit.could_be_from_charset  # those that read these bytes alike
    ]
    likelihood, name = max(found, default=(-math.inf, ""))
    strange = sum(not letter.isascii() for letter in sample.decode(name or "ascii", "ignore"))
    return name if likelihood > _LEAST * strange else None


def _telling_lines(data: bytes) -> bytes:
    """The lines that are more than ASCII; no line is cut, as a cut would part a character."""
    kept: list[bytes] = []
    size = 0
    for line in data.splitlines():
        if size and size + len(line) > _SAMPLE_BYTES:
            break
        if not line.isascii():
            kept.append(line)
            size += len(line)
    return b"\n".join(kept)


def _likelihood(sample: bytes, encoding: str, mess: float) -> float:
    """The logarithm of how likely the letters beyond ASCII are, of those who write like this."""
    chance = _chance_of(encoding)
    text = sample.decode(encoding, "ignore")
    said = sum(math.log(chance(letter)) for letter in text if not letter.isascii())
    said -= _MIXED * sum(a.islower() and b.isupper() for a, b in pairwise(text))
    if encoding not in _LATIN_ENCODINGS:
        said -= _MIXED * len(_TOUCHING.findall(text))
    return said + _PRIOR.get(encoding, 0.0) - _MESS * mess


def _chance_of(encoding: str) -> Callable[[str], float]:
    """How often a character beyond ASCII comes in texts of an encoding."""
    if encoding in _ALPHABETS:
        return _letter_chance(_ALPHABETS[encoding])
    return {
        "gb18030": _chinese_chance("gb2312", 0xB0, 0xD7),
        "big5": _chinese_chance("big5", 0xA4, 0xC6),
        "cp932": _japanese_chance,
        "euc_jp": _japanese_chance,
        "cp949": _korean_chance,
    }[encoding]


@lru_cache
def _letter_chance(letters: str) -> Callable[[str], float]:
    """By rank, as Zipf has it: the second comes half as often as the first."""
    total = sum(1 / (rank + 3) for rank in range(len(letters)))
    chances = {letter: 1 / (rank + 3) / total for rank, letter in enumerate(letters)}
    for letter, chance in list(chances.items()):
        capital = letter.upper()
        if len(capital) == 1:
            chances.setdefault(capital, chance * _CAPITAL)
    return lambda letter: chances.get(letter, _RARE)


@lru_cache
def _chinese_chance(codec: str, first: int, last: int) -> Callable[[str], float]:
    """Nearly all characters are of the first level, whose lead bytes are known."""
    count = (last - first + 1) * 94

    def chance(letter: str) -> float:
        if letter in _MARKS:
            return 0.1 / len(_MARKS)
        coded = letter.encode(codec, "ignore")
        common = len(coded) == 2 and first <= coded[0] <= last
        return 0.89 / count if common else _RARE

    return chance


def _japanese_chance(letter: str) -> float:
    if letter in _MARKS:
        return 0.08 / len(_MARKS)
    for (low, high), share in ((_HIRAGANA, 0.5), (_KATAKANA, 0.12)):
        if low <= ord(letter) <= high:
            return share / (high - low)
    coded = letter.encode("euc_jp", "ignore")
    common = len(coded) == 2 and 0xB0 <= coded[0] <= 0xCF
    return 0.29 / 2965 if common else _RARE


def _korean_chance(letter: str) -> float:
    if letter in _MARKS:
        return 0.02 / len(_MARKS)
    common = _HANGUL[0] <= ord(letter) <= _HANGUL[1] and letter.encode("euc_kr", "ignore")
    return 0.97 / 2350 if common else _RARE
