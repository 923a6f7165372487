"""OpenTimelineIO: markers of the timeline and of its clips, and its cuts.

Markers of the timeline count from its beginning, those of clips in their media. The library reads
the file; without it nothing else is missed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from musivid.core.errors import MissingError
from musivid.interchange.exact import bounded, exact_float, parse_marks_json
from musivid.interchange.marks import Counting, Format, Mark, Sheet, Source, Unreadable
from musivid.interchange.spans import Laid, visible_cuts
from musivid.interchange.timecode import Rate, snapped

__all__ = ["OTIO", "opentimelineio"]

_MARKER = re.compile(r'(?<!\\)"OTIO_SCHEMA"\s*:\s*"Marker\.\d+"')
_HOLDERS = {"children", "tracks"}  # of what holds others; in a circle the library never ends
_LINE = "musivid_line"  # among a marker's metadata while it is read


def opentimelineio() -> Any:
    """The library.

    Raises:
        MissingError: it is not installed.
    """
    try:
        import opentimelineio
    except ImportError:
        raise MissingError(
            ".otio files need OpenTimelineIO, which is not installed",
            hint="All other formats work without it.",
            command="pip install 'musivid[editors]'",
        ) from None
    return opentimelineio


def _shows(source: Source) -> bool:
    return '"OTIO_SCHEMA"' in source.text[:4000] and source.text.lstrip().startswith("{")


def _read(source: Source, counting: Counting) -> Sheet:
    otio = opentimelineio()
    text = _numbered(source)
    try:
        found = otio.adapters.read_from_string(text, "otio_json")
        return _Reader(otio, found).read()
    except Unreadable:
        raise
    except (otio.exceptions.OTIOError, ValueError, TypeError, LookupError) as error:
        first = str(error).split("\n")[0][:200]
        raise Unreadable(
            1,
            f"OpenTimelineIO cannot read it: {first}",
            "Export it again; this musivid reads what its library reads.",
        ) from None
    except RecursionError:
        raise Unreadable(1, "it is nested too deeply", "Export it again.") from None


def _numbered(source: Source) -> str:
    """The text with the line of each marker among its metadata.

    Raises:
        Unreadable: no JSON, or cut off.
    """
    content = parse_marks_json(source.text, exactly=False)
    places = [match.start() for match in _MARKER.finditer(source.text)]
    lines = iter(_lines_at(source.text, places))
    named, asked = dict[str, Any](), set[str]()
    stack: list[Any] = [content]
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            named[str(value.get("OTIO_REF_ID"))] = value
            asked.add(str(value.get("id")))
            if str(value.get("OTIO_SCHEMA", "")).startswith("Marker."):
                line = next(lines, 0)
                if isinstance(value.get("metadata"), dict | None):
                    value["metadata"] = {**(value.get("metadata") or {}), _LINE: line}
            stack.extend(reversed(value.values()))
        elif isinstance(value, list):
            stack.extend(reversed(value))
    if any(_HOLDERS & named[name].keys() for name in asked & named.keys()):
        raise Unreadable(1, "it holds itself, or one part of it twice", "Export it again.")
    return json.dumps(content)


def _lines_at(text: str, places: list[int]) -> Iterator[int]:
    line, done = 1, 0
    for place in places:
        line += text.count("\n", done, place)
        done = place
        yield line


class _Reader:
    """Goes through a timeline."""

    def __init__(self, otio: Any, found: Any) -> None:
        self.otio, self.found, self.sheet = otio, found, Sheet(is_labelled=True)

    def read(self) -> Sheet:
        """Return what the first timeline says; a clip alone is one."""
        schema = self.otio.schema
        if isinstance(self.found, schema.SerializableCollection):
            timelines = [child for child in self.found if isinstance(child, schema.Timeline)]
            for other in timelines[1:]:
                self.sheet.leave_out(0, f"another timeline, {other.name!r}; the first is taken")
            self.found = timelines[0] if timelines else self.found
        if not isinstance(self.found, schema.Timeline):
            name = getattr(self.found, "schema_name", lambda: "nothing")()
            raise Unreadable(1, f"it holds {name}, not a timeline", "Export the timeline as OTIO.")
        start = self.found.global_start_time
        self.sheet.start = _seconds(start) if start else Fraction(0)
        if start:
            self.sheet.rate = Rate(snapped(exact_float(start.rate)))
        self._stack_markers(self.found.tracks)
        spans: list[Laid] = []
        for layer, track in enumerate(self.found.tracks):
            self._track(track, layer, spans)
        begin = self.sheet.start
        self.sheet.markers = [mark.later(begin) for mark in self.sheet.markers]
        self.sheet.cuts = [mark.later(begin) for mark in visible_cuts(spans)]
        return self.sheet

    def _stack_markers(self, stack: Any) -> None:
        marks = [
            self._mark(marker, _seconds(marker.marked_range.start_time)) for marker in stack.markers
        ]
        begin = self.sheet.start or Fraction(0)
        if marks and begin and min(mark.time for mark in marks) >= begin:
            marks = [mark.later(-begin) for mark in marks]  # some writers count from the label
        self.sheet.markers += marks

    def _track(self, track: Any, layer: int, spans: list[Laid]) -> None:
        """A track's shots and their markers, at any depth; a clip may stand in a track's place."""
        schema = self.otio.schema
        items = [(track, Fraction(0))]
        if isinstance(track, self.otio.core.Composition):
            items = list(self._children(track, Fraction(0)))
            for marker in track.markers:
                self.sheet.mark(self._moved(marker, track, Fraction(0)))
        is_seen = getattr(track, "kind", schema.TrackKind.Video) == schema.TrackKind.Video
        for item, at in items:
            length = _seconds(item.trimmed_range().duration)
            if is_seen and not isinstance(item, schema.Gap) and getattr(item, "enabled", True):
                spans.append(Laid(at, at + length, layer, item.name))
                self.sheet.check(len(spans))
            for each, begin in self._within(item, at):
                self._item_markers(each, begin)

    def _children(self, parent: Any, at: Fraction) -> Iterator[tuple[Any, Fraction]]:
        """What lies in a composition, and where that begins on the timeline.

        The library's own sums begin anew for each item.
        """
        schema = self.otio.schema
        begin = at - (_seconds(parent.source_range.start_time) if parent.source_range else 0)
        for child in parent:
            if isinstance(child, schema.Transition):
                continue
            yield child, bounded(begin)
            if isinstance(parent, schema.Track):
                begin += _seconds(child.trimmed_range().duration)

    def _within(self, item: Any, at: Fraction) -> Iterator[tuple[Any, Fraction]]:
        """An item and all that lies in it."""
        yield item, at
        if isinstance(item, self.otio.core.Composition):
            for child, begin in self._children(item, at):
                yield from self._within(child, begin)

    def _item_markers(self, item: Any, at: Fraction) -> None:
        """Markers of an item count in its media; those outside of what is used are left out."""
        for marker in item.markers:
            mark = self._moved(marker, item, at)
            used = item.trimmed_range()
            time = _seconds(marker.marked_range.start_time)
            begin = _seconds(used.start_time)
            if not begin <= time < begin + _seconds(used.duration):
                self.sheet.leave_out(
                    mark.line, f"{mark.name!r} lies outside of what is used of {item.name!r}"
                )
            elif any(isinstance(e, self.otio.schema.TimeEffect) for e in item.effects):
                self.sheet.leave_out(
                    mark.line, f"{mark.name!r}: the speed of {item.name!r} changes"
                )
            else:
                self.sheet.mark(mark)

    def _moved(self, marker: Any, item: Any, at: Fraction) -> Mark:
        """A marker of an item that begins at a time, on the timeline."""
        used = item.trimmed_range()
        own = _seconds(marker.marked_range.start_time) - _seconds(used.start_time)
        return self._mark(marker, at + own)

    def _mark(self, marker: Any, time: Fraction) -> Mark:
        start, length = marker.marked_range.start_time, marker.marked_range.duration
        is_long = length.value > 1
        return Mark(
            time,
            marker.name,
            time + _seconds(length) if is_long else None,
            colour=str(marker.color or "").lower(),
            note=str(getattr(marker, "comment", "") or ""),
            line=int(marker.metadata.get(_LINE, 0)),
            written=f"frame {start.value:g}",
        )


def _seconds(time: Any) -> Fraction:
    """Seconds of a RationalTime, exact at the rates that are meant."""
    rate = exact_float(time.rate)
    return bounded(exact_float(time.value) / snapped(rate)) if rate > 0 else Fraction(0)


OTIO = Format("otio", "OpenTimelineIO (.otio)", (".otio",), _shows, _read)
