"""Outputs that are inputs, somebody's files, devices or folders; inputs that are none."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from hostile.case import Case, all_of, links, nothing
from hostile.world import COMMANDS, OUTPUT

__all__ = ["cases", "empty", "fifo", "folder_of", "hard", "noise"]

_READ = {
    "video": "song.wav", "interpolate": "song.wav", "caption": "song.wav", "visualize": "song.wav",
    "markers": "song.wav", "lyrics": "song.wav", "bgm infer": "clip.mp4",
    "bgm train": "notes.mid", "combine": "part.mp4", "evaluate": "clip.mp4",
}  # fmt: skip
# What else a command would write, and what is there already.
_BESIDE = (
    ("bgm train", ("-o", "out.safetensors"), "out-last.safetensors"),
    ("bgm train", ("-o", "out.safetensors"), "out-loss.png"),
    ("bgm infer", ("-o", "out.mp4"), "out.mid"),
    ("bgm infer", ("-o", "out.mp4"), "out.wav"),
    ("bgm infer", ("--save-metadata", "kept.json"), "kept.json"),
    ("evaluate", ("--report", "kept.html"), "kept.html"),
    ("evaluate", ("--plot", "kept.png"), "kept.png"),
    ("video", ("--preview", "-o", "out.mp4"), "out.png"),
)
# Outputs that are inputs, or other outputs, in another role.
_ROLES: tuple[tuple[str, tuple[str, ...], Callable[[Path], None]], ...] = (
    ("evaluate", ("--lyrics", "words.lrc", "--report", "./empty/../words.lrc"), nothing),
    ("evaluate", ("--report", "clip.mp4"), nothing),
    ("evaluate", ("--plot", "clip.mp4"), nothing),
    ("bgm infer", ("--save-metadata", "clip.mp4"), nothing),
    ("bgm infer", ("-o", "out.mp4", "--save-metadata", "out.mp4"), nothing),
    ("bgm infer", ("--hit-points", "out.wav", "-o", "out.mp4"), links("out.wav", "hits.txt")),
    ("visualize", ("--images", "cover.png", "--preview", "-o", "cover.png"), nothing),
    ("combine", ("--audio", "song.wav", "-o", "out.mp4"), links("out.mp4", "song.wav")),
    ("video", ("--lyrics", "words.lrc", "-o", "out.mp4"), links("out.mp4", "words.lrc")),
    ("interpolate", ("--lyrics", "words.lrc", "-o", "out.mp4"), links("out.mp4", "words.lrc")),
)
_DISPLAYED = "\x1b[31m"


def hard(name: str, target: str) -> Callable[[Path], None]:
    def link(folder: Path) -> None:
        os.link(folder / target, folder / name)

    return link


def folder_of(name: str) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        (folder / name).mkdir()

    return make


def fifo(name: str) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        (folder / name).unlink(missing_ok=True)
        os.mkfifo(folder / name)

    return make


def _written(name: str) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        (folder / name).write_bytes(b"of last week")

    return make


def cases() -> Iterator[Case]:
    """Every such place, as each command's output or input."""
    for command, usual in COMMANDS.items():
        ending, read = OUTPUT[command], _READ[command]
        out = f"out{ending}"
        told = (out, "--force does not help")
        onto = (*usual, "-o", out, "--force")
        yield Case("a link to an input", "data", command, onto, told, links(out, read))
        dotted = (*usual, "-o", f"empty/../{read}", "--force")
        if read.endswith(ending):
            yield Case("dots to an input", "data", command, dotted,
                       (read, "--force does not help"), folder_of("empty"))  # fmt: skip
        yield Case("a hard link to an input", "data", command, onto, told, hard(out, read))
        yield Case(
            "a link to a link to an input", "data", command, onto, told,
            all_of(links(out, "between"), links("between", f"./{read}")),
        )  # fmt: skip
        there = (*usual, "-o", out)
        yield Case("what is there", "side outputs", command, there, (out, "exists"), _written(out))
        kept = {"bgm train": "out.musivid", "evaluate": "", "caption": "", "bgm infer": "",
                "combine": "", "markers": "", "lyrics": ""}.get(command, "out.musivid")  # fmt: skip
        if kept:
            yield Case(
                "a folder of somebody's", "side outputs", command, onto, (kept, "not musivid's"),
                all_of(folder_of(kept), _written(f"{kept}/diary.txt")),
            )  # fmt: skip
        yield Case("a pipe", "devices", command, onto, (out, "is a pipe"), fifo(out))
        yield Case(
            "a link to a device", "devices", command, onto, (out, "is a device"),
            links(out, "/dev/null"),
        )  # fmt: skip
        if command == "bgm train":  # others put their results into it
            yield Case("a folder", "devices", command, onto, (out, "folder"), folder_of(out))
        yield Case(
            "a folder that is a file", "devices", command, (*usual, "-o", f"words.lrc/{out}"),
            ("words.lrc",),
        )  # fmt: skip
        yield Case("an input that is a pipe", "pipes", command, usual, (read, "pipe"), fifo(read))
        yield Case(
            "a preset that is a pipe", "pipes", command, (*usual, "-p", "./preset.yaml"),
            ("preset.yaml", "pipe"), fifo("preset.yaml"),
        )  # fmt: skip
        start = usual[: 2 if command.startswith("bgm") else 1]
        yield Case(
            "an escape in a name", "escapes", command, (*start, f"{_DISPLAYED}no.wav"),
            ("\\x1b[31mno.wav",),
        )  # fmt: skip
        yield Case(
            "an escape in a setting", "escapes", command, (*usual, "--set", f"{_DISPLAYED}=1"),
            ("\\x1b[31m",),
        )  # fmt: skip
        yield Case(
            "an escape in a preset's name", "escapes", command,
            (*usual, "-p", f"{_DISPLAYED}"), ("\\x1b[31m",),
        )  # fmt: skip
        yield Case("an input that is not there", "inputs", command, (*start, "no.wav"), ("no.wav",))
        yield Case(
            "an input that is empty", "inputs", command, usual, (read,), empty(read),
            codes=(2,),
        )  # fmt: skip
        yield Case(
            "an input that is a folder without any", "inputs", command, (*start, "empty"),
            ("empty",), folder_of("empty"),
        )  # fmt: skip
        yield Case("an input of noise", "inputs", command, usual, (read,), noise(read), codes=(2,))
        yield Case(
            "a pattern of nothing", "inputs", command, (*start, "nothing-*.wav"), ("nothing-*",),
            nothing,
        )  # fmt: skip

    for number, (command, typed, prepare) in enumerate(_ROLES):
        yield Case(
            "an output that is another's file", "data", command,
            (*COMMANDS[command], *typed, "--force"), ("one file",),
            all_of(folder_of("empty"), prepare), label=f"{typed[-2]} {number}",
        )  # fmt: skip
    for command, typed, beside in _BESIDE:
        yield Case(
            "what is there beside", "side outputs", command, (*COMMANDS[command], *typed),
            (beside, "exists"), _written(beside), label=beside,
        )  # fmt: skip


def empty(name: str) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        (folder / name).write_bytes(b"")

    return make


def noise(name: str) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        (folder / name).write_bytes(bytes(range(1, 256)) * 40)

    return make
