"""What each keyframe is asked to show: caption, style and artwork, weighted; kept as YAML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from musivid.core.errors import InputError
from musivid.core.paths import expanded
from musivid.core.plain_json import json_digest
from musivid.core.storage import write_atomic
from musivid.core.timeline import Cue
from musivid.pipeline.visualize.job import CheckedVisualize
from musivid.pipeline.visualize.plan import VisualizePlan
from musivid.pipeline.visualize.styles import GenreStyles
from musivid.settings.visualize import PromptsPreset
from musivid.settings.yamltext import YamlFault, read_plain_yaml

__all__ = [
    "Prompt",
    "Said",
    "make_prompts",
    "prompts_of",
    "read_prompts",
    "write_prompts",
]

_HEAD = """\
# What each keyframe shows. Change texts and weights, then give the same command with --resume:
# pictures whose prompt changed are painted again. A weight of 0 leaves its condition out.
"""


@dataclass(frozen=True, slots=True)
class Said:
    """A text or a picture file that guides a picture, and how strongly."""

    what: str
    weight: float


@dataclass(frozen=True, slots=True)
class Prompt:
    """All that one keyframe is asked for.

    Attributes:
        start_s: where its section begins.
        end_s: where its section ends.
        genre: the genre word that chose the style, or empty.
        caption: what the music is; style: how the picture looks; sound: weight of the section's
            own sound.
        artwork: pictures that it should be like.
        negative: what it must not show.
    """

    start_s: float
    end_s: float
    genre: str
    caption: Said
    style: Said
    artwork: tuple[Said, ...]
    sound: float
    negative: str

    def texts(self) -> list[Said]:
        """Texts that count: neither empty nor of weight 0."""
        return [said for said in (self.caption, self.style) if said.what and said.weight]

    def pictures(self) -> list[Said]:
        """Picture files that count."""
        return [said for said in self.artwork if said.weight]

    def digest(self) -> str:
        """A hash of all that the picture depends on; times do not matter to it."""
        facts = {k: v for k, v in asdict(self).items() if k not in ("start_s", "end_s", "genre")}
        return json_digest(facts)

    def text(self) -> str:
        """The prompt for people, as it is kept beside its picture."""
        lines = [f"{said.weight:g} x {said.what}" for said in self.texts()]
        lines += [f"{said.weight:g} x picture {Path(said.what).name}" for said in self.pictures()]
        lines += [f"{self.sound:g} x the sound of the section"] if self.sound else []
        lines += [f"not: {self.negative}"] if self.negative else []
        return "\n".join(lines) + "\n"


def prompts_of(checked: CheckedVisualize, plan: VisualizePlan) -> list[Prompt]:
    """The prompts of a plan's sections, as the preset weighs them and before the user's changes."""
    return make_prompts(
        plan.sections,
        checked.job.preset.prompts,
        checked.styles,
        [path.absolute() for path in checked.job.artwork],
        plan.timeline.duration_s,
        given=bool(checked.cues),
    )


def make_prompts(
    captions: Sequence[Cue],
    settings: PromptsPreset,
    table: GenreStyles,
    artwork: Sequence[Path],
    duration_s: float,
    *,
    given: bool = False,
) -> list[Prompt]:
    """One prompt a caption.

    Where no genre is found the caption has another weight, as published; several artworks share
    their weight.

    Args:
        captions: ascending, one a section, with their ends.
        settings: weights, and how a genre is found.
        table: styles of genres.
        artwork: picture files.
        duration_s: where the last section ends.
        given: the captions are the user's own words, which have weights of their own.
    """
    settings = _for_given(settings) if given else settings
    of_song = settings.genre or (
        table.vote([cue.text for cue in captions]) if settings.vote == "song" else ""
    )
    prompts = []
    for cue in captions:
        genre = of_song or _genre_of(cue.text, settings, table)
        style = table.style_of(genre)
        share = settings.artwork / max(len(artwork), 1)
        prompts.append(
            Prompt(
                start_s=cue.start_s,
                end_s=duration_s if cue.end_s is None else cue.end_s,
                genre=genre,
                caption=Said(cue.text, settings.caption if style else settings.caption_alone),
                style=Said(style, settings.style if style else 0.0),
                artwork=tuple(Said(str(path), share) for path in artwork),
                sound=settings.sound,
                negative=settings.negative,
            )
        )
    return prompts


def _for_given(settings: PromptsPreset) -> PromptsPreset:
    """The weights beside the user's own words."""
    word = {"caption": settings.given, "caption_alone": settings.given}
    changes = {**word, "sound": settings.given_sound}
    return settings.model_copy(update={k: v for k, v in changes.items() if v is not None})


