"""What `combine` will do: parts looked at, song measured, lengths fitted, all before any work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import accumulate
from pathlib import Path
from typing import get_args

from musivid.core.errors import InputError, UsageError
from musivid.core.outputs import check_output, check_room
from musivid.core.timeline import Timeline, parse_fps
from musivid.media.audio import load_track
from musivid.media.codecs import container_of
from musivid.media.frames import VideoInfo, probe_video
from musivid.media.kinds import FILM
from musivid.media.mp4 import frame_ticks
from musivid.media.packets import USUAL_RATES, PacketTimes, scan_packets
from musivid.media.soundtrack import Sound
from musivid.pipeline.render.checks import film_bytes
from musivid.settings.base import parse_size
from musivid.settings.combine import CombineOutput, CombinePreset, Fit
from musivid.settings.heeded import refuse_unheeded

__all__ = ["FITS", "CombinePlan", "Fit", "InputVideo", "plan_combine", "starts_s"]

FITS: tuple[Fit, ...] = get_args(Fit)
"""What to do when picture and song are not equally long.

- `error`: refuse (the default: nobody's work is cut or stretched unasked);
- `pad`: hold the last picture until the song ends, or fill the sound up with silence;
- `cut`: end both with the shorter;
- `loop`: repeat the picture from its beginning, and end with the song.
"""

_SLACK_S = 0.002  # clocks that count in milliseconds are off by so much
_COPIED_CODECS = {"h264", "hevc", "av1", "vp9", "mpeg4"}  # what an mp4 can hold and players show
_SAME_RATE = Fraction(1, 5000)  # rates that differ by less are the same, written with rounding
_MAX_FPS = 240  # frames a second


@dataclass(frozen=True, slots=True)
class InputVideo:
    """One of the videos to join: what it says about itself, and when its frames are shown."""

    info: VideoInfo
    times: PacketTimes = field(repr=False)

    @property
    def is_uniform(self) -> bool:
        """Whether all frames are shown for equally long."""
        return self.times.is_uniform

    @property
    def fps(self) -> Fraction:
        """Its frame rate, a usual one if that is what is meant."""
        stated = self.times.grid_fps.limit_denominator(1001)
        nearest = min(USUAL_RATES, key=lambda rate: abs(rate - stated))
        if not self.is_uniform or abs(nearest - stated) < nearest * _SAME_RATE:
            return nearest
        return min(stated, Fraction(_MAX_FPS))

    @property
    def length_s(self) -> float:
        """How long the picture lasts, the last frame included."""
        if self.is_uniform:
            return float(self.times.count / self.fps)
        return self.times.length_s


@dataclass(frozen=True, slots=True)
class CombinePlan:
    """What will be made.

    Attributes:
        videos: in order; of those that are repeated without encoding, each repetition.
        out: where the result goes; None: not known yet.
        size: width and height of the result.
        fps: its frame rate.
        frames: how many frames it will have.
        picture_s: how long the parts are together.
        song_s: how long the song is, None without one.
        sound: what will be heard; empty: nothing.
        preset: settings.
        change: what is done to fit picture and song; empty if they fit.
        reasons: why the parts must be encoded again; empty: they are copied.
        warnings: what the user should know.
    """

    videos: tuple[InputVideo, ...]
    out: Path | None
    size: tuple[int, int]
    fps: Fraction
    frames: int
    picture_s: float
    song_s: float | None
    sound: tuple[Sound, ...]
    preset: CombinePreset
    change: str
    reasons: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def target(self) -> Path:
        """Where the result goes.

        Raises:
            UsageError: nothing was named.
        """
        if self.out is None:
            raise UsageError("the film has no output", hint="Name an mp4 to save it as.")
        return self.out

    @property
    def duration_s(self) -> float:
        """How long the result will be."""
        return float(self.frames / self.fps)


@dataclass(frozen=True, slots=True)
class _Fitted:
    """Lengths that go together, what was changed for it, and whether that touches the picture."""

    frames: int
    sound_s: float
    change: str = ""
    alters_picture: bool = False


def plan_combine(
    parts: Sequence[Path],
    out: Path | None = None,
    *,
    audio: Path | None = None,
    preset: CombinePreset | None = None,
) -> CombinePlan:
    """Look at parts and song, and decide what to do; writes nothing.

    Args:
        parts: videos in order.
        out: the video to make; None: not known yet.
        audio: the song; None: the sounds of the parts, if all have one.
        preset: settings; None: the defaults.

    Raises:
        InputError: a part or the song cannot be used, or their lengths differ and `fit` is `error`.
        OutputError: `out` cannot be written, or its disk has no room.
        UsageError: encoding again is forbidden and necessary, or there are no parts.
    """
    if not parts:
        raise UsageError("there are no parts to combine", hint="Give videos, or a folder of them.")
    if out is not None:
        check_output(out, force=True, endings=FILM.written)
    looked_at = {
        path: InputVideo(probe_video(path), scan_packets(path)) for path in dict.fromkeys(parts)
    }
    found = [looked_at[path] for path in parts]
    preset = preset or CombinePreset()
    wanted = preset.output
    fps = parse_fps(wanted.fps) if wanted.fps else found[0].fps
    frames = Timeline(sum(part.length_s for part in found), fps).frames
    track = load_track(audio) if audio else None
    fitted = _Fitted(frames, float(frames / fps))
    if track:
        fitted = _fit(frames, fps, track.duration_s, preset.fit)
    reasons = _reasons(found, fitted, frames, preset, out)
    refuse_unheeded(preset, {"parts": ("encoded again" if reasons else "copied",)})
    song_s = track.duration_s if track else None
    sound = (Sound(audio, 0.0, fitted.sound_s),) if audio else _own_sound(found, fps)
    sound = tuple(replace(one, codec=wanted.sound, kbps=wanted.sound_kbps) for one in sound)
    warnings = [*(track.warnings if track else ()), *_silence(found, sound)]
    if reasons and (bright := dict.fromkeys(p.info.path.name for p in found if p.info.hdr)):
        warnings.append(f"the result has plain colours, not those of HDR: {', '.join(bright)}")
    repeats = fitted.frames // frames if not reasons else 1
    plan = CombinePlan(
        videos=tuple(found * repeats),
        out=out,
        size=_size(found[0], wanted.size) if reasons else found[0].info.size,
        fps=fps,
        frames=fitted.frames,
        picture_s=float(frames / fps),
        song_s=song_s,
        sound=sound,
        preset=preset,
        change=fitted.change,
        reasons=reasons,
        warnings=tuple(warnings),
    )
    if out is not None:
        check_room(out, _bytes_of(plan))
    return plan


def _bytes_of(plan: CombinePlan) -> int:
    """Bytes that the result takes at most."""
    if plan.reasons:
        return film_bytes(plan.size, float(plan.fps), plan.duration_s)
    files = [part.info.path for part in plan.videos] + [sound.path for sound in plan.sound]
    return sum(path.stat().st_size for path in files)


def _fit(frames: int, fps: Fraction, song_s: float, fit: Fit) -> _Fitted:
    """Lengths of picture and sound that end within one frame."""
    picture_s = float(frames / fps)
    song_frames = Timeline(song_s, fps).frames
    difference = abs(song_s - picture_s)
    if difference <= 1 / fps + _SLACK_S:
        return _Fitted(frames, song_s)
    if fit == "error":
        raise InputError(
            f"the picture lasts {picture_s:.2f} s, the song {song_s:.2f} s",
            hint="Choose what to do: --fit pad (hold the last picture, or fill up with silence), "
            "--fit cut (end with the shorter) or --fit loop (repeat the picture).",
        )
    if song_s > picture_s:
        if fit == "pad":
            held = f"the last picture is held for {difference:.2f} s"
            return _Fitted(song_frames, song_s, held, alters_picture=True)
        if fit == "cut":
            return _Fitted(frames, picture_s, f"the song's last {difference:.2f} s are left out")
        repeated = f"the picture is repeated for {difference:.2f} s"
        return _Fitted(song_frames, song_s, repeated, alters_picture=song_frames % frames > 0)
    if fit == "pad":
        return _Fitted(frames, picture_s, f"the sound ends with {difference:.2f} s of silence")
    left_out = f"the picture's last {difference:.2f} s are left out"
    return _Fitted(song_frames, song_s, left_out, alters_picture=True)


def _reasons(
    parts: Sequence[InputVideo],
    fitted: _Fitted,
    frames: int,
    preset: CombinePreset,
    out: Path | None,
) -> tuple[str, ...]:
    """Why the parts must be encoded again; empty if they can be copied."""
    reasons = [reason for part in dict.fromkeys(parts) for reason in _obstacles(part, parts[0])]
    reasons += _wanted_otherwise(parts[0], preset.output)
    codec = parts[0].info.codec
    if out is not None and not (held := container_of(out)).counts and codec not in held.codecs:
        reasons.append(f"{out.name} cannot hold {codec}")
    # With a rate for all, each part must have a whole number of its frames.
    if not reasons and sum(part.times.count for part in parts) != frames:
        reasons.append("the parts' frame times do not fit together")
    if fitted.alters_picture:
        reasons.append(fitted.change)
    if preset.reencode is False and reasons:
        raise UsageError(
            "the parts cannot be joined as they are:\n  " + "\n  ".join(reasons),
            hint="Leave --no-reencode out to encode them again.",
        )
    if preset.reencode and not reasons:
        reasons.append("asked for")
    return tuple(reasons)


def _obstacles(part: InputVideo, first: InputVideo) -> list[str]:
    """What keeps a part from being copied behind the first one."""
    info, model = part.info, first.info
    pairs = [
        (_by(info.size), _by(model.size), "its size is {} instead of {}"),
        (part.fps, first.fps, "its frame rate is {} instead of {}"),
        (info.codec, model.codec, "its codec is {} instead of {}"),
        (info.pixel_format, model.pixel_format, "its pixels are {} instead of {}"),
        (_light(info), _light(model), "its colours are {} instead of {}"),
        (info.pixel_aspect, model.pixel_aspect, "its pixels are {} as wide as high, not {}"),
        (info.time_base, model.time_base, "its clock counts {} s instead of {} s"),
    ]
    found = [text.format(own, wanted) for own, wanted, text in pairs if own != wanted]
    if not found and info.extradata != model.extradata:
        found.append("it was encoded with different settings")
    if not part.is_uniform:
        found.append("its frames are not shown for equally long")
    if part.times.hidden or abs(part.times.start_s) > _SLACK_S or info.delay_s > _SLACK_S:
        found.append("it does not begin with its first frame")
    if info.rotation:
        found.append(f"it is rotated by {info.rotation} degrees")
    if info.codec not in _COPIED_CODECS:
        found.append(f"an mp4 should hold no {info.codec}")
    if not found and frame_ticks(part.fps, info.time_base) is None:
        found.append("its clock cannot count its frames exactly")
    return [f"{info.path.name}: {reason}" for reason in found]


def _light(info: VideoInfo) -> str:
    return info.hdr.upper() if info.hdr else "plain"


def _by(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


def _wanted_otherwise(first: InputVideo, output: CombineOutput) -> list[str]:
    """What is asked for that the first part, and so the others, are not."""
    reasons = []
    if output.size and parse_size(output.size) != first.info.size:
        reasons.append(f"a size of {output.size} is asked for")
    if output.fps and parse_fps(output.fps) != first.fps:
        reasons.append(f"a frame rate of {output.fps} is asked for")
    return reasons


def _size(part: InputVideo, wanted: str | None) -> tuple[int, int]:
    """The size that is asked for, or that of a part, made even, as encoders need it."""
    if wanted:
        return parse_size(wanted)
    width, height = part.info.size
    return width + width % 2, height + height % 2


def _own_sound(parts: Sequence[InputVideo], fps: Fraction) -> tuple[Sound, ...]:
    """The sounds of the parts, each as long as its picture; nothing if any has none."""
    if not all(part.info.has_sound for part in parts):
        return ()
    ranges = Timeline(sum(part.length_s for part in parts), fps).split(starts_s(parts))
    return tuple(
        Sound(part.info.path, part.info.delay_s, float(len(frames) / fps), by_clock=True)
        for part, frames in zip(parts, ranges, strict=True)
        if len(frames)
    )


def starts_s(parts: Sequence[InputVideo]) -> list[float]:
    """When each part begins in the result."""
    return [0.0, *accumulate(part.length_s for part in parts[:-1])]


def _silence(parts: Sequence[InputVideo], sound: Sequence[Sound]) -> list[str]:
    mute = [part.info.path.name for part in parts if not part.info.has_sound]
    if sound or len(mute) == len(parts):
        return []
    return [f"the result will be silent: there is no sound in {', '.join(mute)}"]
