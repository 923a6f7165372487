"""The world that the pocket models learn from: procedural pictures with exact facts.

`sample_scene` draws the facts by lot, `render` paints them. Any thing or figure can stand before
any land or sky, in every light, weather, colour and style; `mixed_scene` makes one of two families.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from musivid.pocket.scenes.canvas import Canvas, mix, shade
from musivid.pocket.scenes.facts import COLOURS, STYLES, TIMES, WEATHERS, Scene
from musivid.pocket.scenes.fields import FIELDS
from musivid.pocket.scenes.figures import FIGURES
from musivid.pocket.scenes.finish import lay_style, lay_weather
from musivid.pocket.scenes.lands import LANDS as _LANDS
from musivid.pocket.scenes.mixing import draw_mix, paint_beside, paint_made_of, paint_over
from musivid.pocket.scenes.places import PLACES
from musivid.pocket.scenes.skies import SKIES, paint_sky
from musivid.pocket.scenes.things import THINGS
from musivid.pocket.scenes.waters import WATERS

__all__ = ["FAMILIES", "NIGHT_FAMILIES", "Scene", "mixed_scene", "render", "sample_scene"]

# The order is part of what a seed means: lots are drawn by place.
_ORDER = (
    "sea beach mountains forest autumn city desert snowfield meadow waterfall volcano road village "
    "castle lighthouse bridge underwater river"
)
LANDS = {name: {**_LANDS, **WATERS, **PLACES}[name] for name in _ORDER.split()}
FAMILIES = (*SKIES, *LANDS, *THINGS, *FIGURES, *FIELDS)
# Families that bring their own sky or sea and look wrong before another scene.
_WHOLE = {"eye", "candle", "piano", "fish", "whale", "crowd", "ship", "underwater"}
_MADE = [name for name in (*THINGS, *FIGURES) if name not in _WHOLE]
_MIXES = {"over": paint_over, "beside": paint_beside, "of": paint_made_of}
_PAINTERS = {**SKIES, **LANDS, **THINGS, **FIGURES, **FIELDS}
NIGHT_FAMILIES = {"moon", "stars", "galaxy", "aurora", "fireworks", "comet", "planet", "lightning"}
_TIME_SHARES = (0.14, 0.36, 0.18, 0.12, 0.2)
_WEATHER_SHARES = (0.62, 0.12, 0.08, 0.07, 0.06, 0.05)


def sample_scene(seed: int, family: str | None = None) -> Scene:
    """Draw the facts of a scene by lot; `family` fixes what it shows first of all."""
    rng = np.random.default_rng((seed, 1))
    family = family or str(rng.choice(FAMILIES))
    extra = ""
    if family in (*THINGS, *FIGURES) and family not in _WHOLE and rng.random() < 0.55:
        extra = str(rng.choice([*LANDS, *SKIES]))
    elif family in LANDS and rng.random() < 0.3:
        extra = str(rng.choice(list(SKIES)))
    time = str(rng.choice(TIMES, p=_TIME_SHARES))
    if family in NIGHT_FAMILIES or extra in NIGHT_FAMILIES:
        time = "night"
    elif family == "sunset" or extra == "sunset":
        time = "sunset"
    elif family in ("sun", "rainbow") or extra in ("sun", "rainbow"):
        time = "day"
    weather = "clear"
    if family not in FIELDS and family not in SKIES and not extra:
        weather = str(rng.choice(WEATHERS, p=_WEATHER_SHARES))
    style = str(rng.choice(STYLES)) if rng.random() < 0.3 else "plain"
    return Scene(
        family,
        extra,
        str(rng.choice(list(COLOURS))),
        time,
        weather,
        style,
        float(rng.random()),
        seed,
    )


def mixed_scene(seed: int) -> Scene:
    """Draw the facts of a scene of two families: a moon over a city, a heart of flames."""
    return draw_mix(seed, _MADE)


def render(scene: Scene, size: int = 128) -> np.ndarray:
    """Paint a scene: uint8 [size, size, 3], RGB; the same scene gives the same picture.

    The composition depends on `scene.seed` alone, so sizes show nearly the same picture.
    """
    c = Canvas(size, np.random.default_rng((scene.seed, 2)))
    family = scene.family
    if family in FIELDS:
        FIELDS[family](c, scene)
    else:
        _ground(c, scene)
        _subject(c, scene)
        lay_weather(c, scene)
    lay_style(c, scene)
    return (c.px * 255 + 0.5).astype(np.uint8)


def _ground(c: Canvas, scene: Scene) -> None:
    """Paint what lies behind: the sky, another family, or a plain glow for single things."""
    alone = (
        scene.family in THINGS
        and (not scene.extra or scene.union == "of")
        and scene.family not in ("tree", "ship", "car", "balloon")
    )
    if alone and c.u() < 0.6:
        a = scene.tint(c.rng)
        c.gradient(shade(mix(a, (c.u(), c.u(), c.u()), 0.6), c.u(0.2, 1)), shade(a, c.u(0.1, 0.6)))
        c.glow(c.u(0.3, 0.7), c.u(0.3, 0.7), 0.5, (c.u(), c.u(), c.u()), 0.35)
        return
    paint_sky(c, scene)
    if scene.extra and scene.union in ("", "behind"):
        _PAINTERS[scene.extra](c, replace(scene, family=scene.extra, extra="", union=""))


def _subject(c: Canvas, scene: Scene) -> None:
    """Paint the family itself, with the other one if they are mixed."""
    family = _PAINTERS[scene.family]
    if scene.union in _MIXES:
        _MIXES[scene.union](c, scene, family, _PAINTERS[scene.extra])
    else:
        family(c, scene)
