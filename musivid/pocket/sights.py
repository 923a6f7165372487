"""Which sights go with which sounds: the one table that ties the pocket models' ears to their eyes.

| heard | seen |
|---|---|
| genre, and how hard it is played within that genre | family: three for each genre, calm to wild |
| valence and brightness of the sound | colour: sad cold, glad warm; dark deep, bright pale |
| brightness of the sound | time of day: night, dusk, dawn, sunset, day |
| valence and energy | weather: sad and wild storm, sad rain, sad and calm fog, else clear |
| density of notes | style: sparse watercolour, dense neon and mosaic, most plain |
| energy | camera: calm far, wild near |

Nothing is left to chance but the composition, so that a picture says what was heard.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from musivid.pocket.scenes import NIGHT_FAMILIES, Scene, sample_scene
from musivid.score.songs.genres import GENRES

__all__ = ["THEMES", "sight_of"]

# Three families a genre, from calm to wild.
THEMES: dict[str, tuple[str, str, str]] = {
    "pop": ("balloon", "heart", "confetti"),
    "rock": ("car", "guitar", "crowd"),
    "metal": ("volcano", "lightning", "fire"),
    "house": ("bubbles", "dancer", "fireworks"),
    "techno": ("tunnel", "spiral", "rays"),
    "trance": ("aurora", "mandala", "comet"),
    "synthwave": ("planet", "city", "grid"),
    "ambient": ("clouds", "stars", "galaxy"),
    "ballad": ("candle", "moon", "rose"),
    "jazz": ("piano", "smoke", "bridge"),
    "bossa nova": ("beach", "sunset", "sea"),
    "latin": ("fish", "sun", "drum"),
    "folk": ("village", "tree", "autumn"),
    "orchestral": ("river", "castle", "mountains"),
    "hip hop": ("clock", "eye", "crystal"),
    "lo-fi": ("umbrella", "cat", "lighthouse"),
    "funk": ("waves", "shards", "rainbow"),
    "reggae": ("underwater", "whale", "birds"),
    "country": ("desert", "road", "horse"),
    "waltz": ("snowfield", "couple", "angel"),
}
# Rows: sad, even, glad; columns: dark to bright.
_COLOURS = (
    ("brown", "violet", "blue", "silver"),
    ("red", "green", "teal", "pink"),
    ("orange", "golden", "yellow", "white"),
)
_TIMES = ("night", "dusk", "dawn", "sunset", "day")
_SAD, _GLAD = 0.48, 0.7
# Of the songs that the composer writes, about as many lie in each step of brightness.
_DARK_STEPS = (0.38, 0.57, 0.72)
_LIGHT_STEPS = (0.3, 0.48, 0.63, 0.76)
_SPARSE, _DENSE, _DENSEST = 0.24, 0.54, 0.68


class _Facts(Protocol):
    """What must be known of a sound: a `SongFacts` has it, and more."""

    genre: str
    energy: float
    valence: float
    brightness: float
    density: float


def _step(value: float, borders: tuple[float, ...]) -> int:
    """How many of the borders a value has passed."""
    return sum(value >= border for border in borders)


def sight_of(facts: _Facts, seed: int) -> Scene:
    """Return a scene that goes with a song's facts (energy, valence, ... in 0..1).

    Raises:
        KeyError: the genre is not in `THEMES`.
    """
    low, high = GENRES[facts.genre].energy
    wild = min(max((facts.energy - low) / (high - low), 0.0), 0.999)
    base = sample_scene(seed, THEMES[facts.genre][int(wild * 3)])
    mood = _step(facts.valence, (_SAD, _GLAD))
    time = _TIMES[_step(facts.brightness, _LIGHT_STEPS)]
    style = ("watercolour", "plain", "neon", "mosaic")[
        _step(facts.density, (_SPARSE, _DENSE, _DENSEST))
    ]
    sad_weather = ("fog", "rain", "storm")[_step(facts.energy, (0.35, 0.65))]
    return replace(
        base,
        colour=_COLOURS[mood][_step(facts.brightness, _DARK_STEPS)],
        time="night" if base.family in NIGHT_FAMILIES else time,
        weather=sad_weather if mood == 0 else "clear",
        style=style,
        near=wild,
        extra="",
    )
