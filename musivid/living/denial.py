"""What a line says is not there or does not happen: negation in fifteen languages."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["denied_ending", "denied_words", "is_denied", "without_denied"]

# Words before what they deny; each turns the sense, so that who never stops goes on.
_TURNING_WORDS = (
    "not no never nothing nobody none without cannot cant wont dont doesnt didnt isnt arent "
    "wasnt werent aint couldnt wouldnt shouldnt hasnt havent neither nor stop stops stopped "
    "stopping quit refuse cease "
    "kein keine keinen keinem keiner nicht nie niemals ohne hört aufhören "
    "nunca jamás sin ningún ninguna tampoco dejar deja dejes parar pares "
    "não sem nem jamais "
    "pas sans arrête arrêter cesse cesser non senza smetti smettere "
    "не нет без перестань хватит "
    "안 못 नहीं मत बिना لا لم لن ليس بلا بدون دون مش "
    "tidak tak jangan bukan tanpa belum nggak gak enggak"
)
_TURNING = frozenset(_TURNING_WORDS.split())
# Words that only stress another denial, or deny where there is none.
_STRESSING_WORDS = "mai nessun nessuno nessuna aucun aucune никогда ни ничто कभी"
_STRESSING = frozenset(_STRESSING_WORDS.split())
_AFTER = frozenset(("nicht", "nie", "niemals", "pas", "jamais", "नहीं", "değil", "yok"))
_KOREAN_AFTER = ("않", "마", "말", "못", "없")
_CHINESE = "不没沒别別無无勿"
_JAPANESE = re.compile(r"(?:ない|なかっ|なく|ずに|ぬ)")
_JAPANESE_REACH = 6  # signs behind a verb's first in which it can be denied
_TURKISH = re.compile(r"[yıiuüaeoö]{0,2}m(?:[ıiuü]yor|[ae](?!k|l[ıi]|y[ae]|s[ıi]|n[ıi]))")
_REACH = 4  # words before a verb in which it can be denied
_ENDS = re.compile(r"[.,;:!?…。，！？；]$")

_ARTICLE_WORDS = "a|an|any|the|of|de|du|des|le|la|les|un|une|ein|eine|el|lo|il|ada|sang"
_ARTICLES = rf"(?:(?:{_ARTICLE_WORDS})\s+|d'|l')*"
_DENIED_WORDS = [
    re.compile(pattern, re.I)
    for pattern in (
        rf"\b(?:no more|no|not|without|never|kein\w*|ohne|nicht|sin|sem|pas|sans|ni|aucune?|senza|"
        rf"nessun[oa]?|non|tidak|tanpa|tiada|bukan|jangan)\s+{_ARTICLES}([\w']+)",
        r"\b(?:без|нет|не|ни)\s+(\w+)",
        r"(?:没有|不)\s*(\w+)",
        r"([\u30a1-\u30fa\u30fc\u3400-\u9fff]+)(?:は|が|の|も|を)?(?:ない|なく|なし|なき)",
        r"(\S+)\s+(?:없|아니)",
        r"(\S+)\s+(?:नहीं|के\s+बिना)",
        r"(?:^|\s)(?:बिना|मत)\s+(\S+)",
        r"(?:^|\s)و?(?:لا|بلا|بدون|دون|ليس|غير)\s+(\S+)",
        r"(\w+)\s+(?:değil|yok|olmadan)\b",
        r"\b(\w{2,})s[ıiuü]z\b",
    )
]


def denied_words(line: str) -> list[str]:
    """The words of a line that are said not to be there: `fire` of "no fire tonight"."""
    return [word for pattern in _DENIED_WORDS for word in pattern.findall(line)]


def without_denied(line: str) -> str:
    """A line without the words that are said not to be there: "no tonight" of "no fire tonight".

    Chinese and Japanese, whose words are not set apart, are left as they are.
    """
    for pattern in _DENIED_WORDS:
        for found in reversed(list(pattern.finditer(line))):
            first, last = found.span(1)
            if line[first] < "\u2e80" or _is_hangul(line[first]):
                line = line[:first] + line[last:]
    return line


def is_denied(words: Sequence[str], plain: Sequence[str], first: int, last: int) -> bool:
    """Whether a verb is said not to happen; who never stops dancing dances.

    Args:
        words: of the line, with their punctuation; signs in Chinese and Japanese.
        plain: the same without it, in lower case.
        first: index of the verb's first word.
        last: index behind its last one.
    """
    if plain[first] and ord(plain[first][0]) > 0x2E80 and not _is_hangul(plain[first]):
        before = "".join(plain[max(first - 2, 0) : first])
        after = "".join(plain[last : last + _JAPANESE_REACH])
        return any(sign in before for sign in _CHINESE) or bool(_JAPANESE.search(after))
    back = _within(words, range(first - 1, max(first - 1 - _REACH, -1), -1), behind=False)
    ahead = _within(words, range(last, min(last + _REACH, len(words))), behind=True)
    if ahead and plain[ahead[0]].startswith(_KOREAN_AFTER) and _is_hangul(plain[ahead[0]]):
        return True
    count = sum(plain[index] in _TURNING for index in back)
    elided = "'" in words[first].replace("’", "'") and plain[first].startswith("n")
    if count == 0:
        count = any(plain[index] in _AFTER for index in ahead)
        count |= any(plain[index] in _STRESSING for index in (*back, *ahead)) or elided
    return count % 2 == 1


def denied_ending(rest: str) -> bool:
    """Whether the endings of a Turkish verb deny it."""
    return bool(_TURKISH.match(rest))


def _within(words: Sequence[str], reach: range, *, behind: bool) -> list[int]:
    """Indices of a reach up to the end of the clause."""
    found = []
    for index in reach:
        if _ENDS.search(words[index - 1] if behind else words[index]):
            break
        found.append(index)
    return found


def _is_hangul(word: str) -> bool:
    return "\uac00" <= word[:1] <= "\ud7a3"
