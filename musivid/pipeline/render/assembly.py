"""Parts of a video become the output, with the song beside them; or what there is after Ctrl-C."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from musivid import __version__
from musivid.core.errors import Interrupted
from musivid.core.run import Run
from musivid.core.timeline import Timeline, parse_fps
from musivid.media.codecs import codec_for
from musivid.media.sink import Sound, join_parts
from musivid.pipeline.render.parts import PartMaker
from musivid.settings.presets import preset_hash
from musivid.settings.video import OutputPreset

__all__ = ["CLUTTER", "Assembly"]

# What goes when a run is finished; its manifest, preset, log and small pictures stay.
CLUTTER = ("parts", "state")


@dataclass(frozen=True, slots=True)
class Assembly:
    """What is needed to put a video together out of its parts.

    Attributes:
        run: where parts are kept.
        timeline: the clock of the video.
        ranges: frames of each part.
        size: (width, height).
        output: how to encode.
        song: the file whose sound goes with the picture.
        start_s: where in the song the video begins.
        out: the film.
    """

    run: Run
    timeline: Timeline
    ranges: Sequence[range]
    size: tuple[int, int]
    output: OutputPreset
    song: Path
    start_s: float
    out: Path

    def parts(self, *, subtitles: Path | None = None, stateful: bool = False) -> PartMaker:
        """What encodes the parts of the video."""
        return PartMaker(
            run=self.run,
            ranges=self.ranges,
            size=self.size,
            output=self.output,
            codec=codec_for(self.out, self.output.codec),
            subtitles=subtitles,
            stateful=stateful,
        )

    def join(
        self, parts: PartMaker, preset: BaseModel, seed: int, models: Mapping[str, str]
    ) -> Path:
        """Join all parts, with the song beside them, into the output; its tags hold the recipe."""
        self.run.deliver()
        join_parts(
            [parts.path(part) for part in range(len(parts.ranges))],
            self.out,
            fps=parse_fps(self.output.fps),
            sound=self._sound(self.timeline.duration_s),
            metadata=self._recipe(preset, seed, models),
        )
        return self.out

    def stopped(self, parts: PartMaker) -> Interrupted:
        """What to say after Ctrl-C; what is there so far is joined into a file of its own."""
        done = parts.finished()
        files = [parts.path(part) for part in range(done)]
        frames = parts.ranges[done].start if done < len(parts.ranges) else self.timeline.frames
        if parts.partial().is_file():
            files.append(parts.partial())
        so_far = self.run.path(f"so_far{self.out.suffix}")
        seen = ""
        if files:
            length = _length_of(files)
            join_parts(
                files, so_far, fps=parse_fps(self.output.fps),
                sound=self._sound(length), metadata=None,
            )  # fmt: skip
            seen = f" What there is so far: {so_far}."
        return Interrupted(
            f"stopped; {frames} of {self.timeline.frames} frames are kept",
            hint=f"Give the same command again to go on.{seen}",
        )

    def _sound(self, duration_s: float) -> Sound:
        return Sound(
            self.song,
            self.start_s,
            duration_s,
            codec=self.output.sound,
            kbps=self.output.sound_kbps,
        )

    def _recipe(self, preset: BaseModel, seed: int, models: Mapping[str, str]) -> dict[str, str]:
        """Tags of the mp4: enough to make it again, in short."""
        recipe: dict[str, Any] = self.run.recipe
        facts = {
            "musivid": __version__,
            "command": recipe["command"],
            "seed": seed,
            "preset": preset_hash(preset),
            "models": dict(models),
            "inputs": recipe["inputs"],
        }
        return {
            "title": self.song.stem,
            "comment": json.dumps(facts, sort_keys=True, separators=(",", ":")),
        }


def _length_of(files: Sequence[Path]) -> float:
    from musivid.media.frames import probe_video

    return sum(probe_video(path).duration_s or 0.0 for path in files)
