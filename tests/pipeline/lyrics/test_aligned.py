"""Lines onto emissions that were made, so that all times are known; and what is not believed."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from musivid.nets.speech.ctc import Letters
from musivid.pipeline.lyrics.aligned import align_lines, letters_of, text_of
from musivid.pipeline.lyrics.spoken import speak
from musivid.pipeline.lyrics.sung import SungLine, SungLyrics
from musivid.pipeline.lyrics.written import believed

LETTERS = Letters({sign: n + 2 for n, sign in enumerate("abcdefghijklmnopqrstuvwxyz")}, 0, 1)
FRAME_S = 0.02


def emitted(said: str, columns: list[int], sure: float = 0.9) -> NDArray[np.float32]:
    """Each sign of `said` is a frame: a letter, `|` between words, `.` nothing."""
    tokens = {".": 0, "|": 1, **LETTERS.tokens}
    chances = np.full((len(said), len(columns)), (1 - sure) / len(columns), np.float32)
    for frame, sign in enumerate(said):
        if tokens[sign] in columns:
            chances[frame, columns.index(tokens[sign])] = sure
    return np.log(chances)


def timed(lines: list[str], said: str, *, tail_s: float = 0.0, sure: float = 0.9) -> list[SungLine]:
    spoken = speak(lines, LETTERS)
    columns = letters_of(text_of(spoken, LETTERS.delimiter), LETTERS.blank)
    return align_lines(
        spoken, emitted(said, columns, sure), columns, delimiter=LETTERS.delimiter,
        frame_s=FRAME_S, tail_s=tail_s, duration_s=len(said) * FRAME_S,
    )  # fmt: skip


def test_words_are_where_they_were_made() -> None:
    said = "....r.e.d.|.s.e.a...zzzz....b.l.u.e...."
    first, second = timed(["Red sea!", "Blue"], said)
    assert [(w.text, w.start_s, w.end_s) for w in first.words] == [
        ("Red", 0.08, 0.18), ("sea!", 0.24, 0.34)]  # fmt: skip
    assert (first.text, first.start_s, first.end_s) == ("Red sea!", 0.08, 0.34)
    assert (second.start_s, second.end_s) == (said.index("b") * FRAME_S, 0.70)
    assert first.confidence == second.confidence == pytest.approx(0.9)


def test_a_line_stays_for_its_tail_as_far_as_there_is_room() -> None:
    said = "..a.....b........."
    first, second = timed(["a", "b"], said, tail_s=0.1)
    assert first.end_s == pytest.approx(0.16) and second.start_s == pytest.approx(0.16)
    assert second.end_s == pytest.approx(0.28)


def test_a_line_that_is_not_sung_has_little_confidence() -> None:
    sung, missing = timed(["red", "xyz"], "..r.e.d.........")
    assert sung.confidence > 0.8 and missing.confidence < 0.1
    made = SungLyrics((sung, missing), 1.0, "made")
    assert made.doubtful == (missing,)
    assert made.told()[0].startswith("1 of 2 lines are unsure: 0:00.")
    assert SungLyrics((sung,), 1.0, "made").told() == []


def test_lines_and_words_without_letters_lie_between_others() -> None:
    lines = timed(["…", "a ~", "~", "b"], "......a.......b.....")
    starts = [line.start_s for line in lines]
    assert starts == sorted(starts) and [line.confidence > 0.5 for line in lines] == [
        False, True, False, True]  # fmt: skip
    assert lines[2].start_s == lines[1].end_s and lines[2].end_s == lines[3].start_s
    (around,) = timed(["~ a ~"], "......a.......")
    assert [(word.text, word.start_s) for word in around.words] == [
        ("~", 0.12), ("a", 0.12), ("~", 0.14)]  # fmt: skip


def test_what_a_network_makes_up_is_left_out() -> None:
    rate = 100
    samples = np.zeros(1000, np.float32)
    samples[:500] = 0.5
    lines = [SungLine("La la", k * 0.4, k * 0.4 + 0.3, 0.9) for k in range(10)]
    lines += [SungLine("Thanks for watching", 7.0, 9.0, 0.9)]
    kept, told = believed(lines, samples, rate, 4)
    assert [line.text for line in kept] == ["La la"] * 4
    assert told == ("1 lines are left out, where nothing is heard",
                    "6 lines are left out that came more than 4 times in a row")  # fmt: skip
    assert believed(lines[:4], samples, rate, 4) == (tuple(lines[:4]), ())
