"""Fetching a file over https: resumed where it broke off, and told from another by its checksum.

Several addresses may have the same file; they are tried in their order.
"""

from __future__ import annotations

import email.message
import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from musivid.core.errors import OutputError, RunError, UsageError, WeightsError
from musivid.core.plain_json import parse_json
from musivid.core.progress import Reporter
from musivid.core.storage import fingerprint, write_atomic

__all__ = ["download", "download_first"]

_CHUNK_BYTES = 1 << 20  # read at once
_TIMEOUT_S = 30.0  # without any answer
_PAUSES_S = (1.0, 4.0, 10.0)  # between tries that brought nothing new
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def download_first(
    urls: Sequence[str], part: Path, *, sha256: str | None, reporter: Reporter
) -> str:
    """Fetch `part` from the first of some addresses that gives it; return this address.

    Raises:
        RunError: none of them does. WeightsError: what the last of them gave is another file.
    """
    for place, url in enumerate(urls):
        try:
            download(url, part, sha256=sha256, reporter=reporter)
        except (RunError, WeightsError) as error:
            if place + 1 == len(urls):
                raise
            reporter.note(
                f"{error.problem}; trying {urllib.parse.urlsplit(urls[place + 1]).netloc}"
            )
        else:
            return url
    raise ValueError("no address")


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
            if _fetch_rest(url, part, reporter, surely=sha256 is not None):
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


def _fetch_rest(url: str, part: Path, reporter: Reporter, *, surely: bool) -> bool:
    """Fetch what is missing of `part`; whether it is whole afterwards.

    Args:
        url: where it is.
        part: what came so far.
        reporter: is told of each MiB.
        surely: a checksum decides at last, so that what came from another address may go on here.
    """
    have = _size(part)
    request = urllib.request.Request(url, headers={"User-Agent": "musivid"})
    validator = _read_validator(part, url, surely=surely)
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


def _read_validator(part: Path, url: str, *, surely: bool) -> str | None:
    """What tells whether the file on the server is still the same; None: begin afresh."""
    try:
        noted = parse_json(_validator_path(part).read_text(encoding="utf-8"))
        if noted["url"] == url:
            return str(noted["validator"])
        return "" if surely else None
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
