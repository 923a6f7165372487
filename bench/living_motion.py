"""Whether scenes always move and never loop: `python bench/living_motion.py [SCENE/LOOK ...]`.

A minute of each scene in its first look, held in one shot, to a quiet composed song, before grain
is laid over it. `still`: the share of pairs of frames of 12 s at 25 a second that differ by less
than a thirtieth of a step of 255 in the mean. `least`: the smallest difference. `loop`: for the
delay of 4 to 30 s at which the scene comes nearest to itself, the mean difference over that of any
two moments of it; a loop that can be seen has about 0.
"""

from __future__ import annotations

import argparse
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.sound import ANALYSIS_RATE_HZ, analyse
from musivid.analysis.spectrum import measure_spectrum
from musivid.core.timeline import Timeline
from musivid.living.moment import Music, lay_music
from musivid.living.scene import Section
from musivid.living.scenes import scene_class
from musivid.living.world import find_looks, read_world
from musivid.pocket.songs import snippet
from musivid.pocket.songs.facts import draw_facts

SIZE, SECONDS, FPS = (192, 108), 60.0, 25
STILL = 1 / 30  # of a step of 255
PAIRS_S, EVERY = 12.0, 5  # how long pairs are compared; frames between those searched for loops
SHORTEST_S, LONGEST_S = 4, 30  # of a loop; nearer in time all that is slow is alike
MOST = 0.25  # the share below which a loop would be seen


def made_song(genre: str = "ballad") -> Music:
    """A quiet song that never was, on the clock of a film."""
    rate = ANALYSIS_RATE_HZ
    sound, _ = snippet(5, SECONDS, rate, facts=draw_facts(5, genre=genre), augment=False)
    facts, spectrum = analyse(sound, rate), measure_spectrum(sound, rate)
    return lay_music(facts, spectrum, Timeline(SECONDS, Fraction(FPS)))


def shown(scene: str, look: str, music: Music) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Grey frames 0..255, float32 [frames, rows, columns]: all of a while, and few of a minute."""
    drawn = scene_class(scene)(SIZE, look, seed=1)
    drawn.cue(Section.of(0.0, SECONDS, music, held=True))

    def grey(number: int) -> NDArray[np.float32]:
        return np.asarray(255 * np.sqrt(np.clip(drawn.paint(music.at(number)).mean(0), 0, 1)))

    close = np.array([grey(number) for number in range(round(PAIRS_S * FPS))])
    return close, np.array([grey(number) for number in range(0, music.timeline.frames, EVERY)])


def nearest_return(frames: NDArray[np.float32]) -> tuple[float, float]:
    """The delay in seconds at which frames come nearest to themselves, and how near."""
    flat = frames.reshape(-1, SIZE[0] * SIZE[1])
    rng = np.random.default_rng(0)
    one, other = rng.integers(0, len(flat), (2, 600))
    usual = float(np.abs(flat[one] - flat[other])[one != other].mean())
    rate = FPS // EVERY
    lags = range(SHORTEST_S * rate, LONGEST_S * rate)
    near = [float(np.abs(flat[lag:] - flat[:-lag]).mean()) / max(usual, 1e-6) for lag in lags]
    best = int(np.argmin(near))
    return lags[best] / rate, near[best]


def main() -> None:
    """Measure and print a row a scene."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*")
    asked = parser.parse_args().names
    names = asked or list(dict.fromkeys(look.scene for look in read_world()))
    music, bad = made_song(), []
    print("look                still   least   loop at s    near")
    for name in names:
        look = find_looks(name)[0]
        close, minute = shown(look.scene, look.look, music)
        change = np.abs(np.diff(close, axis=0)).mean((1, 2))
        still = float(np.mean(change < STILL))
        delay, near = nearest_return(minute)
        print(f"{look.name:18}{still:7.1%}{change.min():8.3f}{delay:12.1f}{near:8.2f}", flush=True)
        if still or near < MOST:
            bad.append(look.name)
    print(f"{len(names) - len(bad)} of {len(names)} always move and never loop;", *bad)


if __name__ == "__main__":
    main()
