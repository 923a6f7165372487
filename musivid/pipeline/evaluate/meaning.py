"""What pictures, sound and words of a file mean to a perceptor, and how well that agrees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray

from musivid.core.timeline import Cue
from musivid.metrics.chance import Measure, unmeasured
from musivid.metrics.meaning import (
    likeness_of_frames,
    likeness_of_pairs,
    pair_cues,
    pair_times,
)
from musivid.nets.protocols import Perceptor, Watcher
from musivid.painting.directions import unit
from musivid.pipeline.guidance.windows import Window, embed_windows
from musivid.weights.folders import locate
from musivid.weights.names import find_model
from musivid.weights.registry import find_spec, locate_model, model_specs
from musivid.weights.session import Session

__all__ = [
    "FrameKeeper",
    "choose_perceptor",
    "embed_frames",
    "embed_sound",
    "measure_meaning",
    "perceptor_name",
    "step_of",
]

Array = NDArray[np.float32]
Indices = NDArray[np.int64]

FRAME_STEP_S = 1.0  # between frames that are looked at
WINDOW_S = 4.0  # of sound that is heard as one; windows do not overlap
_WATCHING = "pe-av"  # kind of the perceptors that see films, and hear
_PUBLISHED, _EARS, _POCKET = "clip-vit-b-32", "wav2clip", "pocket-perceptor"
_FRAMES_AT_ONCE = 64  # in a batch
_MOST_FRAMES = 1800  # half an hour's, one a second
_MOST_BYTES = _MOST_FRAMES * 3 * 224**2  # of frames that are kept, as many as CLIP would have
_MOST_IN_FILM = 16  # frames that are seen as one film, evenly over a longer one


@dataclass(slots=True)
class FrameKeeper:
    """Keeps a small square of every so many seconds of a picture, for a perceptor to look at.

    Attributes:
        side_px: of the squares: the middle of the frame.
        step_s: seconds between kept frames; doubled, and every second one dropped, whenever there
            are half an hour's (fewer of large ones), so that memory stays bounded.
        times_s: when those kept are shown.
        frames: uint8 [side, side, 3] each.
    """

    side_px: int
    step_s: float = FRAME_STEP_S
    times_s: list[float] = field(default_factory=list)
    frames: list[NDArray[np.uint8]] = field(default_factory=list)

    def see(self, time_s: float, frame: NDArray[np.uint8]) -> None:
        """Take the next frame, uint8 [h, w, 3] RGB of any size; most are passed over."""
        if time_s + 1e-6 < len(self.times_s) * self.step_s:
            return
        import cv2

        height, width = frame.shape[:2]
        side = min(height, width)
        top, left = (height - side) // 2, (width - side) // 2
        square = frame[top : top + side, left : left + side]
        method = cv2.INTER_AREA if side > self.side_px else cv2.INTER_LINEAR
        small = cv2.resize(square, (self.side_px,) * 2, interpolation=method)
        self.frames.append(small.astype(np.uint8, copy=False))
        self.times_s.append(time_s)
        if len(self.frames) >= min(_MOST_FRAMES, _MOST_BYTES // (3 * self.side_px**2)):
            del self.frames[1::2], self.times_s[1::2]
            self.step_s *= 2


def perceptor_name(name: str) -> str:
    """The model that is meant; nothing is loaded."""
    if name != "auto":
        return name
    specs = (spec for spec in model_specs().values() if spec.kind == _WATCHING)
    if watching := next((spec.name for spec in specs if locate(spec)), None):
        return watching
    both = all(locate_model(find_spec(model)) for model in (_PUBLISHED, _EARS))
    return _PUBLISHED if both else _POCKET


def step_of(perceptor: Perceptor) -> float:
    """Seconds between the frames that a perceptor wants to see."""
    return perceptor.frame_step_s if isinstance(perceptor, Watcher) else FRAME_STEP_S


def choose_perceptor(session: Session, name: str = "auto") -> tuple[Perceptor, str]:
    """Return a perceptor and what it is called.

    Args:
        session: loads it.
        name: a model or path; `auto` is a PE-AV where one is there, else CLIP with Wav2CLIP's ears
            where both are, else the pocket perceptor.

    Raises:
        UsageError: no such model. WeightsError: a file is missing or cannot be used.
    """
    name = perceptor_name(name)
    ears = find_model(name, "perceptor", offline=session.offline).spec.listener
    return session.perceptor(name, ears), f"{name} + {ears}" if ears else name


def embed_frames(
    perceptor: Perceptor, frames: Sequence[NDArray[np.uint8]], device: torch.device | str
) -> Array:
    """Return embeddings float32 [n, dim] of square frames, uint8 [side, side, 3]."""
    rows = [np.zeros((0, perceptor.dim), np.float32)]
    for first in range(0, len(frames), _FRAMES_AT_ONCE):
        batch = np.stack(frames[first : first + _FRAMES_AT_ONCE])
        pixels = torch.from_numpy(batch).to(device).movedim(3, 1).float() / 255
        with torch.inference_mode():
            rows.append(perceptor.embed_image(pixels).float().cpu().numpy())
    return np.concatenate(rows)


def embed_sound(
    perceptor: Perceptor, samples: Array, device: torch.device | str
) -> tuple[Array, list[float]]:
    """Return embeddings of segments of a sound one after the other, and their middles in seconds.

    Args:
        perceptor: hears.
        samples: float32 [time], mono at the perceptor's rate.
        device: where it lives.
    """
    duration_s = len(samples) / perceptor.rate_hz
    count = max(int(duration_s / WINDOW_S), 1)
    length = min(WINDOW_S, duration_s)
    windows = [Window((k + 0.5) * length, k * length, (k + 1) * length) for k in range(count)]
    heard = embed_windows(perceptor, samples, windows, device=device)
    return heard, [window.time_s for window in windows]


def measure_meaning(
    keeper: FrameKeeper,
    samples: Array,
    cues: Sequence[Cue],
    *,
    perceptor: Perceptor,
    device: torch.device | str = "cpu",
    trials: int = 200,
    seed: int = 0,
) -> dict[str, Measure]:
    """Return `picture_sound`, `picture_words` and `frame_to_frame` of a file.

    Args:
        keeper: frames of the picture.
        samples: float32 [time], mono at the perceptor's rate; empty without sound.
        cues: lines with words; may be empty.
        perceptor: the space in which they are compared.
        device: where it lives.
        trials: shuffled orders behind the chance levels.
        seed: of the shuffling.
    """
    if not keeper.frames:
        nothing = unmeasured("no picture")
        return dict.fromkeys(("picture_sound", "picture_words", "frame_to_frame"), nothing)
    seen = embed_frames(perceptor, keeper.frames, device)
    by_chance = {"trials": trials, "seed": seed}
    found = {"picture_sound": unmeasured("no sound"), "picture_words": unmeasured("no words")}
    if not perceptor.hears:
        found["picture_sound"] = unmeasured("the perceptor hears nothing")
    elif len(samples) and np.abs(samples).max() > 0:
        heard, middles = embed_sound(perceptor, samples, device)
        frames, windows = pair_times(keeper.times_s, middles)
        pictures = seen[frames]
        if isinstance(perceptor, Watcher):
            times = np.array(keeper.times_s)
            within = [np.flatnonzero(abs(times - at) <= WINDOW_S / 2) for at in middles]
            pictures = _watched(perceptor, keeper, within, device)
        found["picture_sound"] = likeness_of_pairs(pictures, heard[windows], **by_chance)
    sung = [cue for cue in cues if cue.text.strip()]
    if sung:
        until_s = keeper.times_s[-1] + keeper.step_s
        pairs = pair_cues(keeper.times_s, sung, until_s)
        if isinstance(perceptor, Watcher):
            shown = list(_watched(perceptor, keeper, [frames for frames, _ in pairs], device))
        else:
            shown = [unit(seen[frames].mean(0)) for frames, _ in pairs]
        reader = perceptor.in_song([cue.text for cue in sung])
        with torch.inference_mode():
            told = reader.embed_text([sung[number].text for _, number in pairs] or [""])
        rows = np.stack(shown) if shown else np.zeros((0, perceptor.dim), np.float32)
        texts = told.float().cpu().numpy()[: len(rows)]
        found["picture_words"] = likeness_of_pairs(rows, texts, **by_chance)
    found["frame_to_frame"] = likeness_of_frames(seen, **by_chance)
    return found


@torch.inference_mode()
def _watched(
    watcher: Watcher, keeper: FrameKeeper, films: Sequence[Indices], device: torch.device | str
) -> Array:
    """Embeddings float32 [films, dim] of frames that are seen as films; without one, the last."""
    rows = [np.zeros((0, watcher.dim), np.float32)]
    for inside in films:
        shown = inside if len(inside) else np.array([len(keeper.frames) - 1])
        spread = np.linspace(0, len(shown) - 1, min(len(shown), _MOST_IN_FILM)).round().astype(int)
        frames = np.stack([keeper.frames[k] for k in shown[spread]])
        pixels = torch.from_numpy(frames).to(device).movedim(3, 1).float() / 255
        rows.append(watcher.embed_film(pixels[None]).float().cpu().numpy())
    return np.concatenate(rows)
