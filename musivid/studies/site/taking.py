"""What a participant is shown and may send, in words that name no system."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from musivid.studies.assign import Trial
from musivid.studies.manifest import Manifest
from musivid.studies.questions import Language
from musivid.studies.records import Choice
from musivid.studies.site.creating import EMOTIONS, Creation, Creations, genres
from musivid.studies.site.store import Given, Standing
from musivid.studies.stimuli import Stimuli

__all__ = ["BadAnswer", "Taking"]

_SHARED = "film"
_REFERENCE = "reference"  # stands for the reference that is heard by its name
_CHOICES: tuple[Choice, ...] = get_args(Choice)
_WHAT = ("play", "pause", "seek", "switch", "stall", "drift", "hidden", "hearing", "seeing")
_MOST_EVENTS = 200  # of a trial
_MOST_MS = 24 * 3_600_000
_TOKEN_CHARS = 24


class BadAnswer(ValueError):
    """An answer that no page of ours sends; the message says what it lacks."""


class Taking:
    """One study as its participants know it."""

    def __init__(
        self, manifest: Manifest, stimuli: Stimuli, creations: Creations | None = None
    ) -> None:
        """Show a study.

        Args:
            manifest: the study.
            stimuli: what was made before it opened.
            creations: clips that participants bring; None: they bring none.
        """
        self.manifest = manifest
        self._stimuli = stimuli
        self._creations = creations
        self._key = f"{manifest.freeze()} {manifest.seed}".encode()

    def shown(self, code: str, place: Standing) -> dict[str, Any]:
        """Return what the page of a trial needs, in JSON types; systems have no names there."""
        trial = place.trial
        if trial is None:
            return {"finished": place.is_finished, "trial": None}
        if self._creations is not None:
            creation = self._creations.get(code, trial.position)
            if creation is None or creation.state != "done":
                return self._to_create(place, trial, creation)
        language: Language = "zh" if place.language == "zh" else "en"
        names = [_SHARED, *(str(slot) for slot in range(len(trial.systems)))]
        shared, *own = [f"media/{self._token(code, trial.position, name)}" for name in names]
        reference = f"media/{self._token(code, trial.position, _REFERENCE)}"
        of_pictures = self.manifest.vary == "picture"
        return {
            "finished": False,
            "trial": {
                "position": trial.position,
                "trials": place.trials,
                "training": trial.kind == "training",
                "films": own if of_pictures else [shared],
                "sounds": [shared] if of_pictures else own,
                "vary": self.manifest.vary,
                "reference": reference if self.manifest.open_reference else None,
                "state": "done",
                "design": self.manifest.design,
                "asked_for": _asked_for(trial, self.manifest),
                "scale": self._scale(language),
                "questions": self._questions(language),
            },
        }

    def _to_create(
        self, place: Standing, trial: Trial, creation: Creation | None
    ) -> dict[str, Any]:
        """What the page of a trial needs whose music is not written yet."""
        assert self._creations is not None
        state = "" if creation is None else creation.state
        return {
            "finished": False,
            "trial": {
                "position": trial.position,
                "trials": place.trials,
                "training": False,
                "design": "create",
                "state": state,
                "ahead": self._creations.ahead_of(creation) if creation else 0,
                "problem": creation.problem if creation else "",
                "emotions": EMOTIONS,
                "genres": genres(),
            },
        }

    def file(self, code: str, trial: Trial, token: str) -> Path | None:
        """The film or sound that a token of the current trial stands for; None: of nothing."""
        if hmac.compare_digest(token, self._token(code, trial.position, _REFERENCE)):
            is_open = self.manifest.open_reference
            return self._stimuli.varied(self.manifest.reference, trial.clip) if is_open else None
        for name in (_SHARED, *(str(slot) for slot in range(len(trial.systems)))):
            if hmac.compare_digest(token, self._token(code, trial.position, name)):
                if self._creations is not None:
                    own = None if name == _SHARED else trial.systems[int(name)]
                    return self._creations.file(trial.clip, own) if trial.clip else None
                if name == _SHARED:
                    return self._stimuli.shared(trial.clip)
                return self._stimuli.varied(trial.systems[int(name)], trial.clip)
        return None

    def read(self, trial: Trial, sent: Mapping[str, Any]) -> Given:
        """What was answered.

        Raises:
            BadAnswer: a value is missing, of another kind, or not on the scale.
        """
        events = _events(sent.get("events"))
        if self.manifest.design == "compare":
            choice = sent.get("choice")
            if choice not in _CHOICES:
                raise BadAnswer("choice must be left, right, both or neither")
            return Given({}, choice, events)
        values = sent.get("values")
        if not isinstance(values, list) or len(values) != len(trial.systems):
            raise BadAnswer("values must have one entry a music")
        return Given(
            {
                system: self._values(entry)
                for system, entry in zip(trial.systems, values, strict=True)
            },
            None,
            events,
        )

    def _values(self, entry: Any) -> dict[str, float]:
        scale, found = self.manifest.answers_on(), {}
        for question in self.manifest.asked():
            value = entry.get(question.name) if isinstance(entry, dict) else None
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise BadAnswer(f"{question.name} has no answer")
            if not scale.has(value):
                raise BadAnswer(f"{question.name}: {value} is not on the scale")
            found[question.name] = float(value)
        return found

    def _token(self, code: str, position: int, name: str) -> str:
        """What stands for a file, of this participant and trial alone."""
        text = f"{code} {position} {name}".encode()
        return hmac.new(self._key, text, hashlib.sha256).hexdigest()[:_TOKEN_CHARS]

    def _scale(self, language: Language) -> dict[str, Any]:
        scale = self.manifest.answers_on()
        return {"values": scale.values(), "words": scale.words[language]}

    def _questions(self, language: Language) -> list[dict[str, str]]:
        return [
            {
                "name": question.name,
                "text": question.texts[language],
                "details": question.details.get(language, ""),
            }
            for question in self.manifest.asked()
        ]


def _asked_for(trial: Trial, manifest: Manifest) -> float | str | None:
    if trial.asked_for is None or manifest.design != "compare":
        return trial.asked_for
    return "right" if trial.asked_for else "left"


def _events(sent: Any) -> list[tuple[int, str, str]]:
    """What happened, as far as it is told in the form that pages use."""
    found = []
    for entry in sent[:_MOST_EVENTS] if isinstance(sent, list) else ():
        if not (isinstance(entry, list) and len(entry) == 3):
            continue
        at_ms, what, detail = entry
        is_time = isinstance(at_ms, int) and not isinstance(at_ms, bool)
        if is_time and 0 <= at_ms <= _MOST_MS and what in _WHAT:
            found.append((at_ms, what, str(detail)[:40]))
    return found
