"""The small pictures of looks that the studio's plan offers: `python bench/studio_looks.py`.

Writes `musivid/web/static/looks.jpg`: a tile a look, in the order of their names, ten in a row.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from living_gallery import SECONDS, example_music
from PIL import Image

from musivid.living.developing import develop
from musivid.living.scene import Section
from musivid.living.scenes import scene_class
from musivid.living.world import read_world

TARGET = Path(__file__).parents[1] / "musivid" / "web" / "static" / "looks.jpg"
SIZE, TILE, COLUMNS = (448, 252), (112, 63), 10


def main() -> None:
    music = example_music()
    looks = sorted(read_world(), key=lambda look: look.name)
    rows = -(-len(looks) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * TILE[0], rows * TILE[1]))
    for number, look in enumerate(looks):
        scene = scene_class(look.scene)(SIZE, look.look, seed=1)
        scene.cue(Section.of(*SECONDS, music), 0)
        moment = music.at(int((SECONDS[0] + 2.4) * 25))
        frame = develop(scene.paint(moment), scene.grade, number, scene.added)
        tile = Image.fromarray(np.asarray(frame)).resize(TILE, Image.Resampling.LANCZOS)
        place = number % COLUMNS * TILE[0], number // COLUMNS * TILE[1]
        sheet.paste(tile, place)
    sheet.save(TARGET, quality=68, optimize=True, progressive=True)
    print(f"{TARGET}: {len(looks)} looks, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
