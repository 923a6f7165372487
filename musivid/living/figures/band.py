"""A band on a stage, from the front and dark before its light; each moves on the beat."""

from __future__ import annotations

import numpy as np

from musivid.living.figures.body import Body

__all__ = ["drummer", "guitarist", "keyboarder", "mixer", "pianist", "singer"]


def _standing(wide: float, nod: float, sway: float, slim: float = 1.0) -> Body:
    """Legs, trunk and head of someone who stands and looks at the viewer; arms are left out."""
    b = Body()
    drop, loose = 0.012 * nod, 1.0 if slim > 0.9 else 0.78  # a loose shirt hangs over the belt
    for side in (-1, 1):
        foot, knee = side * wide, side * (wide * 0.72 + 0.012 * nod)
        hip = (side * 0.040 + sway * 0.3, -0.49 + drop)
        b.limb(hip, (knee, -0.27 + drop * 0.5), 0.066, 0.048, 0.012)
        b.limb((knee, -0.27 + drop * 0.5), (foot, -0.07), 0.046, 0.041, 0.012)
        b.limb((foot, -0.030), (foot + side * 0.028, -0.014), 0.030, 0.020, 0.012)
    x = sway
    points = [
        (x * 0.3 - 0.100 * loose, -0.455), (x * 0.6 - 0.088 * loose, -0.60),
        (x - 0.108 * slim, -0.745), (x - 0.104 * slim, -0.800), (x - 0.060, -0.838),
        (x - 0.028, -0.855), (x + 0.028, -0.855), (x + 0.060, -0.838), (x + 0.104 * slim, -0.800),
        (x + 0.108 * slim, -0.745), (x * 0.6 + 0.088 * loose, -0.60),
        (x * 0.3 + 0.100 * loose, -0.455), (x * 0.3 + 0.01, -0.440),
    ]  # fmt: skip
    b.outline([(px, py + drop) for px, py in points], 0.015)
    head = (x * 1.15, -0.925 + drop + 0.016 * nod)
    b.limb((x, -0.84 + drop), (head[0], head[1] + 0.03), 0.028, 0.028, 0.008)
    b.limb((head[0], head[1] - 0.022), (head[0], head[1] + 0.016), 0.044, 0.034, 0.012)
    b.places["head"] = head
    b.places["left"] = x - 0.098 * slim, -0.795 + drop
    b.places["right"] = x + 0.098 * slim, -0.795 + drop
    return b


def _arm(b: Body, side: str, elbow: tuple[float, float], hand: tuple[float, float]) -> None:
    x, y = b.places[side]
    half = 0.35 * x + 0.65 * elbow[0], 0.35 * y + 0.65 * elbow[1]
    b.limb((x, y + 0.004), half, 0.040, 0.036, 0.014)  # the sleeve
    b.limb(half, elbow, 0.028, 0.026, 0.004).limb(elbow, hand, 0.026, 0.017, 0.006)
    b.limb(hand, (hand[0] + (hand[0] - elbow[0]) * 0.2, hand[1] + (hand[1] - elbow[1]) * 0.2),
           0.019, 0.013, 0.006)  # fmt: skip


def _reach(b: Body, side: str, out: float, turn: float) -> None:
    """An arm by its angles from straight down, in degrees: the upper arm and the forearm."""
    way = -1 if side == "left" else 1
    x, y = b.places[side]
    u, v = np.radians(out), np.radians(turn)
    elbow = x + way * 0.165 * float(np.sin(u)), y + 0.165 * float(np.cos(u))
    _arm(b, side, elbow, (elbow[0] + way * 0.145 * float(np.sin(v)),
                          elbow[1] + 0.145 * float(np.cos(v))))  # fmt: skip


