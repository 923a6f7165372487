"""The film's figure where a scene has room for it: on its ground or a bank, afloat, or in the air.

It is dark before the light, with a thin rim on the lit side, its weight on the ground, one colour.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.living.canvas import Planes
from musivid.living.figures.body import Body, Ink, contact, draw
from musivid.living.figures.cast import FIGURES, Clock, Figure
from musivid.living.figures.clothes import Daylight, daylight, draw_dressed
from musivid.living.moment import Moment
from musivid.living.scene import Scene, Stand
from musivid.living.sprites import shape

__all__ = ["stage_figure"]

_FROM = 0.40  # share of the width beside the middle from where somebody comes walking
_CALM = 0.35  # wind where it is calm
_MIST, _DARK = 0.045, 0.075  # light behind a figure; the luminance from which it needs none
_LAMP = (2.6, 1.5, 0.55)
_EARTH = np.array((0.46, 0.45, 0.38))  # share of the light that a bank gives back


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a figure is: feet, height, and which way it faces."""

    x: float
    y: float
    size: float
    flip: int


def stage_figure(planes: Planes, scene: Scene, moment: Moment) -> None:
    """Draw the figure of a scene's place, where its shot has room for one."""
    stand = scene.stand(moment)
    name, _, pose = scene.figure.partition(" ")
    if stand is None or not name:
        return
    figure = FIGURES[name]
    if stand.away and pose == "walks" and "stands" in figure.poses:
        pose = "stands"
    pose = pose if pose in figure.poses else next(iter(figure.poses))
    spot = _spot(scene, moment, stand, figure, pose)
    if spot is None:
        return
    day = daylight(planes, (spot.x, spot.y), spot.size, scene.light)
    _air_behind(planes, scene, spot)
    ink = _ink(planes, scene, spot)
    if figure.home == "ground" and stand.bank:
        _bank(planes, scene, moment, stand, (ink, day))
    clock = Clock(moment.time_s, scene.stride(moment.time_s), _CALM + 0.3 * moment.loud,
                  scene.breath(moment), moment.beat)  # fmt: skip
    body = figure.poses[pose](clock)
    if figure.home != "air":
        _ground(planes, figure, body, spot, (ink, stand.wet, moment.flow))
    below = round((stand.water or 1.0) * planes.shape[1]) if figure.dives else planes.shape[1]
    under = planes[:, below:].copy()
    accents = _accents(planes, scene, figure)
    draw_dressed(planes, body, (spot.x, spot.y), spot.size, ink, day=day, accents=accents,
                 plain=figure.plain, flip=spot.flip)  # fmt: skip
    planes[:, below:] = under
    _colour(planes, figure, body=body, spot=spot, ink=ink)


def _spot(scene: Scene, m: Moment, stand: Stand, figure: Figure, pose: str) -> _Spot | None:
    """Where the figure is at a moment."""
    size = stand.tall * figure.tall * scene.fit
    flip = 1 if dice(scene.seed + 31).random() < 0.5 else -1
    now = scene.now(m)
    if figure.home == "air":
        across = 0.10 * scene.aspect * (now.share - 0.5)
        bob = 0.012 * float(np.sin(m.time_s * 0.9)) + 0.005 * m.beat
        x, y = scene.aspect * (1 - stand.x) * 0.62 + flip * across, 0.30 - 0.03 * now.share
        low = figure.poses.keys() == {"flies"} and figure.tall > 1
        return _Spot(x, y + bob + (0.5 * size if low else 0.0), size * 1.1, flip)
    if figure.home == "water":
        if stand.water is None:
            return None
        x = scene.aspect * (1 - stand.x) + flip * 0.05 * (now.share - 0.5)
        sway = 0.004 * float(np.sin(m.flow * 1.1))
        rise = 0.02 * float(np.sin(m.time_s * 0.7)) * size if figure.dives else 0.0
        return _Spot(x, stand.water + sway + rise, 0.8 * size, flip)
    if not stand.ground:
        return None
    x = stand.x * scene.aspect
    if pose in ("walks", "drives") and not stand.follow:
        start = scene.stride(scene.shot_start_s(m))
        gone = (scene.stride(m.time_s) - start) * figure.steps * size
        x = scene.aspect * (0.5 - flip * _FROM) + flip * gone
    y = stand.y
    if stand.bank:
        y = float(np.interp(x, *_bank_line(scene, stand).T))
    return _Spot(x, y, size, flip)


