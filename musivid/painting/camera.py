"""The camera: where it looks in each frame, led by the music, and the frame as it sees it.

All paths are made for the whole video at once from its curves, so any frame can be asked for at
any time and a resumed run sees the same.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.smooth import Curve, follow
from musivid.painting.colour import colour_matrices
from musivid.painting.looks import Finish
from musivid.settings.video import CameraPreset, ViewReact

__all__ = ["Camera", "CameraCurves"]

# The effect of strength 1, where the curve swings its whole range.
_PULSE = 0.06  # share that a full onset pushes in
_BASS_DEG = 2.5  # degrees of a full bass; by eye

_PULSE_RISE_S, _PULSE_FALL_S = 0.03, 0.22  # time constants; by eye
_TURN_S = 0.6  # how long the zoom takes to turn round at a keyframe
_LEAK_S = 8.0  # the zoom forgets its past, so it never wanders off
# Across and down; without a common divisor, so the way never repeats soon.
_SWAY_PERIODS_S = (13.0, 17.0)
_ROTATION_PERIOD_S = 23.0  # of the slow turn; by eye
_BASS_SWING_HZ = 0.35  # of the horizon under bass; by eye

# A cubic resize followed by a linear warp costs half of a cubic warp and looks the same.
_RESIZE_FROM = 1.4


@dataclass(frozen=True, slots=True)
class CameraCurves:
    """What the camera hears: curves float [frames] in 0..1, one value a frame.

    percussive: onsets; bass; loudness; harmonic: energy of what sings; brightness: of the sound.
    keyframes: frames of the keyframes, where the steady zoom turns.
    """

    percussive: Curve
    bass: Curve
    loudness: Curve
    harmonic: Curve
    brightness: Curve
    keyframes: Sequence[int] = field(default=())


class Camera:
    """Turns painted frames into frames of the video: `camera.apply(frame, k)`."""

    def __init__(
        self,
        size: tuple[int, int],
        fps: Fraction | float,
        camera: CameraPreset,
        react: ViewReact,
        curves: CameraCurves,
        *,
        painted_size: tuple[int, int],
        finish: Finish | None = None,
    ) -> None:
        """Lay out the paths of the whole video.

        Args:
            size: width and height of the video.
            fps: frames a second.
            camera: movement apart from the music.
            react: how strongly the music moves it.
            curves: the music.
            painted_size: width and height of the frames that `apply` gets; they are enlarged to
                cover the video and cropped in the middle.
            finish: redraws painted frames before they are seen.
        """
        self._finish = finish
        self._size = size
        self._painted_size = painted_size
        fit = max(size[0] / painted_size[0], size[1] / painted_size[1])
        self._source = painted_size
        if fit >= _RESIZE_FROM:
            self._source = (round(painted_size[0] * fit), round(painted_size[1] * fit))
        self._matrices = self._lay_paths(float(fps), camera, react, curves)
        self._colours = colour_matrices(
            loudness=curves.loudness,
            percussive=curves.percussive,
            harmonic=curves.harmonic,
            brightness=curves.brightness,
            fps=float(fps),
            react=react,
        )

    def matrix(self, k: int) -> NDArray[np.float64]:
        """Affine map float64 [2, 3] from pixels of video frame k to pixels of its source."""
        matrix: NDArray[np.float64] = self._matrices[k]
        return matrix

    def colour(self, k: int) -> NDArray[np.float32]:
        """Matrix float32 [3, 3] on the RGB of frame k."""
        colour: NDArray[np.float32] = self._colours[k]
        return colour

    def apply(self, frame: NDArray[np.uint8], k: int) -> NDArray[np.uint8]:
        """Frame k of the video, uint8 [h, w, 3], from a painted frame uint8 [h, w, 3].

        Raises:
            ValueError: the frame is not of the painted size.
        """
        import cv2

        if frame.shape[1::-1] != self._painted_size:
            raise ValueError(f"frame of {frame.shape[1::-1]}, painted size {self._painted_size}")
        seen: Any = frame if self._finish is None else self._finish(frame)
        if not np.array_equal(self._colours[k], np.eye(3, dtype=np.float32)):
            seen = cv2.transform(seen, self._colours[k])  # cheapest while the frame is small
        flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
        if self._source != self._painted_size:
            seen = cv2.resize(seen, self._source, interpolation=cv2.INTER_CUBIC)
            flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        if self._source != self._size or not np.allclose(self._matrices[k], np.eye(2, 3)):
            border = cv2.BORDER_REFLECT_101  # never seen: `_cover` sees to that
            seen = cv2.warpAffine(
                seen, self._matrices[k], self._size, flags=flags, borderMode=border
            )
        video_frame: NDArray[np.uint8] = seen
        return video_frame

    def _lay_paths(
        self, fps: float, camera: CameraPreset, react: ViewReact, curves: CameraCurves
    ) -> NDArray[np.float64]:
        """Affine maps [frames, 2, 3], zoomed in enough to hide all borders at all times."""
        time_s = np.arange(len(curves.loudness)) / fps
        angle = np.radians(_angle_path(time_s, fps, camera, react, curves))
        shift = np.stack(
            [np.sin(2 * math.pi * time_s / p + i) for i, p in enumerate(_SWAY_PERIODS_S)], 1
        ) * (camera.sway / 2 * np.asarray(self._source))
        zoom = np.exp(_drift_path(len(time_s), fps, camera.zoom_per_s, curves.keyframes))
        onsets = follow(curves.percussive, fps, _PULSE_RISE_S, _PULSE_FALL_S)
        zoom *= self._cover(angle, shift) * (1 + react.zoom_pulse * _PULSE * onsets)
        cosine, sine = np.cos(angle) / zoom, np.sin(angle) / zoom
        turn = np.stack([np.stack([cosine, sine], 1), np.stack([-sine, cosine], 1)], 1)
        middle = (np.asarray(self._size) - 1) / 2
        offset = (np.asarray(self._source) - 1) / 2 + shift - turn @ middle
        return np.concatenate([turn, offset[..., None]], 2)

    def _cover(self, angle: NDArray[np.float64], shift: NDArray[np.float64]) -> float:
        """The least zoom at which no frame of the paths sees past its source's border."""
        width, height = (side - 1 for side in self._size)
        cosine, sine = np.abs(np.cos(angle)), np.abs(np.sin(angle))
        seen = np.stack([width * cosine + height * sine, width * sine + height * cosine], 1)
        room = np.asarray(self._source) - 1 - 2 * np.abs(shift)
        return float((seen / room).max(initial=0.0))