def _hair(b: Body, length: float, sway: float) -> None:
    """Hair: short and uneven, or falling over one shoulder where `length` is more than 0."""
    x, y = b.places["head"]
    for dx, dy, r in ((-0.026, -0.036, 0.030), (0.010, -0.046, 0.030), (0.034, -0.030, 0.024),
                      (-0.042, -0.012, 0.018), (0.044, -0.008, 0.016)):  # fmt: skip
        b.limb((x + dx, y + dy), (x + dx * 0.7, y + dy * 0.8), r, r, 0.010)
    if length:
        for side, share in ((-1, 1.0), (1, 0.7)):
            end = x + side * 0.060 - 0.4 * sway, y + length * share
            b.chain([(x + side * 0.030, y - 0.03), (x + side * 0.046, y + 0.03), end], 0.026, 0.007)


def singer(beat: float, power: float, *, dress: bool = False) -> Body:
    """A singer at a microphone on its stand; `power` 0..1 lifts an arm."""
    sway = 0.016 * float(np.sin(np.pi * beat / 2))
    b = _standing(0.055 if dress else 0.085, float(np.cos(2 * np.pi * beat)) * 0.25, sway,
                  0.84 if dress else 0.95)  # fmt: skip
    if dress:
        hem = 0.012 * float(np.sin(np.pi * beat / 2 - 0.8))
        b.outline([(sway - 0.075, -0.56), (sway + 0.075, -0.56), (0.105 + hem, -0.30),
                   (0.165 + hem * 2, -0.02), (-0.165 + hem * 2, -0.02), (-0.105 + hem, -0.30)],
                  0.02)  # fmt: skip
    _hair(b, 0.17 if dress else 0.12, sway)
    x, y = b.places["head"]
    mic = (x + 0.020, y + 0.055)
    _arm(b, "left", (x - 0.145, -0.665), (mic[0] - 0.020, mic[1] + 0.045))
    lift = float(np.clip(power, 0, 1))
    _reach(b, "right", 28 + 92 * lift, 50 + 125 * lift)
    b.limb((mic[0], mic[1]), (mic[0] - 0.008, mic[1] + 0.05), 0.018, 0.010, 0.002)
    b.limb((mic[0] - 0.004, mic[1] + 0.04), (mic[0] - 0.012, -0.01), 0.006, 0.006, 0.001)
    return b.limb((mic[0] - 0.075, -0.008), (mic[0] + 0.055, -0.008), 0.007, 0.007, 0.001)


def guitarist(beat: float, power: float, *, bass: bool = False) -> Body:
    """Someone with a guitar or a bass; the strumming hand goes with the beat."""
    nod, wide = float(np.cos(2 * np.pi * beat)) * (0.4 + 0.5 * power), 0.115 + 0.02 * power
    b = _standing(wide, nod, 0.018 * float(np.sin(np.pi * beat)))
    _hair(b, 0.13 if bass else 0.0, 0.02 * nod)
    tilt = -0.42 if bass else -0.34
    across = np.array([np.cos(tilt), np.sin(tilt)])
    down = np.array([-across[1], across[0]])
    middle = np.array([-0.055, -0.50])
    shape = [(-0.135, 0.0), (-0.115, 0.070), (-0.040, 0.072), (0.005, 0.046), (0.075, 0.070),
             (0.105, 0.040), (0.062, 0.016), (0.062, -0.016), (0.110, -0.052), (0.070, -0.072),
             (0.005, -0.046), (-0.040, -0.076), (-0.115, -0.070)]  # fmt: skip
    b.outline([middle + u * across + v * down for u, v in shape], 0.004)
    long = 0.50 if bass else 0.40
    b.limb(middle + 0.05 * across, middle + long * across, 0.0125, 0.0105, 0.002)
    b.limb(middle + (long - 0.01) * across, middle + (long + 0.065) * across, 0.021, 0.014, 0.004)
    fret = middle + (0.29 + 0.05 * np.sin(np.pi * beat / 2)) * across
    strum = middle + (0.0 - 0.02) * across + 0.035 * np.sin(2 * np.pi * beat) * down
    _arm(b, "left", (-0.185, -0.63), (float(strum[0]), float(strum[1])))
    _arm(b, "right", (0.185, -0.62), (float(fret[0]), float(fret[1])))
    return b


