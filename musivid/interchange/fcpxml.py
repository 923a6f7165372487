"""FCPXML of Final Cut: markers and cuts of a project's timeline.

Each element lies at `offset` in its parent's own time, and its own time begins at `start`, so what
lies at x in it lies at offset + (x - start) in its parent. All times are n/d seconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from xml.etree.ElementTree import Element

from musivid.interchange.exact import bounded
from musivid.interchange.marks import Counting, Format, Mark, Sheet, Source, Unreadable
from musivid.interchange.spans import Laid, visible_cuts
from musivid.interchange.timecode import Rate, drops_frames, snapped
from musivid.interchange.xmltree import Tree, parse_xml, root_name

__all__ = ["FCPXML"]

_TIME = re.compile(r"(-?\d{1,18})(?:/(\d{1,12}))?s", re.ASCII)
_MARKERS = {"marker": "blue", "chapter-marker": "orange"}
_SHOTS = ("asset-clip", "clip", "video", "ref-clip", "sync-clip", "mc-clip", "title", "audition")
_HOLDERS = (*_SHOTS, "gap", "spine", "audio", "caption")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an element lies: what is at `own` in its time is at `at` on the timeline."""

    at: Fraction
    own: Fraction
    end: Fraction | None
    layer: int

    def on_timeline(self, time: Fraction) -> Fraction:
        return self.at + time - self.own


def _shows(source: Source) -> bool:
    return root_name(source) == "fcpxml"


def _read(source: Source, counting: Counting) -> Sheet:
    return _Reader(parse_xml(source)).read()


