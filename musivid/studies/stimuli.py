"""What participants see and hear, made blind before a study opens.

Each clip becomes one silent film, each of its musics a sound of the same length and loudness; none
has metadata, and all are encoded alike, so that nothing but the music tells systems apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from musivid.core.errors import InputError
from musivid.core.plain_json import json_document, parse_json
from musivid.core.progress import Reporter
from musivid.core.seeds import dice
from musivid.core.storage import fingerprint, write_atomic
from musivid.media.kinds import FILM
from musivid.pipeline.render.switched import write_even_sound, write_silent_film
from musivid.studies.findings import StimulusFacts
from musivid.studies.manifest import ANCHOR, SILENCE, Manifest

__all__ = ["Sources", "Stimuli", "find_sources", "make_stimuli", "read_stimuli"]

_INDEX = "stimuli.json"


@dataclass(frozen=True, slots=True)
class Sources:
    """The user's files.

    Attributes:
        films: clip: the film whose picture is shown.
        sounds: system: clip: the film or song with its music.
    """

    films: Mapping[str, Path]
    sounds: Mapping[str, Mapping[str, Path]]

    def clips(self) -> tuple[str, ...]:
        """Return the names of the clips, in order."""
        return tuple(self.films)


@dataclass(frozen=True, slots=True)
class Stimuli:
    """What was made.

    Attributes:
        folder: where the files are.
        digest: of the manifest for which they were made.
        films: clip: name of its file.
        lengths_s: clip: how long it is.
        sounds: system: clip: name of its file.
        facts: of all sounds that are rated.
    """

    folder: Path
    digest: str
    films: Mapping[str, str]
    lengths_s: Mapping[str, float]
    sounds: Mapping[str, Mapping[str, str]]
    facts: tuple[StimulusFacts, ...]

    def clips(self) -> tuple[str, ...]:
        """Return the names of the clips, in order."""
        return tuple(self.films)


def find_sources(manifest: Manifest, base: Path) -> Sources:
    """The files of a study: those of equal names in the folders of all systems.

    Args:
        manifest: the study.
        base: the folder that the manifest's paths begin at.

    Raises:
        InputError: a folder is not there, a system lacks a clip, or there are too few.
    """
    sounds = {name: _films(base / folder) for name, folder in manifest.systems.items()}
    first = next(iter(sounds.values()))
    for name, files in sounds.items():
        odd = sorted(files.keys() ^ first.keys())
        if odd:
            raise InputError(
                f"system {name} and system {next(iter(sounds))} have not the same clips: {odd[0]}",
                hint="Each folder needs a film of each clip, equally named but for the ending.",
            )
    films = _films(base / manifest.clips) if manifest.clips else first
    missing = sorted(first.keys() - films.keys())
    if missing:
        raise InputError(f"{manifest.clips} has no picture for the clip {missing[0]}")
    if manifest.anchor and len(first) < 2:
        raise InputError(
            "one clip has no other clip whose music could be the level of chance",
            hint="Add clips, or set anchor: false.",
        )
    return Sources({clip: films[clip] for clip in first}, sounds)


def make_stimuli(folder: Path, manifest: Manifest, sources: Sources, reporter: Reporter) -> Stimuli:
    """All films and sounds of a study; what was made before for the same manifest is kept.

    Raises:
        InputError: a file cannot be read.
        OutputError: the folder cannot be written.
    """
    made = read_stimuli(folder)
    if made is not None and made.digest == manifest.freeze():
        return made
    folder.mkdir(parents=True, exist_ok=True)
    systems = (*manifest.rated_systems(), *((SILENCE,) if manifest.checks.gold else ()))
    others = _others(manifest, sources.clips())
    reporter.stage("Stimuli", len(sources.films) * (1 + len(systems)), "files")
    films: dict[str, str] = {}
    lengths: dict[str, float] = {}
    sounds: dict[str, dict[str, str]] = {system: {} for system in systems}
    facts: list[StimulusFacts] = []
    for number, (clip, film) in enumerate(sources.films.items()):
        films[clip] = f"film-{number:03d}.mp4"
        lengths[clip] = write_silent_film(film, folder / films[clip])
        reporter.advance()
        for place, system in enumerate(systems):
            name = f"sound-{number:03d}-{place:02d}.m4a"
            music = _music_of(manifest, sources, others, system, clip)
            gain_db = write_even_sound(music, lengths[clip], folder / name)
            sounds[system][clip] = name
            if system != SILENCE:
                digest = fingerprint(folder / name)
                facts.append(StimulusFacts(clip, system, digest, gain_db, lengths[clip]))
            reporter.advance()
    made = Stimuli(folder, manifest.freeze(), films, lengths, sounds, tuple(facts))
    _write_index(made)
    return made


def read_stimuli(folder: Path) -> Stimuli | None:
    """What a folder holds; None if nothing was finished there.

    Raises:
        InputError: the index is damaged.
    """
    index = folder / _INDEX
    if not index.is_file():
        return None
    try:
        data: dict[str, Any] = parse_json(index.read_text(encoding="utf-8"))
        facts = tuple(StimulusFacts(**each) for each in data.pop("facts"))
        made = Stimuli(folder=folder, facts=facts, **data)
        sounds = (name for each in made.sounds.values() for name in each.values())
        names = [*made.films.values(), *sounds]
        elsewhere = any(Path(name).name != name for name in names)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise InputError(
            f"{index} is damaged: {error}", hint="Remove it; the stimuli are made again."
        ) from None
    if elsewhere:
        raise InputError(f"{index} names files elsewhere", hint="Remove it; it is made again.")
    return made if all((folder / name).is_file() for name in names) else None


def _films(folder: Path) -> dict[str, Path]:
    """The films of a folder by their names without ending, in order."""
    if not folder.is_dir():
        raise InputError(f"{folder} is not a folder", hint="Paths begin at the manifest's folder.")
    found = {
        path.stem: path
        for path in sorted(folder.iterdir())
        if FILM.holds(path) and not path.name.startswith(".")
    }
    if not found:
        raise InputError(f"{folder} has no films ({FILM.listed()})")
    return found


def _others(manifest: Manifest, clips: Sequence[str]) -> dict[str, str]:
    """For each clip another one, each once: all in a ring whose order is drawn by lot."""
    order = [clips[int(k)] for k in dice(manifest.seed, len(clips)).permutation(len(clips))]
    return dict(zip(order, [*order[1:], order[0]], strict=True))


def _music_of(
    manifest: Manifest, sources: Sources, others: Mapping[str, str], system: str, clip: str
) -> Path | None:
    """The file with a system's music for a clip; None for silence."""
    if system == SILENCE:
        return None
    if system == ANCHOR:
        return sources.sounds[manifest.first_system()][others[clip]]
    return sources.sounds[system][clip]


def _write_index(made: Stimuli) -> None:
    data = {name: value for name, value in asdict(made).items() if name != "folder"}
    write_atomic(made.folder / _INDEX, json_document(data))
