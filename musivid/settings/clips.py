"""How clips are made between pictures, by a pipeline that turns pictures into moving ones."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from musivid.settings.base import Group, Size
from musivid.settings.marks import Heeded

__all__ = ["ClipsPreset"]


class ClipsPreset(Group):
    """How an image-to-video pipeline films the ways between pictures (walk.mode clips)."""

    size: Size | None = None
    """Width x height that is filmed, brought to what the pipeline takes; None: that of pictures."""
    fps: float = Field(16.0, ge=1, le=60)
    """Frames a second that are filmed: what the pipeline was trained at. The film has its own rate,
    and between frames of a clip what is seen moves along optical flow."""
    most: int = Field(81, ge=5, le=1000)
    """Most frames of a clip; longer ways are filmed slower."""
    steps: int | None = Field(None, ge=1, le=1000)
    """Number of steps of diffusion a clip. None: what the pipeline's publisher says."""
    guidance: float | None = Field(None, ge=0, le=50)
    """Guidance scale, a factor: above 1 clips follow the prompt more. None: what the pipeline's
    publisher says."""
    motion: str = "slow, smooth movement of the camera"
    """What is added to the prompt of each section: how things move."""
    negative: Annotated[str, Heeded("animator.negative", ("heard",), typed=True)] = ""
    """What clips must not show."""
    tiled: bool = False
    """Decode clips in overlapping tiles: less memory, more time, maybe faint seams."""
