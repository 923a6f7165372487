"""What a preset of `musivid combine` may say; `base.py` says how groups are written."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from musivid.core.speeds import Speed
from musivid.settings.base import Fps, Group, Preset, Size
from musivid.settings.marks import AAC, Flag, Heeded

__all__ = ["CombineOutput", "CombinePreset", "Fit"]

_ENCODED = Heeded("parts", ("encoded again",))

Fit = Literal["error", "pad", "cut", "loop"]


class CombineOutput(Group):
    """How the file is written."""

    size: Annotated[Size | None, Flag("--size", metavar="WxH")] = None
    """Width x height of the video in pixels, both even; None: of the first part."""
    fps: Annotated[Fps | None, Flag("--fps", metavar="25|30000/1001")] = None
    """Frames per second: 25, 30000/1001, 23.976; None: of the first part."""
    crf: Annotated[int, _ENCODED] = Field(18, ge=0, le=51)
    """Constant rate factor of H.264 where parts are encoded again: lower is better and larger."""
    speed: Annotated[Speed, _ENCODED] = "veryfast"
    """x264's own preset where parts are encoded again: ultrafast (large file), superfast, veryfast,
    faster, fast, medium, slow, slower, veryslow (small file)."""
    sound: Literal["auto", "aac", "copy"] = "auto"
    """How sound is muxed: auto copies what mp4 can hold and encodes the rest as aac; copy never
    encodes."""
    sound_kbps: Annotated[int, AAC] = Field(256, ge=32, le=512)
    """Bit rate of AAC in kbit/s."""


class CombinePreset(Preset):
    """Settings of `musivid combine`."""

    fit: Annotated[Fit, Flag("--fit")] = "error"
    """If song and picture differ in length: error (refuse), pad (hold the last picture, or add
    silence), cut (end with the shorter) or loop (repeat the picture)."""
    reencode: Annotated[bool | None, Flag("--reencode/--no-reencode")] = None
    """Encode the parts again in any case, or never; None: only if they differ."""
    output: CombineOutput = CombineOutput()

    def aspects(self) -> dict[str, tuple[str, ...]]:
        """How sound is muxed; whether parts are encoded, they must say themselves."""
        return {"output.sound": (self.output.sound,)}
