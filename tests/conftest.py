"""What every test stands on: one thread a process, no colours, and folders of its own."""

from __future__ import annotations

import os

# Before numpy, torch or OpenCV are imported anywhere: they read these once.
for _variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[_variable] = "1"
os.environ["NUMBA_NUM_THREADS"] = "1"
os.environ["NO_COLOR"] = "1"
os.environ["COLUMNS"] = "100"

import importlib.abc  # noqa: E402
import importlib.util  # noqa: E402
import sys  # noqa: E402
from collections.abc import Callable, Iterator, Sequence  # noqa: E402
from importlib.machinery import ModuleSpec  # noqa: E402
from pathlib import Path  # noqa: E402
from types import ModuleType  # noqa: E402

import pytest  # noqa: E402


class _OneThread(importlib.abc.MetaPathFinder):
    """Sets torch to one thread when, and only when, something imports it."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != "torch":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec("torch")
        if spec is None or spec.loader is None:
            return None
        run = spec.loader.exec_module

        def run_and_set(module: ModuleType) -> None:
            run(module)
            module.set_num_threads(1)

        spec.loader.exec_module = run_and_set  # type: ignore[method-assign]
        return spec


if "torch" in sys.modules:
    sys.modules["torch"].set_num_threads(1)
else:
    sys.meta_path.insert(0, _OneThread())


@pytest.fixture(autouse=True)
def own_folders(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """A home of its own for each test, so that no test sees the user's presets or models."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(variable, str(home / variable.lower()))
    for variable in ("MUSIVID_MODELS", "MUSIVID_DEBUG"):
        monkeypatch.delenv(variable, raising=False)
    yield home


@pytest.fixture
def musivid(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Call the program as a shell does; gives exit code, stdout and stderr."""

    def call(*arguments: str | Path) -> tuple[int, str, str]:
        from musivid.cli import main

        monkeypatch.setattr(sys, "argv", ["musivid", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        output = capsys.readouterr()
        code = end.value.code
        return (code if isinstance(code, int) else 0), output.out, output.err

    return call
