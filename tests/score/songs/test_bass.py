"""The bass: whatever is asked of it, it stays on the chord and on its strings."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from musivid.analysis.tonality import Key
from musivid.score.songs.bass import _pitch
from musivid.score.songs.hall import Hall
from musivid.score.songs.theory import read_chord

LOW, HIGH = 28, 50
KEYS = [Key(tonic, mode) for tonic in range(12) for mode in ("major", "minor")]


def players(genre: str, rng: Any = None) -> Hall:
    told: Any = SimpleNamespace(genre=genre, rng=rng)
    return cast(Hall, told)


@pytest.mark.parametrize(
    ("sign", "step"), [("r", 0), ("f", 2), ("t", 1), ("o", 0), ("s", None), ("v", None)]
)
def test_each_sign_is_its_tone_within_reach(sign: str, step: int | None) -> None:
    for key in KEYS:
        chord = read_chord("I", key)
        steps = {None: chord.steps[0] + (1 if sign == "s" else -1)}
        wanted = chord.pitch(steps.get(step, chord.steps[step or 0])) % 12
        for at in (LOW, 36, HIGH):
            pitch = _pitch(players("rock"), sign, (chord, chord), at, (LOW, HIGH))
            assert pitch % 12 == wanted and LOW <= pitch <= HIGH + 5


def test_a_walk_comes_to_the_next_root_by_a_step_of_its_scale() -> None:
    chord, after = (read_chord(token, Key.named("C major")) for token in ("I", "V"))
    # To the nearest G, from above by A and from below by F.
    for at, wanted in ((36, 33), (45, 45), (40, 41)):
        assert _pitch(players("rock"), "a", (chord, after), at, (LOW, HIGH)) == wanted


@pytest.mark.parametrize(("lot", "wanted"), [(0.1, 37), (0.9, 38)])
def test_jazz_walks_by_semitones_as_well(lot: float, wanted: int) -> None:
    chord, after = (read_chord(token, Key.named("C major")) for token in ("V", "I"))
    hall = players("jazz", SimpleNamespace(random=lambda: lot))
    assert _pitch(hall, "a", (chord, after), 38, (LOW, HIGH)) == wanted
