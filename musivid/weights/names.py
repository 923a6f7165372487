"""What a model is that was given by a name of the table or by a path.

Published pipelines have a folder or a hub id.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path

from musivid.core.errors import UsageError, WeightsError
from musivid.core.paths import expanded, means_path
from musivid.media.soundfonts import ENDINGS, find_font
from musivid.nets.compound.schema import CompoundSchema
from musivid.weights.files import check_header, check_weights, read_metadata
from musivid.weights.folders import find_folder, folder_families
from musivid.weights.missing import MissingModels, gather, miss
from musivid.weights.registry import (
    Family,
    FoundModel,
    ModelSpec,
    find_spec,
    is_hub_id,
    locate_model,
    model_specs,
    nearest_names,
    spec_of_kind,
)

__all__ = [
    "BUNDLED",
    "find_file",
    "find_files",
    "find_model",
    "find_soundfont",
    "is_path",
    "separator_named",
    "soundfont_named",
    "soundfonts_here",
]

_SUFFIXES = (".safetensors", ".ckpt", ".pt", ".pth", ".bin", *ENDINGS)
BUNDLED = "timgm6mb"  # the SoundFont that always is here
_BEST = "auto"
# The kind that a file of each family is taken for when it does not say so itself.
_SILENT = {
    "painter": "vqgan",
    "perceptor": "clip",
    "listener": "wav2clip",
    "dreamer": "pocket",
    "composer": "pocket",
    "captioner": "lp-musiccaps",
    "separator": "hdemucs",
}


def is_path(text: str) -> bool:
    """Whether a text means a file rather than a model of the table."""
    return means_path(text, model_specs(), _SUFFIXES)


def find_model(text: str, family: Family, *, offline: bool = False) -> FoundModel:
    """The model of a family that a name or path means, its file checked; nothing is loaded.

    Raises:
        UsageError: neither a name nor a file, or a model of another family.
        WeightsError: the file is missing, damaged, or holds a model of another family; the message
            says how to get it.
    """
    if _means_folder(text, family):
        return find_folder(text, family, offline=offline)
    if not is_path(text):
        spec = find_spec(text, family)
        file = None if spec.built_in else _located(spec, offline)
        return FoundModel(text, spec, file, spec.kind)
    path = find_file(text, offline=offline)
    return _of_file(text, path, family)


def find_file(text: str, *, offline: bool = False) -> Path:
    """The checked file of a model of any family, given by name or by path.

    Raises:
        UsageError: neither a name nor a file, or a model that has no file.
        WeightsError: the file is missing or damaged; the message says how to get it.
    """
    if is_path(text):
        path = expanded(text)
        if not path.is_file():
            raise _no_file(text)
    else:
        spec = find_spec(text)
        if spec.built_in:
            raise UsageError(f"model {spec.name!r} is built in code and has no file")
        found = locate_model(spec)
        if found is None:
            raise MissingModels([spec], offline=offline)
        path = found
    return _checked(path)


def _located(spec: ModelSpec, offline: bool) -> Path | None:
    """The checked file of a model of the table; None where it is noted as missing."""
    found = locate_model(spec)
    if found is None:
        miss(MissingModels([spec], offline=offline))
        return None
    return _checked(found)


def _checked(path: Path) -> Path:
    check_header(path)
    check_weights(path)
    return path


def find_files(names: Mapping[Family, str | None], *, offline: bool = False) -> dict[str, Path]:
    """The checked files of models given by family; None and models built in code have none.

    Raises:
        MissingModels: all that are missing. UsageError, WeightsError: as `find_model` has it.
    """
    wanted = [(family, name) for family, name in names.items() if name is not None]
    found = gather(
        functools.partial(find_model, name, family, offline=offline) for family, name in wanted
    )
    models = zip(wanted, found, strict=True)
    return {family: model.file for (family, _), model in models if model.file is not None}


def find_soundfont(text: str, *, offline: bool = False) -> Path:
    """The file of a SoundFont that a name or path means.

    Args:
        text: a name of the table, a path, the name of a file where the system keeps SoundFonts, or
            auto: the first of the table that is here.
        offline: nothing may be fetched.

    Raises:
        UsageError: neither a name nor a file, or a model of another family.
        WeightsError: the file is missing or damaged; the message says how to get it.
    """
    if not is_path(text):
        return find_file(soundfont_named(text), offline=offline)
    path = expanded(text)
    return (None if path.exists() or path.parent.name else find_font([text])) or path


def soundfont_named(text: str) -> str:
    """The name of a SoundFont of the table that is meant, which may be the best that is here.

    Raises:
        UsageError: it is none.
    """
    if text == _BEST:
        return next(iter(soundfonts_here()), BUNDLED)
    return find_spec(text, "soundfont").name


def separator_named(text: str | None) -> str | None:
    """The separator that is meant, for auto the first of the table that is here; None: none is."""
    if text != _BEST:
        return text
    specs = (spec for spec in model_specs().values() if spec.family == "separator")
    return next((spec.name for spec in specs if locate_model(spec)), None)


def soundfonts_here() -> dict[str, Path]:
    """The SoundFonts of the table that are on this machine, and where, in the table's order."""
    specs = (spec for spec in model_specs().values() if spec.family == "soundfont")
    return {spec.name: path for spec in specs if (path := locate_model(spec))}


def _means_folder(text: str, family: Family) -> bool:
    """Whether a text means a model of the family that is kept as a folder."""
    if text in model_specs():
        return model_specs()[text].is_folder
    if Path(text).suffix in _SUFFIXES or family not in folder_families():
        return False
    return is_hub_id(text) or expanded(text).is_dir()


def _of_file(given: str, path: Path, family: Family) -> FoundModel:
    """What a file says that it holds, or what files of its family hold that say nothing.

    Raises:
        WeightsError: a model of another family.
    """
    metadata = read_metadata(path) if path.suffix == ".safetensors" else {}
    said = metadata.get("loader") or metadata.get("family") or ""
    spec = spec_of_kind(said, family)
    if spec is None:
        spec = spec_of_kind(_SILENT[family], family)
        assert spec is not None  # the table has a model of each family
        # What composes says its kind by its tokens' fields, and those are in its tensors.
        return FoundModel(given, spec, path, None if family == "composer" else spec.kind)
    if spec.family != family:
        raise WeightsError(
            f"{path} holds a {said} model, which is not a {family}",
            hint="Give another file, or a model's name.",
        )
    return FoundModel(given, spec, path, _kind_of_tokens(metadata, path) or spec.kind)


def _kind_of_tokens(metadata: Mapping[str, str], path: Path) -> str | None:
    """The kind of a composer of our own, by the tokens that its header explains; else None."""
    if "schema" not in metadata:
        return None
    try:
        return CompoundSchema.from_json(metadata["schema"]).kind
    except ValueError as error:
        raise WeightsError(
            f"{path} doesn't say what its tokens are made of: {error}",
            hint="The file is damaged: train or fetch it again.",
        ) from None


def _no_file(text: str) -> WeightsError:
    near = nearest_names(Path(text).stem) if Path(text).name == text else []
    return WeightsError(
        f"there is no file of weights at {expanded(text)}",
        hint=(f"Nearest names of models: {', '.join(near)}. " if near else "")
        + "Give a .safetensors, .ckpt or .pt file, such as mine.ckpt or folder/mine.safetensors, "
        "or a model's name.",
        command="musivid models list",
    )
