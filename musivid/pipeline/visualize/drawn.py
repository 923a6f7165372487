"""Scenes that are drawn instead of painted: chosen by prompts, passed through at the music's pace.

Each section has a scene, or a picture: the user's own, or a published artist's, over which what its
prompt speaks of falls, and before which the film's figure stands. The film is in it
around the start of its section, takes on the light of the next as the curve goes on, and is half
way where it is at 0.5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from musivid.analysis.sound import SoundFacts
from musivid.core.paths import expanded
from musivid.living.casting import cast_film, choose_accent
from musivid.living.choosing import Chooser
from musivid.living.depth import fill_frame
from musivid.living.developing import undeveloped
from musivid.living.directing import Heard, lay_wishes, song_energy
from musivid.living.film import LivingFilm, made_scene
from musivid.living.hues import measure_hues
from musivid.living.moment import Music, lay_music
from musivid.living.passing import Lean, Way, lay_passage, passing_scenes
from musivid.living.plan import Place, lay_places
from musivid.living.sleeve import accents
from musivid.living.world import WorldLook
from musivid.media.pictures import read_picture
from musivid.pipeline.guidance.windows import Window, embed_windows
from musivid.pipeline.render.film import Film
from musivid.pipeline.render.pictures import OwnPicture, picture_maker
from musivid.pipeline.visualize.keyframes import Keyframe, KeyframeFolder
from musivid.pipeline.visualize.painted import painted_pictures, peopled_pictures
from musivid.pipeline.visualize.plan import Leg, VisualizePlan
from musivid.pipeline.visualize.prompts import Prompt

if TYPE_CHECKING:
    from musivid.pipeline.visualize.stages import Stages

__all__ = ["choose_looks", "draw_film", "draw_keyframes", "lay_walk"]

_HEARD_S = 6.0  # of a section's sound, from its middle
_SNAP_S = 0.3  # how far a border moves to meet a beat
_LEANS = 0.6  # how far artwork of weight 1 colours a scene
_MOST_LEAN = 0.75
_SMALL = (96, 54)  # that colours of artwork are measured at
_FIRES = {"fire", "camp"}

Shown = tuple[str, str]


def choose_looks(stages: Stages, prompts: Sequence[Prompt]) -> list[WorldLook]:
    """The look that shows each prompt: by its texts, by the sound of its section, by its mood."""
    song, models = stages.song, stages.preset.models
    stages.tell_loading()
    ears = stages.session.perceptor(models.perceptor)
    windows = []
    for prompt in prompts:
        middle = (prompt.start_s + prompt.end_s) / 2
        half = min(_HEARD_S, prompt.end_s - prompt.start_s) / 2
        windows.append(Window(middle, middle - half, middle + half))
    sounds = embed_windows(
        ears, song.track.mono(ears.rate_hz), windows, device=stages.session.device
    )
    spectrum = song.facts.spectrum
    times_s = np.array([window.time_s for window in windows])
    heard = Heard(song.facts, spectrum.mel, spectrum.hop_s, times_s, sounds)
    given = bool(stages.checked.cues)
    spans = [(p.start_s, p.end_s, p.caption.what if given else "") for p in prompts]
    wishes = []
    for wish, prompt in zip(lay_wishes(heard, spans), prompts, strict=True):
        # The user's own words count as a line does; what is heard only leans the choice.
        line = wish.line if prompt.caption.weight else ""
        also = [(prompt.caption.what, prompt.caption.weight - (1.0 if line else 0.0))]
        also += [(prompt.style.what, prompt.style.weight), (prompt.negative, -1.0)]
        said = tuple((text, weight) for text, weight in also if text and weight)
        wishes.append(replace(wish, line=line, also=said, hears=prompt.sound))
    lines = [wish.line for wish in wishes if wish.line]
    return Chooser(ears, lines=lines).choose(wishes, stages.preset.seed)


def draw_keyframes(stages: Stages, prompts: list[Prompt], size: tuple[int, int]) -> list[Keyframe]:
    """A still of each section's scene; those that are there already are kept."""
    folder = KeyframeFolder(stages.run)
    looks = stages.looks = choose_looks(stages, prompts)
    stages.reporter.stage("draw scenes", len(prompts), "pictures")
    music = _music(stages)
    keyframes: list[Keyframe] = []
    for number, (prompt, look) in enumerate(zip(prompts, looks, strict=True)):
        stages.reporter.note(f"picture {number + 1}: {look.name}")
        keyframe = folder.load(number, prompt, size, "fit")
        if keyframe is None:
            place = Place(prompt.start_s, prompt.end_s, look.scene, look.look)
            film = LivingFilm(music, [place], size, seed=stages.preset.seed, pulse=0.0)
            middle = music.timeline.frame_at((prompt.start_s + prompt.end_s) / 2)
            keyframe = Keyframe(film.frame(middle))
            stages.reporter.preview(folder.save(number, keyframe, prompt))
        keyframes.append(keyframe)
        stages.advance()
    return keyframes


