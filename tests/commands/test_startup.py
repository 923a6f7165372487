"""What a song's first picture needs, without imports that serve other presets or commands."""

from __future__ import annotations

import subprocess
import sys

NEEDLESS = (
    "torchvision",
    "matplotlib",
    "kornia",
    "open_clip",
    "taming",
    "transformers",
    "diffusers",
    "accelerate",
)


def test_hearing_and_painting_import_nothing_needless() -> None:
    program = f"""
import sys
import numpy as np, torch
from musivid.analysis.sound import analyse
from musivid.painting.optimisers import make_optimiser
analyse(np.random.default_rng(0).random(40000, np.float32), 22050)
latent = torch.ones(4, requires_grad=True)
optimiser = make_optimiser("Adam", [latent], 0.1)
latent.grad = torch.ones(4)
optimiser.step()
import musivid.pipeline.video.make, musivid.pipeline.visualize.make, musivid.pipeline.caption.make
print([name for name in {NEEDLESS} if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "[]\n", done.stderr
