"""Presets: finding, reading, merging and checking the settings of a command.

A preset is YAML under `configs/<command>/` or anywhere else. It may `extends:` another one, and
`--set a.b=c` is laid over it. All faults are reported at once, with file, line and nearest key.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

from musivid.core.errors import PresetError
from musivid.core.paths import config_folder, expanded, means_path, shipped_folder
from musivid.core.pipes import is_pipe
from musivid.core.plain_json import json_digest
from musivid.settings.drafts import PRESET_SUFFIXES, Draft, TypedValue, read_chain
from musivid.settings.heeded import heeded_marks, refuse_unheeded
from musivid.settings.named import refuse_pipes

if TYPE_CHECKING:
    from pydantic import BaseModel

    from musivid.settings.base import Preset
    from musivid.settings.bgm import BgmInferPreset
    from musivid.settings.caption import CaptionPreset
    from musivid.settings.combine import CombinePreset
    from musivid.settings.evaluate import EvaluatePreset
    from musivid.settings.lyrics import LyricsPreset
    from musivid.settings.markers import MarkersPreset
    from musivid.settings.train import BgmTrainPreset
    from musivid.settings.video import InterpolatePreset, VideoPreset
    from musivid.settings.visualize import VisualizePreset

    _Preset = TypeVar("_Preset", bound=Preset)

__all__ = [
    "Named",
    "Overrides",
    "PresetInfo",
    "change_preset",
    "default_preset",
    "dump_preset",
    "find_preset",
    "list_presets",
    "load_preset",
    "own_files",
    "preset_commands",
    "preset_hash",
    "preset_schema",
    "without_none",
]

# The model of each command's settings, as module:class; imported only when asked for.
_SCHEMAS = {
    "bgm_infer": "bgm:BgmInferPreset",
    "bgm_train": "train:BgmTrainPreset",
    "caption": "caption:CaptionPreset",
    "combine": "combine:CombinePreset",
    "evaluate": "evaluate:EvaluatePreset",
    "interpolate": "video:InterpolatePreset",
    "lyrics": "lyrics:LyricsPreset",
    "markers": "markers:MarkersPreset",
    "video": "video:VideoPreset",
    "visualize": "visualize:VisualizePreset",
}


# Else pocket.
_DEFAULTS = {
    "bgm_infer": "song",
    "interpolate": "living",
    "lyrics": "small",
    "markers": "bars",
    "video": "living",
    "visualize": "living",
}

Overrides = Sequence[str | TypedValue] | Mapping[str, Any]
"""Settings laid over a preset: `a.b=c` each, c being YAML; or plain values by dotted key."""

Named = str | Path | None
"""A preset by its name or file; a Path is always a file."""


@dataclass(frozen=True, slots=True)
class PresetInfo:
    """A preset that can be asked for by name; `summary` is its first line's comment."""

    name: str
    path: Path
    summary: str


def preset_commands() -> list[str]:
    """The commands that have presets."""
    return sorted(_SCHEMAS)


@overload
def load_preset(
    command: Literal["video"], name_or_path: Named = ..., overrides: Overrides = ...
) -> VideoPreset: ...
@overload
def load_preset(
    command: Literal["interpolate"], name_or_path: Named = ..., overrides: Overrides = ...
) -> InterpolatePreset: ...
@overload
def load_preset(
    command: Literal["visualize"], name_or_path: Named = ..., overrides: Overrides = ...
) -> VisualizePreset: ...
@overload
def load_preset(
    command: Literal["caption"], name_or_path: Named = ..., overrides: Overrides = ...
) -> CaptionPreset: ...
@overload
def load_preset(
    command: Literal["combine"], name_or_path: Named = ..., overrides: Overrides = ...
) -> CombinePreset: ...
@overload
def load_preset(
    command: Literal["bgm_infer"], name_or_path: Named = ..., overrides: Overrides = ...
) -> BgmInferPreset: ...
@overload
def load_preset(
    command: Literal["bgm_train"], name_or_path: Named = ..., overrides: Overrides = ...
) -> BgmTrainPreset: ...
@overload
def load_preset(
    command: Literal["evaluate"], name_or_path: Named = ..., overrides: Overrides = ...
) -> EvaluatePreset: ...
@overload
def load_preset(
    command: Literal["markers"], name_or_path: Named = ..., overrides: Overrides = ...
) -> MarkersPreset: ...
@overload
def load_preset(
    command: Literal["lyrics"], name_or_path: Named = ..., overrides: Overrides = ...
) -> LyricsPreset: ...
@overload
def load_preset(command: str, name_or_path: Named = ..., overrides: Overrides = ...) -> Preset: ...
def load_preset(command: str, name_or_path: Named = None, overrides: Overrides = ()) -> Preset:
    """The resolved and checked settings of a command.

    Args:
        command: `video`, `interpolate`, ...
        name_or_path: name of a preset, or a path to a YAML file, which a Path always is; None: the
            command's default.
        overrides: laid over the preset in order.

    Raises:
        PresetError: not found, not plain YAML, or with faults; all of them are listed.
    """
    schema = preset_schema(command)
    if isinstance(name_or_path, Path) and "/" not in str(name_or_path):
        name_or_path = f"./{name_or_path}"
    name_or_path = str(name_or_path or default_preset(command))
    file = find_preset(command, name_or_path)
    draft = read_chain(file, functools.partial(find_preset, command), _is_shipped)
    return _filled(schema, draft, overrides, f"preset {name_or_path!r}", command)


