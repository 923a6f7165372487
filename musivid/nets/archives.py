"""Files of weights as tensors by name, whatever their container, without running code from them.

Containers: safetensors, torch's zip and legacy formats (plain or written by Lightning), and
TorchScript archives. Called by `checkpoints`; nothing else opens a file of weights.
"""

from __future__ import annotations

import io
import pickle
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from musivid.core.errors import WeightsError
from musivid.nets.pickle_names import names_asked

__all__ = ["read_metadata", "read_tensors"]

_ZIP, _PICKLE = b"PK\x03\x04", b"\x80"
_LEGACY_PICKLES = 5  # magic number, protocol, system, the object itself, storage keys
_MOST_MODULES, _DEEPEST = 10_000, 50  # of a TorchScript archive; networks have hundreds, and ten
_WRAPPERS = ("state_dict", "model_state_dict", "model", "module", "net")

# What trainers keep beside the tensors. Each such name is read as an empty class that does
# nothing; any other name that torch does not allow by itself makes the file be refused.
_BYSTANDERS = re.compile(
    r"(pytorch_lightning|lightning|lightning_fabric|lightning_utilities|omegaconf)\.[\w.]+"
    r"|argparse\.Namespace|typing\.Any|builtins\.(dict|list|tuple|int|float|str|bool)"
    r"|pathlib\.(Pure)?(Posix|Windows)?Path"
    r"|numpy\.(dtype|ndarray|_?core\.multiarray\.(scalar|_reconstruct))"
)
# The classes and list builders that a TorchScript archive names.
_SCRIPT_NAMES = re.compile(r"__torch__\.[\w.]+|torch\.jit\._pickle\.\w+")

_CUT_OFF = "The file is cut off or damaged: fetch it again, and compare its size or checksum."
_ONLY = "Accepted: .safetensors, and .ckpt, .pt or .pth as torch or Lightning write them."


class _Bystander:
    """Stands for any object of a checkpoint that is not a tensor; keeps its state, does nothing."""

    def __init__(self, *_args: object, **_kwargs: object) -> None:
        pass

    def __setstate__(self, state: object) -> None:
        if isinstance(state, dict):
            self.__dict__.update({str(key): value for key, value in state.items()})


def read_tensors(path: Path) -> dict[str, Tensor]:
    """All tensors of a file by their full names, on the CPU; mapped, not copied, where possible.

    Raises:
        WeightsError: no file, not a file of weights, cut off, or one that names foreign code.
    """
    try:
        found = dict(_READERS[_container(path)](path))
    except (OSError, EOFError, RuntimeError, ValueError, KeyError, TypeError) as error:
        raise _refusal(path, error) from None
    except (pickle.UnpicklingError, AttributeError, IndexError, zipfile.BadZipFile) as error:
        raise _refusal(path, error) from None
    if not found:
        raise WeightsError(f"{path} holds no tensors", hint=_ONLY)
    for name, tensor in found.items():
        _check_tensor(path, name, tensor)
    return found


def read_metadata(path: Path) -> dict[str, str]:
    """The metadata in the header of a safetensors file; empty for other containers."""
    from safetensors import safe_open

    if _container(path) != "safetensors":
        return {}
    with safe_open(path, "pt") as file:
        return dict(file.metadata() or {})


def _container(path: Path) -> str:
    """Which container a file is, by its first bytes.

    Raises:
        WeightsError: none of those that hold weights.
    """
    try:
        with path.open("rb") as file:
            head = file.read(512)
    except OSError as error:
        raise WeightsError(f"{path} cannot be read: {error.strerror}", hint=_ONLY) from None
    if not head:
        raise WeightsError(f"{path} is empty", hint="The download failed: fetch it again.")
    if head.startswith(_ZIP):
        return "script" if _is_script(path) else "zip"
    if head.startswith(_PICKLE):
        return "legacy"
    if head[8:9] == b"{" and int.from_bytes(head[:8], "little") < 100_000_000:
        return "safetensors"
    text = head.lstrip().lower()
    if text.startswith((b"<!doctype", b"<html", b"<?xml", b"<head")):
        hint = "The server sent a page, not the file: fetch it in a browser and look at its size."
        raise WeightsError(f"{path} is a web page, not a file of weights", hint=hint)
    if text.startswith(b"version https://git-lfs"):
        hint = "Fetch the file that it points to, with git lfs pull."
        raise WeightsError(f"{path} is a git-lfs pointer, not a file of weights", hint=hint)
    raise WeightsError(f"{path} is not a file of weights", hint=_ONLY)


def _is_script(path: Path) -> bool:
    with zipfile.ZipFile(path) if zipfile.is_zipfile(path) else _broken(path) as archive:
        return any(name.endswith("/constants.pkl") for name in archive.namelist())


def _broken(path: Path) -> zipfile.ZipFile:
    raise WeightsError(f"{path} is cut off: its table of contents is missing", hint=_CUT_OFF)


