"""What shots show, held against words: with a space of colours in the place of a network's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from footage_fixtures import FPS, write_clip
from numpy.typing import NDArray

from musivid.analysis.sound import SoundFacts
from musivid.core.timeline import Timeline
from musivid.footage.cut import Cut, Sight, Wish, plan_cut
from musivid.footage.embedded import Embed, embed_shots
from musivid.footage.faults import grade
from musivid.footage.looking import clips_in, look_through
from musivid.footage.meaning import by_embedding
from musivid.footage.pool import Pool, pool_of

SIDE = 32
COLOURS = {"red": (210, 60, 60), "green": (60, 190, 60), "blue": (60, 60, 220)}
LINES = [(float(s), s + 2.4, f"how {list(COLOURS)[n % 3]} it is")
         for n, s in enumerate(np.arange(0.0, 18.0, 2.5))]  # fmt: skip


def embed(frames: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
    assert all(frame.shape == (SIDE, SIDE, 3) for frame in frames)
    means = np.stack([frame.reshape(-1, 3).mean(0) for frame in frames]) - 110
    return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True), np.float32)


def embed_words(lines: Sequence[str]) -> NDArray[np.float64]:
    rows = np.stack([np.eye(3)[[name in line for name in COLOURS].index(True)] for line in lines])
    return rows - 0.3


@pytest.fixture(scope="module")
def coloured(tmp_path_factory: pytest.TempPathFactory) -> Pool:
    """Clips of two shots each, whose names say nothing: one colour, then another."""
    folder = tmp_path_factory.mktemp("coloured")
    dice = np.random.default_rng(3)
    kinds = list(COLOURS.values())
    for number in range(5):
        shots = []
        for colour in (kinds[number % 3], kinds[(number + 1) % 3]):
            spots = dice.integers(-25, 26, (9, 16, 1)) + np.array(colour)
            still = np.kron(spots, np.ones((12, 12, 1), int)).clip(0, 255).astype(np.uint8)
            shots.append([np.roll(still, n, 1) for n in range(4 * FPS)])
        write_clip(folder / f"mov_{number}.mp4", *map(iter, shots))
    return pool_of(grade(look_through(clips_in(folder)).seen))


def test_shots_are_chosen_by_what_they_show(coloured: Pool, facts: SoundFacts) -> None:
    shots = embed_shots(coloured, embed, side=SIDE, name="colours")
    assert shots.shape == (10, 3)  # each of the two shots of a clip by itself
    sight = Sight("colours", lambda lines: by_embedding(shots, embed_words, lines))
    timeline, root = Timeline(facts.duration_s, Fraction(25)), Path("/")
    cut = plan_cut(coloured, facts, timeline, LINES, Wish(sight=sight), root=root)
    assert cut.meaning == "by what colours sees"
    blind = plan_cut(coloured, facts, timeline, LINES, Wish(), root=root)
    assert "no published SigLIP" in blind.meaning and "not used" in blind.meaning
    seen, unseen = _met(cut, shots, coloured), _met(blind, shots, coloured)
    assert seen > 0.6 and seen > unseen + 0.2
    assert any("fits 'how" in shot.why for shot in cut.shots)


def _met(cut: Cut, shots: NDArray[np.float64], pool: Pool) -> float:
    """The share of shots with a line that show its colour."""
    found = []
    for shot in cut.shots:
        begin, end = shot.first / 25, shot.last / 25
        shared, said = max((min(e, end) - max(b, begin), text) for b, e, text in LINES)
        file = [one.seen.path for one in pool.files].index(shot.path)
        time = float(shot.source / 25) + 0.3
        at = np.flatnonzero((pool.file == file) & (pool.start_s <= time))[-1]
        if shared > 0:
            shown = int(shots[pool.shot[at]].argmax())
            found.append(list(COLOURS)[shown] in said)
    return float(np.mean(found))


def test_a_single_line_has_its_shots_too() -> None:
    fits = by_embedding(np.eye(3), embed_words, ["how green it is", "", "how green it is"])
    assert fits.argmax(1).tolist() == [1, 0, 1] and fits[0, 1] > 0.99 and not fits[1].any()


def test_what_was_seen_is_kept_and_seen_again_where_other_moments_count(
    coloured: Pool, tmp_path: Path
) -> None:
    calls: list[int] = []

    def counted(frames: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        calls.append(len(frames))
        return embed(frames)

    def again(pool: Pool, name: str = "one", by: Embed = counted) -> NDArray[np.float64]:
        return embed_shots(pool, by, side=SIDE, name=name, cache=tmp_path)

    first = again(coloured)
    assert len(calls) == 5
    assert np.array_equal(first, again(coloured)) and len(calls) == 5
    again(coloured, "two")
    assert len(calls) == 10
    grades = coloured.grades.copy()
    grades[:8] = 2  # of the first shot nothing but its end may be shown
    again(replace(coloured, grades=grades))
    assert len(calls) == 11
    next(tmp_path.iterdir()).write_bytes(b"damaged")
    assert np.array_equal(first[2:], again(coloured)[2:])
