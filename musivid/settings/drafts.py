"""Settings while they are put together: files over files, `--set` and flags over these."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from musivid.core.errors import PresetError
from musivid.core.paths import expanded, is_written_as_path
from musivid.core.refused import hint_for
from musivid.settings.yamltext import YamlFault, read_plain_yaml

__all__ = ["PRESET_SUFFIXES", "Draft", "Find", "SettingPath", "TypedValue", "read_chain"]

PRESET_SUFFIXES = (".yaml", ".yml")
SettingPath = tuple[str | int, ...]


class Find(Protocol):
    """Whatever finds the file of a preset."""

    def __call__(self, name_or_path: str, *, besides: Path) -> Path:
        """The file that is meant, if it is not `besides`."""


@dataclass(frozen=True, slots=True)
class TypedValue:
    """A setting that was typed after a flag of its own.

    Attributes:
        key: the setting, dotted.
        value: in types that YAML knows.
        place: what was typed, for messages: `--size 640x360`.
    """

    key: str
    value: object
    place: str


@dataclass(slots=True)
class Draft:
    """Settings while they are put together: where each came from, and what is wrong so far.

    Attributes:
        data: the settings.
        origins: where each, or the table above it, was written.
        faults: what is wrong.
        given: the place of each setting, dotted, that was typed or handed over.
        filed: those of them that a file said before, and the place there.
        own: the same of files of the user's own, where they change what they extend.
        files: what was read, the one that was asked for first.
    """

    data: dict[str, Any] = field(default_factory=dict)
    origins: dict[SettingPath, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    given: dict[str, str] = field(default_factory=dict)
    filed: dict[str, str] = field(default_factory=dict)
    own: dict[str, str] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)

    def lay(self, given: str | TypedValue) -> None:
        """Lay `a.b=c`, or what a flag gave, over the draft; whatever is wrong becomes a fault."""
        if isinstance(given, TypedValue):
            self._lay_value(given.key.split("."), given.value, given.place)
            return
        dotted, separator, text = given.partition("=")
        keys = [key.strip() for key in dotted.split(".")]
        place = f"--set {given}"
        if not separator or not all(keys):
            self.faults.append(f"{place}: must look like a.b=value")
            return
        try:
            value = read_plain_yaml(text).data
        except YamlFault as fault:
            self.faults.append(f"{place}: {fault}; put quotes around text with special characters")
            return
        self._lay_value(keys, value, place)

    def _lay_value(self, keys: Sequence[str], value: object, place: str) -> None:
        here: Any = self.data
        path: SettingPath = ()
        for key in keys[:-1]:
            path = (*path, _step(here, key))
            if isinstance(here, dict) and path[-1] not in here:
                self.origins[path] = place
            here = _descend(here, path[-1])
            if here is None:
                self.faults.append(f"{place}: {'.'.join(map(str, path))} holds no keys")
                return
        last = _step(here, keys[-1])
        here[last] = value
        self.origins[(*path, last)] = place
        for leaf in _leaves((*path, last), value):
            self.given[_dotted(leaf)] = place

    def lay_over(self, draft: Draft, *, is_own: bool) -> None:
        """Lay another file's settings over these."""
        if is_own:
            for leaf in _leaves((), draft.data):
                if _value_at(self.data, leaf) != _value_at(draft.data, leaf):
                    self.own[_dotted(leaf)] = draft.place(leaf)
        _merge(self.data, draft.data)
        self.origins |= draft.origins
        self.faults += draft.faults

    def place(self, path: SettingPath) -> str:
        """Where a setting, or the table above it, was written."""
        while path and path not in self.origins:
            path = path[:-1]
        return self.origins.get(path, "")


def read_chain(path: Path, find: Find, is_shipped: Callable[[Path], bool]) -> Draft:
    """A file laid over those that it extends, the farthest ancestor lowest.

    Args:
        path: the file.
        find: gives the file of a preset by name or path, but not the file `besides`.
        is_shipped: whether a file came with musivid, and is not the user's own.

    Raises:
        PresetError: a file cannot be read as plain YAML, or extends itself in a circle.
    """
    chain: list[tuple[Path, Draft]] = []
    wanted: Path | None = path
    while wanted is not None:
        if wanted.resolve() in [seen.resolve() for seen, _ in chain]:
            circle = " -> ".join(seen.name for seen, _ in [*chain, (wanted, Draft())])
            raise PresetError(
                f"presets extend each other in a circle: {circle}",
                hint="Let one of them extend a shipped preset, or none.",
            )
        draft = _read_file(wanted)
        chain.append((wanted, draft))
        wanted = _ancestor(wanted, draft, find)
    merged = Draft(files=[file for file, _ in chain])
    for file, draft in reversed(chain):
        merged.lay_over(draft, is_own=not is_shipped(file))
    return merged


def _read_file(path: Path) -> Draft:
    try:
        document = read_plain_yaml(path.read_text(encoding="utf-8-sig"))
    except YamlFault as fault:
        place = f"{path}:{fault.line}" if fault.line else str(path)
        raise PresetError(
            f"{place}: {fault}", hint="A preset is plain YAML: keys, values, lists."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        hint = hint_for(error) or "A preset is plain YAML, written in UTF-8."
        raise PresetError(f"preset {path} cannot be read: {error}", hint=hint) from None
    if not isinstance(document.data, dict | None):
        raise PresetError(
            f"{path}: a preset is a table of keys, not a {type(document.data).__name__}",
            hint="Every key with its meaning is shown by the command below.",
            command="musivid presets show",
        )
    origins = {key: f"{path.name}:{line}" for key, line in document.lines.items()}
    faults = [f"{path.name}:{fault.line}: {fault}" for fault in document.faults]
    return Draft(document.data or {}, origins, faults)


def _ancestor(path: Path, draft: Draft, find: Find) -> Path | None:
    """Take `extends` out of a draft and find what it names, beside the file if it is a path."""
    name = draft.data.pop("extends", None)
    if name is None:
        return None
    if not isinstance(name, str):
        raise PresetError(f"{draft.origins[('extends',)]}: extends must name one preset")
    if is_written_as_path(name, PRESET_SUFFIXES):
        name = str(path.parent / expanded(name))
    return find(name, besides=path)


def _merge(base: dict[str, Any], over: dict[str, Any]) -> None:
    """Lay `over` on `base`: tables are merged, everything else is replaced."""
    for key, value in over.items():
        if isinstance(value, dict) and isinstance(base.get(key), dict):
            _merge(base[key], value)
        else:
            base[key] = value


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


def _leaves(path: SettingPath, value: object) -> Iterator[SettingPath]:
    """The paths of all values in tables; a list is one value."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _leaves((*path, key), inner)
    else:
        yield path


def _value_at(data: Any, path: SettingPath) -> object:
    """The value at a path; None where there is nothing."""
    for key in path:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def _dotted(path: SettingPath) -> str:
    """A path as it is typed; places in lists stand for the list."""
    return ".".join(key for key in map(str, path) if not key.isdigit())
