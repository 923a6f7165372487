"""Systems side by side as a page to be hosted anywhere: films that are switched as they play."""

from __future__ import annotations

import html
import json
import math
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from musivid import __version__
from musivid.core.errors import InputError, UsageError
from musivid.core.progress import Reporter
from musivid.core.storage import fingerprint, write_atomic
from musivid.media.audio import probe_audio
from musivid.media.frames import probe_video
from musivid.media.kinds import FILM
from musivid.pipeline.render.switched import PLAYER, write_even_sound, write_silent_film

__all__ = ["MOST_SYSTEMS", "Switched", "lay_switched", "write_site"]

MOST_SYSTEMS = 8
"""More are not told apart by anybody who listens."""

_HERE = Path(__file__).parent
_SCRIPT, _STYLE, _MEDIA = "site.js", "site.css", "media"


@dataclass(frozen=True, slots=True)
class Switched:
    """What is switched among: one clip or song of several systems.

    Attributes:
        name: of the pair.
        systems: whose it is, in order.
        films: names of silent films; one where all show the same picture.
        sounds: names of sounds; one where all sound alike.
    """

    name: str
    systems: tuple[str, ...]
    films: tuple[str, ...]
    sounds: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The same in JSON types."""
        return {"name": self.name, "systems": self.systems, "films": self.films,
                "sounds": self.sounds}  # fmt: skip


def write_site(
    systems: Mapping[str, Mapping[str, Path]], report: str, folder: Path, reporter: Reporter
) -> Path:
    """Write a folder with `index.html` and all that it needs; return the page.

    Args:
        systems: their films by the names under which they are pairs.
        report: the report of the comparison, as HTML.
        folder: to be written; what else is in it stays.
        reporter: told of the progress.

    Raises:
        UsageError: more than eight systems. InputError: a file is no film with sound.
        OutputError: it cannot be written.
    """
    media = folder / _MEDIA
    media.mkdir(parents=True, exist_ok=True)
    shown = lay_switched(systems, media, reporter)
    shutil.copyfile(PLAYER, folder / PLAYER.name)
    for name in (_SCRIPT, _STYLE):
        shutil.copyfile(_HERE / name, folder / name)
    write_atomic(folder / "report.html", report)
    page = folder / "index.html"
    write_atomic(page, _page(shown))
    return page


def lay_switched(
    systems: Mapping[str, Mapping[str, Path]], folder: Path, reporter: Reporter
) -> list[Switched]:
    """Make silent films and sounds of all pairs that all systems have, in a folder.

    Raises:
        UsageError: too many systems. InputError: a file is no film with sound.
    """
    if len(systems) > MOST_SYSTEMS:
        raise UsageError(
            f"{len(systems)} systems cannot be switched among",
            hint=f"Give {MOST_SYSTEMS} at most.",
        )
    first, *others = systems.values()
    names = [name for name in first if all(name in files for files in others)]
    reporter.stage("switch", total=len(names) * len(systems), unit="films")
    return [
        _laid(f"{number:02d}", name, {s: files[name] for s, files in systems.items()}, folder,
              reporter=reporter)
        for number, name in enumerate(names)
    ]  # fmt: skip


def _laid(
    number: str, name: str, files: Mapping[str, Path], folder: Path, *, reporter: Reporter
) -> Switched:
    """The films and sounds of one pair."""
    films, sounds = [], []
    for place, path in enumerate(files.values()):
        if not FILM.holds(path) or not probe_video(path).has_sound:
            raise InputError(f"{path} is no film with sound", hint="A page shows films.")
        film, sound = folder / f"{number}-{place}.mp4", folder / f"{number}-{place}.m4a"
        write_even_sound(path, min(write_silent_film(path, film), _length_s(path)), sound)
        films.append(film)
        sounds.append(sound)
        reporter.advance()
    return Switched(name, tuple(files), _told_apart(films), _told_apart(sounds))


def _length_s(path: Path) -> float:
    """How long the sound of a film is; endless where its container does not say."""
    length_s = probe_audio(path).duration_s
    return math.inf if length_s is None else length_s


def _told_apart(paths: Sequence[Path]) -> tuple[str, ...]:
    """Names of files; of files that are all equal the first, and the others are removed."""
    if len(paths) > 1 and len({fingerprint(path) for path in paths}) == 1:
        for path in paths[1:]:
            path.unlink()
        return (paths[0].name,)
    return tuple(path.name for path in paths)


def _page(shown: Sequence[Switched]) -> str:
    """The page; its script makes a player of each pair."""
    data = json.dumps([one.as_dict() for one in shown]).replace("<", "\\u003c")
    pairs = "".join(
        f'<section class="pair" data-pair="{n}"><h2>{html.escape(one.name)}</h2></section>'
        for n, one in enumerate(shown)
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'self\'">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>Comparison · musivid</title><link rel="stylesheet" href="{_STYLE}">'
        f'<script src="{PLAYER.name}" defer></script><script src="{_SCRIPT}" defer></script>'
        "</head><body><main><h1>Side by side</h1>"
        "<p>Systems are switched as the film plays, at the same moment, and all are equally loud. "
        'Keys: space, 1 to 9, arrows. <a href="report.html">All figures, beside chance</a></p>'
        f'{pairs}<p id="fault" role="alert"></p><footer>Made by musivid {__version__}.</footer>'
        f'</main><script type="application/json" id="data">{data}</script></body></html>\n'
    )
