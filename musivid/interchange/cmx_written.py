"""Edit decision lists, written: markers as Resolve takes them, and cuts with locators for Avid."""

from __future__ import annotations

import re
from itertools import groupby

from musivid.core.errors import UsageError
from musivid.interchange.colours import colour_of, nearest_colour
from musivid.interchange.edit import Clip, Edit, Media
from musivid.interchange.marks import Mark
from musivid.interchange.page import Output, Page

__all__ = ["CUT_LIST", "RESOLVE_MARKERS"]

_RESOLVE = (
    "blue", "cyan", "green", "yellow", "red", "pink", "purple", "fuchsia", "rose", "lavender",
    "sky", "mint", "lemon", "sand", "cocoa", "cream",
)  # fmt: skip
_LIKE = {"magenta": "fuchsia", "orange": "sand", "white": "cream", "black": "cocoa"}
_AVID = ("red", "green", "blue", "cyan", "magenta", "yellow", "black", "white")
_REEL = 8  # letters of a reel
_MOST_EVENTS = 999  # of a list, by its three digits
_FASTEST = 100  # labels have two digits for frames


def _resolve(edit: Edit, page: Page) -> bytes:
    """Each marker is an event of one frame, and a line with colour, name and length."""
    _check_rate(edit)
    lines = _head(edit, page)
    swaps = {"|": "\u00a6"}
    joined = 0
    for number, (frame, group) in enumerate(
        groupby(edit.marks, key=lambda mark: edit.frame(mark.time)), start=1
    ):
        marks = list(group)
        joined += len(marks) - 1
        main = marks[-1] if len(marks) > 1 and marks[-1].kind == "section" else marks[0]
        label, after = edit.label(frame), edit.label(frame + 1)
        length = max(edit.span(mark)[1] for mark in marks) - frame
        name = " / ".join(page.name(mark.name, swaps) for mark in marks)
        note = " / ".join(page.name(mark.note, swaps) for mark in marks if mark.note)
        colour = _LIKE.get(colour_of(main)) or nearest_colour(main, _RESOLVE)
        lines += [
            f"{number:03d}  001      V     C        {label} {after} {label} {after}  ",
            f"{note} |C:ResolveColor{colour.capitalize()} |M:{name} |D:{length}",
            "",
        ]
    if joined:
        page.notes.append(
            f"Resolve takes one marker a frame: {joined} that share one are joined to others"
        )
    return _encoded(lines)


def _cut_list(edit: Edit, page: Page) -> bytes:
    """Events of the lowest picture and of the sound; markers as locators."""
    _check_rate(edit)
    lines = _head(edit, page)
    events = _events(edit, page)
    reels = _reels(edit)
    marks = list(edit.marks)
    begins = [edit.frame(clip.start) for track, clip in events if track == "V" and clip]
    for number, (track, clip) in enumerate(events, start=1):
        lines += _event(edit, page, (number, track, clip), reels)
        next_begin = begins[number] if number < len(begins) else edit.frames + 1
        while track == "V" and marks and edit.frame(marks[0].time) < next_begin:
            lines.append(_locator(edit, page, marks.pop(0)))
    return _encoded(lines)


def _events(edit: Edit, page: Page) -> list[tuple[str, Clip | None]]:
    pictures, sounds = edit.of("video"), edit.of("audio")
    if len(pictures) > 1:
        page.notes.append("an edit list has one track of pictures: the lowest is written")
    events: list[tuple[str, Clip | None]] = [
        ("V", clip) for lane in pictures[:1] for clip in lane.clips
    ]
    events += [
        ("A" if number == 0 else f"A{number + 1}", clip)
        for number, lane in enumerate(sounds[:4])
        for clip in lane.clips
    ]
    if len(events) > _MOST_EVENTS:
        page.notes.append(f"{len(events)} events; some editors read {_MOST_EVENTS} at most")
    return events or [("V", None)]


def _event(
    edit: Edit, page: Page, event: tuple[int, str, Clip | None], reels: dict[Media, str]
) -> list[str]:
    number, track, clip = event
    first = 0 if clip is None else edit.frame(clip.start)
    last = edit.frames if clip is None else edit.frame(clip.end)
    source = 0
    if clip is not None:
        source = edit.rate.nearest(clip.media.start) + edit.frame(clip.source)
    labels = [
        edit.rate.label(source),
        edit.rate.label(source + last - first),
        edit.label(first),
        edit.label(last),
    ]
    reel = "BL" if clip is None else reels[clip.media]
    lines = [f"{number:03d}  {reel:<8} {track:<5} C        {' '.join(labels)}"]
    if clip is not None:
        lines.append(f"* FROM CLIP NAME: {page.name(clip.title)}")
        lines.append(f"* SOURCE FILE: {page.name(str(clip.media.path))}")
    return lines


def _locator(edit: Edit, page: Page, mark: Mark) -> str:
    colour = nearest_colour(mark, _AVID).upper()
    if mark.end is not None and (told := "locators are points: ends are not written") not in (
        page.notes
    ):
        page.notes.append(told)
    return f"* LOC: {edit.label(edit.frame(mark.time))} {colour:<7} {page.name(mark.name)}".rstrip()


def _reels(edit: Edit) -> dict[Media, str]:
    """A name of up to eight capitals and digits for each file, no two alike."""
    reels: dict[Media, str] = {}
    for media in edit.media():
        plain = re.sub(r"[^A-Z0-9_]", "", media.path.stem.upper())[:_REEL] or "AX"
        name, count = plain, 1
        while name in reels.values() or name == "BL":
            count += 1
            name = f"{plain[: _REEL - len(str(count))]}{count}"
        reels[media] = name
    return reels


def _head(edit: Edit, page: Page) -> list[str]:
    drop = "DROP FRAME" if edit.rate.drop else "NON-DROP FRAME"
    return [f"TITLE: {page.name(edit.name)}", f"FCM: {drop}", ""]


def _check_rate(edit: Edit) -> None:
    """Refuse rates whose frames two digits do not count.

    Raises:
        UsageError: over 100 frames a second.
    """
    if edit.rate.base > _FASTEST:
        raise UsageError(
            f"edit lists count at most {_FASTEST} frames a second, not {edit.rate}",
            hint="Give a lower --fps, or another kind of file.",
        )


def _encoded(lines: list[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode()


RESOLVE_MARKERS = Output(
    "resolve-edl",
    "markers of Resolve as an edit list (.edl)",
    ".edl",
    _resolve,
    ("resolve",),
    has_colours=True,
    start_hours=1,
)
CUT_LIST = Output(
    "edl",
    "edit decision lists of CMX 3600 (.edl)",
    ".edl",
    _cut_list,
    ("avid",),
    holds_clips=True,
    has_colours=True,
    start_hours=1,
)