class _Reader:
    """Goes through a document."""

    def __init__(self, tree: Tree) -> None:
        self.tree, self.sheet, self.spans = tree, Sheet(), list[Laid]()

    def read(self) -> Sheet:
        """Return what the first project says; without one, the first clip of an event."""
        sequences = self.tree.root.findall(".//project/sequence")
        if len(sequences) > 1:
            for other in sequences[1:]:
                self.sheet.leave_out(self.tree.line(other), "another project; the first is taken")
        if sequences:
            self._sequence(sequences[0])
        else:
            self._clip_alone()
        start = self.sheet.start or Fraction(0)
        self.sheet.markers = [mark.later(start) for mark in self.sheet.markers]
        self.sheet.cuts = [mark.later(start) for mark in visible_cuts(self.spans)]
        return self.sheet

    def _sequence(self, sequence: Element) -> None:
        start = self._time(sequence, "tcStart", Fraction(0))
        frame = self._frame_length(sequence)
        drop = sequence.get("tcFormat") == "DF"
        if frame:
            fps = snapped(1 / frame)
            self.sheet.rate = Rate(fps, drop and drops_frames(fps))
        self.sheet.start, self.sheet.is_labelled = start, True
        spine = sequence.find("spine")
        if spine is not None:
            self._children(spine, _Place(Fraction(0), start, None, 0))

    def _clip_alone(self) -> None:
        """The markers of a clip that lies in no timeline, in its own time."""
        clip = next((e for e in self.tree.root.iter() if e.tag in _SHOTS), None)
        if clip is None:
            raise Unreadable(
                1,
                "there is no project and no clip in this FCPXML",
                "Select the project in Final Cut, then File, Export XML.",
            )
        own = self._time(clip, "start", Fraction(0))
        place = _Place(Fraction(0), own, self._length(clip, None), 0)
        self._markers(clip, place)

    def _children(self, parent: Element, place: _Place) -> None:
        """Go through what lies in an element."""
        self._markers(parent, place)
        follows = place.own  # where the next of a storyline begins that does not say so
        for child in parent:
            if child.tag not in _HOLDERS or child.get("enabled") == "0":
                continue
            offset = self._time(child, "offset", follows if parent.tag == "spine" else place.own)
            at = bounded(place.on_timeline(offset), self.tree.line(child))
            length = self._length(child, None)
            end = None if length is None else at + length
            layer = place.layer + self._lane(child)
            own = self._time(child, "start", Fraction(0))
            here = _Place(at, own, end, layer)
            if length is not None:
                follows = offset + length
            self._element(child, here)

    def _element(self, element: Element, here: _Place) -> None:
        is_seen = element.tag in _SHOTS and element.get("srcEnable") != "audio" and here.layer >= 0
        if (
            element.tag == "clip"
            and element.find("video") is None
            and element.find("audio") is not None
        ):
            is_seen = False
        if is_seen and here.end is not None:
            name = element.get("name", "")
            self.spans.append(Laid(here.at, here.end, here.layer, name, self.tree.line(element)))
            self.sheet.check(len(self.spans), self.tree.line(element))
        conform = element.find("conform-rate")
        if conform is not None and conform.get("scaleEnabled") != "0":
            self._told_conformed(element)
        if element.find("timeMap") is not None and any(e.tag in _MARKERS for e in element):
            self.sheet.leave_out(
                self.tree.line(element),
                f"markers of {element.get('name', '')!r}: its speed changes",
            )
            return
        if element.tag == "audition":  # what is chosen comes first
            for chosen in list(element)[:1]:
                self._element(chosen, here)
        elif element.tag in ("sync-clip", "clip", "mc-clip", "ref-clip"):
            self._inside(element, here)
        else:
            self._children(element, here)

    def _told_conformed(self, element: Element) -> None:
        """Say so where a clip with markers plays at another speed than its media, to fit the rate.

        By which clock its markers count then, no published document says.
        """
        if any(each.tag in _MARKERS for each in element):
            self.sheet.notes.append(
                f"line {self.tree.line(element)}: {element.get('name', '')!r} is conformed to the "
                "timeline's rate; look whether its markers are where they should be"
            )

    def _inside(self, element: Element, here: _Place) -> None:
        """A clip's own contents are one picture; what is connected to it are others."""
        connected = Element(element.tag, element.attrib)
        connected.extend(e for e in element if e.get("lane") or e.tag in _MARKERS)
        self.tree.lines[connected] = self.tree.line(element)
        self._children(connected, here)

    def _markers(self, parent: Element, place: _Place) -> None:
        for element in parent:
            if element.tag not in _MARKERS:
                continue
            line, name = self.tree.line(element), element.get("value", "")
            time = place.on_timeline(self._time(element, "start", Fraction(0)))
            if not place.at <= time or (place.end is not None and time >= place.end):
                self.sheet.leave_out(line, f"{name!r} lies outside of what is used of its clip")
                continue
            colour = "red" if element.get("completed") == "0" else _MARKERS[element.tag]
            end = self._time(element, "duration", Fraction(0))
            frame = self._frame_of_sheet()
            self.sheet.mark(
                Mark(
                    time,
                    name,
                    time + end if end > frame else None,
                    colour=colour,
                    note=element.get("note", ""),
                    line=line,
                    written=element.get("start", ""),
                )
            )

    def _frame_of_sheet(self) -> Fraction:
        """The longest that a marker of no length may be."""
        return 1 / self.sheet.rate.fps if self.sheet.rate else Fraction(1, 20)

    def _length(self, element: Element, usual: Fraction | None) -> Fraction | None:
        if element.get("duration") is None:
            return usual
        return self._time(element, "duration", Fraction(0))

    def _lane(self, element: Element) -> int:
        text = element.get("lane", "0")
        if not re.fullmatch(r"-?\d{1,6}", text, re.ASCII):
            raise Unreadable(self.tree.line(element), f"lane {text[:20]!r} is no number")
        return int(text)

    def _time(self, element: Element, name: str, usual: Fraction) -> Fraction:
        text = element.get(name)
        if text is None:
            return usual
        found = _TIME.fullmatch(text.strip())
        if found is None or not int(found[2] or 1):
            raise Unreadable(
                self.tree.line(element),
                f"{name} {text[:40]!r} is no time of FCPXML",
                "Times there are written as 1001/30000s or 4s.",
            )
        return bounded(Fraction(int(found[1]), int(found[2] or 1)), self.tree.line(element))

    def _frame_length(self, sequence: Element) -> Fraction | None:
        formats: Iterator[Element] = self.tree.root.iter("format")
        for element in formats:
            if element.get("id") == sequence.get("format") and element.get("frameDuration"):
                length = self._time(element, "frameDuration", Fraction(0))
                return length if length > 0 else None
        return None


FCPXML = Format("fcpxml", "FCPXML of Final Cut (.fcpxml)", (".fcpxml", ".fcpxmld"), _shows, _read)
