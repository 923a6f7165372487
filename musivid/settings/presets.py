"""Presets: finding, reading, merging and checking the settings of a command.

A preset is YAML under `configs/<command>/` or anywhere else. It may `extends:` another one, and
`--set a.b=c` is laid over it. All faults are reported at once, with file, line and nearest key.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

from musivid.core.errors import PresetError
from musivid.core.paths import config_folder, shipped_folder
from musivid.settings.yamltext import YamlFault, read_plain_yaml

if TYPE_CHECKING:
    from pydantic import BaseModel

    from musivid.settings.bgm import BgmInferPreset
    from musivid.settings.caption import CaptionPreset
    from musivid.settings.evaluate import EvaluatePreset
    from musivid.settings.train import BgmTrainPreset
    from musivid.settings.video import InterpolatePreset, VideoPreset
    from musivid.settings.visualize import VisualizePreset

    _Preset = TypeVar("_Preset", bound=BaseModel)

__all__ = [
    "Overrides",
    "PresetInfo",
    "change_preset",
    "dump_preset",
    "find_preset",
    "list_presets",
    "load_preset",
    "preset_commands",
    "preset_hash",
    "without_none",
]

# The model of each command's settings, as module:class; imported only when asked for.
_SCHEMAS = {
    "bgm_infer": "bgm:BgmInferPreset",
    "bgm_train": "train:BgmTrainPreset",
    "caption": "caption:CaptionPreset",
    "evaluate": "evaluate:EvaluatePreset",
    "interpolate": "video:InterpolatePreset",
    "video": "video:VideoPreset",
    "visualize": "visualize:VisualizePreset",
}
_SUFFIXES = (".yaml", ".yml")
SettingPath = tuple[str | int, ...]
Overrides = Sequence[str] | Mapping[str, Any]
"""Settings laid over a preset: `a.b=c` each, c being YAML; or plain values by dotted key."""


@dataclass(frozen=True, slots=True)
class PresetInfo:
    """A preset that can be asked for by name; `summary` is its first line's comment."""

    name: str
    path: Path
    summary: str


