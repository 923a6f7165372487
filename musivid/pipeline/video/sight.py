"""What footage shows, held against words by a published network where one is there.

The pocket perceptor knows drawn scenes alone, so it is not asked about real pictures.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from musivid.core.progress import Reporter
from musivid.footage.cut import Sight
from musivid.footage.embedded import embed_shots
from musivid.footage.meaning import by_embedding
from musivid.footage.pool import Pool
from musivid.pipeline.video.footage import seeing_model
from musivid.settings.video import VideoPreset
from musivid.weights.session import LateSession, Session

if TYPE_CHECKING:
    from musivid.nets.protocols import Perceptor

__all__ = ["sight_of"]

_AT_ONCE = 16  # pictures in a batch


def sight_of(
    preset: VideoPreset,
    pool: Pool,
    session: Session | LateSession,
    cache: Path,
    reporter: Reporter,
) -> Sight | None:
    """How lines are held against what footage shows; None where no published one is there.

    Args:
        preset: settings.
        pool: the footage.
        session: loads the network.
        cache: folder in which is kept what was seen.
        reporter: told of the progress.

    Raises:
        WeightsError: the network that was named is missing, or cannot be used.
    """
    from musivid.weights.folders import model_digest
    from musivid.weights.names import find_model

    name = seeing_model(preset)
    if name is None:
        return None
    file = find_model(name, "perceptor", offline=session.offline).file
    assert file is not None  # published models have one
    opened = session() if isinstance(session, LateSession) else session
    perceptor = opened.perceptor(name)
    shots = embed_shots(
        pool, lambda frames: _looked_at(perceptor, frames, opened), side=perceptor.image_px,
        name=model_digest(file), cache=cache, reporter=reporter,
    )  # fmt: skip

    def said(lines: Sequence[str]) -> NDArray[np.float64]:
        return perceptor.embed_text(list(lines)).double().cpu().numpy()

    return Sight(name, lambda lines: by_embedding(shots, said, lines))


def _looked_at(
    perceptor: Perceptor, frames: Sequence[NDArray[np.uint8]], session: Session
) -> NDArray[np.float32]:
    import torch

    rows = []
    for first in range(0, len(frames), _AT_ONCE):
        batch = torch.from_numpy(np.stack(frames[first : first + _AT_ONCE]))
        pixels = batch.to(session.device).movedim(3, 1).float() / 255
        with torch.inference_mode(), session.autocast():
            rows.append(perceptor.embed_image(pixels).float().cpu().numpy())
    return np.concatenate(rows)