def draw_film(stages: Stages, plan: VisualizePlan, prompts: Sequence[Prompt]) -> Film:
    """The film that passes through the scenes of its sections, or through given pictures."""
    music, facts = _music(stages), stages.song.facts
    own, shown = _shown(stages, prompts)
    places, ways, sections = lay_walk(plan.legs, shown, facts)
    preset = stages.preset
    if painted := peopled_pictures(stages, prompts):
        places = cast_film(places, song_energy(facts), preset.seed, pictures=painted)
    passage = lay_passage(music.timeline, places, ways)
    leans = {
        number: lean
        for number, section in enumerate(sections)
        if prompts and places[number].scene != "picture"
        if (lean := _lean(prompts[section])) is not None
    }
    make = passing_scenes(places, passage, picture_maker(own) or made_scene, leans)
    accent = choose_accent(preset.seed) if painted else None
    return LivingFilm(
        music, places, plan.size,
        seed=preset.seed, pulse=preset.react.zoom_pulse, make=make, accent=accent,
    )  # fmt: skip


def _shown(stages: Stages, prompts: Sequence[Prompt]) -> tuple[list[OwnPicture], list[Shown]]:
    """Pictures of the user's own, and the scene and look of each section."""
    job = stages.checked.job
    if job.images:
        own = [OwnPicture(path, 1.0) for path in job.images]
        return own, [("picture", str(number + 1)) for number in range(len(own))]
    folder, looks = KeyframeFolder(stages.run), stages.looks
    if looks is None:  # they were painted
        own = painted_pictures(stages, prompts)
        return own, [("picture", str(number + 1)) for number in range(len(own))]
    # Artwork opens the film; where there are several they are spread over it.
    artwork = list(dict.fromkeys(said.what for p in prompts for said in p.pictures()))
    at = {round(k * len(prompts) / len(artwork)): path for k, path in enumerate(artwork)}
    own, shown = [], []
    for number, look in enumerate(looks):
        if folder.is_changed(number):
            own.append(OwnPicture(folder.path(number, ".png"), 1.0))
        elif number in at and len(prompts) > len(at):
            own.append(OwnPicture(expanded(at[number]), 1.0))
        else:
            shown.append((look.scene, look.look))
            continue
        shown.append(("picture", str(len(own))))
    return own, shown


def lay_walk(
    legs: Sequence[Leg], shown: Sequence[Shown], facts: SoundFacts
) -> tuple[list[Place], dict[int, Way], list[int]]:
    """Places and the ways between them, and which section each place shows.

    Args:
        legs: how far the walk has gone in each frame.
        shown: scene and look of each section.
        facts: beats that borders move to.
    """
    fps = sum(len(leg.frames) for leg in legs) / facts.duration_s
    starts: list[float] = []
    sections: list[int] = []
    cuts: list[str] = []
    ways: dict[int, Way] = {}

    def enter(start_s: float, section: int, cut: str) -> None:
        if sections and shown[sections[-1]] == shown[section]:
            sections[-1] = section
            return
        starts.append(start_s if sections else 0.0)
        cuts.append(cut if sections else "cut")
        sections.append(section)

    for leg in legs:
        if not len(leg.frames) or leg.first is None or leg.second is None:
            continue
        start_s, end_s = leg.frames.start / fps, leg.frames.stop / fps
        enter(start_s, leg.first, "cut")
        past = np.flatnonzero(leg.shares >= 0.5)
        if not len(past) or shown[leg.first] == shown[leg.second]:
            continue
        border = _snapped(facts, (leg.frames.start + int(past[0])) / fps, (start_s, end_s))
        ways[len(sections) - 1] = _way(leg, start_s, end_s, fps)
        scenes = {shown[leg.first][0], shown[leg.second][0]}
        enter(border, leg.second, "ember" if scenes & _FIRES else "iris")
    choices = [(*shown[section], "") for section in sections]
    places = lay_places([*starts, facts.duration_s], choices, cuts)
    return places, {n: way for n, way in ways.items() if n + 1 < len(places)}, sections


def _way(leg: Leg, start_s: float, end_s: float, fps: float) -> Way:
    times = (leg.frames.start + np.arange(len(leg.frames))) / fps
    return Way(start_s, end_s, lambda time_s: float(np.interp(time_s, times, leg.shares)))


def _snapped(facts: SoundFacts, time_s: float, within: tuple[float, float]) -> float:
    """The nearest beat, if one is near and within these seconds."""
    beats = facts.beats_s[(facts.beats_s > within[0] + 0.2) & (facts.beats_s < within[1] - 0.2)]
    if not len(beats):
        return time_s
    near = float(beats[np.argmin(np.abs(beats - time_s))])
    return near if abs(near - time_s) <= _SNAP_S else time_s


def _lean(prompt: Prompt) -> Lean | None:
    """The light that the artwork of a prompt lends its scene."""
    pictures = prompt.pictures()
    if not pictures:
        return None
    heaviest = max(pictures, key=lambda said: said.weight)
    picture = read_picture(expanded(heaviest.what), (400, 400), role="artwork")
    hues = measure_hues(undeveloped(fill_frame(picture, _SMALL)))
    whole = sum(said.weight for said in pictures)
    return Lean(hues, accents(picture)[0], min(_LEANS * whole, _MOST_LEAN))


def _music(stages: Stages) -> Music:
    from musivid.core.timeline import Timeline, parse_fps

    facts = stages.song.facts
    timeline = Timeline(facts.duration_s, parse_fps(stages.preset.output.fps))
    return lay_music(facts, facts.spectrum, timeline)
