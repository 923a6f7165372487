"""What kernels are made of: smooth steps, waves, noise and its sums; single precision throughout.

Value noise on a lattice of hashed corners; `fbm` sums octaves that are each turned and doubled
(B. Mandelbrot's fractional Brownian motion as graphics use it: Ebert et al., "Texturing and
Modeling", 3rd ed., ch. 2 and 14). Octaves are unrolled, since LLVM vectorises no inner loop.
"""

from __future__ import annotations

from numba import float32, int32, uint32

from musivid.living.kernels import fn

__all__ = [
    "clamp",
    "cosine",
    "expo",
    "fbm3",
    "fbm4",
    "fbm5",
    "fbm6",
    "fract",
    "hash2",
    "mix",
    "noise",
    "ridge5",
    "sine",
    "smooth",
    "whole",
]


@fn
def clamp(x):
    """X within 0..1."""
    return min(max(x, 0.0), 1.0)


@fn
def mix(a, b, s):
    """From a at s = 0 to b at s = 1."""
    return a + (b - a) * s


@fn
def smooth(a, b, x):
    """0 at a, 1 at b, with level ends (smoothstep); a may lie above b."""
    s = min(max((x - a) / (b - a), 0.0), 1.0)
    return s * s * (3.0 - 2.0 * s)


@fn
def whole(x):
    """The int32 at or below x."""
    i = int32(x)
    return int32(i - int32(x < float32(i)))


@fn
def fract(x):
    """What is left of x above the whole number."""
    return x - float32(whole(x))


@fn
def sine(x):
    """sin(x) for |x| up to a few thousand, error under 0.001 (a parabola and its square)."""
    q = x * 0.15915494
    q = q - float32(whole(q)) - 0.5
    y = q * (8.0 - 16.0 * abs(q))
    return -(0.775 * y + 0.225 * y * abs(y))


@fn
def cosine(x):
    """cos(x), as `sine`."""
    return sine(x + 1.5707964)


@fn
def expo(x):
    """exp(x) for -20 < x < 8 as (1 + x/256)^256: a few per cent off at the ends."""
    s = max(1.0 + x * 0.00390625, 0.0)
    s = s * s
    s = s * s
    s = s * s
    s = s * s
    s = s * s
    s = s * s
    s = s * s
    return s * s


@fn
def hash2(ix, iy):
    """A random number 0..1 for two int32 (multiply-xorshift)."""
    n = uint32(uint32(ix) * uint32(0x27D4EB2D) ^ uint32(iy) * uint32(0x9E3779B1))
    n = uint32(uint32(n ^ (n >> uint32(15))) * uint32(0x2C1B3C6D))
    n = uint32(uint32(n ^ (n >> uint32(12))) * uint32(0x297A2D39))
    return float32(int32(n >> uint32(8))) * 5.9604645e-08


@fn
def noise(x, y):
    """Smooth noise 0..1 of lattice 1."""
    ix, iy = whole(x), whole(y)
    u, v = x - float32(ix), y - float32(iy)
    u = u * u * (3.0 - 2.0 * u)
    v = v * v * (3.0 - 2.0 * v)
    jx, jy = int32(ix + int32(1)), int32(iy + int32(1))
    a, b, c, d = hash2(ix, iy), hash2(jx, iy), hash2(ix, jy), hash2(jx, jy)
    return a + (b - a) * u + (c - a) * v + (a - b - c + d) * u * v


@fn
def _turn(x, y):
    return 1.6 * x + 1.2 * y + 7.3, -1.2 * x + 1.6 * y + 3.1


@fn
def fbm3(x, y):
    """Three octaves of noise, 0..1."""
    s = 0.5 * noise(x, y)
    x, y = _turn(x, y)
    s += 0.25 * noise(x, y)
    x, y = _turn(x, y)
    s += 0.125 * noise(x, y)
    return s * 1.1428572


@fn
def fbm4(x, y):
    """Four octaves of noise, 0..1."""
    s = 0.5 * noise(x, y)
    x, y = _turn(x, y)
    s += 0.25 * noise(x, y)
    x, y = _turn(x, y)
    s += 0.125 * noise(x, y)
    x, y = _turn(x, y)
    s += 0.0625 * noise(x, y)
    return s * 1.0666667


@fn
def fbm5(x, y):
    """Five octaves of noise, 0..1."""
    s = 0.9375 * fbm4(x, y)
    x, y = x * 5.12 - y * 14.16 + 11.7, x * 14.16 + y * 5.12 + 5.3
    s += 0.03125 * noise(x, y)
    return s * 1.0322581


@fn
def fbm6(x, y):
    """Six octaves of noise, 0..1."""
    s = 0.9375 * fbm4(x, y)
    x, y = x * 5.12 - y * 14.16 + 11.7, x * 14.16 + y * 5.12 + 5.3
    s += 0.03125 * noise(x, y)
    x, y = _turn(x, y)
    s += 0.015625 * noise(x, y)
    return s * 1.015873


@fn
def _edge(n):
    n = 1.0 - abs(2.0 * n - 1.0)
    return n * n


@fn
def ridge5(x, y):
    """Five octaves of ridges, 0..1: noise folded at its middle."""
    s = 0.5 * _edge(noise(x, y))
    x, y = _turn(x, y)
    s += 0.25 * _edge(noise(x, y))
    x, y = _turn(x, y)
    s += 0.125 * _edge(noise(x, y))
    x, y = _turn(x, y)
    s += 0.0625 * _edge(noise(x, y))
    x, y = _turn(x, y)
    s += 0.03125 * _edge(noise(x, y))
    return s * 1.0322581
