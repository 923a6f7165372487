"""What a song says, as timed text: samples to cues, song to captions, file to captions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.sound import SoundFacts, hear
from musivid.core.outputs import check_apart, check_output
from musivid.core.paths import expanded
from musivid.core.progress import Reporter, Silent
from musivid.core.storage import write_atomic
from musivid.core.timeline import Cue
from musivid.media.audio import Track
from musivid.media.listening import listen_to_song
from musivid.media.lyrics.formats import written_format_of
from musivid.media.lyrics.writing import format_cues
from musivid.pipeline.caption.job import LEAST_S, check_caption, too_short
from musivid.pipeline.caption.kinds import CaptionKind, caption_kind
from musivid.pipeline.caption.windows import place_captions
from musivid.pipeline.guidance.windows import Window
from musivid.settings.caption import CaptionPreset
from musivid.settings.presets import Overrides, change_preset, load_preset, without_none
from musivid.weights.session import Session

__all__ = [
    "Captioned",
    "caption",
    "caption_file",
    "caption_samples",
    "caption_song",
    "open_captioner",
]


@dataclass(frozen=True, slots=True)
class Captioned:
    """A song and what is said of it.

    Attributes:
        cues: one for each window, ascending; with overlap they lap over each other.
        duration_s: length of the song.
        model: who said it.
        song: its file; None: it was in memory.
    """

    cues: tuple[Cue, ...]
    duration_s: float
    model: str
    song: Path | None = field(default=None, repr=False, compare=False)

    def __len__(self) -> int:
        """Return how many captions there are."""
        return len(self.cues)

    def __iter__(self) -> Iterator[Cue]:
        """Yield all captions."""
        return iter(self.cues)

    def text(self, form: str = "txt") -> str:
        """The captions as a file's text.

        Args:
            form: one of `written_formats()`; txt has a time on each line, so that it is read
                back as timed text.

        Raises:
            UsageError: no such format.
        """
        return format_cues(self.cues, form, duration_s=self.duration_s)

    def save(self, path: Path | str, *, force: bool = False) -> Path:
        """Write the captions in the format that the name ends in: json, jsonl, srt, vtt, ...

        Raises:
            UsageError: no such format. OutputError: it exists, or cannot be written.
        """
        out = expanded(path)
        text = self.text(written_format_of(out))
        check_output(out, force=force)
        check_apart({"captions": out}, {"song": self.song})
        out.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(out, text)
        return out


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
    track = listen_to_song(song, reporter)
    for text in track.warnings:
        reporter.warn(text)
    return _captioned(track, captioner, preset, reporter)


def caption(
    song: Track | Path | str,
    *,
    preset: CaptionPreset | str | Path = "pocket",
    settings: Overrides = (),
    seed: int | None = None,
    windows: str | None = None,
    session: Session | None = None,
    reporter: Reporter | None = None,
) -> Captioned:
    """Say in words what is heard in a song: timed captions for all of it.

    Args:
        song: a file with sound, or a track.
        preset: settings, by name or path, or loaded.
        settings: laid over the preset, as {"overlap": True}.
        seed: of everything; None: the preset's.
        windows: what one caption is for: `10s`, `beats:16`, `sections`, `song`.
        session: device and models; None: one of its own.
        reporter: told of stages and progress.

    Raises:
        MusividError: an input, setting or model that cannot be used; the subclass says which.
    """
    reporter = reporter or Silent()
    chosen = load_preset("caption", preset) if isinstance(preset, str | Path) else preset
    typed = {"seed": seed, "windows": windows}
    chosen = change_preset(change_preset(chosen, settings), without_none(typed))
    session = session or Session(reporter=reporter)
    if isinstance(song, Track):
        captioner = open_captioner(session, chosen)
        return _captioned(song, captioner, chosen, reporter)
    path = expanded(song)
    check_caption(path, chosen, offline=session.offline)
    return caption_file(path, session, chosen, reporter)


def caption_samples(
    samples: NDArray[np.float32], rate_hz: int, *, preset: CaptionPreset, session: Session
) -> tuple[Cue, ...]:
    """What is heard in a sound, one cue a window.

    Args:
        samples: float32 [channels, n], -1..1.
        rate_hz: samples a second.
        preset: settings.
        session: device and models.
    """
    return caption(Track(samples, rate_hz), preset=preset, session=session).cues


def _captioned(
    track: Track, captioner: CaptionKind, preset: CaptionPreset, reporter: Reporter
) -> Captioned:
    """A track with its captions.

    Raises:
        InputError: shorter than a second.
    """
    if track.duration_s < LEAST_S:
        raise too_short(track.path or Path("the track"), track.duration_s)
    heard = hear(track)
    windows = place_captions(heard, preset.windows, overlap=preset.overlap)
    cues = caption_song(track, heard, captioner, windows, reporter)
    return Captioned(tuple(cues), track.duration_s, preset.models.captioner, track.path)
