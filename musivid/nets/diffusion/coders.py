"""Which autoencoders of diffusers can walk between pictures, told from a pipeline's index alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from musivid.core.errors import WeightsError

__all__ = ["coder_part"]

_CODERS = ("AutoencoderKL", "AutoencoderKLFlux2", "VQModel", "AutoencoderTiny")


def coder_part(index: Mapping[str, Any], place: Path) -> tuple[str, str]:
    """The part of a pipeline that is its autoencoder, and the class of that.

    Args:
        index: what `model_index.json` says.
        place: the pipeline's folder, for messages.

    Raises:
        WeightsError: it has none, or one that cannot walk.
    """
    part = next((name for name in ("vae", "movq") if index.get(name)), None)
    found = str(index[part][1]) if part else "none"
    if part is None or found not in _CODERS:
        raise WeightsError(
            f"the autoencoder of {place} cannot walk (it is {found})",
            hint=f"Name a pipeline with one of: {', '.join(_CODERS)}.",
        )
    return part, found
