"""What painting with published networks takes of memory, told before they are read."""

from __future__ import annotations

import pytest
import torch

from musivid.pipeline.video import memory as told_memory
from musivid.pipeline.video.memory import PaintingMemory, painting_memory
from musivid.settings.presets import load_preset
from musivid.weights.session import Session


def _memory(preset: str, *settings: str, size: tuple[int, int] = (512, 512)) -> PaintingMemory:
    found = painting_memory(load_preset("video", preset, settings), size, Session("cpu", "float32"))
    assert found is not None
    return found


def test_published_presets_take_what_was_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    legacy, imagenet, small = _memory("legacy"), _memory("imagenet"), _memory("low-vram")
    assert legacy.weights == imagenet.weights == pytest.approx(0.98e9, rel=0.02)
    # 512x512 pixels of a VQGAN and 32 cut-outs, beside 256x256 and 8, and 192x192 remade and 6
    assert legacy.work == pytest.approx(1.2 * (512**2 * 20_600 + 32 * 37e6), rel=0.01)
    assert legacy.work > 3 * imagenet.work > 3 * 4 * small.work / 2
    larger = _memory("imagenet", "models.perceptor=clip-vit-l-14", "models.listener=null")
    assert larger.weights > 2 * imagenet.weights - 0.05e9
    monkeypatch.setattr(told_memory, "free_memory", lambda device: int(2e9))
    short = _memory("legacy")
    assert not short.fits and "2.0 GB are free on cpu" in short.told
    assert "--preset low-vram" in short.warning and _memory("low-vram").warning == ""


def test_a_card_paints_keyframes_together_and_in_half_precision() -> None:
    session, preset = Session("cpu", "bfloat16"), load_preset("video", "imagenet")
    alone = painting_memory(preset, (512, 512), session)
    session.device = torch.device("cuda")
    told_memory_free, told_memory.free_memory = told_memory.free_memory, lambda device: None
    try:
        go_on = painting_memory(preset, (512, 512), session)
        apart = load_preset("video", "imagenet", ["painting.continue_from=0"])
        together = painting_memory(apart, (512, 512), session)
    finally:
        told_memory.free_memory = told_memory_free
    assert alone and go_on and together and go_on.fits and "free" not in go_on.told
    assert go_on.work == alone.work < together.work / 5
    assert alone.work < _memory("imagenet").work


def test_small_networks_and_scenes_are_not_told() -> None:
    session = Session("cpu", "float32")
    for preset in ("tiny", "dream", "living"):
        assert painting_memory(load_preset("video", preset), (640, 360), session) is None
