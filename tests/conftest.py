"""What every test stands on: one thread a process, no colours, a time limit, folders of its own."""

from __future__ import annotations

import os

# Before numpy, torch or OpenCV are imported anywhere: they read these once.
for _variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[_variable] = "1"
os.environ["NUMBA_NUM_THREADS"] = "1"
# Kernels of living scenes take half a minute to compile: kept from one run to the next.
_KERNELS = os.path.join(os.path.dirname(__file__), "..", ".cache", "numba")
os.environ.setdefault("NUMBA_CACHE_DIR", os.path.abspath(_KERNELS))
# Programs under test are started hundreds of times: their modules are compiled once.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
os.environ["NO_COLOR"] = "1"
os.environ["COLUMNS"] = "100"

import importlib.abc  # noqa: E402
import importlib.util  # noqa: E402
import itertools  # noqa: E402
import sys  # noqa: E402
from collections.abc import Iterator, Sequence  # noqa: E402
from datetime import UTC, date, datetime  # noqa: E402
from importlib.machinery import ModuleSpec  # noqa: E402
from pathlib import Path  # noqa: E402
from types import ModuleType  # noqa: E402

import pytest  # noqa: E402
from programs import Program, heed_ignored_signals  # noqa: E402
from slow_share import parse_share, todays_share  # noqa: E402

sys.dont_write_bytecode = False
_SLOW_LIMIT_S = 1800  # a slow test's time limit; that of others is in pyproject.toml


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

heed_ignored_signals()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what chooses among slow tests."""
    group = parser.getgroup("slow tests")
    group.addoption(
        "--slow-share",
        type=parse_share,
        metavar="N/M",
        help="of the slow tests, run those that have their turn today: N of M, others tomorrow",
    )
    # The day is settled once and handed on to all workers, which may start after midnight.
    group.addoption(
        "--slow-day",
        default=datetime.now(UTC).date().isoformat(),
        metavar="YYYY-MM-DD",
        help="the day that counts as today for --slow-share (default: today, UTC)",
    )


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Say how a run of some slow tests is done again on another day."""
    if config.option.slow_share is None:
        return []
    share, day = "{}/{}".format(*config.option.slow_share), config.option.slow_day
    return [f"slow tests: --slow-share {share} --slow-day {day}"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give slow tests more time, and leave out those whose turn it is not today."""
    slow = {item.nodeid: item for item in items if item.get_closest_marker("slow")}
    for item in slow.values():
        if item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(_SLOW_LIMIT_S))
    if config.option.slow_share is None:
        return
    day = date.fromisoformat(config.option.slow_day)
    chosen = todays_share(slow, config.option.slow_share, day)
    left_out = [item for name, item in slow.items() if name not in chosen]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where no folder has been made yet, one after another."""
    base = tmp_path_factory.mktemp("homes")
    # pytest's own numbers are found by looking at all folders there are: too slow for thousands.
    return (base / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def own_folders(homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of its own for each test, so that no test sees the user's presets or models."""
    home = next(homes)
    home.mkdir(mode=0o700)
    monkeypatch.setenv("HOME", str(home))
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(variable, str(home / variable.lower()))
    for variable in ("MUSIVID_MODELS", "MUSIVID_DEBUG"):
        monkeypatch.delenv(variable, raising=False)
    yield home


@pytest.fixture
def musivid(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Program:
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
