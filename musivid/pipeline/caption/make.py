"""`caption`: what a song says, as timed text; file to text, track to cues."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from musivid.analysis.sound import SoundFacts, hear
from musivid.core.progress import Reporter, Silent
from musivid.core.timeline import Cue
from musivid.media.audio import Track, load_track
from musivid.media.lyrics.reading import format_cues
from musivid.pipeline.caption.job import LEAST_S, too_short
from musivid.pipeline.caption.kinds import CaptionKind, caption_kind
from musivid.pipeline.caption.windows import place_captions
from musivid.pipeline.guidance.windows import Window
from musivid.settings.caption import CaptionPreset
from musivid.weights.session import Session

__all__ = [
    "Captioned",
    "caption_file",
    "caption_song",
    "format_captions",
    "open_captioner",
]


@dataclass(frozen=True, slots=True)
class Captioned:
    """A song and what is said of it.

    Attributes:
        cues: one for each window, ascending; with overlap they lap over each other.
        duration_s: length of the song.
        model: who said it.
    """

    cues: tuple[Cue, ...]
    duration_s: float
    model: str


def open_captioner(session: Session, preset: CaptionPreset) -> CaptionKind:
    """The captioner that a preset names.

    Raises:
        UsageError: an unknown name. WeightsError: weights or vocabulary that are missing or
            damaged.
    """
    network = session.captioner(preset.models.captioner)
    return caption_kind(network.kind).open(network, session, preset)


def caption_song(
    track: Track,
    heard: SoundFacts,
    captioner: CaptionKind,
    windows: Sequence[Window],
    reporter: Reporter | None = None,
) -> list[Cue]:
    """Caption the windows of a track.

    Args:
        track: the song.
        heard: what is known of it.
        captioner: from `open_captioner`.
        windows: from `place_captions`.
        reporter: told how far the work is.
    """
    texts = captioner.caption(track, heard, windows, reporter or Silent())
    return [
        Cue(round(window.start_s, 3), round(window.end_s, 3), text)
        for window, text in zip(windows, texts, strict=True)
    ]


def caption_file(
    song: Path, session: Session, preset: CaptionPreset, reporter: Reporter
) -> Captioned:
    """Caption a song that was checked.

    Raises:
        InputError: the sound cannot be decoded, or is shorter than a second.
        UsageError, WeightsError: as `open_captioner` and `place_captions` have it.
    """
    captioner = open_captioner(session, preset)
    reporter.stage("listen")
    track = load_track(song)
    for text in track.warnings:
        reporter.warn(text)
    if track.duration_s < LEAST_S:
        raise too_short(song, track.duration_s)
    heard = hear(track)
    windows = place_captions(heard, preset.windows, overlap=preset.overlap)
    cues = caption_song(track, heard, captioner, windows, reporter)
    return Captioned(tuple(cues), track.duration_s, preset.models.captioner)


def format_captions(made: Captioned, form: str) -> str:
    """The captions as a file's text: json, jsonl, srt, vtt, csv, or txt with a time on each line.

    Plain cues would have no times in txt; with them the file is read back as timed text.
    """
    if form == "txt":
        return "".join(f"{_stamp(cue.start_s)} {cue.text}\n" for cue in made.cues)
    return format_cues(made.cues, form, duration_s=made.duration_s)


def _stamp(seconds: float) -> str:
    minutes, rest = divmod(round(seconds * 1000), 60_000)
    return f"{minutes:02d}:{rest // 1000:02d}.{rest % 1000:03d}"
