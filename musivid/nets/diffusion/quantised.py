"""Text encoders of pipelines in 8 or 4 bits a number, by the libraries' own quantisation.

LLM.int8 (Dettmers et al. 2022, arXiv 2208.07339) and NF4 (Dettmers et al. 2023, arXiv 2305.14314)
of bitsandbytes, which needs a GPU and is asked for by its name alone.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Mapping
from typing import Any, Literal

import torch

from musivid.core.errors import DeviceError, MissingError, WeightsError

__all__ = ["NUMBER_BYTES", "Quantise", "check_quantiser", "quantised_parts", "text_parts"]

Quantise = Literal["none", "int8", "nf4"]

NUMBER_BYTES: Mapping[Quantise, float] = {"int8": 1.0, "nf4": 0.5}
"""Bytes that a number of a text encoder takes."""

_LIBRARY = "bitsandbytes"


def check_quantiser(way: Quantise, device: torch.device | None = None) -> None:
    """Check that text encoders can be quantised here.

    Args:
        way: how.
        device: where they will work; None: not known yet.

    Raises:
        MissingError: the library is not installed. DeviceError: the device is no CUDA card.
    """
    if way == "none":
        return
    if importlib.util.find_spec(_LIBRARY) is None:
        raise MissingError(
            f"models.quantise_text {way} needs {_LIBRARY}, which is not installed",
            hint="Or set models.quantise_text to none; models.offload model saves memory, too.",
            command=f"pip install {_LIBRARY}",
        )
    if device is not None and device.type != "cuda":
        raise DeviceError(
            f"models.quantise_text {way} is for CUDA cards, not for {device}",
            hint="Set models.quantise_text to none.",
        )


def text_parts(index: Mapping[str, Any]) -> list[str]:
    """The parts of a pipeline that read texts, and are networks of transformers."""
    return [
        part
        for part, kind in index.items()
        if part.startswith("text_encoder") and isinstance(kind, list) and kind[0] == "transformers"
    ]


def quantised_parts(index: Mapping[str, Any], way: Quantise, dtype: torch.dtype) -> dict[str, Any]:
    """What a pipeline's `from_pretrained` is told, for its text encoders to be quantised.

    Raises:
        WeightsError: it has none.
    """
    if way == "none":
        return {}
    parts = text_parts(index)
    if not parts:
        raise WeightsError(
            f"a {index.get('_class_name')} has no text encoder to be quantised",
            hint="Set models.quantise_text to none.",
        )
    import diffusers

    config: Any = getattr(diffusers, "PipelineQuantizationConfig")  # noqa: B009 - its stub hides it
    return {"quantization_config": config(quant_mapping=_mapping(parts, way, dtype))}


def _mapping(parts: Iterable[str], way: Quantise, dtype: torch.dtype) -> dict[str, Any]:
    import transformers

    config: Any = transformers.BitsAndBytesConfig
    if way == "int8":
        return {part: config(load_in_8bit=True) for part in parts}
    made = {"load_in_4bit": True, "bnb_4bit_quant_type": "nf4", "bnb_4bit_compute_dtype": dtype}
    return {part: config(**made) for part in parts}
