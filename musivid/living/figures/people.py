"""People from behind: two who stand hand in hand."""

from __future__ import annotations

import numpy as np

from musivid.living.figures.body import Body, Point, beside
from musivid.living.figures.outlines import cloth

__all__ = ["alone", "long_hair", "pair", "scarf"]

_HER = 0.93  # her height
_TUFTS = ((-0.028, -0.038, -0.044, -0.056), (-0.010, -0.050, -0.024, -0.072),
          (0.012, -0.052, 0.002, -0.076), (0.030, -0.042, 0.030, -0.062),
          (-0.034, -0.006, -0.044, 0.016), (0.0, 0.024, -0.010, 0.046),
          (0.022, 0.020, 0.020, 0.042))  # fmt: skip


def long_hair(at: tuple[float, float], time_s: float, wind: float, length: float = 0.30) -> Body:
    """Locks that hang from a head's middle and are carried by the wind to the left."""
    b, u, count = Body(), np.linspace(0, 1, 7), 11
    for k in range(count):
        side, long = k / (count - 1) - 0.5, length * (0.82 + 0.18 * np.sin(k * 2.4))
        drift = wind * (0.55 + 0.30 * np.sin(k * 1.7)) * long * 0.9
        x = at[0] + 0.085 * side * (1 - 0.25 * u) - drift * u**1.6
        x = x + wind * 0.016 * u * np.sin(time_s * 3.3 - u * 4.0 + k * 0.9)
        y = at[1] - 0.018 * np.cos(3.0 * side) - 0.004 + long * u * (1 - 0.30 * wind * u)
        y = y + wind * 0.012 * u * np.sin(time_s * 4.1 - u * 5.0 + k * 1.3)
        b.chain(np.stack([x, y], 1), 0.020, 0.0022, 0.010)
    return b


def _shoe(x: float, way: int, size: float = 1.0) -> Body:
    """A shoe seen from behind, turned a little out."""
    b = Body().limb((x, -0.030 * size), (x + 0.010 * way, -0.012), 0.019, 0.017, 0.008)
    return b.limb((x - 0.006 * way, -0.010), (x + 0.026 * way, -0.009), 0.011, 0.009, 0.006)


def _arm(shoulder: Point, elbow: Point, wrist: Point, radii: tuple[float, float, float]) -> Body:
    """A bare arm, or with a sleeve over its upper half: `skin` and `shirt` are told apart."""
    return (
        Body()
        .limb(shoulder, elbow, radii[0], radii[1], 0.018)
        .limb(elbow, wrist, radii[1] * 0.95, radii[2], 0.006)
    )


def _sleeved(b: Body, shoulder: Point, elbow: Point, wrist: Point, hand: Point) -> None:
    """A man's arm whose sleeve ends over the elbow."""
    half = np.asarray(shoulder) * 0.12 + np.asarray(elbow) * 0.88
    bare = _arm(shoulder, elbow, wrist, (0.026, 0.025, 0.0175))
    bare.limb(wrist, hand, 0.018, 0.012, 0.006)
    b.worn(skin=bare, shirt=Body().limb(shoulder, half, 0.033, 0.030, 0.02))


def pair(time_s: float, wind: float = 0.5, close: float = 0.0, breath: float = 0.0) -> Body:
    """Two hand in hand, from behind; height 1, between -0.3 and 0.3.

    Args:
        time_s: clock of hair and cloth.
        wind: from the right, 0 to 1.
        close: 1 when she leans her head to him.
        breath: -1..1.

    Returns:
        The body; parts `dress`, `folds` and `hair` are drawn over it.
    """
    up, his, hers = 0.003 * breath, 0.135 - 0.02 * close, -0.135 + 0.02 * close
    b = Body().add(_man(time_s, wind, close, up), (his, 0.0))
    woman = _woman(time_s, wind, close, up)
    b.add(woman, (hers, 0.0))
    join = np.array([0.0, -0.475])
    shoulder, elbow = (hers + 0.0707, -0.744), (hers + 0.1097, -0.586)
    hers_ = _arm(shoulder, elbow, beside(join, -0.004, -0.01), (0.021, 0.018, 0.012))
    b.worn(skin=hers_, arm=hers_)
    shoulder, elbow = (his - 0.096, -0.795 - up), (his - 0.136, -0.640)
    _sleeved(b, shoulder, elbow, beside(join, 0.008, -0.01), beside(join, 0.006, 0.020))
    clasp = beside(join, -0.006, -0.006), beside(join, 0.006, 0.020)
    return b.worn(skin=Body().limb(*clasp, 0.017, 0.013, 0.008))


def alone(time_s: float, wind: float = 0.4, breath: float = 0.0, *, woman: bool = False) -> Body:
    """Someone from behind; height 1. A man has the part `scarf`, a woman the part `dress`."""
    up = 0.003 * breath
    if woman:
        arm = _arm((0.071, -0.744), (0.110, -0.600), (0.104, -0.484), (0.021, 0.018, 0.013))
        arm.limb((0.104, -0.479), (0.097, -0.437), 0.013, 0.008, 0.006)
        return _woman(time_s, wind, 0.0, up).worn(skin=arm, arm=arm)
    b = _man(time_s, wind, 0.0, up)
    _sleeved(b, (-0.098, -0.795 - up), (-0.134, -0.640), (-0.132, -0.505), (-0.126, -0.455))
    b.parts["scarf"] = scarf((-0.006, -0.868 - up), time_s, 0.35 + 0.6 * wind)
    b.add(b.parts["scarf"])
    return b