@dataclass(slots=True)
class _Draft:
    """Settings while they are put together: where each came from, and what is wrong so far."""

    data: dict[str, Any] = field(default_factory=dict)
    origins: dict[SettingPath, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def preset_commands() -> list[str]:
    """The commands that have presets."""
    return sorted(_SCHEMAS)


@overload
def load_preset(
    command: Literal["video"], name_or_path: str = ..., overrides: Overrides = ...
) -> VideoPreset: ...
@overload
def load_preset(
    command: Literal["interpolate"], name_or_path: str = ..., overrides: Overrides = ...
) -> InterpolatePreset: ...
@overload
def load_preset(
    command: Literal["visualize"], name_or_path: str = ..., overrides: Overrides = ...
) -> VisualizePreset: ...
@overload
def load_preset(
    command: Literal["caption"], name_or_path: str = ..., overrides: Overrides = ...
) -> CaptionPreset: ...
@overload
def load_preset(
    command: Literal["bgm_infer"], name_or_path: str = ..., overrides: Overrides = ...
) -> BgmInferPreset: ...
@overload
def load_preset(
    command: Literal["bgm_train"], name_or_path: str = ..., overrides: Overrides = ...
) -> BgmTrainPreset: ...
@overload
def load_preset(
    command: Literal["evaluate"], name_or_path: str = ..., overrides: Overrides = ...
) -> EvaluatePreset: ...
@overload
def load_preset(command: str, name_or_path: str = ..., overrides: Overrides = ...) -> BaseModel: ...
def load_preset(command: str, name_or_path: str = "pocket", overrides: Overrides = ()) -> BaseModel:
    """The resolved and checked settings of a command.

    Args:
        command: `video`, `interpolate`, ...
        name_or_path: name of a preset, or a path to a YAML file.
        overrides: laid over the preset in order.

    Raises:
        PresetError: not found, not plain YAML, or with faults; all of them are listed.
    """
    schema = _schema(command)
    draft = _read_chain(command, find_preset(command, name_or_path))
    return _filled(schema, draft, overrides, f"preset {name_or_path!r}", command)


def change_preset(preset: _Preset, overrides: Overrides) -> _Preset:
    """The same settings with some of them changed.

    Raises:
        PresetError: they have faults; all of them are listed.
    """
    command = next((c for c in _SCHEMAS if _schema(c) is type(preset)), "video")
    draft = _Draft(preset.model_dump(mode="json"))
    return _filled(type(preset), draft, overrides, "the changed preset", command)


def without_none(values: Mapping[str, object]) -> dict[str, object]:
    """The values that were given, to be laid over a preset."""
    return {key: value for key, value in values.items() if value is not None}


def _filled(
    schema: type[_Preset], draft: _Draft, overrides: Overrides, what: str, command: str
) -> _Preset:
    """The draft with overrides laid over it, checked against the model of a command's settings."""
    from pydantic import ValidationError

    from musivid.settings.faults import explain_faults

    if isinstance(overrides, Mapping):
        for dotted, value in overrides.items():
            _lay_value(draft, dotted.split("."), value, f"{dotted}={value!r}")
    else:
        for text in overrides:
            _lay_override(draft, text)
    preset = None
    try:
        preset = schema.model_validate(draft.data)
    except ValidationError as error:
        draft.faults += explain_faults(error, schema, draft.origins)
    if preset is None or draft.faults:
        count = "a fault" if len(draft.faults) == 1 else f"{len(draft.faults)} faults"
        listing = "\n".join(f"  {fault}" for fault in draft.faults)
        raise PresetError(
            f"{what} has {count}:\n{listing}",
            hint="Every key with its meaning is shown by the command below.",
            command=f"musivid presets show {command}/pocket",
        )
    return preset


def _schema(command: str) -> type[BaseModel]:
    """The model of a command's settings, imported only now since it takes time."""
    import importlib

    if command not in _SCHEMAS:
        known = ", ".join(_SCHEMAS)
        raise PresetError(f"{command!r} has no presets", hint=f"Commands that do: {known}.")
    module, name = _SCHEMAS[command].split(":")
    model: type[BaseModel] = getattr(importlib.import_module(f"musivid.settings.{module}"), name)
    return model


def find_preset(command: str, name_or_path: str, *, besides: Path | None = None) -> Path:
    """The file of a preset: a path, else the user's own, else the shipped one.

    Args:
        command: whose presets are looked through.
        name_or_path: what the user wrote.
        besides: a file that is not meant, so that a preset may extend its namesake.

    Raises:
        PresetError: there is none; the nearest name is suggested.
    """
    if Path(name_or_path).suffix in _SUFFIXES or "/" in name_or_path:
        path = Path(name_or_path).expanduser()
        if path.is_file():
            return path
        raise PresetError(f"there is no preset file {path}", command="musivid presets")
    for info in _all_presets(command):
        if info.name == name_or_path and info.path != besides:
            return info.path
    from musivid.settings.faults import nearest

    names = sorted({info.name for info in _all_presets(command)})
    near = nearest(name_or_path, names)
    raise PresetError(
        f"unknown preset {name_or_path!r} of {command}" + (f"; nearest: {near}" if near else ""),
        hint=f"Give a path to a YAML file, or one of: {', '.join(names) or '(none)'}.",
        command="musivid presets",
    )


def list_presets(command: str) -> list[PresetInfo]:
    """The presets that can be asked for by name; a user's own hides a shipped namesake."""
    found: dict[str, PresetInfo] = {}
    for info in _all_presets(command):
        found.setdefault(info.name, info)
    return [found[name] for name in sorted(found)]


def preset_hash(model: BaseModel) -> str:
    """SHA-256 of the settings, whatever file they came from."""
    plain = json.dumps(model.model_dump(mode="json"), sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()


def dump_preset(model: BaseModel, *, comments: bool = False) -> str:
    """The settings as YAML that `load_preset` reads back, with each key's meaning if wanted."""
    if comments:
        return "\n".join(_commented(model)) + "\n"
    return _yaml(model.model_dump(mode="json"))


def _yaml(data: Any) -> str:
    import yaml

    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=96)


def _commented(model: BaseModel, indent: str = "") -> list[str]:
    """Lines of YAML, each key below a comment that explains it."""
    from pydantic import BaseModel

    lines: list[str] = []
    for name, info in type(model).model_fields.items():
        value = getattr(model, name)
        if info.description:
            lines += [f"{indent}# {line.strip()}" for line in info.description.splitlines()]
        if isinstance(value, BaseModel):
            lines += ["", f"{indent}{name}:", *_commented(value, indent + "  ")]
        else:
            plain = _yaml({name: model.model_dump(mode="json", include={name})[name]})
            lines += [indent + line for line in plain.splitlines()]
    return lines


def _all_presets(command: str) -> list[PresetInfo]:
    """Every preset file of a command, the user's own before the shipped ones."""
    return [
        PresetInfo(path.stem, path, _summary(path))
        for folder in (config_folder() / command, shipped_folder("configs") / command)
        if folder.is_dir()
        for path in sorted(folder.iterdir())
        if path.suffix in _SUFFIXES
    ]


def _summary(path: Path) -> str:
    """The comment in the first line of a file, if it begins with one."""
    with path.open(encoding="utf-8", errors="replace") as file:
        first = file.readline(400).strip()
    return first.lstrip("# ") if first.startswith("#") else ""


def _read_chain(command: str, path: Path) -> _Draft:
    """A file laid over those that it extends, the farthest ancestor lowest.

    Raises:
        PresetError: a file cannot be read as plain YAML, or extends itself in a circle.
    """
    chain: list[tuple[Path, _Draft]] = []
    wanted: Path | None = path
    while wanted is not None:
        if wanted.resolve() in [seen.resolve() for seen, _ in chain]:
            circle = " -> ".join(seen.name for seen, _ in [*chain, (wanted, _Draft())])
            raise PresetError(f"presets extend each other in a circle: {circle}")
        draft = _read_file(wanted)
        chain.append((wanted, draft))
        wanted = _ancestor(command, wanted, draft)
    merged = _Draft()
    for _, draft in reversed(chain):
        _merge(merged.data, draft.data)
        merged.origins |= draft.origins
        merged.faults += draft.faults
    return merged


def _read_file(path: Path) -> _Draft:
    try:
        document = read_plain_yaml(path.read_text(encoding="utf-8-sig"))
    except YamlFault as fault:
        place = f"{path}:{fault.line}" if fault.line else str(path)
        raise PresetError(
            f"{place}: {fault}", hint="A preset is plain YAML: keys, values, lists."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise PresetError(f"preset {path} cannot be read: {error}") from None
    if not isinstance(document.data, dict | None):
        raise PresetError(
            f"{path}: a preset is a table of keys, not a {type(document.data).__name__}"
        )
    origins = {key: f"{path.name}:{line}" for key, line in document.lines.items()}
    faults = [f"{path.name}:{fault.line}: {fault}" for fault in document.faults]
    return _Draft(document.data or {}, origins, faults)


def _ancestor(command: str, path: Path, draft: _Draft) -> Path | None:
    """Take `extends` out of a draft and find what it names, beside the file if it is a path."""
    name = draft.data.pop("extends", None)
    if name is None:
        return None
    if not isinstance(name, str):
        raise PresetError(f"{draft.origins[('extends',)]}: extends must name one preset")
    if Path(name).suffix in _SUFFIXES or "/" in name:
        name = str(path.parent / Path(name).expanduser())
    return find_preset(command, name, besides=path)


def _merge(base: dict[str, Any], over: dict[str, Any]) -> None:
    """Lay `over` on `base`: tables are merged, everything else is replaced."""
    for key, value in over.items():
        if isinstance(value, dict) and isinstance(base.get(key), dict):
            _merge(base[key], value)
        else:
            base[key] = value


def _lay_override(draft: _Draft, override: str) -> None:
    """Lay `a.b=c` over the draft; whatever is wrong with it becomes a fault."""
    dotted, separator, text = override.partition("=")
    keys = [key.strip() for key in dotted.split(".")]
    place = f"--set {override}"
    if not separator or not all(keys):
        draft.faults.append(f"{place}: must look like a.b=value")
        return
    try:
        value = read_plain_yaml(text).data
    except YamlFault as fault:
        draft.faults.append(f"{place}: {fault}; put quotes around text with special characters")
        return
    _lay_value(draft, keys, value, place)


def _lay_value(draft: _Draft, keys: Sequence[str], value: Any, place: str) -> None:
    """Lay a value under its keys over the draft; `place` says in faults where it was given."""
    here: Any = draft.data
    path: SettingPath = ()
    for key in keys[:-1]:
        path = (*path, _step(here, key))
        if isinstance(here, dict) and path[-1] not in here:
            draft.origins[path] = place
        here = _descend(here, path[-1])
        if here is None:
            draft.faults.append(f"{place}: {'.'.join(map(str, path))} holds no keys")
            return
    last = _step(here, keys[-1])
    here[last] = value
    draft.origins[(*path, last)] = place


def _step(here: Any, key: str) -> str | int:
    """The key as an index where a list is meant."""
    return int(key) if isinstance(here, list) and key.isdigit() and int(key) < len(here) else key


def _descend(here: Any, key: str | int) -> Any:
    """What is below `key`, made if it is not there; None where nothing can be below."""
    if isinstance(here, dict):
        below = here.setdefault(str(key), {})
    else:
        below = here[key] if isinstance(key, int) else None
    return below if isinstance(below, dict | list) else None
