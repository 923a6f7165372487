"""Fetching published weights: over https with resume and checksum, then converted once.

Only `musivid models pull` and `musivid models import` come here; nothing is fetched unasked.
"""

from __future__ import annotations

import email.message
import http.client
import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import IO, Any

from musivid.core.errors import (
    InputError,
    Interrupted,
    OutputError,
    RunError,
    UsageError,
    WeightsError,
)
from musivid.core.outputs import check_apart, check_folder, check_room
from musivid.core.plain_json import parse_json
from musivid.core.progress import Reporter
from musivid.core.storage import fingerprint, is_shared, temporary_beside, write_atomic
from musivid.weights.files import record_weights
from musivid.weights.registry import ModelSpec, models_folder

__all__ = ["download", "import_model", "pull_model"]

_CHUNK_BYTES = 1 << 20  # read at once
_TIMEOUT_S = 30.0  # without any answer
_PAUSES_S = (1.0, 4.0, 10.0)  # between tries that brought nothing new
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def pull_model(spec: ModelSpec, reporter: Reporter) -> Path:
    """Fetch a model's published file and put its slim copy into the user's model folder.

    A fetch that was cut off goes on where it stopped when it is asked for again.

    Raises:
        WeightsError: it must be fetched by hand, or what came is damaged or another model.
        RunError: the network failed; the part that came is kept.
        OutputError: no room, or a link where the part is kept.
        Interrupted: by Ctrl-C; the part that came is kept.
    """
    if spec.url is None:
        raise WeightsError(
            f"{spec.name!r} cannot be pulled",
            hint=f"Fetch it by hand from {spec.source}",
            command=f"musivid models import {spec.name} FILE",
        )
    part = _prepare(spec) / f"{spec.name}.part"
    if is_shared(part):  # it is written where it is, as it comes
        raise OutputError(f"{part} leads to a file that is not musivid's", hint="Remove it.")
    try:
        download(spec.url, part, sha256=spec.sha256, reporter=reporter)
    except KeyboardInterrupt:
        raise Interrupted(
            "interrupted; what came is kept",
            hint="The same command goes on from there.",
            command=f"musivid models pull {spec.name}",
        ) from None
    try:
        target = _install(spec, part, spec.url, reporter)
    except WeightsError as error:
        part.unlink()
        raise WeightsError(
            f"what came from {spec.url} cannot be used: {error.problem}",
            hint="Pull it again; if that does not help, fetch it by hand and import it.",
        ) from error
    part.unlink()
    return target


def import_model(spec: ModelSpec, file: Path, reporter: Reporter) -> Path:
    """Put the slim copy of a published file that the user has into the user's model folder.

    Raises:
        InputError: there is no such file, or the model has no published file.
        WeightsError: the file is damaged or holds another model.
        OutputError: it is the one in the model folder.
    """
    if spec.file is None or "/" in spec.file:
        raise InputError(f"{spec.name!r} comes with musivid; there is nothing to import")
    if not file.is_file():
        raise InputError(f"there is no file {file}", hint="Give the published file of the model.")
    check_apart({"model": _prepare(spec) / spec.file}, {"published file": file})
    if spec.sha256 and fingerprint(file) != spec.sha256:
        reporter.warn(f"{file.name} is not the published file itself; its layout decides")
    return _install(spec, file, str(file.absolute()), reporter)


def download(url: str, part: Path, *, sha256: str | None, reporter: Reporter) -> None:
    """Fetch `url` into `part`, going on where an earlier try stopped.

    Raises:
        UsageError: neither https nor this machine itself.
        RunError: the network failed again and again; the part that came is kept.
        WeightsError: the whole came, but with another checksum; it is removed.
    """
    _check_address(url)
    tries = iter(_PAUSES_S)
    while True:
        before = _size(part)
        try:
            if _fetch_rest(url, part, reporter):
                break
            problem = "the connection broke off"
        except urllib.error.HTTPError as error:
            error.close()
            if error.code < 500:
                raise RunError(
                    f"the server answers {error.code} {error.reason} for {url}",
                    hint="The file may have moved; fetch it by hand and import it.",
                ) from None
            problem = f"the server answers {error.code}"
        except (OSError, http.client.HTTPException) as error:
            problem = str(getattr(error, "reason", error))
        if _size(part) > before:
            tries = iter(_PAUSES_S)  # it moves: go on with patience
        pause = next(tries, None)
        if pause is None:
            raise RunError(
                f"{url} could not be fetched: {problem}",
                hint=f"{_size(part) / 1e6:.0f} MB are kept; give the command again to go on.",
            )
        reporter.note(f"{problem}; trying again in {pause:.0f} s")
        time.sleep(pause)
    _validator_path(part).unlink(missing_ok=True)
    if sha256:
        try:
            _verify(part, sha256)
        except WeightsError:
            part.unlink()
            raise


