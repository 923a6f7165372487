"""Homes, terminals and names in other letters: what a command meets besides its files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from hostile.case import Case, all_of, links, nothing
from hostile.world import COMMANDS, OUTPUT

__all__ = ["HOMES", "LETTERS", "cases"]

# Where a home leads; `{}` is the user's folder.
HOMES: dict[str, tuple[Mapping[str, str], Callable[[Path], None]]] = {
    "a home that is a file": ({"HOME": "{}/words.lrc"}, nothing),
    "a home that is not there": ({"HOME": "{}/nowhere"}, nothing),
    "a home in a circle of links": (
        {"HOME": "{}/circle"}, all_of(links("circle", "round"), links("round", "circle"))),
    "no home": ({"HOME": ""}, nothing),
    "a home of 6000 letters": ({"HOME": "{}" + "/d" * 3000}, nothing),
    "settings that are a file": ({"XDG_CONFIG_HOME": "{}/words.lrc"}, nothing),
    "a cache that is a file": ({"XDG_CACHE_HOME": "{}/words.lrc"}, nothing),
    "data that are a file": ({"XDG_DATA_HOME": "{}/words.lrc"}, nothing),
    "models that are a file": ({"MUSIVID_MODELS": "{}/words.lrc"}, nothing),
    "models in the home of nobody": ({"MUSIVID_MODELS": "~nosuchuser/x"}, nothing),
}  # fmt: skip
LETTERS = {
    "a name of other letters in ASCII": ("sch\xf6n \u65e5.wav", "ascii", "sch\\xf6n \\u65e5"),
    "a name of other letters in cp1252": ("sch\xf6n \u65e5.wav", "cp1252", "sch\xf6n \\u65e5"),
    "a name that is no UTF-8": ("sch\udcf6n.wav", "", "sch\\udcf6n"),
    "a name that is no UTF-8 in ASCII": ("sch\udcf6n.wav", "ascii", "sch\\udcf6n"),
}


def cases() -> Iterator[Case]:
    """Each of them with each command; what is asked is wrong besides, so that nothing is made."""
    for command, usual in COMMANDS.items():
        if command == "interpolate":  # which goes the way of `video` here
            continue
        for what, (variables, prepare) in HOMES.items():
            yield Case(
                what, "surroundings", command, (*usual, "--set", "no.such=1"),
                ("unknown key", "no.such"), prepare, environment=variables,
            )  # fmt: skip
        start = usual[: 2 if command.startswith("bgm") else 1]
        for what, (name, encoding, seen) in LETTERS.items():
            yield Case(what, "letters", command, (*start, name), (seen,), encoding=encoding)
            if encoding:
                yield Case(
                    f"{what}, as JSON", "letters", command, (*start, name, "--json"), (seen,),
                    encoding=encoding,
                )  # fmt: skip
        name = f"sch\udcf6n{OUTPUT[command]}"
        yield Case(
            "an output that is no UTF-8 and a folder", "letters", command,
            (*usual, "-o", f"words.lrc/{name}"), ("words.lrc/sch\\udcf6n",),
        )  # fmt: skip
        yield Case(
            "a working folder that is gone", "surroundings", command, usual, ("working folder",),
            lambda folder: (folder / "gone").mkdir(), label="gone",
        )  # fmt: skip
