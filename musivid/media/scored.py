"""A clip with new sound: the picture is copied packet by packet, the sound encoded."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from musivid.core.errors import EncodeError, InputError
from musivid.core.outputs import check_output
from musivid.core.speeds import SPEEDS
from musivid.media.audio import probe_audio
from musivid.media.codecs import CODECS, container_of
from musivid.media.delivery import delivered
from musivid.media.ffmpeg import file_url, run_ffmpeg
from musivid.media.frames import probe_video
from musivid.media.kinds import HOLDS_ANY
from musivid.media.mp4 import text_tags
from musivid.media.packets import scan_packets

if TYPE_CHECKING:
    from ffmpeg.nodes import OutputStream

__all__ = ["can_copy", "score_clip"]

# What common players play out of an mp4; other pictures are encoded anew.
_COPIED_CODECS = {"h264", "hevc", "av1", "mpeg4", "vp9"}
_CRF, _SPEED = 18, SPEEDS[2]


def can_copy(clip: Path) -> bool:
    """Return whether the picture of a clip can go into an mp4 as it is.

    Raises:
        InputError: the clip cannot be read.
    """
    return probe_video(clip).codec in _COPIED_CODECS


def score_clip(
    clip: Path,
    sound: Path,
    out: Path,
    *,
    kbps: int = 256,
    metadata: Mapping[str, object] | None = None,
) -> None:
    """Write the clip's picture with another sound; replaced only when all went well.

    Args:
        clip: any video; rotation and times of its frames stay as they are, but for a picture that
            begins late: it begins with the sound.
        sound: as long as the picture.
        out: an .mp4, .m4v or .mov.
        kbps: bit rate of AAC.
        metadata: tags; values that are not text become JSON.

    Raises:
        EncodeError: ffmpeg failed, or frames were lost.
        InputError: an input cannot be read.
        OutputError: `out` cannot be written.
    """
    check_output(out, force=True, endings=HOLDS_ANY)
    before = scan_packets(clip)
    copies = can_copy(clip)
    tags = text_tags(metadata)
    with delivered(out) as temporary:
        run_ffmpeg(_graph(clip, sound, temporary, out, copies=copies, kbps=kbps), metadata=tags)
        _check(temporary, before.count if copies else None)


def _graph(
    clip: Path, sound: Path, temporary: Path, out: Path, *, copies: bool, kbps: int
) -> OutputStream:
    import ffmpeg

    coded = {"c:v": "libx264", **CODECS["h264"].options(_CRF, _SPEED), "pix_fmt": "yuv420p"}
    picture = {"c:v": "copy"} if copies else coded
    late_s = probe_video(clip).delay_s
    moved = {"itsoffset": f"{-late_s:.6f}"} if late_s else {}
    shown = ffmpeg.input(file_url(clip), **moved)["V:0"]
    heard = ffmpeg.input(file_url(sound))["a:0"]
    return ffmpeg.output(
        shown,
        heard,
        file_url(temporary),
        **picture,
        **{
            "format": container_of(out).format,
            "c:a": "aac",
            "b:a": f"{kbps}k",
            "movflags": "+faststart+use_metadata_tags",
            "map_metadata": "-1",
            "map_chapters": "-1",
        },
    )


def _check(written: Path, frames: int | None) -> None:
    """Look whether picture and sound are in the file."""
    try:
        after = scan_packets(written)
        probe_audio(written, least_s=0.0)
    except InputError as error:
        raise EncodeError(f"the file that was written cannot be read: {error.problem}") from None
    if frames is not None and after.count != frames:
        raise EncodeError(f"the file that was written shows {after.count} frames, not {frames}")
