"""A path through a wood towards the light: shafts between trunks, a stag, leaves that fall."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.living.canvas import Planes, enlarge, grid
from musivid.living.drift import falling_leaves, fireflies
from musivid.living.figures.body import Body, Ink, contact, draw
from musivid.living.figures.deer import stag
from musivid.living.glade import paint_beams, paint_glade, paint_path, paint_trees
from musivid.living.grove import Eye, Layer
from musivid.living.grove import Stand as Trees
from musivid.living.light import Grade
from musivid.living.moment import Moment
from musivid.living.scene import Now, Scene, Stand, ease, jitter, ramp
from musivid.living.weather import snow

__all__ = ["Wood"]

Rgb = tuple[float, float, float]
Array = NDArray[np.float32]

_HORIZON = 0.60
_LAYERS_BYTES = 80_000_000  # of both sides of a cut at full size, or of all looks in a plan
_LAYERS: dict[tuple[tuple[int, int], int, Trees, tuple[float, float]], Layer] = {}


@dataclass(frozen=True, slots=True)
class _Look:
    """One hour and season, linear light.

    Attributes:
        light: what shines.
        air: the air away from it.
        mist: between the trunks.
        wood: far and near trunks.
        leaf: leaves without light.
        through: light through leaves.
        ground: path and verge.
        at: where the light stands, x of the width and y of the height.
        leaves: how many a bough's piece.
        drift: what falls: petals, flies, snow, leaves.
        tint: its colour.
        beams: strength of the shafts.
        grade: the film.
    """

    light: Rgb
    air: Rgb
    mist: Rgb
    wood: tuple[Rgb, Rgb]
    leaf: Rgb
    through: Rgb
    ground: tuple[Rgb, Rgb]
    at: tuple[float, float]
    leaves: float
    drift: str
    tint: Rgb
    beams: float
    grade: Grade


def _grown(size: tuple[int, int], seed: int, stand: Trees, light: tuple[float, float]) -> Layer:
    """A layer, which takes long to grow, kept for when the film or a sketch comes back to it."""
    key = size, seed, stand, light
    found = _LAYERS.pop(key, None) or Layer(size, seed, stand, light, _HORIZON)
    while _LAYERS and sum(layer.planes.nbytes for layer in _LAYERS.values()) > _LAYERS_BYTES:
        del _LAYERS[next(iter(_LAYERS))]  # the one that was not asked for longest
    _LAYERS[key] = found
    return found


class Wood(Scene):
    """A path between old trees; the eye walks on, the light grows."""

    shots: ClassVar = ("wide", "walk", "near")
    stands: ClassVar = {
        "wide": Stand(0.5, 0.81, 0.22, bank=False, away=True),
        "walk": Stand(0.5, 0.79, 0.20, bank=False, away=True),
    }
    looks: ClassVar[Mapping[str, _Look]] = {
        "morning": _Look(
            (1.0, 0.80, 0.42), (0.020, 0.060, 0.046), (0.075, 0.125, 0.075),
            ((0.020, 0.046, 0.036), (0.003, 0.006, 0.005)), (0.010, 0.030, 0.010),
            (0.26, 0.36, 0.05), ((0.075, 0.052, 0.026), (0.018, 0.040, 0.012)), (0.54, 0.34), 1.0,
            "leaves", (0.75, 0.80, 0.20), 0.55,
            Grade(exposure=1.05, bloom=0.5, shadows=(0.0, 0.010, 0.012), lights=(1.0, 0.99, 0.93),
                  saturation=1.08, vignette=0.42),
        ),
        "blossom": _Look(
            (0.92, 0.66, 0.50), (0.20, 0.28, 0.44), (0.38, 0.27, 0.32),
            ((0.110, 0.070, 0.090), (0.016, 0.008, 0.011)), (0.42, 0.175, 0.245),
            (1.05, 0.44, 0.52), ((0.30, 0.17, 0.165), (0.13, 0.135, 0.055)), (0.46, 0.33), 1.8,
            "petals", (1.0, 0.60, 0.70), 0.16,
            Grade(exposure=0.92, bloom=0.45, shadows=(0.012, 0.004, 0.018), saturation=1.05,
                  vignette=0.28),
        ),
        "dusk": _Look(
            (1.05, 0.40, 0.16), (0.020, 0.018, 0.060), (0.085, 0.045, 0.085),
            ((0.022, 0.014, 0.036), (0.003, 0.002, 0.006)), (0.012, 0.008, 0.016),
            (0.30, 0.10, 0.030), ((0.040, 0.026, 0.034), (0.012, 0.012, 0.018)), (0.57, 0.50), 0.9,
            "flies", (1.0, 0.82, 0.24), 0.22,
            Grade(exposure=1.1, bloom=0.55, shadows=(0.008, 0.002, 0.030), lights=(1.0, 0.97, 0.92),
                  saturation=1.12, vignette=0.45),
        ),
        "winter": _Look(
            (1.15, 0.60, 0.32), (0.17, 0.24, 0.38), (0.26, 0.31, 0.42),
            ((0.11, 0.125, 0.17), (0.014, 0.015, 0.022)), (0.42, 0.50, 0.66), (0.55, 0.30, 0.16),
            ((0.30, 0.37, 0.52), (0.34, 0.42, 0.60)), (0.53, 0.47), 0.0, "snow", (1.0, 1.0, 1.0),
            0.16,
            Grade(exposure=0.88, bloom=0.40, shadows=(0.0, 0.006, 0.022), saturation=1.02,
                  vignette=0.30),
        ),
    }  # fmt: skip

    def __init__(self, size: tuple[int, int], look: str, seed: int) -> None:
        """See `Scene`."""
        super().__init__(size, look, seed)
        own = self._look = self.looks[look]
        self.grade, self.glow = own.grade, own.light
        self._bare = own.drift == "snow"
        trees = round(2 + 7 * min(self.aspect, 2.4))
        stands = (
            Trees(6.0, trees * 2, 0.0, 0.9 * own.leaves, bare=self._bare),
            Trees(3.6, round(trees * 1.1), 0.10, 1.0 * own.leaves, bare=self._bare),
            Trees(2.2, round(trees * 0.6), 0.30, 1.0 * own.leaves, bare=self._bare),
            Trees(1.45, round(trees * 0.42), 0.48, 0.9 * own.leaves, bare=self._bare),
            Trees(1.0, 4, 0.78, 0.8 * own.leaves, bare=self._bare, soft=1.6),
        )
        light = self.aspect * own.at[0], own.at[1]
        self._layers = [
            _grown(self.half if k < 2 else size, seed * 31 + k, stand, light)
            for k, stand in enumerate(stands)
        ]
        self._quarter = max(size[0] // 4, 2), max(size[1] // 4, 2)
        self._blades = dice(seed).random((90, 4))

    def paint(self, moment: Moment) -> Planes:
        """See `Scene`."""
        m, now, own = moment, self.now(moment), self._look
        bob = 0.004 * m.beat if now.shot == "walk" else 0.0
        eye = self._eye(m, now)
        lamp = (0.72 + 0.22 * m.notes + 0.18 * m.bass) * (0.85 + 0.3 * ease(now.act))
        self.light = self.aspect * own.at[0], own.at[1] + bob
        glade = np.array([own.light, own.air, own.mist], np.float32)
        paint_glade(self.small, *self.mid, glade, m.flow, *self.light, lamp)
        for k in range(2):
            self._trees(self.small, self.mid, k, eye, m, lamp=lamp)
        enlarge(self.small, self.out)
        beams = self._shafts(m, own.beams * lamp)
        self._shine(beams, 0.8)
        place = [_HORIZON, self.light[0], eye.forward, eye.aside, 0.5 if self._bare else 0.9]
        ground = np.array([own.light, *own.ground, own.mist], np.float32)
        first = int((_HORIZON - 0.01) * self.size[1])
        paint_path(self.out, *self.full, np.array(place, np.float32), ground, lamp, first)
        near = now.shot == "near"
        if near:
            self._stag(m, now, eye)
        for k in range(2, 4 if near else 5):
            self._trees(self.out, self.full, k, eye, m, lamp=lamp)
            if k == 2:
                self._shine(beams, 0.4)
        self._drift(m)
        if near:
            self._ferns(m, now)
        return self.out

    def _eye(self, m: Moment, now: Now) -> Eye:
        """Where the camera is: it goes ahead, and passes the stag from one side to the other."""
        sway = jitter(m.time_s, 3.0)
        ahead = {"wide": 0.10, "walk": 0.62, "near": 0.05}[now.shot]
        start = {"wide": 0.0, "walk": 0.24, "near": 0.85}[now.shot]
        aside = {"wide": 0.03, "walk": 0.04, "near": 0.60}[now.shot] * now.move
        return Eye(
            start + ahead * min(now.share, 1.2) * 0.62, aside + 0.006 * sway[0], 0.006 * sway[1]
        )

    def stand(self, moment: Moment) -> Stand | None:
        """On the path, before the light: nearer as the camera comes, as tall as its eye is high."""
        now = self.now(moment)
        found = self.stands.get(now.shot)
        if found is None:
            return None
        eye, deep = self._eye(moment, now), {"wide": 2.3, "walk": 2.5}[now.shot]
        near = 1 / (deep - eye.forward)
        x = self._look.at[0] + (0.03 - 0.6 * eye.aside * near) / self.aspect
        return replace(found, x=x, y=_HORIZON + 0.46 * near, tall=0.47 * near)

    def _trees(
        self, out: Planes, at: tuple[Array, Array], k: int, eye: Eye, m: Moment, *, lamp: float
    ) -> None:
        """Layer k over the picture."""
        own, layer = self._look, self._layers[k]
        far = (4 - k) / 4
        wood = np.array(own.wood[0]) * far**1.5 + np.array(own.wood[1]) * (1 - far**1.5)
        leaf = np.array(own.leaf) * (0.25 + 0.75 * far)
        through = np.array(own.through) * (0.35 + 0.65 * far)
        p = np.array([own.light, own.mist, wood, leaf, through, own.ground[1]], np.float32)
        wind = (0.6 + 0.8 * m.loud) * 0.010 * np.sin(m.flow * 0.9 + k * 1.9)
        if out is self.out:
            for x, y, wide in layer.stood(eye):
                contact(out, (x, y), wide * 3.2, 0.22, 0.6)
        seen = layer.seen(
            Eye(eye.forward, eye.aside, eye.bend + float(wind)), (out.shape[2], out.shape[1])
        )
        zoom = layer.depth / max(layer.depth - eye.forward, 0.15)
        high = (layer.base - _HORIZON) * zoom
        place = np.array([*self.light, far, _HORIZON + high, 0.26 * high], np.float32)
        paint_trees(out, *at, seen, p, place, lamp, m.flow)

    def _stag(self, m: Moment, now: Now, eye: Eye) -> None:
        """A stag on the way, before the light; it lifts its head as the shot goes on."""
        own, deep = self._look, 3.1
        foot = _HORIZON + 0.46 / (deep - eye.forward)
        size = 1.05 * (foot - _HORIZON) * self.fit
        x = self.light[0] - 0.02 - eye.aside / (deep - eye.forward) * 0.6
        ear = 0.6 * np.exp(-now.age_s * 2)
        ear += sum(0.5 * e.strength * np.exp(-e.age_s * 5) for e in m.events[:3])
        body = stag(
            m.time_s, graze=0.85 * (1 - ramp(0.10, 0.5, now.share)), ear=min(float(ear), 1.0),
            breath=self.breath(m),
        )  # fmt: skip
        for dx in (-0.31, -0.20, 0.12, 0.20):
            contact(self.out, (x + dx * size, foot), 0.06 * size, 0.22, 0.6)
        dark = np.array(own.wood[1]) * 1.2 + np.array(own.mist) * 0.10
        draw(self.out, body, (x, foot), size, Ink(dark, np.array(own.light) * 1.4, self.light))
        haze = np.array([*own.mist], np.float32) + np.array(own.light, np.float32) * 0.10
        rows = slice(int((foot - 0.10) * self.size[1]), int((foot + 0.02) * self.size[1]))
        ys, xs = self.full[1][rows, None], self.full[0][None]
        veil = np.exp(-(((ys - foot) / 0.035) ** 2) - ((xs - x) / 0.6) ** 2) * 0.30
        for plane, value in zip(self.out, haze, strict=True):
            plane[rows] += (value - plane[rows]) * veil.astype(np.float32)

    def _ferns(self, m: Moment, now: Now) -> None:
        """Grass and a trunk that pass close by, out of focus."""
        own, pixel, b, u = self._look, self.size[1] / 720, Body(), np.linspace(0, 1, 5)
        for x, tall, lean, wide in self._blades:
            at = x * 1.7 * self.aspect - 0.5 - 0.55 * now.move
            side = min(abs(at - self.light[0]) / 0.5, 1.0)
            high = (0.04 + 0.15 * tall) * (0.35 + 0.65 * side)
            sway = 0.10 * np.sin(m.time_s * 1.6 + x * 20) + 0.05 * m.beat
            line = np.stack([at + (0.9 * (lean - 0.5) + sway) * high * u**1.6, -high * u], 1)
            b.chain(line, 0.0050 + 0.004 * wide, 0.0012, 0.004)
        dark = np.array(own.wood[1]) * 0.7
        ink = Ink(dark, own.light, self.light, edge=0.0, soft_px=6.0 * pixel, coarse=3)
        draw(self.out, b, (0.0, 1.01), 1.0, ink)
        trunk = Body().limb((0, 0.1), (0.03, -1.2), 0.085, 0.070, 0.02)
        trunk.limb((0.02, -0.72), (-0.30, -1.05), 0.022, 0.010, 0.03)
        at = self.aspect * (0.97 - 0.30 * now.move)
        lit = replace(ink, soft_px=7.0 * pixel, edge=0.3, width=0.008, reach=0.7)
        draw(self.out, trunk, (at, 1.0), 1.0, lit)

    def _shafts(self, m: Moment, much: float) -> Array:
        """Light between the crowns, float32 [h, w]."""
        beams = np.empty(self._quarter[::-1], np.float32)
        gain = float(much * (0.55 + 0.30 * m.bass + 0.25 * m.bar))
        x, y = self.light
        paint_beams(beams, *grid(self._quarter), x, y - 0.10, m.flow, gain)
        return np.asarray(cv2.resize(beams, self.size), np.float32)

    def _shine(self, beams: Array, much: float) -> None:
        """The shafts, behind the layers that are drawn after them."""
        for plane, shine in zip(self.out, self._look.light, strict=True):
            cv2.scaleAdd(beams, much * shine, plane, dst=plane)

    def _drift(self, m: Moment) -> None:
        """What is in the air."""
        kind = self._look.drift
        if kind == "snow":
            snow(self.out, m.time_s, 340, 0.75, self.seed)
        elif kind == "flies":
            fireflies(self.out, m, self._look.tint, self.seed)
        else:
            count = 90 if kind == "petals" else 40
            falling_leaves(self.out, m, self.light, self._look.tint, count)
