"""Published pipelines through diffusers, with tiny random ones in the same layout."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusion_fixtures import save_all, tokenizer

from musivid.core.errors import UsageError, WeightsError
from musivid.nets.diffusion.kandinsky import KandinskyArtist
from musivid.nets.diffusion.pipelines import load_coder, load_pipeline
from musivid.nets.diffusion.reading import count_tokens, shorten
from musivid.nets.diffusion.text_to_image import TextArtist
from musivid.nets.diffusion.variations import Variations
from musivid.nets.protocols import Wish
from musivid.painting.between import slerp, whole_slerp
from musivid.weights.pipelines import find_pipeline

CPU = torch.device("cpu")
STEPS: dict[str, Any] = {
    "seed": 1,
    "steps": 2,
    "guidance": 5.0,
    "prior_steps": 2,
    "prior_guidance": 4.0,
}


@pytest.fixture(scope="session")
def pipelines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of saved pipelines: text, image, variations, prior, decoder."""
    return save_all(tmp_path_factory.mktemp("pipelines"))


@pytest.fixture(scope="module")
def pictures() -> torch.Tensor:
    """Two pictures float32 [2, 3, 64, 64]."""
    return torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(0))


def load(place: Path, kind: str = "DiffusionPipeline") -> Any:
    return load_pipeline(place, device=CPU, dtype=torch.float32, kind=kind)


def test_kandinsky_mixes_as_published(pipelines: Path) -> None:
    prior, decoder = load(pipelines / "prior"), load(pipelines / "decoder")
    artist = KandinskyArtist(lambda: prior, lambda: decoder, **STEPS)
    texts = ["a red house", "jazz"]
    both = artist.embed_texts(texts)
    alone = KandinskyArtist(lambda: prior, list, **STEPS).embed_texts(texts[1:])
    torch.testing.assert_close(both["jazz"], alone["jazz"], atol=1e-4, rtol=1e-4)
    other = KandinskyArtist(lambda: prior, list, **STEPS | {"seed": 2}).embed_texts(["jazz"])
    assert not torch.allclose(other["jazz"], alone["jazz"], atol=1e-3)
    picture = np.full((50, 40, 3), 90, np.uint8)
    seen = artist.embed_picture(picture)
    # diffusers' own mixture of one text and one picture, from the same first noise
    noise = torch.randn(1, 32, generator=torch.Generator().manual_seed(3))
    from PIL import Image

    asked = {"num_inference_steps": 2, "latents": noise}
    mixed = prior.interpolate(
        ["jazz", Image.fromarray(picture)],
        [0.3, 0.7],
        generator=torch.Generator().manual_seed(4),
        **asked,
    ).image_embeds
    text = prior("jazz", generator=torch.Generator().manual_seed(4), **asked).image_embeds
    torch.testing.assert_close(mixed, 0.3 * text + 0.7 * seen)


def test_kandinsky_paints_by_its_seed(pipelines: Path) -> None:
    prior, decoder = load(pipelines / "prior"), load(pipelines / "decoder")
    artist = KandinskyArtist(lambda: prior, lambda: decoder, **STEPS)
    meant = artist.embed_texts(["a", "b"])

    def paint(seed: int, what: str = "a") -> np.ndarray:
        return artist.paint_meaning(meant[what], meant["b"], seed=seed, size=(64, 64))

    first = paint(1)
    assert first.shape == (64, 64, 3) and first.dtype == np.uint8
    assert np.array_equal(first, paint(1))
    assert not np.array_equal(first, paint(2))
    assert not np.array_equal(first, paint(1, "b"))


@pytest.mark.parametrize("kind", ["text", pytest.param("image", marks=pytest.mark.slow)])
def test_any_pipeline_paints_texts_and_from_pictures(pipelines: Path, kind: str) -> None:
    pipeline = load(pipelines / kind, "AutoPipelineForText2Image")
    artist = TextArtist(pipeline, steps=2, guidance=5.0)

    def paint(*texts: tuple[str, float], **more: Any) -> np.ndarray:
        return artist.paint(Wish(texts, **more), seed=1, size=(64, 64))

    house = ("a house", 0.6)
    plain = paint(house)
    assert plain.shape == (64, 64, 3)
    assert np.array_equal(plain, paint(house))
    assert not np.array_equal(plain, paint(("jazz", 0.6)))
    assert not np.array_equal(plain, paint(house, negative="fog"))
    assert np.array_equal(paint(house, ("jazz", 0.2)), paint(("jazz", 0.2), house))
    assert not np.array_equal(paint(house, ("jazz", 0.2)), paint(house, ("jazz", 0.8)))
    light, dark = (np.full((*artist.looks_at((64, 64)), 3), v, np.uint8) for v in (200, 20))
    near, far = (paint(house, pictures=((light, keep),)) for keep in (1.0, 0.0))
    assert not np.array_equal(near, far)
    both = ((light, 0.4), (dark, 0.4))
    turns = [paint(house, pictures=both, turn=turn) for turn in (0, 1, 2)]
    assert np.array_equal(turns[0], turns[2]) and not np.array_equal(turns[0], turns[1])


