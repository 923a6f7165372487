"""Whether the weights that a job names are there and whole, before anything is loaded."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from musivid.weights.files import read_metadata
from musivid.weights.registry import find_model, find_spec

__all__ = ["check_model_files"]


def check_model_files(names: Mapping[str, str | None], *, offline: bool) -> dict[str, Path]:
    """The files of models given by family, checked; None and models built in code have none.

    Raises:
        UsageError: an unknown name. WeightsError: missing or damaged.
    """
    files: dict[str, Path] = {}
    for family, name in names.items():
        if name is None:
            continue
        by_name = "/" not in name and os.sep not in name and not Path(name).suffix
        if by_name and find_spec(name, family).built_in:  # type: ignore[arg-type]
            continue
        files[family] = find_model(name, offline=offline)
        if files[family].suffix == ".safetensors":
            read_metadata(files[family])
    return files