def _air_behind(planes: Planes, scene: Scene, spot: _Spot) -> None:
    """Lit mist behind a figure where the picture is dark, so that it is seen."""
    tall, wide = planes.shape[1:]
    x, y, reach = spot.x, spot.y - 0.55 * spot.size, 0.95 * spot.size
    top, foot = (int(np.clip((y + s * reach) * tall, 0, tall)) for s in (-0.95, 0.95))
    left, right = (int(np.clip((x + s * reach) * tall, 0, wide)) for s in (-1.4, 1.4))
    region = planes[:, top:foot, left:right]
    if region.size == 0:
        return
    luma = float(region[:, ::8, ::8].mean((1, 2)) @ (0.3, 0.59, 0.11))
    much = _MIST * max(1 - luma / _DARK, 0.0)
    if much < 1e-3:
        return
    down = ((np.arange(top, foot) + 0.5) / tall - y) / (0.5 * reach)
    aside = ((np.arange(left, right) + 0.5) / tall - x) / (0.75 * reach)
    veil = np.exp(-(down**2)).astype(np.float32)[:, None] * np.exp(-(aside**2)).astype(np.float32)
    mean = planes[:, ::16, ::16].mean((1, 2))
    light = 0.6 * np.array(scene.glow) / max(max(scene.glow), 0.2) + mean / max(mean.max(), 1e-3)
    for plane, value in zip(region, light * much, strict=True):
        plane += veil * np.float32(value)


def _ink(planes: Planes, scene: Scene, spot: _Spot) -> Ink:
    """Dark in the light of this picture; the rim in the colour of the scene's light."""
    mean = planes[:, ::16, ::16].mean((1, 2))
    dark = 0.055 * mean + (0.0012, 0.0010, 0.0018)
    luma = float(mean @ (0.3, 0.59, 0.11))
    top = max(max(scene.glow), 0.2)
    rim = np.array(scene.glow) / top * min(0.25 + 2.4 * luma, 1.2)
    x, y = scene.light
    light = (x, min(y, spot.y - 0.5 * spot.size))
    return Ink(dark, rim, light, width=0.006, reach=1.4, soft_px=0.8 * planes.shape[1] / 720)


def _bank_line(scene: Scene, stand: Stand) -> NDArray[np.float64]:
    """The upper edge of the bank, float64 [n, 2] in picture heights; it stays where it is."""
    rng, home = dice(scene.seed + 77), stand.x * scene.aspect
    x = np.linspace(-0.1, scene.aspect + 0.1, 60)
    rise = 0.018 * np.sin(x * 2.1 + rng.uniform(0, 6)) + 0.005 * np.sin(x * 9.0 + 1.0)
    rise += 0.0014 * np.sin(x * 41.0) + 0.024 * (x - home) ** 2
    return np.stack([x, stand.y + rise - float(np.interp(home, x, rise))], 1)


