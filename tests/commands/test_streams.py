"""Standard streams that are closed, full, or of few letters."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PRINTING = """
import sys
from musivid.commands.streams import settle_streams
from musivid.commands.printing import print_json, print_line, print_text
settle_streams()
"""


def run(code: str, *, shell: str = "", **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run some lines in a process of their own, with what a shell does to its streams."""
    command = ["sh", "-c", f'exec "$0" -c "$1" {shell}', sys.executable, PRINTING + code]
    return subprocess.run(command, capture_output=True, env={**os.environ, **environment})


@pytest.mark.parametrize("letters", ["ascii", "cp1252", "latin-1"])
def test_a_terminal_of_few_letters(letters: str) -> None:
    code = "print_text('日\\u0301 é'); print_line('日 é'); print_json({'a': '日 é'})"
    done = run(code, PYTHONIOENCODING=letters)
    assert done.returncode == 0, done.stderr
    text, data = done.stdout.decode(letters).splitlines()
    assert text.startswith("\\u65e5") and "\\u65e5" in done.stderr.decode(letters)
    assert json.loads(data) == {"a": "日 é"}


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_lead_nowhere(closed: str, tmp_path: Path) -> None:
    first = tmp_path / "first"
    code = f"file = open({str(first)!r}, 'w'); print_text('lost'); print_line('lost'); file.close()"
    done = run(code, shell=closed)
    assert done.returncode == 0
    assert first.read_text() == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_under_stdout() -> None:
    code = """
from musivid.core.errors import RunError
try:
    print_json({"a": 1})
except RunError as error:
    print_line(str(error))
"""
    done = run(code, shell=">/dev/full")
    assert done.returncode == 0, done.stderr
    assert b"standard output" in done.stderr and b"No space left" in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_talk_that_cannot_be_written_stops_nothing() -> None:
    done = run("print_line('lost'); print_text('kept')", shell="2>/dev/full")
    assert done.stdout == b"kept\n"
