"""Fetching over a real loopback server: resumed, truncated, redirected, damaged; then converted."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import socket
import sys
import types
from pathlib import Path
from typing import Any

import pytest
import torch
from loopback import CONTENT, SHA, Server

from musivid.commands.console import ConsoleReporter
from musivid.core.errors import (
    InputError,
    Interrupted,
    OutputError,
    RunError,
    UsageError,
    WeightsError,
)
from musivid.core.progress import Silent
from musivid.weights import fetch
from musivid.weights.fetch import download, import_model, pull_model
from musivid.weights.files import read_metadata, read_record
from musivid.weights.names import find_file
from musivid.weights.registry import find_spec


@pytest.fixture
def part(tmp_path: Path) -> Path:
    return tmp_path / "model.part"


def get(server: Server, part: Path, sha256: str = SHA) -> None:
    download(server.url, part, sha256=sha256, reporter=Silent())


def test_a_plain_download(server: Server, part: Path) -> None:
    get(server, part)
    assert part.read_bytes() == CONTENT
    assert list(part.parent.iterdir()) == [part]
    assert server.asked == [(None, None)]


def test_broken_lines_are_taken_up_where_they_broke(server: Server, part: Path) -> None:
    server.cut_after = [1_000_000, 700_000]
    get(server, part)
    assert part.read_bytes() == CONTENT
    assert server.asked == [
        (None, None),
        ("bytes=1000000-", '"one"'),
        ("bytes=1700000-", '"one"'),
    ]


def test_a_later_command_goes_on(server: Server, part: Path) -> None:
    server.cut_after = [1_000_000] + [0] * 20
    with pytest.raises(RunError, match="could not be fetched") as caught:
        get(server, part)
    assert "1 MB are kept" in caught.value.hint
    assert part.stat().st_size == 1_000_000
    server.cut_after, server.asked = [], []
    get(server, part)
    assert part.read_bytes() == CONTENT
    assert server.asked == [("bytes=1000000-", '"one"')]


def test_a_file_that_changed_meanwhile_begins_afresh(server: Server, part: Path) -> None:
    server.cut_after = [1_000_000] + [0] * 20
    with pytest.raises(RunError):
        get(server, part)
    server.cut_after = []
    server.content, server.tag = CONTENT[::-1], '"two"'
    get(server, part, hashlib.sha256(CONTENT[::-1]).hexdigest())
    assert part.read_bytes() == CONTENT[::-1]


def test_a_server_without_ranges_begins_afresh(server: Server, part: Path) -> None:
    server.ranges = False
    server.cut_after = [1_000_000]
    get(server, part)
    assert part.read_bytes() == CONTENT


def test_a_part_of_another_address_is_not_continued(server: Server, part: Path) -> None:
    part.write_bytes(b"something else")
    get(server, part)
    assert part.read_bytes() == CONTENT
    assert server.asked == [(None, None)]


def test_whole_but_not_yet_noted(server: Server, part: Path) -> None:
    part.write_bytes(CONTENT)
    note = {"url": server.url, "validator": '"one"'}
    (part.parent / "model.part.json").write_text(json.dumps(note))
    get(server, part)
    assert part.read_bytes() == CONTENT


def test_longer_than_the_file_begins_afresh(server: Server, part: Path) -> None:
    part.write_bytes(CONTENT + b"more")
    note = {"url": server.url, "validator": '"one"'}
    (part.parent / "model.part.json").write_text(json.dumps(note))
    get(server, part)
    assert part.read_bytes() == CONTENT


def test_a_length_that_is_not_told(server: Server, part: Path) -> None:
    server.chunked, server.tag = True, ""
    get(server, part)
    assert part.read_bytes() == CONTENT
    part.unlink()
    server.cut_after = [1000]
    get(server, part)
    assert part.read_bytes() == CONTENT


def test_a_wrong_checksum_leaves_nothing(server: Server, part: Path) -> None:
    with pytest.raises(WeightsError, match="checksum"):
        get(server, part, "0" * 64)
    assert list(part.parent.iterdir()) == []


def test_server_errors_are_retried_others_not(server: Server, part: Path) -> None:
    server.errors = [503, 500]
    get(server, part)
    assert part.read_bytes() == CONTENT
    server.errors = [404]
    part.unlink()
    with pytest.raises(RunError, match="404"):
        get(server, part)
    server.errors = [503] * 20
    with pytest.raises(RunError, match="503"):
        get(server, part)


def test_nobody_there(server: Server, part: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/x"
    with pytest.raises(RunError, match="could not be fetched"):
        download(url, part, sha256=None, reporter=Silent())


@pytest.mark.parametrize("url", ["http://example.org/x", "ftp://127.0.0.1/x", "file:///etc/passwd"])
def test_only_safe_addresses(server: Server, part: Path, url: str) -> None:
    with pytest.raises(UsageError, match="not fetched"):
        download(url, part, sha256=None, reporter=Silent())
    server.redirect = url
    with pytest.raises((UsageError, RunError), match=r"not (fetched|allowed)"):
        get(server, part)
    assert not part.exists()


def test_a_full_disk_keeps_what_came(
    server: Server, part: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(answer: Any, file: Any, reporter: Silent) -> None:
        file.write(answer.read(1000))
        raise OutputError("the download cannot be written: No space left on device")

    monkeypatch.setattr(fetch, "_copy", full)
    with pytest.raises(OutputError, match="No space"):
        get(server, part)
    assert part.stat().st_size == 1000


# Pulling and importing: the converter stands in, for networks' own tests cover the real one.


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
    spec = dataclasses.replace(find_spec("wav2clip"), url=server.url, sha256=SHA)
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

    monkeypatch.setattr(fetch, "_copy", press)
    spec = dataclasses.replace(find_spec("wav2clip"), url=server.url)
    with pytest.raises(Interrupted) as caught:
        pull_model(spec, Silent())
    assert caught.value.command == "musivid models pull wav2clip"
    assert (models / "wav2clip.part").stat().st_size == 1000


def test_truncated_without_checksum_is_caught_by_the_converter(
    server: Server, models: Path
) -> None:
    server.content = CONTENT[:1000]
    spec = dataclasses.replace(find_spec("wav2clip"), url=server.url, sha256=None)
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
        path = import_model(find_spec("clip-vit-b-32"), file, reporter)
    assert path.exists()
    assert "not the published file itself" in capsys.readouterr().err


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
    spec = dataclasses.replace(find_spec("wav2clip"), url=server.url, size_mb=1e9)
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
