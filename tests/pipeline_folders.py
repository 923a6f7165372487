"""Folders in the layout of a saved pipeline, whose weights are a few numbers."""

from __future__ import annotations

import json
import struct
from pathlib import Path

PARTS = {
    "unet": ["diffusers", "UNet2DConditionModel"],
    "vae": ["diffusers", "AutoencoderKL"],
    "scheduler": ["diffusers", "DDIMScheduler"],
    "image_encoder": [None, None],
}


def weights_bytes(fill: int = 0, count: int = 6) -> bytes:
    """A safetensors file of one tensor."""
    table = {"x": {"dtype": "U8", "shape": [count], "data_offsets": [0, count]}}
    header = json.dumps(table).encode()
    return struct.pack("<Q", len(header)) + header + bytes([fill]) * count


def put_pipeline(folder: Path, kind: str = "StableDiffusionPipeline") -> Path:
    """Write such a folder and return it."""
    for part in ("unet", "vae"):
        (folder / part).mkdir(parents=True)
        (folder / part / "config.json").write_text("{}")
        (folder / part / "diffusion_pytorch_model.safetensors").write_bytes(weights_bytes())
    (folder / "scheduler").mkdir()
    (folder / "scheduler" / "scheduler_config.json").write_text("{}")
    (folder / "model_index.json").write_text(json.dumps({"_class_name": kind, **PARTS}))
    return folder
