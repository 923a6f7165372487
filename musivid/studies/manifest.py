"""The manifest of a study: one YAML file that says all that is declared before anybody rates.

`freeze` gives the digest by which a study that has begun knows that nothing was changed.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from musivid.core.errors import InputError
from musivid.core.pipes import is_pipe
from musivid.core.refused import hint_for
from musivid.settings.base import Group, Unit
from musivid.settings.faults import explain_faults
from musivid.settings.yamltext import YamlFault, read_plain_yaml
from musivid.studies.questions import (
    SCALES,
    Language,
    Perspective,
    Question,
    Scale,
    ScaleName,
    Vary,
    perspective_questions,
)

__all__ = [
    "ANCHOR",
    "SILENCE",
    "Checks",
    "Completion",
    "Design",
    "Exclusion",
    "Manifest",
    "OwnQuestion",
    "read_manifest",
]

ANCHOR = "other-clip"
"""The system of chance: the baseline's music for another clip."""
SILENCE = "silence"
"""The system of the gold check: no sound at all."""

Design = Literal["rate", "multi", "compare", "create"]
_HINT = "A manifest to begin with is written by the command below."
_COMMAND = "musivid study make FOLDER -o study.yaml"
_MOST_BYTES = 1_000_000  # what is longer is no manifest; the reader of YAML says so
_NAME = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$"


class OwnQuestion(Group):
    """A question of one's own, asked of each piece of music."""

    name: Annotated[str, Field(pattern=_NAME)]
    """What the tables call it."""
    text: dict[Language, str]
    """The question, by language."""
    details: Annotated[dict[Language, str], Field(default_factory=dict)]
    """What is meant, by language."""


class Checks(Group):
    """Trials that tell who listens; they are not counted as ratings."""

    training: Annotated[int, Field(ge=0, le=5)] = 2
    """Trials before the first one that counts."""
    instructed: Annotated[int, Field(ge=0, le=5)] = 2
    """Trials that ask for a certain answer."""
    gold: Annotated[int, Field(ge=0, le=5)] = 1
    """Trials with a clip that has no sound, which must not be found excellent."""
    repeat: Annotated[int, Field(ge=0, le=5)] = 1
    """Trials that are shown again, to see whether a rater agrees with themselves."""


_NO_CHECKS = Checks(training=0, instructed=0, gold=0, repeat=0)


class Exclusion(Group):
    """Who is left out of the second reading of the results; nobody's answers are deleted."""

    instructed_missed: Annotated[int, Field(ge=0, le=5)] = 1
    """Instructed trials that may be answered otherwise; more exclude."""
    gold_share: Unit = 0.8
    """Share of the scale's range that silence may reach at most."""
    repeat_share: Unit = 0.4
    """Mean difference between two ratings of the same, as a share of the range, at most."""
    least_variance: Annotated[float, Field(ge=0, le=4)] = 0.15
    """Variance of a rater's answers on a five-point scale, at least: who answers always the same
    is excluded (the P.910 crowd toolkit's value)."""
    outlier_z: Annotated[float, Field(gt=0, le=10)] = 3.29
    """Answers further than this many deviations from their stimulus' mean are left out (the same
    toolkit's value)."""
    reference_below: Annotated[float, Field(ge=0, le=100)] = 90
    """The hidden reference is found if it gets this much of 100 (ITU-R BS.1534-3)."""
    reference_missed: Unit = 0.15
    """Share of trials in which the hidden reference may get less; more exclude (the same)."""
    fastest: Unit = 0.5
    """Median time on a trial as a share of its film's length; faster raters are excluded."""


class Completion(Group):
    """What a participant gets at the end."""

    code: str = ""
    """The code that proves to a panel that the study was finished; empty: one's own code."""
    url: Annotated[str, Field(pattern=r"^(https://\S+)?$")] = ""
    """Where the page then leads; empty: nowhere."""


