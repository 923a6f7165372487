"""Names that no system takes, in every place where a command takes a name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hostile.case import Case
from hostile.world import COMMANDS, MODEL, OUTPUT

__all__ = ["ODDS", "cases", "circle"]

_BULLET = "names"
_SHORT = 60  # letters of a name that must be seen in a message


@dataclass(frozen=True, slots=True)
class _Odd:
    """A kind of odd name: its first part, and what must be said of it."""

    what: str
    stem: str
    says: str


ODDS = (
    _Odd("of 300 letters", "a" * 300, "shorter name"),
    _Odd("of 252 bytes in 84 letters", "日" * 100, "shorter name"),
    _Odd("in a path of 6000 letters", "d/" * 3000 + "x", "shorter name"),
    _Odd("in the home of nobody", "~nosuchuser/x", "no home folder is known for ~nosuchuser"),
    _Odd("in a circle of links", "circle/x", ""),
    _Odd("in a file", "words.lrc/x", ""),
)


def circle(folder: Path) -> None:
    (folder / "circle").symlink_to("round")
    (folder / "round").symlink_to("circle")


def _typed(command: str, place: str, name: str) -> tuple[str, ...]:
    """A command line with an odd name in a place; empty where it has none."""
    usual = COMMANDS[command]
    if place == "input":
        return (*usual[: 2 if command.startswith("bgm") else 1], name)
    if place == "output":
        return (*usual, "-o", name)
    if place == "preset":
        return (*usual, "-p", name)
    if place == "weights":
        model = MODEL.get(command)
        return (*usual, *(part.format(name) for part in model)) if model else ()
    flag = {"video": "--lyrics", "interpolate": "--lyrics", "visualize": "--captions",
            "markers": "--beats", "lyrics": "--text", "bgm infer": "--hit-points",
            "combine": "--audio", "evaluate": "--report"}  # fmt: skip
    return (*usual, flag[command], name) if command in flag else ()


_ENDINGS = {"preset": ".yaml", "weights": ".safetensors", "other file": ".lrc"}
_INPUTS = {"bgm infer": ".mp4", "bgm train": ".mid", "combine": ".mp4", "evaluate": ".mp4"}


def cases() -> Iterator[Case]:
    """Every odd name in every place of every command."""
    for place in ("input", "output", "preset", "weights", "other file"):
        for odd in ODDS:
            for command in COMMANDS:
                if (place, command) == ("output", "interpolate"):  # it goes the way of `video`
                    continue
                ending = _ENDINGS.get(place, ".html")
                if place == "output":
                    ending = OUTPUT[command]
                if place == "input":
                    ending = _INPUTS.get(command, ".wav")
                if command == "evaluate" and place == "other file":
                    ending = ".html"
                name = odd.stem + ending
                typed = _typed(command, place, name)
                if not typed:
                    continue
                yield Case(
                    f"{place} {odd.what}", _BULLET, command, typed,
                    (name[:_SHORT], *([odd.says] if odd.says else [])),
                    circle, codes=(2, 3),
                )  # fmt: skip
