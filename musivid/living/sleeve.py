"""What a song comes in: its artwork, name and mark, the colours in it, and one made where none is.

Colours are found by median cut (P. Heckbert, "Color image quantization for frame buffer display",
1982), as Pillow has it.
"""

from __future__ import annotations

import colorsys
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.living.developing import develop
from musivid.living.moment import Moment
from musivid.living.scenes import scene_class

__all__ = ["Rgb", "Sleeve", "accents", "composed_artwork"]

Picture = NDArray[np.uint8]
Rgb = tuple[float, float, float]

_COLOURS = 12  # that a picture is reduced to
_GREY = 0.14  # saturation below which a colour has no hue of its own
_LEAST_LUMA = 0.30  # of an accent, in linear light: a spectrum in it is seen over the ground
_COMPOSED_PX = 720
_COMPOSED_S = 40.0  # how far the clock of a composed picture may be


@dataclass(frozen=True, slots=True)
class Sleeve:
    """What a cover is made of.

    Attributes:
        artwork: uint8 [h, w, 3]; None: one is composed.
        logo: a mark with its alpha, uint8 [h, w, 4]; None: there is none.
        title: of the song, or empty.
        artist: who made it, or empty.
        sung_s: where lines stand over the picture, start and end in seconds; the name gives way.
    """

    artwork: Picture | None = None
    logo: Picture | None = None
    title: str = ""
    artist: str = ""
    sung_s: tuple[tuple[float, float], ...] = ()


def accents(picture: Picture) -> tuple[Rgb, Rgb]:
    """Two colours of a picture uint8 [h, w, 3], bright enough for light: linear, the main first."""
    from PIL import Image

    small = cv2.resize(picture, (96, 96), interpolation=cv2.INTER_AREA)
    reduced = Image.fromarray(small).quantize(_COLOURS, Image.Quantize.MEDIANCUT)
    palette = np.array(reduced.getpalette()).reshape(-1, 3) / 255
    counts = np.bincount(np.asarray(reduced).ravel(), minlength=len(palette))
    found = [
        (colorsys.rgb_to_hsv(*rgb), float(count))
        for rgb, count in zip(palette.tolist(), counts.tolist(), strict=False)
        if count
    ]

    def weight(entry: tuple[Rgb, float]) -> float:
        (_, saturation, value), count = entry
        return float((saturation * value + 0.02) * count**0.35)

    main = max(found, key=weight)[0]

    def apart(entry: tuple[Rgb, float]) -> float:
        away = abs(entry[0][0] - main[0])
        return weight(entry) * (0.12 + min(away, 1 - away))

    other = max(found, key=apart)[0]
    away = abs(other[0] - main[0])
    if main[1] > _GREY and (other[1] <= _GREY or min(away, 1 - away) < 0.04):
        other = ((main[0] + 0.08) % 1.0, main[1] * 0.7, 1.0)  # one colour: a neighbour joins it
    return _bright(main), _bright(other)


def _bright(hsv: Rgb) -> Rgb:
    """The colour in linear light, as bright as a lamp; dark hues such as blue are made paler."""
    hue, saturation, _ = hsv
    saturation = min(saturation, 0.88) if saturation > _GREY else saturation * 0.6
    linear = np.array(colorsys.hsv_to_rgb(hue, saturation, 1.0)) ** 2.2
    luma = float(linear @ (0.2126, 0.7152, 0.0722))
    if luma < _LEAST_LUMA:
        linear += (1 - linear) * (_LEAST_LUMA - luma) / (1 - luma)
    r, g, b = linear.tolist()
    return r, g, b


def composed_artwork(seed: int) -> Picture:
    """A picture for a song that has none, uint8 [720, 720, 3]: a flower in colours by lot."""
    rng = dice(seed)
    flower = scene_class("mandala")
    look = str(rng.choice(sorted(flower.looks)))
    clock = float(rng.uniform(4.0, _COMPOSED_S))
    bands = rng.uniform(0.15, 1.0, 32).astype(np.float32)
    moment = Moment(
        time_s=0.0, flow=clock, swell=clock, bass=0.5, loud=0.5, bright=0.5, hits=0.4, notes=0.5,
        beat=0.6, bar=0.5, phase=0.0, bands=bands, events=(),
    )  # fmt: skip
    scene = flower((_COMPOSED_PX, _COMPOSED_PX), look, seed)
    return develop(scene.paint(moment), scene.grade, 0)