def scarf(neck: Point, time_s: float, wind: float) -> Body:
    """A scarf round a neck; the wind carries its end to the left."""
    x, y = neck
    b = Body().limb((x - 0.034, y), (x + 0.034, y + 0.004), 0.027, 0.026, 0.01)
    u = np.linspace(0, 1, 10)
    for long, off, broad in ((1.0, 0.0, 0.030), (0.62, 1.9, 0.024)):
        wave = 0.034 * np.sin(time_s * 4.2 - u * 4.5 + off)
        line_x = x - 0.028 - (0.07 + 0.27 * wind) * long * u
        line_y = y + 0.004 + (0.27 - 0.21 * wind) * long * u**1.2 + wave * u
        line = np.stack([line_x, line_y], 1)
        along = np.gradient(line, axis=0)
        aside = np.stack([-along[:, 1], along[:, 0]], 1) / np.hypot(*along.T)[:, None]
        half = (0.014 + (broad - 0.014) * u**0.7)[:, None] * aside
        b.outline(np.concatenate([line + half, (line - half)[::-1]]), 0.004, rounded=2)
    return b


def _man(time_s: float, wind: float, close: float, up: float) -> Body:
    """A man in a shirt that the wind fills; his left arm is left to the pair."""
    b, legs = Body(), Body()
    legs.outline(cloth("man_left_leg"), 0.004).outline(cloth("man_right_leg"), 0.004)
    b.worn(legs=legs, shoes=_shoe(-0.052, -1).add(_shoe(0.076, 1)))
    x, y = -0.010 - 0.014 * close, -0.940 - up
    skin = Body().limb((0.0, -0.87), (x, y + 0.035), 0.034, 0.033, 0.01)
    skin.limb((x, y - 0.008), (x, y + 0.022), 0.047, 0.040, 0.01)
    for side in (-1, 1):
        skin.limb((x + side * 0.047, y + 0.010), (x + side * 0.046, y + 0.022), 0.008, 0.006, 0.003)
    hair = Body().limb((x - 0.012, y - 0.024), (x + 0.010, y - 0.026), 0.043, 0.042, 0.01)
    hair.limb((x - 0.006, y - 0.010), (x + 0.006, y + 0.012), 0.042, 0.036, 0.01)
    for k, (ax, ay, bx, by) in enumerate(_TUFTS):
        sway = -0.012 * wind + 0.006 * float(np.sin(time_s * 4 + k * 1.7)) * wind
        hair.limb((x + ax, y + ay), (x + bx + sway, y + by), 0.020, 0.003, 0.016)
    b.worn(skin=skin, shirt=Body().outline(cloth("man_shirt", time_s, wind, up), 0.006), hair=hair)
    _sleeved(b, (0.098, -0.795 - up), (0.134, -0.640), (0.132, -0.505), (0.126, -0.455))
    return b


def _woman(time_s: float, wind: float, close: float, up: float) -> Body:
    """A woman in a summer dress; her right arm is left to the pair."""
    b, skin, shoes = Body(), Body(), Body()
    for side, off in ((-1, 0.0), (1, 0.006)):
        x = side * 0.038 * _HER
        line = [(x, -0.32), (x + off, -0.255), (x + off + side * 0.002, -0.18), (x + off, -0.05)]
        skin.chain(line, 0.034, 0.0165, 0.004)
        skin.limb((x + side * 0.005 + off, -0.215), (x + off, -0.14), 0.029, 0.022, 0.01)
        shoes.add(_shoe(x + off, side, 0.9))
    x, y = 0.018 + 0.030 * close, -0.925 * _HER - up * 0.5 + 0.010 * close
    skin.limb((0.0, -0.855 * _HER), (x, y + 0.03), 0.024, 0.026, 0.01)
    arm = _arm((-0.071, -0.744), (-0.110, -0.600), (-0.104, -0.484), (0.021, 0.018, 0.013))
    arm.limb((-0.104, -0.479), (-0.097, -0.437), 0.013, 0.008, 0.006)
    hair = long_hair((x - 0.002, y - 0.012), time_s, 0.42 + 0.75 * wind)
    hair.limb((x, y - 0.008), (x - 0.002, y + 0.02), 0.046, 0.042, 0.012)
    dress = Body().outline(cloth("dress_back", time_s, wind, up) * _HER, 0.006)
    b.worn(skin=skin.add(arm), shoes=shoes, dress=dress, arm=arm, hair=hair)
    b.parts["folds"] = _folds(time_s, wind)
    return b


def _folds(time_s: float, wind: float) -> Body:
    """Folds of the dress, as lines from the waist to the hem."""
    b, u = Body(), np.linspace(0, 1, 8)
    ends = ((-0.045, -0.150 - 0.13 * wind), (-0.018, -0.075 - 0.05 * wind), (0.012, 0.020),
            (0.040, 0.088))  # fmt: skip
    for k, (x0, x1) in enumerate(ends):
        sway = 0.011 * wind * np.sin(time_s * 3.4 + 1.3 * k)
        x = x0 + (x1 - x0) * u**1.4 + sway * u
        y = -0.60 + 0.315 * u - (0.05 * wind * u if k == 0 else 0)
        b.chain(np.stack([x, y], 1) * _HER, 0.0010, 0.0052, 0.002)
    return b
