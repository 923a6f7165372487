"""FCPXML of Final Cut, written in version 1.10: older Final Cuts refuse newer ones.

Pictures of the lowest lane are the storyline, all else is connected to what lies beneath it.
Markers lie within the piece of the storyline that they are seen with. Times are n/d seconds on
frames of the sequence, but for the beginning of media, which have their own.
"""

from __future__ import annotations

from fractions import Fraction
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from musivid.interchange.edit import Clip, Edit, EditLane, Media
from musivid.interchange.marks import Mark
from musivid.interchange.page import Output, Page
from musivid.interchange.spine import Piece, pieces, source_frame

__all__ = ["FCPXML_OUT"]

_VERSION = "1.10"
_CHAPTERS = ("section",)  # kinds that are chapters
_CAPTIONS = "iTT?captionFormat=ITT.en"  # the role of captions, with their form
_STILL = "FFVideoFormatRateUndefined"  # the format of photos, which have no rate
_SOUND_RATES = {
    32000: "32k", 44100: "44.1k", 48000: "48k", 88200: "88.2k", 96000: "96k", 176400: "176.4k",
    192000: "192k",
}  # fmt: skip
# What the DTD has for the rates of media in a sequence of another.
_MEDIA_RATES = {
    Fraction(24000, 1001): "23.98", Fraction(24): "24", Fraction(25): "25",
    Fraction(30000, 1001): "29.97", Fraction(30): "30", Fraction(60000, 1001): "59.94",
    Fraction(60): "60", Fraction(50): "50", Fraction(48000, 1001): "47.95", Fraction(48): "48",
}  # fmt: skip


def _write(edit: Edit, page: Page) -> bytes:
    root = Element("fcpxml", version=_VERSION)
    writer = _Writer(edit, page, SubElement(root, "resources"))
    writer.format(edit.rate.fps, edit.size)
    event = SubElement(SubElement(root, "library"), "event", name="musivid")
    project = SubElement(event, "project", name=page.name(edit.name) or "musivid")
    writer.sequence(project)
    indent(root)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n'
    return (head + tostring(root, encoding="unicode") + "\n").encode()