def test_an_autoencoder_is_fed_what_it_was_trained_on(
    pipelines: Path, pictures: torch.Tensor
) -> None:
    coder = load_coder(pipelines / "variations", device=CPU, dtype=torch.float32)
    network, factor = coder.network, coder.network.config.scaling_factor
    with torch.no_grad():
        wanted = network.encode(pictures * 2 - 1).latent_dist.mean * factor
        shown = network.decode(wanted / factor).sample / 2 + 0.5
    torch.testing.assert_close(coder.encode(pictures), wanted)
    torch.testing.assert_close(coder.decode(wanted), shown)
    assert coder.factor == 8
    drawn = coder.draw(pictures, 1)
    assert torch.equal(drawn, coder.draw(pictures, 1))
    assert not torch.allclose(drawn, coder.draw(pictures, 2))


def test_the_published_contrast_fault_is_kept_on_demand(
    pipelines: Path, pictures: torch.Tensor
) -> None:
    faulty = load_coder(pipelines / "variations", device=CPU, dtype=torch.float32, clip_range=True)
    mean = torch.tensor([0.48145466, 0.4578275, 0.40821073])[:, None, None]
    std = torch.tensor([0.26862954, 0.26130258, 0.27577711])[:, None, None]
    network = faulty.network
    with torch.no_grad():
        wanted = network.encode((pictures - mean) / std).latent_dist.mean * 0.18215
    torch.testing.assert_close(faulty.encode(pictures), wanted)
    assert float((1 / (2 * std)).mean()) == pytest.approx(1.86, abs=0.01)


def test_kandinskys_autoencoder_walks_as_well(pipelines: Path, pictures: torch.Tensor) -> None:
    coder = load_coder(pipelines / "decoder", device=CPU, dtype=torch.float32)
    latents = coder.encode(pictures)
    with torch.no_grad():
        plain = latents / coder.scale
        wanted = coder.network.decode(plain, force_not_quantize=True).sample / 2 + 0.5
    torch.testing.assert_close(coder.decode(latents), wanted)
    assert torch.equal(coder.quantize(latents), latents)


def test_the_published_slerp_is_one_vector() -> None:
    dice = torch.Generator().manual_seed(0)
    first, second = (torch.randn(1, 4, 8, 8, generator=dice) for _ in range(2))
    a, b = first.double().flatten().numpy(), second.double().flatten().numpy()
    angle = np.arccos(a @ b / np.linalg.norm(a) / np.linalg.norm(b))
    wanted = (np.sin(0.7 * angle) * a + np.sin(0.3 * angle) * b) / np.sin(angle)
    ours = whole_slerp(first, second, torch.full((1, 1, 1, 1), 0.3))
    np.testing.assert_allclose(ours.flatten().numpy(), wanted, atol=1e-6)
    torch.testing.assert_close(whole_slerp(first, first * 1.1, 0.5), first * 1.05)


def test_variations_begin_and_end_with_the_pictures(
    pipelines: Path, pictures: torch.Tensor
) -> None:
    coder = load_coder(pipelines / "variations", device=CPU, dtype=torch.float32)
    pipeline = load(pipelines / "variations")
    pair = tuple(coder.encode(pictures).split(1))
    frames = tuple((pictures * 255).byte().permute(0, 2, 3, 1).numpy())
    made = Variations(pipeline, slerp, steps=6, guidance=3.0, strength=0.7, seed=1)
    torch.testing.assert_close(made.rung(pair, frames, 0.0), pair[0])
    torch.testing.assert_close(made.rung(pair, frames, 1.0), pair[1])
    half = made.rung(pair, frames, 0.5)
    assert torch.equal(half, made.rung(pair, frames, 0.5))
    assert not torch.allclose(half, slerp(*pair, 0.5))
    # the UNet is told what the pictures show, not only where they lie
    other = made.rung(pair, (frames[0], frames[0][::-1].copy()), 0.5)
    assert not torch.allclose(half, other)


