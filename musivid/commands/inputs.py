"""Which files are meant by what was typed: files as they are, folders' media, patterns' matches."""

from __future__ import annotations

import glob
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from musivid.core.errors import InputError
from musivid.core.paths import expanded
from musivid.core.run import RUN_SUFFIX
from musivid.media.kinds import MEDIA

__all__ = ["Sources", "can_be_several", "expand_inputs", "find_sources", "natural_key"]

_FOREIGN = {"thumbs.db", "desktop.ini", "@eadir", "__macosx", "$recycle.bin"}


@dataclass(frozen=True, slots=True)
class Sources:
    """The files that are meant.

    Attributes:
        files: absolute, each once, in the order typed; those of a folder in natural order.
        named: those of them that were typed themselves.
        several: whether what was typed can mean several, however many there are now.
        hidden: how many hidden files, as systems leave them in folders, were passed over.
        below: the path of each below the folder that was typed, alike on all machines.
    """

    files: list[Path]
    named: frozenset[Path]
    several: bool
    hidden: int = 0
    below: Mapping[Path, str] = field(default_factory=dict)

    def without(self, others: Collection[Path]) -> Sources:
        """The same but for others, unless they were typed themselves.

        Raises:
            InputError: nothing is left.
        """
        kept = [file for file in self.files if file in self.named or file not in others]
        if not kept:
            raise InputError(
                "there are only results of earlier work here",
                hint="Name a file to have it taken all the same.",
            )
        return replace(self, files=kept)


def find_sources(inputs: Sequence[str], kinds: Collection[str] = MEDIA) -> Sources:
    """Find the files that are meant.

    Hidden files of folders and patterns are passed over; so are files of other kinds, but for those
    of a pattern that none of these kinds fits.

    Args:
        inputs: files, folders and patterns, as they were typed.
        kinds: endings that are taken from folders, in small letters.

    Raises:
        InputError: a name that is nothing, or a folder or pattern without anything in it.
    """
    found: dict[Path, str] = {}
    named: set[Path] = set()
    hidden: set[Path] = set()
    several = can_be_several(inputs)
    for text in inputs:
        path = expanded(text)
        is_folder = path.is_dir()
        if _is_group(path, text):
            there = _of_folder(path) if is_folder else _of_pattern(path)
            hidden |= {file for file in there if _is_hidden(file, path)}
            seen = [file for file in there if file not in hidden]
            fitting = [file for file in seen if file.suffix.lower() in kinds]
            matches = fitting if fitting or is_folder else seen
        else:
            matches = [path.absolute()]
            named.add(matches[0])
        _check_found(text, matches)
        for match in matches:
            found.setdefault(match, "/".join(_found_parts(match, path)) or match.name)
    return Sources(list(found), frozenset(named), several, len(hidden), found)


def can_be_several(inputs: Sequence[str]) -> bool:
    """Whether what was typed can mean several files, however many there are now."""
    return len(inputs) > 1 or any(_is_group(expanded(text), text) for text in inputs)


def expand_inputs(inputs: Sequence[str], kinds: Collection[str] = MEDIA) -> list[Path]:
    """The files that are meant; see `find_sources`.

    Raises:
        InputError: a name that is nothing, or a folder or pattern without anything in it.
    """
    return find_sources(inputs, kinds).files


def natural_key(name: str) -> list[tuple[int, int | str]]:
    """A sort key by which part2 comes before part10."""
    import re

    return [
        (0, int(part)) if part.isdigit() else (1, part.lower())
        for part in re.split(r"([0-9]+)", name)
    ]


def _is_group(path: Path, text: str) -> bool:
    """Whether a folder or a pattern was typed."""
    return path.is_dir() or (not path.exists() and glob.has_magic(text))


def _of_folder(folder: Path) -> list[Path]:
    """All files in a folder."""
    return _sorted(path.absolute() for path in folder.iterdir() if path.is_file())


def _of_pattern(pattern: Path) -> list[Path]:
    """All files that fit a pattern, but for what runs keep in folders of their own."""
    files = (Path(match).absolute() for match in glob.glob(str(pattern), recursive=True))
    return _sorted(
        file
        for file in files
        if file.is_file()
        and not any(name.endswith(RUN_SUFFIX) for name in _found_parts(file, pattern)[:-1])
    )


def _sorted(files: Iterable[Path]) -> list[Path]:
    return sorted(files, key=lambda path: natural_key(str(path)))


def _is_hidden(file: Path, typed: Path) -> bool:
    """Whether systems hide a file, or a folder above it, that was not typed."""
    return any(
        name.startswith(".") or name.lower() in _FOREIGN for name in _found_parts(file, typed)
    )


def _found_parts(file: Path, typed: Path) -> tuple[str, ...]:
    """The end of a file's path that was not typed: below a folder, or from a pattern's signs on."""
    given = typed.absolute().parts
    plain = next((n for n, part in enumerate(given) if glob.has_magic(part)), len(given))
    return file.parts[min(plain, len(file.parts) - 1) :]


def _check_found(text: str, matches: Sequence[Path]) -> None:
    """Refuse what is nothing.

    Raises:
        InputError: always then.
    """
    if not matches:
        raise InputError(
            f"nothing to work on in {text!r}",
            hint="Give a media file, a folder of them, or a quoted pattern.",
        )
    if not matches[0].exists():
        os.getcwd()  # a working folder that is gone is said before what it lacks
        raise InputError(f"there is no file {text!r}", hint="Check the name.")
