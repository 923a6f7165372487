"""Models by name: the table, where files are found, what is said when they are not, Session."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest

from musivid.core.errors import DeviceError, MissingError, UsageError, WeightsError
from musivid.weights import registry, session
from musivid.weights.files import record_weights
from musivid.weights.names import find_file
from musivid.weights.registry import ModelSpec, find_spec, locate_model, model_specs, models_folder
from musivid.weights.session import Session

PUBLISHED = [spec for spec in model_specs().values() if spec.urls]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """A user's model folder; gives a function that puts a file of some bytes there."""
    monkeypatch.setenv("MUSIVID_MODELS", str(tmp_path / "models"))

    def put(name: str = "wav2clip", content: bytes = b"weights", noted: bool = True) -> Path:
        path = tmp_path / "models" / find_spec(name).file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        if noted:
            record_weights(path, model=name)
        return path

    return put


@pytest.mark.parametrize("spec", model_specs().values(), ids=lambda spec: spec.name)
def test_table_is_complete(spec: ModelSpec) -> None:
    assert spec.family in get_args(registry.Family)
    assert spec.licence and spec.source and spec.note
    if spec.urls:
        assert all(url.startswith("https://") for url in spec.urls)
        assert spec.file == f"{spec.name}.{'sf3' if spec.family == 'soundfont' else 'safetensors'}"
    if spec.is_folder and not spec.built_in:
        assert spec.repo and spec.file == spec.name and spec.fetched
    if spec.sha256:
        assert len(spec.sha256) == 64
    if spec.family == "soundfont":
        assert spec.loader is None
        return
    module, function = spec.loader.split(":")
    assert inspect.isfunction(getattr(importlib.import_module(f"musivid.nets.{module}"), function))
    if spec.listener:
        assert model_specs()[spec.listener].family == "listener"


