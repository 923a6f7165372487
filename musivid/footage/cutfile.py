"""Cuts as files that people can read, change and give back: JSON, a shot a line."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from musivid.core.clock import clock
from musivid.core.errors import InputError
from musivid.core.timeline import Timeline
from musivid.footage.cut import Cut, Shot
from musivid.footage.pool import Pool

__all__ = ["CUT_KIND", "cut_text", "numbers_in", "read_cut"]

CUT_KIND = "musivid-cut"
"""What a file of a cut says that it is."""
_MOST_BYTES = 20_000_000
_KEYS = ("shot", "frame", "until", "file", "source")


def cut_text(cut: Cut, root: Path, *, song: Path | None = None) -> str:
    """A cut as JSON, a shot a line.

    Args:
        cut: the film.
        root: the folder of the footage, from which files are named.
        song: whose film it is.
    """
    fps = cut.timeline.fps
    rows = []
    for shot in cut.shots:
        row: dict[str, Any] = {
            "shot": shot.number,
            "at": clock(float(shot.first / fps), 3),
            "frame": shot.first,
            "until": shot.last,
            "file": os.path.relpath(shot.path, root).replace(os.sep, "/"),
            "source": shot.source,
            "why": shot.why,
        }
        row |= {name: True for name in ("repeated", "poor") if getattr(shot, name)}
        rows.append("    " + json.dumps(row, ensure_ascii=False))
    head = {
        "kind": CUT_KIND, "version": 1, "song": song.name if song else "", "fps": str(fps),
        "frames": cut.timeline.frames,
    }  # fmt: skip
    top = json.dumps(head, ensure_ascii=False)[:-1]
    return top + ', "shots": [\n' + ",\n".join(rows) + "\n]}\n"


def read_cut(path: Path, pool: Pool, timeline: Timeline, root: Path) -> Cut:
    """A cut that was written, held against the song and the footage that are there.

    Args:
        path: the file.
        pool: the footage.
        timeline: the film's clock.
        root: the folder from which its files are named.

    Raises:
        InputError: it is none, has gaps, or shows what is not there; with file, line and cure.
    """
    text = _text(path)
    rows = _rows(path, text, timeline)
    lines = _lines_of(text, len(rows))
    files = {one.seen.path.resolve(): one for one in pool.files}
    shots, at = list[Shot](), 0
    for number, (row, line) in enumerate(zip(rows, lines, strict=True), start=1):
        place = f"{path}, line {line}: shot {number}"
        _check_row(row, place)
        first, last, source = int(row["frame"]), int(row["until"]), int(row["source"])
        if first != at or last <= first:
            kind = "leaves a gap" if first > at else "begins before the one before it ends"
            what = kind if first != at else "ends before it begins"
            raise InputError(
                f"{place} {what}: frames {first} to {last}, where {at} comes next",
                hint='Give it "frame" and "until" so that each shot begins where the last ends.',
            )
        known = files.get((root / str(row["file"])).resolve())
        if known is None:
            raise InputError(
                f"{place} shows {row['file']}, which is not among the footage in {root}",
                hint="Put the file there, or name one that is; or --ban the shot.",
            )
        seen = known.seen
        needed_s = float((source + last - first - 1) / timeline.fps)
        if not seen.is_photo and not 0 <= source / timeline.fps <= needed_s < seen.length_s:
            raise InputError(
                f"{place} asks for {seen.path.name} until {clock(needed_s, 2)}, "
                f"which ends at {clock(seen.length_s, 2)}",
                hint='Give it a smaller "source", counted in frames of the film.',
            )
        shots.append(
            Shot(number, first, last, seen.path, source, why=str(row.get("why", "")),
                 photo=seen.is_photo, repeated=bool(row.get("repeated")),
                 poor=bool(row.get("poor")))
        )  # fmt: skip
        at = last
    if at != timeline.frames:
        raise InputError(
            f"{path}, line {lines[-1] if lines else 1}: the shots end at frame {at}, the film "
            f"has {timeline.frames}",
            hint="Plan anew for this song, span and frame rate, or mend the last shot.",
        )
    return Cut(timeline, tuple(shots))


def numbers_in(text: str, flag: str, most: int) -> set[int]:
    """Numbers of shots as they are typed: `3`, `3,7`, `3-5,9`.

    Raises:
        InputError: no such numbers, or shots that the cut does not have.
    """
    found = set[int]()
    for part in text.replace(" ", "").split(","):
        low, dash, high = part.partition("-")
        ends = (low, high) if dash else (low, low)
        if not all(end.isascii() and end.isdigit() and len(end) < 7 for end in ends):
            raise InputError(f"{flag} {text}: no numbers of shots", hint="Give them as 3,7 or 3-5.")
        found |= set(range(int(ends[0]), int(ends[1]) + 1))
    foreign = sorted(number for number in found if not 1 <= number <= most)
    if foreign or not found:
        raise InputError(
            f"{flag} {text}: the cut has {most} shots, counted from 1",
            hint="--dry-run shows them with their numbers.",
        )
    return found


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise InputError(f"{path} is too large for a cut", hint="Give one that was written.")
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no text in UTF-8"
        raise InputError(
            f"{path} cannot be read as a cut: {reason}",
            hint="--dry-run --plan-out cut.json writes one.",
        ) from None


def _rows(path: Path, text: str, timeline: Timeline) -> list[Any]:
    """The shots that a file lists."""
    try:
        held = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise InputError(
            f"{path}, line {line}: no JSON: {getattr(error, 'msg', 'it is nested too deep')}",
            hint="Mend the line, or write a cut anew with --dry-run --plan-out cut.json.",
        ) from None
    if not isinstance(held, dict) or held.get("kind") != CUT_KIND or held.get("version") != 1:
        raise InputError(
            f"{path} is no cut of footage",
            hint="--dry-run --plan-out cut.json writes one.",
        )
    if held.get("fps") != str(timeline.fps):
        raise InputError(
            f"{path}, line 1: the cut counts {held.get('fps')} frames a second, the film has "
            f"{timeline.fps}",
            hint=f"Give --fps {held.get('fps')}, or plan anew.",
        )
    rows = held.get("shots")
    if not isinstance(rows, list) or not rows:
        raise InputError(f"{path} lists no shots", hint="Write it anew with --plan-out cut.json.")
    return rows


def _check_row(row: Any, place: str) -> None:
    lacking = [key for key in _KEYS if not isinstance(row, dict) or key not in row]
    if lacking:
        raise InputError(f"{place} does not say {lacking[0]!r}", hint="Add it.")
    for key in ("frame", "until", "source"):
        if not isinstance(row[key], int) or isinstance(row[key], bool) or abs(row[key]) > 1 << 31:
            raise InputError(f"{place}: {key!r} is no whole number: {row[key]!r}", hint="Mend it.")


def _lines_of(text: str, count: int) -> Sequence[int]:
    """The lines on which shots begin, as far as they have lines of their own."""
    found = [n for n, line in enumerate(text.splitlines(), start=1) if '"frame"' in line]
    return [found[min(n, len(found) - 1)] if found else 1 for n in range(count)]