def drummer(beat: float, power: float) -> Body:
    """A drummer behind the kit, height about 1 to the raised sticks."""
    b, nod = Body(), float(np.cos(2 * np.pi * beat)) * (0.3 + 0.5 * power)
    y = -0.665 + 0.014 * nod
    b.outline([(-0.13, -0.25), (-0.125, -0.44), (-0.112, -0.525), (-0.065, -0.562),
               (-0.03, -0.580), (0.03, -0.580), (0.065, -0.562), (0.112, -0.525), (0.125, -0.44),
               (0.13, -0.25)], 0.02)  # fmt: skip
    b.limb((0, -0.57), (0, y + 0.03), 0.028, 0.028, 0.008)
    b.limb((0, y - 0.022), (0, y + 0.016), 0.044, 0.034, 0.012)
    b.places["head"] = (0.0, y)
    _hair(b, 0.10, 0.03 * float(np.sin(np.pi * beat)))
    for side, part in ((-1, 0.0), (1, 0.5)):
        hit = max(float(np.cos(2 * np.pi * (beat + part * 0.5))), 0.0) ** 2
        rise = (1 - hit) * (0.5 + 0.5 * power)
        elbow = (side * 0.185, -0.40 - 0.03 * rise)
        hand = (side * (0.170 + 0.03 * hit), -0.42 - 0.20 * rise)
        b.limb((side * 0.104, -0.51), elbow, 0.040, 0.030, 0.012).limb(elbow, hand, 0.026, 0.018)
        b.limb(hand, (side * (0.20 + 0.08 * hit), hand[1] - 0.15 + 0.24 * hit), 0.008, 0.006, 0.001)
        _kit(b, side, 0.02 * float(np.sin(7 * beat + side)) * power)
    b.limb((0, -0.176), (0, -0.174), 0.168, 0.168, 0.002)
    return b


def _kit(b: Body, side: int, shake: float) -> None:
    """Half of the drums: a tom on top, one on the floor, two cymbals on their stands."""
    b.outline([(side * 0.015, -0.40), (side * 0.135, -0.375), (side * 0.140, -0.30),
               (side * 0.02, -0.31)], 0.004, 1)  # fmt: skip
    b.outline([(side * 0.185, -0.27), (side * 0.345, -0.275), (side * 0.340, -0.07),
               (side * 0.190, -0.07)], 0.004, 1)  # fmt: skip
    for x in (0.20, 0.33):
        b.limb((side * x, -0.08), (side * (x + 0.008), 0.0), 0.006, 0.006, 0.001)
    for x, y, half in ((0.30, -0.60, 0.125), (0.42, -0.45, 0.105)):
        slope = 0.016 + shake
        b.limb((side * (x - half), y - slope), (side * (x + half), y + slope), 0.009, 0.009, 0.001)
        b.limb((side * x, y), (side * (x + 0.01), 0.0), 0.006, 0.007, 0.001)


def keyboarder(beat: float, power: float) -> Body:
    """Someone who stands behind a keyboard on its stand."""
    b = _standing(0.06, float(np.cos(2 * np.pi * beat)) * (0.3 + 0.4 * power),
                  0.02 * float(np.sin(np.pi * beat)))  # fmt: skip
    _hair(b, 0.0, 0.0)
    for side, name in ((-1, "left"), (1, "right")):
        dip = 0.018 * float(np.sin(2 * np.pi * beat + side))
        _arm(b, name, (side * 0.165, -0.645), (side * 0.115, -0.515 + dip))
    b.outline([(-0.31, -0.515), (0.31, -0.515), (0.31, -0.452), (-0.31, -0.452)], 0.002, 1)
    for side in (-1, 1):
        b.limb((side * 0.21, -0.47), (-side * 0.21, -0.01), 0.011, 0.011, 0.001)
    return b


