"""Published pipelines of diffusers by name, hub id or folder: found and looked through, not loaded.

`hub` fetches them. A folder has a `model_index.json`, which names its class and a subfolder for
each part; a part with a `config.json` has weights, whole or in shards, maybe in a variant (`fp16`)
that stands before the ending of its files.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from musivid.core.errors import UsageError, WeightsError
from musivid.core.paths import expanded
from musivid.core.plain_json import parse_json
from musivid.weights.files import read_header
from musivid.weights.missing import MissingModels, miss
from musivid.weights.registry import ModelSpec, is_hub_id, model_specs, models_folder

__all__ = [
    "INDEX",
    "UNUSED",
    "check_pipeline",
    "count_parameters",
    "find_pipeline",
    "index_facts",
    "lacking",
    "lacking_weights",
    "locate_pipeline",
    "parts_of",
    "pick_variant",
    "pipeline_spec",
    "variant_named",
    "variant_of",
    "weights_of",
]

INDEX = "model_index.json"
UNUSED = ("safety_checker",)  # it blackens frames of a film, and has weights of its own
_ENDINGS = (".safetensors", ".bin")
_HALVES = ("bf16", "fp16")  # variants of half precision


def find_pipeline(
    name: str, *, offline: bool = False, download: bool = False, kind: str = ""
) -> Path | str:
    """The folder of a pipeline, or its name or hub id where it may be fetched or is noted missing.

    Nothing is fetched here. What was fetched before is found in the hub's own cache.

    Args:
        name: of the table, folder, or hub id such as owner/name.
        offline: never fetch.
        download: it may be fetched if it is not here.
        kind: class of diffusers that it must be, if any will not do.

    Raises:
        UsageError: neither a folder nor like a hub id, or offline and download at once.
        WeightsError: a folder that holds no pipeline, or a pipeline that is not on this machine.
    """
    if offline and download:
        raise UsageError("--offline and --download exclude each other", hint="Give one of them.")
    spec = pipeline_spec(name)
    if spec is None:
        folder = expanded(name)
        if folder.exists():
            return check_pipeline(folder, kind)
        raise UsageError(
            f"{name!r} is neither a folder nor a hub id",
            hint="Give a folder saved by diffusers, such as ./sdxl or models/sdxl, a hub id such "
            "as owner/name, or a pipeline of `musivid models list`.",
        )
    here = locate_pipeline(spec)
    if here is not None and not (download and lacking(here)):
        return check_pipeline(here, kind)
    if not download:
        miss(MissingModels([spec], offline=offline))
    return name


def pipeline_spec(name: str) -> ModelSpec | None:
    """The row of a pipeline by its name or hub id; a row made for an id that has none.

    None: the text means a folder.
    """
    rows = [spec for spec in model_specs().values() if spec.family == "pipeline"]
    known = next((spec for spec in rows if name in (spec.name, spec.repo)), None)
    if known is not None and not (name == known.name and Path(name).is_dir()):
        return known
    if not is_hub_id(name):
        return None
    source = f"https://huggingface.co/{name}"
    return ModelSpec(
        name=name,
        family="pipeline",
        kind="diffusers",
        loader="diffusion.pipelines:load_pipeline",
        licence="see its page for the licence",
        source=source,
        note="a pipeline of the hub",
        file=name.replace("/", "--"),
        repo=name,
    )


def locate_pipeline(spec: ModelSpec, index: str = INDEX) -> Path | None:
    """The folder of a model that was imported, or its snapshot in the hub's cache.

    Args:
        spec: the model's row.
        index: the file by which such a folder is told.
    """
    own = models_folder() / str(spec.file)
    if os.path.isfile(own / index):  # which a folder that may not be entered has not
        return own
    if spec.repo is None:
        return None
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(spec.repo, index, revision=spec.revision)
    return Path(found).parent if isinstance(found, str) else None


def check_pipeline(folder: Path, kind: str = "") -> Path:
    """The folder, if it holds a whole pipeline of diffusers, and of this class if one is named.

    Raises:
        WeightsError: it does not.
    """
    facts = index_facts(folder)
    if kind and facts["_class_name"] != kind:
        raise WeightsError(
            f"{folder} holds a {facts['_class_name']}, where a {kind} is needed",
            hint="Name another folder or hub id in the preset's models.",
        )
    if missing := lacking(folder):
        more = f" and {len(missing) - 4} more" if len(missing) > 4 else ""
        raise WeightsError(
            f"{folder} lacks parts of the pipeline: {', '.join(missing[:4])}{more}",
            hint="The copy is not whole: fetch the rest with --download or `musivid models pull`, "
            "or save it again.",
        )
    return folder


def lacking(folder: Path) -> list[str]:
    """Parts and files that a pipeline's folder should have and has not.

    Raises:
        WeightsError: it is not a pipeline.
    """
    missing = []
    for part in parts_of(index_facts(folder)):
        place = folder / part
        if not place.is_dir() or not any(place.glob("*.json")):
            missing.append(part)
        elif (place / "config.json").is_file():
            missing += lacking_weights(place, part)
    return missing


def weights_of(part: Path, variant: str | None) -> list[Path]:
    """The files of weights of a part in a variant (None: the plain ones), safetensors if it can."""
    for ending in _ENDINGS:
        files = [path for path in part.glob(f"*{ending}") if variant_named(path.name) == variant]
        if files:
            return sorted(files)
    return []


def pick_variant(part: Path, *, half: bool) -> str | None:
    """The variant of a part's weights to load: a half one where half is wanted, or the only one.

    Args:
        part: folder of a part.
        half: whether it will compute in half precision.
    """
    files = [path for ending in _ENDINGS for path in part.glob(f"*{ending}")]
    found = {variant_named(path.name) for path in files}
    if half and (halves := [name for name in _HALVES if name in found]):
        return halves[0]
    if None in found or not found:
        return None
    return sorted(name for name in found if name)[0]


def variant_of(folder: Path, *, half: bool) -> str | None:
    """The variant in which a whole pipeline is loaded; parts that have none go without.

    Args:
        folder: of the pipeline.
        half: whether it will compute in half precision.
    """
    parts = [folder / part for part in parts_of(index_facts(folder)) if (folder / part).is_dir()]
    found = [variant for part in parts if (variant := pick_variant(part, half=half))]
    return found[0] if found else None


def count_parameters(folder: Path) -> dict[str, int]:
    """The number of parameters of each part of a pipeline, by the headers of its safetensors.

    Parts in other containers are left out.
    """
    counts = {}
    for part in parts_of(index_facts(folder)):
        files = weights_of(folder / part, pick_variant(folder / part, half=False))
        if files and all(path.suffix == ".safetensors" for path in files):
            counts[part] = sum(map(_parameters, files))
    return counts


def index_facts(folder: Path) -> dict[str, Any]:
    """What a folder says of its class and parts.

    Raises:
        WeightsError: it is no pipeline.
    """
    path = folder / INDEX
    hint = f"A pipeline saved by diffusers has a {INDEX} that names its class and parts."
    if not folder.is_dir() or not path.is_file():
        raise WeightsError(f"{folder} is not a pipeline: it has no {INDEX}", hint=hint)
    try:
        facts: dict[str, Any] = parse_json(path.read_text(encoding="utf-8"))
        if not isinstance(facts["_class_name"], str):
            raise TypeError("_class_name is not a string")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WeightsError(f"{path} cannot be used: {error!r}", hint=hint) from None
    return facts


def parts_of(facts: dict[str, Any]) -> list[str]:
    """Names of a pipeline's parts that are used and not null; each is one plain name."""
    named = [k for k, v in facts.items() if isinstance(v, list) and v and v[0] is not None]
    return [part for part in named if part not in UNUSED and Path(part).name == part]


