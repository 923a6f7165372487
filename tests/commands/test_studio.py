"""`musivid studio` before it serves: the extra, sizes, tokens, ports and folders."""

from __future__ import annotations

import json
import socket
import sys
from importlib import metadata, util
from pathlib import Path
from typing import Any

import pytest
from programs import Program

from musivid.commands import extras, studio
from musivid.core.storage import lock_folder


@pytest.mark.parametrize("missing", extras.STUDIO)
def test_without_the_extra(musivid: Program, monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    found = util.find_spec
    monkeypatch.setattr(util, "find_spec", lambda name: None if name == missing else found(name))
    code, out, err = musivid("studio")
    assert (code, out) == (3, "")
    assert "not installed" in err and "[studio]" in err


@pytest.mark.parametrize(
    ("prefix", "source", "line"),
    [
        ("/home/a/pipx/venvs/musivid", None, "pipx install --force 'musivid[studio]'"),
        ("/home/a/uv/tools/musivid", None, "uv tool install --force 'musivid[studio]'"),
        ("/opt/env", None, "pip install 'musivid[studio]'"),
        ("/opt/env", {"url": "file:///src/my%20songs", "dir_info": {"editable": True}},
         "pip install -e '/src/my songs[studio]'"),
        ("/opt/env", {"url": "file:///src", "dir_info": {}}, "pip install '/src[studio]'"),
    ],
)  # fmt: skip
def test_the_install_line_fits(
    monkeypatch: pytest.MonkeyPatch, prefix: str, source: dict[str, Any] | None, line: str
) -> None:
    class Installed:
        def read_text(self, name: str) -> str | None:
            return json.dumps(source) if source else None

    monkeypatch.setattr(sys, "prefix", prefix)
    monkeypatch.setattr(metadata, "distribution", lambda name: Installed())
    assert extras._install_line("studio") == line


@pytest.mark.parametrize(
    ("text", "size"), [("500M", 500_000_000), ("2g", 2_000_000_000), ("10kb", 10_000), ("7", 7)]
)
def test_sizes(text: str, size: int) -> None:
    assert studio._bytes(text) == size


@pytest.mark.parametrize("text", ["", "0", "much", "-5M", "5T"])
def test_what_is_no_size(musivid: Program, text: str) -> None:
    code, _, err = musivid("studio", f"--max-upload={text}")
    assert code == 2 and "is not a size" in err


def test_a_short_token(musivid: Program, tmp_path: Path) -> None:
    code, _, err = musivid("studio", "--data", tmp_path, "--token", "short")
    assert code == 2 and "8 letters" in err


def test_a_port_that_is_taken(musivid: Program, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, _, err = musivid("studio", "--data", tmp_path, "--port", str(port))
    assert code == 2 and "--port" in err


def test_a_folder_that_is_taken(musivid: Program, tmp_path: Path) -> None:
    with lock_folder(tmp_path):
        code, _, err = musivid("studio", "--data", tmp_path)
    assert code == 2 and "--data" in err
