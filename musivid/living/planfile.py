"""Plans of places as YAML: written for people to change, read back with all faults by their line.

A file has a list `places`; each has at least `start` (seconds or 1:05.5) and `scene`. What a place
does not say is chosen. Nothing here needs a network.
"""

from __future__ import annotations

import difflib
import itertools
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from musivid.core.clock import TIME_FORMS, clock, parse_time_s
from musivid.core.errors import InputError
from musivid.living.casting import has_room
from musivid.living.cuts import CUTS
from musivid.living.figures.cast import FIGURES
from musivid.living.plan import Act, Place
from musivid.living.scenes import scene_class
from musivid.living.verbs import action_names
from musivid.living.world import read_world
from musivid.settings.yamltext import PlainYaml, YamlFault, read_plain_yaml

__all__ = ["PlanRow", "acts_text", "read_plan", "write_plan"]

_KEYS = ("start", "end", "line", "scene", "look", "shot", "figure", "action", "cut")
_OWN, _MOST_OWN = "picture", 999  # the user's own, whose looks are numbers
_NEAR_S = 0.02  # times are written with two digits
_END_S = 0.5  # how much of the film's end a place may leave out
_HEAD = """\
# What the film shows when, on its own clock. Change it and give it back: musivid video SONG --plan FILE
# Every place needs `start` and `scene`; what else is left out is chosen. A place lasts until the
# next one begins.
"""  # noqa: E501


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A place as somebody wrote it; None: to be chosen.

    Attributes:
        start_s: where it begins.
        end_s: where it ends; None: with the film.
        scene: name of the scene.
        look: one of the scene's looks.
        line: the words that it shows.
        shot: the shot that it opens with.
        figure: who is in it, and does what: `walker walks`; empty: nobody.
        acts: what happens in it: names, and when each begins; None: as the place begins.
        cut: how the film comes to it.
    """

    start_s: float
    end_s: float | None
    scene: str
    look: str | None = None
    line: str | None = None
    shot: str | None = None
    figure: str | None = None
    acts: tuple[tuple[str, float | None], ...] | None = None
    cut: str | None = None


def read_plan(path: Path, duration_s: float | None = None) -> list[PlanRow]:
    """The places of a plan, ascending, without gaps.

    Args:
        path: the file.
        duration_s: length of the film, where it is known.

    Raises:
        InputError: it cannot be read, or has faults; all are listed with their lines.
    """
    try:
        document = read_plain_yaml(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"plan {path} cannot be read: {reason}", hint=_hint()) from None
    except YamlFault as fault:
        raise InputError(f"{path}:{fault.line}: {fault}", hint=_hint()) from None
    faults = [(fault.line, str(fault)) for fault in document.faults]
    raw = document.data.get("places") if isinstance(document.data, dict) else document.data
    above: tuple[str | int, ...] = ("places",) if isinstance(document.data, dict) else ()
    if not isinstance(raw, list) or not raw:
        raise InputError(f"{path}:1: a plan is a list `places`", hint=_hint())
    if isinstance(document.data, dict):
        for key in document.data.keys() - {"places"}:
            faults.append((document.lines[key,], f"unknown key {key!r}; a plan has only places"))
    rows = [_Reader(document, (*above, n), item, faults).row() for n, item in enumerate(raw)]
    starts = [document.lines[*above, n] for n in range(len(raw))]
    if not faults:
        faults += _time_faults(list(zip(starts, rows, strict=True)), duration_s)
    if faults:
        lines = [f"  {path.name}:{line}: {text}" for line, text in sorted(faults)]
        count = "a fault" if len(lines) == 1 else f"{len(lines)} faults"
        raise InputError(f"plan {path} has {count}:\n" + "\n".join(lines), hint=_hint())
    ends = [row.start_s for row in rows[1:]]
    return [replace(row, end_s=end) for row, end in itertools.zip_longest(rows, ends)]


def write_plan(places: Iterable[Place]) -> str:
    """The plan as YAML."""
    return _HEAD + "places:\n" + "".join(f"  - {{{_row_text(place)}}}\n" for place in places)


def _row_text(place: Place) -> str:
    """A place as one row of a table."""
    row = {
        "start": clock(place.start_s, 2),
        "scene": place.scene,
        "look": place.look,
        "shot": place.shot,
        "figure": place.figure,
        "action": json.dumps(acts_text(place.acts)) if place.acts else "",
        "cut": place.cut,
        "line": json.dumps(place.line, ensure_ascii=False) if place.line else "",
    }
    return ", ".join(f"{key}: {value}" for key, value in row.items() if value)


def acts_text(acts: Iterable[Act]) -> str:
    """Actions as people write them: `sink 0:12.40, fly 0:14.00`."""
    return ", ".join(f"{act.name} {clock(act.start_s, 2)}" for act in acts)


def _hint() -> str:
    return "Write one with: musivid video SONG --dry-run --plan-out plan.yaml"


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one place; faults are added to those of the file."""

    document: PlainYaml
    path: tuple[str | int, ...]
    raw: Any
    faults: list[tuple[int, str]]

    def row(self) -> PlanRow:
        """The place, with empty values where it has faults."""
        if not isinstance(self.raw, dict):
            self._fault("", "a place has the keys " + ", ".join(_KEYS))
            return PlanRow(0.0, None, "")
        for key in self.raw:
            if key not in _KEYS:
                self._fault(key, f"unknown key {key!r}" + _near(key, _KEYS))
        scene = self._named("scene", lambda: {look.scene for look in read_world()} | {_OWN}) or ""
        looks = [look.look for look in read_world() if look.scene == scene]
        if scene == _OWN:
            looks = [str(number) for number in range(1, _MOST_OWN + 1)]
        known = bool(looks)
        return PlanRow(
            start_s=self._time("start") or 0.0,
            end_s=self._time("end"),
            scene=scene,
            look=self._named("look", lambda: looks) if known else None,
            line=self._text("line"),
            shot=self._named("shot", lambda: scene_class(scene).shots) if known else None,
            figure=self._figure(scene) if known else None,
            acts=self._acts(),
            cut=self._named("cut", lambda: CUTS),
        )

    def _figure(self, scene: str) -> str | None:
        """A figure, as `walker` or `walker walks`."""
        text = self._text("figure")
        if not text:
            return text
        name, _, pose = text.partition(" ")
        figure = FIGURES.get(name)
        if figure is None:
            self._fault("figure", f"there is no figure {name!r}" + _near(name, sorted(FIGURES)))
        elif pose and pose not in figure.poses:
            known = ", ".join(figure.poses)
            self._fault("figure", f"figure {name} cannot do {pose!r}; it has {known}")
        elif not has_room(scene, name):
            self._fault("figure", f"scene {scene} has no room for figure {name}")
        return text

    def _acts(self) -> tuple[tuple[str, float | None], ...] | None:
        """Actions, as `sink`, `sink 0:12.40` or `sink, fly 0:14`."""
        text = self._text("action")
        if text is None:
            return None
        found: list[tuple[str, float | None]] = []
        for part in filter(None, (part.strip() for part in text.split(","))):
            name, _, when = part.partition(" ")
            if name not in action_names():
                known = sorted(action_names())
                self._fault("action", f"there is no action {name!r}" + _near(name, known))
            try:
                found.append((name, parse_time_s(when) if when else None))
            except ValueError as error:
                self._fault("action", f"action {name}: {error}; give {TIME_FORMS}")
        return tuple(found)

    def _fault(self, key: str, text: str) -> None:
        lines: Mapping[tuple[str | int, ...], int] = self.document.lines
        self.faults.append((lines.get((*self.path, key), lines[self.path]), text))

    def _time(self, key: str) -> float | None:
        value = self.raw.get(key)
        if value is None:
            if key == "start":
                self._fault(key, "`start` is missing")
            return None
        try:
            return parse_time_s(value)
        except ValueError as error:
            self._fault(key, f"{key}: {error}; give {TIME_FORMS}")
            return None

    def _text(self, key: str) -> str | None:
        value = self.raw.get(key)
        if isinstance(value, dict | list):
            self._fault(key, f"{key} is one text")
            return None
        return None if value is None else str(value)

    def _named(self, key: str, known: Callable[[], Iterable[str]]) -> str | None:
        value = self._text(key)
        if value is None:
            if key == "scene" and self.raw.get(key) is None:
                self._fault(key, "`scene` is missing")
            return None
        names = sorted(known()) if key != "shot" else list(known())
        if value in names:
            return value
        of = f" of scene {self.raw.get('scene')}" if key in ("look", "shot") else ""
        self._fault(key, f"there is no {key} {value!r}{of}" + _near(value, names))
        return None


