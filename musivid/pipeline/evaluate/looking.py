"""The picture of a film, measured: one streaming pass, whatever its length."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from musivid.core.progress import Reporter
from musivid.media.frames import Picture, VideoInfo
from musivid.media.packets import FrameGrid, scan_packets
from musivid.media.reader import MediaReader
from musivid.metrics.events import PictureEvents
from musivid.metrics.integrity import FrameClock, FrameFacts
from musivid.metrics.picture import LegacyEvents, PictureFacts, PictureMeter

if TYPE_CHECKING:
    from musivid.pipeline.evaluate.meaning import FrameKeeper

__all__ = ["Seen", "look_at_film"]

# Rates of the grid that are believed, and what stands for others.
_MOST_FPS, _LEAST_FPS, _USUAL_FPS = 120.0, 1.0, 25.0
_THUMBNAIL_PX, _THUMBNAIL_QUALITY = 160, 70  # width, and JPEG's scale
_SMALL_PX = 256  # shorter side of what perceptors and thumbnails are made from
_FIRST_STEP_S, _MOST_THUMBNAILS = 0.5, 128  # between thumbnails; doubled when there are too many


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen in a file.

    Attributes:
        info: what the file says of itself.
        events: curves and events.
        figures: of the picture.
        clock: how evenly frames come, in JSON types.
        duration_s: length of the picture.
        thumbnails: times in seconds with JPEG bytes.
        warnings: what the user should know.
    """

    info: VideoInfo
    events: PictureEvents
    figures: PictureFacts
    clock: FrameFacts
    duration_s: float
    thumbnails: list[tuple[float, bytes]]
    warnings: tuple[str, ...]


def look_at_film(
    film: MediaReader, info: VideoInfo, reporter: Reporter, keeper: FrameKeeper | None = None
) -> Seen:
    """Return what is seen in a film, decoding every frame once and keeping few.

    Args:
        film: the open file.
        info: what it says of its picture.
        reporter: told of the progress.
        keeper: takes small squares for a perceptor.
    """
    times = scan_packets(film.path)
    fps = _grid_fps(float(times.grid_fps))
    grid = FrameGrid(fps)
    reporter.stage("look", total=round(times.length_s * fps), unit="frames")
    legacy, clock = LegacyEvents(), FrameClock()
    album = _Album(info.size, keeper)
    meter: PictureMeter | None = None
    for picture in film.pictures():
        clock.see(picture.time_s)
        legacy.see(picture)
        album.see(picture)
        planes = picture.planes()
        if meter is None:
            height, width = planes[0].shape
            meter = PictureMeter(fps, (width, height))
        if steps := grid.steps_to(picture.time_s):
            meter.see(planes, steps, time_s=picture.time_s)
            reporter.advance(steps)
    assert meter is not None  # a file without frames is refused before
    if not (film.damage.packets or film.damage.cut_off):
        meter.hold(grid.steps_until(times.length_s))
    events = meter.events(legacy.times_s)
    warnings: tuple[str, ...] = ()
    if film.damage.packets or film.damage.cut_off:
        warnings = (f"{film.path.name} is damaged; its picture ends at {events.duration_s:.2f} s",)
    return Seen(
        info=info,
        events=events,
        figures=meter.facts(events),
        clock=clock.facts(float(info.fps), meter.repeated),
        duration_s=events.duration_s,
        thumbnails=album.thumbnails,
        warnings=warnings,
    )


class _Album:
    """Makes thumbnails, and small pictures for a perceptor, of a frame every so often."""

    def __init__(self, size: tuple[int, int], keeper: FrameKeeper | None) -> None:
        least = max(_SMALL_PX, keeper.side_px) if keeper else _SMALL_PX
        scale = min(1.0, least / min(size))
        self._size = (max(2, round(size[0] * scale)), max(2, round(size[1] * scale)))
        self._keeper = keeper
        self._step_s, self._next_s = _FIRST_STEP_S, 0.0
        self.thumbnails: list[tuple[float, bytes]] = []

    def see(self, picture: Picture) -> None:
        """Take the next frame; most are passed over."""
        keeper, time_s = self._keeper, picture.time_s
        is_kept = keeper and time_s + 1e-6 >= len(keeper.times_s) * keeper.step_s
        is_shown = time_s + 1e-6 >= self._next_s
        if not (is_kept or is_shown):
            return
        small = picture.rgb(self._size)
        if keeper and is_kept:
            keeper.see(time_s, small)
        if is_shown:
            self.thumbnails.append((time_s, _jpeg(small)))
            self._next_s = time_s + self._step_s
        if len(self.thumbnails) > _MOST_THUMBNAILS:
            self.thumbnails, self._step_s = self.thumbnails[::2], 2 * self._step_s
            self._next_s = self.thumbnails[-1][0] + self._step_s


def _jpeg(frame: Any) -> bytes:
    """A small JPEG of a frame, uint8 [h, w, 3] RGB."""
    import cv2

    height, width = frame.shape[:2]
    size = (_THUMBNAIL_PX, max(1, round(_THUMBNAIL_PX * height / width)))
    small = cv2.resize(frame, size, interpolation=cv2.INTER_AREA)
    _, data = cv2.imencode(".jpg", small[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, _THUMBNAIL_QUALITY])
    return bytes(data)


def _grid_fps(stated: float) -> float:
    """The rate of the grid that frames are laid on; some files state nonsense."""
    if not stated >= _LEAST_FPS:
        return _USUAL_FPS
    while stated > _MOST_FPS:
        stated /= 2
    return stated
