"""Words for pictures: one table of what each fact is called and what it brings to mind."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import yaml

from musivid.pocket.scenes import Scene
from musivid.pocket.scenes.facts import COLOURS
from musivid.pocket.scenes.fields import FIELDS

__all__ = ["FAMILY_WORDS", "caption", "caption_words", "family_texts", "full_caption"]


def _read() -> dict[str, tuple[list[str], list[str]]]:
    text = Path(__file__).with_name("families.yaml").read_text("utf-8")
    return {name: (said["names"], said["minds"]) for name, said in yaml.safe_load(text).items()}


# family: (names for it, words that bring it to mind)
FAMILY_WORDS = _read()

_TIMES = {
    "dawn": ("at dawn", "in the early morning", "at sunrise"),
    "day": ("by day", "in daylight", ""),
    "sunset": ("at sunset", "in the evening sun", "at golden hour"),
    "dusk": ("at dusk", "in the twilight"),
    "night": ("at night", "in the dark", "under the night sky"),
}
_WEATHERS = {
    "clear": ("",),
    "cloudy": ("under clouds", "on a cloudy day"),
    "rain": ("in the rain", "on a rainy day", "while it rains"),
    "snow": ("in the snow", "while it snows", "in winter"),
    "fog": ("in the fog", "in thick mist"),
    "storm": ("in a storm", "in stormy weather"),
}
_STYLES = {
    "plain": ("",),
    "ink": ("ink drawing of", "black and white ink drawing of"),
    "neon": ("neon lights showing", "glowing neon"),
    "watercolour": ("watercolour of", "watercolor painting of"),
    "mosaic": ("mosaic of", "pixel tiles of"),
    "paper": ("paper-cut of", "flat paper collage of"),
    "starlight": ("starlight picture of", "glittering dots showing"),
    "oil": ("oil painting of", "thick oil paint of"),
    "lowpoly": ("low-poly picture of", "lowpoly triangles showing"),
}
# How two families are joined: first {0}, what the scene shows first of all, then {1}.
_JOINTS = {
    "": ("{0} with {1}", "{0} and {1}", "{0} before {1}", "{0} over {1}", "{0} in front of {1}"),
    "over": ("{1} over {0}", "{0} under {1}", "{1} above {0}", "{0} and {1}", "{0} with {1}"),
    "beside": ("{0} by {1}", "{0} and {1}", "{1} by {0}", "{0} beside {1}", "{0} near {1}"),
    "behind": ("{0} before {1}", "{1} behind {0}", "{0} and {1}", "{1} by {0}", "{0} with {1}"),
    "of": ("{0} of {1}", "{0} made of {1}", "{0} of {1}", "{1} {0}", "{0} full of {1}"),
}
# What things are made of, by the family whose stuff it is.
_STUFF = {
    "fire": ("flames", "fire", "burning fire"),
    "sea": ("water", "the sea", "waves"),
    "stars": ("stars", "starlight", "the night sky"),
    "galaxy": ("galaxies", "a nebula", "space"),
    "smoke": ("smoke", "vapour"),
    "shards": ("glass", "broken glass", "stained glass"),
    "meadow": ("flowers", "blossoms", "grass and flowers"),
    "clouds": ("clouds", "air"),
    "aurora": ("light", "northern lights"),
    "marble": ("marble", "stone"),
    "bubbles": ("bubbles", "foam"),
    "autumn": ("leaves", "autumn leaves"),
}
_ICE = ("ice", "crystal ice")
_FRAMES = (
    "{}",
    "{}",
    "{}",
    "a picture of {}",
    "{} and nothing else",
    "I see {}",
    "the {}",
    "a scene with {}",
    "oh {}",
)


def _pick(rng: np.random.Generator, options: tuple[str, ...] | list[str]) -> str:
    return options[int(rng.integers(len(options)))]


def caption(scene: Scene, rng: np.random.Generator) -> str:
    """Say in one of many ways what a scene shows; facts are left out at random, never wrong."""
    calls, minds = FAMILY_WORDS[scene.family]
    subject = _pick(rng, calls)
    if not scene.union and rng.random() < 0.2:
        return (
            _pick(rng, minds) if rng.random() < 0.7 else f"{_pick(rng, minds)} {_pick(rng, minds)}"
        )
    if rng.random() < 0.6:
        subject = f"{scene.colour} {subject}"
    if scene.extra and (scene.union or rng.random() < 0.75):
        subject = _pick(rng, _JOINTS[scene.union]).format(subject, _second(scene, rng))
    if scene.style != "plain" and rng.random() < 0.7:
        subject = f"{_pick(rng, _STYLES[scene.style])} {subject}"
    for table, fact in _circumstances(scene):
        if rng.random() < 0.6:
            subject = f"{subject} {_pick(rng, table[fact])}".strip()
    return _pick(rng, _FRAMES).format(subject)


def full_caption(scene: Scene, rng: np.random.Generator) -> str:
    """Say all that is known of a scene."""
    text = f"{scene.colour} {_pick(rng, FAMILY_WORDS[scene.family][0])}"
    if scene.extra:
        joint = _pick(rng, _JOINTS[scene.union]) if scene.union else "{0} with {1}"
        text = joint.format(text, _second(scene, rng))
    if scene.style != "plain":
        text = f"{_pick(rng, _STYLES[scene.style])} {text}"
    for table, fact in _circumstances(scene):
        text = f"{text} {_pick(rng, table[fact])}".strip()
    return text


def _second(scene: Scene, rng: np.random.Generator) -> str:
    """What the second family is called where it stands."""
    if scene.union != "of":
        return _pick(rng, FAMILY_WORDS[scene.extra][0])
    cold = scene.extra == "shards" and scene.colour in ("white", "silver", "blue", "teal")
    return _pick(rng, _ICE if cold and rng.random() < 0.6 else _STUFF[scene.extra])


def _circumstances(scene: Scene) -> tuple[tuple[dict[str, tuple[str, ...]], str], ...]:
    """Time and weather with their tables, where the scene has any."""
    if scene.family in FIELDS:
        return ()
    return (_TIMES, scene.time), (_WEATHERS, scene.weather)


def family_texts() -> dict[str, list[str]]:
    """All names and associations of each family."""
    return {name: [*calls, *minds] for name, (calls, minds) in FAMILY_WORDS.items()}


def caption_words() -> list[str]:
    """All words that captions say of anything but the family: colours, times, weathers, styles."""
    tables = (_TIMES, _WEATHERS, _STYLES, _STUFF, {"ice": _ICE})
    texts = [text for table in tables for options in table.values() for text in options]
    texts += [joint for joints in _JOINTS.values() for joint in joints]
    return sorted({word.lower() for text in (*texts, *_FRAMES, *COLOURS) for word in text.split()
                   if word.isalpha()})  # fmt: skip
