"""What a film's picture and sound are coded in, and which ending holds what: the table of both.

The first codec of an ending is the one that it stands for; `output.codec` may ask for another.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from musivid.core.errors import MissingError, UsageError
from musivid.core.machine import has_avx512
from musivid.core.speeds import SPEEDS
from musivid.media.ffmpeg import supported

__all__ = [
    "AAC_SOUND",
    "CODECS",
    "CODED",
    "CONTAINERS",
    "ENCODER_THREADS",
    "LAYERS",
    "Codec",
    "Container",
    "SoundForm",
    "check_codec",
    "codec_for",
    "codec_named",
    "container_of",
    "sound_form",
]

Options = dict[str, str]

# With AVX-512 x264's macroblock tree (core 165) reads past the ends of rows that are not a multiple
# of 128 pixels: it codes otherwise than with AVX2, and about once in 80 times otherwise than just
# before. With whole rows the bytes are the same; so is the time that it takes.
_AVX2 = "asm=AVX2,FMA3,BMI1,BMI2,LZCNT"

ENCODER_THREADS = 3
"""Of x264: what it takes by itself on two cores."""

CODED = "yuv420p"
"""ffmpeg's name of the pixels that most codecs take: luma, and colours of each four pixels."""

# The scales of quality differ: these values of libx265, SVT-AV1 and libvpx look like x264's.
_HEVC_CRF, _WEB_CRF = 1.15, 1.5
_LAYER_CRF = 0.08  # edges at most 10 of 255 off at crf 18; at 0.5 they are 22
_MOST_CRF, _MOST_WEB_CRF = 51, 63
_QUICK_VP9 = {"ultrafast": 8, "superfast": 7, "veryfast": 5}  # in real time; others in good quality


@dataclass(frozen=True, slots=True)
class Codec:
    """How a picture is coded.

    Attributes:
        name: as `output.codec` has it, and ffmpeg.
        title: what people call it.
        encoder: ffmpeg's encoder.
        options: of the encoder, by crf (0..51) and speed (one of `SPEEDS`).
        pixels: ffmpeg's name of the pixel format.
        bytes_per_pixel: at most, at crf 18, of moving pictures; for room on the disk.
        part: ending of the files in which parts are kept: their clock counts frames exactly.
        alpha: whether it keeps what can be seen through.
    """

    name: str
    title: str
    encoder: str
    options: Callable[[int, str], Options]
    pixels: str = CODED
    bytes_per_pixel: float = 0.03
    part: str = ".mp4"
    alpha: bool = False


@dataclass(frozen=True, slots=True)
class SoundForm:
    """How sound is coded where it cannot be copied, and what is copied.

    Attributes:
        encoder: ffmpeg's encoder.
        title: what people call it.
        copied: names of codecs that a player of such files plays.
        rates_hz: the only rates that the encoder takes; empty: any up to 48 kHz.
        has_rate: whether a bit rate means anything.
        or_aac: whether it may be AAC instead, where that is asked for.
    """

    encoder: str
    title: str
    copied: frozenset[str]
    rates_hz: tuple[int, ...] = ()
    has_rate: bool = True
    or_aac: bool = True


@dataclass(frozen=True, slots=True)
class Container:
    """A kind of film file.

    Attributes:
        format: ffmpeg's name of its muxer.
        codecs: names of what it may hold; the first is the usual one.
        layer: name of what pictures with alpha are coded in there; empty: it holds none.
        counts: whether its clock can be set so that it counts frames exactly.
        subtitles: ffmpeg's encoder of a track of subtitles in it.
    """

    format: str
    codecs: tuple[str, ...]
    layer: str = ""
    counts: bool = True
    subtitles: str = "mov_text"


def _x264(crf: int, speed: str) -> Options:
    # Left to itself it takes what the machine has, and makes other pictures with other numbers.
    fixed = {"threads": str(ENCODER_THREADS)} | ({"x264-params": _AVX2} if has_avx512() else {})
    return {"preset": speed, "crf": str(crf), **fixed}


def _x265(crf: int, speed: str) -> Options:
    # With a number of frames at once of its own, the file does not depend on the machine's cores.
    quiet = "log-level=error:frame-threads=2"
    value = min(round(crf * _HEVC_CRF), _MOST_CRF)
    return {"preset": speed, "crf": str(value), "x265-params": quiet, "tag:v": "hvc1"}


def _av1(crf: int, speed: str) -> Options:
    preset = len(SPEEDS) + 1 - SPEEDS.index(speed)  # 10 fastest that is meant for people, 2 slowest
    return {"preset": str(preset), "crf": str(_web_crf(crf))}


def _vp9(crf: int, speed: str) -> Options:
    # Threads along columns of tiles give the same file whatever their number; along rows not.
    many = {"crf": str(_web_crf(crf)), "b:v": "0", "tile-columns": "2", "threads": "4"}
    if speed in _QUICK_VP9:
        return {**many, "deadline": "realtime", "cpu-used": str(_QUICK_VP9[speed])}
    return {**many, "deadline": "good", "cpu-used": str(max(0, 8 - SPEEDS.index(speed)))}


