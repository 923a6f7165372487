"""The ways between painted keyframes as clips of an image-to-video pipeline."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import torch
from torch import Tensor

from musivid.analysis.sound import SoundFacts
from musivid.core.progress import Reporter
from musivid.core.seeds import child_seed
from musivid.core.stopping import StopFlag
from musivid.media.pictures import Picture, fit_picture
from musivid.nets.protocols import ClipWish
from musivid.painting.levels import measure_levels
from musivid.painting.painter import to_frames
from musivid.pipeline.render.clips import ClipFilm, PlayedClip
from musivid.pipeline.render.filming import (
    ClipsFacts,
    FilmingSet,
    clip_lengths,
    clips_facts,
    clips_size,
)
from musivid.pipeline.render.studio import Studio
from musivid.pipeline.video.models import animator_of
from musivid.pipeline.video.plan import VideoPlan
from musivid.pipeline.video.walks import keyframes_at, seen_by_camera
from musivid.settings.video import VideoPreset
from musivid.weights.session import Session

__all__ = ["clip_film", "loose_clip_film", "planned_clips"]

_FILM = 6  # place of seeds; keyframes and walks have 0 to 5
_SOON_S = 0.5  # a keyframe at a line may stand a little before it


def planned_clips(preset: VideoPreset, plan: VideoPlan, session: Session) -> ClipsFacts:
    """What there is to tell of a plan's clips."""
    place = animator_of(preset, offline=session.offline)
    lengths = clip_lengths(preset, place, _lasting_s(plan))
    return clips_facts(preset, place, lengths, _size(preset, place), lambda: session)


def clip_film(
    studio: Studio,
    facts: SoundFacts,
    preset: VideoPreset,
    plan: VideoPlan,
    latents: Sequence[Tensor],
    *,
    session: Session,
    folder: Path,
    stop: StopFlag,
    reporter: Reporter,
) -> ClipFilm:
    """The film of clips between keyframes; those that lie in the folder already are kept.

    Args:
        studio: decodes keyframes.
        facts: what was heard.
        preset: settings.
        plan: clock, size, moments of keyframes, texts.
        latents: [1, c, h, w] of all keyframes.
        session: loads the pipeline.
        folder: where clips are kept.
        stop: looked at between steps.
        reporter: told of stages and steps.

    Raises:
        DeviceError: the device has no room for a clip, however its networks are kept.
    """
    place = animator_of(preset, offline=session.offline)
    size = _size(preset, place)
    pictures = [_picture(studio, preset, latent, size) for latent in latents]
    filming = FilmingSet(preset, place, session, reporter, folder=folder, stop=stop)
    lengths = clip_lengths(preset, place, _lasting_s(plan))
    wishes = dict(_wishes(preset, plan, pictures, lengths))
    filming.film(wishes)
    reactions, camera = seen_by_camera(studio, facts, preset, plan, size)
    spans = ((n, lengths[n], reactions.spans[n]) for n in wishes)
    played = [
        PlayedClip(filming.folder.path(n), length, span.frames, span.progress)
        for n, length, span in spans
    ]
    return ClipFilm(played, camera)


def loose_clip_film(
    studio: Studio,
    facts: SoundFacts,
    preset: VideoPreset,
    plan: VideoPlan,
    latents: Sequence[Tensor],
    *,
    owner: object,
    session: Session,
    reporter: Reporter,
) -> ClipFilm:
    """The same without a run: its clips lie in a folder of the system's as long as their owner."""
    folder = Path(tempfile.mkdtemp(prefix="musivid-"))
    weakref.finalize(owner, shutil.rmtree, folder, ignore_errors=True)
    return clip_film(
        studio, facts, preset, plan, latents,
        session=session, folder=folder, stop=StopFlag(), reporter=reporter,
    )  # fmt: skip


def _size(preset: VideoPreset, place: Path) -> tuple[int, int]:
    """(width, height) in pixels that clips are filmed at."""
    return clips_size(preset, place, preset.output.frame)


def _lasting_s(plan: VideoPlan) -> list[float]:
    """How long each way from keyframe to keyframe is."""
    at, fps = keyframes_at(plan), float(plan.timeline.fps)
    return [(end - start) / fps for start, end in pairwise(at)]


@torch.inference_mode()
def _picture(studio: Studio, preset: VideoPreset, latent: Tensor, size: tuple[int, int]) -> Picture:
    """A keyframe uint8 [h, w, 3] as it is seen, in the size of clips."""
    with studio.half():
        frame = to_frames(studio.painter.decode(latent))[0]
    strength = preset.painting.levels
    seen = measure_levels(frame, strength).apply(frame) if strength else frame
    return fit_picture(seen, size, "crop")


def _wishes(
    preset: VideoPreset, plan: VideoPlan, pictures: Sequence[Picture], lengths: Sequence[int]
) -> Iterator[tuple[int, ClipWish]]:
    """What each clip is asked for, by the number of its way."""
    for number, length in enumerate(lengths):
        if length:
            yield (
                number,
                ClipWish(
                    first=pictures[number],
                    last=pictures[number + 1],
                    text=_text(preset, plan, plan.keyframes[number].time_s),
                    negative=preset.clips.negative,
                    frames=length,
                    fps=preset.clips.fps,
                    seed=child_seed(preset.seed, _FILM, number),
                ),
            )


def _text(preset: VideoPreset, plan: VideoPlan, time_s: float) -> str:
    """What is sung or told at a moment, how it looks, and how it moves."""
    said = [
        span.text
        for lane in plan.spans
        for span in lane
        if span.weight > 0 and span.start_s <= time_s + _SOON_S and time_s < span.end_s
    ]
    looks = [style.text for style in preset.meant.style if style.weight > 0]
    return ", ".join(filter(None, [*said, *looks, preset.clips.motion]))