def mixer(beat: float, power: float) -> Body:
    """Someone with headphones behind a table of turntables; one arm goes up where it is loud."""
    b = _standing(0.06, float(np.cos(2 * np.pi * beat)) * (0.5 + 0.4 * power),
                  0.022 * float(np.sin(np.pi * beat)))  # fmt: skip
    x, y = b.places["head"]
    b.limb((x - 0.054, y), (x - 0.054, y + 0.012), 0.020, 0.020, 0.004)
    b.limb((x + 0.054, y), (x + 0.054, y + 0.012), 0.020, 0.020, 0.004)
    b.limb((x, y - 0.045), (x, y - 0.03), 0.052, 0.050, 0.006)
    _arm(b, "left", (-0.175, -0.66), (-0.135, -0.52))
    lift = float(np.clip(power * 1.4 - 0.4, 0, 1))
    pump = 14 * float(np.cos(2 * np.pi * beat))
    _reach(b, "right", 35 + 75 * lift, 20 + 140 * lift + pump)
    return b.outline([(-0.46, -0.50), (0.46, -0.50), (0.43, 0.0), (-0.43, 0.0)], 0.002, 1)


def pianist(beat: float) -> Body:
    """A grand piano with its lid up and someone at the keys, from the side; 1.6 wide."""
    b, lean = Body(), 0.022 * float(np.sin(np.pi * beat / 2))
    b.outline([(-0.30, -0.46), (0.66, -0.46), (0.69, -0.43), (0.66, -0.325), (-0.28, -0.325),
               (-0.34, -0.345), (-0.40, -0.36), (-0.40, -0.385), (-0.31, -0.40)],
              0.004, 1)  # fmt: skip
    b.outline([(-0.20, -0.465), (0.64, -0.475), (0.40, -0.90), (-0.06, -0.78)], 0.003, 1)  # lid
    b.limb((0.36, -0.46), (0.30, -0.80), 0.007, 0.006, 0.001)
    for x in (-0.24, 0.28, 0.60):
        b.limb((x, -0.33), (x, -0.02), 0.026, 0.014, 0.004)
    b.limb((-0.26, -0.30), (-0.25, -0.03), 0.010, 0.010, 0.002)
    b.outline([(-0.86, -0.265), (-0.58, -0.265), (-0.58, -0.225), (-0.86, -0.225)], 0.002, 1)
    for x in (-0.83, -0.61):
        b.limb((x, -0.23), (x, -0.01), 0.012, 0.010, 0.001)
    neck = (-0.665 + lean, -0.605)
    b.outline([(-0.80, -0.27), (-0.81, -0.36), (-0.775 + lean * 0.6, -0.50),
               (neck[0] - 0.055, -0.59), (neck[0] + 0.03, -0.605),
               (neck[0] + 0.052, -0.54), (-0.645 + lean * 0.5, -0.42),
               (-0.63, -0.30)], 0.015)  # fmt: skip
    head = neck[0] + 0.030, -0.70
    b.limb((neck[0] - 0.005, -0.60), (head[0] - 0.01, head[1] + 0.03), 0.030, 0.029, 0.008)
    b.limb(
        (head[0] - 0.010, head[1] - 0.014), (head[0] + 0.006, head[1] + 0.018), 0.054, 0.044, 0.01
    )
    b.limb(
        (head[0] + 0.030, head[1] + 0.034), (head[0] + 0.036, head[1] + 0.036), 0.020, 0.016, 0.01
    )
    dip = 0.008 * float(np.sin(2 * np.pi * beat))
    elbow, hand = (-0.565 + lean * 0.5, -0.415), (-0.40, -0.425 + dip)
    b.limb((neck[0] - 0.005, -0.555), elbow, 0.036, 0.028, 0.012).limb(elbow, hand, 0.026, 0.018)
    b.limb(hand, (-0.355, -0.405 + dip), 0.017, 0.009, 0.004)
    b.limb((-0.74, -0.285), (-0.51, -0.285), 0.062, 0.046, 0.01)
    return b.limb((-0.51, -0.280), (-0.475, -0.05), 0.042, 0.026, 0.008).limb(
        (-0.49, -0.018), (-0.40, -0.014), 0.020, 0.013, 0.01
    )
