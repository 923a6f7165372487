"""A song whose hits are taken from its stems: what pictures follow is what the drums do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.curves import measure_curves, measure_onsets
from musivid.analysis.sound import SoundFacts
from musivid.analysis.spectrum import measure_spectrum

__all__ = ["follow_stems"]

Samples = NDArray[np.float32]


def follow_stems(
    facts: SoundFacts, stems: Sequence[tuple[Samples, float]], rate_hz: int
) -> SoundFacts:
    """Return the facts of a song with the onsets and hits of its stems in place of its own.

    Beats, sections, loudness, bass and harmony stay those of the song.

    Args:
        facts: of the song.
        stems: float32 [time] in mono on the song's clock, and the weight of each. One that ends
            early is silent from there on. A hit counts as its weight over the greatest.
        rate_hz: of all stems, and of what the facts were heard in.
    """
    most = max((weight for _, weight in stems), default=0.0)
    if not most:
        return facts
    curves = facts.curves
    onset, hits = np.zeros_like(curves.onset), np.zeros_like(curves.percussive)
    length = round(facts.duration_s * rate_hz)
    for samples, weight in stems:
        lasting = np.pad(samples[:length], (0, max(0, length - len(samples))))
        spectrum = measure_spectrum(lasting, rate_hz)
        own = measure_curves(spectrum, measure_onsets(spectrum))
        for curve, heard in ((onset, own.onset), (hits, own.percussive)):
            count = min(len(curve), len(heard))
            np.maximum(curve[:count], weight / most * heard[:count], out=curve[:count])
    return replace(facts, curves=replace(curves, onset=onset, percussive=hits))
