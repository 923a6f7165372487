"""Plans of films as rows that people change: what each place shows, and a picture of it.

The worker that plans fills a sheet and says what may be chosen; pages change rows; whatever row
lacks its picture, the worker draws.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from musivid.core.clock import clock, parse_time_s
from musivid.core.plain_json import json_digest
from musivid.core.storage import write_atomic
from musivid.serving.database import Database
from musivid.web.forms import Fault, FormError
from musivid.web.jobs import new_id
from musivid.web.tables import SHEET

__all__ = ["WORDS", "Sheet", "SheetBook", "plan_of"]

WORDS = ("scene", "look", "shot", "figure", "action", "cut", "line")
"""What a row says in words; besides, it has a start."""

_LEAST_S = 0.5  # of a place
_LONGEST = 500  # characters of a word
_HEAD = "# What the film shows when, as it was planned in the studio.\n"


@dataclass(frozen=True, slots=True)
class Sheet:
    """The plan of a film.

    Attributes:
        id: its name.
        title: what it is called on pages.
        spec: what film is wanted, as a video job has it.
        facts: what is known of the whole: length, tempo, estimate; empty before it is planned.
        rows: a place each, ascending, with `id`, `start_s`, `key` and `picture` besides `WORDS`.
        changed_s: when it was changed, in seconds since 1970.
    """

    id: str
    title: str
    spec: dict[str, Any]
    facts: dict[str, Any]
    rows: list[dict[str, Any]]
    changed_s: float

    @property
    def is_editable(self) -> bool:
        """Whether its rows can be changed, and are what the film will show."""
        return bool(self.facts.get("editable"))

    def shown(self) -> dict[str, Any]:
        """What pages are told."""
        return {"id": self.id, "title": self.title, "spec": self.spec, "facts": self.facts,
                "rows": self.rows, "editable": self.is_editable}  # fmt: skip


class SheetBook:
    """All plans, and what may be chosen in them."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.database = database
        self._folder = folder
        self._choices = folder / "choices.json"

    def choices(self) -> dict[str, Any] | None:
        """Scenes with their looks, shots and figures; actions and cuts. None: not known yet."""
        try:
            read: dict[str, Any] = json.loads(self._choices.read_text(encoding="utf-8"))
            return read
        except (OSError, ValueError):
            return None

    def keep_choices(self, choices: Mapping[str, Any]) -> None:
        """Note what may be chosen."""
        write_atomic(self._choices, json.dumps(choices))

    def picture(self, sheet: str, key: str) -> Path:
        """Where the picture of a row is, or will be."""
        return self._folder / "sheets" / sheet / f"{key}.jpg"

    def plan_file(self, text: str) -> Path:
        """The file of a plan's text; the same text is always in the same file."""
        name = hashlib.sha256(text.encode()).hexdigest()
        path = self._folder / "plans" / f"{name}.yaml"
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomic(path, text)
        return path

    def add_within(self, connection: Connection, title: str, spec: Mapping[str, Any]) -> Sheet:
        """A new sheet that is to be planned, as part of a transaction."""
        now = time.time()
        values = {"id": new_id(), "title": title, "spec": dict(spec), "facts": {}, "rows": []}
        connection.execute(insert(SHEET).values(**values, created_s=now, changed_s=now))
        return Sheet(**values, changed_s=now)  # type: ignore[arg-type]

    def get(self, sheet: object) -> Sheet | None:
        """The sheet of a name."""
        with self.database.reading() as connection:
            return _get(connection, str(sheet))

    def listed(self, most: int = 50) -> list[Sheet]:
        """Sheets, the newest first."""
        query = select(SHEET).order_by(SHEET.c.changed_s.desc()).limit(most)
        with self.database.reading() as connection:
            return [_read(row) for row in connection.execute(query)]

    def fill(self, sheet: str, facts: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> None:
        """Note what was planned."""
        named = [{"id": new_id()[:8], **row} for row in rows]
        with self.database.writing() as connection:
            self._save(connection, sheet, named, dict(facts))

    def change(self, sheet: Sheet, row: str, given: Mapping[str, Any]) -> Sheet:
        """Change a row: its words, or when it begins.

        Raises:
            FormError: what cannot be, at its field.
        """
        with self.database.writing() as connection:
            sheet, at = _found(connection, sheet, row)
            changed = dict(sheet.rows[at], touched_s=time.time())
            if "scene" in given:
                changed |= self._moved(changed, str(given["scene"]), given)
            for name, value in given.items():
                if name in WORDS and name != "scene":
                    changed[name] = str(value).strip()[:_LONGEST]
                elif name == "start_s":
                    changed["start_s"] = _between(sheet, at, value)
            if faults := self._faults(changed, sheet.rows[at]):
                raise FormError(faults)
            rows = [*sheet.rows[:at], changed, *sheet.rows[at + 1 :]]
            return self._save(connection, sheet.id, rows, sheet.facts)

    def split(self, sheet: Sheet, row: str) -> Sheet:
        """Divide a row in two; the later one has no words and no action.

        Raises:
            FormError: it is too short.
        """
        with self.database.writing() as connection:
            sheet, at = _found(connection, sheet, row)
            begin_s, end_s = sheet.rows[at]["start_s"], _end_s(sheet, at)
            if end_s - begin_s < 2 * _LEAST_S:
                raise FormError([Fault("start_s", "this place is too short to be divided")])
            later = dict(sheet.rows[at], id=new_id()[:8], line="", action="", cut="cut")
            later["start_s"] = _snapped(sheet, (begin_s + end_s) / 2, begin_s, end_s)
            rows = [*sheet.rows[: at + 1], later, *sheet.rows[at + 1 :]]
            return self._save(connection, sheet.id, rows, sheet.facts)

    def join(self, sheet: Sheet, row: str) -> Sheet:
        """Let the place before a row last through it.

        Raises:
            FormError: there is none before.
        """
        with self.database.writing() as connection:
            sheet, at = _found(connection, sheet, row)
            if at == 0:
                raise FormError([Fault("", "there is no place before the first one")])
            before, words = dict(sheet.rows[at - 1]), sheet.rows[at]["line"]
            before["line"] = ". ".join(filter(None, (before["line"], words)))
            rows = [*sheet.rows[: at - 1], before, *sheet.rows[at + 1 :]]
            return self._save(connection, sheet.id, rows, sheet.facts)

    def note_picture(self, sheet: str) -> None:
        """Note that a picture of it was drawn."""
        with self.database.writing() as connection:
            found = _get(connection, sheet)
            if found is not None:
                self._save(connection, sheet, found.rows, found.facts)

    def remove(self, sheet: str) -> None:
        """Remove a sheet; its pictures are removed by who removes folders."""
        with self.database.writing() as connection:
            connection.execute(delete(SHEET).where(SHEET.c.id == sheet))

    def _save(
        self,
        connection: Connection,
        sheet: str,
        rows: Sequence[Mapping[str, Any]],
        facts: Mapping[str, Any],
    ) -> Sheet:
        """Save rows, each with the key of its picture, and whether that is there."""
        ends = [*(row["start_s"] for row in rows), facts.get("duration_s", 0.0)][1:]
        keyed = []
        for row, end_s in zip(rows, ends, strict=True):
            key = _picture_key(row, end_s)
            there = self.picture(sheet, key).is_file()
            keyed.append({**row, "key": key, "picture": key if there else ""})
        values = {"rows": keyed, "facts": dict(facts), "changed_s": time.time()}
        connection.execute(update(SHEET).where(SHEET.c.id == sheet).values(**values))
        found = _get(connection, sheet)
        if found is None:
            raise FormError([Fault("", "this plan is gone")])
        return found

    def _moved(
        self, row: Mapping[str, Any], scene: str, given: Mapping[str, Any]
    ) -> dict[str, str]:
        """What a row says in another scene: what that scene lacks is its first, or nothing."""
        known = (self.choices() or {}).get("scenes", {}).get(scene)
        if known is None:
            raise FormError([Fault("scene", f"there is no scene {scene[:40]!r}")])
        moved = {"scene": scene}
        for name in ("look", "shot"):
            if name not in given and row[name] not in known[f"{name}s"]:
                moved[name] = known[f"{name}s"][0]
        if "figure" not in given and row["figure"].partition(" ")[0] not in known["figures"]:
            moved["figure"] = ""
        return moved

    def _faults(self, row: Mapping[str, Any], before: Mapping[str, Any]) -> list[Fault]:
        """What cannot be in a row."""
        choices = self.choices()
        known = (choices or {}).get("scenes", {}).get(row["scene"])
        if choices is not None and row["scene"] == before["scene"] and known is None:
            # A picture of the user's own, which is no scene to choose: it stays as it was planned.
            known = {"looks": [before["look"]], "shots": [before["shot"]], "figures": []}
        if choices is None or known is None:
            return [Fault("scene", f"there is no scene {row['scene'][:40]!r}")]
        figure, _, pose = row["figure"].partition(" ")
        checks = {
            "look": row["look"] in known["looks"],
            "shot": not row["shot"] or row["shot"] in known["shots"],
            "figure": not figure or figure in known["figures"],
            "cut": row["cut"] in choices["cuts"],
            "action": all(_is_act(part, choices["actions"]) for part in row["action"].split(",")),
        }
        if figure and checks["figure"] and pose:
            checks["figure"] = pose in choices["poses"].get(figure, ())
        return [Fault(name, f"{row[name][:40]!r} is not to be had here")
                for name, well in checks.items() if not well]  # fmt: skip


def plan_of(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as a plan file: all that they say, so that nothing is chosen anew."""
    lines = []
    for row in rows:
        said = {name: row[name] for name in WORDS if row[name] or name in ("figure", "action")}
        cells = [f"start: {clock(row['start_s'], 2)}"]
        cells += [f"{name}: {json.dumps(text, ensure_ascii=False)}" for name, text in said.items()]
        lines.append(f"  - {{{', '.join(cells)}}}\n")
    return _HEAD + "places:\n" + "".join(lines)


def _picture_key(row: Mapping[str, Any], end_s: float) -> str:
    """What tells the picture of a row from others."""
    told = [row["start_s"], end_s, *(row[name] for name in WORDS)]
    return json_digest(told)[:24]


def _found(connection: Connection, sheet: Sheet, row: str) -> tuple[Sheet, int]:
    """A sheet as it is now, and where a row is in it.

    Raises:
        FormError: it is not there any more.
    """
    now = _get(connection, sheet.id)
    places = [n for n, one in enumerate(now.rows) if one["id"] == row] if now else []
    if now is None or not places or not now.is_editable:
        raise FormError([Fault("", "this row cannot be changed, or is gone")])
    return now, places[0]


def _end_s(sheet: Sheet, at: int) -> float:
    """When a row ends."""
    after = sheet.rows[at + 1 : at + 2]
    return float(after[0]["start_s"] if after else sheet.facts["duration_s"])


def _is_act(text: str, known: Sequence[str]) -> bool:
    """Whether a text is an action, with a time if there is one; or nothing."""
    name, _, when = text.strip().partition(" ")
    try:
        return not name or (name in known and (not when or parse_time_s(when) >= 0))
    except ValueError:
        return False


def _between(sheet: Sheet, at: int, value: object) -> float:
    """A time at which a row may begin.

    Raises:
        FormError: it may not.
    """
    try:
        start_s = round(float(str(value)), 2)
    except ValueError:
        raise FormError([Fault("start_s", "this is not a time")]) from None
    low = sheet.rows[at - 1]["start_s"] + _LEAST_S if at else 0.0
    high = _end_s(sheet, at) - _LEAST_S if at else 0.0
    if not low <= start_s <= high:
        raise FormError([Fault("start_s", f"between {clock(low, 2)} and {clock(high, 2)}")])
    return start_s


def _snapped(sheet: Sheet, time_s: float, begin_s: float, end_s: float) -> float:
    """The nearest beat that leaves room on both sides; else the time itself."""
    inside = [
        b for b in sheet.facts.get("beats_s", ()) if begin_s + _LEAST_S <= b <= end_s - _LEAST_S
    ]
    return round(min(inside, key=lambda beat: abs(beat - time_s), default=time_s), 2)


def _get(connection: Connection, sheet: str) -> Sheet | None:
    row = connection.execute(select(SHEET).where(SHEET.c.id == sheet)).first()
    return None if row is None else _read(row)


def _read(row: Row[Any]) -> Sheet:
    return Sheet(row.id, row.title, row.spec, row.facts, row.rows, row.changed_s)
