"""A user's folder for hostile runs: files that are what they say, and whether one changed."""

from __future__ import annotations

import hashlib
import json
import os
from fractions import Fraction
from pathlib import Path

import numpy as np
from media_fixtures import click_song

from musivid.media.pictures import save_picture
from musivid.media.sink import FrameSink

__all__ = ["COMMANDS", "MODEL", "OUTPUT", "build", "snapshot"]

# What is typed before a case's own part: it would make something if nothing were wrong.
COMMANDS: dict[str, tuple[str, ...]] = {
    "video": ("video", "song.wav"),
    "interpolate": ("interpolate", "song.wav"),
    "caption": ("caption", "song.wav"),
    "visualize": ("visualize", "song.wav"),
    "markers": ("markers", "song.wav"),
    "lyrics": ("lyrics", "song.wav", "-p", "tiny"),
    "bgm infer": ("bgm", "infer", "clip.mp4"),
    "bgm train": ("bgm", "train", "notes.mid"),
    "combine": ("combine", "clip.mp4", "part.mp4"),
    "evaluate": ("evaluate", "clip.mp4"),
}
# How each command's output may end.
OUTPUT = {
    "video": ".mp4", "interpolate": ".mp4", "caption": ".json", "visualize": ".mp4",
    "markers": ".csv", "lyrics": ".lrc", "bgm infer": ".mp4", "bgm train": ".safetensors",
    "combine": ".mp4", "evaluate": ".json",
}  # fmt: skip
# The weights that each command can be told to take.
MODEL: dict[str, tuple[str, ...]] = {
    "video": ("--preset", "dream", "--set", "models.perceptor={}"),
    "interpolate": ("--preset", "dream", "--set", "models.painter={}"),
    "caption": ("--set", "models.captioner={}"),
    "visualize": ("--preset", "dream", "--set", "models.perceptor={}"),
    "bgm infer": ("--preset", "pocket", "--set", "composer={}"),
    "bgm train": ("--start", "{}"),
    "evaluate": ("--set", "perceptor={}"),
}


def build(folder: Path) -> None:
    """Put a user's files into a folder."""
    song = click_song(folder / "song.wav", 2.0)
    for name, shade in (("clip.mp4", 60), ("part.mp4", 160)):
        with FrameSink(
            folder / name, size=(64, 48), fps=Fraction(25), speed="ultrafast", sound=None
        ) as sink:
            for number in range(50):
                sink.write(np.full((48, 64, 3), shade + number % 9, np.uint8))
    (folder / "words.lrc").write_text("[00:00.50]words\n")
    (folder / "hits.txt").write_text("0.5\n1.0\n")
    (folder / "meta.json").write_text(json.dumps({"duration": 2.0, "tempo": 120, "vbeats": []}))
    (folder / "notes.mid").write_bytes(b"MThd\0\0\0\6\0\0\0\1\0\x60MTrk\0\0\0\4\0\xff\x2f\0")
    (folder / "preset.yaml").write_text("seed: 3\n")
    save_picture(folder / "cover.png", np.full((40, 40, 3), 90, np.uint8))
    np.savez(folder / "rows.npz", input=np.zeros((4, 6), int))
    os.utime(song, (1, 1))


def snapshot(folder: Path) -> dict[str, str]:
    """All that lies in a folder at any depth: links as where they lead, files as their hash."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = os.fsdecode(os.fsencode(path.relative_to(folder)))
        if path.is_symlink():
            found[name] = f"-> {os.readlink(path)}"
        elif path.is_file():
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
        else:
            found[name] = "folder" if path.is_dir() else "special"
    return found
