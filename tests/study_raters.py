"""Raters whose taste is known."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from musivid.core.seeds import dice
from musivid.studies.assign import trials_of
from musivid.studies.manifest import Manifest
from musivid.studies.records import Answers, Choice, Participant, Rating, Vote

TIE = 0.5
CLIPS = tuple(f"clip{k}" for k in range(10))


def manifest(**changed: object) -> Manifest:
    """A study of three systems."""
    plain = {
        "title": "Which music fits?",
        "consent": {"en": "I agree."},
        "systems": {name: name for name in ("good", "fair", "weak")},
        "trials": 10,
    }
    return Manifest.model_validate({**plain, **changed})


def rated(study: Manifest, quality: Mapping[str, float], raters: int, seed: int = 5) -> Answers:
    """What raters with habits of their own answer, of clips that are liked differently."""
    rng = dice(seed)
    clip_bias = dict(zip(CLIPS, rng.normal(0, 0.4, len(CLIPS)), strict=True))
    scale, people, rows = study.answers_on(), [], []
    span = scale.highest - scale.lowest
    for number in range(raters):
        code, habit = f"r{number:03d}", rng.normal(0, 0.5)
        people.append(Participant(code, number, role=("none", "amateur")[number % 2]))
        for trial in (t for t in trials_of(study, CLIPS, number) if t.kind == "rated"):
            for system in trial.systems:
                for question in study.asked():
                    felt = quality[system] + clip_bias[trial.clip] + habit + rng.normal(0, 0.6)
                    value = scale.lowest + span * float(np.clip((felt - 1) / 4, 0, 1))
                    value = round((value - scale.lowest) / scale.step) * scale.step + scale.lowest
                    rows.append(
                        Rating(code, trial.position, trial.clip, system, question.name, value, 20)
                    )
    return Answers(tuple(people), tuple(rows))


def voted(study: Manifest, logs: Mapping[str, float], raters: int, seed: int = 6) -> Answers:
    """Votes by the chances that Davidson's model gives known strengths."""
    rng, people, rows = dice(seed), [], []
    for number in range(raters):
        code = f"r{number:03d}"
        people.append(Participant(code, number))
        for trial in (t for t in trials_of(study, CLIPS, number) if t.kind == "rated"):
            left, right = (float(np.exp(logs[system])) for system in trial.systems)
            shares = np.array([left, right, TIE * np.sqrt(left * right)])
            kinds: tuple[Choice, ...] = ("left", "right", "both")
            choice = kinds[int(rng.choice(3, p=shares / shares.sum()))]
            pair = trial.systems[0], trial.systems[1]
            rows.append(Vote(code, trial.position, trial.clip, *pair, choice, 20))
    return Answers(tuple(people), votes=tuple(rows))
