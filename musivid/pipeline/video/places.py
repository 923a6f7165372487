"""Where a film of scenes goes when: chosen, or read from a plan, and known before it is drawn."""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from musivid.core.paths import expanded
from musivid.media.lyrics.breaking import pieces_of
from musivid.pipeline.guidance.swing import swing_of
from musivid.pipeline.guidance.understanding import ReadSong, read_lines, warn_unread
from musivid.pipeline.render.pictures import lay_pictures
from musivid.pipeline.video.pictures import own_pictures
from musivid.settings.video import VideoPreset
from musivid.weights.names import find_model

if TYPE_CHECKING:
    from musivid.analysis.sound import SoundFacts
    from musivid.analysis.spectrum import Spectrum
    from musivid.core.progress import Reporter
    from musivid.living.plan import Place
    from musivid.living.planfile import PlanRow
    from musivid.media.audio import Track
    from musivid.nets.protocols import Perceptor
    from musivid.pipeline.guidance.lanes import Span
    from musivid.pipeline.video.listen import Listened
    from musivid.pipeline.video.plan import VideoPlan
    from musivid.weights.session import Session

__all__ = [
    "cover_place",
    "find_places",
    "guiding_lines",
    "needs_ears",
    "place_song",
    "plan_rows",
    "plan_text",
    "read_words",
    "song_number",
    "sung_lines",
]

_TELLING = ("pocket",)  # kinds of perceptors that read words; others read pieces of them
_WORD_S, _LINE_S, _LEAST_LINE_S = 0.6, 1.5, 2.5  # how long a line without an end is sung


_HEAD_BYTES = 1 << 20  # of a file, by which it is told from others
_USUAL_AUDIO = 0.35  # weight of the sound as presets have it
_STORY_S = 2.6  # a prompt of the story that has less room gives way


def plan_rows(preset: VideoPreset, film_s: float | None = None) -> list[PlanRow]:
    """The places that the preset's plan has; none without a plan.

    Args:
        preset: settings.
        film_s: length of the film, where it is known.

    Raises:
        InputError: the plan cannot be read, or has faults.
    """
    if preset.living.plan is None:
        return []
    from musivid.living.planfile import read_plan

    return read_plan(expanded(preset.living.plan), film_s)


def plan_text(places: Sequence[Place]) -> str:
    """A plan as YAML, to be changed and given back."""
    from musivid.living.planfile import write_plan

    return write_plan(places)


def needs_ears(preset: VideoPreset) -> bool:
    """Whether a network must hear the song.

    None for a cover, for footage, a layer of words, or a plan that names every look.
    """
    if preset.is_cover or preset.is_footage or preset.is_layer:
        return False
    rows = plan_rows(preset)
    return not rows or any(row.look is None for row in rows)


def cover_place(preset: VideoPreset, duration_s: float) -> Place:
    """The one place of a cover's film."""
    from musivid.living.plan import Place
    from musivid.living.world import find_looks

    looks = find_looks(preset.living.scene)
    look = looks[preset.seed % len(looks)]
    return Place(0.0, duration_s, look.scene, look.look)


def place_song(
    perceptor: Perceptor | None,
    plan: VideoPlan,
    facts: SoundFacts,
    spectrum: Spectrum,
    *,
    sounds: NDArray[np.float32],
    preset: VideoPreset,
    song: Path,
    number: int = 0,
    reporter: Reporter | None = None,
) -> list[Place]:
    """Where the film goes when: by a plan, else by its words where there are some, or the sound.

    Args:
        perceptor: knows what words and sounds mean; None: see `needs_ears`.
        plan: clock, windows of sound, lines.
        facts: what was heard.
        spectrum: of the song.
        sounds: float32 [windows, dim], embeddings of the plan's windows; or none.
        preset: seed and wishes.
        song: the file, in or beside which pictures may be.
        number: of the song, from `song_number`.
        reporter: told where most words are not understood.
    """
    from musivid.living.acting import act_out
    from musivid.living.casting import cast_film
    from musivid.living.choosing import Chooser
    from musivid.living.directing import Heard, direct, song_energy
    from musivid.living.leading import lead_on
    from musivid.living.moment import find_events
    from musivid.living.world import find_looks
    from musivid.pipeline.video.swung import swing_song

    if preset.is_cover:
        return [cover_place(preset, facts.duration_s)]
    times_s = np.array([window.time_s for window in plan.windows][: len(sounds)])
    heard = Heard(facts, spectrum.mel, spectrum.hop_s, times_s, sounds)
    rows = plan_rows(preset, facts.duration_s)
    chooser = None
    swing, lines = swing_of(preset), guiding_lines(plan)
    if perceptor is not None:
        looks = find_looks(None if preset.is_picture else preset.living.scene)
        chooser = Chooser(
            perceptor,
            looks,
            leans=_leans(preset),
            hears=preset.guidance.audio / _USUAL_AUDIO,
            reads=preset.guidance.text,
            song=number,
            lines=[text for _, _, text in lines],
        )
    if perceptor is not None and reporter is not None:
        cure = "where a line is not, the sound guides"
        warn_unread(read_lines(perceptor, (text for _, _, text in lines)), reporter, cure)
    if swing is None or rows or chooser is None:
        places = direct(heard, lines, chooser, preset.seed, rows)
    else:
        places = swing_song(heard, lines, swing, chooser, preset.seed)
    if not rows:
        alone = preset.living.scene if preset.is_picture else None
        own = own_pictures(preset, song)
        places = lay_pictures(places, own, perceptor, alone=alone, divide=swing is None)
    sung = sung_lines(plan.spans[0] or plan.spans[1])
    acted = lead_on(act_out(places, sung, find_events(facts)[:, 0]), facts, preset.seed)
    said = [place.line for place in acted if place.line]
    meant = {line: chooser.subjects_of(line) for line in said} if chooser else {}
    cast = cast_film(acted, song_energy(facts), preset.seed, meant)
    return [
        _as_written(place, row) if row else place
        for place, row in itertools.zip_longest(cast, rows)
    ]


