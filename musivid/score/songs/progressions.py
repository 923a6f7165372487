"""Progressions of chords by family of genres, with how they contrast, come home and lead home."""

# ruff: noqa: E501 (tables read better unwrapped)
from __future__ import annotations

from dataclasses import dataclass

__all__ = ["FAMILIES", "Family"]

# Phrases of four bars in Roman numerals; `+` parts a bar. `A` opens, `B` contrasts and ends on a
# dominant, `close` are the last two bars of a phrase that comes home, `lead` is the bar before the
# last chord of all. Those for major thirds, then those for minor.
_TABLE = """
pop    A: I V vi IV; I vi IV V; I V/3 vi IV; I iii vi IV | i VI III VII; i iv VI VII; i v/3 VI VII
pop    B: IV V vi V; vi IV I/3 V; ii vi IV V | VI VII i VII; iv i/3 VI V; VI III iv V
pop    close: IV+V I | VI+VII i
pop    lead: IV+V | iv+V
rock   A: I bVII IV V; I IV vi V; I V ii IV; I bVII vi IV | i VII VI VII; i III VII iv; i VI VII iv
rock   B: vi IV I/3 V; ii IV bVII V; IV V vi V | VI VII i VII; iv VI III VII; VI iv III VII
rock   close: IV+V I | VI+VII i
rock   lead: IV+V | VI+VII
dance  A: vi IV I V; IV V vi I/3; vi V IV V | i VI III VII; i III VI VII; iv VI i VII
dance  B: IV vi V V; ii IV vi V; IV I/3 ii V | VI iv III VII; iv i VI V; VI VII iv v
dance  close: IV+V vi | VI+VII i
dance  lead: IV+V | VI+VII
drone  A: I I vi vi; I I IV IV; vi vi IV IV | i i VI VI; i i VII VII; i i iv iv
drone  B: IV IV vi V; vi vi ii V | VI VI iv v; iv iv VI VII
drone  close: IV+V vi | VI+VII i
drone  lead: IV+V | VI+VII
loop   A: I6 vi7 ii7 V7; IV6 iii7 vi7 ii7; I6 IV6 ii7 V7 | i7 VI iv7 v7; i7 iv7 VI v7; i VI iv V7
loop   B: ii7 V7 iii7 vi7; IV6 V7 iii7 vi7 | iv7 v7 i7 VI; VI VII i7 v7
loop   close: ii7+V7 I6 | iv7+v7 i7
loop   lead: ii7+V7 | iv7+V7
jazz   A: I6 vi7 ii7 V7; ii7 V7 I6 vi7; iii7 vi7 ii7 V7 | i7 iv7 iio7 V7; iv7 VII7 III6 V7; i7 VI6 iio7 V7
jazz   B: IV6 iv6 iii7+vi7 ii7+V7; iii7 vi7 ii7 V7; vi7 II7 ii7 V7 | iv7 VII7 III6 VI6; VI6 iv7 iio7 V7
jazz   close: ii7+V7 I6 | iio7+V7 i6
jazz   lead: ii7+V7 | iio7+V7
folk   A: I IV vi V; I V vi IV; I ii IV V; I vi ii V | i VII VI VII; i III VII iv; i VII iv v
folk   B: IV I/3 ii V; vi iii IV V; ii IV vi V | III VII iv V; VI III iv V; iv VII III V
folk   close: IV+V I | iv+V i
folk   lead: IV+V | iv+V
epic   A: I V/3 vi IV; I iii IV V; I vi iii IV | i VI III VII; i iv VI V; i v/3 VI iv
epic   B: vi IV ii V; IV V iii vi; ii vi IV V | iv i/3 VI V; VI VII III V; VI iv iio/3 V
epic   close: IV+V I | iv+V i
epic   lead: IVadd9+V | iv+V
still  A: Iadd9 iii7 IVadd9 vi7; Iadd9 vi7 IVadd9 V; IVadd9 Iadd9 vi7 ii7 | i7 VI III VII; i VIadd9 iv7 VII
still  B: ii7 IVadd9 vi7 Vsus4; vi7 IVadd9 ii7 V | iv7 VI III VII; VI III iv7 v7
still  close: IVadd9+V Iadd9 | iv7+VII i
still  lead: IVadd9+Vsus4 | iv7+VII
waltz  A: I vi ii V7; I V7/3 vi IV; I IV ii V7 | i iv VI V7; i VI iv V7; i v/3 VI V7
waltz  B: vi iii IV V7; IV I/3 ii V7; ii V7 iii vi | VI III iv V7; iv VII III V7
waltz  close: ii+V7 I | iv+V7 i
waltz  lead: ii+V7 | iv+V7
"""


@dataclass(frozen=True, slots=True)
class Family:
    """Progressions that go together.

    Attributes:
        opens: of the phrases that open.
        contrasts: of those that answer them, ending on a dominant.
        close: last two bars of a phrase that comes home.
        lead: the bar before the last chord of all.
    """

    opens: tuple[str, ...]
    contrasts: tuple[str, ...]
    close: str
    lead: str


def _read(text: str) -> dict[str, tuple[Family, Family]]:
    parts: dict[str, dict[str, list[tuple[str, ...]]]] = {}
    for line in text.strip().splitlines():
        name, rest = line.split(None, 1)
        part, both = rest.split(": ", 1)
        halves = [tuple(words.strip() for words in h.split(";")) for h in both.split("|")]
        parts.setdefault(name, {})[part] = halves
    return {name: (_family(found, 0), _family(found, 1)) for name, found in parts.items()}


def _family(parts: dict[str, list[tuple[str, ...]]], dark: int) -> Family:
    return Family(
        parts["A"][dark], parts["B"][dark], parts["close"][dark][0], parts["lead"][dark][0]
    )


FAMILIES = _read(_TABLE)
"""By name: for keys with a major third, for those with a minor one."""
