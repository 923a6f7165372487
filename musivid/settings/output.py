"""What a preset may say of the file that is written; `video.py` says how groups are written."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from musivid.core.speeds import Speed
from musivid.settings.base import Fps, Group, Size, parse_size
from musivid.settings.marks import AAC, SONG, Flag, Heeded

__all__ = ["OutputPreset"]


Shape = Literal["wide", "shorts", "square", "canvas"]
_CRF = Heeded("output.codec", ("h264", "hevc", "av1", "vp9", "vp9-alpha"))
_WHOLE = Heeded("living.layer", ("none",))


class OutputPreset(Group):
    """How the file is written."""

    size: Annotated[Size, Flag("--size", metavar="WxH", panel=SONG)] = "512x512"
    """Width x height of the video in pixels, both even."""
    format: Annotated[Shape | None, Flag("--format", panel=SONG)] = None
    """Shape of the picture, by the shorter side of size: wide (16:9), shorts (9:16), square;
    canvas: 3 to 8 seconds of the best bars in 9:16, which go round without a jump and have no words
    (painting.mode living); None: as size says."""
    fps: Annotated[Fps, Flag("--fps", metavar="25|30000/1001", panel=SONG)] = "25"
    """Frames per second: 25, 30000/1001, 23.976."""
    codec: Annotated[Literal["auto", "h264", "hevc", "av1", "vp9", "prores"], _WHOLE] = "auto"
    """What the picture is coded in. auto: by the ending, h264 in .mp4 and .m4v, prores in .mov, vp9
    in .webm; .mp4 also holds hevc, av1 and vp9, .mov h264 and hevc, .webm av1."""
    crf: Annotated[int, _CRF] = Field(18, ge=0, le=51)
    """Constant rate factor of H.264: lower is better and larger; 18 looks like the frames. Other
    codecs take what looks the same."""
    speed: Annotated[Speed, _CRF] = "veryfast"
    """x264's own preset, which trades time for size: ultrafast (large file), superfast, veryfast,
    faster, fast, medium, slow, slower, veryslow (small file)."""
    sound: Annotated[Literal["auto", "aac", "copy"], _WHOLE] = "auto"
    """How the song is muxed. copy: as it is; aac: encoded; auto: copied if the film holds it, else
    aac, in .webm opus, beside prores uncompressed."""
    sound_kbps: Annotated[int, AAC, _WHOLE] = Field(256, ge=32, le=512)
    """Bit rate of AAC in kbit/s."""
    part_s: float | None = Field(None, gt=0)
    """Seconds a part: what a killed run loses at most. None: 3 % of the song, 0.5 s to 10 s."""

    @property
    def frame_size(self) -> tuple[int, int]:
        """Width and height in pixels: the size, brought into the shape of the format.

        A size that lies as the format does stays as it is.
        """
        width, height = parse_size(self.size)
        short = min(width, height)
        long = 2 * round(short * 8 / 9)
        if self.format == "wide" and width <= height:
            return long, short
        if self.format in ("shorts", "canvas") and height <= width:
            return short, long
        return (short, short) if self.format == "square" else (width, height)

    @property
    def frame(self) -> str:
        """The same as text: 720x1280."""
        return "{}x{}".format(*self.frame_size)

    @property
    def codecs(self) -> tuple[str, ...]:
        """What the picture may be coded in, as far as the settings say."""
        every = ("h264", "hevc", "av1", "vp9", "prores")
        return every if self.codec == "auto" else (self.codec,)
