"""Published weights that were fetched or are here already, converted once.

Only `musivid models pull` and `musivid models import` come here; nothing is fetched unasked.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from musivid.core.errors import (
    InputError,
    Interrupted,
    OutputError,
    WeightsError,
)
from musivid.core.outputs import check_apart, check_folder, check_room
from musivid.core.plain_json import parse_json
from musivid.core.progress import Reporter
from musivid.core.storage import fingerprint, is_shared, save_weights, written_whole
from musivid.media.soundfonts import ENDINGS, open_font
from musivid.weights.downloading import download_first
from musivid.weights.files import inspect_weights, record_path, record_weights
from musivid.weights.folders import check_folder as check_model_folder
from musivid.weights.folders import folder_facts
from musivid.weights.hub import fetch_pipeline, import_pipeline, inspect_pipeline
from musivid.weights.registry import ModelSpec, by_hand, models_folder, sibling_of

__all__ = ["import_model", "inspect_model", "pull_model"]


def pull_model(spec: ModelSpec, reporter: Reporter) -> Path:
    """Fetch a model's published file and put its slim copy into the user's model folder.

    A fetch that was cut off goes on where it stopped when it is asked for again.

    Raises:
        WeightsError: it must be fetched by hand, or what came is damaged or another model.
        RunError: the network failed; the part that came is kept.
        OutputError: no room, or a link where the part is kept.
        Interrupted: by Ctrl-C; the part that came is kept.
    """
    if spec.repo is not None:
        from musivid.core.device import choose_device, choose_dtype

        dtype = choose_dtype(choose_device("auto"))  # as it will be computed with
        return fetch_pipeline(spec.name, reporter, half=dtype.itemsize < 4)
    if not spec.urls:
        raise WeightsError(
            f"{spec.name!r} cannot be pulled",
            hint=by_hand(spec),
            command=f"musivid models import {spec.name} FILE",
        )
    part = _prepare(spec) / f"{spec.name}.part"
    if is_shared(part):  # it is written where it is, as it comes
        raise OutputError(f"{part} leads to a file that is not musivid's", hint="Remove it.")
    try:
        url = download_first(spec.urls, part, sha256=spec.sha256, reporter=reporter)
    except KeyboardInterrupt:
        raise Interrupted(
            "interrupted; what came is kept",
            hint="The same command goes on from there.",
            command=f"musivid models pull {spec.name}",
        ) from None
    try:
        target = _install(spec, part, url, reporter)
    except WeightsError as error:
        part.unlink()
        raise WeightsError(
            f"what came from {url} cannot be used: {error.problem}",
            hint="Pull it again; if that does not help, fetch it by hand and import it.",
        ) from error
    part.unlink()
    return target


def import_model(spec: ModelSpec, file: Path, reporter: Reporter) -> Path:
    """Put the slim copy of a published file that the user has into the user's model folder.

    Folders are taken over as they are.

    Raises:
        InputError: there is no such file, or the model has no published file.
        WeightsError: the file is damaged or holds another model.
        OutputError: it is the one in the model folder.
    """
    if spec.is_folder:
        if spec.holds:
            check_model_folder(spec, file)
            _check_variant(spec, file, folder_facts(spec, file))
        return import_pipeline(spec, file, reporter)
    if spec.file is None or "/" in spec.file:
        raise InputError(f"{spec.name!r} comes with musivid; there is nothing to import")
    if not file.is_file():
        raise InputError(f"there is no file {file}", hint="Give the published file of the model.")
    check_apart({"model": _prepare(spec) / spec.file}, {"published file": file})
    published = {spec.sha256, *spec.known} - {None}
    if spec.family == "soundfont":
        open_font(file)  # what is none is told as that, before it is said to differ
    if published and fingerprint(file) not in published:
        reporter.warn(
            f"{file.name} differs from what was published or others imported; its layout decides"
        )
    return _install(spec, file, str(file.absolute()), reporter)


def inspect_model(spec: ModelSpec, path: Path) -> str:
    """`ok`, or what is wrong with the file or folder of a model, all of which is read anew."""
    if spec.is_folder:
        return inspect_pipeline(spec, path)
    state = inspect_weights(path)
    if spec.family != "soundfont" or state == "damaged":
        return state
    try:
        open_font(path)
    except InputError:
        return "damaged"
    return "ok"  # one of the system has no checksum, but says itself how long all of it is


def _prepare(spec: ModelSpec) -> Path:
    """The user's model folder, made and with room for the model.

    Raises:
        OutputError: it cannot be made, or has no room.
    """
    folder = models_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"the model folder {folder} cannot be made: {error.strerror}",
            hint="Set MUSIVID_MODELS to a folder that can be written.",
        ) from None
    hint = "Set MUSIVID_MODELS to a folder that can be written."
    check_folder(folder, f"the model folder {folder}", hint=hint)
    check_room(
        folder,
        1.4e6 * (spec.size_mb or 500),
        hint="Make room, or set MUSIVID_MODELS to a folder elsewhere.",
    )
    return folder


def _check_variant(spec: ModelSpec, file: Path, facts: dict[str, object]) -> None:
    """Refuse a sibling of the model that was asked for."""
    other = {name: facts.get(name) for name, size in spec.holds.items() if facts.get(name) != size}
    if other:
        found = ", ".join(f"{name} {value}" for name, value in other.items())
        wanted = ", ".join(f"{name} {spec.holds[name]}" for name in other)
        alike = sibling_of(spec, facts)
        raise WeightsError(
            f"{file} is not {spec.name}: it holds {found} instead of {wanted}"
            + (f", as {alike.name} does" if alike else ""),
            hint="Import it under the name of the model that it holds.",
            command=f"musivid models import {alike.name} {file}"
            if alike
            else "musivid models list",
        )


def _install(spec: ModelSpec, file: Path, source: str, reporter: Reporter) -> Path:
    """Put what is used of a published file into the model folder, with its checksums."""
    sha256, size = fingerprint(file), file.stat().st_size
    if spec.family == "soundfont":
        target = _install_font(spec, file)
    else:
        target = _convert(spec, file, sha256, reporter)
    record_weights(
        target,
        model=spec.name,
        licence=spec.licence,
        source=source,
        source_sha256=sha256,
        source_size=size,
    )
    return target


def _convert(spec: ModelSpec, file: Path, sha256: str, reporter: Reporter) -> Path:
    """Write the tensors of a published file that are used, and nothing else, to the model folder.

    Raises:
        WeightsError: it is damaged, or another model. OutputError: they cannot be written.
    """
    from musivid.nets.checkpoints import convert_checkpoint

    reporter.stage(f"convert {spec.name}")
    target = models_folder() / str(spec.file)
    tensors, metadata = convert_checkpoint(file, spec.kind)
    metadata["source_sha256"] = sha256
    _check_variant(spec, file, parse_json(metadata.get("facts", "{}")))
    save_weights(target, tensors, {**metadata, "loader": spec.kind, "model": spec.name})
    return target


def _install_font(spec: ModelSpec, file: Path) -> Path:
    """Copy a SoundFont as it is into the model folder, where it replaces one of either form.

    Raises:
        WeightsError: it is none, or is damaged. OutputError: it cannot be written.
    """
    try:
        ending = ENDINGS[open_font(file).packed]
    except InputError as error:
        raise WeightsError(error.problem, hint=error.hint) from None
    target = spec.place().with_suffix(ending)
    with written_whole(target) as made:
        shutil.copyfile(file, made)
    for other in {spec.place().with_suffix(each) for each in ENDINGS} - {target}:
        other.unlink(missing_ok=True)
        record_path(other).unlink(missing_ok=True)
    return target
