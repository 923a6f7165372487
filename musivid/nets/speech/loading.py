"""Models of transformers out of a folder, loaded quietly and safely: no code of it ever runs."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from musivid.core.errors import WeightsError, first_line

__all__ = ["be_quiet", "load_part"]

_LOADING = (OSError, ValueError, KeyError, TypeError, RuntimeError, AttributeError, ImportError)


def load_part(folder: Path, kind: str | type, **options: object) -> Any:
    """A part of a model: what a class of transformers makes of its folder.

    Args:
        folder: as transformers saves it.
        kind: the class, or its name.
        options: for its `from_pretrained`.

    Raises:
        WeightsError: it cannot be loaded.
    """
    import transformers

    be_quiet()
    said = io.StringIO()  # it prints what it misses in its own docstrings, which is no matter here
    made: Any = getattr(transformers, kind) if isinstance(kind, str) else kind
    load: Callable[..., Any] = made.from_pretrained
    try:
        with contextlib.redirect_stdout(said):
            return load(str(folder), local_files_only=True, trust_remote_code=False, **options)
    except _LOADING as error:
        raise WeightsError(
            f"{folder} cannot be loaded: {first_line(error)}",
            hint="The folder is damaged, or of another version of transformers.",
        ) from None


def be_quiet() -> None:
    """Keep the library's own advice and progress off the screen; errors still come through."""
    import transformers

    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
