"""The program in a process of its own: streams that end, homes that are shut, too little memory."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hostile.world import build, snapshot

MUSIVID = f"{sys.executable} -m musivid"
_ENDS_S = 60.0  # by when whatever was started must be gone
needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")


def run(line: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a line of shell in a session of its own; nothing of it may be left afterwards."""
    with subprocess.Popen(
        ["sh", "-c", line], cwd=folder, text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, **environment},
    ) as process:  # fmt: skip
        try:
            out, err = process.communicate(timeout=300)
            assert _gone(process.pid), "a process goes on"
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, 9)
    return subprocess.CompletedProcess(line, process.returncode, out, err)


def _gone(session: int) -> bool:
    """Whether all processes of a session end soon."""
    until_s = time.monotonic() + _ENDS_S
    while time.monotonic() < until_s:
        try:
            os.killpg(session, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's folder."""
    folder = tmp_path / "mine"
    folder.mkdir()
    build(folder)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return folder


@pytest.mark.parametrize("command", ["presets", "presets --json", "presets show living"])
def test_a_reader_that_leaves_ends_it(command: str, tmp_path: Path) -> None:
    done = run(f"{MUSIVID} {command} | head -c 9", tmp_path)
    assert done.returncode == 0 and len(done.stdout) == 9
    assert "musivid failed" not in done.stderr and "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_reader_that_leaves_ends_a_batch(mine: Path) -> None:
    before = snapshot(mine)
    line = f"{MUSIVID} evaluate clip.mp4 part.mp4 --preset quick --set meaning=false | head -n 1"
    done = run(line, mine)
    assert done.returncode == 0 and done.stdout.count("\n") == 1, done.stderr
    assert "musivid failed" not in done.stderr and snapshot(mine) == before


@pytest.mark.parametrize("command", ["doctor", "presets", "models list"])
def test_a_working_folder_that_is_gone_is_told(command: str, tmp_path: Path) -> None:
    done = run(f"mkdir gone && cd gone && rmdir ../gone && {MUSIVID} {command}", tmp_path)
    assert done.returncode == 2 and "the working folder is gone" in done.stderr, done.stderr
    assert "cd" in done.stderr and done.stdout == "" and "FATAL" not in done.stderr


@needs_full
@pytest.mark.parametrize("command", ["presets", "presets --json", "video no.wav --json"])
def test_a_full_disk_under_stdout_is_told(command: str, tmp_path: Path) -> None:
    done = run(f"{MUSIVID} {command} >/dev/full", tmp_path)
    assert done.returncode == (2 if "video" in command else 1)
    assert "musivid failed" not in done.stderr and "Traceback" not in done.stderr
    said = "there is no file" if "video" in command else "No space left"
    assert said in done.stderr


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_fault(closed: str, tmp_path: Path) -> None:
    done = run(f"{MUSIVID} presets {closed}", tmp_path)
    assert done.returncode == 0 and done.stderr == ""
    assert bool(done.stdout) == (">&-" not in closed.replace("2>&-", ""))


@pytest.mark.slow
def test_too_little_memory_for_torch(mine: Path) -> None:
    before = snapshot(mine)
    done = run(f"ulimit -v 700000; {MUSIVID} video song.wav --preset tiny -o out.mp4", mine)
    assert done.returncode in (1, 3), done.stderr
    assert "too little memory" in " ".join(done.stderr.split()), done.stderr
    assert "out.mp4" not in snapshot(mine) and set(before) <= set(snapshot(mine))


@pytest.mark.slow
def test_kernels_without_a_place_to_keep_them(tmp_path: Path) -> None:
    code = "from musivid.living import kernels; print(kernels._OPTIONS['cache'])"
    line = f'{sys.executable} -c "{code}"'
    done = run(line, tmp_path, NUMBA_CACHE_DIR="", XDG_CACHE_HOME="/proc/nowhere")
    assert done.stdout == "False\n", done.stderr


@pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("setpriv") is None, reason="needs root, who becomes nobody"
)
def test_a_home_that_may_not_be_entered(tmp_path: Path) -> None:
    shut = tmp_path / "shut"
    shut.mkdir(mode=0o700)
    nobody = "setpriv --reuid 65534 --regid 65534 --clear-groups"
    places = {f"XDG_{name}_HOME": str(shut / "x") for name in ("CONFIG", "CACHE", "DATA")}
    if subprocess.run([*nobody.split(), sys.executable, "-c", "import musivid"]).returncode:
        pytest.skip("nobody may read this checkout")
    done = run(f"cd /; {nobody} {MUSIVID} presets", tmp_path, HOME=str(shut), **places)
    assert done.returncode == 0 and "video/living" in done.stdout, done.stderr
    done = run(f"cd /; {nobody} {MUSIVID} models list", tmp_path, HOME=str(shut), **places)
    assert done.returncode == 0 and "pocket-painter\t" in done.stdout, done.stderr
    assert f"{shut}/x/musivid/models cannot be looked into: Permission denied" in done.stderr
    done = run(f"{nobody} {MUSIVID} caption {shut}/song.wav", Path("/"), HOME=str(shut), **places)
    assert done.returncode == 2 and "Permission denied" in done.stderr, done.stderr
