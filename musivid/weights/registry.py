"""The models that musivid knows: their table, where their files are, and a Session that loads them.

The table is `models/registry.yaml`. Weights are fetched by `weights.fetch`, never from here.
"""

from __future__ import annotations

import contextlib
import difflib
import functools
import importlib
import os
import pickle
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from musivid.core import device as devices
from musivid.core.errors import UsageError, WeightsError
from musivid.core.paths import data_folder, shipped_folder
from musivid.core.progress import Reporter, Silent
from musivid.weights.files import check_weights, read_metadata

if TYPE_CHECKING:
    from musivid.nets.captioning.lp_musiccaps import LpMusicCaps
    from musivid.nets.captioning.tagger import Tagger
    from musivid.nets.compound.files import CompoundTransformer
    from musivid.nets.protocols import Dreamer, Painter, Perceptor

__all__ = [
    "Family",
    "ModelSpec",
    "Session",
    "find_model",
    "find_spec",
    "locate_model",
    "model_specs",
    "models_folder",
]

Family = Literal["painter", "perceptor", "listener", "dreamer", "composer", "captioner"]

# What a table or a file may ask to be loaded with; nothing else is ever imported by name.
_LOADERS = {
    "pocket-painter": "musivid.nets.pocket:load_pocket_painter",
    "pocket-perceptor": "musivid.nets.pocket:load_pocket_perceptor",
    "pocket-dreamer": "musivid.nets.pocket:load_pocket_dreamer",
    "tiny-painter": "musivid.nets.tiny:tiny_painter",
    "tiny-perceptor": "musivid.nets.tiny:tiny_perceptor",
    "tiny-dreamer": "musivid.nets.tiny:tiny_dreamer",
    "vqgan": "musivid.nets.vqgan.model:load_vqgan",
    "clip": "musivid.nets.clip:load_clip_perceptor",
    "wav2clip": "musivid.nets.clip:load_clip_perceptor",
    "pocket-tagger": "musivid.nets.captioning.tagger:load_tagger",
    "tiny-tagger": "musivid.nets.captioning.tagger:tiny_tagger",
    "lp-musiccaps": "musivid.nets.captioning.lp_musiccaps:load_lp_musiccaps",
    "tiny-captioner": "musivid.nets.captioning.lp_musiccaps:tiny_captioner",
    "tiny-composer": "musivid.nets.tiny:tiny_composer",
    "compound": "musivid.nets.compound.files:load_compound",
    "cmt": "musivid.nets.compound.files:load_cmt",
    "bmt": "musivid.nets.compound.files:load_bmt",
}
# What the metadata of a pocket file calls itself.
_POCKET_LOADER = {
    "PocketPainter": "pocket-painter",
    "PocketPerceptor": "pocket-perceptor",
    "PocketDreamer": "pocket-dreamer",
    "Tagger": "pocket-tagger",
    "compound": "compound",
}
_SUFFIXES = (".safetensors", ".ckpt", ".pt", ".pth")
# How a file given by path is loaded when it does not say so itself.
_DEFAULT_LOADER = {
    "painter": "vqgan",
    "perceptor": "clip",
    "dreamer": "pocket-dreamer",
    "composer": "compound",
    "captioner": "lp-musiccaps",
}


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A model that has a name. The fields are explained at the top of models/registry.yaml."""

    name: str
    family: Family
    loader: str
    licence: str
    source: str
    note: str
    file: str | None = None
    url: str | None = None
    sha256: str | None = None
    size_mb: float | None = None
    holds: Mapping[str, int | bool] = field(default_factory=dict)

    @property
    def built_in(self) -> bool:
        """Whether it is built in code and has no file."""
        return self.file is None


@functools.cache
def model_specs() -> dict[str, ModelSpec]:
    """All models by name, in the order of the table."""
    import yaml

    table = yaml.safe_load((shipped_folder("models") / "registry.yaml").read_text("utf-8"))
    specs = {name: ModelSpec(name=name, **fields) for name, fields in table.items()}
    if unknown := {spec.loader for spec in specs.values()} - set(_LOADERS):
        raise ValueError(f"models/registry.yaml names unknown loaders: {sorted(unknown)}")
    return specs


def models_folder() -> Path:
    """The user's own folder of models: $MUSIVID_MODELS, or one in the user's data folder."""
    chosen = os.environ.get("MUSIVID_MODELS", "")
    return Path(chosen).expanduser() if chosen else data_folder() / "models"


def find_spec(name: str, family: Family | None = None) -> ModelSpec:
    """The model of that name.

    Raises:
        UsageError: no such model, or one of another family than asked for.
    """
    specs = model_specs()
    fitting = [n for n, spec in specs.items() if family in (None, spec.family)]
    if name in fitting:
        return specs[name]
    near = difflib.get_close_matches(name, fitting, 1, 0.4)
    problem = f"unknown model {name!r}"
    if name in specs:
        problem = f"model {name!r} is a {specs[name].family}, not a {family}"
    raise UsageError(
        f"{problem}; nearest: {near[0]}" if near else problem,
        hint=f"Give a path to a file, or one of: {', '.join(fitting)}.",
        command="musivid models list",
    )


def locate_model(spec: ModelSpec) -> Path | None:
    """Where the model's file is, the user's folder first; None if it is nowhere or needs none."""
    if spec.file is None:
        return None
    places = (models_folder() / spec.file, shipped_folder("models") / spec.file)
    return next((path for path in places if path.is_file()), None)


def find_model(name_or_path: str, *, offline: bool = False) -> Path:
    """The checked file of a model, given by name or by path.

    Raises:
        UsageError: an unknown name, or a model that has no file.
        WeightsError: the file is missing or damaged; the message says how to get it.
    """
    if _is_path(name_or_path):
        path = Path(name_or_path).expanduser()
        if not path.is_file():
            raise WeightsError(
                f"there is no file of weights at {path}",
                hint="Give a .safetensors, .ckpt or .pt file, or a model's name.",
                command="musivid models list",
            )
    else:
        spec = find_spec(name_or_path)
        if spec.built_in:
            raise UsageError(f"model {spec.name!r} is built in code and has no file")
        path = locate_model(spec) or _missing(spec, offline)
    check_weights(path)
    return path


def _is_path(text: str) -> bool:
    return os.sep in text or "/" in text or Path(text).suffix in _SUFFIXES


def _missing(spec: ModelSpec, offline: bool) -> Path:
    """Say how the model can be had; always raises."""
    by_hand = f"musivid models import {spec.name} FILE"
    if spec.url is None and spec.file and "/" in spec.file:
        hint, command = "It ships with musivid: install it again.", ""
    elif spec.url is None:
        hint, command = f"It must be fetched by hand from {spec.source}", by_hand
    elif offline:
        hint = "--offline fetches nothing; get the file elsewhere, or leave --offline out and pull."
        command = f"{by_hand}   (or: musivid models pull {spec.name})"
    else:
        size = f"{spec.size_mb:.0f} MB" if spec.size_mb else "size not stated"
        hint = f"Nothing is fetched unasked ({size}; {spec.licence})."
        command = f"musivid models pull {spec.name}"
    raise WeightsError(f"the weights of {spec.name!r} are missing", hint=hint, command=command)


class Session:
    """Device, number format and the models in use; each is loaded once, checked and frozen."""

    def __init__(
        self,
        device: str = "auto",
        dtype: str = "auto",
        offline: bool = False,
        reporter: Reporter | None = None,
    ) -> None:
        """Choose device and number format at once; models are loaded when first asked for.

        Args:
            device: auto, cpu, cuda, cuda:1, mps.
            dtype: auto, float32, bfloat16, float16: what networks compute in.
            offline: keep libraries from the network as well.
            reporter: told which model is being loaded.

        Raises:
            DeviceError: this machine has no such device.
            UsageError: no such number format.
        """
        if offline:
            os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1")
        self.device = devices.choose_device(device)
        self.dtype = devices.choose_dtype(self.device, dtype)
        self.is_auto_dtype = dtype == "auto"
        self.offline = offline
        self._reporter = reporter or Silent()
        self._loaded: dict[tuple[str, ...], Any] = {}
        self._hashes: dict[str, str] = {}

    def autocast(self) -> contextlib.AbstractContextManager[object]:
        """A context in which networks compute in `dtype`; weights stay in float32."""
        return devices.autocast(self.device, self.dtype)

    def painter(self, name: str) -> Painter:
        """The painter of that name or path.

        Raises:
            UsageError: unknown name. WeightsError: the file is missing or cannot be used.
        """
        return cast("Painter", self._load("painter", name))

    def perceptor(self, name: str, listener: str | None = None) -> Perceptor:
        """The perceptor of that name or path, with a listener's ears where it has none.

        Raises:
            UsageError: unknown name. WeightsError: a file is missing or cannot be used.
        """
        return cast("Perceptor", self._load("perceptor", name, listener))

    def dreamer(self, name: str) -> Dreamer:
        """The dreamer of that name or path.

        Raises:
            UsageError: unknown name. WeightsError: the file is missing or cannot be used.
        """
        return cast("Dreamer", self._load("dreamer", name))

    def composer(self, name: str) -> CompoundTransformer:
        """The composer of that name or path.

        Raises:
            UsageError: unknown name. WeightsError: the file is missing or cannot be used.
        """
        return cast("CompoundTransformer", self._load("composer", name))

    def captioner(self, name: str) -> Tagger | LpMusicCaps:
        """The network behind a captioner of that name or path: a tagger or a writer.

        Raises:
            UsageError: unknown name. WeightsError: the file is missing or cannot be used.
        """
        return cast("Tagger | LpMusicCaps", self._load("captioner", name))

    def hashes(self) -> dict[str, str]:
        """SHA-256 of the file of each model loaded so far, by the name it was asked for."""
        return dict(self._hashes)

    def _load(self, family: Family, name: str, listener: str | None = None) -> Any:
        key = (family, name, listener or "")
        if key not in self._loaded:
            self._reporter.note(f"loading {name}" + (f" and {listener}" if listener else ""))
            self._loaded[key] = self._build(family, name, listener)
        return self._loaded[key]

    def _build(self, family: Family, name: str, listener: str | None) -> Any:
        arguments: list[Path] = []
        if _is_path(name):
            arguments.append(self._file(name))
            loader = _loader_of(arguments[0], family)
        else:
            spec = find_spec(name, family)
            loader = spec.loader
            if not spec.built_in:
                arguments.append(self._file(name))
        if family == "perceptor" and loader == "clip":
            arguments.extend([self._ears(listener)] if listener else [])
        elif listener:
            raise UsageError(
                f"perceptor {name!r} has ears of its own and takes no listener",
                hint="Set models.listener to null.",
            )
        network = _call(loader, arguments, name)
        return network.to(self.device).eval().requires_grad_(False)

    def _ears(self, listener: str) -> Path:
        if not _is_path(listener):
            find_spec(listener, "listener")
        return self._file(listener)

    def _file(self, name: str) -> Path:
        path = find_model(name, offline=self.offline)
        self._hashes[name] = check_weights(path)
        return path


def _loader_of(path: Path, family: Family) -> str:
    """The loader that a file names in its metadata, or the usual one of its family.

    Raises:
        WeightsError: the file holds a model of another family.
    """
    metadata = read_metadata(path) if path.suffix == ".safetensors" else {}
    named = metadata.get("loader") or _POCKET_LOADER.get(metadata.get("family", ""), "")
    if named not in _LOADERS or named == _DEFAULT_LOADER[family]:
        return _DEFAULT_LOADER[family]
    if family not in {spec.family for spec in model_specs().values() if spec.loader == named}:
        raise WeightsError(
            f"{path} holds a {named} model, which is no {family}",
            hint="Give another file, or a model's name.",
        )
    return named


def _call(loader: str, arguments: list[Path], name: str) -> Any:
    """Run a loader of the allow-list, with its complaints made plain."""
    from safetensors import SafetensorError

    module, function = _LOADERS[loader].split(":")
    try:
        return getattr(importlib.import_module(module), function)(*arguments)
    except (
        OSError,
        EOFError,
        RuntimeError,
        KeyError,
        ValueError,
        pickle.UnpicklingError,
        SafetensorError,
    ) as error:
        raise WeightsError(
            f"model {name!r} cannot be loaded: {error}",
            hint="The file is damaged, or holds another kind of model.",
            command=f"musivid models verify {name}",
        ) from error
