"""Who is shown what, in which order: a function of the study's seed and a participant's number.

Clips come round by round, each round in an order of its own; each time that a clip comes round, the
next system (or pair, or order of systems) is its turn, so that every cell is shown equally often as
participants come in. Where a number is given up it is handed out again, so that what was shown
least is shown next.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from musivid.core.seeds import dice
from musivid.studies.manifest import SILENCE, Manifest

if TYPE_CHECKING:
    import numpy as np

__all__ = ["Trial", "TrialKind", "trials_of", "williams_square"]

TrialKind = Literal["training", "rated", "instructed", "gold", "repeat"]

_ROUND, _SYSTEMS, _WAYS, _CHECKS = range(4)  # what tells lots of one seed apart


@dataclass(frozen=True, slots=True)
class Trial:
    """One page of a participant.

    Attributes:
        position: counted from 0.
        kind: only `rated` ones count.
        clip: which film.
        systems: in the order in which they are shown: one, two, or all.
        asked_for: the answer that an instructed trial asks for: a value of the scale, or 0 for the
            left and 1 for the right.
        of: position of the trial that this one repeats.
    """

    position: int
    kind: TrialKind
    clip: str
    systems: tuple[str, ...]
    asked_for: float | None = None
    of: int | None = None


def williams_square(size: int) -> list[tuple[int, ...]]:
    """Orders in which each of `size` comes equally often at each place and after each other one.

    Source: E. J. Williams, Experimental designs balanced for the estimation of residual effects of
    treatments, 1949. An odd size needs each order's reverse beside it.
    """
    zigzag = [0]
    for step in range(1, size):
        zigzag.append((zigzag[-1] + (step if step % 2 else -step)) % size)
    rows = [tuple((place + shift) % size for place in zigzag) for shift in range(size)]
    return rows + [row[::-1] for row in rows] if size % 2 else rows


def trials_of(manifest: Manifest, clips: Sequence[str], number: int) -> list[Trial]:
    """All trials of a participant, those that train and check among those that count.

    Args:
        manifest: the study.
        clips: its films, in the order of their names.
        number: of the participant, from 0.
    """
    if manifest.design == "create":
        return [_created(manifest, number, position) for position in range(manifest.trials)]
    ways = _ways(manifest)
    first = number * manifest.trials
    rated = [_rated(manifest, clips, ways, first + k) for k in range(manifest.trials)]
    trials = _with_checks(_apart(rated), manifest, clips, number)
    return [replace(trial, position=k, of=_place(trials, trial)) for k, trial in enumerate(trials)]


def _created(manifest: Manifest, number: int, position: int) -> Trial:
    """A trial whose clip its participant will bring; all systems in an order of its own."""
    systems = list(manifest.rated_systems())
    dice(manifest.seed, _CHECKS, number, position).shuffle(systems)
    return Trial(position, "rated", "", tuple(systems))


def _ways(manifest: Manifest) -> list[tuple[str, ...]]:
    """All ways of showing a clip: each system, each pair both ways round, each balanced order."""
    systems = list(manifest.rated_systems())
    dice(manifest.seed, _SYSTEMS).shuffle(systems)
    if manifest.design == "rate":
        return [(system,) for system in systems]
    if manifest.design == "multi":
        return [tuple(systems[i] for i in row) for row in williams_square(len(systems))]
    pairs = list(itertools.combinations(systems, 2))
    # Neighbours alternate sides, and the second half has all pairs the other way round.
    turned = [pair[::-1] if k % 2 else pair for k, pair in enumerate(pairs)]
    return turned + [pair[::-1] for pair in turned]


def _rated(
    manifest: Manifest, clips: Sequence[str], ways: Sequence[tuple[str, ...]], showing: int
) -> Trial:
    """The trial that is the `showing`th of the study."""
    turn, place = divmod(showing, len(clips))
    order = dice(manifest.seed, _ROUND, turn).permutation(len(clips))
    clip = int(order[place])
    # All ways in each block of rounds, in another order in each: else a clip's early showings in a
    # session would always be of the same systems.
    block, step = divmod(turn, len(ways))
    way = dice(manifest.seed, _WAYS, block).permutation(len(ways))[(clip + step) % len(ways)]
    return Trial(0, "rated", clips[clip], ways[int(way)])


def _apart(trials: list[Trial]) -> list[Trial]:
    """The same trials with no clip twice in a row, where clips suffice."""
    left, done = list(trials), list[Trial]()
    while left:
        last = done[-1].clip if done else None
        # What is left most often must not be left to the end.
        counts = {trial.clip: sum(other.clip == trial.clip for other in left) for trial in left}
        crowded = max(counts.values()) > (len(left) + 1) // 2
        fit = [trial for trial in left if trial.clip != last] or left
        chosen = max(fit, key=lambda trial: counts[trial.clip]) if crowded else fit[0]
        left.remove(chosen)
        done.append(chosen)
    return done


def _with_checks(
    trials: list[Trial], manifest: Manifest, clips: Sequence[str], number: int
) -> list[Trial]:
    checks, rng = manifest.check_trials(), dice(manifest.seed, _CHECKS, number)
    made = list(trials)
    makers = ((_instructed, checks.instructed), (_gold, checks.gold))
    for make, count in makers:
        for k in range(count):
            # Spread over the session, each in a stretch of its own, and never the first page.
            low, high = (1 + part * len(made) // count for part in (k, k + 1))
            place = int(rng.integers(low, max(low + 1, high)))
            made.insert(place, make(manifest, _elsewhere(made, place, clips, rng), rng))
    for _ in range(min(checks.repeat, len(trials))):
        early = [trial for trial in made[: len(made) // 2 + 1] if trial.kind == "rated"]
        early = [trial for trial in early if trial.clip != made[-1].clip] or early or trials[:1]
        made.append(replace(early[int(rng.integers(len(early)))], kind="repeat"))
    ways = _ways(manifest)
    for k in range(checks.training):
        clip = _elsewhere(made, 0, clips, rng)
        made.insert(0, Trial(0, "training", clip, ways[k % len(ways)]))
    return made


def _elsewhere(
    trials: Sequence[Trial], place: int, clips: Sequence[str], rng: np.random.Generator
) -> str:
    """A clip that the neighbours of a place do not show, where there is one."""
    near = {trial.clip for trial in trials[max(place - 1, 0) : place + 1]}
    others = [clip for clip in clips if clip not in near] or list(clips)
    return others[int(rng.integers(len(others)))]


def _instructed(manifest: Manifest, clip: str, rng: np.random.Generator) -> Trial:
    """A trial that asks for one answer; of sliders, of the first one."""
    way = _ways(manifest)[0]
    if manifest.design == "compare":
        return Trial(0, "instructed", clip, way, float(rng.integers(2)))
    values = manifest.answers_on().values()
    return Trial(0, "instructed", clip, way[:1], values[int(rng.integers(len(values)))])


def _gold(manifest: Manifest, clip: str, rng: np.random.Generator) -> Trial:
    """A trial in which silence is shown: alone, against a system, or among all."""
    if manifest.design == "rate":
        return Trial(0, "gold", clip, (SILENCE,))
    systems = list(manifest.systems)
    if manifest.design == "compare":
        systems = [systems[int(rng.integers(len(systems)))]]
    shown = [*systems, SILENCE]
    rng.shuffle(shown)
    return Trial(0, "gold", clip, tuple(shown))


def _place(trials: Sequence[Trial], trial: Trial) -> int | None:
    """Where the trial is that this one repeats."""
    if trial.kind != "repeat":
        return None
    return trials.index(replace(trial, kind="rated"))
