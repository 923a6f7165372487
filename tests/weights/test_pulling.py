"""From a published checkpoint on a server to a network in a Session, with the real converter."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
import torch
from loopback import Server
from published import SMALL, Taming, clip_like, save_lightning, seeded

from musivid.core.errors import WeightsError
from musivid.core.progress import Silent
from musivid.pipeline.render.studio import open_studio
from musivid.settings.presets import load_preset
from musivid.weights.fetch import import_model, pull_model
from musivid.weights.registry import find_spec
from musivid.weights.session import Session

COCO = dataclasses.replace(find_spec("vqgan-coco"), holds={})  # of any size


@pytest.fixture
def checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MUSIVID_MODELS", str(tmp_path / "models"))
    return save_lightning(tmp_path / "last.ckpt", seeded(Taming, SMALL).state_dict())


def test_pull_then_paint(checkpoint: Path, server: Server) -> None:
    server.content = checkpoint.read_bytes()
    server.cut_after = [50_000]
    spec = dataclasses.replace(COCO, urls=(server.url,), size_mb=1)
    path = pull_model(spec, Silent())
    assert path.stat().st_size < len(server.content)
    session = Session(device="cpu", dtype="float32")
    painter = session.painter("vqgan-coco")
    assert set(session.hashes()) == {"vqgan-coco"}
    side = 32 // painter.factor
    with torch.no_grad():
        pictures = painter.decode(painter.sample(0, side, side))
    assert pictures.shape == (1, 3, 32, 32)
    again = Session(device="cpu", dtype="float32").painter(str(path))
    assert torch.equal(again.decode(painter.sample(0, side, side)), pictures)


def test_import_then_paint(checkpoint: Path, tmp_path: Path) -> None:
    spec = dataclasses.replace(COCO, size_mb=1)
    path = import_model(spec, checkpoint, Silent())
    by_name = Session(device="cpu").painter("vqgan-coco")
    by_path = Session(device="cpu").painter(str(checkpoint))
    for ours, theirs in zip(by_name.parameters(), by_path.parameters(), strict=True):
        assert torch.equal(ours, theirs)
    path.write_bytes(path.read_bytes()[:-1000])
    with pytest.raises(WeightsError, match="damaged"):
        Session(device="cpu").painter("vqgan-coco")


def test_a_file_of_another_family_is_refused(checkpoint: Path, tmp_path: Path) -> None:
    spec = dataclasses.replace(find_spec("wav2clip"), size_mb=1)
    with pytest.raises(WeightsError, match="VQGAN"):
        import_model(spec, checkpoint, Silent())
    assert not list((tmp_path / "models").glob("*.safetensors"))


def test_a_sibling_is_refused_by_its_sizes(checkpoint: Path, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="codes 64, factor 4 instead of codes 1024"):
        import_model(find_spec("vqgan-imagenet-f16-1024"), checkpoint, Silent())
    assert not list((tmp_path / "models").glob("*.safetensors"))


def test_a_sibling_is_named_with_the_command_that_takes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUSIVID_MODELS", str(tmp_path / "models"))
    sizes = dict(SMALL, ch_mult=(1, 1, 1, 1, 2), n_embed=1024, attn_resolutions=(2,))
    path = save_lightning(tmp_path / "wiki.ckpt", seeded(Taming, sizes).state_dict())
    with pytest.raises(WeightsError, match="codes 1024 instead of codes 16384, as vqgan") as told:
        import_model(find_spec("vqgan-wikiart-16384"), path, Silent())
    assert told.value.command == f"musivid models import vqgan-imagenet-f16-1024 {path}"
    torch.save(clip_like().state_dict(), tmp_path / "clip.pt")
    with pytest.raises(WeightsError, match=r"name ViT-B-32-quickgelu instead of name RN50") as told:
        import_model(find_spec("clip-rn50"), tmp_path / "clip.pt", Silent())
    assert "import clip-vit-b-32 " in told.value.command


def test_presets_may_save_memory(checkpoint: Path) -> None:
    session = Session(device="cpu", dtype="float32")
    for on in (True, False):
        changes = [f"models.painter={checkpoint}", f"painting.save_memory={str(on).lower()}"]
        studio = open_studio(session, load_preset("video", "tiny", changes))
        block = studio.painter.network.decoder.mid.block_1
        assert ("forward" in vars(block)) is on  # else it is the class's own
    assert load_preset("video", "low-vram").painting.save_memory
