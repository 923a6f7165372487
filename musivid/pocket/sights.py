"""Which sights go with which sounds: the one table that ties the pocket models' ears to their eyes.

| heard | seen |
|---|---|
| energy | calm: water, night, flowers; middle: people, cities; high: fire, crowds, tunnels |
| valence | low (minor): blue, violet, teal, storm; high (major): gold, pink, green, clear |
| brightness of the sound | low: night and dusk; middle: dawn and sunset; high: day |
| density of notes | low: plain, watercolour, paper; high: neon, mosaic, starlight |
| genre | families of its own, in half of the draws |
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from musivid.pocket.scenes import Scene, sample_scene

__all__ = ["sight_of"]

_MOODS: dict[tuple[int, int], str] = {
    (0, 0): "moon candle smoke snowfield desert river umbrella underwater whale piano stars",
    (0, 1): "sunset meadow sea beach clouds butterfly rose bubbles village balloon waterfall angel",
    (
        1,
        0,
    ): "city road forest clock castle lighthouse marble bridge eye ship horse autumn mountains",
    (1, 1): "heart couple dancer guitar mandala waves birds fish sun rainbow tree cat car",
    (2, 0): "fire volcano lightning tunnel shards spiral eye drum",
    (2, 1): "fireworks crowd grid rays confetti galaxy planet comet aurora crystal drum dancer",
}
# Parts of genre names and the families that they prefer.
_GENRES = {
    "ambient": "galaxy aurora clouds underwater smoke bubbles stars",
    "techno": "tunnel grid rays spiral crystal",
    "house": "grid rays crowd city dancer",
    "electro": "grid tunnel rays crystal city",
    "folk": "meadow guitar village tree autumn road",
    "orchest": "mountains castle sea ship angel horse",
    "cinema": "mountains castle sea angel volcano galaxy",
    "jazz": "city piano smoke umbrella bridge",
    "metal": "fire volcano lightning shards",
    "piano": "piano moon candle snowfield rose river",
    "ballad": "piano moon candle snowfield rose river",
    "latin": "beach sunset dancer fish",
    "bossa": "beach sunset dancer fish",
    "hip": "city car crowd bridge",
    "lofi": "umbrella clock cat city autumn",
    "rock": "guitar road fire crowd drum",
    "waltz": "dancer rose castle couple",
    "pop": "heart confetti rainbow sun balloon butterfly",
}
_DARK, _WARM = (
    ("blue", "violet", "teal", "silver", "red", "brown"),
    ("golden", "yellow", "orange", "pink", "green", "white"),
)


def sight_of(facts: object, seed: int) -> Scene:
    """Draw a scene that goes with a song's facts (energy, valence, brightness, density in 0..1)."""
    rng = np.random.default_rng((seed, 4))
    pick = lambda options: str(options[int(rng.integers(len(options)))])  # noqa: E731
    energy, valence, brightness, density = (
        float(getattr(facts, name)) for name in ("energy", "valence", "brightness", "density")
    )
    families = _MOODS[min(int(energy * 3), 2), int(valence >= 0.5)].split()
    own = [
        names for part, names in _GENRES.items() if part in str(getattr(facts, "genre", "")).lower()
    ]
    if own and rng.random() < 0.5:
        families = own[0].split()
    base = sample_scene(seed, pick(families))
    times = (
        ("night", "dusk")
        if brightness < 0.33
        else ("dawn", "sunset")
        if brightness < 0.66
        else ("day",)
    )
    styles = (
        ("plain", "plain", "watercolour", "paper", "ink")
        if density < 0.5
        else ("plain", "plain", "neon", "mosaic", "starlight")
    )
    weather = base.weather if base.weather in ("clear", "snow") or valence < 0.5 else "clear"
    return replace(
        base,
        colour=pick(_WARM if valence >= 0.5 else _DARK),
        time=pick(times),
        weather=weather,
        style=pick(styles),
        extra="",
    )