def test_texts_are_cut_before_clip_cuts_them() -> None:
    count, limit = count_tokens(tokenizer())
    long = ", ".join(["a slow and sorrowful piece for piano"] * 6)
    assert count(long) > limit == 77
    short = shorten(["jazz", long], count, limit)
    assert count(", ".join(short)) <= limit and short[0] == "jazz" and len(short[1]) > 20
    assert count_tokens(None)[0]("two words") == 2


def test_pipelines_are_found_before_anything_is_loaded(pipelines: Path, tmp_path: Path) -> None:
    assert find_pipeline(str(pipelines / "text")) == pipelines / "text"
    with pytest.raises(WeightsError, match="is not a pipeline: it has no model_index"):
        find_pipeline(str(tmp_path))
    with pytest.raises(WeightsError, match="weights of 'someone/something' are missing") as told:
        find_pipeline("someone/something", offline=True)
    assert "--offline" in told.value.hint and told.value.exit_code == 3
    assert find_pipeline("someone/something", download=True) == "someone/something"
    with pytest.raises(UsageError, match="exclude each other"):
        find_pipeline("someone/something", offline=True, download=True)
    with pytest.raises(UsageError, match="neither a folder nor a hub id"):
        find_pipeline("no such thing")
    with pytest.raises(WeightsError, match="holds a StableDiffusionPipeline, where a Kand"):
        find_pipeline(str(pipelines / "text"), kind="KandinskyV22PriorPipeline")


def test_damaged_pipelines_are_told(pipelines: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(pipelines / "text", copy)
    (copy / "model_index.json").write_text('{"_class_name": ["my", "Code"]}')
    with pytest.raises(WeightsError, match="_class_name"):
        find_pipeline(str(copy))
    shutil.copy(pipelines / "text" / "model_index.json", copy)
    weights = next((copy / "vae").glob("*.safetensors"))
    weights.write_bytes(b"nothing")
    with pytest.raises(WeightsError, match="cannot be loaded"):
        load(copy)
    shutil.rmtree(copy / "vae")
    with pytest.raises(WeightsError, match="lacks parts of the pipeline: vae"):
        find_pipeline(str(copy))


def test_a_pipeline_without_a_fitting_autoencoder_cannot_walk(
    pipelines: Path, tmp_path: Path
) -> None:
    with pytest.raises(WeightsError, match="cannot walk"):
        load_coder(pipelines / "prior", device=CPU, dtype=torch.float32)
    folder = tmp_path / "odd"
    folder.mkdir()
    index = {"_class_name": "X", "vae": ["diffusers", "AutoencoderOobleck"]}
    (folder / "model_index.json").write_text(json.dumps(index))
    with pytest.raises(WeightsError, match="AutoencoderOobleck"):
        load_coder(folder, device=CPU, dtype=torch.float32)


def test_a_pipeline_of_no_known_task_is_called_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import diffusers

    tried = []

    def refuse(place: str, **given: Any) -> Any:
        tried.append(Path(place).name)
        raise OSError("enough")

    monkeypatch.setattr(diffusers.DiffusionPipeline, "from_pretrained", refuse)
    index = tmp_path / "own" / "model_index.json"
    index.parent.mkdir()
    index.write_text('{"_class_name": "MyOwnPipeline"}')
    with pytest.raises(WeightsError, match="enough"):
        load(index.parent, "AutoPipelineForText2Image")
    assert tried == ["own"]


def test_latents_of_an_autoencoder_are_drawn_by_seed_within_bounds(pipelines: Path) -> None:
    coder = load_coder(pipelines / "text", device=CPU, dtype=torch.float32)
    latents = coder.sample(3, 40, 50)
    assert torch.equal(latents, coder.sample(3, 40, 50))
    assert not torch.equal(latents, coder.sample(4, 40, 50))
    low, high = coder.bounds()
    assert latents.shape == (1, low.shape[1], 40, 50) and torch.equal(low, -high)
    assert float(((latents > low) & (latents < high)).float().mean()) > 0.999
    assert float(latents.std()) == pytest.approx(1, abs=0.05)