def song_number(track: Track) -> int:
    """A number by which songs differ, whatever part of one is filmed; 0 for sound in memory."""
    if track.path is None:
        return 0
    with track.path.open("rb") as file:
        return zlib.crc32(file.read(_HEAD_BYTES)) % 10_000


def _as_written(place: Place, row: PlanRow) -> Place:
    """A place with who is in it and what happens there as somebody wrote it."""
    from musivid.living.acting import made_act

    if row.figure is not None:
        place = replace(place, figure=row.figure)
    if row.acts is None:
        return place
    acts = [
        made_act(name, place.start_s if start_s is None else start_s, place.end_s)
        for name, start_s in row.acts
    ]
    return replace(place, acts=tuple(acts))


def guiding_lines(plan: VideoPlan) -> list[tuple[float, float, str]]:
    """Start, end and text of what guides: lines, and the story where nobody sings for a while."""
    sung, story = plan.spans
    lines = [(span.start_s, span.end_s, span.text) for span in sung]
    borders = [0.0, *(edge for span in sung for edge in (span.start_s, span.end_s))]
    borders.append(plan.timeline.duration_s)
    for begin, end in zip(borders[::2], borders[1::2], strict=True):
        for span in story:
            start, stop = max(begin, span.start_s), min(end, span.end_s)
            if stop - start >= _STORY_S:
                lines.append((start, stop, span.text))
    return sorted(lines)


def sung_lines(spans: Sequence[Span]) -> list[tuple[float, float, str]]:
    """Lines and when they are sung: one that only waits for the next ends sooner."""
    found = []
    for span in spans:
        usual = max(_LEAST_LINE_S, _WORD_S * len(pieces_of(span.text)) + _LINE_S)
        found.append((span.start_s, min(span.end_s, span.start_s + usual), span.text))
    return found


def _leans(preset: VideoPreset) -> list[tuple[str, float]]:
    """Texts that all scenes of a film lean towards, or away from."""
    guidance = preset.guidance
    wanted = [(said.text, said.weight) for said in guidance.style]
    return wanted + [(said.text, -said.weight) for said in guidance.negative]


def read_words(preset: VideoPreset, plan: VideoPlan, session: Session) -> ReadSong:
    """What is made of the words that guide a film; nothing where no network can tell."""
    lines = [text for _, _, text in guiding_lines(plan)]
    name = preset.models.perceptor
    if preset.painting.mode == "living":
        if not needs_ears(preset):
            return ReadSong()
    elif not lines or find_model(name, "perceptor").kind not in _TELLING:
        return ReadSong()
    return read_lines(session.perceptor(name, preset.models.listener), lines)


def find_places(
    preset: VideoPreset,
    song: Path,
    listened: Listened,
    session: Session | None,
    reporter: Reporter,
) -> list[Place]:
    """The places of a film; models are loaded where they are needed.

    Args:
        preset: settings.
        song: the file.
        listened: what was heard.
        session: device and models; None: the film needs none, as `needs_ears` says.
        reporter: told of stages.
    """
    from musivid.pipeline.guidance.windows import embed_windows

    track, facts, plan = listened
    sounds, ears = np.empty((0, 0), np.float32), None
    if session is not None and needs_ears(preset):
        reporter.stage("load models")
        ears = session.perceptor(preset.models.perceptor, preset.models.listener)
        reporter.stage("hear", len(plan.windows), "windows")
        sounds = embed_windows(
            ears,
            track.mono(ears.rate_hz),
            plan.windows,
            device=session.device,
            on_done=reporter.advance,
        )
    return place_song(
        ears, plan, facts, facts.spectrum,
        sounds=sounds, preset=preset, song=song, number=song_number(track), reporter=reporter,
    )  # fmt: skip
