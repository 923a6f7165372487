"""What participants see and hear, made blind before a study opens.

Where music varies, each clip becomes one silent film, and each of its musics a sound of the same
length and loudness; where pictures vary, each song becomes one sound, and each of its films a
silent one of the same size, rate and length. None has metadata, and all are encoded alike, so that
nothing but what varies tells systems apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from musivid.core.errors import InputError
from musivid.core.plain_json import json_document, parse_json
from musivid.core.progress import Reporter
from musivid.core.seeds import dice
from musivid.core.storage import fingerprint, write_atomic
from musivid.media.audio import probe_audio
from musivid.media.frames import probe_video
from musivid.media.kinds import FILM, SONG, Kind
from musivid.pipeline.render.switched import canvas_of, write_even_sound, write_silent_film
from musivid.studies.findings import StimulusFacts
from musivid.studies.manifest import ANCHOR, SILENCE, Manifest

__all__ = ["Sources", "Stimuli", "find_sources", "make_stimuli", "read_stimuli"]

_INDEX = "stimuli.json"


@dataclass(frozen=True, slots=True)
class Sources:
    """The user's files.

    Attributes:
        shared: clip: the film (or song) that all its stimuli have in common.
        varied: system: clip: the file with what is its own.
    """

    shared: Mapping[str, Path]
    varied: Mapping[str, Mapping[str, Path]]

    def clips(self) -> tuple[str, ...]:
        """Return the names of the clips, in order."""
        return tuple(self.shared)


@dataclass(frozen=True, slots=True)
class Stimuli:
    """What was made.

    Attributes:
        folder: where the files are.
        digest: of the manifest for which they were made.
        films: clip: name of its film, where music varies.
        lengths_s: clip: how long it is.
        sounds: system: clip: name of its sound, where music varies.
        facts: of all that is rated.
        pictures: system: clip: name of its film, where pictures vary.
        songs: clip: name of its sound, where pictures vary.
    """

    folder: Path
    digest: str
    films: Mapping[str, str]
    lengths_s: Mapping[str, float]
    sounds: Mapping[str, Mapping[str, str]]
    facts: tuple[StimulusFacts, ...]
    pictures: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    songs: Mapping[str, str] = field(default_factory=dict)

    def clips(self) -> tuple[str, ...]:
        """Return the names of the clips, in order."""
        return tuple(self.lengths_s)

    def shared(self, clip: str) -> Path:
        """The file that all stimuli of a clip have in common."""
        return self.folder / (self.songs if self.pictures else self.films)[clip]

    def varied(self, system: str, clip: str) -> Path:
        """The file that is a system's own."""
        return self.folder / (self.pictures or self.sounds)[system][clip]


def find_sources(manifest: Manifest, base: Path) -> Sources:
    """The files of a study: those of equal names in the folders of all systems.

    Args:
        manifest: the study.
        base: the folder that the manifest's paths begin at.

    Raises:
        InputError: a folder is not there, a system lacks a clip, or there are too few.
    """
    if manifest.design == "create":
        return Sources(_media(base / manifest.clips) if manifest.anchor else {}, {})
    varied = {name: _media(base / folder) for name, folder in manifest.systems.items()}
    first = next(iter(varied.values()))
    for name, files in varied.items():
        odd = sorted(files.keys() ^ first.keys())
        if odd:
            raise InputError(
                f"system {name} and system {next(iter(varied))} have not the same clips: {odd[0]}",
                hint="Each folder needs a film of each clip, equally named but for the ending.",
            )
    kinds = (FILM, SONG) if manifest.vary == "picture" else (FILM,)
    shared = _media(base / manifest.clips, kinds) if manifest.clips else first
    missing = sorted(first.keys() - shared.keys())
    if missing:
        raise InputError(f"{manifest.clips} has nothing for the clip {missing[0]}")
    if manifest.anchor and len(first) < 2:
        raise InputError(
            f"one clip has no other clip whose {manifest.vary} could be the level of chance",
            hint="Add clips, or set anchor: false.",
        )
    return Sources({clip: shared[clip] for clip in first}, varied)


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
    if manifest.design == "create":  # all is made of what participants bring
        made = Stimuli(folder, manifest.freeze(), {}, {}, {}, ())
    else:
        write = _write_pictures if manifest.vary == "picture" else _write_sounds
        made = write(folder, manifest, sources, reporter)
    _write_index(made)
    return made


