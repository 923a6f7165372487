"""Fetching over a real loopback server: resumed, truncated, redirected, damaged, from mirrors."""

from __future__ import annotations

import hashlib
import json
import socket
from pathlib import Path
from typing import Any

import pytest
from loopback import CONTENT, SHA, Server

from musivid.core.errors import OutputError, RunError, UsageError, WeightsError
from musivid.core.progress import Silent
from musivid.weights import downloading
from musivid.weights.downloading import download, download_first


@pytest.fixture
def part(tmp_path: Path) -> Path:
    return tmp_path / "model.part"


def get(server: Server, part: Path, sha256: str = SHA) -> None:
    download(server.url, part, sha256=sha256, reporter=Silent())


def test_a_plain_download(server: Server, part: Path) -> None:
    get(server, part)
    assert part.read_bytes() == CONTENT
    assert list(part.parent.iterdir()) == [part]
    assert server.asked == [(None, None)]


def test_broken_lines_are_taken_up_where_they_broke(server: Server, part: Path) -> None:
    server.cut_after = [1_000_000, 700_000]
    get(server, part)
    assert part.read_bytes() == CONTENT
    assert server.asked == [
        (None, None),
        ("bytes=1000000-", '"one"'),
        ("bytes=1700000-", '"one"'),
    ]


def test_a_later_command_goes_on(server: Server, part: Path) -> None:
    server.cut_after = [1_000_000] + [0] * 20
    with pytest.raises(RunError, match="could not be fetched") as caught:
        get(server, part)
    assert "1 MB are kept" in caught.value.hint
    assert part.stat().st_size == 1_000_000
    server.cut_after, server.asked = [], []
    get(server, part)
    assert part.read_bytes() == CONTENT
    assert server.asked == [("bytes=1000000-", '"one"')]


def test_a_file_that_changed_meanwhile_begins_afresh(server: Server, part: Path) -> None:
    server.cut_after = [1_000_000] + [0] * 20
    with pytest.raises(RunError):
        get(server, part)
    server.cut_after = []
    server.content, server.tag = CONTENT[::-1], '"two"'
    get(server, part, hashlib.sha256(CONTENT[::-1]).hexdigest())
    assert part.read_bytes() == CONTENT[::-1]


def test_a_server_without_ranges_begins_afresh(server: Server, part: Path) -> None:
    server.ranges = False
    server.cut_after = [1_000_000]
    get(server, part)
    assert part.read_bytes() == CONTENT


def test_a_part_of_another_address_is_not_continued(server: Server, part: Path) -> None:
    part.write_bytes(b"something else")
    get(server, part)
    assert part.read_bytes() == CONTENT
    assert server.asked == [(None, None)]


def test_whole_but_not_yet_noted(server: Server, part: Path) -> None:
    part.write_bytes(CONTENT)
    note = {"url": server.url, "validator": '"one"'}
    (part.parent / "model.part.json").write_text(json.dumps(note))
    get(server, part)
    assert part.read_bytes() == CONTENT


def test_longer_than_the_file_begins_afresh(server: Server, part: Path) -> None:
    part.write_bytes(CONTENT + b"more")
    note = {"url": server.url, "validator": '"one"'}
    (part.parent / "model.part.json").write_text(json.dumps(note))
    get(server, part)
    assert part.read_bytes() == CONTENT


def test_a_length_that_is_not_told(server: Server, part: Path) -> None:
    server.chunked, server.tag = True, ""
    get(server, part)
    assert part.read_bytes() == CONTENT
    part.unlink()
    server.cut_after = [1000]
    get(server, part)
    assert part.read_bytes() == CONTENT


def test_a_wrong_checksum_leaves_nothing(server: Server, part: Path) -> None:
    with pytest.raises(WeightsError, match="checksum"):
        get(server, part, "0" * 64)
    assert list(part.parent.iterdir()) == []


def test_server_errors_are_retried_others_not(server: Server, part: Path) -> None:
    server.errors = [503, 500]
    get(server, part)
    assert part.read_bytes() == CONTENT
    server.errors = [404]
    part.unlink()
    with pytest.raises(RunError, match="404"):
        get(server, part)
    server.errors = [503] * 20
    with pytest.raises(RunError, match="503"):
        get(server, part)