def _genre_of(caption: str, settings: PromptsPreset, table: GenreStyles) -> str:
    """The genre of one caption on its own."""
    if settings.vote == "song":
        return ""
    if settings.match == "letters":
        return table.first_letters(caption)
    return next(iter(table.named(caption)), "")


def write_prompts(path: Path, prompts: Sequence[Prompt]) -> None:
    """Write prompts as YAML that people can change, whole or not at all."""
    import yaml

    rows = [
        {
            "from": round(prompt.start_s, 3),
            "to": round(prompt.end_s, 3),
            "genre": prompt.genre,
            "caption": {"text": prompt.caption.what, "weight": prompt.caption.weight},
            "style": {"text": prompt.style.what, "weight": prompt.style.weight},
            "artwork": [{"file": said.what, "weight": said.weight} for said in prompt.artwork],
            "sound": prompt.sound,
            "negative": prompt.negative,
        }
        for prompt in prompts
    ]
    text = yaml.safe_dump(rows, sort_keys=False, allow_unicode=True, width=96)
    write_atomic(path, _HEAD + text)


def read_prompts(path: Path, written: Sequence[Prompt]) -> list[Prompt]:
    """Prompts as they were changed by the user; times stay those of the plan.

    Args:
        path: written by `write_prompts`.
        written: the prompts of the plan.

    Raises:
        InputError: not readable, other sections than the plan's, or an entry that lacks something.
    """
    try:
        document = read_plain_yaml(path.read_text(encoding="utf-8-sig"))
    except YamlFault as fault:
        raise InputError(f"{path}:{fault.line or 1}: {fault}", hint=_CURE) from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"prompts {path} cannot be read: {error}", hint=_CURE) from None
    rows = document.data
    if not isinstance(rows, list) or len(rows) != len(written):
        count = len(rows) if isinstance(rows, list) else "no"
        raise InputError(
            f"{path} has {count} prompts for {len(written)} sections",
            hint="Change texts and weights; no entry may be added or left out. " + _CURE,
        )
    prompts = []
    for number, (row, prompt) in enumerate(zip(rows, written, strict=True)):
        try:
            prompts.append(_changed(row, prompt))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            line = document.lines.get((number,), 0)
            raise InputError(
                f"{path}:{line}: prompt {number + 1} cannot be used: {error!r}", hint=_CURE
            ) from None
    return prompts


_CURE = "Delete the file to have it written again."


def _changed(row: dict[str, Any], prompt: Prompt) -> Prompt:
    artwork = tuple(Said(str(a["file"]), _weight(a["weight"])) for a in row["artwork"] or ())
    for said in artwork:
        if not expanded(said.what).is_file():
            raise ValueError(f"there is no picture {said.what}")
    return Prompt(
        start_s=prompt.start_s,
        end_s=prompt.end_s,
        genre=str(row["genre"] or ""),
        caption=Said(str(row["caption"]["text"] or ""), _weight(row["caption"]["weight"])),
        style=Said(str(row["style"]["text"] or ""), _weight(row["style"]["weight"])),
        artwork=artwork,
        sound=_weight(row["sound"]),
        negative=str(row["negative"] or ""),
    )


def _weight(value: Any) -> float:
    weight = float(value)
    if not 0 <= weight <= 10:
        raise ValueError(f"weight {value} is not within 0 to 10")
    return weight