class Manifest(Group):
    """What is shown to whom, how often, and asked how."""

    title: Annotated[str, Field(min_length=1, max_length=200)]
    """What participants are told that the study is about."""
    languages: Annotated[tuple[Language, ...], Field(min_length=1)] = ("en",)
    """Languages that a participant may choose from; the first is shown at once."""
    consent: dict[Language, str]
    """What a participant agrees to, by language."""
    perspective: Perspective = "viewer"
    """Whose questions are asked, unless `questions` has others."""
    questions: tuple[OwnQuestion, ...] = ()
    """Questions of one's own instead of the perspective's."""
    design: Design = "rate"
    """`rate`: one piece of music at a time; `multi`: all systems for one clip, switchable;
    `compare`: two for one clip, of which one is chosen; `create`: participants bring clips, set
    controls, and rate what each system writes for them."""
    vary: Vary = "music"
    """What systems differ in: `music` for a clip, or the `picture` for a song."""
    scale: ScaleName = "acr"
    """`acr`: five points; `published`: 0.5 to 5; `hundred`: 0 to 100."""
    systems: Annotated[dict[str, str], Field(min_length=1)]
    """Name of each system and the folder of its films, equally named in each, from the manifest's
    folder; of `create` the preset of `musivid bgm infer` that it is."""
    clips: str = ""
    """A folder of films (or of songs, where pictures vary) for what all systems share; empty: the
    first system's films. Of `create`: films for the anchor's music."""
    baseline: str = ""
    """The system that the others are compared with; empty: the first one."""
    anchor: bool = True
    """Whether one hidden system is the music of another clip, or the film of another song: the
    level of chance."""
    reference: str = ""
    """The system that is the clips' own music, hidden among the others (`multi` only); empty:
    none."""
    open_reference: bool = False
    """Whether the reference can be heard by its name, too, beside those that are rated."""
    trials: Annotated[int, Field(ge=1, le=200)] = 12
    """Trials that count, for each participant."""
    raters: Annotated[int, Field(ge=1, le=10_000)] = 20
    """Participants that are wanted."""
    checks: Checks = Checks()
    exclusion: Exclusion = Exclusion()
    completion: Completion = Completion()
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0
    """Of orders, sides and blind names."""

    @field_validator("systems")
    @classmethod
    def _plain_names(cls, systems: dict[str, str]) -> dict[str, str]:
        import re

        for name in systems:
            if not re.fullmatch(_NAME, name):
                raise ValueError(f"a system's name is letters, digits, . _ -, not {name!r}")
            if name in (ANCHOR, SILENCE):
                raise ValueError(f"{name} is the name of a check, not of a system")
        return systems

    @model_validator(mode="after")
    def _whole(self) -> Manifest:
        for named, what in ((self.baseline, "baseline"), (self.reference, "reference")):
            if named and named not in self.systems:
                raise ValueError(f"the {what} {named} is none of the systems")
        if self.reference and self.design != "multi":
            raise ValueError("a hidden reference needs design: multi")
        if self.open_reference and not self.reference:
            raise ValueError("an open reference needs a reference")
        if self.design != "rate" and len(self.rated_systems()) < 2:
            raise ValueError(f"design: {self.design} needs two systems, or the anchor")
        if self.design == "create":
            self._check_creation()
        spoken = [self.consent, *(question.text for question in self.questions)]
        for language in self.languages:
            if any(language not in texts for texts in spoken):
                raise ValueError(f"consent and questions need a text in {language}")
        return self

    def _check_creation(self) -> None:
        """Refuse what says nothing where participants bring the clips."""
        if self.anchor and not self.clips:
            raise ValueError("design: create needs clips, for whose films the anchor's music is")
        if self.vary == "picture":
            raise ValueError("design: create has music that varies, not pictures")
        if self.reference or ("checks" in self.model_fields_set and self.checks != _NO_CHECKS):
            raise ValueError("design: create has no trials that check, and no reference")

    def check_trials(self) -> Checks:
        """Return how many trials of each kind check a participant."""
        return _NO_CHECKS if self.design == "create" else self.checks

    def rated_systems(self) -> tuple[str, ...]:
        """Return all that is rated, the anchor last."""
        return (*self.systems, *((ANCHOR,) if self.anchor else ()))

    def first_system(self) -> str:
        """Return the one that the others are compared with."""
        return self.baseline or next(iter(self.systems))

    def asked(self) -> tuple[Question, ...]:
        """Return the questions; of `compare` and `multi` the last one alone."""
        own = tuple(Question(q.name, q.text, q.details) for q in self.questions)
        questions = own or perspective_questions(self.perspective, self.vary)
        return questions if self.design in ("rate", "create") else questions[-1:]

    def answers_on(self) -> Scale:
        """Return the scale; sliders have 0 to 100."""
        return SCALES["hundred" if self.design == "multi" else self.scale]

    def freeze(self) -> str:
        """Return the digest of all that is declared (SHA-256)."""
        declared = self.model_dump(mode="json")
        # What came later says nothing where it is as it always was: studies that began go on.
        if declared["vary"] == "music":
            del declared["vary"]
        if not declared["open_reference"]:
            del declared["open_reference"]
        text = json.dumps(declared, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def read_manifest(path: Path) -> Manifest:
    """The manifest of a file.

    Raises:
        InputError: it cannot be read, or has faults; all are listed with their lines.
    """
    try:
        document = read_plain_yaml(_text(path))
    except YamlFault as error:
        where = f", line {error.line}" if error.line else ""
        raise InputError(f"{path}{where}: {error}", hint=_HINT, command=_COMMAND) from None
    faults = [f"line {fault.line}: {fault}" for fault in document.faults]
    if not isinstance(document.data or {}, dict):
        faults.append("it must be a table of keys")
    origins = {key: f"line {line}" for key, line in document.lines.items()}
    try:
        if not faults:
            return Manifest.model_validate(document.data or {})
    except ValidationError as error:
        faults = explain_faults(error, Manifest, origins)
    listing = "\n".join(f"  {fault}" for fault in faults)
    raise InputError(
        f"{path} is not the manifest of a study:\n{listing}", hint=_HINT, command=_COMMAND
    )


def _text(path: Path) -> str:
    """What is in a manifest's file.

    Raises:
        InputError: it cannot be read, or is far too long.
    """
    if is_pipe(path):
        raise InputError(
            f"the manifest {path} is a pipe",
            hint="Write it to a file first: answers are kept beside it.",
        )
    try:
        with path.open("rb") as file:
            return file.read(_MOST_BYTES).decode("utf-8")
    except OSError as error:
        raise InputError(
            f"the manifest {path} cannot be read: {error.strerror or error}",
            hint=hint_for(error) or _HINT,
            command=_COMMAND,
        ) from None
    except UnicodeDecodeError:
        raise InputError(
            f"the manifest {path} cannot be read: it is no text in UTF-8",
            hint=_HINT,
            command=_COMMAND,
        ) from None
