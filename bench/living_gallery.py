"""Pictures of living scenes for the docs: `python bench/living_gallery.py`.

Writes `docs/gallery/scenes.jpg`, every look of every scene in one of its shots, `shots.jpg`, every
shot of every scene in one of its looks, and `living.jpg`, the example song with its words as a film
from its first image to its last.
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
from musivid.living.film import LivingFilm
from musivid.living.moment import Music, lay_music
from musivid.living.plan import Place
from musivid.living.scenes import scene_class
from musivid.living.world import read_world
from musivid.media.audio import load_track

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "gallery"
SONG, LYRICS = ROOT / "examples" / "song.mp3", ROOT / "examples" / "lyrics.lrc"
SIZE, THUMB = (640, 360), (320, 180)
SECONDS = (6, 16)  # of the song, in which each look has its section
FIGURES = ("couple walks", "couple stands", "woman walks", "walker stands", "walker walks")

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
        shots = scene_class(look.scene).shots
        shot = shots[number % len(shots)]
        tiles.append(named(shown(music, (look.scene, look.look, shot), number), look.name))
    return sheet(tiles, columns)


def shots_sheet(columns: int = 6) -> Image.Image:
    """Every shot of every scene, each scene in the last of its looks but one."""
    music, tiles = example_music(), []
    for scene in dict.fromkeys(look.scene for look in read_world()):
        look = [own.look for own in read_world() if own.scene == scene][-2]
        for number, shot in enumerate(scene_class(scene).shots):
            frame = shown(music, (scene, look, shot), number)
            tiles.append(named(frame, f"{scene}/{look}, {shot}"))
    return sheet(tiles, columns)


def shown(music: Music, what: tuple[str, str, str], number: int) -> Frame:
    """A frame of a scene's look and shot, with the figure number `number`."""
    scene, look, shot = what
    who = FIGURES[number % len(FIGURES)] if scene_class(scene).stands else ""
    place = Place(*SECONDS, scene, look, shot=shot, figure=who, held=True)
    film = LivingFilm(music, [place], SIZE, seed=1)
    return film.frame(int((SECONDS[0] + 2.4) * 25))


def film_sheet(columns: int = 4) -> Image.Image:
    """Two moments of each place of the example's film."""
    film = musivid.film(SONG, LYRICS, size=SIZE)
    numbers = {int(number) for number in np.linspace(0, len(film) - 1, columns * 5)}
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
    """Write the sheets."""
    scenes_sheet().save(FOLDER / "scenes.jpg", quality=76)
    shots_sheet().save(FOLDER / "shots.jpg", quality=72)
    film_sheet().save(FOLDER / "living.jpg", quality=80)


if __name__ == "__main__":
    main()
