"""What a pipeline of diffusers can be asked for, told from its class before any weight is read."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

__all__ = ["asked_of", "heeded_by", "heeded_by_class", "starting_class"]


def asked_of(pipeline: Any) -> Mapping[str, inspect.Parameter]:
    """What a pipeline, or a class of them, can be asked for, by name."""
    return inspect.signature(pipeline.__call__).parameters


def starting_class(name: str) -> Any:
    """The class that starts from a picture with the networks of another; None: there is none."""
    from diffusers.pipelines import auto_pipeline

    try:
        return auto_pipeline._get_task_class(auto_pipeline.AUTO_IMAGE2IMAGE_PIPELINES_MAPPING, name)
    except ValueError:
        return None


def heeded_by(pipeline: Any, guidance: float | None) -> dict[str, str]:
    """What becomes of artwork, steps, guidance and negatives: aspects of `Heeded` marks.

    Args:
        pipeline: or its class.
        guidance: scale that it will be asked for; None: as its class has it by itself.
    """
    kind = pipeline if isinstance(pipeline, type) else type(pipeline)
    own = asked_of(pipeline)
    starting = starting_class(kind.__name__) or (pipeline if "image" in own else None)
    artwork = "not taken"
    if starting is not None:
        artwork = "weighed" if "strength" in asked_of(starting) else "shown as it is"
    scale = guidance if "guidance_scale" in own else None
    if "true_cfg_scale" in own:  # of those whose guidance_scale is an input of the network
        scale = own["true_cfg_scale"].default
    negative = "heard" if "negative_prompt" in own else "unknown"
    if negative == "heard" and scale is not None and scale <= 1:
        negative = f"unheard with a guidance of {scale:g}"
    return {
        "pipeline.artwork": artwork,
        "pipeline.steps": "counted" if "num_inference_steps" in own else "its own",
        "pipeline.guidance": "asked for" if "guidance_scale" in own else "its own",
        "pipeline.negative": negative,
    }


def heeded_by_class(name: str, guidance: float | None) -> dict[str, str]:
    """The same by the name of a class; nothing of one that diffusers has not."""
    import diffusers

    kind = getattr(diffusers, name, None)
    return {} if kind is None else heeded_by(kind, guidance)
