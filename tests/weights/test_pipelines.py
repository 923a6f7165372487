"""Pipelines by name, hub id and folder: whole or not, in which variant, and of how many numbers."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest
from pipeline_folders import put_pipeline, weights_bytes

from musivid.core.errors import InputError, WeightsError
from musivid.weights.missing import MissingModels, gather
from musivid.weights.pipelines import (
    check_pipeline,
    count_parameters,
    find_pipeline,
    lacking,
    pick_variant,
    pipeline_spec,
    variant_of,
    weights_of,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return put_pipeline(tmp_path / "saved")


def test_a_whole_pipeline_lacks_nothing(folder: Path) -> None:
    assert lacking(folder) == []
    assert check_pipeline(folder) == folder == find_pipeline(str(folder))
    assert count_parameters(folder) == {"unet": 6, "vae": 6}


def test_a_safety_checker_is_not_demanded(folder: Path) -> None:
    index = json.loads((folder / "model_index.json").read_text())
    index["safety_checker"] = ["stable_diffusion", "StableDiffusionSafetyChecker"]
    (folder / "model_index.json").write_text(json.dumps(index))
    assert lacking(folder) == []


def test_parts_weights_and_shards_that_are_missing_are_named(folder: Path) -> None:
    weights = folder / "unet" / "diffusion_pytorch_model.safetensors"
    weights.unlink()
    assert lacking(folder) == ["unet/ (its weights)"]
    names = [f"diffusion_pytorch_model-0000{n}-of-00002.safetensors" for n in (1, 2)]
    table = {"weight_map": {"a": names[0], "b": names[1], "c": "../../etc/passwd"}}
    (folder / "unet" / f"{weights.name}.index.json").write_text(json.dumps(table))
    (folder / "unet" / names[0]).write_bytes(weights_bytes())
    assert lacking(folder) == [f"unet/{names[1]}"]
    with pytest.raises(WeightsError, match=f"lacks parts of the pipeline: unet/{names[1]}"):
        check_pipeline(folder)
    (folder / "unet" / names[1]).write_bytes(weights_bytes())
    assert lacking(folder) == []
    assert count_parameters(folder)["unet"] == 12
    for path in (folder / "scheduler").iterdir():
        path.unlink()
    assert lacking(folder) == ["scheduler"]


def test_a_variant_is_loaded_where_half_is_wanted_or_nothing_else_is_there(folder: Path) -> None:
    unet = folder / "unet"
    plain = unet / "diffusion_pytorch_model.safetensors"
    assert pick_variant(unet, half=True) is None and variant_of(folder, half=True) is None
    half = unet / "diffusion_pytorch_model.fp16.safetensors"
    half.write_bytes(weights_bytes())
    assert pick_variant(unet, half=True) == "fp16" == variant_of(folder, half=True)
    assert pick_variant(unet, half=False) is None
    assert weights_of(unet, "fp16") == [half] and weights_of(unet, None) == [plain]
    plain.unlink()
    assert pick_variant(unet, half=False) == "fp16" and lacking(folder) == []
    half.rename(unet / "diffusion_pytorch_model.bf16-00001-of-00001.safetensors")
    assert pick_variant(unet, half=False) == "bf16"


def test_a_header_that_lies_is_not_believed(folder: Path) -> None:
    weights = folder / "unet" / "diffusion_pytorch_model.safetensors"
    weights.write_bytes(struct.pack("<Q", 1 << 40) + b"{}")
    with pytest.raises(InputError, match=r"weights .*diffusion_pytorch_model"):
        count_parameters(folder)


def test_a_pipeline_is_known_by_name_and_by_hub_id() -> None:
    by_name, by_id = (
        pipeline_spec("sdxl"),
        pipeline_spec("stabilityai/stable-diffusion-xl-base-1.0"),
    )
    assert by_name == by_id is not None
    other = pipeline_spec("owner/name")
    assert other is not None and (other.repo, other.revision) == ("owner/name", None)
    variations = pipeline_spec("lambdalabs/sd-image-variations-diffusers")
    assert variations is not None and variations.revision == "v2.0"
    assert pipeline_spec("./sdxl") is None


def test_an_imported_pipeline_is_found_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUSIVID_MODELS", str(tmp_path / "models"))
    with pytest.raises(MissingModels) as told:
        find_pipeline("sdxl")
    assert "musivid models import sdxl FOLDER" in told.value.hint
    assert told.value.command == "musivid models pull sdxl"
    place = put_pipeline(tmp_path / "models" / "sdxl")
    assert find_pipeline("sdxl") == place
    assert find_pipeline("stabilityai/stable-diffusion-xl-base-1.0") == place


def test_all_that_is_missing_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(MissingModels) as told:
        gather([lambda: find_pipeline("sdxl"), lambda: 3, lambda: find_pipeline("owner/name")])
    assert told.value.problem.startswith("the weights of 2 models are missing")
    assert "sdxl: 6900 MB; CreativeML OpenRAIL++-M; from https://huggingface.co/" in str(told.value)
    assert told.value.command == "musivid models pull sdxl owner/name"
    assert "import NAME FOLDER" in told.value.hint
    with pytest.raises(MissingModels) as told:
        gather([lambda: find_pipeline("sdxl", offline=True)] * 2)
    assert "pull" not in str(told.value)
    with pytest.raises(WeightsError, match="not a pipeline"):  # comes at once
        gather([lambda: find_pipeline("sdxl"), lambda: find_pipeline(str(tmp_path))])
    assert gather([lambda: 1, lambda: 2]) == [1, 2]
