"""Pictures of living scenes for the docs: `python bench/living_gallery.py`.

Writes `docs/gallery/scenes.jpg`, every look of every scene in one of its shots, and `living.jpg`,
the example song with its words as a film.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

import musivid
from musivid.analysis.sound import ANALYSIS_RATE_HZ, analyse
from musivid.analysis.spectrum import measure_spectrum
from musivid.core.timeline import Timeline
from musivid.living.developing import develop
from musivid.living.moment import Music, lay_music
from musivid.living.scene import Section
from musivid.living.scenes import scene_class
from musivid.living.world import read_world
from musivid.media.audio import load_track

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "gallery"
SONG, LYRICS = ROOT / "examples" / "song.mp3", ROOT / "examples" / "lyrics.lrc"
SIZE, THUMB = (640, 360), (320, 180)
SECONDS = (6, 16)  # of the song, in which each look has its section

Frame = NDArray[np.uint8]


def example_music() -> Music:
    """The example song on the clock of a film."""
    sound = load_track(SONG).mono(ANALYSIS_RATE_HZ)
    facts = analyse(sound, ANALYSIS_RATE_HZ)
    spectrum = measure_spectrum(sound, ANALYSIS_RATE_HZ)
    return lay_music(facts, spectrum, Timeline(facts.duration_s, Fraction(25)))


def scenes_sheet(columns: int = 6) -> Image.Image:
    """Every look, each in another shot than the look before."""
    music, tiles = example_music(), []
    for number, look in enumerate(read_world()):
        scene = scene_class(look.scene)(SIZE, look.look, seed=1)
        scene.cue(Section.of(*SECONDS, music), number % len(scene.shots))
        moment = music.at(int((SECONDS[0] + 2.4) * 25))
        frame = develop(scene.paint(moment), scene.grade, number, scene.added)
        tiles.append(named(frame, look.name))
    return sheet(tiles, columns)


def film_sheet(columns: int = 4) -> Image.Image:
    """Two moments of each place of the example's film."""
    film = musivid.film(SONG, LYRICS, size=SIZE)
    wanted = np.linspace(0.02, 0.985, columns * 5)
    numbers = {int(share * len(film)) for share in wanted}
    frames = [frame for number, frame in enumerate(film) if number in numbers]
    return sheet([Image.fromarray(frame).resize(THUMB, Image.Resampling.LANCZOS)
                  for frame in frames], columns)  # fmt: skip


def named(frame: Frame, name: str) -> Image.Image:
    """A small picture of a frame, its name in the corner."""
    tile = Image.fromarray(frame).resize(THUMB, Image.Resampling.LANCZOS)
    pen = ImageDraw.Draw(tile)
    pen.text((7, THUMB[1] - 17), name, fill=(0, 0, 0))
    pen.text((6, THUMB[1] - 18), name, fill=(255, 255, 255))
    return tile


def sheet(tiles: list[Image.Image], columns: int) -> Image.Image:
    """Pictures of one size in rows."""
    rows = -(-len(tiles) // columns)
    whole = Image.new("RGB", (columns * THUMB[0], rows * THUMB[1]))
    for number, tile in enumerate(tiles):
        whole.paste(tile, (number % columns * THUMB[0], number // columns * THUMB[1]))
    return whole


def main() -> None:
    """Write both sheets."""
    scenes_sheet().save(FOLDER / "scenes.jpg", quality=78)
    film_sheet().save(FOLDER / "living.jpg", quality=80)


if __name__ == "__main__":
    main()
