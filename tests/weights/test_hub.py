"""Pipelines from a hub on this machine that breaks, and from folders that are taken over."""

from __future__ import annotations

from pathlib import Path

import pytest
from hub_server import COMMIT, Hub, hub
from pipeline_folders import put_pipeline, weights_bytes

from musivid.core.errors import InputError, RunError, WeightsError
from musivid.core.progress import Silent
from musivid.weights.hub import chosen_files, fetch_pipeline, import_pipeline, inspect_pipeline
from musivid.weights.pipelines import find_pipeline, lacking, pipeline_spec
from musivid.weights.registry import find_spec

__all__ = ["hub"]

REPO = "owner/name"
PIPELINE = find_spec("sdxl")
UNET = "unet/diffusion_pytorch_model.safetensors"


@pytest.fixture
def served(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hub:
    """A hub that has a pipeline of large weights, and things that nobody needs."""
    monkeypatch.setenv("MUSIVID_MODELS", str(tmp_path / "models"))
    put_pipeline(hub.folder)
    (hub.folder / UNET).write_bytes(weights_bytes(7, 300_000))
    (hub.folder / "unet" / "diffusion_pytorch_model.fp16.safetensors").write_bytes(weights_bytes(3))
    (hub.folder / "whole.safetensors").write_bytes(weights_bytes())
    (hub.folder / "vae" / "diffusion_flax_model.msgpack").write_bytes(b"x")
    return hub


def fetch(half: bool = False) -> Path:
    return fetch_pipeline(REPO, Silent(), half=half)


def test_only_what_is_used_is_fetched(served: Hub) -> None:
    folder = fetch()
    assert lacking(folder) == [] and folder.name == COMMIT
    assert sorted(served.asked) == sorted([UNET, "vae/diffusion_pytorch_model.safetensors"])
    assert (folder / UNET).read_bytes() == weights_bytes(7, 300_000)
    assert find_pipeline(REPO) == folder
    assert inspect_pipeline(PIPELINE, folder) == "ok"
    served.asked = []
    assert fetch() == folder and served.asked == []  # it is there


def test_half_precision_is_fetched_for_a_gpu(served: Hub) -> None:
    folder = fetch(half=True)
    assert "unet/diffusion_pytorch_model.fp16.safetensors" in served.asked
    assert UNET not in served.asked and lacking(folder) == []


@pytest.mark.parametrize(
    "faults",
    [
        {"cut_after": [100_000]},
        {"cut_after": [100_000, 50_000]},
        {"errors": [503]},
        {"errors": [500], "cut_after": [1]},
    ],
)
def test_a_broken_line_is_taken_up(
    served: Hub, faults: dict[str, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    for name, value in faults.items():
        setattr(served, name, list(value))
    for _ in range(2):
        try:
            folder = fetch()
        except RunError:
            continue
        break
    assert (folder / UNET).read_bytes() == weights_bytes(7, 300_000)


def test_what_was_cut_off_is_no_damage_for_ever(
    served: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    served.errors = [404] * 50  # the weights have gone
    with pytest.raises(RunError, match="the hub cannot give it"):
        fetch()
    with pytest.raises(WeightsError, match="lacks parts of the pipeline") as told:
        find_pipeline(REPO)
    assert "musivid models pull" in told.value.hint
    assert find_pipeline(REPO, download=True) == REPO  # it goes on
    served.errors = []
    assert lacking(fetch()) == []


def test_what_the_hub_has_not_is_told(served: Hub) -> None:
    with pytest.raises(RunError, match="404"):
        fetch_pipeline("owner/other", Silent(), half=False)
    with pytest.raises(InputError, match="nothing of the hub"):
        fetch_pipeline("./folder", Silent(), half=False)


def test_damage_in_the_cache_is_found(served: Hub) -> None:
    folder = fetch()
    (folder / UNET).resolve().write_bytes(b"other")
    assert inspect_pipeline(PIPELINE, folder) == "damaged"
    (folder / UNET).unlink()
    assert inspect_pipeline(PIPELINE, folder) == "incomplete"


def test_a_folder_is_taken_over_with_checksums(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUSIVID_MODELS", str(tmp_path / "models"))
    spec = pipeline_spec("sdxl")
    assert spec is not None
    saved = put_pipeline(tmp_path / "saved")
    place = import_pipeline(spec, saved, Silent())
    assert place == tmp_path / "models" / "sdxl" == find_pipeline("sdxl")
    assert inspect_pipeline(PIPELINE, place) == "ok"
    assert sorted(p.name for p in (tmp_path / "models").iterdir()) == ["sdxl"]
    with pytest.raises(InputError, match="there already"):
        import_pipeline(spec, saved, Silent())
    (place / UNET).unlink()
    (place / UNET).write_bytes(weights_bytes(1))
    assert (saved / UNET).read_bytes() == weights_bytes()
    assert inspect_pipeline(PIPELINE, place) == "damaged"
    (saved / UNET).unlink()
    with pytest.raises(WeightsError, match="lacks parts"):
        import_pipeline(spec, saved, Silent())


def test_of_several_sets_of_weights_one_is_chosen() -> None:
    names = [
        "model_index.json",
        "text_encoder/config.json",
        "text_encoder/model.safetensors",
        "text_encoder/model.fp16.safetensors",
        "text_encoder/pytorch_model.bin",
        "unet/diffusion_pytorch_model-00001-of-00002.safetensors",
        "unet/diffusion_pytorch_model-00002-of-00002.safetensors",
        "unet/diffusion_pytorch_model.safetensors.index.json",
        "unet/diffusion_pytorch_model.fp16.safetensors",
        "unet/diffusion_pytorch_model.bin.index.json",
        "unet/openvino_model.bin",
        "vae/only.fp16.bin",
        "safety_checker/model.safetensors",
    ]
    parts = ["text_encoder", "unet", "vae", "safety_checker"]
    plain = chosen_files(names, parts, half=False)
    assert plain == [
        "model_index.json",
        "text_encoder/config.json",
        "text_encoder/model.safetensors",
        "unet/diffusion_pytorch_model.safetensors.index.json",
        "unet/diffusion_pytorch_model-00001-of-00002.safetensors",
        "unet/diffusion_pytorch_model-00002-of-00002.safetensors",
        "vae/only.fp16.bin",
    ]
    half = chosen_files(names, parts, half=True)
    assert "unet/diffusion_pytorch_model.fp16.safetensors" in half and len(half) == 5