def _drift_path(
    count: int, fps: float, zoom_per_s: float, keyframes: Sequence[int]
) -> NDArray[np.float64]:
    """Logarithm of the steady zoom [frames], 0 at its widest; it turns gently at every keyframe."""
    direction = np.ones(count)
    for keyframe in keyframes:
        direction[max(int(keyframe), 0) :] *= -1
    speed = follow(direction * zoom_per_s / fps, fps, _TURN_S, _TURN_S)
    keep = math.exp(-1 / (fps * _LEAK_S))
    path = np.empty(count)
    value = 0.0
    for frame, change in enumerate(speed.tolist()):
        value = value * keep + change
        path[frame] = value
    widest = float(path.min(initial=0.0))
    return path - widest


def _angle_path(
    time_s: np.ndarray, fps: float, camera: CameraPreset, react: ViewReact, curves: CameraCurves
) -> NDArray[np.float64]:
    """Angle of the view [frames] in degrees: a slow turn, and a swing that the bass drives."""
    slow: NDArray[np.float64] = camera.rotate_deg * np.sin(
        2 * math.pi * time_s / _ROTATION_PERIOD_S
    )
    bass = follow(curves.bass, fps, 0.15, 0.5)
    phase = 2 * math.pi * _BASS_SWING_HZ * np.cumsum(0.3 + bass) / fps
    swing: NDArray[np.float64] = follow(bass, fps, 0.5, 0.8) * np.sin(phase)
    return slow + react.rotation * _BASS_DEG * swing