def _fetch_rest(url: str, part: Path, reporter: Reporter) -> bool:
    """Fetch what is missing of `part`; whether it is whole afterwards."""
    have = _size(part)
    request = urllib.request.Request(url, headers={"User-Agent": "musivid"})
    validator = _read_validator(part, url)
    if have and validator is not None:
        request.add_header("Range", f"bytes={have}-")
        if validator:
            request.add_header("If-Range", validator)
    else:
        have = 0
    try:
        answer = _opener().open(request, timeout=_TIMEOUT_S)
    except urllib.error.HTTPError as error:
        if error.code != 416:
            raise
        error.close()
        whole = error.headers.get("Content-Range", "").rpartition("/")[2]
        if whole == str(have):
            return True
        part.unlink()  # longer than the file is now: not what it was
        return False
    with answer:
        resumed = answer.status == 206 and _begins_at(answer.headers, have)
        have = have if resumed else 0
        length = answer.headers.get("Content-Length")
        total = have + int(length) if length and length.isdigit() else None
        tag = answer.headers.get("ETag", "") or answer.headers.get("Last-Modified", "")
        strong = "" if tag.startswith("W/") else tag
        write_atomic(_validator_path(part), json.dumps({"url": url, "validator": strong}))
        _stage(reporter, total, have)
        with part.open("ab" if resumed else "wb") as file:
            have += _copy(answer, file, reporter)
    return total is None or have == total


def _copy(answer: IO[bytes], file: IO[bytes], reporter: Reporter) -> int:
    """Copy until the answer ends, and return how many bytes came."""
    got = told = 0
    while chunk := answer.read(_CHUNK_BYTES):
        try:
            file.write(chunk)
        except OSError as error:
            raise OutputError(
                f"the download cannot be written: {error.strerror}",
                hint="What came is kept; make room and give the command again.",
            ) from None
        got += len(chunk)
        reporter.advance(got // _CHUNK_BYTES - told)
        told = got // _CHUNK_BYTES
    return got


def _stage(reporter: Reporter, total: int | None, have: int) -> None:
    reporter.stage("fetch", None if total is None else max(1, total // _CHUNK_BYTES), "MiB")
    reporter.advance(have // _CHUNK_BYTES)


class _OnlySafeRedirects(urllib.request.HTTPRedirectHandler):
    """Follow a redirect only where we would have gone by ourselves."""

    def redirect_request(self, *request: Any) -> urllib.request.Request | None:
        """The request to follow, after a look at its address, which comes last."""
        _check_address(request[-1])
        return super().redirect_request(*request)


def _opener() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(_OnlySafeRedirects)


def _check_address(url: str) -> None:
    address = urllib.parse.urlsplit(url)
    if address.scheme == "https":
        return
    if address.scheme == "http" and address.hostname in _LOOPBACK:
        return
    raise UsageError(f"{url} is not fetched", hint="Only https addresses are.")


def _begins_at(headers: email.message.Message, offset: int) -> bool:
    return str(headers.get("Content-Range", "")).startswith(f"bytes {offset}-")


def _validator_path(part: Path) -> Path:
    return part.with_name(f"{part.name}.json")


def _read_validator(part: Path, url: str) -> str | None:
    """What tells whether the file on the server is still the same; None: begin afresh."""
    try:
        noted = parse_json(_validator_path(part).read_text(encoding="utf-8"))
        return str(noted["validator"]) if noted["url"] == url else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _verify(file: Path, sha256: str) -> None:
    found = fingerprint(file)
    if found != sha256:
        raise WeightsError(
            f"the file has checksum {found[:12]}…, not {sha256[:12]}… as published",
            hint="It is damaged or another file; fetch it again.",
        )


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
    other = {name: facts[name] for name, size in spec.holds.items() if facts.get(name) != size}
    if other:
        found = ", ".join(f"{name} {value}" for name, value in other.items())
        wanted = ", ".join(f"{name} {spec.holds[name]}" for name in other)
        raise WeightsError(
            f"{file} is not {spec.name}: it holds {found} instead of {wanted}",
            hint="Import it under the name of the model that it holds.",
            command="musivid models list",
        )


def _install(spec: ModelSpec, file: Path, source: str, reporter: Reporter) -> Path:
    """Convert a published file to slim safetensors in the model folder, with its checksums."""
    from safetensors.torch import save_file

    from musivid.nets.checkpoints import convert_checkpoint

    reporter.stage(f"convert {spec.name}")
    target = models_folder() / str(spec.file)
    tensors, metadata = convert_checkpoint(file, spec.kind)
    metadata["source_sha256"] = fingerprint(file)
    _check_variant(spec, file, parse_json(metadata.get("facts", "{}")))
    temporary = temporary_beside(target)
    try:
        save_file(tensors, temporary, {**metadata, "loader": spec.kind, "model": spec.name})
        os.replace(temporary, target)
    except OSError as error:
        raise OutputError(f"{target} cannot be written: {error.strerror or error}") from None
    finally:
        temporary.unlink(missing_ok=True)
    record_weights(
        target,
        model=spec.name,
        licence=spec.licence,
        source=source,
        source_sha256=metadata["source_sha256"],
    )
    return target
