"""A film with known cuts, and small composers of each system, for the tests of `musivid bgm`."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import torch

from musivid.media.sink import FrameSink, Sound
from musivid.nets.compound.files import BMT_SCHEMA, CMT_SCHEMA, CompoundTransformer, save_compound
from musivid.nets.compound.published import to_published

CUTS_S = (1.24, 2.8, 4.08)


def film(path: Path, seconds: float = 5.0, *, sound: Path | None = None) -> Path:
    """Four shots of a bar that moves, cut at `CUTS_S`; 25 frames a second."""
    heard = Sound(sound, 0.0, seconds) if sound else None
    with FrameSink(path, size=(64, 48), fps=Fraction(25), speed="ultrafast", sound=heard) as sink:
        for index in range(round(seconds * 25)):
            shot = sum(index / 25 >= cut for cut in CUTS_S)
            frame = np.full((48, 64, 3), 40 + 55 * shot, np.uint8)
            place = round(28 + 24 * np.sin(index / 3))
            frame[10:40, place : place + 8] = (255, 40 * shot, 0)
            sink.write(frame)
    return path


def small_composer(system: str, **changes: Any) -> CompoundTransformer:
    """A network with random weights of the system `pocket`, `cmt` or `bmt`."""
    schema = BMT_SCHEMA if system == "bmt" else CMT_SCHEMA
    if system == "pocket":
        changes = {"init_n_class": (3, 25, 6)} | changes
    widths = dict.fromkeys((f.name for f in schema.fields if f.width), 4)
    sizes: dict[str, Any] = {"model_size": 16, "layers": 1, "heads": 2, "ff": 16}
    torch.manual_seed(0)
    return CompoundTransformer(schema.resized(widths=widths, **sizes | changes))


def own_weights(path: Path, system: str, card: dict[str, Any] | None = None) -> Path:
    """A file as `bgm train` writes it."""
    save_compound(small_composer(system), path, card or {})
    return path


def published_weights(path: Path, system: str) -> Path:
    """A file in the published layout."""
    # Published files don't say how many heads there are: each has 64 channels.
    model = small_composer(system, model_size=64, heads=1)
    torch.save(to_published(model.state_dict(), model.schema), path)
    return path
