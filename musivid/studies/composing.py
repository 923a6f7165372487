"""Music of all systems for a clip that a participant brought, under the participant's controls.

Runs in a process of its own (`core.apart`), so that the pages' server never loads a network.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from musivid.core.errors import PresetError
from musivid.core.progress import Reporter
from musivid.core.storage import fingerprint, temporary_folder
from musivid.pipeline.render.switched import write_even_sound, write_silent_film
from musivid.settings.drafts import TypedValue
from musivid.settings.presets import load_preset
from musivid.studies.findings import StimulusFacts
from musivid.studies.manifest import ANCHOR

if TYPE_CHECKING:
    from musivid.settings.bgm import BgmInferPreset
    from musivid.weights.session import Session

__all__ = [
    "CONTROLS",
    "FILM",
    "Commission",
    "compose",
    "music_preset",
    "sound_name",
    "write_rated_film",
]

FILM = "film.mp4"
"""Name of the silent film in a clip's folder."""

CONTROLS = ("tempo.bpm", "control.emotion", "control.genre", "control.beat_threshold")
"""What participants set; each system heeds those that it knows."""


@dataclass(frozen=True, slots=True)
class Commission:
    """What is to be written.

    Attributes:
        clip: the participant's film.
        name: what the clip is called in tables.
        systems: name of each system and its preset.
        other: a film whose music is the level of chance; None: there is no such level.
        chance: the preset that writes it.
        controls: what the participant set, by dotted key.
        seed: of the music.
    """

    clip: Path
    name: str
    systems: Mapping[str, str]
    other: Path | None
    chance: str
    controls: Mapping[str, Any]
    seed: int


def sound_name(system: str) -> str:
    """Name of a system's sound in a clip's folder."""
    return f"sound-{system}.m4a"


def write_rated_film(clip: Path, system: str, target: Path) -> None:
    """Write a clip with a system's sound, as films of other studies are: both as they were rated.

    Args:
        clip: the clip's folder.
        system: whose sound.
        target: the film.
    """
    import ffmpeg

    from musivid.media.delivery import delivered
    from musivid.media.ffmpeg import file_url, run_ffmpeg

    film, sound = (ffmpeg.input(file_url(clip / name)) for name in (FILM, sound_name(system)))
    options = {"c": "copy", "map_metadata": "-1", "fflags": "+bitexact", "f": "mp4"}
    with delivered(target) as temporary:
        run_ffmpeg(ffmpeg.output(film.video, sound.audio, file_url(temporary), **options))


def compose(folder: Path, wish: Commission, *, reporter: Reporter) -> tuple[StimulusFacts, ...]:
    """Write the silent film and each system's sound into a folder; what was made.

    Args:
        folder: of the clip.
        wish: what is to be written.
        reporter: told of stages.

    Raises:
        MusividError: a system cannot write music for this clip.
    """
    from musivid.weights.session import Session

    session = Session()
    length_s = write_silent_film(wish.clip, folder / FILM)
    found = []
    with temporary_folder(folder / "work") as room:
        jobs = {system: (wish.clip, preset) for system, preset in wish.systems.items()}
        if wish.other is not None:
            jobs[ANCHOR] = _as_long(wish.other, length_s, room / "other.mp4"), wish.chance
        for system, (clip, preset) in jobs.items():
            sound = _music(session, clip, room / system / FILM, _heeded(preset, wish), reporter)
            target = folder / sound_name(system)
            gain_db = write_even_sound(sound, length_s, target)
            digest = fingerprint(target)
            found.append(StimulusFacts(wish.name, system, digest, gain_db, length_s))
    return tuple(found)


def music_preset(preset: str) -> BgmInferPreset:
    """A system's settings.

    Raises:
        PresetError: there are no such ones.
    """
    return load_preset("bgm_infer", preset)


def _heeded(preset: str, wish: Commission) -> BgmInferPreset:
    """A system's settings, with those controls that it knows."""
    given = {"seed": wish.seed, "candidates": 1}
    for key, value in wish.controls.items():
        try:
            load_preset("bgm_infer", preset, _typed({**given, key: value}))
        except PresetError:
            continue  # this system has no such control, as the published ones lack some
        given[key] = value
    return load_preset("bgm_infer", preset, _typed(given))


def _typed(given: Mapping[str, Any]) -> list[TypedValue]:
    return [TypedValue(key, value, key) for key, value in given.items()]


def _music(
    session: Session, clip: Path, out: Path, preset: BgmInferPreset, reporter: Reporter
) -> Path:
    """The sound that a system writes for a clip."""
    from musivid.pipeline.bgm import BgmJob, check_bgm, make_bgm

    out.parent.mkdir()
    checked = check_bgm(BgmJob(clip, out, preset), force=True, offline=True)
    return make_bgm(checked, session, force=True, reporter=reporter).outputs.sound


def _as_long(film: Path, length_s: float, target: Path) -> Path:
    """A film from its begin, again and again, until it is as long as another."""
    import ffmpeg

    from musivid.media.ffmpeg import file_url, run_ffmpeg

    looped = ffmpeg.input(file_url(film), stream_loop=-1).video
    run_ffmpeg(ffmpeg.output(looped, file_url(target), t=f"{length_s:.3f}", an=None))
    return target
