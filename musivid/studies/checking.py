"""Whether a study can begin: its files probed, its length reckoned, before anybody is asked."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from musivid.core.clock import clock
from musivid.media.audio import probe_audio
from musivid.media.frames import probe_video
from musivid.studies.manifest import ANCHOR, Manifest
from musivid.studies.planning import half_width
from musivid.studies.stimuli import Sources, find_sources

__all__ = ["StudyCheck", "check_sources", "check_study"]

_LONG_S = 30.0  # clips beyond tire raters
_LONG_SESSION_S = 30 * 60.0
_ANSWER_S = 12.0  # a question, besides listening
_SHORT_SESSION_S = 5 * 60.0  # longer ones need two instructed items (Prolific's rule)
_FEW_RATINGS = 4
_CREATION_S = 180.0  # to choose a clip, set controls, and wait for the music
_CLIP_S = 20.0  # of a clip that is brought, about
_LONG_SESSION = "A session takes about {time}: fewer trials keep people with it."
_NO_ANCHOR = f"Without the anchor ({ANCHOR}) nobody can say that a system is better than chance."


@dataclass(frozen=True, slots=True)
class StudyCheck:
    """What a study will be.

    Attributes:
        clips: how many films.
        systems: names of all that is rated.
        trials: that each participant gets, checks among them.
        session_s: how long a participant takes, about.
        ratings_each: of each stimulus, when all raters were there.
        half_width: half of a system's 95 % interval then, by usual spreads.
        doubts: what may be better otherwise, in whole sentences.
    """

    clips: int
    systems: tuple[str, ...]
    trials: int
    session_s: float
    ratings_each: float
    half_width: float
    doubts: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return JSON types."""
        return dataclasses.asdict(self)

    def summary(self) -> str:
        """Return it as a line."""
        return (
            f"{self.clips} clips of {len(self.systems)} systems ({', '.join(self.systems)}); "
            f"{self.trials} trials in about {clock(self.session_s)} a participant; "
            f"{self.ratings_each:.1f} ratings a stimulus, means within ± {self.half_width:.2f}"
        )


def check_study(manifest: Manifest, base: Path) -> StudyCheck:
    """What a study will be, all its files probed.

    Args:
        manifest: the study.
        base: the folder that its paths begin at.

    Raises:
        InputError: a file is not there, or cannot be used.
    """
    if manifest.design == "create":
        return _check_creation(manifest, base)
    sources = find_sources(manifest, base)
    lengths = _lengths(manifest, sources)
    checks = manifest.checks
    trials = manifest.trials + checks.training + checks.instructed + checks.gold + checks.repeat
    heard = {"rate": 1, "compare": 2}.get(manifest.design, len(manifest.rated_systems()))
    answers = len(manifest.asked()) * (heard if manifest.design == "multi" else 1)
    mean_s = sum(lengths.values()) / len(lengths)
    session_s = trials * (mean_s * heard + _ANSWER_S * answers)
    shown = manifest.raters * manifest.trials * heard
    each = shown / (len(lengths) * len(manifest.rated_systems()))
    width = half_width(manifest, len(lengths), manifest.raters)
    doubts = tuple(_doubts(manifest, lengths, session_s, each))
    return StudyCheck(
        len(lengths), manifest.rated_systems(), trials, session_s, each, width, doubts
    )


def _check_creation(manifest: Manifest, base: Path) -> StudyCheck:
    """What a study will be whose clips participants bring."""
    sources = check_sources(manifest, base)
    systems, made = manifest.rated_systems(), manifest.raters * manifest.trials
    heard_s = _CREATION_S + len(systems) * (_CLIP_S + _ANSWER_S * len(manifest.asked()))
    session_s = manifest.trials * heard_s
    doubts = [] if manifest.anchor else [_NO_ANCHOR]
    if session_s > _LONG_SESSION_S:
        doubts.append(
            f"A session takes about {clock(session_s)}: fewer trials keep people with it."
        )
    width = half_width(manifest, made, manifest.raters)
    return StudyCheck(
        len(sources.shared), systems, manifest.trials, session_s, float(made), width, tuple(doubts)
    )


def check_sources(manifest: Manifest, base: Path) -> Sources:
    """The files of a study, each of them probed.

    Raises:
        InputError: a file is not there, or cannot be used.
    """
    sources = find_sources(manifest, base)
    if manifest.design == "create":
        from musivid.studies.composing import music_preset

        for preset in manifest.systems.values():
            music_preset(preset)
        for path in sources.shared.values():
            probe_video(path)
    else:
        _lengths(manifest, sources)
    return sources


def _lengths(manifest: Manifest, sources: Sources) -> dict[str, float]:
    """How long each clip is, all files probed for what is taken from them."""
    of_pictures = manifest.vary == "picture"
    varied = [path for files in sources.varied.values() for path in files.values()]
    shared = list(sources.shared.values())
    for path in shared if of_pictures else varied:
        probe_audio(path)
    for path in varied if of_pictures else shared:
        probe_video(path)
    counts = sources.varied[manifest.first_system()] if of_pictures else sources.shared
    return {clip: float(probe_video(counts[clip]).duration_s or 0) for clip in sources.shared}


def _doubts(
    manifest: Manifest, lengths: Mapping[str, float], session_s: float, each: float
) -> Iterator[str]:
    long = [clip for clip, length in lengths.items() if length > _LONG_S]
    if long:
        yield f"Clips longer than {_LONG_S:.0f} s tire raters: {len(long)} of these, as {long[0]}."
    if session_s > _LONG_SESSION_S:
        yield _LONG_SESSION.format(time=clock(session_s))
    if session_s > _SHORT_SESSION_S and manifest.checks.instructed < 2:
        yield "Sessions of five minutes and more need two instructed trials on most panels."
    if each < _FEW_RATINGS:
        more = math.ceil(manifest.raters * _FEW_RATINGS / each)
        yield f"Each stimulus gets {each:.1f} ratings; {more} raters would give it {_FEW_RATINGS}."
    if not manifest.anchor:
        yield _NO_ANCHOR