def _bank(planes: Planes, scene: Scene, m: Moment, stand: Stand, lit: tuple[Ink, Daylight]) -> None:
    """A bank of earth with grass under the figure: its edge in the light, darker to the viewer."""
    rng, (ink, day) = dice(scene.seed + 78), lit
    dark = day.on(_EARTH)[0]
    edge = dark + np.asarray(ink.rim) * (0.05 + 0.10 * (1 - day.front)) * _EARTH
    line, home = _bank_line(scene, stand) + np.array((0.0, 0.010)), stand.x * scene.aspect
    _earth(planes, line, edge, dark)
    at, tall, lean, off = (rng.random((round(70 * scene.aspect), 4)) * (scene.aspect, 1, 1, 6.3)).T
    foot = np.interp(at, *line.T) + 0.006
    sway = 0.10 * np.sin(m.time_s * 1.8 + off + at * 3) + 0.05 * m.beat
    high = (0.012 + 0.036 * tall**2) * np.minimum(1.0, 0.35 + np.abs(at - home) * 2.0)
    u = np.linspace(0, 1, 5)[:, None]
    middle, up = at + (0.5 * (lean - 0.4) + sway) * high * u**1.6, foot - high * u
    thick = 0.0017 * (1 - 0.85 * u)
    sides = np.stack([middle - thick, up], 2), np.stack([middle + thick, up], 2)[::-1]
    blades = np.concatenate(sides).swapaxes(0, 1)
    shape(planes, blades[::2], edge)
    shape(planes, blades[1::2], dark * 0.85)


def _earth(
    planes: Planes,
    line: NDArray[np.float64],
    edge: NDArray[np.float64],
    dark: NDArray[np.float64],
) -> None:
    """Fill what lies below a line: its edge in the light, darker from row to row."""
    height, width = planes.shape[1:]
    first = max(int((line[:, 1].min() - 0.004) * height), 0)
    if first >= height:
        return
    ends = [(line[-1, 0], 1.2), (line[0, 0], 1.2)]
    down = (np.arange(first, height) + 0.5) / height - float(line[:, 1].mean())
    tone = 1 - np.clip(9.0 * down, 0, 0.6)
    for low, colour, shade in ((0.0, edge, 1.0), (0.004, dark, tone[:, None])):
        around = np.concatenate([line + np.array((0.0, low)), ends]) * height - (0.5, first + 0.5)
        cover = np.zeros((height - first, width), np.uint8)
        cv2.fillPoly(cover, [np.round(around * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
        on = cover.astype(np.float32) * np.float32(1 / 255)
        for plane, value in zip(planes[:, first:], colour, strict=True):
            plane += (np.float32(value) * np.asarray(shade, np.float32) - plane) * on


def _ground(
    planes: Planes, figure: Figure, body: Body, spot: _Spot, how: tuple[Ink, float, float]
) -> None:
    """Its weight on the ground, and its image in water."""
    ink, wet, flow = how
    pixel = planes.shape[1] / 720
    wet = 0.55 if figure.home == "water" else wet
    if wet and not figure.dives:
        mirrored = replace(ink, mirror=spot.y + 0.002, alpha=wet, soft_px=1.8 * pixel,
                           ripple=(1.6 * pixel, flow * 2), edge=0.0)  # fmt: skip
        draw(planes, body, (spot.x, spot.y), spot.size, mirrored, flip=spot.flip)
    if figure.home == "ground":
        contact(planes, (spot.x, spot.y + 0.001), figure.wide * spot.size, 0.14, 0.6)


def _accents(planes: Planes, scene: Scene, figure: Figure) -> dict[str, NDArray[np.float64]]:
    """Its one colour, as light as the picture is."""
    luma = float(planes[:, ::16, ::16].mean((1, 2)) @ (0.3, 0.59, 0.11))
    accent = np.array(scene.accent or (0.45, 0.012, 0.014)) * min(0.16 + 1.5 * luma, 1.0)
    return dict.fromkeys(figure.accents, accent)


def _colour(planes: Planes, figure: Figure, *, body: Body, spot: _Spot, ink: Ink) -> None:
    """What shines on it."""
    lit = np.asarray(ink.dark) * 2.2 + 0.004
    for names, colour in ((figure.lamps, np.array(_LAMP) * 0.7), (figure.glints, lit)):
        for name in names:
            if name in body.parts:
                own = replace(ink, dark=colour, edge=0.0)
                draw(planes, body.parts[name], (spot.x, spot.y), spot.size, own, flip=spot.flip)
