"""Where a film of scenes goes when: chosen, or read from a plan, and known before it is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from musivid.settings.video import VideoPreset

if TYPE_CHECKING:
    from musivid.analysis.sound import SoundFacts
    from musivid.analysis.spectrum import Spectrum
    from musivid.core.progress import Reporter
    from musivid.living.plan import Place
    from musivid.living.planfile import PlanRow
    from musivid.media.audio import Track
    from musivid.nets.protocols import Perceptor
    from musivid.pipeline.video.listen import Listened
    from musivid.pipeline.video.plan import VideoPlan
    from musivid.weights.session import Session

__all__ = [
    "cover_place",
    "find_places",
    "hear_spectrum",
    "needs_ears",
    "place_song",
    "plan_rows",
    "plan_text",
]


def plan_rows(preset: VideoPreset, film_s: float | None = None) -> list[PlanRow]:
    """The places that the preset's plan has; none without a plan.

    Args:
        preset: settings.
        film_s: length of the film, where it is known.

    Raises:
        InputError: the plan cannot be read, or has faults.
    """
    if preset.living.plan is None:
        return []
    from musivid.living.planfile import read_plan

    return read_plan(Path(preset.living.plan).expanduser(), film_s)


def plan_text(places: Sequence[Place]) -> str:
    """A plan as YAML, to be changed and given back."""
    from musivid.living.planfile import write_plan

    return write_plan(places)


def needs_ears(preset: VideoPreset) -> bool:
    """Whether a network must hear the song; none for a cover, or a plan that names every look."""
    if preset.is_cover:
        return False
    rows = plan_rows(preset)
    return not rows or any(row.look is None for row in rows)


def hear_spectrum(track: Track) -> Spectrum:
    """The song's spectrum, which scenes show and by which parts that return are known."""
    from musivid.analysis.sound import ANALYSIS_RATE_HZ
    from musivid.analysis.spectrum import measure_spectrum

    return measure_spectrum(track.mono(ANALYSIS_RATE_HZ), ANALYSIS_RATE_HZ)


def cover_place(preset: VideoPreset, duration_s: float) -> Place:
    """The one place of a cover's film."""
    from musivid.living.plan import Place
    from musivid.living.world import find_looks

    looks = find_looks(preset.living.scene)
    look = looks[preset.seed % len(looks)]
    return Place(0.0, duration_s, look.scene, look.look)


def place_song(
    perceptor: Perceptor | None,
    plan: VideoPlan,
    facts: SoundFacts,
    spectrum: Spectrum,
    *,
    sounds: NDArray[np.float32],
    preset: VideoPreset,
) -> list[Place]:
    """Where the film goes when: by a plan, else by its words where there are some, or the sound.

    Args:
        perceptor: knows what words and sounds mean; None: see `needs_ears`.
        plan: clock, windows of sound, lines.
        facts: what was heard.
        spectrum: of the song.
        sounds: float32 [windows, dim], embeddings of the plan's windows; or none.
        preset: seed and wishes.
    """
    from musivid.living.choosing import Chooser
    from musivid.living.directing import Heard, direct
    from musivid.living.world import find_looks

    if preset.is_cover:
        return [cover_place(preset, facts.duration_s)]
    times_s = np.array([window.time_s for window in plan.windows][: len(sounds)])
    heard = Heard(facts, spectrum.mel, spectrum.hop_s, times_s, sounds)
    spans = plan.spans[0] or plan.spans[1]
    lines = [(span.start_s, span.end_s, span.text) for span in spans]
    rows = plan_rows(preset, facts.duration_s)
    chooser = Chooser(perceptor, find_looks(preset.living.scene)) if perceptor else None
    return direct(heard, lines, chooser, preset.seed, rows)


def find_places(
    preset: VideoPreset, listened: Listened, session: Session, reporter: Reporter
) -> list[Place]:
    """The places of a film that is only planned; models are loaded where they are needed."""
    from musivid.pipeline.guidance.windows import embed_windows

    track, facts, plan = listened
    sounds, ears = np.empty((0, 0), np.float32), None
    if needs_ears(preset):
        reporter.stage("load models")
        ears = session.perceptor(preset.models.perceptor, preset.models.listener)
        reporter.stage("hear", len(plan.windows), "windows")
        sounds = embed_windows(
            ears,
            track.mono(ears.rate_hz),
            plan.windows,
            device=session.device,
            on_done=reporter.advance,
        )
    spectrum = hear_spectrum(track)
    return place_song(ears, plan, facts, spectrum, sounds=sounds, preset=preset)
