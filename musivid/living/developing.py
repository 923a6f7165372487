"""Developing: linear light becomes a video's frame by the film's curve, its grade and its grain.

The curve is K. Narkowicz's fit of the ACES tone curve (2016); grain is a fixed field of dust that
is laid elsewhere in each frame, so any frame can be made on its own. A frame comes as RGB, or as
encoders take it: luma and halved colours of ITU-R BT.709 in the range of video.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numba import float32, int32
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.living.canvas import Planes, resized
from musivid.living.kernels import fn, kernel
from musivid.living.light import Grade, bloom
from musivid.living.shade import clamp, mix, smooth

__all__ = ["develop", "develop_coded", "undeveloped"]

_PAPER = 0.90  # of display light: white pictures do not glow as lamps do
_DUST_MARGIN = 256  # pixels that the field of grain is larger than the picture


@fn
def _curved(x):
    """The film's curve, then the square-root family for display."""
    x = np.sqrt(clamp(x * (2.51 * x + 0.03) / (x * (2.43 * x + 0.59) + 0.14)))
    return x * (1.06 - 0.06 * x)


@fn
def _shine(glow, lit, j, h):
    """The glow of row j of h, float32 [3, w], from rows of it that lie farther apart."""
    last = glow.shape[1] - 1
    at = min(max((float32(j) + 0.5) * float32(last + 1) / float32(h) - 0.5, 0.0), float32(last))
    above = int32(at)
    below, share = min(above + int32(1), int32(last)), at - float32(above)
    for c in range(3):
        a, b, row = glow[c, above], glow[c, below], lit[c]
        for i in range(len(row)):
            row[i] = mix(a[i], b[i], share)


@fn
def _tone(rows, planes, lit, j, aside, grain, p):
    """Row j as it is shown, 0..1, into rows float32 [3, w].

    p: exposure, shadows rgb, lights rgb, saturation, contrast, vignette, grain. aside: squares of
    how far pixels lie from the middle, in widths.
    """
    h = planes.shape[1]
    exposure, sat, contrast, dark, rough = p[0], p[7], p[8], p[9], p[10]
    sr, sg, sb, lr, lg, lb = p[1], p[2], p[3], p[4], p[5], p[6]
    r, g, b = planes[0, j], planes[1, j], planes[2, j]
    gr, gg, gb = lit[0], lit[1], lit[2]
    tr, tg, tb = rows[0], rows[1], rows[2]
    yy = (float32(j) + 0.5) / float32(h) - 0.5
    yy = yy * yy
    for i in range(len(aside)):
        v = exposure * (1.0 - dark * smooth(0.08, 0.62, aside[i] + yy))
        cr, cg = _curved((r[i] + gr[i]) * v), _curved((g[i] + gg[i]) * v)
        cb = _curved((b[i] + gb[i]) * v)
        luma = 0.299 * cr + 0.587 * cg + 0.114 * cb
        cr, cg, cb = mix(luma, cr, sat), mix(luma, cg, sat), mix(luma, cb, sat)
        d = (1.0 - luma) * (1.0 - luma)
        cr = cr * mix(1.0, lr, luma) + sr * d
        cg = cg * mix(1.0, lg, luma) + sg * d
        cb = cb * mix(1.0, lb, luma) + sb * d
        n = 0.5 + grain[i] * (rough * (1.2 - luma) + 0.002)
        tr[i] = clamp((cr - 0.5) * contrast + n)
        tg[i] = clamp((cg - 0.5) * contrast + n)
        tb[i] = clamp((cb - 0.5) * contrast + n)


@kernel
def _develop(out, planes, glow, p, dust, x, y, aside):
    """RGB planes uint8 [3, h, w]."""
    _, h, w = planes.shape
    lit, rows = np.empty((3, w), np.float32), np.empty((3, w), np.float32)
    for j in range(h):
        _shine(glow, lit, j, h)
        _tone(rows, planes, lit, j, aside, dust[j + y, x : x + w], p)
        for c in range(3):
            row, to = rows[c], out[c, j]
            for i in range(w):
                to[i] = np.uint8(int32(row[i] * 255.0 + 0.5))


