"""The sound of an output: which part of which file, copied or encoded; for sink and join."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from musivid.core.errors import UsageError
from musivid.media.audio import AudioInfo, probe_audio
from musivid.media.codecs import AAC_SOUND, SoundForm
from musivid.media.ffmpeg import file_url
from musivid.media.links import is_one_song
from musivid.media.steady import SteadyCopy, sound_forms

if TYPE_CHECKING:
    from ffmpeg.nodes import FilterableStream

__all__ = ["Sound", "SoundPlan", "plan_sound"]

_SAME_LENGTH_S = 0.01  # a file whose length differs by less is used as a whole
_SAME_START_S = 0.001  # less is rounding
_MAX_RATE_HZ = 48_000  # beyond it, many players refuse AAC
_LEAST_MP3_HZ = 16_000  # MPEG-2.5 has lower ones, which MP4 knows nothing of
_MAX_CHANNELS = 6  # ffmpeg's AAC encoder knows the layouts up to 5.1 reliably
_PROBED = 2500  # packets that ffmpeg looks at to know a codec, unless told otherwise
_JOINED_RATE_HZ = 48_000  # of sounds that are joined; video's usual rate


# What is no number is silence, and what is infinite full scale, as a decoded song has it.
_FINITE = "if(isnan(val(ch)),0,if(isinf(val(ch)),sgn(val(ch)),val(ch)))"


@dataclass(frozen=True, slots=True)
class Sound:
    """Sound to go with the picture, from the original file.

    Attributes:
        path: any file with sound in it.
        start_s: where in the file to begin.
        duration_s: how long; silence fills up what the file lacks.
        codec: `auto` copies the stream if it is used whole and fits into the film, else encodes;
            `copy` demands that; `aac` encodes to that, `encode` as the film usually has it.
        kbps: bit rate of the encoding.
        by_clock: place the samples where the file's own clock says, so that the sound of a video
            stays with its picture; else the first sample begins at 0, as in a Track.
    """

    path: Path
    start_s: float
    duration_s: float
    codec: Literal["auto", "copy", "aac", "encode"] = "auto"
    kbps: int = 256
    by_clock: bool = False


@dataclass(frozen=True, slots=True)
class SoundPlan:
    """How sound goes into an output.

    Attributes:
        stream: what ffmpeg-python takes as an output's stream.
        options: options of the output.
        duration_s: how long the sound will be.
        copies: files that the stream reads and that are there as long as this.
    """

    stream: FilterableStream
    options: dict[str, str]
    duration_s: float
    copies: tuple[SteadyCopy, ...] = ()


def plan_sound(sounds: Sound | Sequence[Sound], form: SoundForm) -> SoundPlan:
    """Decide how to bring in one sound, or several one after the other.

    Args:
        sounds: in order.
        form: how the film holds sound.

    Raises:
        InputError: a file cannot be read or has no sound.
        UsageError: `copy` is demanded where the stream cannot be copied, or AAC where there is
            none.
    """
    sounds = [sounds] if isinstance(sounds, Sound) else sounds
    form = _wanted_form(sounds, form)
    if len(sounds) == 1:
        return _plan_one(sounds[0], form)
    if any(sound.codec == "copy" for sound in sounds):
        raise UsageError(
            f"{len(sounds)} sounds are joined and so encoded: they cannot be copied",
            hint=f"Let them become {form.title}: sound auto.",
        )
    import ffmpeg

    sounds, copies = _steady(sounds)
    pieces = [
        _encoded(
            sound, probe_audio(sound.path, least_s=0.0), _JOINED_RATE_HZ, number=number
        ).filter("aformat", channel_layouts="stereo", sample_fmts="fltp")
        for number, sound in enumerate(sounds)
    ]
    return SoundPlan(
        stream=ffmpeg.concat(*pieces, v=0, a=1),
        options=_coded(form, min(sound.kbps for sound in sounds)),
        duration_s=sum(sound.duration_s for sound in sounds),
        copies=copies,
    )


def _steady(sounds: Sequence[Sound]) -> tuple[list[Sound], tuple[SteadyCopy, ...]]:
    """The sounds, those that change their form as copies that do not, and these copies."""
    steady, copies = [], []
    for sound in sounds:
        if _is_steady(sound):
            steady.append(sound)
            continue
        end_s = sound.start_s + sound.duration_s
        copies.append(SteadyCopy(sound.path, end_s, by_clock=sound.by_clock))
        steady.append(replace(sound, path=copies[-1].path, by_clock=False))
    return steady, tuple(copies)


def _is_steady(sound: Sound) -> bool:
    """Whether it is one song whose rate and channels stay the same."""
    return is_one_song(sound.path) and len(sound_forms(sound.path)) < 2


def _wanted_form(sounds: Sequence[Sound], form: SoundForm) -> SoundForm:
    """How sound is coded, when AAC may be asked for."""
    if not any(sound.codec == "aac" for sound in sounds):
        return form
    if not form.or_aac:
        raise UsageError(
            f"such a film holds {form.title}, not AAC", hint="Leave sound auto, or name an mp4."
        )
    return AAC_SOUND


def _plan_one(sound: Sound, form: SoundForm) -> SoundPlan:
    info = probe_audio(sound.path, least_s=0.0)
    obstacle = _copy_obstacle(sound, info, form)
    if sound.codec == "copy" and obstacle:
        raise UsageError(
            f"the sound of {sound.path} cannot be copied: {obstacle}",
            hint="Let it be encoded: sound codec auto.",
        )
    if sound.codec not in ("aac", "encode") and not obstacle:
        return SoundPlan(_source(sound), {"c:a": "copy"}, sound.duration_s)
    (steady,), copies = _steady([sound])
    if copies:
        info = probe_audio(steady.path, least_s=0.0)
    stream = _encoded(steady, info, _rate_hz(info.rate_hz, form))
    return SoundPlan(stream, _coded(form, sound.kbps), sound.duration_s, copies)


def _copy_obstacle(sound: Sound, info: AudioInfo, form: SoundForm) -> str:
    """Why the stream must be encoded; empty if it can be copied."""
    if info.codec not in form.copied:
        return f"such a film should hold no {info.codec}"
    if info.codec == "mp3" and info.rate_hz < _LEAST_MP3_HZ:
        return f"such a film should hold no MP3 of {info.rate_hz} Hz"
    if sound.start_s > 0:
        return f"it begins at {sound.start_s:g} s"
    if info.duration_s is None or not info.exact:
        return "its length is not known exactly"
    if abs(info.duration_s - sound.duration_s) > _SAME_LENGTH_S:
        return f"it lasts {info.duration_s:.2f} s, not the {sound.duration_s:.2f} s wanted"
    if info.delay_s > _SAME_START_S:
        return f"it begins {info.delay_s:.3f} s after its picture"
    if info.codec == "mp3" and not _is_steady(sound):  # others say their form once for all
        return "its rate or its channels change on the way"
    return ""


def _source(sound: Sound, number: int = 0) -> FilterableStream:
    """The stream of a file; a number tells those of a file apart that is read several times.

    One input cannot be used twice, and would have to be kept in memory until its second turn.
    """
    import ffmpeg

    own = {"max_probe_packets": _PROBED + number} if number else {}
    return ffmpeg.input(file_url(sound.path), protocol_whitelist="file", **own)["a:0"]


def _encoded(sound: Sound, info: AudioInfo, rate_hz: int, number: int = 0) -> FilterableStream:
    """The asked-for part of the sound, exact to the sample, filled up with silence."""
    start = round(sound.start_s * rate_hz)
    length = max(1, round(sound.duration_s * rate_hz))
    stream = _source(sound, number)
    if info.codec.startswith("pcm_f"):  # encoders refuse what is no number
        stream = stream.filter("aeval", _FINITE, c="same")
    if sound.by_clock:
        # `async` fills gaps and cuts overlaps, so that every sample lies where its time says.
        stream = stream.filter("aresample", rate_hz, **{"async": 1, "first_pts": 0})
    else:
        stream = stream.filter("aresample", rate_hz)
    if len(info.channels) > _MAX_CHANNELS:
        stream = _in_stereo(stream, info.channels)
    return (
        stream.filter("asetpts", "N/SR/TB")
        .filter("atrim", start_sample=start, end_sample=start + length)
        .filter("asetpts", "N/SR/TB")
        .filter("apad", whole_len=length)
    )


def _in_stereo(stream: FilterableStream, channels: Sequence[str]) -> FilterableStream:
    """Many channels in two; those without names, which ffmpeg cannot mix, in equal shares."""
    if "NONE" not in channels:
        return stream.filter("aformat", channel_layouts="stereo")
    mean = "+".join(f"c{number}" for number in range(len(channels)))
    return stream.filter("pan", f"stereo|c0<{mean}|c1<{mean}")  # `<` makes it a mean


def _rate_hz(rate_hz: int, form: SoundForm) -> int:
    """The rate that sound of some rate is encoded at."""
    return form.rates_hz[0] if form.rates_hz else min(rate_hz, _MAX_RATE_HZ)


def _coded(form: SoundForm, kbps: int) -> dict[str, str]:
    rate = {"b:a": f"{kbps}k"} if form.has_rate else {}
    return {"c:a": form.encoder, **rate}
