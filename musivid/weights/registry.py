"""The table of models that musivid knows by name, and where their files are.

The table is `models/registry.yaml`. `names` answers what a name or path means, `session` loads.
"""

from __future__ import annotations

import difflib
import functools
import importlib.util
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from musivid.core.errors import MissingError, UsageError
from musivid.core.paths import data_folder, expanded, shipped_folder
from musivid.core.printable import printable
from musivid.media.soundfonts import ENDINGS, find_font
from musivid.settings.yamltext import read_plain_yaml

__all__ = [
    "HUB_ID",
    "Family",
    "FoundModel",
    "ModelSpec",
    "by_hand",
    "find_spec",
    "is_hub_id",
    "locate_model",
    "model_specs",
    "models_folder",
    "nearest_names",
    "sibling_of",
    "spec_of_kind",
]

Family = Literal[
    "painter", "perceptor", "judge", "listener", "dreamer", "composer", "captioner", "aligner",
    "transcriber", "separator", "pipeline", "soundfont",
]  # fmt: skip
_FILES = (".safetensors", *ENDINGS)  # what the names of single files end with; others are folders

HUB_ID = re.compile(r"(?=.{,96}$)(?!.*(?:--|\.\.|\.git$))\w[\w.-]*(?<=\w)/(?:\w[\w.-]*)?\w")
"""The name of a repository on a hub, owner/name, as hubs take it."""

