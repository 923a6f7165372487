"""Models that are folders: pipelines of diffusers, and networks of transformers.

Of transformers a folder has a `config.json` that names its class, weights, what it makes of sounds
and pictures (`preprocessor_config.json`) and a vocabulary. `pipelines` knows those of diffusers.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from musivid.core.errors import UsageError, WeightsError
from musivid.core.paths import expanded
from musivid.core.plain_json import parse_json
from musivid.weights import pipelines
from musivid.weights.files import check_weights, sha256_of
from musivid.weights.missing import MissingModels, miss
from musivid.weights.registry import (
    Family,
    FoundModel,
    ModelSpec,
    find_spec,
    is_hub_id,
    locate_model,
    model_specs,
    nearest_names,
)

__all__ = [
    "CONFIG",
    "RECORD",
    "check_folder",
    "find_folder",
    "folder_digest",
    "folder_facts",
    "folder_families",
    "folder_spec",
    "index_of",
    "lacking_in",
    "locate",
    "locate_folder",
    "model_digest",
    "noted_in",
]

CONFIG = "config.json"
RECORD = "musivid.json"
"""Checksums of an imported folder's files, in it."""

# Each of these lists one file of which is needed.
_NEEDED = (
    ("preprocessor_config.json", "processor_config.json"),
    ("vocab.json", "tokenizer.json"),
)
# How the class ends that a config names, by kind.
_CLASSES = {
    "ctc": ("ForCTC",),
    "whisper": ("WhisperForConditionalGeneration",),
    "siglip": ("SiglipModel", "Siglip2Model"),
    "clap": ("ClapModel",),
    "pe-av": ("PeAudioVideoModel",),
    "audio-language": (
        "MusicFlamingoForConditionalGeneration",
        "AudioFlamingo3ForConditionalGeneration",
        "Qwen2AudioForConditionalGeneration",
    ),
}


def index_of(spec: ModelSpec) -> str:
    """The file by which a folder of this family is told."""
    return pipelines.INDEX if spec.family == "pipeline" else CONFIG


def folder_spec(name: str) -> ModelSpec | None:
    """The row of a model that is a folder, by name or hub id; for other ids that of a pipeline.

    None: it is another model's name, or means a folder.
    """
    rows = [spec for spec in model_specs().values() if spec.is_folder]
    known = next((spec for spec in rows if name in (spec.name, spec.repo)), None)
    return known or pipelines.pipeline_spec(name)


def folder_families() -> set[Family]:
    """The families of which some models are folders of transformers."""
    return {spec.family for spec in model_specs().values() if spec.kind in _CLASSES}


def folder_facts(spec: ModelSpec, folder: Path) -> dict[str, object]:
    """What a folder's configuration says of all that tells models of this kind apart.

    Names are those of `holds`, with dots between levels; what a file leaves out is as its class in
    transformers has it.
    """
    alike = (other for other in model_specs().values() if other.kind == spec.kind)
    names = {name for other in alike for name in other.holds}
    if not names:
        return {}
    from musivid.nets.speech.loading import load_part

    config = load_part(folder, "AutoConfig")
    return {name: functools.reduce(_inner, name.split("."), config) for name in names}


def _inner(config: Any, name: str) -> Any:
    """A part of a configuration; None: it has none of that name."""
    return getattr(config, name, None)


def find_folder(name: str, family: Family, *, offline: bool = False) -> FoundModel:
    """The model of transformers that a name, folder or hub id means; nothing is loaded.

    Raises:
        UsageError: neither a name nor a folder nor like a hub id, or a model of another family.
        WeightsError: a folder that holds no such model, or a model that is not on this machine.
    """
    spec = _row(name, family)
    if spec is None:
        folder = expanded(name)
        if not folder.is_dir():
            near = nearest_names(name, family)
            raise UsageError(
                f"{name!r} is no {family}" + (f"; nearest: {', '.join(near)}" if near else ""),
                hint="Give a model of `musivid models list`, a folder saved by transformers, such "
                "as ./mine, or a hub id such as owner/name.",
                command="musivid models list",
            )
        spec = _made_row(name, family, folder)
        return FoundModel(name, spec, check_folder(spec, folder), spec.kind)
    if spec.built_in:
        return FoundModel(name, spec, None, spec.kind)
    here = locate_folder(spec)
    if here is None:
        miss(MissingModels([spec], offline=offline))
        return FoundModel(name, spec, None, spec.kind)
    if name not in model_specs():
        spec = _made_row(name, family, here)
    return FoundModel(name, spec, check_folder(spec, here), spec.kind)


def locate_folder(spec: ModelSpec) -> Path | None:
    """Where a folder is that was imported, or its snapshot in the hub's cache."""
    return pipelines.locate_pipeline(spec, index_of(spec))


def locate(spec: ModelSpec) -> Path | None:
    """Where a model's file or folder is; None if it is nowhere or needs none."""
    return locate_folder(spec) if spec.is_folder else locate_model(spec)


