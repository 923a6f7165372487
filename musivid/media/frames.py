"""Pictures in: any video file, probed or read frame by frame in constant memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from musivid.core.errors import InputError
from musivid.core.limits import LENGTH, PICTURE
from musivid.media.containers import Damage, decode_stream, open_media, stream_delay_s
from musivid.media.tones import Transfer, hdr_transfer, tone_mapped

if TYPE_CHECKING:
    import numpy as np
    from av import VideoFrame
    from av.container import InputContainer
    from av.video.reformatter import VideoReformatter
    from av.video.stream import VideoStream
    from numpy.typing import NDArray

    _Converters = dict[tuple[int, int] | None, "_RgbConverter"]

__all__ = [
    "Picture",
    "VideoInfo",
    "describe_picture",
    "film_rate",
    "find_picture",
    "picture_stream",
    "probe_video",
    "read_frames",
    "read_pictures",
    "stated_rate",
    "stated_timecode",
    "to_pictures",
    "undecodable",
]

_KIND = "a video"
_UNTAGGED = 2  # "unspecified" among the colour spaces of ISO/IEC 23091-2
_HD_HEIGHT = 720  # pictures without a tag are BT.709 from this height on, BT.601 below
_PLANAR = frozenset(f"yuv{j}{kind}p" for j in ("", "j") for kind in ("420", "422", "444"))
_DEFAULT_FPS = Fraction(25)  # for a file that states none, as a single picture


@dataclass(frozen=True, slots=True)
class VideoInfo:
    """What a file says about its first moving picture.

    Attributes:
        path: the file.
        size: width and height in square pixels, as shown: turned and stretched as the file asks.
        coded_size: width and height of the stored picture.
        fps: frames per second on average.
        frames: how many there are, None if the file does not say.
        duration_s: length of the picture in seconds, None if the file does not say.
        codec: ffmpeg's name of the codec.
        pixel_format: ffmpeg's name, as `yuv420p`.
        pixel_aspect: width of a pixel by its height.
        rotation: degrees counterclockwise by which it is turned for showing.
        time_base: unit of the file's own times, in seconds.
        extradata: the decoder's settings; streams of equal ones can be joined without encoding.
        delay_s: how much later than the file's other streams the picture begins.
        has_sound: whether there is an audio stream too.
        hdr: how it codes light that plain screens cannot show; None for plain pictures.
    """

    path: Path
    size: tuple[int, int]
    coded_size: tuple[int, int]
    fps: Fraction
    frames: int | None
    duration_s: float | None
    codec: str
    pixel_format: str
    pixel_aspect: Fraction
    rotation: int
    time_base: Fraction
    extradata: bytes = field(repr=False)
    delay_s: float
    has_sound: bool
    hdr: Transfer | None = None


def probe_video(path: Path) -> VideoInfo:
    """What the file says about its picture; the first frame is decoded to see that it can be.

    Raises:
        InputError: not there, a folder, empty, not media, or without moving picture.
    """
    with open_media(path, _KIND) as container:
        stream = picture_stream(container, path)
        frame = next(decode_stream(container, stream, Damage()), None)
        if frame is None:
            raise undecodable(path)
        return describe_picture(container, stream, frame, path)


def read_frames(
    path: Path, size: tuple[int, int] | None = None, *, damage: Damage | None = None
) -> Iterator[tuple[float, NDArray[np.uint8]]]:
    """Frames in the order in which they are shown, with constant memory.

    Args:
        path: any video that ffmpeg can read, of constant or variable rate.
        size: width and height to scale to; None: as shown.
        damage: counts what could not be decoded.

    Yields:
        when the frame is shown, in seconds after the first one, and the frame: uint8
        [height, width, 3], RGB, turned upright.

    Raises:
        InputError: not there, a folder, empty, not media, or without moving picture.
    """
    for picture in read_pictures(path, damage=damage):
        yield picture.time_s, picture.rgb(size)


def read_pictures(path: Path, *, damage: Damage | None = None) -> Iterator[Picture]:
    """The same frames, converted no further than asked.

    Raises:
        InputError: not there, a folder, empty, not media, or without moving picture.
    """
    with open_media(path, _KIND) as container:
        stream = picture_stream(container, path)
        stream.thread_type = "AUTO"
        is_empty = True
        for picture in to_pictures(decode_stream(container, stream, damage or Damage()), stream):
            is_empty = False
            yield picture
        if is_empty:
            raise undecodable(path)


def to_pictures(frames: Iterator[VideoFrame], stream: VideoStream) -> Iterator[Picture]:
    """Decoded frames of a stream as pictures, with their times after the first one."""
    converters: _Converters = {}
    step_s, pixel_aspect = float(1 / stated_rate(stream)), _pixel_aspect(stream)
    first_s: float | None = None
    time_s = -step_s
    for frame in frames:
        shown_s = time_s + step_s if frame.time is None else frame.time - (first_s or 0.0)
        if first_s is None:
            first_s = frame.time or 0.0
            shown_s = 0.0
        time_s = max(time_s, shown_s)
        LENGTH.check(time_s / 3600, f"film {stream.container.name.removeprefix('file:')}")
        yield Picture(time_s, frame, pixel_aspect, converters)


class Picture:
    """A decoded frame that is converted only as far as somebody looks at it.

    Attributes:
        time_s: when it is shown, in seconds after the first one.
    """

    def __init__(
        self, time_s: float, frame: VideoFrame, pixel_aspect: Fraction, converters: _Converters
    ) -> None:
        self.time_s = time_s
        self._frame, self._pixel_aspect, self._converters = frame, pixel_aspect, converters

    def rgb(self, size: tuple[int, int] | None = None) -> NDArray[np.uint8]:
        """The frame as uint8 [height, width, 3], RGB, upright; `size` is width and height."""
        if size not in self._converters:
            self._converters[size] = _RgbConverter(size, self._pixel_aspect)
        return self._converters[size](self._frame)

    def planes(self) -> tuple[NDArray[np.uint8], ...]:
        """Luma and the two chromas as stored, uint8 [height, width] each: not turned or stretched.

        Chroma may be smaller than luma. Nothing is copied where the file has 8-bit planes. Of HDR
        they are what a plain screen shows.
        """
        import numpy as np
        from av import VideoFrame

        frame = self._frame
        if hdr_transfer(frame):
            frame = VideoFrame.from_ndarray(_shown(frame, frame.width, frame.height, None), "rgb24")
        if frame.format.name not in _PLANAR:
            frame = frame.reformat(format="yuv420p")
        return tuple(
            np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[
                : plane.height, : plane.width
            ]
            for plane in frame.planes[:3]
        )


class _RgbConverter:
    """Frames to RGB arrays: colours by the file's own tags, upright, of one size."""

    def __init__(self, size: tuple[int, int] | None, pixel_aspect: Fraction) -> None:
        from av.video.reformatter import VideoReformatter

        self._size = size
        self._pixel_aspect = pixel_aspect
        self._reformatter = VideoReformatter()

    def __call__(self, frame: VideoFrame) -> NDArray[np.uint8]:
        import numpy as np

        turns = _quarter_turns(frame)
        # The size of the first frame holds for all, even if the stream changes it on its way.
        self._size = self._size or _shown_size(frame, turns, self._pixel_aspect)
        width, height = self._size[::-1] if turns % 2 else self._size
        picture = _shown(frame, width, height, self._reformatter)
        return np.ascontiguousarray(np.rot90(picture, turns)) if turns else picture


