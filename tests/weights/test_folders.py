"""Models of transformers as folders: found, looked through, taken over, fetched and told apart."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hub_server import Hub, hub
from pipeline_folders import put_pipeline, weights_bytes

from musivid.core.errors import UsageError, WeightsError
from musivid.core.progress import Silent
from musivid.weights.fetch import import_model, inspect_model, pull_model
from musivid.weights.folders import find_folder, folder_digest, folder_spec, locate_folder
from musivid.weights.missing import MissingModels
from musivid.weights.registry import find_spec

__all__ = ["hub"]

SPEC = find_spec("wav2vec2-base-960h")


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MUSIVID_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


def put(folder: Path, kind: str = "Wav2Vec2ForCTC") -> Path:
    """A folder as transformers lays it out."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps({"architectures": [kind]}))
    (folder / "model.safetensors").write_bytes(weights_bytes())
    (folder / "preprocessor_config.json").write_text("{}")
    (folder / "vocab.json").write_text("{}")
    return folder


def test_a_folder_is_taken_over_found_and_checked(tmp_path: Path, models: Path) -> None:
    with pytest.raises(MissingModels) as told:
        find_folder(SPEC.name, "aligner")
    assert told.value.exit_code == 3
    assert told.value.command == "musivid models pull wav2vec2-base-960h"
    assert "musivid models import wav2vec2-base-960h FOLDER" in told.value.hint
    place = import_model(SPEC, put(tmp_path / "saved"), Silent())
    assert place == models / SPEC.name == locate_folder(SPEC)
    found = find_folder(SPEC.name, "aligner")
    assert (found.spec, found.file) == (SPEC, place)
    assert find_folder("facebook/wav2vec2-base-960h", "aligner").file == place
    assert inspect_model(SPEC, place) == "ok"
    digest = folder_digest(place)
    weights = place / "model.safetensors"
    weights.unlink()
    weights.write_bytes(weights_bytes(1))
    assert inspect_model(SPEC, place) == "damaged"
    with pytest.raises(WeightsError, match="is damaged: its checksum"):
        folder_digest(place)
    assert folder_digest(tmp_path / "saved") == digest
    (place / "musivid.json").write_text("{")
    with pytest.raises(WeightsError, match="checksums in"):
        folder_digest(place)


def test_a_folder_may_be_named_by_its_path(tmp_path: Path) -> None:
    folder = put(tmp_path / "mine")
    found = find_folder(str(folder), "aligner")
    assert (found.file, found.spec.loader) == (folder, SPEC.loader)
    with pytest.raises(WeightsError, match=r"is no transcriber: it holds Wav2Vec2ForCTC"):
        find_folder(str(folder), "transcriber")
    (folder / "vocab.json").unlink()
    (folder / "model.safetensors").unlink()
    with pytest.raises(
        WeightsError, match=r"not whole: \(its weights\), vocab\.json are not there"
    ):
        find_folder(str(folder), "aligner")
    (folder / "config.json").write_text("[]")
    with pytest.raises(WeightsError, match="cannot be used: it is no table"):
        find_folder(str(folder), "aligner")
    (folder / "config.json").unlink()
    with pytest.raises(WeightsError, match=r"has no config\.json"):
        find_folder(str(folder), "aligner")


def test_what_is_none_is_told() -> None:
    with pytest.raises(
        UsageError, match="'whisper-smal' is no transcriber; nearest: whisper-small"
    ):
        find_folder("whisper-smal", "transcriber")
    with pytest.raises(UsageError, match="aligner, not a transcriber"):
        find_folder(SPEC.name, "transcriber")
    with pytest.raises(MissingModels) as told:
        find_folder("owner/other", "aligner", offline=True)
    assert "pull" not in str(told.value)
    assert find_folder("tiny-aligner", "aligner").file is None


def test_a_pipeline_is_no_aligner(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"has no config\.json"):
        import_model(SPEC, put_pipeline(tmp_path / "saved"), Silent())


def test_one_set_of_weights_is_fetched(hub: Hub) -> None:
    put(hub.folder)
    (hub.folder / "pytorch_model.bin").write_bytes(b"x")
    (hub.folder / "tf_model.h5").write_bytes(b"x")
    spec = folder_spec("owner/name")
    assert spec is not None
    folder = pull_model(spec, Silent())
    assert sorted(p.name for p in folder.iterdir()) == [
        "config.json", "model.safetensors", "preprocessor_config.json", "vocab.json",
    ]  # fmt: skip
    assert find_folder("owner/name", "aligner").file == folder
