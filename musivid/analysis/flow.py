"""Optical flow of a film, frame by frame: how much moves, in which directions, and how much is new.

Frames are shrunk to a fixed area first, so that a 4K film costs what a small one costs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["ANGLES", "FlowMeter", "FlowStep", "working_size"]

Frame = NDArray[np.uint8]
Floats = NDArray[np.float32]

ANGLES = 128
"""Directions that motion is sorted into (visbeat's directogram)."""

_AREA = 160 * 90  # pixels that flow is measured on at most
_LEAST_SIDE = 32  # of a picture in which flow can be looked for
_BORDER = 0.05  # share of each side that visbeat leaves out of the directogram
_REFERENCE_DIAGONAL = math.hypot(640, 360)  # pixels: flow is as long as in pictures of this size
_REFERENCE_FPS = 30.0  # flow is as long as it would be between frames of this rate
_STEPS = 8  # of each colour in the histogram
_NOISE, _SURE = 2.0, 4.0  # levels of 255: flow of smaller differences is grain, of larger is motion
_NOISE_BOX = (9, 9)  # pixels over which noise is averaged


@dataclass(frozen=True, slots=True)
class FlowStep:
    """What changed from one frame to the next.

    Attributes:
        flow: mean of |dx| and |dy| over the picture, in pixels per 1/30 s of a 640x360 picture.
        directions: float32 [ANGLES], amount of motion per direction, in the same unit.
        brightness: mean luma of the later frame, 0..1.
        change: mean absolute difference of luma, 0..1.
        novelty: what is left of that difference when motion is made good, 0..1.
        recolouring: half the L1 distance of the colour histograms, 0..1.
    """

    flow: float
    directions: Floats
    brightness: float
    change: float
    novelty: float
    recolouring: float


def working_size(size: tuple[int, int]) -> tuple[int, int]:
    """Return the (width, height) at which flow is measured: same shape, fixed area."""
    width, height = size
    shrink = min(1.0, math.sqrt(_AREA / max(1, width * height)))
    return max(_LEAST_SIDE, round(width * shrink)), max(_LEAST_SIDE, round(height * shrink))


class FlowMeter:
    """Measures each frame against the one before; holds two small frames and no more.

    Args:
        size: width and height of the frames as they come.
        fps: frames a second.
    """

    def __init__(self, size: tuple[int, int], fps: float) -> None:
        self._size = working_size(size)
        # Seen pixels per frame to reference pixels per 1/30 s.
        self._unit = _REFERENCE_DIAGONAL / math.hypot(*self._size) * fps / _REFERENCE_FPS
        self._seeker: Any = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
        width, height = self._size
        across, down = np.meshgrid(np.arange(width), np.arange(height))
        self._places = np.stack([across, down], -1).astype(np.float32)
        edge_x, edge_y = int(_BORDER * width), int(_BORDER * height)
        self._inner = np.s_[edge_y : height - edge_y, edge_x : width - edge_x]
        self._grey: Frame | None = None
        self._colours = np.zeros(_STEPS**3, np.float32)

    def see(self, frame: Frame, steps: int = 1) -> FlowStep:
        """Return what is new in `frame`, uint8 [h, w, 3] RGB; of the first frame, nothing is.

        Args:
            frame: the picture.
            steps: how many frame lengths it came after the one before (of variable rates).
        """
        small = cv2.resize(frame, self._size, interpolation=cv2.INTER_AREA)
        grey = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8)
        colours = _histogram(np.asarray(small, np.uint8))
        before, self._grey = self._grey, grey
        colours_before, self._colours = self._colours, colours
        brightness = float(grey.mean()) / 255
        if before is None:
            return FlowStep(0.0, np.zeros(ANGLES, np.float32), brightness, 0.0, 0.0, 0.0)
        change = float(cv2.absdiff(grey, before).mean()) / 255
        recolouring = float(np.abs(colours - colours_before).sum()) / 2
        if change == 0.0:  # a repeated frame
            nothing = np.zeros(ANGLES, np.float32)
            return FlowStep(0.0, nothing, brightness, 0.0, 0.0, recolouring)
        field = np.asarray(self._seeker.calc(before, grey, None), np.float32)
        novelty = self._novelty(before, grey, field)
        field *= _trust(before, grey) * np.float32(self._unit / steps)
        flow = float(np.abs(field).mean())
        directions = _directions(field[self._inner])
        return FlowStep(flow, directions, brightness, change, novelty, recolouring)

    @property
    def grey(self) -> Frame:
        """The last frame as it was looked at: luma, uint8 [h, w]."""
        assert self._grey is not None  # asked after a frame was seen
        return self._grey

    def _novelty(self, before: Frame, grey: Frame, field: Floats) -> float:
        """Mean difference that is left when the later frame is moved back along the flow, 0..1."""
        across, down = cv2.split(self._places + field)
        moved = cv2.remap(grey, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return float(cv2.absdiff(before, moved).mean()) / 255


def _trust(before: Frame, grey: Frame) -> Floats:
    """How far differences stand out of film grain around each pixel: float32 [h, w, 1], 0..1."""
    near = cv2.blur(cv2.absdiff(grey, before).astype(np.float32), _NOISE_BOX)
    trust: Floats = np.clip((near - _NOISE) / (_SURE - _NOISE), 0, 1)[..., None].astype(np.float32)
    return trust


def _directions(field: Floats) -> Floats:
    """Mean amount of motion in each direction: float32 [ANGLES]."""
    amount, angle = cv2.cartToPolar(field[..., 0].copy(), field[..., 1].copy())
    bins = np.minimum((np.asarray(angle) * (ANGLES / (2 * math.pi))).astype(np.int32), ANGLES - 1)
    sums = np.bincount(bins.ravel(), np.asarray(amount).ravel(), ANGLES)
    return (sums / bins.size).astype(np.float32)


def _histogram(small: Frame) -> Floats:
    """Share of the pixels in each of 8x8x8 colours: float32 [512]."""
    steps = (small >> 5).astype(np.int32)
    codes = (steps[..., 0] * _STEPS + steps[..., 1]) * _STEPS + steps[..., 2]
    return (np.bincount(codes.ravel(), minlength=_STEPS**3) / codes.size).astype(np.float32)