def _shown(
    frame: VideoFrame, width: int, height: int, reformatter: VideoReformatter | None
) -> NDArray[np.uint8]:
    """A frame as a plain screen shows it, uint8 [height, width, 3] RGB: not turned."""
    from av.video.reformatter import Colorspace, Interpolation, VideoReformatter

    transfer = hdr_transfer(frame)
    space = None
    if frame.colorspace == _UNTAGGED and (transfer or frame.height >= _HD_HEIGHT):
        space = Colorspace.BT2020 if transfer else Colorspace.ITU709
    picture: NDArray[Any] = (
        (reformatter or VideoReformatter())
        .reformat(
            frame,
            width,
            height,
            "rgb48le" if transfer else "rgb24",
            src_colorspace=space,
            interpolation=Interpolation.BICUBIC,
        )
        .to_ndarray()
    )
    return tone_mapped(picture, transfer, frame.color_primaries) if transfer else picture


def _quarter_turns(frame: VideoFrame) -> int:
    return round(frame.rotation / 90) % 4


def _shown_size(frame: VideoFrame, turns: int, pixel_aspect: Fraction) -> tuple[int, int]:
    """Width and height in square pixels after turning."""
    width, height = max(1, round(frame.width * pixel_aspect)), frame.height
    return (height, width) if turns % 2 else (width, height)