def lacking_weights(place: Path, part: str) -> list[str]:
    """What a part with weights lacks: one of its sets of weights must be whole."""
    if any("-of-" not in path.name for path in _weights(place)):
        return []
    gaps = [
        [f"{part}/{name}" for name in _shards(index) if not (place / name).is_file()]
        for index in place.glob("*.index*.json")
    ]
    return min(gaps, key=len, default=[f"{part}/ (its weights)"])


def _shards(index: Path) -> list[str]:
    """Names of the files that an index of shards promises, plain names only."""
    try:
        promised = parse_json(index.read_text(encoding="utf-8"))["weight_map"].values()
        return sorted({str(name) for name in promised if Path(str(name)).name == str(name)})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return [index.name]


def _weights(place: Path) -> Iterator[Path]:
    return (path for ending in _ENDINGS for path in place.glob(f"*{ending}"))


def variant_named(file: str) -> str | None:
    """The variant in a file's name: fp16 of model.fp16.bin and model.fp16-00001-of-00002.bin."""
    middle = file.rpartition(".")[0].partition(".")[2]
    return middle.partition("-")[0] or None


def _parameters(path: Path) -> int:
    """How many numbers a safetensors file holds."""
    tensors = (entry for name, entry in read_header(path).items() if name != "__metadata__")
    return sum(math.prod(entry["shape"]) for entry in tensors)
