"""The examples for render farms: the script renders, passes over, stops, hands codes through."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import test_docs
import yaml
from media_fixtures import click_samples, write_wav
from source import ROOT

SCRIPT = ROOT / "examples" / "ci" / "render.sh"
WORKFLOW = ROOT / "examples" / "ci" / "render.yml"
TINY = ("--preset", "tiny", "--size", "64x64", "--fps", "5", "--device", "cpu")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment in which `musivid` is the program of this checkout."""
    program = tmp_path / "bin" / "musivid"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m musivid "$@"\n')
    program.chmod(0o755)
    return os.environ | {
        "PATH": f"{program.parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "HOME": str(tmp_path),
    }


def _render(environment: dict[str, str], *words: str | Path) -> subprocess.CompletedProcess[str]:
    command = ["bash", str(SCRIPT), *map(str, words)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_a_folder_is_rendered_and_what_exists_is_passed_over(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    songs, films = tmp_path / "songs", tmp_path / "films"
    songs.mkdir()
    write_wav(songs / "good.wav", click_samples(1.0))
    (songs / "odd.wav").write_bytes(b"no sound")
    first = _render(environment, songs, films, *TINY, "--progress", "json")
    assert first.returncode == 4, first.stderr
    assert (films / "good.mp4").stat().st_size > 1000
    told = json.loads((films / "result.json").read_text())
    assert [Path(entry["input"]).name for entry in told["failed"]] == ["odd.wav"]
    assert "some songs failed" in first.stdout
    lines = [json.loads(line) for line in first.stderr.splitlines()]
    assert {"stage", "step", "end"} <= {line["event"] for line in lines}

    (songs / "odd.wav").unlink()
    before = (films / "good.mp4").stat().st_mtime_ns
    again = _render(environment, songs, films, *TINY)
    assert again.returncode == 0, again.stderr
    assert json.loads((films / "result.json").read_text())["results"][0]["skipped"] is True
    assert (films / "good.mp4").stat().st_mtime_ns == before


def test_usage_and_faults_have_musivids_codes(tmp_path: Path, environment: dict[str, str]) -> None:
    assert _render(environment).returncode == 2
    assert "render.sh SONGS FILMS" in _render(environment, "songs").stderr
    assert _render(environment, tmp_path / "none", tmp_path / "films").returncode == 2


def test_a_signal_is_handed_on_and_waited_for(tmp_path: Path, environment: dict[str, str]) -> None:
    """With a stand-in that needs a moment to stop, as musivid does."""
    (tmp_path / "bin" / "musivid").write_text(
        "#!/bin/sh\ntrap 'sleep 0.3; echo stopped > \"$4.end\"; exit 143' TERM\n"
        'echo ready > "$4.begin"\nwhile :; do sleep 0.05; done\n'
    )
    films = tmp_path / "films"
    command = ["bash", str(SCRIPT), str(tmp_path), str(films)]
    script = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    limit = time.monotonic() + 20
    while not Path(f"{films}.begin").exists() and time.monotonic() < limit:
        time.sleep(0.02)
    script.send_signal(signal.SIGTERM)
    told, _ = script.communicate(timeout=20)
    assert script.returncode == 143
    assert Path(f"{films}.end").exists(), "the script ended before its child did"
    assert "goes on from here" in told


def test_the_workflow_types_what_can_be_typed() -> None:
    jobs = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["jobs"]
    lines = [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]
    (render,) = [line for line in lines if SCRIPT.name in line]
    assert str(SCRIPT.relative_to(ROOT)) in render
    options = render.partition('"$FILMS"')[2].split()
    test_docs.parse(["video", "song.mp3", *options])
    (evaluate,) = [line for line in lines if line.startswith("musivid")]
    test_docs.parse(re.sub(r" > \S+", "", evaluate).split()[1:])