def test_a_table_may_not_name_other_code(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    row = "family: painter, kind: k, loader: 'os:system', licence: MIT, source: s, note: n"
    (tmp_path / "registry.yaml").write_text(f"x: {{{row}}}\ny: {{{row.replace('painter', 'z')}}}\n")
    monkeypatch.setattr(registry, "shipped_folder", lambda name: tmp_path)
    with pytest.raises(MissingError, match=r"unknown families: \['z'\]"):
        model_specs.__wrapped__()
    loader = ModelSpec("x", "painter", "k", "os:system", "MIT", "s", "n").loader
    with pytest.raises(ModuleNotFoundError, match=r"musivid\.nets\.os"):
        session._call(loader, [], "x")


# Values that no row may have, and that YAML has as what they look like.
WRONG = (
    "file: 3", "file: ../a", "file: /etc/passwd", "file: [a]", "file: ''", "file: a/../../b",
    "url: 3", "url: [3]", "url: {a: b}", 'url: "\\e[31m"', "known: 3", "known: [[a]]",
    "size_mb: x", "size_mb: [1]", "size_mb: .nan", "size_mb: .inf", "size_mb: -1", "steps: true",
    f"size_mb: 1{'0' * 400}", "memory_gb: {}", "guidance: '3'", "holds: [1]", "holds: {a: [1]}",
    "repo: x", "repo: ../../x", "repo: a--b/c", f"repo: a/{'b' * 99}", "repo: 3", "repo: a/b.git",
    "revision: [1]", "sha256: 3", f"published: {'p' * 300}", 'header: "a\\0b"',
)  # fmt: skip


def test_a_damaged_table_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(registry, "shipped_folder", lambda name: tmp_path)
    row = "family: painter, kind: k, loader: 'a:b', licence: MIT, source: s, note: n"
    for text in (
        None, "", "[]", "x: 3", "x: {family: painter}", f"x: {{{row}, colour: blue}}",
        "x: !!python/object/apply:os.system ['true']", f"x: !other {{{row}}}", "x: {" * 10_000,
        f"x: {{{row}, size_mb: {'9' * 5000}}}", "\x00",
        f"x: {{{row.replace('MIT', 'null')}}}", *(f"x: {{{row}, {value}}}" for value in WRONG),
    ):  # fmt: skip
        if text is not None:
            (tmp_path / "registry.yaml").write_text(text)
        with pytest.raises(MissingError, match="table of models") as told:
            model_specs.__wrapped__()
        assert "install it again" in told.value.hint


def test_folder_of_the_user(
    monkeypatch: pytest.MonkeyPatch, own_folders: Path, tmp_path: Path
) -> None:
    assert models_folder() == own_folders / "xdg_data_home" / "musivid" / "models"
    monkeypatch.delenv("XDG_DATA_HOME")
    assert models_folder() == own_folders / ".local/share/musivid/models"
    monkeypatch.setenv("MUSIVID_MODELS", "~/mine")
    assert models_folder() == own_folders / "mine"


def test_a_model_in_the_users_folder_is_found(place: Callable[..., Any]) -> None:
    assert locate_model(find_spec("wav2clip")) is None
    path = place()
    assert find_file("wav2clip") == path
    assert find_file(str(path)) == path


def test_unknown_names_get_the_nearest() -> None:
    with pytest.raises(UsageError, match="nearest: vqgan-coco") as caught:
        find_file("vqgan-coko")
    assert "clip-vit-b-32" in caught.value.hint
    with pytest.raises(UsageError, match="is a listener, not a painter"):
        find_spec("wav2clip", "painter")
    with pytest.raises(UsageError, match="built in"):
        find_file("tiny-painter")


@pytest.mark.parametrize("spec", PUBLISHED, ids=lambda spec: spec.name)
def test_missing_weights_say_how_to_get_them(spec: ModelSpec) -> None:
    with pytest.raises(WeightsError, match="missing") as caught:
        find_file(spec.name)
    assert caught.value.exit_code == 3
    assert caught.value.command == f"musivid models pull {spec.name}"
    assert spec.licence in caught.value.hint and spec.urls[0] in caught.value.hint
    assert f"musivid models import {spec.name} FILE" in caught.value.hint
    with pytest.raises(WeightsError, match="missing") as caught:
        find_file(spec.name, offline=True)
    assert "offline" in caught.value.hint
    assert caught.value.command == f"musivid models import {spec.name} FILE"
    assert "pull" not in caught.value.hint


def test_missing_by_hand_shipped_and_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(WeightsError) as caught:
        find_file("vqgan-faceshq")
    assert caught.value.command == "musivid models import vqgan-faceshq FILE"
    monkeypatch.setattr(registry, "shipped_folder", lambda name: tmp_path)
    with pytest.raises(WeightsError, match="missing") as caught:
        find_file("pocket-painter")
    assert "install it again" in caught.value.hint
    with pytest.raises(WeightsError, match="no file of weights"):
        find_file(str(tmp_path / "none.safetensors"))


def test_damaged_weights_are_refused_by_name_and_by_path(place: Callable[..., Any]) -> None:
    path = place()
    find_file("wav2clip")
    path.write_bytes(b"other weights")
    for name in ("wav2clip", str(path)):
        with pytest.raises(WeightsError, match="damaged"):
            find_file(name)


def test_session_loads_once_and_freezes() -> None:
    import torch

    session = Session(device="cpu", dtype="float32")
    assert session.device == torch.device("cpu")
    assert session.dtype == torch.float32
    painter = session.painter("tiny-painter")
    assert session.painter("tiny-painter") is painter
    assert session.perceptor("tiny-perceptor") is session.perceptor("tiny-perceptor")
    dreamer = session.dreamer("tiny-dreamer")
    for network in (painter, session.perceptor("tiny-perceptor"), dreamer):
        assert not network.training
        assert not any(p.requires_grad for p in network.parameters())
    assert session.hashes() == {}


def test_session_tells_families_apart(tmp_path: Path) -> None:
    session = Session(device="cpu")
    with pytest.raises(UsageError, match="is a perceptor, not a painter"):
        session.painter("tiny-perceptor")
    with pytest.raises(UsageError, match="takes no listener"):
        session.perceptor("tiny-perceptor", "wav2clip")
    with pytest.raises(WeightsError, match="missing"):
        session.perceptor("clip-vit-b-32", "wav2clip")


def test_session_hands_files_to_loaders_and_knows_their_hashes(
    place: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    clip, ears = place("clip-vit-b-32", b"clip"), place("wav2clip", b"ears")
    seen = []

    def load(*paths: Path) -> Any:
        seen.append(paths)
        return torch.nn.Linear(2, 2)

    monkeypatch.setattr("musivid.nets.clip.load_clip_perceptor", load)
    session = Session(device="cpu")
    network = session.perceptor("clip-vit-b-32", "wav2clip")
    assert session.perceptor("clip-vit-b-32") is not network
    assert seen == [(clip, ears), (clip,)]
    assert set(session.hashes()) == {"clip-vit-b-32", "wav2clip"}
    assert all(len(value) == 64 for value in session.hashes().values())
    with pytest.raises(UsageError, match="not a listener"):
        session.perceptor("clip-vit-b-32", "pocket-painter")


@pytest.mark.parametrize("error", [RuntimeError("size mismatch"), KeyError("conv"), EOFError()])
def test_a_loader_that_fails_is_a_weights_error(
    place: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, error: Any
) -> None:
    place("vqgan-coco")

    def load(path: Path) -> None:
        raise error

    monkeypatch.setattr("musivid.nets.vqgan.model.load_vqgan", load)
    with pytest.raises(WeightsError, match="cannot be loaded") as caught:
        Session(device="cpu").painter("vqgan-coco")
    assert caught.value.command == "musivid models verify vqgan-coco"


def test_a_file_says_which_loader_it_wants(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch
    from safetensors.torch import save_file

    path = tmp_path / "mine.safetensors"
    used = []

    def note(name: str) -> Callable[..., Any]:
        def load(path: Path) -> Any:
            used.append(name)
            return torch.nn.Linear(2, 2)

        return load

    monkeypatch.setattr("musivid.nets.vqgan.model.load_vqgan", note("vqgan"))
    monkeypatch.setattr("musivid.nets.pocket.load_pocket_painter", note("pocket"))
    tensors = {"x": torch.zeros(2)}
    for metadata in ({"loader": "vqgan"}, {"loader": "pocket"}, {"family": "PocketPainter"},
                     {"loader": "os:system"}, None):  # fmt: skip
        save_file(tensors, path, metadata)
        Session(device="cpu").painter(str(path))
    assert used == ["vqgan", "pocket", "pocket", "vqgan", "vqgan"]
    save_file(tensors, path, {"loader": "clip"})
    with pytest.raises(WeightsError, match="which is not a painter"):
        Session(device="cpu").painter(str(path))
    path.write_bytes(b"no header")
    with pytest.raises(WeightsError, match="not a safetensors file"):
        Session(device="cpu").painter(str(path))


def test_devices_and_formats_that_are_not_there() -> None:
    with pytest.raises(DeviceError, match="'gpu9'") as caught:
        Session(device="gpu9")
    assert caught.value.exit_code == 3
    assert "cpu" in caught.value.hint
    with pytest.raises(UsageError, match="float8"):
        Session(dtype="float8")


def test_offline_reaches_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"):
        monkeypatch.setenv(name, "0")
    Session(device="cpu", offline=True)
    assert os.environ["HF_HUB_OFFLINE"] == os.environ["TRANSFORMERS_OFFLINE"] == "1"


def test_specs_are_frozen() -> None:
    with pytest.raises(AttributeError):
        next(iter(model_specs().values())).urls = ("https://elsewhere",)
    assert ModelSpec("x", "painter", "k", "a:b", "MIT", "s", "n").built_in
