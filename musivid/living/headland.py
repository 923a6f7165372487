"""A headland with a lighthouse: land and tower drawn once; a beam that turns, surf at the rocks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.living.gorge import rock_face
from musivid.living.kernels import kernel
from musivid.living.moment import Moment
from musivid.living.shade import expo, fbm3, smooth

__all__ = ["Coast", "add_tower", "coast", "paint_beam", "surf_rows"]

Array = NDArray[np.float32]
Rgb = tuple[float, float, float]
Coast = tuple[Rgb, Rgb, Rgb]  # rock in light, rock in shade, grass

_SPAN = 0.25  # a tower is no wider to each side, in its heights


def coast(
    size: tuple[int, int], shore: tuple[float, float, float], rock: Coast, light: float, seed: int
) -> Array:
    """A headland that falls to the sea at its left end: float32 [4, h, w] of light and cover.

    Args:
        size: (width, height).
        shore: x of its end, y of its top and y of the water there, in picture heights.
        rock: rock in light, rock in shade, grass.
        light: x of the light.
        seed: which.
    """
    width, height = size
    end, top, foot = shore
    ys, xs = (np.mgrid[:height, :width].astype(np.float32) + 0.5) / height
    face = rock_face(size, light, rock, seed)
    u = xs[:1] - end
    rough = sum(np.sin(xs[:1] * k + seed * k) / k for k in (7.0, 17.0, 41.0, 97.0))
    slope = 0.16 * min(1.0, width / height)
    fall = (foot - top) * (1 - np.clip(u / slope + 0.08 * np.sin(xs[:1] * 60), 0, 1) ** 0.55)
    crest = top - 0.10 * np.clip(u - slope, 0, 2) + 0.07 * rough + fall
    edge = end + 0.05 * np.sin(ys * 23 + seed) * (ys - top) + 0.010 * np.sin(ys * 90)
    base = foot + 0.06 * np.clip(u, 0, 2) + 0.04 * rough
    cover = np.clip((ys - crest) * height, 0, 1) * np.clip((base - ys) * height, 0, 1)
    cover = cover * np.clip((xs - edge) * height, 0, 1)
    down = np.clip((ys - crest) / 0.045 + 0.8 * rough, 0, 1)
    turf = (1 - down) * np.clip(u / 0.1, 0, 1)
    tufts = 0.7 + 0.5 * np.sin(xs * 90 + ys * 40) ** 2
    grass = np.array(rock[2], np.float32)[:, None, None] * tufts
    wet = 1 - 0.65 * np.clip(1 - (base - ys) / 0.05, 0, 1)
    land = face * (0.55 + 0.45 * down) * wet
    land = land + (grass - land) * turf
    return np.concatenate([land * cover, cover[None]]).astype(np.float32)


def add_tower(
    image: Array, foot: tuple[float, float], tall: float, colours: tuple[Rgb, Rgb, Rgb],
    side: float,
) -> tuple[float, float]:  # fmt: skip
    """A round tower with its lantern, drawn once into float32 [4, h, w].

    Args:
        image: the picture of all.
        foot: where it stands, in picture heights.
        tall: how high to its tip.
        colours: white wall in light, in shade, and the band.
        side: where the light comes from, -1 left to 1 right.

    Returns:
        Where its lamp is, in picture heights.
    """
    height, width = image.shape[1:]
    x, y = foot
    column = image[3, :, int(np.clip(x * height, 0, width - 1))]
    y = max(y, float(np.argmax(column > 0.5)) / height + 0.006)  # it stands on what is there
    # Only the columns that it may stand in.
    left, right = (int(np.clip((x + k * _SPAN * tall) * height, 0, width)) for k in (-1, 1))
    image = image[:, :, left:right]
    ys, xs = (np.mgrid[:height, left:right].astype(np.float32) + 0.5) / height
    v, u = (y - ys) / tall, (xs - x) / tall
    white, shade, band = (np.array(c, np.float32)[:, None, None] for c in colours)
    dark = shade * 0.35

    def lay(half: Array, low: float, high: float, tone: Array) -> None:
        cover = np.clip((half - np.abs(u)) * tall * height + 0.5, 0, 1)
        cover = cover * np.clip((v - low) * tall * height + 0.5, 0, 1)
        cover = cover * np.clip((high - v) * tall * height + 0.5, 0, 1)
        # A cylinder: light falls off around it, a little comes back from behind.
        turn = np.clip(u / np.maximum(half, 1e-4), -1, 1)
        lit = np.clip(0.18 + 0.82 * (turn * side * 0.75 + 0.66 * np.sqrt(1 - turn**2)), 0.10, 1)
        own = tone * lit + shade * (1 - lit) * 0.6
        image[:3] += (own - image[:3]) * cover
        image[3] += (1 - image[3]) * cover

    body = 0.105 - 0.050 * v / 0.78 + 0.035 * np.exp(-np.maximum(v, 0) * 22)
    stripe = np.floor(np.clip(v / 0.78, 0, 0.999) * 5) % 2
    lay(body, -0.03, 0.78, white + (band - white) * stripe)
    for at in (0.16, 0.36, 0.56):  # windows
        lay(np.full_like(u, 0.010), at, at + 0.040, dark)
    lay(np.full_like(u, 0.082), 0.770, 0.788, dark * 2)
    for k in np.linspace(-0.078, 0.078, 9):  # railing
        cover = np.clip((0.0016 - np.abs(u - k)) * tall * height + 0.5, 0, 1)
        cover = cover * ((v > 0.788) & (v < 0.822))
        image[:3] += (dark - image[:3]) * cover
        image[3] += (1 - image[3]) * cover
    lay(np.full_like(u, 0.080), 0.819, 0.824, dark * 2)
    lay(np.full_like(u, 0.044), 0.788, 0.878, dark)
    dome = 0.056 * np.sqrt(np.clip(1 - ((v - 0.878) / 0.060) ** 2, 0, 1))
    lay(dome, 0.878, 0.938, band)
    lay(np.full_like(u, 0.0035), 0.93, 1.0, dark)
    return x, y - 0.832 * tall


@kernel
def paint_beam(out, xs, ys, place, turn, t):
    """Two beams that turn about a lamp, as light in the air, float32 [h, w].

    Args:
        out: filled here, at any size.
        xs: places of columns in heights.
        ys: places of rows.
        place: x and y of the lamp, how far the beam is seen, how wide it is.
        turn: angle, 0 to the right, a quarter towards us.
        t: clock of the mist.
    """
    lx, ly, far, wide = place[0], place[1], place[2], place[3]
    c, s = np.cos(turn), np.sin(turn)
    for j in range(out.shape[0]):
        dy = ys[j] - ly
        for i in range(len(xs)):
            dx = xs[i] - lx
            r = np.sqrt(dx * dx + dy * dy)
            mist = 0.55 + 0.9 * fbm3(xs[i] * 2.2 - t * 0.10, ys[j] * 4.0 + t * 0.05)
            total = 0.0
            for k in range(2):
                sign = 1.0 - 2.0 * float(k)
                a, near = c * sign, s * sign
                along = dx * (1.0 if a > 0.0 else -1.0)
                # towards us a beam is short, broad and sinks; away from us it is thin
                spread = wide * (1.0 + 1.3 * max(near, 0.0)) / max(abs(a), 0.12)
                sink = 0.10 * near / max(abs(a), 0.12)
                v = (dy - sink * along) / (0.010 + spread * max(along, 0.0))
                reach = far * max(abs(a), 0.10)
                light = expo(-min(v * v, 12.0)) * smooth(reach, 0.0, along)
                light *= smooth(-0.004, 0.012, along) / (0.35 + along * 1.1)
                total += light * (0.35 + 0.65 * abs(a))
            glow = 0.010 / (r * r + 0.006)
            out[j, i] = total * mist + glow * (0.5 + 0.9 * max(s, -s) * max(s, -s))


def surf_rows(m: Moment, stones: Array, tint: Rgb, scale: float) -> Array:
    """Spray that hits throw at stones (x, y, half width): rows for `splat`, in heights."""
    rows = [np.zeros((0, 6))]
    for event in [e for e in m.events if e.strength > 0.30 and e.age_s < 1.8][:9]:
        rng = dice(event.key + 21)
        x, y, wide = stones[int(rng.integers(len(stones)))]
        u = rng.random((5, 46))
        age = event.age_s * (0.8 + 0.5 * u[4])
        up = (0.16 + 0.34 * u[0]) * scale * event.strength
        px = x + wide * 1.6 * (u[1] - 0.5) + 0.46 * scale * (u[2] - 0.5) * age
        py = y - np.maximum(up * age * 2.0 - 0.55 * scale * age**2, -0.02)
        fade = np.clip(1 - age / 1.3, 0, 1) ** 1.5 * min(1.0, event.age_s * 10)
        drops = 0.0012 + 0.0030 * u[3] ** 3
        rows.append(np.stack([px, py, drops, *(0.55 * fade * c for c in tint)], 1))
        puff = np.stack([px, py, 0.012 + 0.05 * scale * age, *(0.075 * fade * c for c in tint)], 1)
        rows.append(puff[::3])
    return np.concatenate(rows).astype(np.float32)
