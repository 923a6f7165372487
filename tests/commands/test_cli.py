"""The program as a shell sees it: exit codes through main(), streams, and a quick --help."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from programs import Program

from musivid import __version__, cli
from musivid.commands import models as models_command
from musivid.core import errors

COMMANDS = cli._COMMANDS
HEAVY = (
    "numpy",
    "torch",
    "scipy",
    "librosa",
    "av",
    "cv2",
    "PIL",
    "matplotlib",
    "kornia",
)


def test_help_lists_every_command(musivid: Program) -> None:
    code, out, err = musivid("--help")
    assert code == 0
    assert err == ""
    for name in COMMANDS:
        assert re.search(rf"│ {name} ", out), name


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(musivid: Program, name: str) -> None:
    code, out, _ = musivid(name, "-h")
    assert code == 0
    assert f"Usage: musivid {name}" in out


def run_apart(*command_lines: list[str]) -> tuple[str, float]:
    """Run the program on several command lines in one fresh process.

    Gives the heavy libraries that were imported on the way, and the CPU seconds of it all.
    """
    code = f"""
import sys, time
from musivid.cli import main
for arguments in {command_lines!r}:
    sys.argv = ["musivid", *arguments]
    try:
        main()
    except SystemExit as end:
        assert end.code == 0, (arguments, end.code)
print([name for name in {HEAVY!r} if name in sys.modules], time.process_time())
"""
    # Whoever counts lines leaves this one alone: it is timed.
    env = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    program = [sys.executable, "-c", code]
    done = subprocess.run(program, capture_output=True, text=True, check=True, env=env)
    heavy, seconds = done.stdout.splitlines()[-1].rsplit(" ", 1)
    return heavy, float(seconds)


def libraries_alone() -> float:
    """CPU seconds of a fresh process that loads what any help of typer's needs, and no more."""
    code = """
import time, typer.main, typer.rich_utils, rich.markdown, pydantic
pydantic.create_model("M", a=(int, 3))
print(time.process_time())
"""
    program = [sys.executable, "-c", code]
    return float(subprocess.run(program, capture_output=True, text=True, check=True).stdout)


def test_help_is_quick_and_imports_nothing_heavy() -> None:
    heavy, seconds = run_apart(["--help"])
    assert heavy == "[]"
    # Seconds are longer where others use the machine: so beside the libraries' own, the least of
    # some. Measured 2.6 to 3.0.
    own = min(seconds, *(run_apart(["--help"])[1] for _ in range(2)))
    assert own <= 3.1 * min(libraries_alone() for _ in range(3))


def test_no_commands_help_imports_anything_heavy() -> None:
    assert run_apart(["--version"], *([name, "--help"] for name in COMMANDS))[0] == "[]"


def test_version_is_a_block_to_paste(musivid: Program) -> None:
    code, out, _ = musivid("--version")
    assert code == 0
    lines = dict(line.split(None, 1) for line in out.splitlines())
    assert lines["musivid"] == __version__
    assert lines["torch"].startswith("2.")
    assert lines["wav2clip"] == "0.1.0" and lines["diffusers"].startswith("0.")
    assert lines["ffmpeg"].startswith("ffmpeg")
    assert "cores" in lines["cpu"]


def test_module_is_the_program_too() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "musivid", "nope"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "No such command 'nope'" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [["nope"], ["--nope"], ["models", "pull"], ["models", "nope"], ["presets", "show"],
     ["presets", "show", "nope"], ["models", "path", "nope"], []],
)  # fmt: skip
def test_usage_is_2(musivid: Program, arguments: list[Any]) -> None:
    code, out, err = musivid(*arguments)
    assert code == 2
    assert (out if not arguments else err) != ""


