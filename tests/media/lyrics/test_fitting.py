"""Lyrics against a song of known length: what is dropped, refused, and what is likely wrong."""

from __future__ import annotations

import pytest

from musivid.core.errors import InputError
from musivid.core.timeline import Cue
from musivid.media.lyrics.fitting import fit_cues, lines_within


def _cues(*times: float) -> list[Cue]:
    return [Cue(time, None, f"line {number}") for number, time in enumerate(times)]


def test_beyond_the_end_is_dropped_and_ends_are_cut() -> None:
    cues = [Cue(1, 9, "a"), Cue(5, None, "b"), Cue(7, None, "c")]
    kept, warnings = fit_cues(cues, 6.5, "l.csv")
    assert kept == [Cue(1, 6.5, "a"), Cue(5, None, "b")] == lines_within(cues, 6.5)
    assert warnings == [
        "l.csv: the line at 0:07.00 begins beyond the song's end at 0:06.5; dropped"
    ]


def test_many_lines_beyond_the_end_are_counted() -> None:
    _, told = fit_cues(_cues(1.5, 3, 4, 5, *(10.5 + n / 9 for n in range(397))), 6.0, "l.srt")
    assert len(told) == 3 and told[-1].endswith("dropped; and 394 more of this kind")


@pytest.mark.parametrize(
    ("times", "cause"),
    [
        ([1000, 2500, 4000, 5500], "milliseconds: divide them by 1000"),
        ([0, 2500, 4000, 5500], "milliseconds: divide them by 1000"),
        ([60, 120, 240], "hours and minutes of minutes and seconds"),
        ([0, 60, 120, 240], "hours and minutes of minutes and seconds"),
        ([61.2, 64.5, 70.1], "another song"),
        ([6.0], "another song"),
    ],
)
def test_lines_of_which_none_lies_in_the_song_are_refused(times: list[float], cause: str) -> None:
    with pytest.raises(InputError) as error:
        fit_cues(_cues(*times), 6.0, "l.csv")
    assert "within the song, which ends at 0:06.0" in error.value.problem
    assert cause in error.value.hint


def test_a_part_of_a_song_may_be_without_words() -> None:
    assert fit_cues(_cues(7, 8), 6.0, "l.csv", is_part=True) == (
        [],
        ["no line of l.csv lies within the part"],
    )
    assert fit_cues(_cues(1, 8), 6.0, "l.csv", is_part=True) == (_cues(1), [])
    assert fit_cues([], 6.0, "l.csv") == ([], [])
