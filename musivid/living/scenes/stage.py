"""A concert: beams through haze that sweep with the bars, a band before them, a crowd in front."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numba import float32
from numpy.typing import NDArray

from musivid.living.beams import beam, paint_beams, paint_deck
from musivid.living.canvas import Planes, enlarge
from musivid.living.figures import band
from musivid.living.figures.body import Body, Ink, draw
from musivid.living.figures.crowd import Crowd, Row
from musivid.living.kernels import kernel
from musivid.living.light import Grade, splat
from musivid.living.moment import Moment
from musivid.living.rig import View, bulbs, confetti, desk, fountains, loudspeakers, truss
from musivid.living.scene import Now, Scene, Zone, ease, jitter
from musivid.living.shade import fbm3, fbm4, mix, smooth, whole
from musivid.living.sprites import shape

__all__ = ["Stage"]

Rgb = tuple[float, float, float]

_FLOOR, _EDGE = 0.600, 0.655  # of the stage: where the band stands, where it ends
_TRUSS = 0.115
# Of the crowd, far to near: y of the necks, height of a head, heads apart, softness in pixels.
_ROWS = {
    "wide": ((0.735, 0.018, 2.3, 0.0), (0.772, 0.026, 2.3, 0.0), (0.83, 0.041, 2.4, 0.0),
             (0.965, 0.088, 3.3, 1.2)),
    "near": ((0.905, 0.042, 2.4, 0.5), (0.965, 0.062, 2.5, 1.0), (1.07, 0.125, 3.6, 3.0)),
    "aside": ((0.762, 0.022, 2.3, 0.0), (0.805, 0.032, 2.3, 0.0), (0.875, 0.050, 2.5, 0.3),
              (1.02, 0.135, 3.7, 3.0)),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Look:
    """Linear light: air high and low, two colours of beams and that of the spot."""

    air: tuple[Rgb, Rgb]
    inks: tuple[Rgb, Rgb]
    spot: Rgb
    act: Literal["band", "mixer", "piano"]
    sky: bool
    hands: float
    phones: float
    paper: float
    thin: float
    grade: Grade


@kernel
def _air(out, xs, ys, p, sky, t, wall, bands):
    """What is behind: a dark hall with a wall of light, or the evening sky over a field.

    p: high, low, colour of the wall, low light, glow of the haze.
    wall: x of its middle, half width, top, foot, light.
    """
    cx, half, top, foot, lit = wall[0], wall[1], wall[2], wall[3], wall[4]
    tmp = np.empty((3, len(xs)), np.float32)
    cloud, screen, glow = tmp[0], tmp[1], tmp[2]
    for j in range(out.shape[1]):
        y = ys[j]
        low = smooth(0.0, 0.62, y)
        inside = smooth(top, top + 0.10, y) * smooth(foot, foot - 0.02, y)
        up = (foot - y) / (foot - top)
        for i in range(len(xs)):
            x = xs[i]
            bend = fbm3(x * 1.1 + t * 0.03, y * 3.0)
            n = fbm4(x * 0.9 + bend, y * 4.2 + 3.0 - t * 0.02)
            cloud[i] = smooth(0.42, 0.75, n) * sky
            dy = y - 0.44
            glow[i] = (0.5 + n) / (1.0 + 3.5 * x * x + 22.0 * dy * dy)
        for i in range(len(xs)):  # apart, since what is looked up keeps pixels from going together
            u = abs(xs[i] - cx) / half
            q = min(u * 12.0, 11.99)
            k = whole(q)
            v = abs(q - float32(k) - 0.5)
            b = bands[k * 2]
            tube = smooth(0.20, 0.12, v) + 0.30 * smooth(0.5, 0.0, v)
            tall = smooth(b + 0.30, b - 0.10, up)
            screen[i] = inside * smooth(1.0, 0.985, u) * tube * (0.03 + b * b * tall) * lit
        for c in range(3):
            row, base = out[c, j], mix(p[0, c], p[1, c], low * low)
            for i in range(len(xs)):
                lit_cloud = cloud[i] * (p[3, c] - base) * 0.55 * (0.3 + low)
                row[i] = base + lit_cloud + screen[i] * p[2, c] + glow[i] * p[4, c]


class Stage(Scene):
    """From the crowd to the stage."""

    shots: ClassVar = ("wide", "near", "aside")
    zones: ClassVar = {"wide": Zone("middle", 0.05), "near": Zone("left", 0.1)}
    looks: ClassVar[Mapping[str, _Look]] = {
        "arena": _Look(
            ((0.004, 0.006, 0.022), (0.020, 0.030, 0.095)), ((0.10, 0.30, 1.0), (0.75, 0.10, 0.85)),
            (1.0, 0.86, 0.66), "band", False, 0.55, 0.05, 0.5, 1.0,
            Grade(exposure=1.1, bloom=0.6, shadows=(0.004, 0.002, 0.022), saturation=1.1),
        ),
        "club": _Look(
            ((0.010, 0.002, 0.012), (0.060, 0.006, 0.040)), ((1.0, 0.06, 0.22), (0.05, 0.75, 0.62)),
            (1.0, 0.35, 0.40), "mixer", False, 0.75, 0.04, 0.0, 0.45,
            Grade(exposure=1.15, bloom=0.65, shadows=(0.012, 0.0, 0.014), saturation=1.15,
                  vignette=0.45),
        ),
        "gold": _Look(
            ((0.008, 0.004, 0.004), (0.030, 0.014, 0.008)), ((1.0, 0.58, 0.22), (0.85, 0.36, 0.12)),
            (1.0, 0.80, 0.52), "piano", False, 0.06, 0.30, 0.0, 1.0,
            Grade(exposure=1.15, bloom=0.6, shadows=(0.012, 0.004, 0.006), saturation=1.02,
                  vignette=0.45),
        ),
        "festival": _Look(
            ((0.050, 0.060, 0.19), (1.0, 0.36, 0.14)), ((1.0, 0.66, 0.30), (0.95, 0.22, 0.34)),
            (1.0, 0.88, 0.70), "band", True, 0.6, 0.0, 0.8, 1.0,
            Grade(exposure=1.0, bloom=0.5, shadows=(0.02, 0.004, 0.03), saturation=1.08,
                  vignette=0.3),
        ),
    }  # fmt: skip

    def __init__(self, size: tuple[int, int], look: str, seed: int) -> None:
        """See `Scene`."""
        super().__init__(size, look, seed)
        own = self._look = self.looks[look]
        self.grade, self.glow = own.grade, own.spot
        self._crowd = Crowd(size, seed)
        self._dark = np.array(own.air[0]) * (0.10 if own.sky else 0.35)
        self._view = View(1.0, 0.0, 0.5, self.aspect)

    def paint(self, moment: Moment) -> Planes:
        """See `Scene`."""
        m, now, out, look = moment, self.now(moment), self.out, self._look
        beat = self.stride(m.time_s, 1.0)
        self._aim(m, now)
        zoom, cx, cy = self._view.zoom, self._view.x, self._view.y
        xs = (self.mid[0] - np.float32(self.aspect / 2)) / np.float32(zoom) + np.float32(cx)
        ys = (self.mid[1] - np.float32(0.5)) / np.float32(zoom) + np.float32(cy)
        wall = (0.0, 0.42 * max(self.fit, 0.5), 0.20, 0.56, 0.5 + 0.5 * m.loud)
        lit = (0.0, 0.0) if look.sky or look.act == "piano" else (1.0, 1.0)
        haze = (np.array(look.inks[0]) + look.inks[1]) * (0.012 + 0.022 * m.bass)
        haze += np.array(look.spot) * (0.05 if look.sky else 0.005)
        screen = np.array(look.inks[1]) * lit[0]
        colours = np.array([*look.air, screen, look.air[1], haze], np.float32)
        _air(self.small, xs, ys, colours, 1.0 if look.sky else 0.0, m.flow,
             np.array(wall, np.float32), np.ascontiguousarray(m.bands))  # fmt: skip
        beams = self._lamps(m, beat)
        paint_beams(self.small, xs, ys, beams, m.flow, 0.9)
        dark = np.array([self._dark * 1.5, look.spot], np.float32)
        paint_deck(self.small, xs, ys, _FLOOR, _EDGE, dark, 0.0, 0.10 + 0.10 * m.bass)
        enlarge(self.small, out)
        self.light = self._view.at(0.0, 0.30)
        self._rig(m, beams)
        self._act(m, beat)
        self._festivity(m)
        self._people(m, now, beat)
        return out

    def _aim(self, m: Moment, now: Now) -> None:
        """The camera: zoom, and the place of the stage in the middle; x is 0 on the singer."""
        sway = jitter(m.time_s, 1.0)
        if now.shot == "near":
            view = 1.95 + 0.15 * now.share, self._star() + 0.10 * now.move, 0.440
        elif now.shot == "aside":
            view = 1.28, 0.34 * now.move, 0.47 - 0.03 * now.share
        else:
            view = 1.0 + 0.07 * ease(now.share), 0.0, 0.5 - 0.01 * now.share
        zoom, x, y = view
        zoom *= 0.55 + 0.45 * self.fit
        self._view = View(zoom, x + 0.004 * sway[0], y + 0.004 * sway[1], self.aspect)

    def _star(self) -> float:
        """Where those stand whom the near shot shows."""
        return {"band": -0.03, "mixer": 0.02, "piano": 0.02}[self._look.act]

    def _lamps(self, m: Moment, beat: float) -> NDArray[np.float32]:
        """Beams that sweep with the bars, each lit on a beat of its own."""
        if self._look.act == "piano":
            return self._piano_lamps(m, beat)
        look, rows, bar = self._look, [], beat / 4
        top = 9
        for k in range(top):
            u = (k - (top - 1) / 2) / (top / 2)
            turn = 0.55 * np.sin(np.pi * bar + 0.9 * u) * np.sign(u + 1e-6) + 0.5 * u
            on = 0.30 + 0.55 * np.exp(-2.2 * ((beat - k % 4) % 4)) + 0.35 * m.hits * (k % 2)
            ink = np.array(look.inks[(k + int(bar / 2)) % 2]) * on
            place = (u * 0.84, _TRUSS + 0.012)
            aim = place[0] + np.sin(turn) * 1.0, place[1] + np.cos(turn)
            rows.append(beam(place, aim, (0.008 * look.thin, 0.075 * look.thin, 1.25), ink * 2.4))
        low = 8
        for k in range(low):
            u = (k - (low - 1) / 2) / (low / 2)
            turn = 0.62 * u + 0.42 * np.sin(0.5 * np.pi * bar + 1.7 * k * (look.thin < 1) + abs(u))
            on = 0.22 + 0.75 * float(m.bands[k * 4]) + 0.25 * m.beat
            ink = np.array(look.inks[(k + 1 + int(bar / 2)) % 2]) * on
            place = (u * 0.78, 0.575)
            aim = place[0] + np.sin(turn), place[1] - np.cos(turn)
            rows.append(beam(place, aim, (0.009 * look.thin, 0.065 * look.thin, 1.2), ink * 1.9))
        spot = np.array(look.spot) * (0.55 + 0.2 * m.notes)
        rows.append(beam((-0.50, -0.05), (-0.04, 0.56), (0.014, 0.10, 1.2), spot))
        return np.array(rows, np.float32)

    def _piano_lamps(self, m: Moment, beat: float) -> NDArray[np.float32]:
        """Two spots from above and a row of low lamps behind."""
        look, rows = self._look, []
        for x, lamp, spot_at, wide in ((-0.62, look.spot, (-0.10, 0.60), 0.020),
                                       (0.42, look.inks[0], (0.26, 0.60), 0.014)):  # fmt: skip
            ink = np.array(lamp) * (1.25 + 0.25 * m.notes)
            rows.append(beam((x, -0.08), spot_at, (wide, 0.155, 1.5), ink))
        for k in range(6):
            x = (k - 2.5) * 0.26
            ink = np.array(look.inks[1]) * (0.16 + 0.22 * float(m.bands[4 + 4 * k]))
            aim = x * 1.3 + 0.12 * float(np.sin(np.pi * beat / 4)), -0.3
            rows.append(beam((x, 0.56), aim, (0.010, 0.10, 1.1), ink))
        return np.array(rows, np.float32)

    def _rig(self, m: Moment, beams: NDArray[np.float32]) -> None:
        """What hangs over the stage, and lamps that shine."""
        out, view, height = self.out, self._view, self.size[1]
        if self._look.act == "piano":
            bulbs(out, view, m, (self._dark, self._look.spot), self.seed)
        else:
            truss(out, view, _TRUSS, self._dark)
        for row in beams:
            x, y = view.at(float(row[0]), float(row[1]))
            ink = row[6:9] * 3.2 + 0.6 * row[6:9].max()
            size = (2.2 + 90 * float(row[4])) * view.zoom * height / 720
            at = x * height, y * height
            rows = [[*at, size, *ink], [*at, size * 5, *(ink * 0.10)]]
            splat(out, np.array(rows, np.float32))

    def _act(self, m: Moment, beat: float) -> None:
        """Who plays, dark before the light, with a thin lit edge."""
        view = self._view
        act, power = self._look.act, float(np.clip(1.6 * m.loud - 0.5, 0, 1))
        who: list[tuple[Body, float, float, float]] = []
        if act == "band":
            loudspeakers(self.out, view, self._dark * 0.8)
            shape(self.out, [view.box(-0.02, _FLOOR - 0.062, 0.37, _FLOOR)], self._dark * 1.4)
            reach = 0.25 + 0.75 * power * float(np.sin(np.pi * beat / 8)) ** 2
            who = [
                (band.drummer(beat, power), 0.175, _FLOOR - 0.062, 0.215),
                (band.keyboarder(beat, power), -0.60, _FLOOR + 0.004, 0.195),
                (band.guitarist(beat, power), -0.30, _FLOOR + 0.022, 0.205),
                (band.guitarist(beat + 0.5, power, bass=True), 0.47, _FLOOR + 0.018, 0.207),
                (band.singer(beat, reach), -0.045, _FLOOR + 0.034, 0.205),
            ]  # fmt: skip
        elif act == "mixer":
            who = [(band.mixer(beat, power), 0.0, _FLOOR + 0.030, 0.26)]
        else:
            who = [
                (band.pianist(beat), 0.30, _FLOOR + 0.026, 0.200),
                (band.singer(beat / 2, 0.3, dress=True), -0.16, _FLOOR + 0.030, 0.195),
            ]
        for body, x, y, tall in who:
            rim = np.array(self._look.spot) * (1.1 + 0.5 * m.beat)
            lamp = view.at(-0.35 if act != "piano" else -0.45, 0.05)
            high = self._dark * 0.8 + rim * 0.010
            ink = Ink(self._dark * 0.8, rim, lamp, 0.9, reach=1.4, high=high, broad=0.04)
            draw(self.out, body, view.at(x, y), tall * view.zoom, ink)
        if act == "mixer":
            desk(self.out, self._view, _FLOOR + 0.012, m.bands, self._look.inks)

    def _festivity(self, m: Moment) -> None:
        """Sparks on the hardest hits, confetti where it is loud."""
        look = self._look
        hard = [e for e in m.events if e.strength > 0.98 and e.age_s < 1.5 and e.key % 3 == 0]
        if look.act != "piano":
            for event in hard:
                fountains(self.out, self._view, event, (0.52, 0.62))
        much = look.paper * float(np.clip(2.2 * m.loud - 0.9, 0, 1))
        confetti(self.out, m, much, (look.spot, *look.inks), self.seed)

    def _people(self, m: Moment, now: Now, beat: float) -> None:
        """Rows of the crowd: the nearest out of focus, and it passes where the camera moves."""
        look = self._look
        lift = float(np.clip(1.5 * m.loud - 0.25, 0.05, 1)) * (0.25 if look.act == "piano" else 1.0)
        drift = -now.move * (0.9 if now.shot == "aside" else 0.06)
        tint = (np.array(look.inks[0]) + np.array(look.inks[1])) * 0.22 + np.array(look.spot) * 0.10
        rows = _ROWS[now.shot]
        for k, (y, head, apart, soft) in enumerate(rows):
            last = k == len(rows) - 1
            row = Row(y, head * self.fit, apart, look.hands * (0.75 if last else 1.0),
                      0.0 if last else look.phones, soft)  # fmt: skip
            far = 1 - k / (len(rows) - 1)
            dark = self._dark * (0.5 + far) + tint * 0.020 * far
            light = tint * (0.7 + 2.4 * far) * (0.6 + 0.6 * m.beat)
            shift = drift * (0.4 + 0.9 * (1 - far)) + self.aspect / 2
            clock = beat + 0.03 * k
            self._crowd.draw(self.out, row, (dark, light), beat=clock, lift=lift, shift=shift)