def _read_safetensors(path: Path) -> Iterator[tuple[str, Tensor]]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "pt") as file:
            yield from ((name, file.get_tensor(name)) for name in file.keys())  # noqa: SIM118
    except SafetensorError as error:
        raise ValueError(str(error)) from None


def _read_zip(path: Path) -> Iterator[tuple[str, Tensor]]:
    """Torch's own format since 1.6: a zip of one pickle and raw tensor data."""
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            _check_stored(entry)
        names = names_asked(io.BytesIO(_pickle_of(archive)), 1)
    yield from _tensors_of(_load(path, names, _BYSTANDERS, mmap=True))


def _read_legacy(path: Path) -> Iterator[tuple[str, Tensor]]:
    """Torch's format before 1.6: five pickles, then raw tensor data."""
    with path.open("rb") as file:
        names = names_asked(file, _LEGACY_PICKLES)
    yield from _tensors_of(_load(path, names, _BYSTANDERS, mmap=False))


def _read_script(path: Path) -> Iterator[tuple[str, Tensor]]:
    """A TorchScript archive: its tensors are read through the tree of its modules.

    `torch.jit.load` would run code from the file. So the data alone is copied into a plain
    archive, which torch's restricted reader takes, with an empty class for each module.
    """
    data = io.BytesIO()
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(data, "w") as plain:
        for entry in archive.infolist():
            inner = entry.filename.partition("/")[2]
            if inner in ("data.pkl", "version", "byteorder") or inner.startswith("data/"):
                _check_stored(entry)
                plain.writestr(entry.filename, archive.read(entry))
        names = names_asked(io.BytesIO(_pickle_of(archive)), 1)
    data.seek(0)
    yield from _walk(_load(data, names, _SCRIPT_NAMES, mmap=False))


def _check_stored(entry: zipfile.ZipInfo) -> None:
    if entry.compress_type != zipfile.ZIP_STORED:  # torch never packs tensors; bombs do
        raise ValueError(f"its entry {entry.filename} is compressed")


def _pickle_of(archive: zipfile.ZipFile) -> bytes:
    inner = [name for name in archive.namelist() if name.partition("/")[2] == "data.pkl"]
    if len(inner) != 1:
        raise ValueError("it is a zip archive without a checkpoint in it")
    return archive.read(inner[0])


def _load(source: Any, names: set[str], allowed: re.Pattern[str], *, mmap: bool) -> Any:
    """What torch's restricted reader finds, with empty classes for the allowed names."""
    stubs: list[Any] = [
        (type("Bystander", (_Bystander,), {}), name) for name in names if allowed.fullmatch(name)
    ]
    with torch.serialization.safe_globals(stubs):
        return torch.load(source, map_location="cpu", weights_only=True, mmap=mmap)


def _tensors_of(content: Any) -> Iterator[tuple[str, Tensor]]:
    """The named tensors of a checkpoint, taken out of the wrappers that trainers use."""
    if not isinstance(content, Mapping):
        return
    for _ in _WRAPPERS:  # not for ever: a hostile file may hold itself
        inner = next((content[key] for key in _WRAPPERS if key in content), None)
        if isinstance(inner, Mapping):
            content = inner
    named = ((name, value) for name, value in content.items() if isinstance(value, Tensor))
    yield from ((str(name), value.detach()) for name, value in named)


def _walk(module: Any) -> Iterator[tuple[str, Tensor]]:
    """Tensors of a tree of modules, named by their way through it.

    Raises:
        ValueError: modules hold each other without end.
    """
    waiting, left = [("", module)], _MOST_MODULES
    while waiting:
        prefix, held = waiting.pop()
        left -= 1
        if left < 0 or prefix.count(".") > _DEEPEST:
            raise ValueError("its modules hold each other without end")
        for name, value in vars(held).items():
            if isinstance(value, Tensor):
                yield prefix + name, value.detach()
            elif isinstance(value, _Bystander):
                waiting.append((f"{prefix}{name}.", value))


def _check_tensor(path: Path, name: str, tensor: Tensor) -> None:
    """Refuse a tensor that claims to be larger than the data behind it."""
    plain = tensor.layout is torch.strided and not tensor.is_quantized and not tensor.is_meta
    if not plain or tensor.numel() * tensor.element_size() > tensor.untyped_storage().nbytes():
        raise WeightsError(
            f"{path}: {name[:80]} is not a plain tensor, or has no data", hint=_CUT_OFF
        )


def _refusal(path: Path, error: Exception) -> WeightsError:
    """A reader's complaint, made plain."""
    said = str(error).split("\n")[0] if str(error) else type(error).__name__
    foreign = re.search(r"GLOBAL ([\w.]+)", str(error))
    if foreign:
        return WeightsError(
            f"{path} asks for the code {foreign[1]!r}, which no file of weights needs",
            hint="It may be hostile. Fetch the weights from their publisher, as safetensors.",
        )
    return WeightsError(f"{path} cannot be read: {said[:200]}", hint=_CUT_OFF)


_READERS = {
    "safetensors": _read_safetensors,
    "zip": _read_zip,
    "legacy": _read_legacy,
    "script": _read_script,
}
