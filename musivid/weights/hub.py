"""Published pipelines by hub id or folder: where they are, before any of them is loaded."""

from __future__ import annotations

from pathlib import Path

from musivid.core.errors import UsageError, WeightsError
from musivid.core.paths import expanded
from musivid.core.plain_json import parse_json
from musivid.weights.names import is_hub_id

__all__ = ["find_pipeline"]

_INDEX = "model_index.json"


def find_pipeline(
    name: str, *, offline: bool = False, download: bool = False, kind: str = ""
) -> Path | str:
    """The folder of a pipeline, or its hub id where it may be fetched.

    Nothing is fetched here. A hub id that was fetched before is found in the hub's own cache.

    Args:
        name: folder, or hub id such as owner/name.
        offline: never fetch.
        download: it may be fetched if it is not here.
        kind: class of diffusers that it must be, if any will not do.

    Raises:
        UsageError: neither a folder nor like a hub id, or offline and download at once.
        WeightsError: a folder that holds no pipeline, or a hub id that is not on this machine.
    """
    if offline and download:
        raise UsageError("--offline and --download exclude each other", hint="Give one of them.")
    if not is_hub_id(name):
        folder = expanded(name)
        if folder.exists():
            return _checked(folder, kind)
        raise UsageError(
            f"{name!r} is neither a folder nor a hub id",
            hint="Give a folder saved by diffusers, such as ./sdxl or models/sdxl, or a hub id "
            "such as owner/name.",
        )
    cached = _in_cache(name)
    if cached is not None:
        return _checked(cached, kind)
    if download:
        return name
    hint = "--offline fetches nothing." if offline else "Nothing is fetched unasked."
    raise WeightsError(
        f"pipeline {name} is not on this machine",
        hint=f"{hint} Give --download to fetch it (gigabytes), or the folder of a saved copy.",
    )


def _in_cache(name: str) -> Path | None:
    """The newest snapshot of a pipeline in the hub's cache."""
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(name, _INDEX)
    return Path(found).parent if isinstance(found, str) else None


def _checked(folder: Path, kind: str) -> Path:
    """The folder, if it holds a pipeline of diffusers, and of this class where one is named.

    Raises:
        WeightsError: it does not.
    """
    index = folder / _INDEX
    hint = f"A pipeline saved by diffusers has a {_INDEX} that names its class and parts."
    if not folder.is_dir() or not index.is_file():
        raise WeightsError(f"{folder} is not a pipeline: it has no {_INDEX}", hint=hint)
    try:
        facts = parse_json(index.read_text(encoding="utf-8"))
        if not isinstance(facts["_class_name"], str):
            raise TypeError("_class_name is not a string")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WeightsError(f"{index} cannot be used: {error!r}", hint=hint) from None
    if kind and facts["_class_name"] != kind:
        raise WeightsError(
            f"{folder} holds a {facts['_class_name']}, where a {kind} is needed",
            hint="Name another folder or hub id in the preset's models.",
        )
    parts = [k for k, v in facts.items() if isinstance(v, list) and v and v[0] is not None]
    missing = [part for part in parts if not (folder / part).is_dir()]
    if missing:
        raise WeightsError(
            f"{folder} lacks parts of the pipeline: {', '.join(missing)}",
            hint="The copy is not whole; fetch or save it again.",
        )
    return folder