def test_nobody_there(server: Server, part: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/x"
    with pytest.raises(RunError, match="could not be fetched"):
        download(url, part, sha256=None, reporter=Silent())


@pytest.mark.parametrize("url", ["http://example.org/x", "ftp://127.0.0.1/x", "file:///etc/passwd"])
def test_only_safe_addresses(server: Server, part: Path, url: str) -> None:
    with pytest.raises(UsageError, match="not fetched"):
        download(url, part, sha256=None, reporter=Silent())
    server.redirect = url
    with pytest.raises((UsageError, RunError), match=r"not (fetched|allowed)"):
        get(server, part)
    assert not part.exists()


def test_a_full_disk_keeps_what_came(
    server: Server, part: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(answer: Any, file: Any, reporter: Silent) -> None:
        file.write(answer.read(1000))
        raise OutputError("the download cannot be written: No space left on device")

    monkeypatch.setattr(downloading, "_copy", full)
    with pytest.raises(OutputError, match="No space"):
        get(server, part)
    assert part.stat().st_size == 1000


def test_mirrors_are_tried_in_their_order(server: Server, part: Path) -> None:
    server.errors = [404]
    urls = [server.url, f"{server.url}?mirror"]
    assert download_first(urls, part, sha256=SHA, reporter=Silent()) == urls[1]
    assert part.read_bytes() == CONTENT
    server.errors = [404, 410]
    part.unlink()
    with pytest.raises(RunError, match="410"):
        download_first(urls, part, sha256=SHA, reporter=Silent())


def test_a_mirror_goes_on_where_a_checksum_decides(server: Server, part: Path) -> None:
    urls = [server.url, f"{server.url}?mirror"]
    server.cut_after = [1_000_000] + [0] * 3  # the first address gives up for good
    assert download_first(urls, part, sha256=SHA, reporter=Silent()) == urls[1]
    assert part.read_bytes() == CONTENT
    assert server.asked[-1] == ("bytes=1000000-", None)


def test_a_mirror_without_checksum_begins_afresh(server: Server, part: Path) -> None:
    urls = [server.url, f"{server.url}?mirror"]
    server.cut_after = [1_000_000] + [0] * 3
    assert download_first(urls, part, sha256=None, reporter=Silent()) == urls[1]
    assert part.read_bytes() == CONTENT
    assert server.asked[-1] == (None, None)


def test_a_mirror_with_another_file_is_passed_over(server: Server, part: Path) -> None:
    server.content = CONTENT[::-1]
    with pytest.raises(WeightsError, match="checksum"):
        download_first([server.url, server.url], part, sha256=SHA, reporter=Silent())
    assert len(server.asked) == 2 and not part.exists()


FAULTS: dict[str, dict[str, Any]] = {
    "none": {},
    "cut once": {"cut_after": [1_000_000]},
    "cut at once": {"cut_after": [0]},
    "cut at the last byte": {"cut_after": [len(CONTENT) - 1]},
    "cut five times": {"cut_after": [400_000] * 5},
    "dead twice, then well": {"cut_after": [0, 0]},
    "busy": {"errors": [503]},
    "busy thrice": {"errors": [500, 502, 503]},
    "gone at first": {"errors": [404]},
    "gone, then cut": {"errors": [404], "cut_after": [1_000_000]},
    "busy, then cut": {"errors": [503], "cut_after": [1_000_000]},
    "no ranges": {"ranges": False, "cut_after": [1_000_000]},
    "no ranges, cut twice": {"ranges": False, "cut_after": [1_000_000, 2_000_000]},
    "no tag": {"tag": "", "cut_after": [1_000_000]},
    "weak tag": {"tag": 'W/"one"', "cut_after": [1_000_000]},
    "no length": {"chunked": True},
    "no length, cut": {"chunked": True, "cut_after": [1_000_000]},
    "too long a length": {"claims": 1_000_000},
    "too short a length": {"claims": -1_000_000},
    "another file at first": {"before": CONTENT[::-1]},
    "a page at first": {"before": b"<html>log in</html>"},
    "an empty answer at first": {"before": b""},
}


@pytest.mark.parametrize("faults", FAULTS.values(), ids=FAULTS)
def test_whatever_breaks_the_file_comes_whole(
    server: Server, part: Path, faults: dict[str, Any]
) -> None:
    for name, value in faults.items():
        setattr(server, name, value)
    assert len(FAULTS) == 22
    for _ in range(2):  # the same command again, as a user would give it
        try:
            get(server, part)
        except (RunError, WeightsError):
            continue
        break
    assert part.read_bytes() == CONTENT
    assert list(part.parent.iterdir()) == [part]
