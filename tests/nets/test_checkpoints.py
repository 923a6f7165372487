"""Files of weights: every container, every fault with its own message, and slim copies."""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import pickle
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from published import SMALL, Taming, save_lightning, seeded
from safetensors.torch import load_file, save_file
from torch import nn

from musivid.core.errors import WeightsError
from musivid.nets.archives import read_tensors
from musivid.nets.checkpoints import convert_checkpoint, identify, read_model


@pytest.fixture(scope="module")
def vqgan() -> dict[str, Any]:
    return seeded(Taming, SMALL).state_dict()


@pytest.mark.parametrize("legacy", [False, True])
def test_lightning_checkpoints_are_read_without_lightning(
    tmp_path: Path, vqgan: dict[str, Any], legacy: bool
) -> None:
    path = save_lightning(tmp_path / "last.ckpt", vqgan, legacy=legacy)
    with pytest.raises(pickle.UnpicklingError, match="pytorch_lightning"):
        torch.load(path, weights_only=True)
    tensors = read_model(path, "vqgan")
    assert tensors.keys() == vqgan.keys()
    assert all(torch.equal(tensors[name], vqgan[name]) for name in vqgan)
    assert not any(name.startswith("pytorch_lightning") for name in sys.modules)


@pytest.mark.parametrize("legacy", [False, True])
@pytest.mark.parametrize("wrap", [lambda t: t, lambda t: {"model": t}, lambda t: {"epoch": 1, **t}])
def test_plain_checkpoints_are_read(tmp_path: Path, legacy: bool, wrap: Callable[..., Any]) -> None:
    path = tmp_path / "a.pt"
    torch.save(
        wrap({"a.weight": torch.arange(6.0)}), path, _use_new_zipfile_serialization=not legacy
    )
    assert read_tensors(path)["a.weight"].tolist() == [0, 1, 2, 3, 4, 5]


def test_what_trainers_keep_beside_tensors_is_skipped(tmp_path: Path) -> None:
    extra = {"args": argparse.Namespace(lr=1), "dir": pathlib.PurePosixPath("runs")}
    torch.save({"state_dict": {"a": torch.ones(2)}, **extra}, tmp_path / "a.ckpt")
    assert list(read_tensors(tmp_path / "a.ckpt")) == ["a"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_script_archives_are_read_without_running_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = nn.Sequential(nn.Linear(2, 3), nn.Sequential(nn.BatchNorm1d(3))).eval()
    torch.jit.script(model).save(tmp_path / "script.pt")
    torch.jit.trace(model, torch.ones(1, 2)).save(tmp_path / "trace.pt")
    monkeypatch.setattr(torch.jit, "load", None)
    for name in ("script.pt", "trace.pt"):
        tensors = read_tensors(tmp_path / name)
        assert tensors.keys() == model.state_dict().keys()
        assert all(torch.equal(tensors[k], v) for k, v in model.state_dict().items())


class _Call:
    """Pickles as a call of anything."""

    def __init__(self, function: Callable[..., Any], *arguments: str) -> None:
        self.call = (function, arguments)

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str, ...]]:
        return self.call


@pytest.mark.parametrize("legacy", [False, True])
@pytest.mark.parametrize(
    ("function", "says"),
    [(os.system, "posix.system"), (eval, "eval"), (os.path.join, "posixpath.join")],
)
def test_hostile_files_are_refused_by_name_and_not_run(
    tmp_path: Path, legacy: bool, function: Callable[..., Any], says: str
) -> None:
    harm = tmp_path / "harm"
    call = _Call(function, f"__import__('pathlib').Path({str(harm)!r}).touch() or touch {harm}")
    torch.save(
        {"state_dict": {"a": torch.ones(1)}, "callbacks": call},
        tmp_path / "evil.ckpt",
        _use_new_zipfile_serialization=not legacy,
    )
    with pytest.raises(WeightsError, match=f"asks for the code '{says}'.*\n.*hostile"):
        read_tensors(tmp_path / "evil.ckpt")
    assert not harm.exists()


def test_whole_pickled_modules_are_refused(tmp_path: Path) -> None:
    torch.save(nn.Linear(2, 2), tmp_path / "module.pt")
    with pytest.raises(WeightsError, match=r"torch\.nn\.modules\.linear\.Linear"):
        read_tensors(tmp_path / "module.pt")


def test_tensors_larger_than_their_data_are_refused(tmp_path: Path) -> None:
    torch.save({"a": torch.ones(1).expand(10**9, 10**6)}, tmp_path / "bomb.pt")
    with pytest.raises(WeightsError, match="has no data"):
        read_tensors(tmp_path / "bomb.pt")


def test_compressed_archives_are_refused(tmp_path: Path) -> None:
    torch.save({"a": torch.ones(1)}, tmp_path / "plain.pt")
    with (
        zipfile.ZipFile(tmp_path / "plain.pt") as plain,
        zipfile.ZipFile(tmp_path / "bomb.pt", "w", zipfile.ZIP_DEFLATED) as bomb,
    ):
        for name in plain.namelist():
            bomb.writestr(name, plain.read(name))
    with pytest.raises(WeightsError, match="compressed"):
        read_tensors(tmp_path / "bomb.pt")