class _Writer:
    """Puts an edit into elements.

    Args:
        edit: what is written.
        page: where names are made fit.
        resources: the element of formats and assets.
    """

    def __init__(self, edit: Edit, page: Page, resources: Element) -> None:
        self.edit, self.page, self.resources = edit, page, resources
        self.formats: dict[tuple[Fraction | None, tuple[int, int]], str] = {}
        self.assets: dict[Media, str] = {}

    def format(self, fps: Fraction | None, size: tuple[int, int]) -> str:
        """The resource of a rate and size; None: of photos."""
        if (fps, size) not in self.formats:
            name = self._next()
            self.formats[fps, size] = name
            made = SubElement(self.resources, "format", id=name)
            made.set(*(("name", _STILL) if fps is None else ("frameDuration", _time(1 / fps))))
            made.set("width", str(size[0]))
            made.set("height", str(size[1]))
        return self.formats[fps, size]

    def asset(self, media: Media) -> str:
        """The resource of a file."""
        if media not in self.assets:
            made = Element("asset", name=self.page.name(media.path.stem))
            made.set("start", _time(media.start))
            made.set("duration", "0s" if media.still else _time(media.length))
            if media.size:
                rate = None if media.still else media.rate or self.edit.rate.fps
                made.set("hasVideo", "1")
                made.set("format", self.format(rate, media.size))
            if media.channels:
                made.set("hasAudio", "1")
                made.set("audioSources", "1")
                made.set("audioChannels", str(media.channels))
                made.set("audioRate", str(media.rate_hz))
            SubElement(made, "media-rep", kind="original-media", src=self.page.url(media))
            made.set("id", self._next())
            self.assets[media] = made.attrib["id"]
            self.resources.append(made)
        return self.assets[media]

    def sequence(self, project: Element) -> None:
        """The timeline with all that is on it."""
        edit = self.edit
        sequence = SubElement(project, "sequence", format="r1")
        sequence.set("duration", self._frames(edit.frames))
        sequence.set("tcStart", self._frames(edit.first))
        sequence.set("tcFormat", "DF" if edit.rate.drop else "NDF")
        rates = [m.rate_hz for m in edit.media() if m.channels]
        if rates:
            sequence.set("audioLayout", "stereo")
            sequence.set("audioRate", _SOUND_RATES.get(rates[-1], "48k"))
        spine = SubElement(sequence, "spine")
        pictures, sounds = edit.of("video"), edit.of("audio")
        main = list(pieces(edit, pictures[0] if pictures else None))
        above = [*enumerate(pictures[1:], start=1)]
        below = [(-number, lane) for number, lane in enumerate(sounds, start=1)]
        for piece in main:
            element, own = self._piece(piece)
            spine.append(element)
            element.set("offset", self._frames(edit.first + piece.first))
            for lane, connected in [*above, *below]:
                self._connect(element, (piece, own), lane, connected)
            zero = own - self._seconds(piece.first)
            for mark in self._within(edit.words, piece):
                self._caption(element, zero + self._seconds(edit.frame(mark.time)), mark)
            for mark in self._within(edit.marks, piece):
                self._marker(element, zero + self._seconds(edit.frame(mark.time)), mark)

    def _within(self, marks: tuple[Mark, ...], piece: Piece) -> list[Mark]:
        """The marks of a piece; those at the very end are the last frame's."""
        is_last = piece.last >= self.edit.frames
        return [
            mark
            for mark in marks
            if piece.first <= self.edit.frame(mark.time) < piece.last
            or (is_last and self.edit.frame(mark.time) >= piece.last)
        ]

    def _piece(self, piece: Piece) -> tuple[Element, Fraction]:
        """The element of a piece, and the time in it of its first frame."""
        if piece.clip is None:
            own = self._seconds(self.edit.first + piece.first)
            gap = Element("gap", name="Gap", start=self._time(own))
            gap.set("duration", self._frames(piece.frames))
            return gap, own
        element, own = self._clip(piece.clip, piece.frames)
        media = piece.clip.media
        if media.size and media.channels and self.edit.of("audio"):
            element.set("srcEnable", "video")  # its sound is on lanes of its own
        return element, own

    def _clip(self, clip: Clip, frames: int) -> tuple[Element, Fraction]:
        edit, media = self.edit, clip.media
        kind = "video" if media.still else "asset-clip"
        element = Element(kind, ref=self.asset(media), name=self.page.name(clip.title))
        own = media.start + self._seconds(source_frame(edit, clip, frames))
        element.set("start", self._time(own))
        element.set("duration", self._frames(frames))
        if media.rate and media.size and media.rate != edit.rate.fps:
            # Frames are left out or shown twice; the speed stays as it is.
            conform = SubElement(element, "conform-rate", scaleEnabled="0")
            if media.rate in _MEDIA_RATES:
                conform.set("srcFrameRate", _MEDIA_RATES[media.rate])
        return element, own

    def _connect(
        self, element: Element, under: tuple[Piece, Fraction], number: int, lane: EditLane
    ) -> None:
        """Hang what begins over a piece of the storyline on it."""
        piece, own = under
        for each in pieces(self.edit, lane):
            if each.clip is None or not piece.first <= each.first < piece.last:
                continue
            made, _ = self._clip(each.clip, each.frames)
            made.set("lane", str(number))
            made.set("offset", self._time(own + self._seconds(each.first - piece.first)))
            if each.clip.media.size and each.clip.media.channels:
                made.set("srcEnable", "video" if lane.kind == "video" else "audio")
            element.append(made)

    def _caption(self, element: Element, at: Fraction, mark: Mark) -> None:
        first, last = self.edit.span(mark)
        made = SubElement(
            element,
            "caption",
            lane="1",
            offset=self._time(at),
            name=self.page.name(mark.name),
            start="3600s",
            duration=self._frames(last - first),
            role=_CAPTIONS,
        )
        SubElement(made, "text").text = self.page.name(mark.name, lines=True)

    def _marker(self, element: Element, at: Fraction, mark: Mark) -> None:
        first, last = self.edit.span(mark)
        made = SubElement(
            element,
            "chapter-marker" if mark.kind in _CHAPTERS else "marker",
            start=self._time(at),
            duration=self._frames(last - first),
            value=self.page.name(mark.name, lines=True),
        )
        if mark.note:
            made.set("note", self.page.name(mark.note, lines=True))

    def _seconds(self, frames: int) -> Fraction:
        return frames / self.edit.rate.fps

    def _frames(self, frames: int) -> str:
        return self._time(self._seconds(frames))

    def _time(self, seconds: Fraction) -> str:
        return _time(seconds, self.edit.rate.fps.numerator)

    def _next(self) -> str:
        return f"r{len(self.formats) + len(self.assets) + 1}"


def _time(seconds: Fraction, scale: int = 1) -> str:
    """A time as FCPXML has it, in parts of a second that are counted in if it is some of them."""
    if seconds.denominator > 1 and scale % seconds.denominator == 0:
        return f"{seconds * scale}/{scale}s"
    if seconds.denominator == 1:
        return f"{seconds.numerator}s"
    return f"{seconds.numerator}/{seconds.denominator}s"


FCPXML_OUT = Output(
    "fcpxml",
    "FCPXML of Final Cut (.fcpxml)",
    ".fcpxml",
    _write,
    ("finalcut", "resolve"),
    holds_clips=True,
)