def _prores(crf: int, speed: str) -> Options:
    del crf, speed  # its quality is that of its profile: 422 HQ
    return {"profile:v": "3", "vendor": "apl0"}


def _prores_alpha(crf: int, speed: str) -> Options:
    del crf, speed  # profile 4444, whose alpha is coded without loss
    return {"profile:v": "4444", "alpha_bits": "16", "qscale:v": "1", "vendor": "apl0"}


def _vp9_alpha(crf: int, speed: str) -> Options:
    # Finer than films, and never in real time: an edge that is off shows over any picture.
    steady = speed if speed not in _QUICK_VP9 else SPEEDS[len(_QUICK_VP9)]
    return {**_vp9(round(crf * _LAYER_CRF), steady), "auto-alt-ref": "0"}


def _png(crf: int, speed: str) -> Options:
    del crf, speed  # without loss
    return {"pred": "mixed"}


def _web_crf(crf: int) -> int:
    return min(round(crf * _WEB_CRF), _MOST_WEB_CRF)


CODECS = {
    codec.name: codec
    for codec in (
        Codec("h264", "H.264", "libx264", _x264),
        Codec("hevc", "HEVC", "libx265", _x265),
        Codec("av1", "AV1", "libsvtav1", _av1),
        Codec("vp9", "VP9", "libvpx-vp9", _vp9, bytes_per_pixel=0.05),
        Codec("prores", "ProRes 422 HQ", "prores_ks", _prores, "yuv422p10le", 0.6, ".mov"),
    )
}
"""By their names."""

LAYERS = {
    codec.name: codec
    for codec in (
        Codec("prores-alpha", "ProRes 4444", "prores_ks", _prores_alpha, "yuva444p10le", 1.2,
              ".mov", alpha=True),
        Codec("vp9-alpha", "VP9 with alpha", "libvpx-vp9", _vp9_alpha, "yuva420p", 0.1,
              ".webm", alpha=True),
        Codec("png", "PNG", "png", _png, "rgba", 1.0, ".mov", alpha=True),
    )
}  # fmt: skip
"""What pictures that can be seen through are coded in, by their names."""

_MP4 = Container("mp4", ("h264", "hevc", "av1", "vp9"))
CONTAINERS = {
    ".mp4": _MP4,
    ".m4v": _MP4,
    ".mov": Container("mov", ("prores", "h264", "hevc"), "prores-alpha"),
    ".webm": Container("webm", ("vp9", "av1"), "vp9-alpha", counts=False, subtitles="webvtt"),
}
"""By the endings of films that can be written."""

AAC_SOUND = SoundForm("aac", "AAC", frozenset({"aac", "mp3", "alac"}))
_OPUS = SoundForm("libopus", "Opus", frozenset({"opus", "vorbis"}), (48_000,), or_aac=False)
_PCM = SoundForm(
    "pcm_s24le", "PCM", frozenset({"pcm_s16le", "pcm_s24le", "aac", "alac"}), has_rate=False
)


def container_of(path: Path) -> Container:
    """The container that the ending of a name asks for; it must be one of `CONTAINERS`."""
    return CONTAINERS[path.suffix.lower()]


def codec_for(path: Path, wanted: str = "auto") -> Codec:
    """The codec of a film.

    Args:
        path: the film; its ending is one of `CONTAINERS`.
        wanted: name of a codec; auto: the usual one of the ending.

    Raises:
        UsageError: the ending does not hold it.
    """
    if wanted in LAYERS:  # chosen by what is made, not by people
        return LAYERS[wanted]
    holds = container_of(path).codecs
    if wanted != "auto" and wanted not in holds:
        homes = [s for s, container in CONTAINERS.items() if wanted in container.codecs]
        able = ", ".join(f"{CODECS[name].title} ({name})" for name in holds)
        raise UsageError(
            f"{path.name} cannot hold {CODECS[wanted].title}",
            hint=f"{path.suffix.lower()} holds {able}; {wanted} goes into {' or '.join(homes)}.",
        )
    return CODECS[holds[0] if wanted == "auto" else wanted]


def codec_named(name: str) -> Codec:
    """The codec of a name, of films or of layers."""
    return CODECS[name] if name in CODECS else LAYERS[name]


def check_codec(path: Path, wanted: str = "auto") -> Codec:
    """The codec of a film, once it is known that this machine can write it.

    Raises:
        UsageError: the ending does not hold it. MissingError: ffmpeg lacks its encoder.
    """
    codec = codec_for(path, wanted)
    needed = (codec.encoder, sound_form(path, codec).encoder)
    missing = [name for name in needed if name not in supported("encoders")]
    if missing:
        raise MissingError(
            f"this ffmpeg cannot write {path.name}: it lacks {', '.join(missing)}",
            hint="Name another ending with -o, or unset IMAGEIO_FFMPEG_EXE: "
            "the ffmpeg that comes with imageio-ffmpeg has them all.",
        )
    return codec


def sound_form(path: Path, codec: Codec) -> SoundForm:
    """How sound goes into a film beside a picture of some codec."""
    if path.suffix.lower() == ".webm":
        return _OPUS
    return _PCM if codec.name == "prores" else AAC_SOUND
