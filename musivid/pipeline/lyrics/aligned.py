"""Words that are known onto a song: letters that were heard become times of words and lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.forced import STAR, Stretch, force_tokens
from musivid.pipeline.lyrics.spoken import SpokenLine
from musivid.pipeline.lyrics.sung import SungLine, SungWord

__all__ = ["align_lines", "letters_of", "text_of"]


def text_of(lines: Sequence[SpokenLine], delimiter: int | None) -> list[int]:
    """The tokens of a text: a star before, between and behind its lines.

    Args:
        lines: of which those that are heard count.
        delimiter: token between words; None: there is none.
    """
    tokens: list[int] = [STAR]
    for line in lines:
        if not line.is_heard:
            continue
        for word in line.words:
            if word.tokens:
                if delimiter is not None and tokens[-1] != STAR:
                    tokens.append(delimiter)
                tokens += word.tokens
        tokens.append(STAR)
    return tokens


def letters_of(tokens: Sequence[int], blank: int) -> list[int]:
    """The tokens that must be listened for, the blank first."""
    return [blank, *sorted({*tokens} - {STAR, blank})]


def align_lines(
    lines: Sequence[SpokenLine],
    heard: NDArray[np.float32],
    columns: Sequence[int],
    *,
    delimiter: int | None,
    frame_s: float,
    tail_s: float,
    duration_s: float,
) -> list[SungLine]:
    """The lines with the times of their words.

    A line without a letter that can be heard lies between its neighbours, with no confidence.

    Args:
        lines: of the text, one at least is heard.
        heard: log-likelihoods [frames, len(columns)].
        columns: tokens of these, from `letters_of`.
        delimiter: token between words, or None.
        frame_s: seconds of a frame.
        tail_s: how long a line stays behind its last letter, at most.
        duration_s: length of the song.

    Raises:
        InputError: the words do not fit into the song.
    """
    text = text_of(lines, delimiter)
    place = {token: column for column, token in enumerate(columns)}
    wanted = [STAR if token == STAR else place[token] for token in text]
    spans = force_tokens(heard, wanted)
    letters = iter(
        span for token, span in zip(text, spans, strict=True) if token not in (STAR, delimiter)
    )
    found = [_line(line, letters, frame_s) for line in lines]
    return list(_settled(lines, found, tail_s, duration_s))


def _line(line: SpokenLine, letters: Iterator[Stretch], frame_s: float) -> SungLine | None:
    """A line where its letters are; None: it has none."""
    words: list[SungWord] = []
    chances: list[float] = []
    for word in line.words:
        spans = [next(letters) for _ in word.tokens]
        if spans:
            chances += [span.chance for span in spans]
            sure = sum(span.chance for span in spans) / len(spans)
            begin, end = spans[0].first * frame_s, spans[-1].stop * frame_s
            words.append(SungWord(word.text, round(begin, 3), round(end, 3), round(sure, 3)))
        elif words:  # it is said with the word before it
            words.append(SungWord(word.text, words[-1].end_s, words[-1].end_s, 0.0))
        else:
            words.append(SungWord(word.text, -1.0, -1.0, 0.0))
    if not chances:
        return None
    first = next(word.start_s for word in words if word.start_s >= 0)
    words = [replace(w, start_s=first, end_s=first) if w.start_s < 0 else w for w in words]
    sure = round(sum(chances) / len(chances), 3)
    return SungLine(line.text, first, words[-1].end_s, sure, tuple(words))


def _settled(
    lines: Sequence[SpokenLine],
    found: Sequence[SungLine | None],
    tail_s: float,
    duration_s: float,
) -> Iterator[SungLine]:
    """All lines, each with its end; those that were not heard share the room between others."""
    end_s = 0.0
    index = 0
    while index < len(lines):
        after = next((n for n in range(index, len(found)) if found[n] is not None), len(found))
        later = found[after] if after < len(found) else None
        until_s = later.start_s if later else duration_s
        for number in range(index, after):
            share = (until_s - end_s) / (after - index)
            begin_s = end_s + share * (number - index)
            yield SungLine(lines[number].text, round(begin_s, 3), round(begin_s + share, 3), 0.0)
        if later is not None:
            rest = (line.start_s for line in found[after + 1 :] if line is not None)
            room_s = min(next(rest, duration_s), duration_s)
            end_s = round(max(later.end_s, min(later.end_s + tail_s, room_s)), 3)
            yield replace(later, end_s=end_s)
        index = after + 1
