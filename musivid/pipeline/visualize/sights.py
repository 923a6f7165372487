"""What was heard, as a picture that can be painted: subject, light, motion, mood, colours, medium.

A caption like "mellow hip hop at about 138 bpm" shows nothing. So each section gets the look of the
world that living scenes would go to, in words; one medium and the artwork's colours run through
the whole film. All of it stands in the prompts, where people can change it.
"""

from __future__ import annotations

import colorsys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from musivid.living.subjects import read_subjects
from musivid.living.world import WorldLook
from musivid.media.pictures import Picture
from musivid.pipeline.visualize.prompts import Prompt, Said

if TYPE_CHECKING:
    from musivid.pipeline.visualize.stages import Stages

__all__ = ["colours_of", "sight_of", "with_sights"]

MEDIUM = "cinematic photograph, wide shot, rich colour, fine film grain"
"""How pictures look where no genre has a style of its own."""

# Up to these levels of a look's light and energy, 0..1, and what is said of them.
_LIGHTS = ((0.25, "at night, deep shadows"), (0.45, "in dim light"), (0.7, "in warm light"),
           (1.0, "in bright clear light"))  # fmt: skip
_MOTIONS = ((0.2, "still and silent"), (0.45, "calm"), (0.7, "full of movement"),
            (1.0, "wild and powerful"))  # fmt: skip
# Hues in turns of the colour circle, up to which each name goes.
_HUES = ((0.03, "red"), (0.1, "orange"), (0.18, "golden yellow"), (0.45, "green"),
         (0.53, "turquoise"), (0.7, "blue"), (0.8, "violet"), (0.94, "pink"),
         (1.0, "red"))  # fmt: skip
_GREY = 0.18  # saturation under which a colour is grey
_SEEN_PX = 200  # artwork is looked at for its colours


def with_sights(stages: Stages, prompts: Sequence[Prompt]) -> list[Prompt]:
    """Prompts that say what is to be seen; the user's own captions stay, with a sight beside them.

    Args:
        stages: the job, with the song as it was heard.
        prompts: as captions and styles gave them.
    """
    from musivid.media.pictures import read_picture
    from musivid.pipeline.visualize.drawn import choose_looks

    heard = [replace(prompt, sound=1.0) for prompt in prompts]  # published artists hear nothing
    looks = choose_looks(stages, heard)
    files = dict.fromkeys(said.what for prompt in prompts for said in prompt.pictures())
    sleeves = [read_picture(Path(f), (_SEEN_PX, _SEEN_PX), role="artwork") for f in files]
    colours = colours_of(sleeves[0]) if sleeves else ""
    given = bool(stages.checked.cues)
    return [
        _seen(prompt, look, colours, given=given)
        for prompt, look in zip(prompts, looks, strict=True)
    ]


def sight_of(look: WorldLook, turn: int = 0) -> str:
    """A look of the world in words: what is there, its light, its motion.

    Args:
        look: where living scenes would go.
        turn: which of its lines is taken, so that a scene that returns is not told alike.
    """
    words = look.words[turn % len(look.words)] if look.words else look.scene
    said = read_subjects()
    subjects = (said[name][0] for name in look.shows if name in said)
    more = [subject for subject in subjects if subject not in words]
    parts = [words, *more[:1], _level(_LIGHTS, look.light), _level(_MOTIONS, look.energy)]
    return ", ".join(parts)


def colours_of(picture: Picture) -> str:
    """The two main colours of a picture uint8 [h, w, 3] in words, as `blue and golden yellow`."""
    from musivid.living.sleeve import accents

    names = list(dict.fromkeys(_named(*colour) for colour in accents(picture)))
    return " and ".join(names)


def _seen(prompt: Prompt, look: WorldLook, colours: str, *, given: bool) -> Prompt:
    """A prompt whose caption shows something, in a medium, in the colours of the artwork."""
    sight = sight_of(look, int(prompt.start_s))
    what = f"{prompt.caption.what}, {sight}" if given and prompt.caption.what else sight
    if colours:
        what = f"{what}, in {colours}"
    style = prompt.style if prompt.style.what else Said(MEDIUM, prompt.caption.weight)
    return replace(prompt, caption=Said(what, prompt.caption.weight), style=style)


def _level(table: Sequence[tuple[float, str]], value: float) -> str:
    return next(said for most, said in table if value <= most or most == 1.0)


def _named(red: float, green: float, blue: float) -> str:
    """What people call a linear colour."""
    hue, saturation, _ = colorsys.rgb_to_hsv(
        *(max(c, 0.0) ** (1 / 2.2) for c in (red, green, blue))
    )
    return "grey" if saturation < _GREY else next(said for most, said in _HUES if hue <= most)
