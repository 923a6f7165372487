from __future__ import annotations

import itertools
from collections import Counter

import pytest
from study_raters import CLIPS, manifest

from musivid.studies.assign import trials_of, williams_square
from musivid.studies.manifest import ANCHOR, SILENCE


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 6])
def test_a_square_is_balanced_by_place_and_by_neighbour(size: int) -> None:
    rows = williams_square(size)
    places = Counter((place, value) for row in rows for place, value in enumerate(row))
    after = Counter(pair for row in rows for pair in itertools.pairwise(row))
    assert len(places) == size * size and len(set(places.values())) == 1
    assert len(after) == size * (size - 1) and len(set(after.values())) <= 1


@pytest.mark.parametrize("design", ["rate", "multi", "compare"])
def test_every_cell_is_shown_equally_often_and_no_clip_twice_in_a_row(design: str) -> None:
    study = manifest(design=design, trials=8)
    cells: Counter[tuple[str, tuple[str, ...]]] = Counter()
    for number in range(60):
        trials = trials_of(study, CLIPS, number)
        assert [trial.position for trial in trials] == list(range(len(trials)))
        assert all(a.clip != b.clip for a, b in itertools.pairwise(trials))
        cells.update((t.clip, t.systems) for t in trials if t.kind == "rated")
    assert max(cells.values()) - min(cells.values()) <= 1
    ways = {"rate": 4, "multi": 4, "compare": 12}[design]
    assert len(cells) == ways * len(CLIPS)


def test_pairs_stand_on_both_sides_equally_often() -> None:
    study = manifest(design="compare", trials=12)
    sides: Counter[tuple[str, ...]] = Counter()
    for number in range(100):
        sides.update(t.systems for t in trials_of(study, CLIPS, number) if t.kind == "rated")
    assert all(sides[pair] == sides[pair[::-1]] for pair in sides)


def test_a_number_and_a_seed_say_all() -> None:
    study = manifest()
    assert trials_of(study, CLIPS, 7) == trials_of(study, CLIPS, 7)
    assert trials_of(study, CLIPS, 7) != trials_of(study, CLIPS, 8)
    assert trials_of(study, CLIPS, 7) != trials_of(manifest(seed=1), CLIPS, 7)


def test_checks_are_among_the_trials_as_declared() -> None:
    checks = {"training": 2, "instructed": 3, "gold": 1, "repeat": 2}
    for design in ("rate", "multi", "compare"):
        study = manifest(design=design, checks=checks, trials=10)
        for number in range(20):
            trials = trials_of(study, CLIPS, number)
            assert Counter(t.kind for t in trials) == {**checks, "rated": 10}
            assert [t.kind for t in trials[:2]] == ["training", "training"]
            assert trials[2].kind == "rated"
            for trial in trials:
                assert (SILENCE in trial.systems) == (trial.kind == "gold")
                assert (trial.asked_for is not None) == (trial.kind == "instructed")
                if trial.of is not None:
                    first = trials[trial.of]
                    assert (first.clip, first.systems) == (trial.clip, trial.systems)


def test_few_clips_and_no_anchor_do() -> None:
    study = manifest(anchor=False, trials=6)
    trials = trials_of(study, ["only"], 0)
    assert {t.systems[0] for t in trials if t.kind == "rated"} == {"good", "fair", "weak"}
    assert ANCHOR not in {system for t in trials for system in t.systems}