def _pixel_aspect(stream: VideoStream) -> Fraction:
    return Fraction(stream.sample_aspect_ratio or 1)


def find_picture(container: InputContainer) -> VideoStream | None:
    """The first video stream that is not a cover; None without one."""
    moving = (s for s in container.streams.video if not s.disposition & s.disposition.attached_pic)
    return next(moving, None)


def picture_stream(container: InputContainer, path: Path) -> VideoStream:
    """The first video stream that is not a cover.

    Raises:
        InputError: there is none, or it claims to be too large.
    """
    if (stream := find_picture(container)) is not None:
        coded = stream.codec_context
        if coded is not None:  # no decoder knows the others, which is told when they are decoded
            PICTURE.check(coded.width * coded.height / 1e6, f"film {path}")
        return stream
    raise InputError(f"{path} has no moving picture in it", hint="Give a file with a video stream.")


def stated_rate(stream: VideoStream) -> Fraction:
    """Frames a second, as a stream says: on average, or as it is guessed."""
    return Fraction(stream.average_rate or stream.guessed_rate or _DEFAULT_FPS)


def film_rate(path: Path) -> Fraction | None:
    """Frames a second, as a file says; None: it has no moving picture.

    Raises:
        InputError: not there, a folder, empty, or not media.
    """
    with open_media(path, _KIND) as container:
        stream = find_picture(container)
        return None if stream is None else stated_rate(stream)


def stated_timecode(path: Path) -> str | None:
    """The label that a file says its first frame has, as `01:00:00;00`; None: it says none.

    Raises:
        InputError: not there, a folder, empty, or not media.
    """
    with open_media(path, _KIND) as container:
        tags = (container.metadata, *(stream.metadata for stream in container.streams))
        return next((said for tag in tags if (said := tag.get("timecode"))), None)


def describe_picture(
    container: InputContainer, stream: VideoStream, frame: VideoFrame, path: Path
) -> VideoInfo:
    """What an open file says about its picture, of which `frame` is the first."""
    turns = _quarter_turns(frame)
    codec = stream.codec_context
    ticks = stream.duration
    duration_s = float(ticks * stream.time_base) if ticks and stream.time_base else None
    LENGTH.check((duration_s or 0.0) / 3600, f"film {path}")
    return VideoInfo(
        path=path,
        size=_shown_size(frame, turns, _pixel_aspect(stream)),
        coded_size=(frame.width, frame.height),
        fps=stated_rate(stream),
        frames=stream.frames or None,
        duration_s=duration_s or (container.duration or 0) / 1e6 or None,
        codec=codec.codec.canonical_name,
        pixel_format=frame.format.name,
        pixel_aspect=_pixel_aspect(stream),
        rotation=turns * 90,
        time_base=Fraction(stream.time_base or 1),
        extradata=codec.extradata or b"",
        delay_s=stream_delay_s(container, stream),
        has_sound=bool(container.streams.audio),
        hdr=hdr_transfer(frame),
    )


def undecodable(path: Path) -> InputError:
    """What is said of a file whose picture cannot be decoded."""
    return InputError(
        f"{path} holds no picture that can be decoded",
        hint="It is damaged, or of another kind than its name says.",
    )
