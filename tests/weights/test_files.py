"""Checksums beside files of weights, their memory, and safetensors headers."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from musivid.core.errors import InputError, WeightsError
from musivid.weights import files as weights
from musivid.weights.files import (
    check_weights,
    inspect_weights,
    read_metadata,
    read_record,
    record_weights,
    sha256_of,
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "model.safetensors"
    path.write_bytes(b"weights")
    return path


def test_a_record_is_kept_beside_the_file(file: Path) -> None:
    assert read_record(file) == {}
    record_weights(file, licence="MIT", source="https://x")
    noted = json.loads((file.parent / "model.safetensors.json").read_text())
    assert noted == {
        "sha256": hashlib.sha256(b"weights").hexdigest(),
        "size": 7,
        "licence": "MIT",
        "source": "https://x",
    }
    assert read_record(file) == noted


def test_check_compares_with_the_record(file: Path) -> None:
    whole = check_weights(file)
    assert whole == hashlib.sha256(b"weights").hexdigest()
    assert inspect_weights(file) == "no checksum noted"
    record_weights(file)
    assert check_weights(file) == whole
    assert inspect_weights(file) == "ok"
    file.write_bytes(b"changed")
    os.utime(file, ns=(1, 1))
    assert inspect_weights(file) == "damaged"
    with pytest.raises(WeightsError, match="damaged"):
        check_weights(file)


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"sha256": 3}'])
def test_a_damaged_record_is_an_error(file: Path, text: str) -> None:
    (file.parent / "model.safetensors.json").write_text(text)
    with pytest.raises(WeightsError, match="checksum note"):
        check_weights(file)
    assert inspect_weights(file) == "damaged"


def test_checksums_are_remembered_until_the_file_changes(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = []
    honest = weights.fingerprint
    monkeypatch.setattr(weights, "fingerprint", lambda path: counted.append(path) or honest(path))
    first = sha256_of(file)
    assert sha256_of(file) == first
    assert len(counted) == 1
    file.write_bytes(b"other!!")
    os.utime(file, ns=(1, 1))
    assert sha256_of(file) != first
    assert len(counted) == 2


@pytest.mark.parametrize("memory", ["{", "[]", '{"x": 1}'])
def test_a_damaged_memory_is_forgotten(file: Path, own_folders: Path, memory: str) -> None:
    folder = own_folders / "xdg_cache_home" / "musivid"
    folder.mkdir(parents=True)
    (folder / "checksums.json").write_text(memory)
    assert sha256_of(file) == hashlib.sha256(b"weights").hexdigest()


def test_a_memory_that_cannot_be_written_does_no_harm(file: Path, own_folders: Path) -> None:
    (own_folders / "xdg_cache_home").write_text("a file, not a folder")
    assert sha256_of(file) == hashlib.sha256(b"weights").hexdigest()


def test_metadata_of_a_header(tmp_path: Path) -> None:
    import torch
    from safetensors.torch import save_file

    path = tmp_path / "a.safetensors"
    save_file({"x": torch.zeros(3)}, path, {"loader": "vqgan"})
    assert read_metadata(path) == {"loader": "vqgan"}
    save_file({"x": torch.zeros(3)}, path)
    assert read_metadata(path) == {}


@pytest.mark.parametrize(
    "content",
    [b"", b"1234567", b"\xff" * 64, (90).to_bytes(8, "little") + b"{}",
     (2).to_bytes(8, "little") + b"[]", (4).to_bytes(8, "little") + b"{{{{"],
)  # fmt: skip
def test_what_is_no_safetensors_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.safetensors"
    path.write_bytes(content)
    with pytest.raises(WeightsError, match="not a safetensors"):
        read_metadata(path)


@pytest.mark.parametrize(
    "header",
    ["[" * 100_000, '{"__metadata__": ' + '{"a":' * 100_000, '{"__metadata__": {"a": ' + "9" * 5000,
     '{"__metadata__": {"settings": "' + "[" * 5000 + '"}}', '{"__metadata__": []}'],
    ids=["lists", "tables", "digits", "lists within", "no table"],
)  # fmt: skip
def test_a_header_that_nests_without_end(tmp_path: Path, header: str) -> None:
    path = tmp_path / "a.safetensors"
    path.write_bytes(len(header).to_bytes(8, "little") + header.encode())
    with pytest.raises(WeightsError, match="not a safetensors file"):
        weights.read_metadata(path)


def test_the_length_of_a_header_is_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    path.write_bytes((99_000_000).to_bytes(8, "little") + b"{}")
    with pytest.raises(InputError, match="claims 99 MB of header; 10 are read") as told:
        weights.check_header(path)
    assert "MUSIVID_MAX_HEADER_MB=99" in told.value.hint
    path.write_bytes(b"PK\x03\x04 of another kind")
    assert weights.check_header(path) == 0
