"""The pocket networks: their protocols, their files, and what the shipped ones see and paint."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from musivid.core.errors import WeightsError
from musivid.nets.pocket import (
    PocketDreamer,
    PocketPainter,
    PocketPerceptor,
    load_pocket_dreamer,
    load_pocket_painter,
    load_pocket_perceptor,
    save_pocket,
)
from musivid.nets.pocket.text import MOST_WORDS

SHIPPED = Path(__file__).parents[3] / "models" / "pocket"


@pytest.fixture(autouse=True)
def _seeded() -> None:
    torch.manual_seed(1)


def test_painter_keeps_shapes_and_its_sphere() -> None:
    painter = PocketPainter(channels=8, codes=32, widths=(16, 16, 16))
    images = torch.rand(2, 3, 32, 48)
    latents = painter.encode(images)
    assert latents.shape == (2, 8, 4, 6)
    assert torch.allclose(latents.norm(dim=1), torch.full((2, 4, 6), 8**0.5), atol=1e-4)
    assert painter.decode(latents).shape == images.shape
    snapped = painter.quantize(latents)
    rows = painter.indices(latents)
    assert torch.allclose(snapped.movedim(1, -1), painter.codebook[rows], atol=1e-5)


def test_painter_picks_the_nearest_code_and_lets_the_gradient_through() -> None:
    painter = PocketPainter(channels=8, codes=32, widths=(16, 16, 16))
    latents = (painter.codebook[:6].T.reshape(1, 8, 2, 3) * 0.9).requires_grad_(True)
    assert painter.indices(latents).flatten().tolist() == list(range(6))
    painter.quantize(latents).sum().backward()
    assert torch.equal(latents.grad, torch.ones_like(latents))


def test_painter_samples_codes_by_seed() -> None:
    painter = PocketPainter(channels=8, codes=32, widths=(16, 16, 16))
    one, same, other = (painter.sample(seed, 3, 4) for seed in (5, 5, 6))
    low, high = painter.bounds()
    assert one.shape == (1, 8, 3, 4) and torch.equal(one, same) and not torch.equal(one, other)
    assert ((one >= low) & (one <= high)).all()


def test_perceptor_puts_all_three_into_one_space_each_on_its_own() -> None:
    net = PocketPerceptor(16, ["sea", "fire", "moon"], {"luna": "moon", "月亮": "moon"}, 8).eval()
    images = net.embed_image(torch.rand(3, 3, 96, 96))
    texts = net.embed_text(["the sea", "", "luna 月亮 قمر"])
    clips = torch.randn(2, 16000) * 0.1
    sounds = net.embed_audio(clips)
    for rows in (images, texts, sounds):
        assert rows.shape[1] == 16
        assert torch.allclose(rows.norm(dim=1), torch.ones(len(rows)), atol=1e-5)
    assert torch.allclose(net.embed_audio(clips[1:]), sounds[1:], atol=1e-5)
    assert torch.allclose(net.embed_text(["the sea"]), texts[:1], atol=1e-5)
    assert net.embed_audio(torch.zeros(1, 100)).isfinite().all()


def test_words_outside_the_table_are_told_apart_by_their_pieces() -> None:
    tower = PocketPerceptor(16, ["sea", "fire"], word_dim=8).text
    torch.nn.init.normal_(tower.pieces.weight)
    tower.table.random_(-100, 100)
    vectors = tower.vectors(["sea", "ocean", "oceans", "guitar"])
    assert torch.equal(vectors[0], tower.table[0] * tower.steps)
    near = torch.nn.functional.cosine_similarity(vectors[1], vectors[2], dim=0)
    assert near > torch.nn.functional.cosine_similarity(vectors[1], vectors[3], dim=0)


def test_words_are_found_in_any_alphabet() -> None:
    others = {"senorita": "girl", "月亮": "moon", "我的": "my", "心": "heart"}
    tower = PocketPerceptor(16, ["moon", "my"], others, 8).text
    assert tower.find("Don’t stop, Señorita! 99") == ["don't", "stop", "girl", "99"]
    assert tower.find("月亮代表我的心") == ["moon", "my", "heart"]
    assert tower.find(" ...") == []
    with torch.inference_mode():
        assert torch.allclose(tower(["月亮"]), tower(["moon"]))


def test_dreamer_gives_any_shape_by_seed() -> None:
    net = PocketDreamer(channels=4, dim=8, width=16, depth=1, heads=2, fine=8).eval()
    torch.nn.init.normal_(net.outlet.weight, std=0.1)
    meanings = torch.randn(2, 8)
    both = net.dream(meanings, [1, 2], 6, 9)
    assert both.shape == (2, 4, 6, 9) and both.isfinite().all()
    assert torch.allclose(net.dream(meanings[1:], [2], 6, 9), both[1:], atol=1e-4)
    assert not torch.allclose(net.dream(meanings[:1], [3], 6, 9), both[:1], atol=1e-2)


def test_dreamer_dreams_on_from_what_it_remembers() -> None:
    net = PocketDreamer(
        channels=4, dim=8, width=16, depth=1, heads=2, fine=8, memories=3, codes=4096
    )
    codes = torch.randint(4096, (3, 32, 32))
    torch.nn.init.normal_(net.memory.codebook)
    torch.nn.init.normal_(net.memory.meanings)
    for row in range(3):
        net.memory.remember(row, codes[row])
    assert all(torch.equal(net.memory.codes(row), codes[row]) for row in range(3))
    net.memory.near = 1
    found = net.memory.recall(net.memory.meanings * 9, [1, 2, 3], 32, 32)
    assert torch.equal(found, net.memory.codebook[codes].movedim(-1, 1))


def test_second_codebook_brings_cells_nearer() -> None:
    painter = PocketPainter(channels=8, codes=32, widths=(16, 16, 16), fine=64)
    latents = painter.encode(torch.rand(1, 3, 64, 64))
    first = painter.codebook[painter.indices(latents)].movedim(-1, 1)
    near = torch.nn.functional.cosine_similarity
    assert near(painter.quantize(latents), latents).mean() > near(first, latents).mean()


def test_large_tensors_can_be_kept_as_bytes(tmp_path: Path) -> None:
    settings = {"channels": 8, "codes": 32, "widths": [32, 32, 32]}
    painter = PocketPainter(**settings)
    for name, small in (("whole", False), ("bytes", True)):
        save_pocket(painter, tmp_path / name, settings, small=small)
    assert (tmp_path / "bytes").stat().st_size < 0.7 * (tmp_path / "whole").stat().st_size
    images = torch.rand(1, 3, 32, 32)
    again = load_pocket_painter(tmp_path / "bytes").encode(images)
    assert torch.nn.functional.cosine_similarity(again, painter.encode(images)).mean() > 0.99


def test_files_come_back_and_wrong_ones_are_named(tmp_path: Path) -> None:
    settings = {"channels": 8, "codes": 32, "widths": [16, 16, 16]}
    painter, path = PocketPainter(**settings), tmp_path / "painter.safetensors"
    save_pocket(painter, path, settings, seed=1)
    again = load_pocket_painter(path)
    assert torch.allclose(again.codebook, painter.codebook, atol=1e-2)
    assert not any(p.requires_grad for p in again.parameters())
    with pytest.raises(WeightsError, match="holds PocketPainter, not PocketDreamer"):
        load_pocket_dreamer(path)
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(WeightsError, match="cannot be read"):
        load_pocket_painter(path)


def test_shipped_models_see_what_words_say() -> None:
    """The seven things that people look for first are told apart, by their words, in pictures."""
    from musivid.pocket.scenes import render, sample_scene

    net = load_pocket_perceptor(SHIPPED / "perceptor.safetensors")
    wanted = {
        "sunset": "a golden sunset",
        "forest": "a dark forest",
        "city": "the city at night",
        "sea": "the sea",
        "fire": "fire",
        "snowfield": "snow on the hills",
        "meadow": "flowers in a field",
    }
    pictures = torch.stack(
        [
            torch.from_numpy(render(sample_scene(50_000_000 + k, family), 96)).movedim(-1, 0) / 255
            for family in wanted
            for k in range(4)
        ]
    )
    with torch.inference_mode():
        near = net.embed_text(list(wanted.values())) @ net.embed_image(pictures).T
    assert (near.view(7, 7, 4).mean(-1).argmax(1) == torch.arange(7)).all()


def test_shipped_painter_and_dreamer_paint_what_is_asked_for() -> None:
    painter = load_pocket_painter(SHIPPED / "painter.safetensors")
    dreamer = load_pocket_dreamer(SHIPPED / "dreamer.safetensors")
    judge = load_pocket_perceptor(SHIPPED / "perceptor.safetensors")
    texts = ["a golden sunset", "a dark green forest", "the city at night", "fire", "snow"]
    with torch.inference_mode():
        meaning = judge.embed_text(texts)
        painted = painter.decode(dreamer.dream(meaning, [1, 2, 3, 4, 5], 32, 32)).clamp(0, 1)
        small = torch.nn.functional.interpolate(painted, judge.image_px, mode="area")
        near = meaning @ judge.embed_image(small).T
    assert painted.shape == (5, 3, 256, 256)
    assert (near.argmax(0) == torch.arange(5)).sum() >= 4


def test_texts_that_are_read_in_part_are_named() -> None:
    perceptor = PocketPerceptor(8, ["sea"])
    whole = "sea " * MOST_WORDS
    assert perceptor.too_long(["sea", whole, whole + "fire"]) == [whole + "fire"]
    assert torch.equal(perceptor.embed_text([whole]), perceptor.embed_text([whole + "fire"]))


def test_sizes_of_a_header_are_held_against_the_tensors(tmp_path: Path) -> None:
    small = PocketPainter(channels=8, codes=32, widths=(16, 16, 16))
    sizes: dict[str, object] = {"channels": 8, "codes": 32, "widths": [16, 16, 16]}
    changes: list[dict[str, object]] = [
        {"codes": 60_000}, {"codes": 10**12}, {"widths": [16, 16, 10**9]}, {"codes": -1},
        {"colour": 1}, {"codes": "many"}, {"widths": []}, {"codes": float("nan")},
    ]  # fmt: skip
    for changed in changes:
        save_pocket(small, tmp_path / "p.safetensors", {**sizes, **changed})
        with pytest.raises(WeightsError, match="does not fit what its header says"):
            load_pocket_painter(tmp_path / "p.safetensors")
    save_pocket(small, tmp_path / "p.safetensors", sizes)
    assert load_pocket_painter(tmp_path / "p.safetensors").codebook.shape[0] == 32
