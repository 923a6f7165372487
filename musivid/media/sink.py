"""Pictures out: frames piped to one ffmpeg, with the sound muxed in the same process."""

from __future__ import annotations

import math
import queue
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from musivid.core.errors import EncodeError, MusividError, UsageError
from musivid.core.outputs import check_output
from musivid.core.speeds import SPEEDS
from musivid.media.codecs import CODED, check_codec, sound_form
from musivid.media.delivery import check_lengths, check_video, delivered
from musivid.media.ffmpeg import Process, file_url, graph_text
from musivid.media.join import join_parts
from musivid.media.kinds import FILM
from musivid.media.mp4 import container_options, text_tags
from musivid.media.soundtrack import Sound, plan_sound

if TYPE_CHECKING:
    import numpy as np
    from ffmpeg.nodes import FilterableStream, OutputStream
    from numpy.typing import NDArray

__all__ = ["FrameSink", "Sound", "join_parts"]

_MAX_CRF = 51  # of x264's scale
_MAX_WAITING = 16  # frames that may wait for the encoder
_MAX_WAITING_BYTES = 24_000_000  # of frames that the encoder has not taken yet


class FrameSink:
    """A video that is being written. Use it as a context manager.

    Leaving it normally closes the file, looks whether every frame and the sound are in it, and
    gives it its name. Leaving it by an exception removes what was written.

    Args:
        path: the video to write; replaced only when all went well.
        size: width and height of the frames, both even.
        fps: frames per second; frame k is shown at k / fps, exactly.
        codec: one of `codecs.CODECS` or `codecs.LAYERS`; auto: the usual one of the ending.
        crf: quality on libx264's scale, 0 (lossless) to 51; other codecs take the like.
        speed: one of `SPEEDS`.
        sound: what to mux, one or several one after the other.
        metadata: tags; values that are not text become JSON.
        subtitles: ASS file that is drawn onto the frames.
        subtitles_offset_s: time in the subtitles at which the first frame is shown.
        coded: frames are in BT.709's luma and halved colours already; the codec takes them so, and
            there are no subtitles.

    Raises:
        UsageError: the size is odd or nothing, crf or speed do not exist, or the ending does not
            hold the codec.
        MissingError: this ffmpeg lacks the encoder.
        InputError: the sound cannot be read.
        OutputError: the output cannot be written.
        EncodeError: from `write` and on leaving, if ffmpeg fails.
    """

    def __init__(
        self,
        path: Path,
        *,
        size: tuple[int, int],
        fps: Fraction,
        codec: str = "auto",
        crf: int = 18,
        speed: str = "veryfast",
        sound: Sound | Sequence[Sound] | None = None,
        metadata: Mapping[str, object] | None = None,
        subtitles: Path | None = None,
        subtitles_offset_s: float = 0.0,
        coded: bool = False,
    ) -> None:
        _check_settings(size, crf, speed)
        check_output(path, force=True, endings=FILM.written)
        self.path = path
        self.frames = 0
        self._size = size
        self._fps = fps
        self._codec = check_codec(path, codec)
        whole = size[1], size[0], 4 if self._codec.alpha else 3
        self._shape = (size[1] * 3 // 2, size[0]) if coded else whole
        form = sound_form(path, self._codec)
        self._sound = plan_sound(sound, form) if sound else None
        self._tags = text_tags(metadata)
        self._options = {
            **container_options(path, fps, self._tags),
            "c:v": self._codec.encoder,
            **self._codec.options(crf, speed),
            "fps_mode": "passthrough",
            **(self._sound.options if self._sound else {}),
        }
        self._subtitles = subtitles
        self._first_frame = round(Fraction(subtitles_offset_s) * fps)
        self._writing = self._written()

    def write(self, frame: NDArray[np.uint8]) -> None:
        """Append a frame: uint8 [height, width, 3], RGB; or [height * 3 / 2, width], coded.

        Encoding goes on in the background.

        Codecs of layers take [height, width, 4], RGB and straight alpha.

        Raises:
            EncodeError: ffmpeg has died.
            ValueError: the frame has another shape or type.
        """
        if frame.shape != self._shape or frame.dtype != "uint8":
            raise ValueError(f"frame is {frame.dtype} {frame.shape}, not uint8 {self._shape}")
        self._pump.put(frame.tobytes())
        self.frames += 1

    def __enter__(self) -> FrameSink:
        """Start ffmpeg."""
        self._writing.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Finish the file, or remove what was written."""
        self._writing.__exit__(kind, error, trace)

    @contextmanager
    def _written(self) -> Iterator[None]:
        with delivered(self.path) as temporary:
            process = Process(self._graph(temporary), metadata=self._tags)
            self._pump = _Pump(process, math.prod(self._shape))
            try:
                yield
                self._pump.close()
                self._finish(process, temporary)
            except BaseException:
                process.kill()
                self._pump.abandon()
                raise

    def _finish(self, process: Process, temporary: Path) -> None:
        if not self.frames:
            raise EncodeError(f"no frame was written to {self.path}")
        process.finish()
        sound_s = self._sound.duration_s if self._sound else None
        if sound_s is not None:
            check_lengths(self.frames, self._fps, sound_s)
        check_video(temporary, frames=self.frames, fps=self._fps, sound_s=sound_s)

    def _graph(self, out: Path) -> OutputStream:
        import ffmpeg

        coded = len(self._shape) == 2
        frames = ffmpeg.input(
            "pipe:0",
            format="rawvideo",
            pix_fmt=CODED if coded else "rgba" if self._codec.alpha else "rgb24",
            video_size=self._size,
            framerate=f"{self._fps.numerator}/{self._fps.denominator}",
        )
        pixels = self._codec.pixels
        if pixels == "rgba":
            streams = [self._with_subtitles(frames).filter("format", pix_fmts=pixels)]
        else:
            yuv = frames if coded else _to_yuv(self._with_subtitles(frames), pixels)
            streams = [_tagged(yuv)]
        if self._sound:
            streams.append(self._sound.stream)
        return ffmpeg.output(*streams, file_url(out), **self._options)

    def _with_subtitles(self, frames: FilterableStream) -> FilterableStream:
        """Draw the subtitles at the times that the frames have in the whole video."""
        if self._subtitles is None:
            return frames
        from musivid.media.lyrics.face import fonts_folder

        # The clock of raw video counts frames, so whole numbers shift it without rounding.
        return (
            frames.filter("setpts", expr=f"PTS+{self._first_frame}")
            .filter(
                "subtitles",
                filename=graph_text(str(self._subtitles.absolute())),
                fontsdir=str(fonts_folder()),
            )
            .filter("setpts", expr=f"PTS-{self._first_frame}")
        )


def _to_yuv(frames: FilterableStream, pixels: str) -> FilterableStream:
    """RGB to what players expect: BT.709 colours of some format."""
    return frames.filter(
        "scale",
        out_color_matrix="bt709",
        out_range="tv",
        flags="bicubic+accurate_rnd+full_chroma_int",
    ).filter("format", pix_fmts=pixels)


def _tagged(frames: FilterableStream) -> FilterableStream:
    """Frames with tags that say what colours they have."""
    return frames.filter(
        "setparams",
        range="tv",
        colorspace="bt709",
        color_primaries="bt709",
        color_trc="bt709",
    )


class _Pump:
    """A thread that feeds ffmpeg, so that the next frame is painted while one is encoded."""

    def __init__(self, process: Process, frame_bytes: int) -> None:
        waiting = max(2, min(_MAX_WAITING, _MAX_WAITING_BYTES // frame_bytes))
        self._queue: queue.Queue[bytes | None] = queue.Queue(waiting)
        self._process = process
        self._error: MusividError | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def put(self, data: bytes) -> None:
        """Hand over a frame; blocks while too many wait."""
        if self._error:
            raise self._error
        self._queue.put(data)

    def close(self) -> None:
        """Wait until all frames are written."""
        self.abandon()
        if self._error:
            raise self._error

    def abandon(self) -> None:
        """End the thread; after the process was killed, waiting frames are dropped."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        for data in iter(self._queue.get, None):
            # After a failure the queue is still emptied, so that `put` can never block for good.
            if self._error is None:
                try:
                    self._process.write(data)
                except MusividError as error:
                    self._error = error


def _check_settings(size: tuple[int, int], crf: int, speed: str) -> None:
    width, height = size
    if width < 2 or height < 2 or width % 2 or height % 2:
        raise UsageError(
            f"a video cannot be {width}x{height}",
            hint="Give an even width and an even height, as 256x256 or 1280x720.",
        )
    if not 0 <= crf <= _MAX_CRF:
        raise UsageError(f"crf {crf} does not exist", hint=f"Give 0 (best) to {_MAX_CRF}.")
    if speed not in SPEEDS:
        raise UsageError(
            f"encoding speed {speed!r} does not exist", hint=f"Give one of {', '.join(SPEEDS)}."
        )
