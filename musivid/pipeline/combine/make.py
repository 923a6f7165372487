"""Parts and a song to one video: copied where the parts allow it, encoded again where they differ.

`plan_combine` looks at everything and refuses early; `combine` then does what the plan says.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from musivid import __version__
from musivid.core.errors import InputError
from musivid.core.outputs import check_apart
from musivid.core.progress import Reporter, Silent
from musivid.core.timeline import Timeline
from musivid.media.frames import read_frames
from musivid.media.sink import FrameSink, join_parts
from musivid.pipeline.combine.plan import CombinePlan, InputVideo, starts_s
from musivid.settings.presets import preset_hash

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Frame = NDArray[np.uint8]

__all__ = ["combined_frames", "make_combined"]


def make_combined(plan: CombinePlan, reporter: Reporter | None = None) -> Path:
    """Make the video; the output is replaced only when all went well.

    Raises:
        UsageError: the plan has no output. OutputError: it is a part or the song.
        EncodeError: ffmpeg failed.
        InputError: a part turned out to be damaged.
    """
    reporter = reporter or Silent()
    out = plan.target
    parts, songs = (part.info.path for part in plan.videos), (sound.path for sound in plan.sound)
    check_apart({"film": out}, {"part": parts, "song": songs})
    for warning in plan.warnings:
        reporter.warn(warning)
    if plan.change:
        reporter.note(plan.change)
    if plan.reasons:
        _encode(plan, out, reporter)
        return out
    reporter.stage("join", total=plan.frames, unit="frames")
    join_parts(
        [part.info.path for part in plan.videos],
        out,
        fps=plan.fps,
        sound=plan.sound,
        metadata=_metadata(plan),
        frames=plan.frames,
    )
    reporter.advance(plan.frames)
    return out


def _encode(plan: CombinePlan, out: Path, reporter: Reporter) -> None:
    reporter.note("the parts are encoded again: " + "; ".join(plan.reasons))
    reporter.stage("encode", total=plan.frames, unit="frames")
    with FrameSink(
        out,
        size=plan.size,
        fps=plan.fps,
        crf=plan.preset.output.crf,
        speed=plan.preset.output.speed,
        sound=plan.sound,
        metadata=_metadata(plan),
    ) as sink:
        for frame in combined_frames(plan):
            sink.write(frame)
            reporter.advance()


def _metadata(plan: CombinePlan) -> dict[str, object]:
    """Tags that tell how the file was made."""
    parts = [part.info.path.name for part in plan.videos]
    recipe = {
        "musivid": __version__,
        "command": "combine",
        "parts": parts[:100],
        "preset": preset_hash(plan.preset),
        "fit": plan.preset.fit,
        "encoded_again": bool(plan.reasons),
    }
    return {"title": plan.target.stem, "comment": recipe}


def combined_frames(plan: CombinePlan) -> Iterator[Frame]:
    """All frames of the result, uint8 [height, width, 3] RGB: as many as planned.

    Parts are held, repeated or left out to fit the song.

    Raises:
        InputError: there is no picture that can be decoded.
    """
    frames = chain.from_iterable(_repeated(plan)) if plan.preset.fit == "loop" else _frames(plan)
    last = None
    count = 0
    for frame in islice(frames, plan.frames):
        yield frame
        last = frame
        count += 1
    if last is None:
        raise InputError("the parts hold no picture that can be decoded")
    for _ in range(plan.frames - count):
        yield last


def _repeated(plan: CombinePlan) -> Iterator[Iterator[Frame]]:
    while True:
        yield _frames(plan)


def _frames(plan: CombinePlan) -> Iterator[Frame]:
    """The frames of all parts once, on the result's clock and of its size."""
    timeline = Timeline(sum(part.length_s for part in plan.videos), plan.fps)
    ranges = timeline.split(starts_s(plan.videos))
    for part, numbers in zip(plan.videos, ranges, strict=True):
        yield from _part_frames(part, len(numbers), plan.fps, plan.size)


def _part_frames(
    part: InputVideo, count: int, fps: Fraction, size: tuple[int, int]
) -> Iterator[Frame]:
    """`count` frames of a part: at each time of the clock the one that is shown then."""
    width, height = part.info.size
    scale = min(size[0] / width, size[1] / height)
    fitted = (max(1, round(width * scale)), max(1, round(height * scale)))
    # A frame that comes less than a quarter of a step late is taken to be in time.
    tolerance_s = float(1 / (4 * fps))
    held, made = None, 0
    for time_s, frame in read_frames(part.info.path, fitted):
        while held is not None and made < count and made / fps < time_s - tolerance_s:
            yield held
            made += 1
        if made == count:
            return
        held = _on_canvas(frame, size)
    if held is None:
        return
    for _ in range(count - made):
        yield held


def _on_canvas(frame: Frame, size: tuple[int, int]) -> Frame:
    """The frame in the middle of a black picture of the wanted size."""
    import numpy as np

    height, width = frame.shape[:2]
    if (width, height) == size:
        return frame
    canvas = np.zeros((size[1], size[0], 3), np.uint8)
    top, left = (size[1] - height) // 2, (size[0] - width) // 2
    canvas[top : top + height, left : left + width] = frame
    return canvas
