"""The words of a song with their times: track to lines, file to lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from musivid.core.errors import InputError
from musivid.core.paths import expanded
from musivid.core.progress import Reporter, Silent
from musivid.media.audio import Track, load_track
from musivid.media.listening import listen_to_song
from musivid.pipeline.lyrics.aligned import align_lines, letters_of, text_of
from musivid.pipeline.lyrics.apart import voice_of
from musivid.pipeline.lyrics.emissions import hear_letters
from musivid.pipeline.lyrics.job import (
    CheckedLyrics,
    LyricsJob,
    check_heeded,
    check_lyrics,
    check_models,
)
from musivid.pipeline.lyrics.spoken import passed_over, speak
from musivid.pipeline.lyrics.sung import SungLyrics
from musivid.pipeline.lyrics.written import write_lines
from musivid.settings.lyrics import LyricsPreset
from musivid.settings.presets import Overrides, change_preset, load_preset, without_none
from musivid.weights.names import separator_named
from musivid.weights.session import Session

if TYPE_CHECKING:
    from musivid.nets.speech.ctc import Letters

__all__ = ["lyrics", "lyrics_file", "lyrics_of_track"]

_SILENT_PEAK = 1e-4  # of a song in which nothing is heard


def lyrics_file(checked: CheckedLyrics, session: Session, reporter: Reporter) -> SungLyrics:
    """Time the words of a song that was checked.

    Raises:
        InputError: the sound cannot be decoded, nothing is heard in it, or the words do not fit.
        UsageError, WeightsError: as `check_models` has it.
    """
    check_models(checked, offline=session.offline)
    track = listen_to_song(checked.job.song, reporter)
    return lyrics_of_track(track, checked, session, reporter)


def lyrics_of_track(
    track: Track, checked: CheckedLyrics, session: Session, reporter: Reporter
) -> SungLyrics:
    """The same for a track.

    Raises:
        InputError, UsageError, WeightsError: as `lyrics_file` has it.
    """
    job = checked.job
    heard = track if job.voice is None else load_track(job.voice)
    for text in (*checked.warnings, *dict.fromkeys((*track.warnings, *heard.warnings))):
        reporter.warn(text)
    if float(np.abs(heard.samples).max(initial=0.0)) < _SILENT_PEAK:
        raise InputError(f"nothing is heard in {job.voice or job.song}", hint="Give a sung song.")
    text_file = job.text if isinstance(job.text, Path) else None
    apart_by = None if job.voice else separator_named(job.preset.models.separator)
    made = SungLyrics(
        (), track.duration_s, checked.model, job.preset.language, job.preset.unsure,
        apart_by, track.path, text_file,
    )  # fmt: skip
    if apart_by is not None:
        separator = session.separator(apart_by)
        heard = voice_of(heard, session, separator, job.preset.separation, reporter)
    if checked.lines is None:
        made = _written(made, heard, job.preset, session, reporter)
    else:
        made = _aligned(made, heard, checked.lines, job.preset, session=session, reporter=reporter)
    for text in made.told():
        reporter.warn(text)
    return made


def lyrics(
    song: Track | Path | str,
    text: Path | str | Sequence[str] | None = None,
    *,
    preset: LyricsPreset | str | Path = "small",
    settings: Overrides = (),
    language: str | None = None,
    voice: Path | str | None = None,
    session: Session | None = None,
    reporter: Reporter | None = None,
) -> SungLyrics:
    """Time the words of a song, or write down what is sung where none are given.

    Args:
        song: a file with sound, or a track.
        text: its words, as a file or as lines; None: they are written down.
        preset: settings, by name or path, or loaded.
        settings: laid over the preset, as {"models.aligner": "mms-aligner"}.
        language: code of what is sung.
        voice: a file with the voice alone, on the song's clock.
        session: device and models; None: one of its own.
        reporter: told of stages and progress.

    Raises:
        MusividError: an input, setting or model that cannot be used; the subclass says which.
    """
    reporter = reporter or Silent()
    chosen = load_preset("lyrics", preset) if isinstance(preset, str | Path) else preset
    chosen = change_preset(change_preset(chosen, settings), without_none({"language": language}))
    session = session or Session(reporter=reporter)
    words = expanded(text) if isinstance(text, str | Path) else None if text is None else (*text,)
    alone = None if voice is None else expanded(voice)
    path = song.path or Path("song") if isinstance(song, Track) else expanded(song)
    job = LyricsJob(path, chosen, words, voice=alone)
    if not isinstance(song, Track):
        return lyrics_file(check_lyrics(job), session, reporter)
    check_heeded(job)
    lines = words if isinstance(words, tuple) else None
    checked = CheckedLyrics(job, lines, song.duration_s)
    if isinstance(words, Path):
        from musivid.media.lyrics.reading import read_words

        found, warnings = read_words(words)
        checked = replace(checked, lines=tuple(found), warnings=tuple(warnings))
    check_models(checked, offline=session.offline)
    return lyrics_of_track(song, checked, session, reporter)


def _written(
    made: SungLyrics, track: Track, preset: LyricsPreset, session: Session, reporter: Reporter
) -> SungLyrics:
    """What is sung, written down.

    Raises:
        InputError: nothing was understood.
    """
    transcriber = session.transcriber(preset.models.transcriber)
    samples = _mono(track, transcriber.rate_hz)
    found = write_lines(samples, session, transcriber, preset, reporter)
    for text in found.left_out:
        reporter.warn(text)
    if not found.lines:
        raise InputError(
            "no words are heard in the song", hint="Give its words with --text, or its --language."
        )
    return replace(made, lines=found.lines, language=found.language)


def _aligned(
    made: SungLyrics,
    track: Track,
    lines: Sequence[str],
    preset: LyricsPreset,
    *,
    session: Session,
    reporter: Reporter,
) -> SungLyrics:
    """The lines that are given, with their times.

    Raises:
        InputError: no letter of them can be heard by the model, or they do not fit into the song.
    """
    aligner = session.aligner(preset.models.aligner)
    aligner.speak(preset.language)
    letters: Letters = aligner.letters
    spoken = speak(lines, letters, preset.language)
    told = passed_over(spoken, letters)
    if not any(line.is_heard for line in spoken):
        raise InputError(
            f"{preset.models.aligner} has no letters for these words"
            + (f": {told[0]}" if told else ""),
            hint="Take an aligner of their language: --preset mms, or --set models.aligner=...",
        )
    for text in told:
        reporter.warn(text)
    if unheard := sum(not line.is_heard for line in spoken):
        reporter.warn(f"{unheard} lines have no letter that is heard; they lie between the others")
    columns = letters_of(text_of(spoken, letters.delimiter), letters.blank)
    samples = _mono(track, aligner.rate_hz)
    heard = hear_letters(samples, columns, session, aligner, preset.alignment, reporter=reporter)
    reporter.stage("time the words")
    timed = align_lines(
        spoken,
        heard,
        columns,
        delimiter=letters.delimiter,
        frame_s=aligner.hop_samples / aligner.rate_hz,
        tail_s=preset.alignment.tail_s,
        duration_s=made.duration_s,
    )
    return replace(made, lines=tuple(timed))


def _mono(track: Track, rate_hz: int) -> NDArray[np.float32]:
    return np.ascontiguousarray(track.mono(rate_hz), np.float32)