def check_folder(spec: ModelSpec, folder: Path) -> Path:
    """The folder, if it holds a whole model of the family.

    Raises:
        WeightsError: it does not.
    """
    if spec.family == "pipeline":
        return pipelines.check_pipeline(folder)
    classes = _config(folder).get("architectures") or []
    wanted = _CLASSES[spec.kind]
    if not _is_of(spec.kind, classes):
        held = ", ".join(map(str, classes)) or "no class that it names"
        raise WeightsError(
            f"{folder} is no {spec.family}: it holds {held}",
            hint=f"A folder of transformers is wanted whose class ends in {' or '.join(wanted)}.",
        )
    if missing := lacking_in(spec, folder):
        raise WeightsError(
            f"{folder} is not whole: {', '.join(missing)} are not there",
            hint="Fetch it again, or save model and processor once more.",
            command=f"musivid models pull {spec.name}" if spec.fetched else "",
        )
    return folder


def lacking_in(spec: ModelSpec, folder: Path) -> list[str]:
    """What a folder should have and has not.

    Raises:
        WeightsError: it has no index.
    """
    if spec.family == "pipeline":
        return pipelines.lacking(folder)
    _config(folder)
    missing = [name.removeprefix("./").strip() for name in pipelines.lacking_weights(folder, ".")]
    here = {path.name for path in folder.iterdir()}
    return missing + [files[0] for files in _NEEDED if not here & {*files}]


def noted_in(folder: Path) -> dict[Path, str]:
    """Checksums by file: those of an import, or those by which the hub's cache names its blobs.

    Raises:
        OSError, ValueError, KeyError, TypeError: the record is damaged.
    """
    record = folder / RECORD
    if record.is_file():
        files = parse_json(record.read_text(encoding="utf-8"))["files"]
        return {folder / name: str(sha) for name, sha in files.items() if ".." not in name}
    blobs = {path: path.resolve().name for path in folder.rglob("*") if path.is_symlink()}
    return {path: name for path, name in blobs.items() if _is_sha256(name)}


def folder_digest(folder: Path) -> str:
    """SHA-256 of the weights in a folder, which must be those that were noted, if any were.

    Raises:
        WeightsError: they differ from what was fetched or imported.
    """
    try:
        noted = noted_in(folder)
    except (OSError, ValueError, KeyError, TypeError):
        raise WeightsError(
            f"the checksums in {folder / RECORD} are damaged", hint="Import the model again."
        ) from None
    found = hashlib.sha256()
    files = pipelines.weights_of(folder, pipelines.pick_variant(folder, half=False))
    for path in files:
        sha = sha256_of(path)
        if noted.get(path, sha) != sha:
            raise WeightsError(
                f"{path} is damaged: its checksum is {sha[:12]}…, not {noted[path][:12]}…",
                hint="Fetch or import the model again.",
            )
        found.update(sha.encode())
    return found.hexdigest()


def model_digest(path: Path) -> str:
    """SHA-256 of a model's file, or of the weights in its folder, which must be those noted.

    Raises:
        WeightsError: they differ from what was fetched, imported or shipped.
    """
    return folder_digest(path) if path.is_dir() else check_weights(path)


def _row(name: str, family: Family) -> ModelSpec | None:
    """The row of a name or hub id, made for an id that has none; None: it means a folder."""
    rows = [spec for spec in model_specs().values() if spec.family == family]
    known = next((spec for spec in rows if name in (spec.name, spec.repo)), None)
    if known is not None or name in model_specs():
        return known or find_spec(name, family)  # which says of what family it is
    return _made_row(name, family) if is_hub_id(name) else None


def _made_row(name: str, family: Family, folder: Path | None = None) -> ModelSpec:
    """A row as that of a published model of the family, for a folder or an id of the hub.

    Of several kinds it is the one whose class the folder names, else the first.
    """
    rows = [spec for spec in model_specs().values() if spec.family == family and spec.repo]
    classes = _config(folder).get("architectures") or [] if folder else []
    alike = next((spec for spec in rows if _is_of(spec.kind, classes)), rows[0])
    return ModelSpec(
        name=name,
        family=family,
        kind=alike.kind,
        loader=alike.loader,
        licence="see its page for the licence",
        source=f"https://huggingface.co/{name}",
        note="a model of the hub, or a folder",
        file=name.strip("./").replace("/", "--"),
        repo=name if is_hub_id(name) else None,
    )


def _is_of(kind: str, classes: Iterable[object]) -> bool:
    """Whether one of the classes that a folder names is of this kind."""
    return any(str(one).endswith(_CLASSES.get(kind, ())) for one in classes)


def _config(folder: Path) -> dict[str, Any]:
    """What a folder says of its network.

    Raises:
        WeightsError: it says nothing that can be used.
    """
    path = folder / CONFIG
    hint = f"A model saved by transformers has a {CONFIG} that names its class."
    try:
        facts = parse_json(path.read_text(encoding="utf-8"))
        if not isinstance(facts, dict):
            raise TypeError("it is no table")
    except FileNotFoundError:
        raise WeightsError(f"{folder} has no {CONFIG}", hint=hint) from None
    except (OSError, ValueError, TypeError) as error:
        raise WeightsError(f"{path} cannot be used: {error}", hint=hint) from None
    return facts


def _is_sha256(text: str) -> bool:
    try:
        return len(text) == 64 and int(text, 16) >= 0  # digits of a checksum, to the base of 16
    except ValueError:
        return False