def test_checkpoints_that_hold_themselves_end(tmp_path: Path) -> None:
    content: dict[str, Any] = {"other": 1}
    content["model"] = content
    torch.save(content, tmp_path / "loop.pt")
    with pytest.raises(WeightsError, match="no tensors"):
        read_tensors(tmp_path / "loop.pt")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"<!DOCTYPE html><html>404</html>", "web page"),
        (b"\n <html><body>Sign in</body></html>", "web page"),
        (b"version https://git-lfs.github.com/spec/v1\noid", "git-lfs pointer"),
        (b"Not found", "not a file of weights"),
        (b"\x80\x02}q\x00.", "cannot be read"),
        (b"PK\x03\x04" + bytes(100), "cut off"),
        (b"\x10\x00\x00\x00\x00\x00\x00\x00{}", "cannot be read"),
    ],
)
def test_other_files_are_refused_with_what_they_are(
    tmp_path: Path, content: bytes, says: str
) -> None:
    path = tmp_path / "weights.pt"
    path.write_bytes(content)
    with pytest.raises(WeightsError, match=says) as caught:
        read_tensors(path)
    assert str(path) in caught.value.problem and caught.value.hint


def test_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="No such file"):
        read_tensors(tmp_path / "none.pt")
    with pytest.raises(WeightsError, match="Is a directory"):
        read_tensors(tmp_path)


@pytest.mark.parametrize("kind", ["zip", "legacy", "safetensors"])
def test_files_cut_off_anywhere_are_refused(
    tmp_path: Path, vqgan: dict[str, Any], kind: str
) -> None:
    whole, part = tmp_path / "whole", tmp_path / "part.ckpt"
    if kind == "safetensors":
        save_file({"a": torch.ones(100), "b": torch.ones(100)}, whole)
    else:
        save_lightning(whole, {"a": torch.ones(100)}, legacy=kind == "legacy")
    data = whole.read_bytes()
    for share in (0.01, 0.1, 0.3, 0.5, 0.8, 0.95, 0.999):
        part.write_bytes(data[: int(len(data) * share)])
        with pytest.raises(WeightsError):
            read_tensors(part)


def test_families_are_known_by_their_names(vqgan: dict[str, Any]) -> None:
    one = torch.ones(1)
    clip = dict.fromkeys(("visual.proj", "token_embedding.weight", "text_projection"), one)
    wav2clip = dict.fromkeys(("audio_encoder.conv1.weight", "audio_transform.x"), one)
    assert identify(vqgan) == "vqgan"
    assert identify({f"first_stage_model.{name}": t for name, t in vqgan.items()}) == "vqgan"
    assert identify(clip) == identify({f"module.{name}": one for name in clip}) == "clip"
    assert identify(wav2clip) == "wav2clip"
    assert identify({"a": one}) is None


@pytest.mark.parametrize(
    ("names", "called"),
    [
        (("visual.proj", "token_embedding.weight", "text_projection"), "a CLIP,"),
        (("model.diffusion_model.x", "first_stage_model.decoder.x"), "a diffusion model"),
        (("decoder.conv_in.weight", "quant_conv.weight"), "without a codebook"),
        (("vision_model.x", "text_model.x"), "SigLIP"),
        (("fc.weight",), r"an unknown model \(fc.weight\)"),
    ],
)
def test_other_models_are_named(tmp_path: Path, names: tuple[Any, ...], called: str) -> None:
    torch.save(dict.fromkeys(names, torch.ones(1)), tmp_path / "other.pt")
    with pytest.raises(WeightsError, match=f"holds .*{called}.*not a VQGAN"):
        read_model(tmp_path / "other.pt", "vqgan")


def test_slim_copies_hold_the_model_and_nothing_else(tmp_path: Path, vqgan: dict[str, Any]) -> None:
    path = save_lightning(tmp_path / "last.ckpt", vqgan)
    tensors, metadata = convert_checkpoint(path, "vqgan")
    assert tensors.keys() == vqgan.keys()
    assert metadata["family"] == "vqgan" and metadata["source"] == "last.ckpt"
    facts = {"factor": 4, "codes": 64, "channels": 48, "gumbel": False, "encoder": True}
    assert json.loads(metadata["facts"]) == facts
    save_file(tensors, tmp_path / "slim.safetensors", metadata)
    path.unlink()
    again, _ = convert_checkpoint(tmp_path / "slim.safetensors", "vqgan")
    assert all(torch.equal(again[name], vqgan[name]) for name in vqgan)


def test_slim_copies_can_be_halved(tmp_path: Path, vqgan: dict[str, Any]) -> None:
    path = save_lightning(tmp_path / "last.ckpt", vqgan)
    tensors, metadata = convert_checkpoint(path, "vqgan", half=True)
    save_file(tensors, tmp_path / "half.safetensors", metadata)
    halved = load_file(tmp_path / "half.safetensors")
    assert {t.dtype for t in halved.values()} == {torch.float16}
    for name, tensor in halved.items():
        torch.testing.assert_close(tensor.float(), vqgan[name], rtol=1e-3, atol=1e-6)


def test_checkpoints_that_are_not_whole_are_not_converted(
    tmp_path: Path, vqgan: dict[str, Any]
) -> None:
    tensors = dict(vqgan)
    del tensors["decoder.norm_out.bias"], tensors["encoder.norm_out.bias"]
    path = save_lightning(tmp_path / "last.ckpt", tensors)
    with pytest.raises(WeightsError, match=r"norm_out\.bias, .*norm_out\.bias missing"):
        convert_checkpoint(path, "vqgan")
