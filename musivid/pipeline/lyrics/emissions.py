"""A song of any length through an aligner, in windows that overlap: how likely is each letter."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from musivid.core.progress import Reporter

if TYPE_CHECKING:
    from musivid.nets.protocols import Aligner
    from musivid.settings.lyrics import AlignmentPreset
    from musivid.weights.session import Session

__all__ = ["hear_letters"]


def hear_letters(
    samples: NDArray[np.float32],
    tokens: Sequence[int],
    session: Session,
    aligner: Aligner,
    settings: AlignmentPreset,
    *,
    reporter: Reporter,
) -> NDArray[np.float32]:
    """Log-likelihoods [frames, len(tokens)] of some tokens in each frame of a song.

    Args:
        samples: float32 [time], -1..1, at the aligner's rate.
        tokens: which of its tokens are wanted.
        session: where the network works.
        aligner: the network.
        settings: length of windows, and how many go together.
        reporter: told how far it is.
    """
    hop, first = aligner.hop_samples, aligner.frame_samples
    frames = max(0, (len(samples) - first) // hop + 1)
    heard = np.empty((frames, len(tokens)), np.float32)
    if not frames:
        return heard
    prepared = aligner.prepared(torch.from_numpy(samples))
    own = max(1, round(settings.window_s * aligner.rate_hz / hop))
    more = round(settings.overlap_s * aligner.rate_hz / hop)
    windows = [
        (start, max(0, start - more), min(frames, start + own + more))
        for start in range(0, frames, own)
    ]
    reporter.stage("hear the letters", len(windows), "windows")
    for _, group in itertools.groupby(windows, lambda window: window[2] - window[1]):
        same = list(group)
        for begin in range(0, len(same), settings.at_once):
            batch = same[begin : begin + settings.at_once]
            sound = [prepared[a * hop : (b - 1) * hop + first] for _, a, b in batch]
            with session.autocast():
                found = aligner.emissions(torch.stack(sound).to(session.device))
            wanted = found[..., list(tokens)].cpu().numpy()
            for (start, a, _), part in zip(batch, wanted, strict=True):
                kept = part[start - a : start - a + own]
                heard[start : start + len(kept)] = kept
            reporter.advance(len(batch))
    return heard
