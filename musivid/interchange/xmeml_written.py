"""XML of Premiere and Final Cut Pro 7 (xmeml, version 4), written.

All is counted in frames of the sequence; media count in their own. Markers of the sequence count
from its beginning.
"""

from __future__ import annotations

from fractions import Fraction
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from musivid.interchange.edit import Clip, Edit, EditLane, Media
from musivid.interchange.page import Output, Page
from musivid.interchange.spine import pieces, source_frame
from musivid.interchange.timecode import Rate

__all__ = ["XMEML_OUT"]


def _write(edit: Edit, page: Page) -> bytes:
    root = Element("xmeml", version="4")
    _Writer(edit, page).sequence(SubElement(root, "sequence", id="sequence-1"))
    indent(root)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE xmeml>\n'
    return (head + tostring(root, encoding="unicode") + "\n").encode()


class _Writer:
    """Puts an edit into elements."""

    def __init__(self, edit: Edit, page: Page) -> None:
        self.edit, self.page = edit, page
        self.files: dict[Media, str] = {}
        self.clips = 0

    def sequence(self, element: Element) -> None:
        """Fill the sequence."""
        edit = self.edit
        _text(element, "name", self.page.name(edit.name))
        _text(element, "duration", edit.frames)
        _rate(element, edit.rate.fps)
        self._timecode(element, edit.rate, edit.first)
        media = SubElement(element, "media")
        video = SubElement(media, "video")
        shape = SubElement(SubElement(video, "format"), "samplecharacteristics")
        _rate(shape, edit.rate.fps)
        _text(shape, "width", edit.size[0])
        _text(shape, "height", edit.size[1])
        _text(shape, "pixelaspectratio", "square")
        for lane in edit.of("video") or (EditLane("video", ()),):
            self._track(SubElement(video, "track"), lane)
        audio = SubElement(media, "audio")
        _text(audio, "numOutputChannels", 2)
        for lane in edit.of("audio"):
            self._track(SubElement(audio, "track"), lane)
        for mark in edit.marks:
            first, last = edit.span(mark)
            made = SubElement(element, "marker")
            _text(made, "comment", self.page.name(mark.note, lines=True))
            _text(made, "name", self.page.name(mark.name))
            _text(made, "in", first)
            _text(made, "out", -1 if last == first + 1 else last)

    def _track(self, track: Element, lane: EditLane) -> None:
        for piece in pieces(self.edit, lane):
            if piece.clip is None:
                continue
            clip, first = piece.clip, source_frame(self.edit, piece.clip, piece.frames)
            self.clips += 1
            made = SubElement(track, "clipitem", id=f"clipitem-{self.clips}")
            _text(made, "name", self.page.name(clip.title))
            _text(made, "enabled", "TRUE")
            _text(made, "duration", int(clip.media.length * self.edit.rate.fps))
            _rate(made, self.edit.rate.fps)
            _text(made, "start", piece.first)
            _text(made, "end", piece.last)
            _text(made, "in", first)
            _text(made, "out", first + piece.frames)
            self._file(made, clip)
            if lane.kind == "audio":
                source = SubElement(made, "sourcetrack")
                _text(source, "mediatype", "audio")
                _text(source, "trackindex", 1)

    def _file(self, item: Element, clip: Clip) -> None:
        """The file of a clip: in full where it first comes, by its name from then on."""
        media = clip.media
        if media in self.files:
            SubElement(item, "file", id=self.files[media])
            return
        name = self.files[media] = f"file-{len(self.files) + 1}"
        made, fps = SubElement(item, "file", id=name), media.rate or self.edit.rate.fps
        _text(made, "name", self.page.name(media.path.name))
        _text(made, "pathurl", self.page.url(media).replace("file://", "file://localhost", 1))
        _rate(made, fps)
        _text(made, "duration", int(media.length * fps))
        drop = self.edit.rate.drop and fps == self.edit.rate.fps
        self._timecode(made, Rate(fps, drop), Rate(fps).nearest(media.start))
        kinds = SubElement(made, "media")
        if media.size:
            shape = SubElement(SubElement(kinds, "video"), "samplecharacteristics")
            _text(shape, "width", media.size[0])
            _text(shape, "height", media.size[1])
        if media.channels:
            audio = SubElement(kinds, "audio")
            shape = SubElement(audio, "samplecharacteristics")
            _text(shape, "depth", 16)
            _text(shape, "samplerate", media.rate_hz)
            _text(audio, "channelcount", media.channels)

    def _timecode(self, parent: Element, rate: Rate, first: int) -> None:
        made = SubElement(parent, "timecode")
        _rate(made, rate.fps)
        _text(made, "string", rate.label(first))
        _text(made, "frame", first)
        _text(made, "displayformat", "DF" if rate.drop else "NDF")


def _rate(parent: Element, fps: Fraction) -> None:
    made = SubElement(parent, "rate")
    _text(made, "timebase", Rate(fps).base)
    _text(made, "ntsc", "TRUE" if fps.denominator == 1001 else "FALSE")


def _text(parent: Element, tag: str, value: str | int) -> None:
    SubElement(parent, tag).text = str(value)


XMEML_OUT = Output(
    "xmeml",
    "XML of Premiere and Final Cut Pro 7 (.xml)",
    ".xml",
    _write,
    ("premiere", "resolve"),
    holds_clips=True,
)