@pytest.fixture
def fail(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Make `musivid doctor` raise what the test wants."""

    def set_error(error: Any) -> None:
        def broken(*_: str) -> None:
            raise error

        monkeypatch.setattr("musivid.commands.doctor._checks", broken)

    return set_error


@pytest.mark.parametrize(
    "error",
    [
        errors.RunError("x"),
        errors.EncodeError("x"),
        errors.InputError("x"),
        errors.PresetError("x"),
        errors.OutputError("x"),
        errors.WeightsError("x"),
        errors.DeviceError("x"),
        errors.BatchError("x"),
        errors.Interrupted("x"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_become_their_exit_codes(
    musivid: Program, fail: Callable[..., Any], error: Any
) -> None:
    fail(error)
    code, out, err = musivid("doctor")
    assert code == error.exit_code
    assert out == ""
    assert err == "error: x\n"


def test_an_error_has_three_parts_on_stderr(musivid: Program, fail: Callable[..., Any]) -> None:
    fail(errors.InputError("what [b]went[/b] wrong", hint="what would do", command="musivid -h"))
    _, out, err = musivid("doctor")
    assert out == ""
    assert err.splitlines() == [
        "error: what [b]went[/b] wrong",
        "what would do",
        "try: musivid -h",
    ]


def test_json_errors_are_one_object(musivid: Program, fail: Callable[..., Any]) -> None:
    fail(errors.InputError("wrong", hint="right", command="do"))
    code, out, err = musivid("doctor", "--json")
    assert code == 2
    assert json.loads(out) == {"error": "wrong", "hint": "right", "command": "do", "exit_code": 2}
    assert "error: wrong" in err


def test_ctrl_c_is_130(musivid: Program, fail: Callable[..., Any]) -> None:
    fail(KeyboardInterrupt())
    code, out, err = musivid("doctor")
    assert (code, out, err.strip()) == (130, "", "interrupted")


def test_the_unforeseen_is_told_without_a_traceback(
    musivid: Program, fail: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(ZeroDivisionError("division by zero"))
    code, out, err = musivid("doctor")
    assert (code, out) == (1, "")
    assert err.startswith("error: musivid failed: ZeroDivisionError: division by zero")
    assert "report" in err
    assert "Traceback" not in err
    monkeypatch.setenv("MUSIVID_DEBUG", "1")
    code, _, err = musivid("doctor")
    assert code == 1
    assert "Traceback" in err


def test_a_reader_that_leaves_does_no_harm() -> None:
    done = subprocess.run(
        f"{sys.executable} -m musivid models list | head -c 1",
        shell=True, capture_output=True, text=True, check=True, executable="/bin/bash",
    )  # fmt: skip
    assert done.stderr == ""


def test_presets_are_listed(musivid: Program) -> None:
    code, out, _ = musivid("presets")
    assert code == 0
    rows = {line.split("\t")[0]: line.split("\t") for line in out.splitlines()}
    assert "video/dream" in rows
    assert rows["video/dream"][2].endswith("configs/video/dream.yaml")
    _, out, _ = musivid("presets", "--json")
    entries = json.loads(out)["presets"]
    assert ("video", "dream") in [(entry["command"], entry["name"]) for entry in entries]


@pytest.mark.parametrize(
    "arguments", [["video/tiny"], ["tiny"], ["tiny", "-c", "video"], ["interpolate/tiny"]]
)
def test_a_preset_is_shown_and_loads_again(
    musivid: Program, tmp_path: Path, arguments: list[str]
) -> None:
    from musivid.settings.presets import load_preset

    code, out, _ = musivid("presets", "show", *arguments, "--set", "seed=7")
    assert code == 0
    path = tmp_path / "again.yaml"
    path.write_text(out)
    command = "interpolate" if arguments[0].startswith("interpolate") else "video"
    assert load_preset(command, str(path)).seed == 7
    code, out, _ = musivid("presets", "show", *arguments, "--json")
    assert json.loads(out)["seed"] == load_preset(command, "tiny").seed


def test_models_are_listed(musivid: Program) -> None:
    code, out, _ = musivid("models", "list")
    assert code == 0
    rows = [line.split("\t") for line in out.splitlines()]
    assert {len(row) for row in rows} == {6}
    assert ["wav2clip", "listener", "-", "47 MB", "MIT"] in [row[:5] for row in rows]
    code, out, _ = musivid("models", "list", "--json")
    entry = {e["name"]: e for e in json.loads(out)["models"]}["tiny-painter"]
    assert entry["present"]


def test_a_model_that_cannot_be_used_does_not_end_the_list(
    musivid: Program, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MUSIVID_MODELS", str(tmp_path))
    index = tmp_path / "kandinsky-2-2-prior" / "model_index.json"
    index.parent.mkdir()
    index.write_text("{")
    code, out, _ = musivid("models", "list")
    rows = [line.split("\t")[:3] for line in out.splitlines()]
    assert code == 0 and ["kandinsky-2-2-prior", "pipeline", "damaged"] in rows
    assert ["pocket-painter", "painter", "yes"] in rows
    code, out, err = musivid("models", "verify")
    assert code == 3 and "kandinsky-2-2-prior\tdamaged" in out and "pocket-painter\tok" in out
    assert "damaged: kandinsky-2-2-prior" in err


def test_models_path(musivid: Program, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MUSIVID_MODELS", str(tmp_path))
    assert musivid("models", "path") == (0, f"{tmp_path}\n", "")
    code, _, err = musivid("models", "path", "wav2clip")
    assert code == 3
    assert "try: musivid models pull wav2clip" in err


def test_pull_asks_first(musivid: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    code, _, err = musivid("models", "pull", "wav2clip")
    assert code == 2
    assert "47 MB" in err and "MIT" in err and "--yes" in err
    assert musivid("models", "pull", "wav2clip", "--offline")[0] == 2
    assert musivid("models", "pull", "vqgan-faceshq", "--yes")[0] == 3
    assert musivid("models", "pull", "tiny-painter")[0] == 0
    monkeypatch.setattr(models_command, "_at_a_terminal", lambda: True)
    monkeypatch.setattr("typer.confirm", lambda *_, **__: False)
    assert musivid("models", "pull", "wav2clip")[0] == 1


def test_verify_finds_damage(
    musivid: Program, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from musivid.weights.files import record_weights

    monkeypatch.setenv("MUSIVID_MODELS", str(tmp_path))
    file = tmp_path / "wav2clip.safetensors"
    file.write_bytes(b"weights")
    record_weights(file)
    code, out, _ = musivid("models", "verify")
    assert code == 0
    assert "wav2clip\tok" in out
    file.write_bytes(b"WEIGHTS")
    code, out, err = musivid("models", "verify")
    assert code == 3
    assert "wav2clip\tdamaged" in out
    assert "damaged: wav2clip" in err
    assert musivid("models", "verify", "wav2clip")[0] == 3
    assert musivid("models", "verify", "clip-vit-b-32")[0] == 3


def test_doctor_tells_what_is_missing(musivid: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    from musivid.commands.doctor import Check

    monkeypatch.setattr(
        "musivid.commands.doctor._checks",
        lambda device: iter([Check("a", True, "1"), Check("b", False, "gone", "install b")]),
    )
    code, out, err = musivid("doctor")
    assert code == 3
    assert out.splitlines() == ["what\tstate\tfound", "a\tok\t1", "b\tMISSING\tgone"]
    assert "b: install b" in err


def test_doctor_looks_at_this_machine(musivid: Program) -> None:
    code, out, _ = musivid("doctor", "--device", "gpu9", "--json")
    assert code == 3
    checks = {c["name"]: c for c in json.loads(out.splitlines()[0])["checks"]}
    assert checks["python"]["well"] and checks["torch"]["well"] and checks["encoders"]["well"]
    assert not checks["device"]["well"]
    assert checks["diffusers"]["found"].endswith(", for Kandinsky and other pipelines that paint")


def test_doctor_says_what_a_missing_library_is_for(
    musivid: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    from musivid.commands import doctor

    there = doctor._version
    monkeypatch.setattr(doctor, "_version", lambda n: "missing" if n == "kornia" else there(n))
    code, out, err = musivid("doctor")
    assert code == 3
    assert "kornia\tMISSING\tmissing, for augmented cut-outs" in out.splitlines()
    assert "pip install kornia. Only augmented cut-outs cannot do without it." in " ".join(
        err.split()
    )
