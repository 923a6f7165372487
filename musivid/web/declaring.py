"""A study as a form: what its manifest may say, and the manifest of what a page sends."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

from pydantic import ValidationError

from musivid.studies.make import consent_text
from musivid.studies.manifest import Manifest
from musivid.studies.questions import Language
from musivid.web.forms import Fault, Field, FormError, Group, form_of_model, plain_value, presets_of

__all__ = ["LANGUAGES", "RatedFilm", "checked_films", "consents", "form_of_study", "manifest_of"]

_SYSTEMS = Field(
    "systems", "systems", "Presets of `musivid bgm infer`; each writes music for a clip.", "many",
    [], choices=tuple(presets_of("bgm_infer")),
)  # fmt: skip

LANGUAGES: tuple[Language, ...] = get_args(Language)

_FIRST = ("title", "perspective", "design", "systems", "vary", "scale", "languages", "trials",
          "raters")  # fmt: skip
_ELSEWHERE = ("systems", "clips", "consent")  # said by the films, and by fields of their own
_MOST_FILMS = 200
_SYSTEM = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
_UNSAFE = re.compile(r"[^\w .-]")
# Which field a fault of the whole is about, by how its message begins.
_ABOUT = (
    (re.compile(r"design: create needs clips"), "films"),
    (re.compile(r"the baseline "), "baseline"),
    (re.compile(r"an open reference "), "open_reference"),
    (re.compile(r"(the|a hidden) reference "), "reference"),
    (re.compile(r"design: "), "design"),
)
_UNSPOKEN = re.compile(r"consent and questions need a text in (\w+)")


@dataclass(frozen=True, slots=True)
class RatedFilm:
    """A film of a study.

    Attributes:
        source: the run or the file that it is.
        system: which system made it.
        clip: which clip it is of.
    """

    source: str
    system: str
    clip: str


def form_of_study() -> tuple[Group, ...]:
    """The form: what every study is asked first, then the rest by groups."""
    blank = Manifest(title="-", consent={"en": "-"}, systems={"ours": "ours", "theirs": "theirs"})
    groups = form_of_model(blank, lambda key: key.partition(".")[0] not in _ELSEWHERE)
    loose = {field.key: field for group in groups if not group.name for field in group.fields}
    first = tuple(_SYSTEMS if key == "systems" else loose.pop(key) for key in _FIRST)
    named = tuple(group for group in groups if group.name)
    return (Group("study", "", first), Group("", "", tuple(loose.values())), *named)


def consents(minutes: int) -> dict[str, str]:
    """What participants agree to unless something else is written, by language."""
    return {language: consent_text(language, minutes) for language in LANGUAGES}


def checked_films(films: Sequence[RatedFilm], *, of_systems: bool) -> None:
    """Make sure that each system has a film of each clip.

    Args:
        films: what was chosen.
        of_systems: whether systems made them; else they are clips alone, and none is needed.

    Raises:
        FormError: what is missing, twice, or named so that no table can hold it.
    """
    faults: list[str] = []
    if not of_systems:
        films = [replace(film, system="clips") for film in films]
    elif not films:
        faults.append("bring films, or choose runs that are done")
    if len(films) > _MOST_FILMS:
        faults.append(f"{_MOST_FILMS} films at most")
    cells: dict[str, set[str]] = {}
    for film in films:
        if not _SYSTEM.fullmatch(film.system):
            faults.append(f"a system's name is letters, digits, . _ -, not {film.system[:40]!r}")
        if not film.clip.strip(" .") or _UNSAFE.search(film.clip) or len(film.clip) > 80:
            faults.append(f"a clip's name is letters, digits, . _ -, not {film.clip[:40]!r}")
        if film.clip in cells.setdefault(film.system, set()):
            faults.append(f"{film.system} has two films of {film.clip}")
        cells[film.system].add(film.clip)
    clips = set().union(*cells.values()) if cells else set()
    for system, found in cells.items():
        for clip in sorted(clips - found):
            faults.append(f"{system} has no film of {clip}")
    if faults:
        raise FormError([Fault("films", "; ".join(dict.fromkeys(faults))[:400])])


def manifest_of(
    films: Sequence[RatedFilm], settings: Mapping[str, Any], consent: Mapping[str, str]
) -> Manifest:
    """The manifest that a page declares.

    Args:
        films: by folders of systems; or clips for the anchor's music, where participants create.
        settings: by dotted key, as the form has them.
        consent: by language; those that the study has not are left out.

    Raises:
        FormError: faults, each at its field.
    """
    fields = {field.key: field for group in form_of_study() for field in group.fields}
    data: dict[str, Any] = {}
    for key, value in settings.items():
        if key not in fields:
            raise FormError([Fault(str(key)[:80], "this cannot be said here")])
        _put(data, key, _given(fields[key], value))
    languages = data.get("languages", ("en",))
    data["consent"] = {name: consent.get(name, "").strip() for name in languages}
    chosen = data.pop("systems", ())
    data["systems"] = {film.system: f"films/{film.system}" for film in films}
    if data.get("design") == "create":
        known = [name for name in chosen if name in _SYSTEMS.choices]
        data["systems"] = {name: name for name in known}
        data["clips"] = "clips" if films else ""
    faults = [Fault(f"consent.{name}", "say what participants agree to")
              for name, text in data["consent"].items() if not text]  # fmt: skip
    if not data["systems"]:
        faults.append(Fault("systems", "choose a system, or more"))
        data["systems"] = {"none": "none"}
    try:
        made = Manifest.model_validate(data)
    except ValidationError as error:
        faults += [_fault(dict(one), fields) for one in error.errors()]
    if faults:
        raise FormError(faults)
    return made


def _given(field: Field, value: Any) -> Any:
    return tuple(value) if field.shape == "many" else plain_value(field, value)


def _put(data: dict[str, Any], key: str, value: Any) -> None:
    """Put a value at its dotted key."""
    above, _, name = key.rpartition(".")
    for part in filter(None, above.split(".")):
        data = data.setdefault(part, {})
    data[name] = value


def _fault(found: Mapping[str, Any], fields: Mapping[str, Field]) -> Fault:
    """A fault of the manifest at the field that it is of."""
    message = str(found["msg"]).removeprefix("Value error, ")
    key = ".".join(str(part) for part in found["loc"])
    while key and key not in fields:
        key = key.rpartition(".")[0]
    if not key and (unspoken := _UNSPOKEN.match(message)):
        key = f"consent.{unspoken[1]}"
    for pattern, name in _ABOUT:
        if not key and pattern.match(message):
            key = name
    return Fault(key, message)
