"""How long a video will take on this machine: counted operations over a measured pace."""

from __future__ import annotations

from musivid.pipeline.render.machine_pace import gflop_per_s
from musivid.pipeline.render.studio import painted_size
from musivid.pipeline.video.plan import VideoPlan
from musivid.settings.video import VideoPreset
from musivid.weights.session import Session

__all__ = ["estimate_s"]

# GFLOP of one decode at 256x256, and the painter's factor. Published ones are measured counts.
_PAINTERS = {
    "pocket-painter": (3.8, 8),
    "tiny-painter": (0.05, 8),
    "vqgan-gumbel-f8": (312.0, 8),
}
_PUBLISHED_PAINTER = (252.7, 16)
# GFLOP of one cut-out, and of one second of sound.
_PERCEPTORS = {"pocket-perceptor": (0.9, 0.05), "tiny-perceptor": (0.001, 0.001)}
_PUBLISHED_PERCEPTOR = (8.7, 0.5)
_DREAM_GFLOP = {"pocket-dreamer": 80.0, "tiny-dreamer": 0.01}
_BACKWARD = 3.0  # forwards and backwards cost three times as much as forwards
_ENCODED_PIXELS_PER_S = 60e6  # x264 veryfast, with enlarging and colouring, on two cores
_DRAWN_PIXELS_PER_S = 22e6  # drawn, finished and encoded on two cores: 40 ms a frame of 1280x720
_START_S = 6.0  # to load models, on two cores


def estimate_s(plan: VideoPlan, preset: VideoPreset, session: Session) -> float:
    """Return roughly how many seconds the video will take, without loading a model."""
    pixels = plan.timeline.frames * plan.size[0] * plan.size[1]
    if preset.painting.mode == "living":
        return (0.0 if preset.is_cover else _START_S) + pixels / _DRAWN_PIXELS_PER_S
    decode, factor = _PAINTERS.get(preset.models.painter, _PUBLISHED_PAINTER)
    look, hear = _PERCEPTORS.get(preset.models.perceptor, _PUBLISHED_PERCEPTOR)
    width, height = painted_size(plan.size, preset.painting, factor)
    decode *= width * height / 256**2
    step = _BACKWARD * (decode + preset.painting.cutouts * look)
    window_s = preset.audio.window_s if preset.audio.windows == "around" else 0.5
    work = hear * window_s * len(plan.windows)
    if plan.keyframes:
        dream = _DREAM_GFLOP.get(preset.models.dreamer or "", 0.0) * width * height / 256**2
        work += len(plan.keyframes) * (dream + preset.painting.steps * step)
        work += plan.timeline.frames / preset.walk.decode_every * decode
    else:
        steps_per_s = preset.painting.steps_per_s or 60.0
        work += plan.timeline.duration_s * steps_per_s * step
    return _START_S + work / gflop_per_s(session) + pixels / _ENCODED_PIXELS_PER_S