def _near(word: str, known: Sequence[str]) -> str:
    found = difflib.get_close_matches(word, known, 3, 0.5)
    return f"; nearest: {', '.join(found)}" if found else f"; there are {', '.join(known)}"


def _time_faults(
    rows: Sequence[tuple[int, PlanRow]], duration_s: float | None
) -> list[tuple[int, str]]:
    """Gaps, overlaps, and times beyond the song."""
    faults = []
    first_line, first = rows[0]
    if first.start_s > _NEAR_S:
        faults.append((first_line, f"a gap: nothing is shown before {clock(first.start_s, 2)}"))
    for (_, row), (line, later) in itertools.pairwise(rows):
        begins = clock(later.start_s, 2)
        if later.start_s <= row.start_s:
            faults.append((line, f"it begins at {begins}, not after the place before it"))
        elif row.end_s is not None and row.end_s > later.start_s + _NEAR_S:
            faults.append((line, f"an overlap: the place before it ends at {clock(row.end_s, 2)}"))
        elif row.end_s is not None and row.end_s < later.start_s - _NEAR_S:
            ends = clock(row.end_s, 2)
            faults.append((line, f"a gap: nothing is shown from {ends} to {begins}"))
    for (line, row), later_s in itertools.zip_longest(rows, [row.start_s for _, row in rows[1:]]):
        ends_s = row.end_s or later_s
        for name, time_s in row.acts or ():
            if time_s is not None and (time_s < row.start_s or (ends_s and time_s >= ends_s)):
                faults.append((line, f"action {name} at {clock(time_s, 2)} is not in its place"))
    if duration_s is None:
        return faults
    whole = clock(duration_s, 2)
    for line, row in rows:
        late = row.start_s if row.start_s >= duration_s else row.end_s or 0.0
        if late > duration_s + _NEAR_S or row.start_s >= duration_s:
            faults.append((line, f"{clock(late, 2)} is beyond the film, which lasts {whole}"))
    last_line, last = rows[-1]
    if last.end_s is not None and last.end_s < duration_s - _END_S:
        ends = clock(last.end_s, 2)
        faults.append((last_line, f"a gap: nothing is shown from {ends} to the end at {whole}"))
    return faults
