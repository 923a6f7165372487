"""Forms made of settings: a field a setting, what it may be, and what a form that comes back says.

Nothing here is typed again: names, bounds and explanations are those of the settings themselves.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from musivid.core.errors import PresetError
from musivid.settings.drafts import TypedValue
from musivid.settings.heeded import heeded_marks
from musivid.settings.presets import default_preset, list_presets, load_preset
from musivid.settings.yamltext import YamlFault, read_plain_yaml
from musivid.web.offered import OFFERED, offered

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic.fields import FieldInfo


__all__ = [
    "Fault",
    "Field",
    "FormError",
    "Group",
    "filled",
    "form_of",
    "form_of_model",
    "plain_value",
    "presets_of",
]

Shape = Literal["slider", "number", "choice", "many", "yesno", "text", "yaml"]
# What names files or weights on this machine: never said by a page.
_CLOSED = re.compile(
    r"models(\..*)?|living\.(plan|artwork|logo)|guidance\.images|painting\.(init_image|restyle)|composer"
    r"|words|vocabulary|match\.folder|keep_candidates|sound\.soundfont|styles|audio\.stems|footage\..*"
    r"|render\..*|clips\..*|walk\.mode"
    r"|living\.(layer|edge)"  # a layer is no film, which runs of pages are
)
# For tests; the former name of another; in need of a film, or a folder of music, on this machine.
_HIDDEN = frozenset(
    {
        ("video", "tiny"),
        ("video", "pocket"),
        ("video", "restyle"),
        ("bgm_infer", "tiny"),
        ("bgm_infer", "match"),
    }
)
_FAULT = re.compile(r"\s*(?:[\w.-]+(?::\d+)?: )?([\w.]+)(?:\[[^\]]*\])?:? (.*)")
_FAR = 1e6  # a bound beyond this is there for the machine, not for people


@dataclass(frozen=True, slots=True)
class Field:
    """One setting in a form.

    Attributes:
        key: the setting, dotted.
        label: what it is called.
        help: its meaning.
        shape: how it is asked.
        value: what it is unless it is changed; text for yaml.
        choices: what may be chosen.
        low: the least.
        high: the most.
        step: from one to the next.
        optional: whether nothing may be given, which means: as planned.
    """

    key: str
    label: str
    help: str
    shape: Shape
    value: Any
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    step: float | Literal["any"] = "any"
    optional: bool = False

    def shown(self) -> dict[str, Any]:
        """The field in JSON types."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together; the first group has no name."""

    name: str
    help: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a setting; an empty key: with all together."""

    key: str
    message: str


class FormError(Exception):
    """A form with faults."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(f"{fault.key}: {fault.message}" for fault in faults))
        self.faults = faults


def presets_of(command: str) -> dict[str, str]:
    """Presets that pages offer, and what each is; the default comes first."""
    from musivid.core.paths import shipped_folder

    shipped = shipped_folder("configs")
    found = {
        info.name: info.summary
        for info in list_presets(command)
        if (command, info.name) not in _HIDDEN and info.path.is_relative_to(shipped)
    }
    first = default_preset(command)
    return {first: found.pop(first), **found}


@functools.lru_cache(maxsize=32)
def form_of(command: str, preset: str) -> tuple[Group, ...]:
    """The form of a preset: the settings that somebody heeds under it.

    Raises:
        PresetError: there is no such preset.
    """
    settings = load_preset(command, preset)
    marks, aspects = heeded_marks(type(settings)), settings.aspects()
    # What a form can change decides nothing here: those settings stay, and are refused by name.
    firm = {aspect for aspect in aspects if _CLOSED.fullmatch(aspect) or aspect == "painting.mode"}

    def is_heeded(key: str) -> bool:
        return all(
            set(aspects[mark.aspect]) & set(mark.by)
            for mark in marks.get(key, ())
            if mark.aspect in firm
        )

    groups: dict[str, list[Field]] = {}
    helps: dict[str, str] = {"": ""}
    for key, info, group, help_text in _leaves(type(settings), ""):
        if not _CLOSED.fullmatch(key) and key != "painting.mode" and is_heeded(key):
            helps[group] = help_text
            field = _field(key, info, _value(settings, key))
            if names := offered(key, settings):
                field = replace(field, shape="choice", choices=names)
            groups.setdefault(group, []).append(field)
    return tuple(Group(name, helps[name], tuple(found)) for name, found in groups.items())