def _write_sounds(
    folder: Path, manifest: Manifest, sources: Sources, reporter: Reporter
) -> Stimuli:
    """A silent film a clip, and a sound a system."""
    systems, others = _shown(manifest), _others(manifest, sources.clips())
    reporter.stage("Stimuli", len(sources.shared) * (1 + len(systems)), "files")
    films: dict[str, str] = {}
    lengths: dict[str, float] = {}
    sounds: dict[str, dict[str, str]] = {system: {} for system in systems}
    facts: list[StimulusFacts] = []
    for number, (clip, film) in enumerate(sources.shared.items()):
        films[clip] = f"film-{number:03d}.mp4"
        lengths[clip] = write_silent_film(film, folder / films[clip])
        reporter.advance()
        for place, system in enumerate(systems):
            name = f"sound-{number:03d}-{place:02d}.m4a"
            music = _own_of(manifest, sources, others, system, clip)
            gain_db = write_even_sound(music, lengths[clip], folder / name)
            sounds[system][clip] = name
            if system != SILENCE:
                digest = fingerprint(folder / name)
                facts.append(StimulusFacts(clip, system, digest, gain_db, lengths[clip]))
            reporter.advance()
    return Stimuli(folder, manifest.freeze(), films, lengths, sounds, tuple(facts))


def _write_pictures(
    folder: Path, manifest: Manifest, sources: Sources, reporter: Reporter
) -> Stimuli:
    """A sound a song, and a silent film a system, all of the first system's size and rate."""
    systems, others = _shown(manifest), _others(manifest, sources.clips())
    reporter.stage("Stimuli", len(sources.shared) * (1 + len(systems)), "files")
    songs: dict[str, str] = {}
    lengths: dict[str, float] = {}
    pictures: dict[str, dict[str, str]] = {system: {} for system in systems}
    facts: list[StimulusFacts] = []
    for number, (clip, song) in enumerate(sources.shared.items()):
        songs[clip] = f"sound-{number:03d}.m4a"
        first = sources.varied[manifest.first_system()][clip]
        lengths[clip] = min(_length_s(first), probe_audio(song).duration_s or _length_s(first))
        canvas = canvas_of(first, lengths[clip])
        gain_db = write_even_sound(song, lengths[clip], folder / songs[clip])
        reporter.advance()
        for place, system in enumerate(systems):
            name = f"film-{number:03d}-{place:02d}.mp4"
            film = _own_of(manifest, sources, others, system, clip)
            write_silent_film(film, folder / name, canvas)
            pictures[system][clip] = name
            if system != SILENCE:
                digest = fingerprint(folder / name)
                facts.append(StimulusFacts(clip, system, digest, gain_db, lengths[clip]))
            reporter.advance()
    return Stimuli(
        folder, manifest.freeze(), {}, lengths, {}, tuple(facts), pictures=pictures, songs=songs
    )


def _shown(manifest: Manifest) -> tuple[str, ...]:
    """All systems that participants meet."""
    return (*manifest.rated_systems(), *((SILENCE,) if manifest.check_trials().gold else ()))


def _length_s(film: Path) -> float:
    return float(probe_video(film).duration_s or 0)


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
        own = (each for varied in (made.sounds, made.pictures) for each in varied.values())
        names = [*made.films.values(), *made.songs.values()]
        names += [name for each in own for name in each.values()]
        elsewhere = any(Path(name).name != name for name in names)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise InputError(
            f"{index} is damaged: {error}", hint="Remove it; the stimuli are made again."
        ) from None
    if elsewhere:
        raise InputError(f"{index} names files elsewhere", hint="Remove it; it is made again.")
    return made if all((folder / name).is_file() for name in names) else None


def _media(folder: Path, kinds: Sequence[Kind] = (FILM,)) -> dict[str, Path]:
    """The films (or songs) of a folder by their names without ending, in order."""
    if not folder.is_dir():
        raise InputError(f"{folder} is not a folder", hint="Paths begin at the manifest's folder.")
    found = {
        path.stem: path
        for path in sorted(folder.iterdir())
        if any(kind.holds(path) for kind in kinds) and not path.name.startswith(".")
    }
    if not found:
        named = " or ".join(f"{kind.name} ({kind.listed()})" for kind in kinds)
        raise InputError(f"{folder} has no {named}")
    return found


def _others(manifest: Manifest, clips: Sequence[str]) -> dict[str, str]:
    """For each clip another one, each once: all in a ring whose order is drawn by lot."""
    order = [clips[int(k)] for k in dice(manifest.seed, len(clips)).permutation(len(clips))]
    return dict(zip(order, [*order[1:], order[0]], strict=True))


def _own_of(
    manifest: Manifest, sources: Sources, others: Mapping[str, str], system: str, clip: str
) -> Path | None:
    """The file with what is a system's own for a clip; None for nothing at all."""
    if system == SILENCE:
        return None
    if system == ANCHOR:
        return sources.varied[manifest.first_system()][others[clip]]
    return sources.varied[system][clip]


def _write_index(made: Stimuli) -> None:
    data = {name: value for name, value in asdict(made).items() if name != "folder"}
    write_atomic(made.folder / _INDEX, json_document(data))
