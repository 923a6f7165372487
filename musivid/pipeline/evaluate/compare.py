"""Which files of which system `evaluate --compare` puts side by side, and under what names."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from musivid.core.errors import UsageError

__all__ = ["pair_systems"]

_ONLY = "the only file"


def pair_systems(groups: Sequence[tuple[Path, Sequence[Path]]]) -> dict[str, dict[str, Path]]:
    """Return systems by name, each with its files by the name under which they are pairs.

    A system is called as its folder or file; where two are called alike, as much of the path is
    added as tells them apart. Files are pairs where their names without the ending agree; where
    every system has one file, these are.

    Args:
        groups: what was typed for each system, and the files that it means.

    Raises:
        UsageError: fewer than two systems, one that was given twice, one with two files of one
            name, or no name that a system shares with the first.
    """
    if len(groups) < 2:
        raise UsageError("nothing to compare with", hint="Give --compare two folders or more.")
    names = _names([path.absolute() for path, _ in groups])
    single = all(len(files) == 1 for _, files in groups)
    systems: dict[str, dict[str, Path]] = {}
    for name, (path, files) in zip(names, groups, strict=True):
        keys = [_ONLY] if single else [file.stem for file in files]
        twice = [key for key, count in Counter(keys).items() if count > 1]
        if twice:
            raise UsageError(
                f"{path} has two files called {twice[0]!r}",
                hint="Names say which files are pairs; rename one.",
            )
        systems[name] = dict(zip(keys, files, strict=True))
    _check_pairs(systems)
    return systems


def _check_pairs(systems: dict[str, dict[str, Path]]) -> None:
    (first, files), *others = systems.items()
    for name, theirs in others:
        if not files.keys() & theirs.keys():
            raise UsageError(
                f"{name} has no file of a name that {first} has, such as {next(iter(files))!r}",
                hint="Files are pairs where their names agree: a/song.mp4 and b/song.mp4.",
            )


def _names(paths: Sequence[Path]) -> list[str]:
    """Return the shortest ends of the paths that tell them apart."""
    if len(set(paths)) < len(paths):
        twice = next(path for path, count in Counter(paths).items() if count > 1)
        raise UsageError(f"{twice} is compared with itself", hint="Give each system once.")
    for depth in itertools.count(1):
        names = ["/".join(path.parts[-depth:]) for path in paths]
        if len(set(names)) == len(names):
            return names
    raise AssertionError
