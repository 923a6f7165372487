"""Pipelines and other folders fetched from the hub, and saved copies of them taken over.

Only what is used is fetched: the parts that the index names, in safetensors where there are some,
in half precision for a GPU. The hub's own library fetches: broken off, it goes on where it stopped.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from musivid.core.errors import (
    InputError,
    Interrupted,
    OutputError,
    RunError,
    WeightsError,
    first_line,
)
from musivid.core.outputs import check_room
from musivid.core.plain_json import json_document, parse_json
from musivid.core.progress import Reporter
from musivid.core.storage import fingerprint, write_atomic
from musivid.weights.folders import (
    CONFIG,
    RECORD,
    check_folder,
    folder_spec,
    index_of,
    lacking_in,
    noted_in,
)
from musivid.weights.pipelines import INDEX, UNUSED, parts_of, variant_named
from musivid.weights.registry import ModelSpec, models_folder

__all__ = ["chosen_files", "fetch_pipeline", "import_pipeline", "inspect_pipeline"]

_T = TypeVar("_T")

_WEIGHTS = (".safetensors", ".bin", ".msgpack", ".h5", ".onnx", ".pb", ".ckpt", ".pt", ".pth")
_TRIES = 3  # of a whole fetch, each of which goes on where the last one stopped


def fetch_pipeline(name: str, reporter: Reporter, *, half: bool) -> Path:
    """The snapshot of a folder in the hub's cache, after what it lacks was fetched.

    Args:
        name: of the table, or hub id.
        reporter: is told how many files there are.
        half: fetch weights of half precision where there are some.

    Raises:
        RunError: the hub cannot be reached, or has no such pipeline; what came is kept.
        WeightsError: what came is no pipeline.
        OutputError: no room. Interrupted: by Ctrl-C; what came is kept.
    """
    spec = folder_spec(name)
    if spec is None or spec.repo is None:
        raise InputError(f"{name!r} is nothing of the hub", command="musivid models list")
    try:
        spec, files, size = _listed(spec, half)
        _check_cache_room(size)
        reporter.stage(f"fetch {spec.name} ({len(files)} files, {size / 1e9:.1f} GB)")
        folder = _again(lambda: _snapshot(spec, files))
    except KeyboardInterrupt:
        raise Interrupted(
            "interrupted; what came is kept",
            hint="The same command goes on from there.",
            command=f"musivid models pull {spec.name}",
        ) from None
    if missing := lacking_in(spec, folder):  # the library gives what it has where the hub is silent
        raise RunError(
            f"the hub does not give all of {spec.name}: {', '.join(missing[:4])} did not come",
            hint="What came is kept; give the command again to go on.",
            command=f"musivid models pull {spec.name}",
        )
    return folder


def import_pipeline(spec: ModelSpec, folder: Path, reporter: Reporter) -> Path:
    """Take over a saved copy of a folder: its files, linked or copied, with their checksums.

    Raises:
        WeightsError: it is not whole. InputError: it is in the model folder already.
        OutputError: it cannot be written, or has no room.
    """
    check_folder(spec, folder)
    target = models_folder() / str(spec.file)
    if target.exists():
        raise InputError(
            f"{spec.name!r} is there already: {target}", hint="Remove that folder first."
        )
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and not _hidden(path)]
    models_folder().mkdir(parents=True, exist_ok=True)
    check_room(models_folder(), sum(path.stat().st_size for path in files), hint="Make room.")
    reporter.stage(f"import {spec.name}", len(files), "files")
    rising = target.with_name(f".{target.name}.{os.getpid()}")
    record = {}
    try:
        for path in files:
            place = rising / path.relative_to(folder)
            place.parent.mkdir(parents=True, exist_ok=True)
            _link_or_copy(path.resolve(), place)
            record[place.relative_to(rising).as_posix()] = fingerprint(place)
            reporter.advance()
        facts = {"model": spec.name, "licence": spec.licence, "files": record}
        write_atomic(rising / RECORD, json_document(facts))
        os.replace(rising, target)
    except OSError as error:
        raise OutputError(f"{target} cannot be written: {error.strerror or error}") from None
    finally:
        shutil.rmtree(rising, ignore_errors=True)
    return target


def inspect_pipeline(spec: ModelSpec, folder: Path) -> str:
    """`ok`, `incomplete`, `damaged` or `no checksum noted`, after reading all weights anew."""
    try:
        if lacking_in(spec, folder):
            return "incomplete"
        noted = noted_in(folder)
    except (WeightsError, OSError, ValueError, KeyError, TypeError):
        return "damaged"
    if not noted:
        return "no checksum noted"
    return "ok" if all(fingerprint(path) == sha for path, sha in noted.items()) else "damaged"


def chosen_files(names: Iterable[str], parts: Iterable[str], *, half: bool) -> list[str]:
    """Those files of a repository that a pipeline of these parts needs.

    Of each part: all that is small, and one set of weights.

    Args:
        names: paths in the repository.
        parts: folders that the index names.
        half: prefer weights of half precision.
    """
    chosen = [INDEX]
    for part in sorted(set(parts) - set(UNUSED)):
        inside = [name for name in names if name.rpartition("/")[0] == part]
        chosen += _of_part(inside, half)
    return chosen


def _of_part(names: list[str], half: bool) -> list[str]:
    """What of one part is fetched."""
    weights = [name for name in names if name.endswith((".safetensors", ".bin"))]
    sets: dict[tuple[str, str], list[str]] = {}
    for name in weights:
        file = name.rpartition("/")[2]
        ending, variant = file.rpartition(".")[2], variant_named(file) or ""
        if not file.startswith(("flax_", "tf_", "openvino_", "rust_")):
            sets.setdefault((ending, variant), []).append(name)
    order = ["bf16", "fp16", ""] if half else ["", "fp32", "bf16", "fp16"]
    ranked = sorted(sets, key=lambda key: (key[0] != "safetensors", (*order, key[1]).index(key[1])))
    taken = sets[ranked[0]] if ranked else []
    best = ranked[0] if ranked else ("", "")
    small = [name for name in names if not name.endswith(_WEIGHTS) and _goes_with(name, *best)]
    return [*small, *taken]


def _goes_with(name: str, ending: str, variant: str) -> bool:
    """Whether a small file goes with a set of weights: indices of shards belong to one.

    They are called model.safetensors.index.json, and model.safetensors.index.fp16.json.
    """
    before, index, after = name.rpartition("/")[2].partition(".index")
    said = after.removesuffix(".json").strip(".")
    return not index or (before.endswith(f".{ending}") and said == variant)


def _listed(spec: ModelSpec, half: bool) -> tuple[ModelSpec, list[str], int]:
    """The files to fetch, and how many bytes they are; the row of an id now says what it is.

    Raises:
        RunError: the hub cannot be asked.
    """
    from huggingface_hub import HfApi, hf_hub_download

    repo, revision = str(spec.repo), spec.revision
    info = _again(lambda: HfApi().model_info(repo, revision=revision, files_metadata=True))
    sizes = {file.rfilename: file.size or 0 for file in info.siblings or ()}
    if spec.name == repo and INDEX not in sizes and CONFIG in sizes:
        spec = replace(spec, family="aligner")  # any of transformers: all such are laid out alike

    def ask() -> dict[str, Any]:
        index = hf_hub_download(repo, index_of(spec), revision=revision)
        facts: dict[str, Any] = parse_json(Path(index).read_text(encoding="utf-8"))
        return facts

    facts = _again(ask)
    if spec.family == "pipeline":
        files = chosen_files(sizes, parts_of(facts), half=half)
    else:
        files = _of_part([name for name in sizes if "/" not in name], half)
    return spec, files, sum(sizes.get(name, 0) for name in files)


def _snapshot(spec: ModelSpec, files: list[str]) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.utils.tqdm import disable_progress_bars

    disable_progress_bars()
    found = snapshot_download(str(spec.repo), revision=spec.revision, allow_patterns=files)
    return Path(found)


def _again(ask: Callable[[], _T]) -> _T:
    """What the hub answers, asked again where the line broke.

    Raises:
        RunError: it answers that there is no such thing, or nothing at all.
    """
    from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, RepositoryNotFoundError

    for left in reversed(range(_TRIES)):
        try:
            return ask()
        except GatedRepoError:
            raise RunError(
                "the hub gives this pipeline only to those who agreed to its terms",
                hint="Agree on its page, log in with `hf auth login`, and give the command again.",
            ) from None
        except RepositoryNotFoundError as error:
            raise RunError(first_line(error), hint="Look at its name, or log in.") from None
        except (HfHubHTTPError, OSError, RuntimeError) as error:
            if not left:
                raise RunError(
                    f"the hub cannot give it: {first_line(error)}",
                    hint="What came is kept; give the command again to go on.",
                ) from None
    raise AssertionError("unreachable")


def _check_cache_room(size: int) -> None:
    from huggingface_hub.constants import HF_HUB_CACHE

    place = Path(HF_HUB_CACHE)
    here = next(folder for folder in (place, *place.parents) if folder.is_dir())
    check_room(here, float(size), hint="Make room, or set HF_HOME to a folder elsewhere.")


def _link_or_copy(source: Path, target: Path) -> None:
    """The same file once more, without its bytes where the file system can."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _hidden(path: Path) -> bool:
    return path.name.startswith(".") or ".cache" in path.parts
