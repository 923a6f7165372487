"""Whether a file of weights is whole: checksums recorded beside it, and its safetensors header."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

from musivid.core.errors import OutputError, WeightsError
from musivid.core.limits import HEADER
from musivid.core.paths import cache_folder
from musivid.core.plain_json import json_document, parse_json
from musivid.core.storage import fingerprint, write_atomic

__all__ = [
    "check_header",
    "check_weights",
    "inspect_weights",
    "read_header",
    "read_metadata",
    "read_record",
    "record_path",
    "record_weights",
    "sha256_of",
]

_MAX_DEPTH = 100  # levels of JSON in a header's values; ours have a few


def record_weights(path: Path, **facts: str | int | float | None) -> None:
    """Note the checksum of a file of weights in `<name>.json` beside it, with `facts`."""
    record = {"sha256": fingerprint(path), "size": path.stat().st_size, **facts}
    write_atomic(record_path(path), json_document(record))


def read_record(path: Path) -> dict[str, Any]:
    """What is noted beside a file of weights; empty if nothing is.

    Raises:
        WeightsError: the note itself is damaged.
    """
    try:
        record = parse_json(record_path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        record = None
    if not isinstance(record, dict) or not isinstance(record.get("sha256"), str):
        raise WeightsError(
            f"the checksum note {record_path(path)} is damaged",
            hint="Fetch or import the model again.",
        )
    return record


def check_weights(path: Path) -> str:
    """SHA-256 of a file of weights, which must be the one noted beside it, if any is.

    Raises:
        WeightsError: the file differs from what was fetched or shipped.
    """
    found, noted = sha256_of(path), read_record(path).get("sha256")
    if noted not in (None, found):
        raise WeightsError(
            f"{path} is damaged: its checksum is {found[:12]}…, not {str(noted)[:12]}…",
            hint="Fetch or import the model again; a shipped one comes back by installing again.",
        )
    return found


def inspect_weights(path: Path) -> str:
    """`ok`, `damaged` or `no checksum noted`, after reading the whole file anew."""
    try:
        noted = read_record(path).get("sha256")
    except WeightsError:
        return "damaged"
    if noted is None:
        return "no checksum noted"
    return "ok" if fingerprint(path) == noted else "damaged"


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, remembered until its size or time changes, so that starts stay quick."""
    facts = path.stat()
    memory = cache_folder() / "checksums.json"
    known = _read_memory(memory)
    key, state = str(path.resolve()), [facts.st_size, facts.st_mtime_ns]
    entry = known.get(key)
    if isinstance(entry, list) and entry[:2] == state:
        return str(entry[2])
    known[key] = [*state, fingerprint(path)]
    with contextlib.suppress(OSError, OutputError):  # only a memory: it may be read-only
        memory.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(memory, json.dumps(known))
    return str(known[key][2])


def read_metadata(path: Path) -> dict[str, str]:
    """The metadata in the header of a safetensors file; reads no tensor and loads no library.

    Raises:
        WeightsError: not a safetensors file, or cut off in its header.
    """
    with contextlib.suppress(ValueError, AttributeError):
        metadata = read_header(path).get("__metadata__", {})
        return {str(key): _nested(str(value)) for key, value in metadata.items()}
    raise _no_safetensors(path)


def read_header(path: Path) -> dict[str, Any]:
    """The header of a safetensors file: its tensors, and `__metadata__`.

    Raises:
        WeightsError: not a safetensors file, or cut off in its header. ValueError: no JSON.
    """
    length = check_header(path)
    if not 2 <= length <= path.stat().st_size - 8:
        raise _no_safetensors(path)
    with path.open("rb") as file:
        file.seek(8)
        header: dict[str, Any] = parse_json(file.read(length))
    return header


def _no_safetensors(path: Path) -> WeightsError:
    return WeightsError(
        f"{path} is not a safetensors file, or is cut off",
        hint="Fetch or import the model again.",
    )


def check_header(path: Path) -> int:
    """How long the header of a safetensors file is, in bytes; 0 of other files.

    Raises:
        InputError: it claims to be longer than is believed.
    """
    with path.open("rb") as file:
        head = file.read(9)
    if head[8:] != b"{":
        return 0
    length = int.from_bytes(head[:8], "little")
    HEADER.check(length / 1e6, f"weights {path}")
    return length


def _nested(text: str) -> str:
    """A value of a header, which may hold JSON of its own.

    Raises:
        ValueError: this JSON nests without end.
    """
    depth = deepest = 0
    for character in text:
        depth += (character in "{[") - (character in "}]")
        deepest = max(deepest, depth)
    if deepest > _MAX_DEPTH:
        raise ValueError("it nests too deeply")
    return text


def record_path(path: Path) -> Path:
    """Where the checksum of a file of weights is noted."""
    return path.with_name(f"{path.name}.json")


def _read_memory(path: Path) -> dict[str, Any]:
    try:
        known = parse_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}
