"""Colours of marks by kind, in the palettes of editors."""

from __future__ import annotations

from musivid.interchange.marks import Mark

__all__ = ["RGB", "colour_of", "nearest_colour"]

_OF_KIND = {
    "beat": "cyan",
    "bar": "blue",
    "section": "red",
    "hit": "yellow",
    "lyric": "green",
    "cut": "purple",
    "marker": "blue",
}
RGB = {
    "red": (226, 61, 61),
    "orange": (232, 140, 40),
    "yellow": (232, 208, 48),
    "green": (72, 176, 72),
    "cyan": (48, 184, 208),
    "blue": (64, 104, 224),
    "purple": (144, 80, 208),
    "magenta": (216, 64, 176),
    "pink": (240, 136, 184),
    "white": (240, 240, 240),
    "black": (16, 16, 16),
}
"""Shades of the colours, 0..255 each of red, green and blue; ours."""


def colour_of(mark: Mark) -> str:
    """What a mark is coloured: as it says, else by its kind."""
    return mark.colour or _OF_KIND.get(mark.kind, "blue")


def nearest_colour(mark: Mark, palette: tuple[str, ...]) -> str:
    """The colour of a palette that a mark has; the palette's first where it has none like it."""
    colour = colour_of(mark)
    return colour if colour in palette else palette[0]