@kernel
def _code(luma, blue, red, planes, glow, p, dust, x, y, aside):
    """BT.709's luma uint8 [h, w], blue and red of each four pixels uint8 [h / 2, w / 2]."""
    _, h, w = planes.shape
    lit, two = np.empty((3, w), np.float32), np.empty((2, 3, w), np.float32)
    for j in range(h):
        rows = two[j % 2]
        _shine(glow, lit, j, h)
        _tone(rows, planes, lit, j, aside, dust[j + y, x : x + w], p)
        r, g, b, to = rows[0], rows[1], rows[2], luma[j]
        for i in range(w):
            to[i] = np.uint8(int32(16.5 + 46.5594 * r[i] + 156.6288 * g[i] + 15.8118 * b[i]))
        if j % 2:
            for c in range(3):
                upper, lower = two[0, c], two[1, c]
                for i in range(w):
                    upper[i] = upper[i] + lower[i]
            r, g, b, u, v = two[0, 0], two[0, 1], two[0, 2], blue[j // 2], red[j // 2]
            for i in range(w // 2):
                cr, cg = r[2 * i] + r[2 * i + 1], g[2 * i] + g[2 * i + 1]
                cb = b[2 * i] + b[2 * i + 1]
                u[i] = np.uint8(int32(128.5 - 6.4161 * cr - 21.5839 * cg + 28.0 * cb))
                v[i] = np.uint8(int32(128.5 + 28.0 * cr - 25.4325 * cg - 2.5675 * cb))


@lru_cache(maxsize=2)
def _dust(width: int, height: int) -> NDArray[np.float32]:
    """Film grain, float32 [height + 256, width + 256], spread about 1, larger than pixels."""
    rng = dice(5)
    dust = rng.standard_normal((height + _DUST_MARGIN, width + _DUST_MARGIN), np.float32)
    return np.asarray(dust * 0.5 + cv2.GaussianBlur(dust, (0, 0), 0.6) * 1.1, np.float32)


def _prepared(
    planes: Planes, grade: Grade, frame: int, added: Planes | None
) -> tuple[Planes, NDArray[np.float32], NDArray[np.float32], int, int, NDArray[np.float32]]:
    """Glow [3, rows, width], numbers of the grade, grain and where it begins, squares of places."""
    height, width = planes.shape[1:]
    glow = bloom(planes) * np.float32(grade.bloom)
    if added is not None:
        glow += added
    glow = resized(glow, (width, glow.shape[1]))
    values = [grade.exposure, *grade.shadows, *grade.lights, grade.saturation, grade.contrast]
    numbers = np.array([*values, grade.vignette, grade.grain], np.float32)
    x, y = frame * 7919 % 251, frame * 104729 % 241
    aside = ((np.arange(width, dtype=np.float32) + 0.5) / width - 0.5) ** 2
    return glow, numbers, _dust(width, height), x, y, aside


def develop(
    planes: Planes, grade: Grade, frame: int, added: Planes | None = None
) -> NDArray[np.uint8]:
    """The finished frame, uint8 [height, width, 3] RGB.

    Args:
        planes: linear light [3, height, width].
        grade: how it is finished.
        frame: its number; where the grain lies follows from it.
        added: more light at a quarter of the size, such as shafts.
    """
    out = np.empty(planes.shape, np.uint8)
    _develop(out, planes, *_prepared(planes, grade, frame, added))
    return np.asarray(cv2.merge([out[0], out[1], out[2]]), np.uint8)


def develop_coded(
    planes: Planes, grade: Grade, frame: int, added: Planes | None = None
) -> NDArray[np.uint8]:
    """The same as encoders take it: uint8 [height * 3 / 2, width] of luma, then blue, then red.

    Colours are means of four pixels, so width and height must be even. Arguments are those of
    `develop`.
    """
    _, height, width = planes.shape
    out = np.empty((height * 3 // 2, width), np.uint8)
    blue, red = out[height:].reshape(2, height // 2, width // 2)
    _code(out[:height], blue, red, planes, *_prepared(planes, grade, frame, added))
    return out


def undeveloped(picture: NDArray[np.uint8]) -> Planes:
    """The light that is developed to a picture uint8 [h, w, 3] again: float32 [3, h, w].

    It is the inverse of the film's curve; the brightest tenth is drawn together.
    """
    shown = np.linspace(0, 1, 256) * _PAPER
    root = (1.06 - np.sqrt(1.06**2 - 4 * 0.06 * shown)) / (2 * 0.06)
    value = root**2
    a, b, c = 2.51 - 2.43 * value, 0.03 - 0.59 * value, -0.14 * value
    light = ((-b + np.sqrt(b * b - 4 * a * c)) / (2 * a)).astype(np.float32)
    return np.stack([light[picture[..., channel]] for channel in range(3)])
