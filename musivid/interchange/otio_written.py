"""OpenTimelineIO, written by its library; addresses of media are as seen from the file."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from musivid.interchange.colours import nearest_colour
from musivid.interchange.edit import Clip, Edit, EditLane, Media
from musivid.interchange.marks import Mark
from musivid.interchange.otio import opentimelineio
from musivid.interchange.page import Output, Page
from musivid.interchange.spine import pieces, source_frame

__all__ = ["OTIO_OUT"]

_COLOURS = (
    "green", "pink", "red", "orange", "yellow", "cyan", "blue", "purple", "magenta", "black",
    "white",
)  # fmt: skip


def _write(edit: Edit, page: Page) -> bytes:
    return _Writer(opentimelineio(), edit, page).timeline().to_json_string().encode()  # type: ignore[no-any-return]


class _Writer:
    """Makes the library's objects of an edit."""

    def __init__(self, otio: Any, edit: Edit, page: Page) -> None:
        self.otio, self.edit, self.page = otio, edit, page
        self.fps = float(edit.rate.fps)

    def timeline(self) -> Any:
        """The timeline with its tracks and markers."""
        edit, schema = self.edit, self.otio.schema
        made = schema.Timeline(self.page.name(edit.name))
        made.global_start_time = self._time(edit.first)
        pictures = edit.of("video") or (EditLane("video", ()),)
        for number, lane in enumerate(pictures, start=1):
            made.tracks.append(self._track(lane, schema.TrackKind.Video, f"V{number}"))
        for number, lane in enumerate(edit.of("audio"), start=1):
            made.tracks.append(self._track(lane, schema.TrackKind.Audio, f"A{number}"))
        made.tracks.markers.extend(self._marker(mark) for mark in edit.marks)
        return made

    def _track(self, lane: EditLane, kind: str, usual: str) -> Any:
        track = self.otio.schema.Track(self.page.name(lane.name) or usual, kind=kind)
        for piece in pieces(self.edit, lane):
            if piece.clip is None:
                gap = self._range(0, piece.frames)
                track.append(self.otio.schema.Gap(source_range=gap))
            else:
                track.append(self._clip(piece.clip, piece.frames))
        return track

    def _clip(self, clip: Clip, frames: int) -> Any:
        begin = self._begin(clip.media) + source_frame(self.edit, clip, frames)
        return self.otio.schema.Clip(
            self.page.name(clip.title),
            media_reference=self._media(clip.media),
            source_range=self._range(begin, frames),
        )

    def _media(self, media: Media) -> Any:
        has = int(media.length * self.edit.rate.fps)
        return self.otio.schema.ExternalReference(
            target_url=self.page.url(media, relative=True),
            available_range=self._range(self._begin(media), has),
        )

    def _begin(self, media: Media) -> Fraction:
        """The time code of a file's first frame, in frames of the edit."""
        return media.start * self.edit.rate.fps

    def _marker(self, mark: Mark) -> Any:
        first, last = self.edit.span(mark)
        made = self.otio.schema.Marker(
            self.page.name(mark.name, lines=True),
            self._range(first, last - first),
            color=nearest_colour(mark, _COLOURS).upper(),
            metadata={"musivid": {"kind": mark.kind}},
        )
        made.comment = self.page.name(mark.note, lines=True)
        return made

    def _range(self, begin: Fraction | int, frames: int) -> Any:
        return self.otio.opentime.TimeRange(self._time(begin), self._time(frames))

    def _time(self, frames: Fraction | int) -> Any:
        return self.otio.opentime.RationalTime(float(frames), self.fps)


OTIO_OUT = Output(
    "otio",
    "OpenTimelineIO (.otio)",
    ".otio",
    _write,
    ("resolve", "kdenlive", "premiere"),
    holds_clips=True,
    has_colours=True,
)
