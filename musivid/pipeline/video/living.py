"""Living scenes as the film of a song: where it goes when, and the words that stand over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.sound import SoundFacts
from musivid.analysis.spectrum import Spectrum
from musivid.core.progress import Reporter
from musivid.core.timeline import Timeline
from musivid.living.canvas import Planes
from musivid.living.casting import choose_accent
from musivid.living.film import LivingFilm, MakeScene, Overlay, made_scene
from musivid.living.loop import LoopedFilm, held_place
from musivid.living.moment import Moment, Music, lay_music
from musivid.living.passing import even_ways, lay_passage, passing_scenes
from musivid.living.plan import Place
from musivid.living.scene import Backdrop
from musivid.living.telling import telling_moment
from musivid.painting.looks import Finish
from musivid.pipeline.guidance.swing import swing_of
from musivid.pipeline.render.pictures import picture_maker
from musivid.pipeline.video.artwork import open_sleeve, opening_name
from musivid.pipeline.video.job import VideoJob
from musivid.pipeline.video.pictures import own_pictures
from musivid.pipeline.video.places import cover_place, sung_lines
from musivid.pipeline.video.plan import VideoPlan
from musivid.settings.video import VideoPreset

if TYPE_CHECKING:
    from torch import Tensor

__all__ = [
    "DrawnFilm",
    "draw_film",
    "opening_overlay",
    "overlaid",
    "telling_number",
    "words_overlay",
]

Frame = NDArray[np.uint8]


def draw_film(
    job: VideoJob,
    plan: VideoPlan,
    facts: SoundFacts,
    spectrum: Spectrum,
    places: Sequence[Place],
    *,
    reporter: Reporter,
) -> DrawnFilm:
    """The film of a job that is drawn.

    Args:
        job: the song, settings, and whether lines are written in another way.
        plan: its clock and size, and the lines.
        facts: what was heard.
        spectrum: of the song.
        places: what it shows when.
        reporter: told of letters that no font has.
    """
    if job.preset.is_cover:
        return _cover_film(job, plan, facts, spectrum, reporter)
    return _living_film(
        plan, facts, spectrum, places,
        preset=job.preset, reporter=reporter, words=not job.burn_lyrics,
        opening=opening_name(job.preset, job.song),
        make=picture_maker(own_pictures(job.preset, job.song)),
    )  # fmt: skip


def telling_number(plan: VideoPlan, facts: SoundFacts, places: Sequence[Place]) -> int:
    """The frame that stands for a film."""
    if plan.loop is not None:
        return 0
    return plan.timeline.frame_at(telling_moment(places, facts)[1])


def _living_film(
    plan: VideoPlan,
    facts: SoundFacts,
    spectrum: Spectrum,
    places: Sequence[Place],
    *,
    preset: VideoPreset,
    reporter: Reporter,
    words: bool = True,
    opening: tuple[str, str] | None = None,
    make: MakeScene | None = None,
) -> DrawnFilm:
    """The film of a plan of places.

    Args:
        plan: its clock and size, and the lines.
        facts: what was heard.
        spectrum: of the song.
        places: what it shows when.
        preset: seed, pulse, style of the words, look of the whole.
        reporter: told of letters that no font has.
        words: whether lines may be drawn; else they are written in another way.
        opening: title and artist, to be shown over the first image.
        make: makes scenes otherwise than by their names.
    """
    fps = plan.timeline.fps
    music = lay_music(facts, spectrum, Timeline(facts.duration_s, fps))
    loop = plan.loop
    if (swing := swing_of(preset)) is not None and loop is None:
        passage = lay_passage(music.timeline, places, even_ways(places, swing.eased))
        make = passing_scenes(places, passage, make or made_scene)
    film = LivingFilm(
        music,
        places if loop is None else [held_place(places, loop, fps)],
        plan.size,
        seed=preset.seed,
        pulse=preset.living.pulse,
        overlay=None
        if loop
        else overlaid(
            words_overlay(plan, music, preset, reporter) if words else None,
            opening_overlay(plan, preset, opening, reporter),
        ),
        make=make,
        accent=choose_accent(preset.seed),
        closes=not preset.is_cover and loop is None,
    )
    style = preset.drawn
    finish = None
    if style is not None and style.strength:
        finish = Finish(style.finish, plan.size, strength=style.strength, seed=preset.seed)
    return DrawnFilm(film if loop is None else LoopedFilm(film, loop), finish)


def _cover_film(
    job: VideoJob, plan: VideoPlan, facts: SoundFacts, spectrum: Spectrum, reporter: Reporter
) -> DrawnFilm:
    """The film of a song's own artwork, in one look throughout.

    Args:
        job: the song, settings, and whether lines are written in another way.
        plan: clock, size and lines.
        facts: what was heard.
        spectrum: of the song.
        reporter: told of letters that no font has.
    """
    from musivid.living.scenes.cover import Cover
    from musivid.media.lyrics.face import Face, display_fonts

    preset = job.preset
    words = not job.burn_lyrics
    drawn = words and plan.loop is None and preset.living.lyrics != "off"
    sung = tuple((start, end) for start, end, _ in sung_lines(plan.spans[0])) if drawn else ()
    sleeve = open_sleeve(preset, job.song, plan.size, sung)
    if missing := Face(display_fonts()).missing(sleeve.title + sleeve.artist):
        reporter.warn(_boxes(missing))

    def make(place: Place, size: tuple[int, int], seed: int) -> Cover:
        return Cover(size, place.look, seed, sleeve)

    places = [cover_place(preset, facts.duration_s)]
    return _living_film(
        plan, facts, spectrum, places, preset=preset, reporter=reporter, words=words, make=make
    )


@dataclass(frozen=True, slots=True)
class DrawnFilm:
    """A film of scenes, whose frames may be redrawn in a style."""

    film: LivingFilm | LoopedFilm
    finish: Callable[[Frame], Frame] | None

    def frames(self, first: int = 0) -> Iterator[Frame]:
        """Frames uint8 [h, w, 3] from `first` on."""
        for frame in self.film.frames(first):
            yield frame if self.finish is None else self.finish(frame)

    @property
    def coded_frames(self) -> Callable[[int], Iterator[Frame]] | None:
        """What gives the frames as encoders take them, from a number on; None: nothing does."""
        if self.finish is None and isinstance(self.film, LivingFilm):
            return self.film.coded_frames
        return None

    def still(self, number: int, *, words: bool = False) -> Frame:
        """A frame uint8 [h, w, 3], without words unless they are asked for."""
        frame = self.film.frame(number, words=words)
        return frame if self.finish is None else self.finish(frame)

    def state(self) -> dict[str, Tensor]:
        """Nothing: a frame is a function of its number."""
        return {}

    def load_state(self, tensors: dict[str, Tensor]) -> None:
        """Do nothing."""


def words_overlay(
    plan: VideoPlan, music: Music, preset: VideoPreset, reporter: Reporter
) -> Overlay | None:
    """What draws the lyrics; story prompts are never written on a film."""
    style: Any = preset.living.lyrics
    lines = sung_lines(plan.spans[0])
    if style == "off" or not lines:
        return None
    from musivid.living.lettering.lyrics import LyricsOverlay
    from musivid.media.lyrics.face import Face, display_fonts, left_out

    face = Face(display_fonts())
    plain = [(start_s, end_s, *face.without_boxes(text)) for start_s, end_s, text in lines]
    lines = [(start_s, end_s, text) for start_s, end_s, text, _ in plain]
    if emoji := "".join(lacking for *_, lacking in plain):
        reporter.warn(left_out(emoji))
    if missing := face.missing("".join(text for _, _, text in lines)):
        reporter.warn(_boxes(missing))
    known = {span.start_s: span.words for span in plan.spans[0] if span.words}
    return LyricsOverlay(
        lines, face, plan.size, style=style, onsets_s=music.events[:, 0], known=known,
        edge=preset.living.edge if preset.is_layer else 1.0,
    )  # fmt: skip


def opening_overlay(
    plan: VideoPlan, preset: VideoPreset, name: tuple[str, str] | None, reporter: Reporter
) -> Overlay | None:
    """What draws the name of the song until the first line is sung."""
    if name is None:
        return None
    from musivid.living.lettering.opening import Opening
    from musivid.media.lyrics.face import Face, display_fonts

    if missing := Face(display_fonts()).missing("".join(name)):
        reporter.warn(_boxes(missing))
    sung = sung_lines(plan.spans[0]) if preset.living.lyrics != "off" else []
    return Opening(*name, plan.size, sung[0][0] if sung else None)


def overlaid(*parts: Overlay | None) -> Overlay | None:
    """All that is drawn over the picture, as one."""
    drawn = [part for part in parts if part is not None]
    if len(drawn) < 2:
        return drawn[0] if drawn else None

    def both(planes: Planes, moment: Moment, backdrop: Backdrop) -> None:
        for part in drawn:
            part(planes, moment, backdrop)

    return both


def _boxes(missing: str) -> str:
    return (
        f"no font here has the letters {missing[:20]}; they will be empty boxes. "
        "Install one that has them, such as Noto."
    )
