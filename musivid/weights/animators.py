"""Image-to-video pipelines: which end a clip with a given picture, and what clips they make.

Told from a pipeline's folder alone, nothing is loaded; `nets/diffusion/image_to_video.py` calls it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from musivid.core.errors import WeightsError
from musivid.core.plain_json import parse_json
from musivid.weights.pipelines import INDEX, count_parameters, find_pipeline, pipeline_spec

__all__ = ["ClipForm", "clip_form", "clip_work", "find_animator"]


@dataclass(frozen=True, slots=True)
class ClipForm:
    """What clips a pipeline makes.

    Attributes:
        loader: the class of diffusers that loads it.
        stride: a clip has a whole multiple of so many frames, and one.
        side: both sides are multiples of so many pixels, which its transformer counts as one.
        steps: of its diffusion, where nobody says more.
        guidance: scale, where nobody says more.
    """

    loader: str
    stride: int
    side: int
    steps: int = 50
    guidance: float = 5.0

    def frames(self, wanted: float, most: int) -> int:
        """The number of frames of a clip that is nearest to `wanted` and at most `most`."""
        count = min(round((wanted - 1) / self.stride), (most - 1) // self.stride)
        return max(1, count) * self.stride + 1

    def size(self, wanted: tuple[int, int]) -> tuple[int, int]:
        """The (width, height) nearest to one that is wanted."""
        width, height = (max(1, round(side / self.side)) * self.side for side in wanted)
        return width, height


# Steps and scale of guidance are those of the classes in diffusers; strides and sides those that
# they check, from how far their autoencoders shrink time and space.
_WAN = ClipForm("WanImageToVideoPipeline", stride=4, side=16)
_LTX = ClipForm("LTXConditionPipeline", stride=8, side=32, guidance=3.0)
# By the class that a folder names. LTX's folders are laid out alike, whatever class they name.
_FORMS: Mapping[str, ClipForm] = {
    "WanImageToVideoPipeline": _WAN,
    "LTXConditionPipeline": _LTX,
    "LTXPipeline": _LTX,
    "LTXImageToVideoPipeline": _LTX,
}
_KINDS: Mapping[str, ClipForm] = {"wan": _WAN, "ltx": _LTX}  # as the table of models has them
_STRICTEST = replace(_LTX, loader="DiffusionPipeline")  # fits all of them


def find_animator(name: str, *, offline: bool = False, download: bool = False) -> Path | str:
    """The folder of an image-to-video pipeline, or its name where it may be fetched.

    Raises:
        UsageError: neither a folder nor like a hub id. WeightsError: it is not on this machine, or
            makes no clips between two pictures.
    """
    place = find_pipeline(name, offline=offline, download=download)
    clip_form(place)
    return place


def clip_form(place: Path | str) -> ClipForm:
    """What clips a pipeline makes.

    Args:
        place: its folder, or the name or hub id of one that is yet to be fetched.

    Raises:
        WeightsError: it makes no clips between two pictures.
    """
    if isinstance(place, Path):
        return _form_of(place)
    spec = pipeline_spec(place)
    return _KINDS.get(spec.kind if spec else "", _STRICTEST)


def clip_work(folder: Path, frames: int, size: tuple[int, int]) -> float:
    """Operations of one pass of the transformer over a clip, counted from its own config.

    Each token meets each weight once (two operations), and each other token in each layer.
    """
    facts = _facts(folder / "transformer" / "config.json")
    form = _form_of(folder)
    tokens = ((frames - 1) // form.stride + 1) * size[0] * size[1] / form.side**2
    width = facts.get("num_attention_heads", 0) * facts.get("attention_head_dim", 0)
    weights = count_parameters(folder).get("transformer", 0)
    return float(2 * weights * tokens + 4 * facts.get("num_layers", 0) * width * tokens**2)


def _form_of(folder: Path) -> ClipForm:
    facts = _facts(folder / INDEX)
    named = str(facts.get("_class_name"))
    if named not in _FORMS:
        raise WeightsError(
            f"{folder} holds a {named}, which makes no clips between two pictures",
            hint=f"Name one of these classes in models.animator: {', '.join(_FORMS)}.",
        )
    seen = _facts(folder / "transformer" / "config.json")
    # Wan 2.2's small one starts from a picture; Wan 2.1 must have been made for two of them.
    is_one = seen.get("image_dim") is not None and seen.get("pos_embed_seq_len") is None
    if facts.get("expand_timesteps") or (_FORMS[named] is _WAN and is_one):
        raise WeightsError(
            f"{folder} begins a clip with a picture and cannot end it with another",
            hint="Of Wan take the one for first and last frames (FLF2V), or 2.2's large I2V.",
        )
    return _FORMS[named]


def _facts(path: Path) -> dict[str, Any]:
    """What a file of settings says; nothing where it cannot be read."""
    try:
        facts = parse_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return facts if isinstance(facts, dict) else {}
