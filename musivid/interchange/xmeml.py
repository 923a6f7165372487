"""XML of Premiere and of Final Cut Pro 7 (xmeml): markers and cuts of its first sequence.

Times are frames. A sequence's markers count from its beginning, those of a clip in its media: they
lie at start + in - the clip's in. A rate is its timebase, times 1000/1001 where `ntsc` says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from xml.etree.ElementTree import Element

from musivid.interchange.exact import exact
from musivid.interchange.fades import Fades
from musivid.interchange.marks import Counting, Format, Mark, Sheet, Source, Unreadable
from musivid.interchange.spans import Laid, visible_cuts
from musivid.interchange.timecode import Rate, drops_frames
from musivid.interchange.xmltree import Tree, parse_xml, root_name

__all__ = ["XMEML"]

_FRAMES = re.compile(r"-?\d{1,12}(?:\.\d+)?", re.ASCII)
_POINT = -1  # out of a marker without length; start of a clip that a transition covers


def _shows(source: Source) -> bool:
    return root_name(source) == "xmeml"


def _read(source: Source, counting: Counting) -> Sheet:
    return _Reader(parse_xml(source), counting).read()


class _Reader:
    """Goes through a document."""

    def __init__(self, tree: Tree, counting: Counting) -> None:
        self.tree, self.counting = tree, counting
        self.sheet, self.spans = Sheet(), list[Laid]()

    def read(self) -> Sheet:
        """Return what the first sequence says."""
        within = {n for s in self.tree.root.iter("clipitem") for n in s.iter("sequence")}
        sequences = [s for s in self.tree.root.iter("sequence") if s not in within]
        if not sequences:
            raise Unreadable(
                1,
                "there is no sequence in this XML",
                "Select the sequence, then File, Export, Final Cut Pro XML.",
            )
        for other in sequences[1:]:
            self.sheet.leave_out(self.tree.line(other), "another sequence; the first is taken")
        sequence = sequences[0]
        rate = self._rate(sequence)
        if rate is None:
            rate = self.counting.rate(self.tree.line(sequence)).fps
        self._start(sequence, rate)
        self._sequence_markers(sequence, rate)
        tracks = sequence.findall("media/video/track")
        for layer, track in enumerate(tracks):
            self._track(track, layer, rate)
        start = self.sheet.start or Fraction(0)
        self.sheet.markers = [mark.later(start) for mark in self.sheet.markers]
        self.sheet.cuts = [mark.later(start) for mark in visible_cuts(self.spans)]
        return self.sheet

    def _start(self, sequence: Element, rate: Fraction) -> None:
        code = sequence.find("timecode")
        drop = code is not None and (code.findtext("displayformat") or "").strip() == "DF"
        self.sheet.rate = Rate(rate, drop and drops_frames(rate))
        self.sheet.start, self.sheet.is_labelled = Fraction(0), True
        if code is None:
            return
        own = self._rate(code) or rate
        if code.find("frame") is not None:
            self.sheet.start = self._frames(code, "frame") / own
        elif label := (code.findtext("string") or "").strip():
            counting = Counting(Rate(own, drop and drops_frames(own)))
            self.sheet.start = counting.seconds(label, self.tree.line(code))

    def _sequence_markers(self, sequence: Element, rate: Fraction) -> None:
        for marker in sequence.findall("marker"):
            start = self._frames(marker, "in") / rate
            self.sheet.mark(self._mark(marker, start, rate))

    def _track(self, track: Element, layer: int, rate: Fraction) -> None:
        fades = Fades(self._fades(track, rate))
        for clip in track.findall("clipitem"):
            if (clip.findtext("enabled") or "").strip().upper() == "FALSE":
                continue
            start, end = self._ends(clip, fades, rate)
            name = (clip.findtext("name") or "").strip()
            cuts = [fades.cut(time) for time in (start, end)]
            self.spans.append(Laid(cuts[0], cuts[1], layer, name, self.tree.line(clip)))
            self.sheet.check(len(self.spans), self.tree.line(clip))
            own = self._rate(clip) or rate
            begin = self._frames(clip, "in") if clip.find("in") is not None else Fraction(0)
            for marker in clip.findall("marker"):
                self._clip_marker(marker, (start, end), begin, own)

    def _clip_marker(
        self, marker: Element, used: tuple[Fraction, Fraction], begin: Fraction, own: Fraction
    ) -> None:
        time = used[0] + (self._frames(marker, "in") - begin) / own
        mark = self._mark(marker, time, own)
        if used[0] <= time < used[1]:
            self.sheet.mark(mark)
        else:
            self.sheet.leave_out(
                mark.line, f"{mark.name!r} lies outside of what is used of its clip"
            )

    def _fades(self, track: Element, rate: Fraction) -> Iterator[tuple[Fraction, Fraction]]:
        for item in track.findall("transitionitem"):
            yield self._frames(item, "start") / rate, self._frames(item, "end") / rate

    def _ends(self, clip: Element, fades: Fades, rate: Fraction) -> tuple[Fraction, Fraction]:
        """Where a clip begins and ends; what a transition covers is where that one does."""
        start, end = (self._frames(clip, name) for name in ("start", "end"))
        first, last = start / rate, end / rate
        length = self._frames(clip, "out") - self._frames(clip, "in")
        if start == _POINT:
            first = fades.begin(None if end == _POINT else last, last - length / rate)
        if end == _POINT:
            last = fades.end(first, length / rate)
        return first, last

    def _mark(self, marker: Element, time: Fraction, rate: Fraction) -> Mark:
        begin, out = self._frames(marker, "in"), Fraction(_POINT)
        if marker.find("out") is not None:
            out = self._frames(marker, "out")
        return Mark(
            time,
            (marker.findtext("name") or "").strip(),
            time + (out - begin) / rate if out > begin else None,
            note=(marker.findtext("comment") or "").strip(),
            line=self.tree.line(marker),
            written=f"frame {begin}",
        )

    def _rate(self, element: Element) -> Fraction | None:
        rate = element.find("rate")
        if rate is None or rate.find("timebase") is None:
            return None
        base = self._frames(rate, "timebase")
        if not 0 < base <= 1000:
            raise Unreadable(self.tree.line(rate), f"timebase {float(base):g} is no frame rate")
        is_ntsc = (rate.findtext("ntsc") or "").strip().upper() == "TRUE"
        return base * Fraction(1000, 1001) if is_ntsc else base

    def _frames(self, element: Element, name: str) -> Fraction:
        text = (element.findtext(name) or "").strip()
        if not _FRAMES.fullmatch(text):
            raise Unreadable(
                self.tree.line(element),
                f"<{name}> of <{element.tag}> is {text[:40]!r}, no number of frames",
                "Export the XML again.",
            )
        return exact(text, self.tree.line(element))


XMEML = Format("xmeml", "XML of Premiere and Final Cut Pro 7 (.xml)", (".xml",), _shows, _read)