def change_preset(preset: _Preset, overrides: Overrides) -> _Preset:
    """The same settings with some of them changed.

    Raises:
        PresetError: they have faults; all of them are listed.
    """
    command = next((c for c in _SCHEMAS if preset_schema(c) is type(preset)), "video")
    filed = {key: preset.given[key] for key in preset.filed}
    draft = Draft(preset.model_dump(mode="json"), given=dict(preset.given), filed=filed)
    return _filled(type(preset), draft, overrides, "the changed preset", command)


def without_none(values: Mapping[str, object]) -> dict[str, object]:
    """The values that were given, to be laid over a preset."""
    return {key: value for key, value in values.items() if value is not None}


def _filled(
    schema: type[_Preset], draft: Draft, overrides: Overrides, what: str, command: str
) -> _Preset:
    """The draft with overrides laid over it, checked against the model of a command's settings."""
    from pydantic import ValidationError

    from musivid.settings.faults import explain_faults

    if isinstance(overrides, Mapping):
        overrides = [TypedValue(key, value, f"{key}={value!r}") for key, value in overrides.items()]
    for one in overrides:
        draft.lay(one)
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
            command=f"musivid presets show {command}/{default_preset(command)}",
        )
    unusual = _unusual(preset, draft.own, command)
    filed = {key for key, place in draft.filed.items() if draft.given[key] == place}
    preset.give(unusual | draft.given, filed | (unusual.keys() - draft.given.keys()))
    refuse_unheeded(preset, preset.aspects())
    refuse_pipes(preset)
    return preset


def _unusual(preset: Preset, own: Mapping[str, str], command: str) -> dict[str, str]:
    """Of what files of the user's own say, that which nobody heeds always and no shipped one says.

    A whole preset that was printed and kept says everything, and meant little of it.
    """
    marks = heeded_marks(type(preset))
    marked = {
        key: place
        for key, place in own.items()
        if not all(mark.typed for mark in marks.get(key, ()))
    }
    if not marked:
        return {}
    usual = [type(preset)(), *_shipped(type(preset), command)]
    return {
        key: place
        for key, place in marked.items()
        if _setting(preset, key) not in [_setting(other, key) for other in usual]
    }


def _shipped(schema: type[Preset], command: str) -> list[Preset]:
    """The shipped presets of a command as they were shipped: the user's own do not hide any."""
    folder = shipped_folder("configs") / command

    def find(name_or_path: str, *, besides: Path) -> Path:
        return folder / (name_or_path if "/" in name_or_path else f"{name_or_path}.yaml")

    drafts = [read_chain(file, find, _is_shipped) for file in sorted(folder.glob("*.yaml"))]
    return [schema.model_validate(draft.data) for draft in drafts]


def _setting(preset: BaseModel, key: str) -> object:
    """The value of a dotted setting."""
    return functools.reduce(getattr, key.split("."), preset)


def _is_shipped(path: Path) -> bool:
    return shipped_folder("configs").resolve() in path.resolve().parents


def default_preset(command: str) -> str:
    """The name of the preset that a command takes when none is asked for."""
    return _DEFAULTS.get(command, "pocket")


def preset_schema(command: str) -> type[Preset]:
    """The model of a command's settings, imported only now since it takes time."""
    import importlib

    if command not in _SCHEMAS:
        known = ", ".join(_SCHEMAS)
        raise PresetError(f"{command!r} has no presets", hint=f"Commands that do: {known}.")
    module, name = _SCHEMAS[command].split(":")
    model: type[Preset] = getattr(importlib.import_module(f"musivid.settings.{module}"), name)
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
    presets = _all_presets(command)
    names = sorted({info.name for info in presets})
    if means_path(name_or_path, names, PRESET_SUFFIXES):
        path = expanded(name_or_path)
        if path.is_file():
            return path
        if is_pipe(path):
            raise PresetError(f"preset {path} is a pipe", hint="Write it to a file first.")
        raise PresetError(f"there is no preset file {path}", command="musivid presets")
    for info in presets:
        if info.name == name_or_path and info.path != besides:
            return info.path
    from musivid.settings.faults import nearest

    near = nearest(name_or_path, names)
    raise PresetError(
        f"unknown preset {name_or_path!r} of {command}" + (f"; nearest: {near}" if near else ""),
        hint=f"Give a path to a YAML file, or one of: {', '.join(names) or '(none)'}.",
        command="musivid presets",
    )


def own_files(command: str, name_or_path: str | None) -> list[Path]:
    """The files of the user's own that a preset is read from; none where it is a shipped one.

    Raises:
        PresetError: there is none, or it cannot be read.
    """
    path = find_preset(command, name_or_path or default_preset(command))
    if _is_shipped(path):
        return []
    read = read_chain(path, functools.partial(find_preset, command), _is_shipped)
    return [file for file in read.files if not _is_shipped(file)]


def list_presets(command: str) -> list[PresetInfo]:
    """The presets that can be asked for by name; a user's own hides a shipped namesake."""
    found: dict[str, PresetInfo] = {}
    for info in _all_presets(command):
        found.setdefault(info.name, info)
    return [found[name] for name in sorted(found)]


def preset_hash(model: BaseModel) -> str:
    """SHA-256 of the settings, whatever file they came from."""
    return json_digest(model.model_dump(mode="json"))


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
        for path in _listed(folder)
        if path.suffix in PRESET_SUFFIXES
    ]


def _listed(folder: Path) -> list[Path]:
    """What lies in a folder, sorted; nothing where it is not there or may not be looked into."""
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _summary(path: Path) -> str:
    """The comment in the first line of a file, if it begins with one."""
    with path.open(encoding="utf-8", errors="replace") as file:
        first = file.readline(400).strip()
    return first.lstrip("# ") if first.startswith("#") else ""
