"""Parts of a video: encoded one by one, so that a killed run loses one at most; then joined."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from musivid.core.progress import Reporter
from musivid.core.run import Run
from musivid.core.stopping import StopFlag
from musivid.core.storage import load_tensors, save_tensors
from musivid.core.timeline import Timeline, parse_fps
from musivid.media.codecs import CODED, Codec, codec_named
from musivid.media.coded import pictured
from musivid.media.sink import FrameSink
from musivid.settings.video import OutputPreset

if TYPE_CHECKING:
    from musivid.pipeline.render.film import Film

__all__ = ["PartForm", "PartMaker", "part_ranges"]

_PART_SHARE = 0.03  # of the video: a killed run loses no more
_SHOWN_PX = 360  # height of the picture that shows how far it is
_GREY = 96  # of 255
_LEAST_PART_S, _MOST_PART_S = 0.5, 10.0  # whatever the share comes to


def part_ranges(timeline: Timeline, part_s: float | None) -> list[range]:
    """Return the frames of each part: even lengths near `part_s` (None: 3 %, 0.5 s to 10 s)."""
    duration = timeline.duration_s
    wanted = part_s or min(max(_PART_SHARE * duration, _LEAST_PART_S), _MOST_PART_S)
    count = max(1, min(round(duration / wanted), timeline.frames))
    return timeline.split([duration * part / count for part in range(count)])


@dataclass(frozen=True, slots=True)
class PartForm:
    """How parts are encoded, wherever that is done.

    Attributes:
        size: (width, height).
        output: how to encode.
        codec: name of what in.
        subtitles: lines to write into the picture, as an .ass file on the video's clock, or None.
    """

    size: tuple[int, int]
    output: OutputPreset
    codec: str
    subtitles: Path | None = None

    @property
    def ending(self) -> str:
        """Of the names of parts."""
        return codec_named(self.codec).part

    def frames(self, film: Film, first: int) -> tuple[Iterator[np.ndarray], bool]:
        """Frames of a film from number `first` on, and whether they come coded for the sink."""
        plain = codec_named(self.codec).pixels == CODED and self.subtitles is None
        coded = getattr(film, "coded_frames", None) if plain else None
        return (film.frames(first), False) if coded is None else (coded(first), True)

    def sink(self, path: Path, first: int, *, coded: bool = False) -> FrameSink:
        """What encodes frames from number `first` on into a file."""
        fps: Fraction = parse_fps(self.output.fps)
        return FrameSink(
            path,
            size=self.size,
            fps=fps,
            codec=self.codec,
            crf=self.output.crf,
            speed=self.output.speed,
            subtitles=self.subtitles,
            subtitles_offset_s=float(first / fps),
            coded=coded,
        )


@dataclass(frozen=True, slots=True)
class PartMaker:
    """Encodes the parts of a film into a run's folder.

    Attributes:
        run: where parts are kept.
        ranges: frames of each part; they cover the video.
        size: (width, height).
        output: how to encode.
        codec: in what.
        subtitles: lines to write into the picture, as an .ass file on the video's clock, or None.
        stateful: whether a film must be told its state to begin at a later part.
    """

    run: Run
    ranges: Sequence[range]
    size: tuple[int, int]
    output: OutputPreset
    codec: Codec
    subtitles: Path | None = None
    stateful: bool = False

    def path(self, part: int) -> Path:
        """Where a part is once it is whole."""
        return self.run.path("parts", f"{part:05d}{self.codec.part}")

    def finished(self) -> int:
        """How many parts, from the first on, are whole and can be gone on from."""
        count = 0
        while count < len(self.ranges) and self.path(count).is_file():
            count += 1
        if self.stateful and count < len(self.ranges):
            # The state is written after the part: killed in between, the part is made again.
            while count and not self._state_path(count).is_file():
                count -= 1
        return count

    def make(self, film: Film, stop: StopFlag, reporter: Reporter) -> None:
        """Encode all parts that are missing; frames come from the film in order.

        Raises:
            Interrupted: the user asked to stop; the part in hand is closed and kept as it is.
        """
        done = self.finished()
        if done == len(self.ranges):
            reporter.advance(self.ranges[-1].stop)
            return
        if not self.stateful:
            self._make_missing(film, stop, reporter)
            return
        first = self.ranges[done].start
        reporter.advance(first)
        if done:
            film.load_state(load_tensors(self._state_path(done)))
        frames = self.form.frames(film, first)
        for part in range(done, len(self.ranges)):
            self._encode(part, frames, stop, reporter)
            if part + 1 < len(self.ranges):
                save_tensors(self._state_path(part + 1), film.state())
                self._state_path(part).unlink(missing_ok=True)

    def missing(self) -> list[int]:
        """The parts that are not there; others may have been made by other processes."""
        return [part for part in range(len(self.ranges)) if not self.path(part).is_file()]

    def _make_missing(self, film: Film, stop: StopFlag, reporter: Reporter) -> None:
        """Encode the parts that are not there; neighbours without beginning anew."""
        missing = self.missing()
        there = sum(len(self.ranges[part]) for part in set(range(len(self.ranges))) - {*missing})
        reporter.advance(there)
        frames: tuple[Iterator[np.ndarray], bool] = iter(()), False
        for before, part in zip([None, *missing], missing, strict=False):
            if before is None or part != before + 1:
                frames = self.form.frames(film, self.ranges[part].start)
            self._encode(part, frames, stop, reporter)

    @property
    def form(self) -> PartForm:
        """How parts are encoded."""
        return PartForm(self.size, self.output, self.codec.name, self.subtitles)

    @property
    def _shown_px(self) -> int:
        return min(self.size[1], _SHOWN_PX)

    def partial(self) -> Path:
        """Where the part in hand is."""
        return self.run.path("parts", f"current{self.codec.part}")

    def _encode(
        self,
        part: int,
        given: tuple[Iterator[np.ndarray], bool],
        stop: StopFlag,
        reporter: Reporter,
    ) -> None:
        """Encode one part under another name, and give it its name when it is whole."""
        frames, coded = given
        count = len(self.ranges[part])
        self.partial().unlink(missing_ok=True)
        with self.form.sink(self.partial(), self.ranges[part].start, coded=coded) as sink:
            with stop.at_once():  # the first frame of all may take as long as a hundred others
                frame = next(frames)
            for written in range(count):
                if written:
                    frame = next(frames)
                sink.write(frame)
                reporter.advance()
                if stop.asked:
                    break
        self._show(pictured(frame, self._shown_px) if coded else frame, reporter)
        if not stop.asked or written + 1 == count:
            os.replace(self.partial(), self.path(part))
        stop.check()

    def _show(self, frame: np.ndarray, reporter: Reporter) -> None:
        """Write a small picture of how far the film is, for who looks on."""
        path, height = self.run.path("parts", "current.jpg"), self._shown_px
        size = max(1, round(frame.shape[1] * height / frame.shape[0])), height
        small = cv2.resize(frame, size, interpolation=cv2.INTER_AREA)
        if frame.shape[2] == 4:  # what can be seen through is shown on grey
            share = small[..., 3:] / np.float32(255)
            small = (small[..., :3] * share + _GREY * (1 - share)).astype(np.uint8)
        beside = path.with_name("next.jpg")
        beside.unlink(missing_ok=True)  # never through a link
        if cv2.imwrite(str(beside), small[..., ::-1]):
            os.replace(beside, path)
            reporter.preview(path)

    def _state_path(self, part: int) -> Path:
        return self.run.path("state", f"{part:05d}.safetensors")