_MOST_LETTERS, _MOST = 200, 1e7  # that a text of the table has, and a number
_NEAREST, _LIKENESS = 3, 0.4  # how many names are suggested; how like they must be, 0..1


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A model that has a name. The fields are explained at the top of models/registry.yaml."""

    name: str
    family: Family
    kind: str
    loader: str | None
    licence: str
    source: str
    note: str
    header: str | None = None
    file: str | None = None
    urls: tuple[str, ...] = ()
    published: str | None = None
    sha256: str | None = None
    known: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    size_mb: float | None = None
    listener: str | None = None
    holds: Mapping[str, int | bool | str] = field(default_factory=dict)
    repo: str | None = None
    revision: str | None = None
    memory_gb: float | None = None
    steps: int | None = None
    guidance: float | None = None

    @property
    def built_in(self) -> bool:
        """Whether it is built in code and has no file."""
        return self.file is None

    @property
    def is_folder(self) -> bool:
        """Whether it is kept as a folder, as its library saves it."""
        return self.file is not None and not self.file.endswith(_FILES)

    @property
    def fetched(self) -> bool:
        """Whether `musivid models pull` can fetch it."""
        return bool(self.urls or self.repo)

    def place(self) -> Path:
        """Where it is put in the user's folder of models.

        Raises:
            ValueError: it is built in code.
        """
        if self.file is None:
            raise ValueError(f"{self.name} has no file")
        return models_folder() / self.file


@dataclass(frozen=True, slots=True)
class FoundModel:
    """A model that somebody named.

    Attributes:
        given: what was written: a name or a path.
        spec: its row of the table; for a path that of the kind that the file holds.
        file: the checked file or folder; None: it is built in code, or noted as missing.
        kind: of its family; None where only the tensors of the file tell.
    """

    given: str
    spec: ModelSpec
    file: Path | None
    kind: str | None


def is_hub_id(text: str) -> bool:
    """Whether a text means a folder on the hub, owner/name, rather than one on this machine."""
    return HUB_ID.fullmatch(text) is not None and not Path(text).exists()


@functools.cache
def model_specs() -> dict[str, ModelSpec]:
    """All models by name, in the order of the table.

    Raises:
        MissingError: the table is not there, damaged, or says what nobody here knows.
    """
    path = shipped_folder("models") / "registry.yaml"
    try:
        table = read_plain_yaml(path.read_text("utf-8")).data
        specs = {name: _spec(name, **fields) for name, fields in table.items()}
        if unknown := {spec.family for spec in specs.values()} - set(get_args(Family)):
            raise ValueError(f"it names unknown families: {sorted(unknown)}")
        return specs
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise MissingError(
            f"the table of models {path} cannot be read: {error}",
            hint="It ships with musivid: install it again.",
        ) from None


def models_folder() -> Path:
    """The user's own folder of models: $MUSIVID_MODELS, or one in the user's data folder."""
    chosen = os.environ.get("MUSIVID_MODELS", "")
    return expanded(chosen) if chosen else data_folder() / "models"


def find_spec(name: str, family: Family | None = None) -> ModelSpec:
    """The model of that name.

    Raises:
        UsageError: no such model, or one of another family than asked for.
    """
    specs = model_specs()
    fitting = _names(family)
    if name in fitting:
        return specs[name]
    problem = f"unknown model {name!r}"
    if name in specs:
        problem = f"model {name!r} is a {specs[name].family}, not a {family}"
    near = nearest_names(name, family)
    raise UsageError(
        f"{problem}; nearest: {', '.join(near)}" if near else problem,
        hint=f"Give one of: {', '.join(fitting)}; or a path to a file, such as "
        "mine.safetensors, ./mine or folder/mine.",
        command="musivid models list",
    )


def nearest_names(text: str, family: Family | None = None) -> list[str]:
    """Names of models that somebody may have meant by a text, the likeliest first."""
    return difflib.get_close_matches(text, _names(family), _NEAREST, _LIKENESS)


def spec_of_kind(said: str, family: Family) -> ModelSpec | None:
    """The first model with a file whose kind, or whose files' header, is what a file says it is.

    One of the asked family is preferred; what no model of the table says of itself is None.
    """
    fitting = [s for s in model_specs().values() if not s.built_in and said in (s.kind, s.header)]
    return next((s for s in fitting if s.family == family), next(iter(fitting), None))


def by_hand(spec: ModelSpec) -> str:
    """What to do where no program can fetch a model."""
    file = f" (the file {spec.published})" if spec.published else ""
    return f"Fetch it by hand{file}, in a browser, from {spec.source}"


def sibling_of(spec: ModelSpec, facts: Mapping[str, object]) -> ModelSpec | None:
    """Another model of the same kind, which a file with such facts surely is."""
    return next(
        (
            other
            for other in model_specs().values()
            if other.kind == spec.kind and other.name != spec.name and other.holds
            if all(facts.get(name) == size for name, size in other.holds.items())
        ),
        None,
    )


def locate_model(spec: ModelSpec) -> Path | None:
    """Where the model's file is, the user's folder first; None if it is nowhere or needs none."""
    if spec.file is None:
        return None
    places = [models_folder() / spec.file, shipped_folder("models") / spec.file]
    if spec.family == "soundfont":
        # One that was imported has the ending of its own form; systems and libraries have others.
        places = [places[0].with_suffix(ending) for ending in ENDINGS] + _in_a_library(spec.file)
    here = next((path for path in places if os.path.isfile(path)), None)  # also where it is shut
    return here or find_font(spec.names)


def _in_a_library(file: str) -> list[Path]:
    """Where a file of a Python package lies, `package/file`; nothing if that is not installed."""
    package, _, name = file.rpartition("/")
    found = importlib.util.find_spec(package) if package else None
    return [Path(found.origin).parent / name] if found and found.origin else []


def _spec(name: str, *, url: str | list[str] | None = None, **fields: Any) -> ModelSpec:
    """A row of the table, in which one address may stand for itself.

    Raises:
        ValueError: a value is of another kind than its field.
    """
    urls = [url] if isinstance(url, str) else url or []
    lists = {key: fields.pop(key, ()) for key in ("known", "names")}
    for field_name, values in {"url": urls, **lists}.items():
        if not isinstance(values, list | tuple) or not all(map(_is_text, values)):
            raise ValueError(f"{name}: {field_name} is no text, nor a list of texts")
    for field_name, value in fields.items():
        is_left_out = value is None and field_name not in _NEEDED
        if not is_left_out and not _FITS.get(field_name, _is_text)(value):
            raise ValueError(f"{name}: {field_name} cannot be {value!r:.60}")
    tuples: dict[str, Any] = {key: tuple(values) for key, values in lists.items()}
    return ModelSpec(name=name, urls=tuple(urls), **tuples, **fields)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _MOST_LETTERS and value == printable(value)


def _is_number(value: object) -> bool:
    return type(value) in (int, float) and 0 <= value <= _MOST  # type: ignore[operator]


def _is_inside(value: object) -> bool:
    """Whether it names a place below a folder."""
    return _is_text(value) and value == os.path.normpath(str(value)).lstrip("./")


def _is_id(value: object) -> bool:
    return _is_text(value) and HUB_ID.fullmatch(str(value)) is not None


def _is_table(value: object) -> bool:
    plain = (int, bool, str)
    return isinstance(value, dict) and all(
        _is_text(key) and type(fact) in plain for key, fact in value.items()
    )


_NEEDED = {"family", "kind", "licence", "source", "note"}
# What a value of a field must be that is no text.
_FITS: Mapping[str, Callable[[object], bool]] = {
    **dict.fromkeys(("size_mb", "memory_gb", "steps", "guidance"), _is_number),
    "file": _is_inside,
    "holds": _is_table,
    "repo": _is_id,
}


def _names(family: Family | None) -> list[str]:
    return [name for name, spec in model_specs().items() if family in (None, spec.family)]
