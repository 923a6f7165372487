"""What is sung, written down: windows of a song to lines, without what a network makes up.

Where nobody sings, networks that write speech make up words or say one line for ever (Radford et
al. 2022, section 4.5): windows that are likely silent, lines where nothing sounds, and what comes
too often in a row are left out, and told.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from musivid.core.clock import clock
from musivid.core.progress import Reporter
from musivid.pipeline.lyrics.kept import Progress, progress_of
from musivid.pipeline.lyrics.sung import SungLine, SungWord

if TYPE_CHECKING:
    from musivid.nets.protocols import Transcriber
    from musivid.nets.speech.whisper import HeardLine
    from musivid.settings.lyrics import LyricsPreset
    from musivid.weights.session import Session

__all__ = ["WrittenLyrics", "believed", "write_lines"]

_LEAST_S = 0.1  # of a window that is worth hearing
_SILENT = 0.003  # of the loudest moment (-50 dB): nothing is heard
_SILENT_PEAK = 1e-4  # of a song in which nothing is heard at all
_LEAST_LINE_S = 0.02  # a frame: a line that ends where it begins


@dataclass(frozen=True, slots=True)
class WrittenLyrics:
    """Lines that were written down, what they are sung in, and what was left out."""

    lines: tuple[SungLine, ...]
    language: str | None
    left_out: tuple[str, ...]


def write_lines(
    samples: NDArray[np.float32],
    session: Session,
    transcriber: Transcriber,
    preset: LyricsPreset,
    reporter: Reporter,
) -> WrittenLyrics:
    """Write down what is sung; killed at any moment, the same call goes on and gives the same.

    Args:
        samples: float32 [time], -1..1, at the transcriber's rate.
        session: where the network works.
        transcriber: the network.
        preset: language, search, and what is believed.
        reporter: told how far it is.

    Raises:
        UsageError: a language that the network does not know.
    """
    rate, settings = transcriber.rate_hz, preset.transcription
    if preset.language is not None:
        transcriber.check_language(preset.language)
    kept = progress_of(samples, session, preset)
    before = kept.load()
    language, silent = preset.language or before.language, before.silent
    lines: list[SungLine] = [*before.lines]
    lasts_s = len(samples) / rate
    start_s = told_s = min(before.start_s, lasts_s)
    if start_s:
        reporter.note(f"goes on at {clock(start_s)}, where it was interrupted")
    reporter.stage("write down", max(1, int(lasts_s)), "s")
    reporter.advance(int(start_s))
    while lasts_s - start_s >= _LEAST_S:
        first = round(start_s * rate)
        window = samples[first : first + round(transcriber.window_s * rate)]
        with session.autocast():
            heard = transcriber.listen(torch.from_numpy(window))
            language = language or transcriber.language_of(heard)
            found = transcriber.write(
                heard, len(window) / rate, language=language, beams=settings.beams
            )
        made = [_line(one, start_s) for one in found.lines if one.words]
        sung = [
            one
            for one in made
            if found.silence < settings.silence or one.confidence >= preset.unsure
        ]
        silent += len(made) - len(sung)
        lines += sung
        start_s += max(found.until_s, _LEAST_S)
        reporter.advance(max(0, min(int(start_s), int(lasts_s)) - int(told_s)))
        told_s = min(start_s, lasts_s)
        kept.save(Progress(start_s, language, silent, tuple(lines)))
    kept.remove()
    left = [f"{silent} lines are left out, where nobody seems to sing"] if silent else []
    sure, told = believed(lines, samples, rate, settings.repeats)
    return WrittenLyrics(sure, language, (*left, *told))


def believed(
    lines: Sequence[SungLine], samples: NDArray[np.float32], rate_hz: int, repeats: int
) -> tuple[tuple[SungLine, ...], tuple[str, ...]]:
    """The lines that somebody may have sung, and what to tell of the others.

    Args:
        lines: ascending.
        samples: float32 [time] of the song.
        rate_hz: of these.
        repeats: how often a line may come in a row.
    """
    peak = float(np.abs(samples).max(initial=0.0))
    least = max(_SILENT * peak, _SILENT_PEAK)
    sounding = [line for line in lines if _loudest(line, samples, rate_hz) > least]
    kept = [
        line
        for _, same in itertools.groupby(sounding, lambda line: line.text.casefold())
        for line in itertools.islice(same, repeats)
    ]
    told = []
    if quiet := len(lines) - len(sounding):
        told.append(f"{quiet} lines are left out, where nothing is heard")
    if again := len(sounding) - len(kept):
        told.append(f"{again} lines are left out that came more than {repeats} times in a row")
    return tuple(kept), tuple(told)


def _line(heard: HeardLine, at_s: float) -> SungLine:
    """A line on the song's clock; its words have times if all of them do, in order."""
    begin = round(at_s + heard.start_s, 3)
    end = round(max(at_s + heard.end_s, begin + _LEAST_LINE_S), 3)
    text = "".join(word.text for word in heard.words).strip()
    sure = float(np.mean([word.confidence for word in heard.words]))
    words: list[SungWord] = []
    before = begin
    for word in heard.words:
        if word.start_s is None or word.end_s is None:
            words.clear()
            break
        start = round(min(max(before, at_s + word.start_s), end), 3)
        until = round(min(max(start, at_s + word.end_s), end), 3)
        words.append(SungWord(word.text.strip(), start, until, round(word.confidence, 3)))
        before = start
    return SungLine(text, begin, end, round(sure, 3), tuple(words))


def _loudest(line: SungLine, samples: NDArray[np.float32], rate_hz: int) -> float:
    part = samples[int(line.start_s * rate_hz) : int(line.end_s * rate_hz) + 1]
    return float(np.abs(part).max(initial=0.0))
