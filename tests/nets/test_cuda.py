"""Each network on a card beside the same on the CPU; skipped where there is no card."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
import torch
from published import SMALL, Taming, clip_like, save_lightning, seeded
from torch import Tensor

from musivid.core.device import choose_dtype
from musivid.nets.clip import load_clip_perceptor
from musivid.nets.compound.files import BMT_SCHEMA, CMT_SCHEMA
from musivid.nets.compound.model import CompoundTransformer
from musivid.nets.vqgan.model import load_vqgan
from musivid.painting.painter import LatentPainter
from musivid.settings.video import PaintingPreset
from musivid.weights.session import Session

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="no card is here")

CARD = torch.device("cuda")
RUNS: dict[str, Callable[[Any, torch.device], Tensor]] = {
    "vqgan": lambda net, device: net.decode(net.sample(0, 4, 4).to(device)),
    "clip sees": lambda net, device: net.embed_image(
        torch.rand(2, 3, 224, 224, generator=torch.Generator().manual_seed(0)).to(device)
    ),
    "clip reads": lambda net, device: net.embed_text(["a red sun", ""]),
    "pocket painter": lambda net, device: net.decode(net.sample(0, 8, 8).to(device)),
    "pocket perceptor": lambda net, device: net.embed_text(["a red sun", "rain"]),
    "cmt": lambda net, device: net.encode(_tokens(CMT_SCHEMA).to(device)),
    "bmt": lambda net, device: net.encode(_tokens(BMT_SCHEMA).to(device)),
}


def _tokens(schema: Any) -> Tensor:
    lots = torch.Generator().manual_seed(1)
    columns = [torch.randint(field.classes, (1, 40), generator=lots) for field in schema.fields]
    return torch.stack(columns, -1)


@pytest.fixture(scope="module")
def networks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("card")
    vqgan = save_lightning(folder / "last.ckpt", seeded(Taming, SMALL).state_dict())
    torch.save(clip_like().state_dict(), folder / "clip.pt")
    clip, session = load_clip_perceptor(folder / "clip.pt"), Session("cpu", "float32")
    made: dict[str, Any] = {"vqgan": load_vqgan(vqgan), "clip sees": clip, "clip reads": clip}
    made |= {"pocket painter": session.painter("pocket-painter")}
    made |= {"pocket perceptor": session.perceptor("pocket-perceptor")}
    schemas = {"cmt": CMT_SCHEMA, "bmt": BMT_SCHEMA}
    return made | {name: seeded(CompoundTransformer, schema) for name, schema in schemas.items()}


@pytest.mark.parametrize("name", RUNS)
def test_networks_are_the_same_on_a_card(networks: dict[str, Any], name: str) -> None:
    network = copy.deepcopy(networks[name])
    with torch.inference_mode():
        wanted = RUNS[name](network, torch.device("cpu"))
        network.to(CARD)
        exact = RUNS[name](network, CARD).cpu()
        with torch.autocast("cuda", choose_dtype(CARD)):
            half = RUNS[name](network, CARD).float().cpu()
    scale = wanted.abs().max()
    assert ((exact - wanted).abs().max() / scale) < 1e-3  # cards multiply in TF32 or FP32
    assert ((half - wanted).abs().max() / scale) < 0.1


def test_painting_steps_go_alike_on_a_card() -> None:
    losses = []
    for device in (torch.device("cpu"), CARD):
        session = Session(device.type, "float32")
        painter, perceptor = session.painter("tiny-painter"), session.perceptor("tiny-perceptor")
        settings = PaintingPreset(cutouts=2)
        own = LatentPainter(painter, perceptor, settings, seeds=[0], device=device, autocast=None)
        own.start(painter.sample(0, 4, 4))
        target = perceptor.embed_text(["fire"])
        losses.append([own.step(target).item() for _ in range(3)])
    assert losses[1] == pytest.approx(losses[0], rel=0.01)


def test_a_training_step_in_half_precision(networks: dict[str, Any]) -> None:
    model = copy.deepcopy(networks["cmt"]).to(CARD).train().requires_grad_(True)
    tokens = _tokens(CMT_SCHEMA).to(CARD)
    with torch.autocast("cuda", torch.bfloat16):
        types = tokens[:, 1:, CMT_SCHEMA.column("type")]
        logits = model(tokens[:, :-1], None, types)
        sum(part.float().square().mean() for part in logits.values()).backward()
    gradients = [p.grad for p in model.parameters() if p.grad is not None]
    assert gradients and all(bool(gradient.isfinite().all()) for gradient in gradients)