def filled(command: str, preset: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a form that differ from its preset, checked, in plain types by dotted key.

    Raises:
        FormError: faults, each at its field.
    """
    if preset not in presets_of(command):
        raise FormError([Fault("preset", "there is no such preset")])
    known = {field.key: field for group in form_of(command, preset) for field in group.fields}
    faults: list[Fault] = []
    changed: dict[str, Any] = {}
    for key, value in given.items():
        field = known.get(key)
        if field is None:
            faults.append(Fault(str(key)[:80], "this setting cannot be changed here"))
            continue
        try:
            plain = _plain(field, value)
        except YamlFault as fault:
            faults.append(Fault(key, str(fault)))
            continue
        if key in OFFERED and plain is not None and plain not in field.choices:
            faults.append(Fault(key, f"{str(plain)[:40]!r} is not to be had here"))
        elif plain != _plain(field, field.value):
            changed[key] = plain
    if faults:
        raise FormError(faults)
    typed = [TypedValue(key, value, key) for key, value in changed.items()]
    try:
        load_preset(command, preset, typed)
    except PresetError as error:
        raise FormError(_faults(error, set(known))) from None
    return changed


def form_of_model(model: BaseModel, kept: Callable[[str], bool]) -> tuple[Group, ...]:
    """The form of any settings: those that are kept, with the values that they have now."""
    groups: dict[str, list[Field]] = {}
    helps: dict[str, str] = {"": ""}
    for key, info, group, help_text in _leaves(type(model), ""):
        if kept(key):
            helps[group] = help_text
            field = _field(key, info, _value(model, key))
            groups.setdefault(group, []).append(field)
    return tuple(Group(name, helps[name], tuple(found)) for name, found in groups.items())


def plain_value(field: Field, value: Any) -> Any:
    """What a form says of a field, in the types that settings have.

    Raises:
        FormError: a text that is no YAML.
    """
    try:
        return _plain(field, value)
    except YamlFault as fault:
        raise FormError([Fault(field.key, str(fault))]) from None


def _faults(error: PresetError, known: set[str]) -> list[Fault]:
    """The faults of settings, at the fields that they are of."""
    found: list[Fault] = []
    for line in error.problem.splitlines()[1:]:
        match = _FAULT.match(line)
        key = match[1] if match else ""
        while key and key not in known:
            key = key.rpartition(".")[0]
        found.append(Fault(key, (match[2] if match and key else line).strip(" :")))
    return found or [Fault("", error.problem)]


def _leaves(
    schema: type[BaseModel], above: str, help_text: str = ""
) -> Iterator[tuple[str, FieldInfo, str, str]]:
    """Every setting that is no group: dotted key, field, the group that it is in, and its help."""
    from pydantic import BaseModel

    for name, info in schema.model_fields.items():
        kind = info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            inner = " ".join((kind.__doc__ or "").split())
            yield from _leaves(kind, f"{above}{name}.", inner)
        else:
            yield f"{above}{name}", info, above.rstrip("."), help_text


def _value(settings: BaseModel, key: str) -> Any:
    """The value of a setting, in JSON types."""
    value: Any = settings.model_dump(mode="json")
    for name in key.split("."):
        value = value[name]
    return value


def _field(key: str, info: FieldInfo, value: Any) -> Field:
    """The field of a setting."""
    label = key.rpartition(".")[2].replace("_", " ")
    help_text = " ".join((info.description or "").split())
    kinds = [kind for kind in _kinds(info.annotation) if kind is not type(None)]
    optional = type(None) in set(_kinds(info.annotation))
    words = tuple(str(word) for kind in kinds if get_origin(kind) is Literal
                  for word in get_args(kind))  # fmt: skip
    shape, low, high, step = _shape(kinds, words, info, key)
    if shape == "yaml":
        value = "" if value is None else _yaml(value)
    return Field(key, label, help_text, shape, value, words, low, high, step, optional)


def _shape(
    kinds: list[Any], words: tuple[str, ...], info: FieldInfo, key: str
) -> tuple[Shape, float | None, float | None, float | Literal["any"]]:
    """How a setting is asked for, its bounds and its step."""
    if kinds == [bool]:
        return "yesno", None, None, "any"
    if set(kinds) <= {int, float} and kinds:
        low, high = _bound(info, "ge", "gt"), _bound(info, "le", "lt")
        whole = kinds == [int]
        if low is None or high is None or key == "seed":
            return "number", low, high, 1 if whole else "any"
        return "slider", low, high, 1 if whole else (0.01 if high - low <= 10 else 0.5)
    if words and get_origin(info.annotation) in (tuple, list):
        return "many", None, None, "any"
    if words and all(get_origin(kind) is Literal for kind in kinds):
        return "choice", None, None, "any"
    if kinds == [str]:
        return "text", None, None, "any"
    return "yaml", None, None, "any"


def _kinds(annotation: Any) -> Iterator[Any]:
    """The types of a union, within `Annotated`, and of the elements of a tuple of words."""
    inner = get_args(annotation)
    origin = get_origin(annotation)
    if origin is Literal or not inner or origin in (list, dict):
        yield annotation
    elif origin is tuple:
        yield from (kind for kind in inner if kind is not ...)
    elif hasattr(annotation, "__metadata__"):
        yield from _kinds(inner[0])
    else:
        for kind in inner:
            yield from _kinds(kind)


def _bound(info: FieldInfo, *names: str) -> float | None:
    """A bound of a number, if it is one for people."""
    for mark in _metadata(info):
        for name in names:
            limit = getattr(mark, name, None)
            if limit is not None and abs(limit) < _FAR:
                return float(limit)
    return None


def _metadata(info: FieldInfo) -> Iterator[Any]:
    """What is said of a field, and of a type within a union."""
    from pydantic.fields import FieldInfo as Inner

    yield from info.metadata
    for kind in get_args(info.annotation):
        for mark in getattr(kind, "__metadata__", ()):
            if isinstance(mark, Inner):
                yield from mark.metadata
            else:
                yield mark


def _plain(field: Field, value: Any) -> Any:
    """What a form says of a field, in the types that settings have.

    Raises:
        YamlFault: a text that is no YAML.
    """
    if field.shape == "yaml":
        text = value if isinstance(value, str) else json.dumps(value)
        return read_plain_yaml(text).data if text.strip() else None if field.optional else []
    if field.optional and value in ("", None):
        return None
    if field.shape in ("slider", "number") and isinstance(value, str):
        try:
            number = float(value)
        except ValueError:
            return value
        return int(value) if value.strip().lstrip("+-").isdigit() else number
    return list(value) if isinstance(value, tuple) else value


def _yaml(value: Any) -> str:
    """A list or table as a person would type it."""
    import yaml

    text: str = yaml.safe_dump(value, sort_keys=False, allow_unicode=True, default_flow_style=None)
    return "" if value in ([], {}) else text.strip()
