"""Name or path: one answer for all who ask, whatever lies in the working folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from safetensors.torch import save_file

from musivid.core.errors import PresetError, UsageError, WeightsError
from musivid.nets.compound.files import save_compound
from musivid.nets.tiny import tiny_composer
from musivid.pipeline.bgm.job import check_settings
from musivid.pipeline.bgm.kinds import open_composer
from musivid.pipeline.caption.job import check_caption
from musivid.pipeline.video.models import check_models
from musivid.settings.bgm import BgmInferPreset
from musivid.settings.caption import CaptionModels, CaptionPreset
from musivid.settings.presets import load_preset
from musivid.settings.video import ModelsPreset, VideoPreset
from musivid.weights.names import find_file, find_files, find_model, is_path
from musivid.weights.pipelines import find_pipeline
from musivid.weights.registry import is_hub_id
from musivid.weights.session import Session


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def composer(here: Path) -> Path:
    """A composer's file, safetensors under its name."""
    path = here / "mine.safetensors"
    save_compound(tiny_composer(), path, {})
    return path


def test_a_name_stays_a_name_whatever_is_called_so_here(here: Path) -> None:
    (here / "cmt").write_bytes(b"not weights")
    (here / "own").write_bytes(b"weights")
    (here / "folder").mkdir()
    assert not is_path("cmt")
    assert is_path("./cmt")
    assert is_path("own")
    assert not is_path("folder")
    assert is_path("mine.ckpt") and is_path("MINE.PT") and is_path("folder/mine")


@pytest.mark.parametrize("name", ["mine.ckpt", "mine.bin", "mine", "./mine.ckpt", "~/mine.ckpt"])
def test_a_file_in_the_working_folder_is_one_to_all(
    name: str, composer: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(here))
    composer.rename(Path(name).expanduser())
    preset = BgmInferPreset(composer=name)
    check_settings(preset, offline=True)
    session = Session(device="cpu")
    assert open_composer(session, preset).model is session.composer(name)
    assert set(session.hashes()) == {name}


def test_all_checks_ask_alike(here: Path) -> None:
    song = here / "song.wav"
    soundfile.write(song, np.zeros(16000), 8000)
    for name in ("mine.weights", "tiny-painted"):
        with pytest.raises(UsageError, match="unknown model") as caught:
            check_models(VideoPreset(models=ModelsPreset(painter=name)), offline=True)
        assert "./mine" in caught.value.hint and "folder/mine" in caught.value.hint
    with pytest.raises(UsageError, match="nearest: tiny-captioner, tiny-"):
        check_caption(song, CaptionPreset(models=CaptionModels(captioner="tiny-captione")))
    with pytest.raises(WeightsError, match=r"no file of weights at tiny-painter\.ckpt") as missing:
        find_model("tiny-painter.ckpt", "painter")
    assert "Nearest names of models: tiny-painter" in missing.value.hint
    with pytest.raises(UsageError, match="is a composer, not a painter"):
        find_files({"painter": "pocket-composer"})


def test_what_a_file_holds_is_known_before_it_is_loaded(composer: Path, here: Path) -> None:
    assert find_model("mine.safetensors", "composer").kind == "pocket"
    assert find_model("tiny-captioner", "captioner").kind == "lp-musiccaps"
    tensors = {"x": torch.zeros(2)}
    save_file(tensors, here / "words.safetensors", {"family": "Tagger"})
    assert find_model("words.safetensors", "captioner").kind == "pocket"
    save_file(tensors, here / "words.safetensors", {"loader": "lp-musiccaps"})
    assert find_model("words.safetensors", "captioner").kind == "lp-musiccaps"
    with pytest.raises(WeightsError, match="holds a lp-musiccaps model, which is not a composer"):
        find_model("words.safetensors", "composer")
    save_file(tensors, here / "words.safetensors", {"loader": "bmt"})
    assert find_model("words.safetensors", "composer").kind == "bmt"
    save_file(tensors, here / "words.safetensors")
    assert find_model("words.safetensors", "composer").kind is None
    save_file(tensors, here / "words.safetensors", {"family": "compound", "schema": "{}"})
    with pytest.raises(WeightsError, match="what its tokens are made of"):
        find_model("words.safetensors", "composer")


def test_models_built_in_code_have_no_file(here: Path) -> None:
    assert find_files({"painter": "tiny-painter", "dreamer": None}) == {}
    assert find_model("tiny-painter", "painter").file is None
    with pytest.raises(UsageError, match="built in code"):
        find_file("tiny-painter")


def test_pipelines_are_on_the_hub_or_in_a_folder(here: Path) -> None:
    (here / "models" / "sdxl").mkdir(parents=True)
    assert is_hub_id("owner/name-2.1")
    for text in ("models/sdxl", "./name", "../name", "a/b/c", "name", "~/name", "owner/.name"):
        assert not is_hub_id(text)
    with pytest.raises(WeightsError, match="has no model_index"):
        find_pipeline("models/sdxl")
    with pytest.raises(WeightsError, match="weights of 'owner/name' are missing"):
        find_pipeline("owner/name")
    with pytest.raises(UsageError, match="neither a folder nor a hub id") as caught:
        find_pipeline("./name")
    assert "./sdxl" in caught.value.hint


def test_painters_that_spare_no_memory_say_so() -> None:
    settings = load_preset("video", "tiny", ["painting.save_memory=true"])
    with pytest.raises(PresetError, match=r"save_memory has no effect with painter tiny; .* vqgan"):
        check_models(settings, offline=True)
