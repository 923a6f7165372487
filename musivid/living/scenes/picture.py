"""A picture of the user's own in depth: parallax, a focus that breathes, light and dust.

What is near moves more than what is far while the camera goes by; the brightest place shines with
the bass and throws shafts; notes wake specks of the picture's own colours. `look` is its number.
Where it is told so, rain or snow falls over it; a figure has a bank at its foot to stand on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.living.canvas import Planes, grid, resized
from musivid.living.depth import Depth, fill_frame, guess_depth
from musivid.living.developing import undeveloped
from musivid.living.kernels import kernel
from musivid.living.light import Grade, shafts, splat
from musivid.living.moment import Moment
from musivid.living.scene import Now, Scene, Stand, Zone, ease, jitter
from musivid.living.shade import fbm3, mix, sine
from musivid.living.sleeve import Rgb, accents, composed_artwork
from musivid.living.weather import Weather, weather_falls

__all__ = ["PICTURE_ROOM", "Picture"]

Array = NDArray[np.float32]

PICTURE_ROOM = 1.5
"""How much larger than the film a picture is kept, so that it is sharp when it is near."""
_MOST_PIXELS = 5_000_000  # of a kept picture
_DUST, _WAKE_S, _WOKEN = 70, 2.6, 5
_STRONG = 0.3  # of notes that wake specks


@dataclass(frozen=True, slots=True)
class _View:
    """Where the camera is: closer by `zoom`, at a point of the picture, with its parallax.

    Attributes:
        zoom: 1 shows all of the picture.
        at: the point in the middle, as fractions.
        aside: how far near things are moved, in picture heights.
        push: how much closer near things are.
        focus: depth that is sharp.
        blur: how soon other depths are not.
    """

    zoom: float
    at: tuple[float, float]
    aside: tuple[float, float]
    push: float
    focus: float
    blur: float


@kernel
def _light_up(out, soft, coc, lit, haze, rgb):
    for c in range(3):
        ink = rgb[c]
        for j in range(out.shape[1]):
            row, far, away, lamp, mist = out[c, j], soft[c, j], coc[j], lit[j], haze[j]
            for i in range(len(row)):
                v = mix(row[i], far[i], away[i]) * lamp[i]
                row[i] = mix(v, ink, mist[i])


@kernel
def _mist(out, near, xs, ys, t, much):
    for j in range(out.shape[0]):
        row, deep = out[j], near[j]
        for i in range(len(xs)):
            x, y = xs[i] * 1.7 + t * 0.11, ys[j] * 2.6 + sine(t * 0.23 + xs[i]) * 0.08
            n = fbm3(x, y - t * 0.02)
            row[i] = much * max(n - 0.42, 0.0) * (1.0 - deep[i])


class Picture(Scene):
    """One picture; the camera passes, comes near to what stands out, or travels along."""

    shots: ClassVar = ("wide", "near", "travel")
    stands: ClassVar = {"wide": Stand(0.25, 0.935, 0.23), "travel": Stand(0.28, 0.94, 0.25)}
    travels: ClassVar = False

    def __init__(
        self,
        size: tuple[int, int],
        look: str,
        seed: int,
        picture: NDArray[np.uint8] | None = None,
        *,
        weather: Weather = "",
    ) -> None:
        """See `Scene`; `picture` is uint8 [h, w, 3] of any shape, None: one is composed."""
        super().__init__(size, look, seed)
        self._weather = weather
        if picture is None:
            picture = composed_artwork(seed)
        whole = _kept(picture, size)
        self.depth: Depth = guess_depth(whole)
        light = undeveloped(whole)
        height, width = light.shape[1:]
        self._levels = [light]
        if width > size[0] * 1.1:
            self._levels.append(resized(light, size, cv2.INTER_AREA))
        half = max(width // 3, 2), max(height // 3, 2)
        blur = max(size[1] / 110, 0.6)
        self._soft = np.stack(
            [cv2.GaussianBlur(p, (0, 0), blur) for p in resized(light, half, cv2.INTER_AREA)]
        )
        self._colours: tuple[Rgb, Rgb] = accents(whole)
        self._tell_light(light)
        self._quarter = max(size[0] // 4, 4), max(size[1] // 4, 4)
        self._grid = grid(self._quarter)
        self._haze = np.zeros(self._quarter[::-1], np.float32)
        rng = dice(seed + 3)
        self._dust = rng.random((6, _DUST))
        self._turn = 1.0 if rng.random() < 0.5 else -1.0
        self.grade = Grade(bloom=0.42, saturation=1.0, vignette=0.28, grain=0.007)
        self._zones = _calm_side(self.depth)

    def _tell_light(self, light: Planes) -> None:
        """How bright the whole is, what shines, and the colour of its air."""
        small = resized(light, (48, 27), cv2.INTER_AREA)
        luma = 0.2126 * small[0] + 0.7152 * small[1] + 0.0722 * small[2]
        self._knee = float(np.quantile(luma, 0.90))
        bright = luma >= self._knee
        lamp = small[:, bright].mean(1)
        r, g, b = (lamp / max(float(lamp.max()), 1e-3)).tolist()
        self.glow = (r, g, b)
        self._air = np.array(small[:, luma >= np.median(luma)].mean(1) * 0.9, np.float32)

    def paint(self, moment: Moment) -> Planes:
        """See `Scene`."""
        m, now = moment, self.now(moment)
        view = self._view(m, now)
        near, maps = self._looked(view)
        level = self._levels[-1] if view.zoom < 1.25 else self._levels[0]
        self._remap(level, maps, self.out)
        half = self._remap(self._soft, maps, self.small)
        soft = resized(half, self.size)
        lit, coc = self._lit(m, near, half), self._unsharp(near, view)
        much = (0.10 + 0.16 * m.loud) * (1 - 0.5 * self.depth.shine)
        _mist(self._haze, near, *self._grid, m.flow * 0.9 + self.seed % 31, much)
        full = [cv2.resize(plane, self.size) for plane in (coc, lit, self._haze)]
        _light_up(self.out, soft, *full, self._air)
        self._specks(m, view)
        self._shine(m)
        weather_falls(self.out, self.full, self._weather, m, self.seed)
        return self.out

    def stand(self, moment: Moment) -> Stand | None:
        """See `Scene`: on the side where less is to be seen."""
        found = super().stand(moment)
        if found is None or self._zones.align == "left":
            return found
        return replace(found, x=1 - found.x)

    def zone(self, moment: Moment) -> Zone:
        """See `Scene`: the side where less is to be seen."""
        return self._zones

    def _view(self, m: Moment, now: Now) -> _View:
        """The camera of a shot; it never stands."""
        sway, turn = jitter(m.time_s * 0.7, self.seed % 9), self._turn
        x, y = self.depth.subject
        breath = 0.5 + 0.5 * float(np.sin(m.time_s * 0.42 + self.seed))
        focus = float(self._near_at(x, y))
        drift = now.move
        if now.shot == "near":
            zoom = min(1.62 + 0.14 * drift + 0.012 * m.beat, 1.72)
            at = x + 0.020 * drift * turn + 0.004 * sway[0], y + 0.004 * sway[1]
            aside, blur = (0.030 * drift * turn + 0.004 * sway[0], 0.004 * sway[1]), 1.5
        elif now.shot == "travel":
            zoom = 1.34 + 0.012 * m.beat
            span = 0.5 - 0.5 / zoom
            at = (
                0.5 + 1.5 * span * ease(now.share * 0.9 + 0.05) * turn - 0.75 * span * turn,
                (0.5 + 0.5 * (y - 0.5) * (1 - 1 / zoom) * 2 + 0.003 * sway[1]),
            )
            aside, blur = (0.075 * drift * turn, 0.005 * sway[1]), 0.9
        else:
            zoom = 1.07 + 0.11 * ease(now.share) + 0.010 * m.beat
            at = 0.5 + 0.20 * (x - 0.5) * now.share, 0.5 + 0.20 * (y - 0.5) * now.share
            aside, blur = (0.026 * sway[0] + 0.02 * drift * turn, 0.012 * sway[1]), 0.55
        focus += (1 - 2 * focus) * 0.22 * breath
        inside = 0.5 / zoom
        held = (
            float(np.clip(at[0], inside, 1 - inside)),
            float(np.clip(at[1], inside, 1 - inside)),
        )
        push = 0.035 + 0.05 * (now.share if now.shot == "wide" else 0.5)
        return _View(zoom, held, aside, push, focus, blur * (0.75 + 0.5 * breath))

    def _near_at(self, x: float, y: float) -> float:
        rows, columns = self.depth.near.shape
        return float(self.depth.near[int(y * (rows - 1)), int(x * (columns - 1))])

    def _looked(self, view: _View) -> tuple[Array, tuple[Array, Array]]:
        """Depth float32 [h/4, w/4] as it is seen, and which part of the picture each pixel shows.

        The parts are fractions of the picture's width and height, float32 [h/4, w/4] each.
        """
        across, down = self._grid[0] / self.aspect - 0.5, self._grid[1] - 0.5
        u = np.broadcast_to(across[None] / view.zoom + view.at[0], self._haze.shape)
        v = np.broadcast_to(down[:, None] / view.zoom + view.at[1], self._haze.shape)
        near = _sampled(self.depth.near, u, v)
        closer = 1 / (1 + view.push * (near - 0.35))
        middle = np.float32(0.5)
        u = (u - middle) * closer + middle - view.aside[0] / self.aspect * (near - 0.4) / view.zoom
        v = (v - middle) * closer + middle - view.aside[1] * (near - 0.4) / view.zoom
        return near, (u.astype(np.float32), v.astype(np.float32))

    def _remap(self, level: Planes, maps: tuple[Array, Array], out: Planes) -> Planes:
        """The parts of a picture in their places, at the size of `out`."""
        height, width = level.shape[1:]
        size = out.shape[2], out.shape[1]
        x = cv2.resize(maps[0], size) * width - np.float32(0.5)
        y = cv2.resize(maps[1], size) * height - np.float32(0.5)
        at, rest = cv2.convertMaps(x, y, cv2.CV_16SC2)
        for plane, into in zip(level, out, strict=True):
            cv2.remap(plane, at, rest, cv2.INTER_LINEAR, dst=into, borderMode=cv2.BORDER_REFLECT)
        return out

    def _lit(self, m: Moment, near: Array, half: Planes) -> Array:
        """The light's factor, float32 [h/4, w/4]: what shines breathes with the bass."""
        small = cv2.resize(half[1], self._quarter, interpolation=cv2.INTER_AREA)
        shining = np.clip((small - 0.7 * self._knee) / max(0.6 * self._knee, 0.02), 0, 1)
        lamp = 0.26 * m.bass + 0.12 * m.beat + 0.10 * m.loud
        return np.asarray(0.86 + 0.14 * m.loud + (lamp * shining), np.float32)

    def _unsharp(self, near: Array, view: _View) -> Array:
        """How far out of focus each part is, float32 [h/4, w/4]."""
        away = np.abs(near - np.float32(view.focus)) * np.float32(view.blur) - np.float32(0.12)
        return np.asarray(np.clip(away * 1.5, 0, 1), np.float32)

    def _seen(self, view: _View, place: tuple[float, float]) -> tuple[float, float]:
        """Where a point of the picture (fractions) stands in the frame, in picture heights."""
        x = ((place[0] - view.at[0]) * view.zoom + 0.5) * self.aspect
        return x, (place[1] - view.at[1]) * view.zoom + 0.5

    def _shine(self, m: Moment) -> None:
        """Shafts from the brightest place."""
        strength = self.depth.shine * (0.20 + 0.35 * m.notes + 0.15 * m.beat)
        small = resized(self.out, self._quarter, cv2.INTER_AREA)
        small = np.maximum(small - np.float32(self._knee), 0)
        self.added = shafts(small, self.light, 0.45) * np.float32(strength)

    def _specks(self, m: Moment, view: _View) -> None:
        """Dust in the air, and what notes wake of it."""
        self.light = self._seen(view, self.depth.lamp)
        x, y, deep, pace, phase, tint = self._dust
        near = 0.2 + 0.8 * deep**2
        aside = view.aside[0] * (0.5 + 1.5 * near)
        across = (x + aside + 0.02 * np.sin(m.time_s * (0.3 + 0.3 * pace) + phase * 40)) % 1.0
        down = (y - m.flow * 0.02 * (0.3 + pace) * near) % 1.08 - 0.04
        twinkle = 0.5 + 0.5 * np.sin(m.time_s * (0.6 + pace) + phase * 20)
        light = (0.08 + 0.24 * m.notes) * twinkle / (0.4 + near)
        radius = (1.4 + 5.5 * near**2) * self.size[1] / 720
        inks = np.where(tint[:, None] < 0.6, self._colours[0], self._colours[1]) * light[:, None]
        rows = [np.column_stack([across * self.size[0], down * self.size[1], radius, inks])]
        rows += [self._woken(m, e.key, e.age_s, e.strength, e.pitch) for e in m.events
                 if e.strength > _STRONG and e.age_s < _WAKE_S]  # fmt: skip
        splat(self.out, np.concatenate(rows).astype(np.float32))

    def _woken(
        self, m: Moment, key: int, age_s: float, strength: float, pitch: float
    ) -> NDArray[np.float64]:
        """Specks that a note lets rise around what stands out, high for high ones."""
        rng = dice(key)
        x = rng.uniform(0.06, 0.94, _WOKEN) * self.aspect
        y = 0.92 - 0.62 * pitch + rng.normal(0, 0.09, _WOKEN)
        y = y - (0.05 + 0.05 * rng.random(_WOKEN)) * age_s
        x = x + 0.02 * np.sin(age_s * rng.uniform(1, 3, _WOKEN) + rng.uniform(0, 6, _WOKEN))
        left = min(1.0, age_s * 10) * (1 - age_s / _WAKE_S) ** 1.4
        light = left * strength * rng.uniform(0.9, 2.6, _WOKEN)
        ink = self._colours[int(pitch > 0.5)]
        radius = rng.uniform(1.6, 4.2, _WOKEN) * self.size[1] / 720
        height = self.size[1]
        return np.column_stack([x * height, y * height, radius, *(light * c for c in ink)])


def _kept(picture: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """The picture in the film's shape, larger than the film where it has the pixels for it."""
    detail = max(picture.shape[1] / size[0], picture.shape[0] / size[1])
    room = min(max(detail, 1.0), PICTURE_ROOM, max((_MOST_PIXELS / (size[0] * size[1])) ** 0.5, 1))
    return fill_frame(picture, (round(size[0] * room), round(size[1] * room)))


def _sampled(values: Array, u: Array, v: Array) -> Array:
    """Values at fractions of their width and height."""
    rows, columns = values.shape
    x = (u * columns - 0.5).astype(np.float32)
    y = (v * rows - 0.5).astype(np.float32)
    found = cv2.remap(values, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(found, np.float32)


def _calm_side(depth: Depth) -> Zone:
    """Words stand on the side where less stands out."""
    third = max(depth.strange.shape[1] // 3, 1)
    left, right = depth.strange[:, :third].mean(), depth.strange[:, -third:].mean()
    return Zone("left" if left <= right else "right")
