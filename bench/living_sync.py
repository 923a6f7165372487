"""Whether films keep time, by `evaluate`: `python bench/living_sync.py [SONG ...]`.

Half a minute each of the songs given and of as many composed ones as make eight, filmed small,
without words, in three ways: as the preset has it, without pulse (camera and exposure keep still,
only the things of the scene answer), and by `dream`. Printed are the z of each song and their
median.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import soundfile

from musivid.pocket.songs import GENRES, snippet
from musivid.pocket.songs.facts import draw_facts

SECONDS, RATE_HZ, IN_ALL = 30.0, 44_100, 8
COMPOSED = ("rock", "house", "ballad", "hip hop", "jazz", "latin", "waltz", "trance")
WAYS = {
    "living": ["--preset", "living"],
    "still": ["--preset", "living", "--set", "living.pulse=0"],
    "dream": ["--preset", "dream", "--size", "256x256"],
}
BARS = {"tbiou_40ms": 6.0, "av_align": 3.0, "spearman": 4.0, "bas_music": 4.0}


def compose_songs(folder: Path, count: int) -> list[Path]:
    """Songs of other genres, as WAV."""
    made = []
    for genre in COMPOSED[:count]:
        facts = draw_facts(list(GENRES).index(genre), genre=genre)
        sound, _ = snippet(3, SECONDS, RATE_HZ, facts=facts, augment=False)
        made.append(folder / f"{genre.replace(' ', '_')}.wav")
        soundfile.write(made[-1], sound, RATE_HZ)
    return made


def run(*words: object) -> str:
    """What musivid prints."""
    command = [sys.executable, "-m", "musivid", *map(str, words)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def measure(songs: list[Path], way: str, size: str, folder: Path) -> dict[str, list[float]]:
    """Each song's z by measure."""
    for number, song in enumerate(songs):
        wide = [] if "--size" in WAYS[way] else ["--size", size]
        run("video", song, "-o", folder / f"{number}.mp4", "--to", SECONDS, "--no-lyrics",
            "--offline", "--quiet", *WAYS[way], *wide)  # fmt: skip
    films = [folder / f"{number}.mp4" for number in range(len(songs))]
    rows = json.loads(run("evaluate", *films, "--json", "--quiet"))["files"]
    return {name: [row["sync"][name]["z"] for row in rows] for name in BARS}


def main() -> None:
    """Film and measure, and print a table a way."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("songs", nargs="*", type=Path)
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    parser.add_argument("--size", default="320x180", help="of living scenes")
    parser.add_argument("--keep", type=Path, help="a folder for the films")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = asked.keep or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        songs = [*asked.songs, *compose_songs(folder, IN_ALL - len(asked.songs))]
        print("way     measure     ", *(f"{song.stem[:10]:>10}" for song in songs), "    median")
        for way in asked.ways:
            (folder / way).mkdir(exist_ok=True)
            for name, z in measure(songs, way, asked.size, folder / way).items():
                cells = " ".join(f"{value:10.1f}" for value in z)
                print(f"{way:8}{name:13}{cells}{np.median(z):10.1f} (bar {BARS[name]:g})")


if __name__ == "__main__":
    main()
