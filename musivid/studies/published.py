"""Answers of the published evaluation platform: one text file a rater, `Name: value` a line.

Viewers' files hold `Role`, `Score1_1`..`Score1_3` (model A) and `Score2_1`..`Score2_3` (model B),
one score for all clips together; creators' hold `Role`, `modeltmp` and `Score1`..`Score6`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from musivid.core.errors import InputError
from musivid.core.pipes import is_pipe
from musivid.core.refused import hint_for
from musivid.studies.manifest import Manifest
from musivid.studies.questions import PERSPECTIVES, SCALES
from musivid.studies.records import Answers, Participant, Rating

__all__ = ["ALL_CLIPS", "published_manifest", "read_published"]

ALL_CLIPS = "all-clips"
"""The clip that a score of the published platform is of: it asks once for all of them."""

_SYSTEMS = ("A", "B")
# Longer words first: one is part of the other.
_ROLES = (("非专业", "none"), ("non", "none"), ("业余", "amateur"), ("amateur", "amateur"),
          ("专业", "professional"), ("prof", "professional"))  # fmt: skip
_BY_NUMBER = {"1": "none", "2": "amateur", "3": "professional"}
_HINT = "Give the text files of the published platform, one a rater, and leave others out."
_MOST_BYTES = 100_000  # real ones have a few hundred

Fields = dict[str, tuple[str, int]]


def read_published(paths: Iterable[Path]) -> Answers:
    """The answers of files, in the order of their names; each file is a rater.

    Raises:
        InputError: a file cannot be read, has no score, or one that the scale lacks; with its line.
    """
    people: list[Participant] = []
    rows: list[Rating] = []
    for number, path in enumerate(sorted(paths, key=lambda path: path.name)):
        fields = _fields(path)
        role = _role(fields.get("role", ("", 0))[0])
        people.append(Participant(path.stem, number, role=role))
        scores = list(_scores(path, fields))
        if not scores:
            raise InputError(f"{path} has no line like Score1_1: 4.5 or Score1: 4.5", hint=_HINT)
        rows += scores
    return Answers(tuple(people), tuple(rows))


def published_manifest(answers: Answers) -> Manifest:
    """What was asked there, as far as its files say: their systems, and whose questions."""
    systems = sorted({row.system for row in answers.ratings})
    asked = {row.question for row in answers.ratings}
    own = {question.name for question in PERSPECTIVES["creator"]} - {"rhythm", "emotion"}
    return Manifest(
        title="Answers of the published platform",
        consent={"en": "As the published platform asked for it."},
        perspective="creator" if asked & own else "viewer",
        scale="published",
        systems=dict.fromkeys(systems, ""),
        anchor=False,
    )


def _fields(path: Path) -> Fields:
    """Value and line number by name in small letters."""
    if is_pipe(path):
        raise InputError(f"{path} is a pipe", hint="Write it to a file first: its name counts.")
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise InputError(
            f"{path} cannot be read: {error.strerror or error}", hint=hint_for(error) or _HINT
        ) from None
    except UnicodeDecodeError:
        raise InputError(f"{path} is no text in UTF-8", hint=_HINT) from None
    if len(data) > _MOST_BYTES:
        raise InputError(f"{path} is longer than {_MOST_BYTES} bytes", hint=_HINT)
    if b"\0" in data:
        raise InputError(f"{path.name} is no text", hint=_HINT)
    found: Fields = {}
    for number, line in enumerate(text.splitlines(), 1):
        name, mark, value = line.replace("：", ":").partition(":")
        if mark:
            found[name.strip().lower()] = value.strip(), number
    return found


def _scores(path: Path, fields: Fields) -> Iterator[Rating]:
    for name, (value, line) in fields.items():
        viewer = re.fullmatch(r"score([12])_([123])", name)
        creator = re.fullmatch(r"score([1-6])", name)
        if viewer:
            system = _SYSTEMS[int(viewer[1]) - 1]
            question = PERSPECTIVES["viewer"][int(viewer[2]) - 1]
        elif creator:
            system = fields.get("modeltmp", ("", 0))[0] or _SYSTEMS[0]
            question = PERSPECTIVES["creator"][int(creator[1]) - 1]
        else:
            continue
        score = _score(path, line, value)
        yield Rating(path.stem, 0, ALL_CLIPS, system, question.name, score)


def _score(path: Path, line: int, value: str) -> float:
    scale = SCALES["published"]
    try:
        score = float(value)
    except ValueError:
        score = -1.0
    if not scale.has(score):
        raise InputError(
            f"{path.name}, line {line}: {value[:40]!r} is no score of {scale.lowest} to"
            f" {scale.highest} in steps of {scale.step}",
            hint="Mend the line, or leave the file out.",
        )
    return score


def _role(text: str) -> str:
    plain = text.strip().lower()
    return next((role for word, role in _ROLES if word in plain), _BY_NUMBER.get(plain, ""))
