"""What weather a text speaks of: rain or snow that falls outside, and that it does not deny."""

from __future__ import annotations

import re

from musivid.living.denial import without_denied
from musivid.living.lettering.layout import split_words
from musivid.living.verbs import find_verbs
from musivid.living.weather import Weather

__all__ = ["is_indoors", "weather_in"]

# Beside the verbs and nouns of `verbs.yaml`: words of pictures, in which nothing need be acted out.
_RAINS = (
    "rainy rainfall rainstorm drizzly downpour storm storms stormy thunderstorm thunderstorms "
    "monsoon regnerisch gewitter tormenta tempestade orage tempesta temporale"
)
_SNOWS = (
    "snowy snowfall snowstorm snowflake snowflakes winter wintry blizzard blizzards schneefall "
    "schneesturm verschneit invierno inverno hiver"
)
_WORDS: dict[Weather, frozenset[str]] = {
    "rain": frozenset(_RAINS.split()),
    "snow": frozenset(_SNOWS.split()),
}
_POURS = "pour"  # light and drinks do so as well
# Rain that is none, and snow that is a likeness, or over.
_OTHER = re.compile(
    r"\b(?:(?:golden|silver|paper|meteor) rain\w*|(?:sand|dust|solar|magnetic) storms?"
    r"|(?:as|like) (?:a |the )?(?:rain|snow|storm|winter)\w*"
    r"|after (?:a |the )?(?:rain|snow|storm|winter)\w*"
    r"|(?:rain|snow|storm|winter) (?:is|was|has|had) (?:long )?(?:over|gone|passed|past|stopped))\b"
)
_INDOORS = re.compile(r"\b(?:windows?|indoors?|inside|rooms?|interior|desk|fireplace)\b", re.I)


def is_indoors(text: str) -> bool:
    """Whether a picture of this text is within walls, or looks out."""
    return bool(_INDOORS.search(text))


def weather_in(text: str) -> Weather:
    """What falls in a picture of this text: what it names first; empty: nothing, or indoors."""
    if is_indoors(text):
        return ""
    said = _OTHER.sub(" ", text.lower())
    words = split_words(said)
    found: list[tuple[int, Weather]] = []
    for action, index in find_verbs(said):
        if action in ("rain", "snow") and not words[index].startswith(_POURS):
            found.append((index, "rain" if action == "rain" else "snow"))
    left = re.findall(r"[^\W\d_]+", without_denied(said))
    for index, word in enumerate(words):
        plain = "".join(sign for sign in word if sign.isalpha())
        if plain in left:
            found += [(index, weather) for weather, names in _WORDS.items() if plain in names]
    return min(found, default=(0, ""))[1]
