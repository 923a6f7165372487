"""Parts to one video without encoding again: the packets are copied, the song is added."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from musivid.core.errors import EncodeError
from musivid.core.outputs import check_output
from musivid.media.codecs import CODECS, codec_for, container_of, sound_form
from musivid.media.delivery import check_lengths, check_video, delivered
from musivid.media.ffmpeg import file_url, run_ffmpeg
from musivid.media.frames import VideoInfo, probe_video
from musivid.media.kinds import FILM
from musivid.media.labels import Label, add_cover_atom, append_xmp
from musivid.media.mp4 import container_options, frame_ticks, text_tags
from musivid.media.packets import PacketTimes, scan_packets
from musivid.media.soundtrack import Sound, SoundPlan, plan_sound

if TYPE_CHECKING:
    from ffmpeg.nodes import OutputStream

__all__ = ["join_parts", "join_sample"]

_SAMPLE_S = 1.0  # of sound that is joined on trial


def join_parts(
    parts: Sequence[Path],
    out: Path,
    *,
    fps: Fraction,
    sound: Sound | Sequence[Sound] | None = None,
    metadata: Mapping[str, object] | None = None,
    label: Label = Label(),  # noqa: B008 - it is frozen
    subtitles: Path | None = None,
    frames: int | None = None,
) -> int:
    """Join videos that were encoded alike; each decoded frame stays as it is.

    Args:
        parts: files with the same codec settings, size and rate, in order; their sound is dropped.
        out: the video to write; replaced only when all went well.
        fps: frame rate of all parts.
        sound: what to mux in the same process.
        metadata: tags; values that are not text become JSON.
        label: cover and XMP, for films that have room for them: not .webm.
        subtitles: SRT file that becomes a track which players can show.
        frames: how many there must be in all, if known.

    Returns:
        the number of frames.

    Raises:
        EncodeError: ffmpeg failed, or the parts do not fit together.
        UsageError: `out` cannot hold them.
        InputError: a part or the sound cannot be read.
        OutputError: `out` cannot be written.
    """
    check_output(out, force=True, endings=FILM.written)
    times = [scan_packets(part) for part in parts]
    total = sum(part.count for part in times)
    if frames is not None and total != frames:
        raise EncodeError(f"the parts hold {total} frames in all, not {frames}")
    first, ticks = _common_picture(parts, fps)
    plan = None
    if sound:
        plan = plan_sound(sound, sound_form(out, codec_for(out, _known(first.codec))))
    if plan:
        check_lengths(total, fps, plan.duration_s)
    tags, kind = text_tags(metadata), container_of(out).format
    if kind == "mov" and label.xmp:
        tags["xmp"] = label.xmp
    options = {
        **container_options(out, fps, tags),
        "c:v": "copy",
        **({"tag:v:0": "hvc1"} if first.codec == "hevc" else {}),
        "bsf:v:0": _uniform_times(max(part.delay for part in times), fps, ticks),
        **(plan.options if plan else {}),
    }
    cover = label.cover if kind == "mp4" else None
    if subtitles:
        options["c:s"] = container_of(out).subtitles
    if cover:
        options["disposition:v:1"] = "attached_pic"
    with delivered(out) as temporary, _plain_names(parts) as plain:
        graph = _graph(temporary, plan, options, cover, subtitles)
        run_ffmpeg(graph, stdin=_listing(plain, times, fps), metadata=tags)
        if kind == "mp4" and label.xmp:
            append_xmp(temporary, label.xmp)
        if kind == "mov" and label.cover:
            add_cover_atom(temporary, label.cover.read_bytes())
        check_video(temporary, frames=total, fps=fps, sound_s=plan.duration_s if plan else None)
    return total


def join_sample(
    part: Path, out: Path, *, fps: Fraction, sound: Sound, metadata: Mapping[str, object] | None
) -> None:
    """Join one part with the beginning of the sound, in the way in which all will be joined.

    Raises:
        EncodeError, UsageError, InputError: as `join_parts` has it.
    """
    first, ticks = _common_picture([part], fps)
    times, tags = [scan_packets(part)], text_tags(metadata)
    plan = plan_sound(sound, sound_form(out, codec_for(out, _known(first.codec))))
    options = {
        **container_options(out, fps, tags),
        "c:v": "copy",
        "bsf:v:0": _uniform_times(times[0].delay, fps, ticks),
        **plan.options,
        "t": f"{_SAMPLE_S:g}",
    }
    with _plain_names([part]) as plain:
        graph = _graph(out, plan, options, None, None)
        run_ffmpeg(graph, stdin=_listing(plain, times, fps), metadata=tags)


@contextmanager
def _plain_names(parts: Sequence[Path]) -> Iterator[list[Path]]:
    """The parts under names without line breaks, which a listing cannot hold."""
    if not any(mark in str(part.absolute()) for part in parts for mark in "\r\n"):
        yield list(parts)
        return
    with tempfile.TemporaryDirectory() as folder:
        plain = [Path(folder) / f"{number}{part.suffix}" for number, part in enumerate(parts)]
        for link, part in zip(plain, parts, strict=True):
            link.symlink_to(part.absolute())
        yield plain


def _known(codec: str) -> str:
    """The name of a codec that we write ourselves, else what stands for any."""
    return codec if codec in CODECS else "auto"


def _common_picture(parts: Sequence[Path], fps: Fraction) -> tuple[VideoInfo, int | None]:
    """The first part, and how many ticks of their clock a frame takes; refuse what differs.

    The clock of .webm counts milliseconds, whatever a frame takes: no number then.
    """
    if not parts:
        raise EncodeError("there are no parts to join")
    first = probe_video(parts[0])
    for part in parts[1:]:
        info = probe_video(part)
        if (info.codec, info.coded_size, info.extradata, info.time_base) != (
            first.codec,
            first.coded_size,
            first.extradata,
            first.time_base,
        ):
            raise EncodeError(
                f"{part} was encoded with different settings than {parts[0]}",
                hint="Perhaps another ffmpeg wrote it. Give --force to make all parts afresh.",
            )
    ticks = frame_ticks(fps, first.time_base)
    if ticks is None and container_of(parts[0]).counts:
        raise EncodeError(f"the clock of {parts[0]} cannot count frames of {float(fps):.3f} fps")
    return first, ticks


def _uniform_times(delay: int, fps: Fraction, ticks: int | None) -> str:
    """A bitstream filter that puts every packet onto the grid of frame times.

    The concat demuxer adds lengths in microseconds, so its times are a little off; and all are
    late if the sound of the first part begins before its picture.
    """
    rank = f"round((PTS-STARTPTS)*TB*{fps.numerator}/{fps.denominator})"
    if ticks is None:  # each is rounded from zero
        each = f"{fps.denominator}/({fps.numerator}*TB)"
        return (
            f"setts=pts=round({rank}*{each}):dts=round((N-{delay})*{each}):duration=round({each})"
        )
    return f"setts=pts={rank}*{ticks}:dts=(N-{delay})*{ticks}:duration={ticks}"


def _listing(parts: Sequence[Path], times: Sequence[PacketTimes], fps: Fraction) -> bytes:
    """The script of the concat demuxer.

    Begin and length of each part are stated, since its sound may begin earlier or end later.
    """
    lines = ["ffconcat version 1.0"]
    for part, part_times in zip(parts, times, strict=True):
        quoted = f"file:{part.absolute()}".replace("'", "'\\''")
        length_s = float(part_times.count / fps)
        lines += [f"file '{quoted}'", "inpoint 0", f"duration {length_s:.6f}"]
    return os.fsencode("\n".join([*lines, ""]))


def _graph(
    out: Path,
    plan: SoundPlan | None,
    options: Mapping[str, str],
    cover: Path | None,
    subtitles: Path | None,
) -> OutputStream:
    import ffmpeg

    script = ffmpeg.input("pipe:0", format="concat", safe=0, protocol_whitelist="file,pipe")
    streams = [script["v:0"], *([plan.stream] if plan else [])]
    if subtitles:
        streams.append(ffmpeg.input(file_url(subtitles), format="srt")["s:0"])
    if cover:
        streams.append(ffmpeg.input(file_url(cover))["v:0"])
    return ffmpeg.output(*streams, file_url(out), **options)
