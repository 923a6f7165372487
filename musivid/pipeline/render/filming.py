"""Clips between pictures filmed one by one: what is asked for, how long it takes, who does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from musivid.core.errors import DeviceError
from musivid.core.progress import Reporter
from musivid.core.refused import is_full
from musivid.core.stopping import StopFlag
from musivid.nets.protocols import Animator, ClipWish
from musivid.pipeline.render.clips import ClipFolder
from musivid.pipeline.render.kept import Kept
from musivid.pipeline.render.machine_pace import gflop_per_s
from musivid.settings.video import VideoPreset, parse_size
from musivid.settings.visualize import VisualizePreset
from musivid.weights.animators import clip_form, clip_work
from musivid.weights.pipelines import pipeline_spec
from musivid.weights.session import Session

if TYPE_CHECKING:
    from musivid.nets.diffusion.pipelines import Offload

__all__ = [
    "ClipsFacts",
    "FilmingPreset",
    "FilmingSet",
    "clip_lengths",
    "clip_numbers",
    "clips_facts",
    "clips_size",
]

FilmingPreset = VideoPreset | VisualizePreset
Place = Path | str


@dataclass(frozen=True, slots=True)
class ClipsFacts:
    """What there is to tell of a plan's clips; fields are the keys of its JSON.

    Attributes:
        size: width x height that is filmed.
        fps: frames a second that are filmed.
        frames: of the clip of each way; 0 where the film has no frame there.
        steps: of diffusion for each clip.
        guidance: its scale.
        estimate_s: how long filming them takes on this machine, roughly; None: not known.
    """

    size: str
    fps: float
    frames: tuple[int, ...]
    steps: int
    guidance: float
    estimate_s: float | None


def clips_size(preset: FilmingPreset, place: Place, wanted: str) -> tuple[int, int]:
    """(width, height) in pixels that clips are filmed at.

    Args:
        preset: settings.
        place: of the image-to-video pipeline: its folder, or its name where it is to be fetched.
        wanted: where the settings of clips name no size.
    """
    return clip_form(place).size(parse_size(preset.clips.size or wanted))


def clip_numbers(preset: FilmingPreset, place: Place) -> tuple[int, float]:
    """Steps and guidance that clips are asked for: the user's, the publisher's, or the class's."""
    form, said = clip_form(place), pipeline_spec(preset.models.animator or "")
    steps, guidance = preset.clips.steps, preset.clips.guidance
    if steps is None:
        steps = said.steps if said and said.steps else form.steps
    if guidance is None:
        guidance = said.guidance if said and said.guidance is not None else form.guidance
    return int(steps), guidance


def clip_lengths(preset: FilmingPreset, place: Place, lasting_s: Sequence[float]) -> list[int]:
    """How many frames the clips of ways have that last so long; 0 where one lasts no time."""
    form, clips = clip_form(place), preset.clips
    return [form.frames(lasts * clips.fps, clips.most) if lasts else 0 for lasts in lasting_s]


def clips_facts(
    preset: FilmingPreset,
    place: Place,
    lengths: Sequence[int],
    size: tuple[int, int],
    session: Callable[[], Session],
) -> ClipsFacts:
    """What there is to tell of clips.

    Args:
        preset: settings.
        place: of the pipeline.
        lengths: of the clips, in frames.
        size: (width, height) of their frames.
        session: opened to see how fast it is.
    """
    steps, guidance = clip_numbers(preset, place)
    estimate_s = None
    if isinstance(place, Path):
        passes = steps * (2 if guidance > 1 else 1)
        work = passes * sum(clip_work(place, length, size) for length in lengths if length)
        estimate_s = round(1e-9 * work / gflop_per_s(session()), 1)
    return ClipsFacts(
        size=f"{size[0]}x{size[1]}",
        fps=preset.clips.fps,
        frames=tuple(lengths),
        steps=steps,
        guidance=guidance,
        estimate_s=estimate_s,
    )


class FilmingSet:
    """Where clips are filmed; the pipeline is loaded for the first one that is missing."""

    def __init__(
        self,
        preset: FilmingPreset,
        place: Place,
        session: Session,
        reporter: Reporter,
        *,
        folder: Path,
        stop: StopFlag,
    ) -> None:
        """Load nothing yet.

        Args:
            preset: settings.
            place: of the image-to-video pipeline.
            session: loads it.
            reporter: told of stages and steps.
            folder: where clips are kept.
            stop: looked at between steps.
        """
        self._preset, self._place, self._session = preset, place, session
        self._reporter, self._stop = reporter, stop
        self._steps, self._guidance = clip_numbers(preset, place)
        made_with: dict[str, Any] = {"steps": self._steps, "guidance": self._guidance}
        self.folder = ClipFolder(folder, {**made_with, "tiled": preset.clips.tiled})
        self._kept = Kept(session, reporter, self._open, offload=preset.models.offload)
        self._wishes: Mapping[int, ClipWish] = {}

    def film(self, wishes: Mapping[int, ClipWish]) -> None:
        """Make the clips of these wishes, by number, that are not there yet.

        Raises:
            DeviceError: the device has no room for a clip, however its networks are kept.
            Interrupted: stopped; clips that are done are kept.
        """
        self._wishes = wishes
        for number in self._missing():
            self._film(number, wishes[number])

    def _missing(self) -> list[int]:
        return [n for n, wish in self._wishes.items() if not self.folder.has(n, wish)]

    def _film(self, number: int, wish: ClipWish) -> None:
        try:
            with self._stop.at_once():  # a step may take minutes, and a clip begun is no clip
                clip = self._kept.use(lambda animator: animator.film(wish, self._stepped))
        except RuntimeError as error:
            if not is_full(error):
                raise
            high, wide = wish.first.shape[:2]
            raise DeviceError(
                f"the device has no room for a clip of {wish.frames} frames of {wide}x{high}",
                hint="Set clips.tiled to true, or clips.size or clips.most smaller.",
            ) from error
        self.folder.save(number, wish, clip)

    def _stepped(self) -> None:
        self._reporter.advance(1)
        self._stop.check()

    def _open(self, offload: Offload) -> Animator:
        """The pipeline, loaded."""
        from musivid.nets.diffusion.image_to_video import ClipAnimator

        self._reporter.stage("load models")
        folder = self._session.folder(self._place)
        loader = clip_form(folder).loader
        animator = ClipAnimator(
            self._session.pipeline(folder, loader=loader, offload=offload),
            steps=self._steps,
            guidance=self._guidance,
            tiled=self._preset.clips.tiled,
        )
        self._reporter.stage("film clips", len(self._wishes) * self._steps, "steps")
        self._reporter.advance((len(self._wishes) - len(self._missing())) * self._steps)
        return animator
