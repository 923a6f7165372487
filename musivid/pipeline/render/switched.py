"""Small silent films, and sounds of their length that are all equally loud, for the player.

The player switches among them at the same moment; its script lies beside this, for all pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from musivid.core.errors import InputError
from musivid.media.delivery import delivered

__all__ = ["PLAYER", "Canvas", "canvas_of", "write_even_sound", "write_silent_film"]

PLAYER = Path(__file__).with_name("player.js")
"""The script of the player: a class, for pages that load it before their own."""

_WIDEST_PX = 640  # wider films stutter on the machines of participants
_RATE_HZ = 48_000
_LUFS = -16.0
_KBPS = 192
_FADE_S = 0.05  # at the end of what is longer than the film


@dataclass(frozen=True, slots=True)
class Canvas:
    """What films that are compared have in common.

    Attributes:
        size: width and height in pixels.
        fps: frames a second.
        length_s: length in seconds; shorter films stay on their last frame.
    """

    size: tuple[int, int]
    fps: str
    length_s: float


def canvas_of(film: Path, length_s: float) -> Canvas:
    """The canvas of a film, in a size that any machine plays."""
    from musivid.media.frames import probe_video

    info = probe_video(film)
    width, height = info.size
    width, height = (
        round(side * min(1, _WIDEST_PX / width)) // 2 * 2 for side in (width, height)
    )  # fmt: skip
    return Canvas((width, max(height, 2)), str(info.fps), length_s)


def write_silent_film(film: Path | None, target: Path, canvas: Canvas | None = None) -> float:
    """Write the picture alone, in a size that any machine plays; return its length in seconds.

    Args:
        film: whose picture; None: a black one, on a canvas.
        target: the file.
        canvas: what it is fitted to, with black bars where its shape is another.
    """
    import ffmpeg

    from musivid.media.ffmpeg import file_url, run_ffmpeg
    from musivid.media.frames import probe_video

    if film is None:
        assert canvas is not None
        width, height = canvas.size
        black = f"color=black:s={width}x{height}:r={canvas.fps}:d={canvas.length_s:.6f}"
        picture = ffmpeg.input(black, f="lavfi").video
    else:
        probe_video(film)
        picture = ffmpeg.input(file_url(film)).video
    small = _fitted(picture, canvas).filter("setsar", "1").filter("format", "yuv420p")
    options = {"c:v": "libx264", "crf": "20", "preset": "veryfast", "threads": "2",
               "map_metadata": "-1", "map_chapters": "-1", "fflags": "+bitexact", "f": "mp4",
               "flags:v": "+bitexact", "movflags": "+faststart"}  # fmt: skip
    with delivered(target) as temporary:
        run_ffmpeg(ffmpeg.output(small, file_url(temporary), **options))
    length_s = probe_video(target).duration_s
    assert length_s is not None  # it was just written, as an mp4
    return float(length_s)


def _fitted(picture: Any, canvas: Canvas | None) -> Any:
    """A stream of pictures in its size, and on its canvas where there is one."""
    if canvas is None:
        return picture.filter("scale", w=f"trunc(min({_WIDEST_PX},iw)/2)*2", h="-2")
    width, height = canvas.size
    scaled = picture.filter("scale", width, height, force_original_aspect_ratio="decrease")
    held = (
        scaled.filter("pad", width, height, "(ow-iw)/2", "(oh-ih)/2")
        .filter("fps", canvas.fps)
        .filter("tpad", stop_mode="clone", stop_duration=f"{canvas.length_s:.6f}")
    )
    return held.filter("trim", duration=f"{canvas.length_s:.6f}")


def write_even_sound(music: Path | None, length_s: float, target: Path) -> float:
    """Write a sound of a length at -16 LUFS; return by how much it was made louder, in dB."""
    import ffmpeg

    from musivid.media.ffmpeg import file_url, run_ffmpeg

    samples = round(length_s * _RATE_HZ)
    if music is None:
        sound, gain_db = np.zeros((2, samples), np.float32), 0.0
    else:
        sound, gain_db = _levelled(music, samples)
    raw = ffmpeg.input("pipe:", format="f32le", ar=_RATE_HZ, ac=2)
    options = {"c:a": "aac", "b:a": f"{_KBPS}k", "map_metadata": "-1", "fflags": "+bitexact",
               "flags:a": "+bitexact", "movflags": "+faststart", "f": "mp4"}  # fmt: skip
    with delivered(target) as temporary:
        graph = ffmpeg.output(raw.audio, file_url(temporary), **options)
        run_ffmpeg(graph, stdin=np.ascontiguousarray(sound.T).tobytes())
    return gain_db


def _levelled(music: Path, samples: int) -> tuple[NDArray[np.float32], float]:
    """Stereo sound of a length, [2, samples], and the gain that it got; silence fills it up."""
    from musivid.analysis.loudness import loudness_lufs, normalise
    from musivid.media.audio import load_track

    track = load_track(music, rate_hz=_RATE_HZ)
    heard = track.samples[:2] if len(track.samples) == 2 else np.tile(track.mono(), (2, 1))
    sound = np.zeros((2, samples), np.float32)
    count = min(samples, heard.shape[1])
    sound[:, :count] = heard[:, :count]
    if heard.shape[1] > samples:
        fade = min(round(_FADE_S * _RATE_HZ), samples)
        sound[:, samples - fade :] *= np.linspace(1, 0, fade, dtype=np.float32)
    before = loudness_lufs(sound, _RATE_HZ)
    if not np.isfinite(before):
        raise InputError(f"{music} is silent", hint="Silence cannot be compared with anything.")
    normalise(sound, _RATE_HZ, lufs=_LUFS)
    return sound, round(float(loudness_lufs(sound, _RATE_HZ) - before), 2)
