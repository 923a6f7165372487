"""Pulling and importing; the converter stands in, for networks' own tests cover the real one."""

from __future__ import annotations

import dataclasses
import sys
import types
from pathlib import Path
from typing import Any

import pytest
import torch
from loopback import CONTENT, SHA, Server

from musivid.commands.console import ConsoleReporter
from musivid.core.errors import InputError, Interrupted, OutputError, WeightsError
from musivid.core.progress import Silent
from musivid.weights import downloading
from musivid.weights.fetch import import_model, pull_model
from musivid.weights.files import read_metadata, read_record
from musivid.weights.names import find_file
from musivid.weights.registry import find_spec


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    import torch

    def convert(path: Path, family: str) -> tuple[dict[str, torch.Tensor], dict[str, str]]:
        if path.read_bytes() != CONTENT:
            raise WeightsError(f"{path} is not a checkpoint")
        return {"x": torch.zeros(4)}, {"family": family}

    module = types.ModuleType("musivid.nets.checkpoints")
    module.convert_checkpoint = convert
    monkeypatch.setitem(sys.modules, "musivid.nets.checkpoints", module)
    monkeypatch.setenv("MUSIVID_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


def test_pull_converts_records_and_tidies_up(server: Server, models: Path) -> None:
    spec = dataclasses.replace(find_spec("wav2clip"), urls=(server.url,), sha256=SHA)
    path = pull_model(spec, Silent())
    assert path == models / "wav2clip.safetensors" == find_file("wav2clip")
    assert sorted(p.name for p in models.iterdir()) == [path.name, f"{path.name}.json"]
    told = {"family": "wav2clip", "loader": "wav2clip", "model": "wav2clip"}
    assert read_metadata(path) == told | {"source_sha256": SHA}
    record = read_record(path)
    assert record["source"] == server.url
    assert record["source_sha256"] == SHA
    assert record["licence"] == "MIT"


def test_ctrl_c_keeps_what_came(
    server: Server, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def press(answer: Any, file: Any, reporter: Silent) -> None:
        file.write(answer.read(1000))
        raise KeyboardInterrupt

    monkeypatch.setattr(downloading, "_copy", press)
    spec = dataclasses.replace(find_spec("wav2clip"), urls=(server.url,))
    with pytest.raises(Interrupted) as caught:
        pull_model(spec, Silent())
    assert caught.value.command == "musivid models pull wav2clip"
    assert (models / "wav2clip.part").stat().st_size == 1000


def test_truncated_without_checksum_is_caught_by_the_converter(
    server: Server, models: Path
) -> None:
    server.content = CONTENT[:1000]
    spec = dataclasses.replace(find_spec("wav2clip"), urls=(server.url,), sha256=None)
    with pytest.raises(WeightsError, match="not a checkpoint"):
        pull_model(spec, Silent())
    assert list(models.iterdir()) == []


def test_import_takes_a_file_over_and_leaves_it(models: Path, tmp_path: Path) -> None:
    file = tmp_path / "Wav2CLIP.pt"
    file.write_bytes(CONTENT)
    path = import_model(find_spec("wav2clip"), file, Silent())
    assert find_file("wav2clip") == path
    assert file.read_bytes() == CONTENT
    assert read_record(path)["source_sha256"] == SHA


def test_import_of_a_copy_in_another_container_is_told(
    models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "ViT-B-32.pt"
    file.write_bytes(CONTENT)
    with ConsoleReporter() as reporter:
        spec = dataclasses.replace(find_spec("clip-vit-b-32"), holds={})
        path = import_model(spec, file, reporter)
    assert path.exists()
    assert "differs from what was published" in capsys.readouterr().err


def test_import_checks_first(models: Path, tmp_path: Path) -> None:
    file = tmp_path / "ViT-B-32.pt"
    file.write_bytes(CONTENT)
    with pytest.raises(InputError, match="no file"):
        import_model(find_spec("wav2clip"), tmp_path / "none", Silent())
    with pytest.raises(InputError, match="comes with musivid"):
        import_model(find_spec("pocket-painter"), file, Silent())
    with pytest.raises(InputError, match="comes with musivid"):
        import_model(find_spec("tiny-painter"), file, Silent())
    file.write_bytes(b"hostile")
    with pytest.raises(WeightsError, match="not a checkpoint"):
        import_model(find_spec("wav2clip"), file, Silent())
    assert not models.exists() or list(models.glob("*.safetensors")) == []


def test_no_room_and_no_right(
    server: Server, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = dataclasses.replace(find_spec("wav2clip"), urls=(server.url,), size_mb=1e9)
    with pytest.raises(OutputError, match="MB of room"):
        pull_model(spec, Silent())
    models.rmdir()
    models.write_text("a file")
    with pytest.raises(OutputError, match="cannot be made"):
        pull_model(spec, Silent())
    assert server.asked == []


def test_a_model_without_an_address(models: Path) -> None:
    with pytest.raises(WeightsError, match="cannot be pulled") as caught:
        pull_model(find_spec("vqgan-faceshq"), Silent())
    assert caught.value.command == "musivid models import vqgan-faceshq FILE"


def test_a_copy_that_others_imported_is_known(
    models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.pt"
    file.write_bytes(CONTENT)
    spec = dataclasses.replace(find_spec("clip-vit-b-32"), holds={}, known=(SHA,))
    with ConsoleReporter() as reporter:
        path = import_model(spec, file, reporter)
    assert "differs" not in capsys.readouterr().err
    assert read_record(path)["source_size"] == len(CONTENT)
