"""Parts of a video become the output, with the song beside them; or what there is after Ctrl-C."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from musivid import __version__
from musivid.core.errors import Interrupted
from musivid.core.printable import printable
from musivid.core.run import Run
from musivid.core.timeline import Timeline, parse_fps
from musivid.media.artwork import Tags, read_tags
from musivid.media.codecs import codec_for
from musivid.media.frames import read_frames
from musivid.media.labels import Label, Source, xmp_packet
from musivid.media.pictures import Picture as Frame
from musivid.media.pictures import fit_picture, save_picture
from musivid.media.rehearsal import rehearse
from musivid.media.sink import Sound, join_parts
from musivid.pipeline.render.parts import PartMaker
from musivid.settings.presets import preset_hash
from musivid.settings.video import OutputPreset

__all__ = ["CLUTTER", "Assembly"]

# What goes when a run is finished; its manifest, preset, log and small pictures stay.
CLUTTER = ("parts", "state")

_BY_ITS_TAGS = Tags()
_REHEARSAL = "rehearsal"
_COVER_PX = 1280  # longest side of the picture that stands for a film


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
        source: how its pictures are made.
        named: title and artist that are set; empty ones are those of the song's tags.
    """

    run: Run
    timeline: Timeline
    ranges: Sequence[range]
    size: tuple[int, int]
    output: OutputPreset
    song: Path
    start_s: float
    out: Path
    source: Source
    named: Tags = _BY_ITS_TAGS

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
        self,
        parts: PartMaker,
        preset: BaseModel,
        seed: int,
        models: Mapping[str, str],
        *,
        cover: Frame | int | None = None,
        subtitles: Path | None = None,
    ) -> Path:
        """Join all parts, with the song beside them, into the output; its tags hold the recipe.

        Args:
            parts: all of them made.
            preset: all settings.
            seed: one of them.
            models: hashes of models by name.
            subtitles: SRT file of lines that players can show.
            cover: picture uint8 [h, w, 3] that stands for the film, or the number of a frame; None:
                the one in the middle.
        """
        tags = self._tags()
        picture = self._cover(parts, cover)
        self.run.deliver()
        join_parts(
            [parts.path(part) for part in range(len(parts.ranges))],
            self.out,
            fps=parse_fps(self.output.fps),
            sound=self._sound(self.timeline.duration_s),
            metadata={**_said(tags), "comment": self._recipe(preset, seed, models)},
            subtitles=subtitles,
            label=Label(picture, xmp_packet(self.source, tags.title)),
        )
        return self.out

    def rehearse(self) -> None:
        """Try the last step before the first: join one picture with the song's real sound.

        Raises:
            EncodeError, InputError, OutputError: they cannot be brought together there.
        """
        if self.run.done(_REHEARSAL):
            return
        sound = rehearse(
            self.out,
            self._sound(self.timeline.duration_s),
            fps=parse_fps(self.output.fps),
            codec=self.output.codec,
            metadata=_said(self._tags()),
        )
        self.run.finish_stage(_REHEARSAL, sound=sound.codec)

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
            codec=self.run.stage_facts(_REHEARSAL).get("sound", self.output.sound),
            kbps=self.output.sound_kbps,
        )

    def _recipe(self, preset: BaseModel, seed: int, models: Mapping[str, str]) -> str:
        """Enough to make it again, in short."""
        recipe: dict[str, Any] = self.run.recipe
        facts: dict[str, Any] = {
            "musivid": __version__,
            "command": recipe["command"],
            "seed": seed,
            "preset": preset_hash(preset),
            "models": dict(models),
            "inputs": recipe["inputs"],
        }
        facts |= {name: recipe[name] for name in ("machine", "mixed") if name in recipe}
        return json.dumps(facts, sort_keys=True, separators=(",", ":"))

    def _tags(self) -> Tags:
        """What the film is called: as is set, else by the song's tags, else by its name."""
        own = read_tags(self.song)
        title = self.named.title or own.title or self.song.stem
        artist = self.named.artist or own.artist
        return Tags(printable(title), printable(artist), printable(own.album))

    def _cover(self, parts: PartMaker, cover: Frame | int | None) -> Path:
        """The picture that stands for the film, as a file in the run's folder."""
        if cover is None:
            cover = self.timeline.frames // 2
        if isinstance(cover, int):
            cover = _frame_of(parts, cover)
        path = self.run.path("cover.jpg")
        height, width = cover.shape[:2]
        scale = min(1.0, _COVER_PX / max(height, width))
        size = max(1, round(width * scale)), max(1, round(height * scale))
        save_picture(path, fit_picture(cover, size, "stretch"))
        return path


def _said(tags: Tags) -> dict[str, str]:
    """The tags that say something."""
    named = {"title": tags.title, "artist": tags.artist, "album": tags.album}
    return {name: text for name, text in named.items() if text}


def _frame_of(parts: PartMaker, number: int) -> Frame:
    """A frame of the finished parts, uint8 [h, w, 3]."""
    index, numbers = next((i, r) for i, r in enumerate(parts.ranges) if number < r.stop)
    frames = (frame for _, frame in read_frames(parts.path(index)))
    return next(islice(frames, max(number - numbers.start, 0), None))


def _length_of(files: Sequence[Path]) -> float:
    from musivid.media.frames import probe_video

    return sum(probe_video(path).duration_s or 0.0 for path in files)
