"""The painter: it gets nearer to its target, resumes exactly, and batches do not leak."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from torch.nn import functional

from musivid.core.errors import InputError
from musivid.nets.tiny import tiny_dreamer, tiny_painter, tiny_perceptor
from musivid.painting.feedback import moved_latents, moved_pictures
from musivid.painting.inits import load_picture, start_latents
from musivid.painting.keyframes import paint_keyframes
from musivid.painting.loss import Prompt, Targets
from musivid.painting.optimisers import make_optimiser
from musivid.painting.painter import LatentPainter, to_frames
from musivid.painting.thrift import Thrift
from musivid.settings.video import FeedbackPreset, PaintingPreset

OPTIMISERS = ["Adam", "AdamW", "Adagrad", "Adamax", "RMSprop", "DiffGrad", "AdamP", "RAdam"]
NETWORK, PERCEPTOR = tiny_painter(seed=0), tiny_perceptor(seed=0)


def _settings(**changes: object) -> PaintingPreset:
    return PaintingPreset.model_validate({"cutouts": 2, "steps": 3, "augments": ["Ji"], **changes})


def _targets(count: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(9)
    return functional.normalize(torch.randn(count, PERCEPTOR.dim, generator=generator), dim=-1)


def _painter(settings: PaintingPreset, count: int = 1) -> LatentPainter:
    painter = LatentPainter(NETWORK, PERCEPTOR, settings, seeds=list(range(count)))
    painter.start(torch.cat([NETWORK.sample(seed, 4, 4) for seed in range(count)]))
    return painter


@pytest.mark.parametrize("exact", [False, True])
def test_steps_bring_pictures_nearer_and_move_the_latent(exact: bool) -> None:
    painter = _painter(_settings(augments=[], lr=0.1, exact=exact, cutouts=4), 2)
    first = painter.latents
    losses = [painter.step(_targets(2)) for _ in range(25)]
    assert losses[0].shape == (2,)
    assert (sum(losses[-5:]) < sum(losses[:5])).all()
    assert not torch.equal(first, painter.latents)
    low, high = NETWORK.bounds()
    assert (painter.latents >= low).all() and (painter.latents <= high).all()


@pytest.mark.parametrize("name", OPTIMISERS)
def test_resume_is_exact_through_a_file(name: str, tmp_path: Path) -> None:
    settings = _settings(optimiser=name, init_weight=0.5, noise_prompts=[3])
    whole = _painter(settings, 2)
    for _ in range(2):
        whole.step(_targets(2), [1.0, 0.5])
    save_file(whole.state(), tmp_path / "state.safetensors")
    losses = [whole.step(_targets(2)) for _ in range(2)]
    resumed = LatentPainter(NETWORK, PERCEPTOR, settings, seeds=[7, 8])
    resumed.load_state(load_file(tmp_path / "state.safetensors"))
    for wanted in losses:
        assert torch.equal(resumed.step(_targets(2)), wanted)
    assert torch.equal(resumed.latents, whole.latents)


@pytest.mark.parametrize("name", OPTIMISERS)
def test_every_optimiser_descends(name: str) -> None:
    at = torch.tensor([[[[2.0, -1.5]]]], requires_grad=True)
    optimiser = make_optimiser(name, [at], 0.1)
    before = at.detach().square().sum().item()
    for _ in range(30):
        at.grad = 2 * at.detach()
        optimiser.step()
    assert at.detach().square().sum().item() < before


def test_pictures_of_a_batch_do_not_depend_on_their_neighbours() -> None:
    settings = _settings(augments=["Af", "Er"])
    targets = _targets(3)
    inits = torch.cat([NETWORK.sample(seed, 4, 4) for seed in range(3)])
    paint = _paint(settings)
    together = paint(inits, targets, [5, 6, 7])
    alone = paint(inits[1:2], targets[1:2], [6])
    torch.testing.assert_close(together[1:2], alone, atol=1e-4, rtol=1e-4)
    assert torch.equal(together, paint(inits, targets, [5, 6, 7]))


def _paint(settings: PaintingPreset) -> Callable[..., torch.Tensor]:
    return lambda inits, targets, seeds, **more: paint_keyframes(
        NETWORK, PERCEPTOR, settings, inits, targets, seeds=seeds, **more
    )


def test_keyframes_continue_from_the_one_before() -> None:
    inits = torch.cat([NETWORK.sample(seed, 4, 4) for seed in range(3)])
    paint = _paint(_settings(continue_from=1.0, steps=1))
    targets = _targets(3)
    whole = paint(inits, targets, [1, 2, 3])
    later = paint(inits[1:], targets[1:], [2, 3], previous=whole[:1])
    assert torch.equal(whole[1:], later)
    afresh = _paint(_settings(steps=1))(inits, targets, [1, 2, 3])
    torch.testing.assert_close(whole[0], afresh[0], atol=1e-4, rtol=1e-4)
    assert not torch.allclose(whole[1], afresh[1], atol=1e-2)


def test_fewer_cutouts_at_once_give_the_same_picture() -> None:
    painters = [_painter(_settings(cutouts=5, cutouts_at_once=n), 2) for n in (0, 2)]
    losses = [[painter.step(_targets(2)) for _ in range(2)] for painter in painters]
    for whole, parts in zip(*losses, strict=True):
        torch.testing.assert_close(whole, parts, atol=1e-5, rtol=1e-5)


def test_pictures_are_decoded_at_most_once_a_step(monkeypatch: pytest.MonkeyPatch) -> None:
    network = tiny_painter(seed=0)
    decoded = []
    decode = network.decode
    monkeypatch.setattr(network, "decode", lambda z: decoded.append(1) or decode(z))
    painter = LatentPainter(network, PERCEPTOR, _settings(), seeds=[0])
    painter.start(network.sample(0, 4, 4))
    with pytest.raises(RuntimeError, match="no step"):
        painter.seen()
    before = painter.picture()
    painter.step(_targets(1))
    np.testing.assert_array_equal(painter.seen(), before)
    assert len(decoded) == 2
    assert painter.picture().shape == (1, 32, 32, 3)
    assert np.array_equal(painter.picture(), painter.picture()) and len(decoded) == 3


def test_init_weight_and_step_size_hold_the_picture_back() -> None:
    moved = []
    for weight, scale in ((0.0, 1.0), (100.0, 1.0), (0.0, 0.1)):
        painter = _painter(_settings(init_weight=weight, optimiser="Adagrad"))
        first = painter.latents
        for _ in range(8):
            painter.step(_targets(1), scale)
        moved.append((painter.latents - first).norm().item())
    assert moved[1] < moved[0] and moved[2] < moved[0] / 2


def test_one_latent_a_seed() -> None:
    painter = LatentPainter(NETWORK, PERCEPTOR, _settings(), seeds=[0, 1])
    with pytest.raises(ValueError, match="1 latents for 2 seeds"):
        painter.start(NETWORK.sample(0, 4, 4))


@pytest.mark.parametrize("init", ["dream", "random", "pixels", "gradient"])
def test_inits_are_each_seeds_own(init: str) -> None:
    make = lambda seeds: start_latents(  # noqa: E731
        NETWORK,
        _settings(init=init),
        _targets(len(seeds)),
        seeds,
        size=(48, 32),
        dreamer=tiny_dreamer(seed=0),
    )
    three = make([1, 2, 1])
    assert three.shape[0] == 3 and three.shape[2:] == (4, 6)
    torch.testing.assert_close(three[:1], make([1]), atol=1e-5, rtol=1e-5)
    assert not torch.equal(three[0], three[1])


def test_init_image_is_stretched(tmp_path: Path) -> None:
    cv2 = pytest.importorskip("cv2")
    path = tmp_path / "red.png"
    cv2.imwrite(str(path), np.full((50, 100, 3), (0, 0, 255), dtype=np.uint8))
    picture = load_picture(path, (32, 48))
    assert picture.shape == (1, 3, 48, 32)
    torch.testing.assert_close(picture.mean((0, 2, 3)), torch.tensor([1.0, 0.0, 0.0]))
    latents = start_latents(
        NETWORK, _settings(init_image=str(path)), _targets(2), [1, 2], size=(32, 32)
    )
    assert latents.shape[0] == 2 and torch.equal(latents[0], latents[1])
    path.write_text("not a picture")
    with pytest.raises(InputError, match="cannot be read"):
        load_picture(path, (32, 32))
    with pytest.raises(InputError, match="cannot be read"):
        load_picture(tmp_path / "missing.png", (32, 32))


def test_feedback_zooms_shifts_and_turns() -> None:
    picture = torch.zeros(1, 3, 32, 64)
    picture[..., 12:20, 28:36] = 1
    same = moved_pictures(picture, FeedbackPreset())
    torch.testing.assert_close(same, picture, atol=1e-5, rtol=0)
    larger = moved_pictures(picture, FeedbackPreset(zoom=1.5))
    assert larger.sum() > 2 * picture.sum()
    right = moved_pictures(picture, FeedbackPreset(shift_x=0.25))
    torch.testing.assert_close(right.roll(-16, -1), picture, atol=1e-5, rtol=0)
    spot = torch.zeros(1, 3, 32, 32)
    spot[..., 14:18, 24:28] = 1  # to the right of the middle; a quarter turn puts it above
    turned = moved_pictures(spot, FeedbackPreset(rotate_deg=90))
    assert turned[0, 0, 4:8, 14:18].mean() > 0.99
    latents = moved_latents(
        NETWORK, NETWORK.sample(0, 4, 4), _settings(feedback=FeedbackPreset(zoom=1.1))
    )
    assert latents.shape == NETWORK.sample(0, 4, 4).shape


def test_frames_are_rounded_and_clamped() -> None:
    frames = to_frames(torch.tensor([-1.0, 0.5, 2.0]).view(1, 3, 1, 1))
    assert frames.dtype == np.uint8 and frames.flatten().tolist() == [0, 128, 255]


def test_half_precision_paints_nearly_the_same() -> None:
    settings = _settings(augments=[])
    losses = []
    for half in (None, torch.bfloat16):
        painter = LatentPainter(NETWORK, PERCEPTOR, settings, seeds=[0], autocast=half)
        painter.start(NETWORK.sample(0, 4, 4))
        losses.append(painter.step(_targets(1)))
    torch.testing.assert_close(*losses, atol=0.05, rtol=0.05)


def test_painting_imports_no_kornia_until_it_paints() -> None:
    """Kornia takes seconds; a process that only walks must not pay for it."""
    import subprocess

    code = "import musivid.painting.keyframes, sys; assert 'kornia' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


def test_weights_of_prompts_reach_the_loss() -> None:
    rows = _targets(2)
    own = Targets.of(rows[:1])
    one = _painter(_settings(augments=[])).step(own)
    two = _painter(_settings(augments=[])).step(own.with_prompts([Prompt(rows[:1])]))
    torch.testing.assert_close(two, 2 * one)


def test_free_latents_are_painted_without_the_codebook(monkeypatch: pytest.MonkeyPatch) -> None:
    network = tiny_painter(seed=0)
    painter = LatentPainter(network, PERCEPTOR, _settings(quantise=False), seeds=[0])
    painter.start(network.sample(0, 4, 4) * 0.9)
    monkeypatch.setattr(network, "quantize", None)  # calling it would fail
    painter.step(_targets(1))
    assert painter.picture().shape == (1, 32, 32, 3)


def test_steps_are_of_their_own_size_unless_scaled() -> None:
    moved = []
    for scale in ([], [1.0], [2.0]):
        painter = _painter(_settings(augments=[], optimiser="Adam", lr=0.01))
        before = painter.latents
        painter.step(_targets(1), *scale)
        moved.append((painter.latents - before).abs().max().item())
    assert moved[0] == moved[1] and moved[2] == pytest.approx(2 * moved[0], rel=1e-3)


def test_a_full_device_is_painted_on_in_smaller_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once, in the middle of a step; chance is drawn as if nothing had been."""
    settings, told = _settings(cutouts=4, init_weight=0.1), list[str]()
    plain = LatentPainter(NETWORK, PERCEPTOR, settings, seeds=[3, 4])
    spared = LatentPainter(NETWORK, PERCEPTOR, settings, seeds=[3, 4], thrift=Thrift(told.append))
    seen: list[int] = []
    embed = type(PERCEPTOR).embed_image

    def full(perceptor: object, crops: torch.Tensor) -> torch.Tensor:
        seen.append(len(crops))
        if len(seen) == 2:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB")
        return embed(perceptor, crops)  # type: ignore[arg-type]

    latents = torch.cat([NETWORK.sample(seed, 4, 4) for seed in (5, 6)])
    for painter in (plain, spared):
        painter.start(latents)
    before = [plain.step(_targets(2)) for _ in range(3)]
    monkeypatch.setattr(type(PERCEPTOR), "embed_image", full)
    after = [spared.step(_targets(2)) for _ in range(3)]
    assert seen == [8, 8, *[2] * 8] and len(told) == 1 and "smaller steps" in told[0]
    torch.testing.assert_close(torch.stack(after), torch.stack(before), rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(spared.latents, plain.latents, rtol=1e-3, atol=1e-3)
