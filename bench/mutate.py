"""How many of a few hundred deliberate faults the tests notice.

    python bench/mutate.py learn                  # which test runs which line (again after changes)
    python bench/mutate.py run --minutes 20       # goes on where it was stopped
    python bench/mutate.py again                  # all but the killed once more, after new tests
    python bench/mutate.py show

Faults (see `mutants.py`) are drawn by seed over analysis, score, metrics, painting, guidance and
core. For each, a copy of the source is broken in that one place, and the tests that run the line
are run until one fails: those of the module's own test files first, then the others, the quick
before the slow, and at last what its test files hold besides. What no test notices within the time
limit has survived. A test that does not end has noticed. `mutants.yaml` lists by hand, with
reasons, those that change nothing.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import yaml
from mutants import Mutant, find_mutants

ROOT = Path(__file__).parents[1]
ROOMS = ("analysis", "score", "metrics", "painting", "pipeline/guidance", "core")
EQUIVALENT = Path(__file__).with_name("mutants.yaml")
_PRELOADED = (  # what many tests import late
    "av", "cv2", "ffmpeg", "librosa.beat", "librosa.core", "librosa.decompose", "librosa.effects",
    "librosa.feature", "librosa.onset", "miditoolkit.midi", "pydantic", "pytest",
    "scipy.fft", "scipy.linalg", "scipy.ndimage", "scipy.signal", "scipy.spatial", "scipy.stats",
    "safetensors.torch", "soundfile", "soxr", "torch", "yaml",
)  # fmt: skip
_LIMIT_S = 40.0  # of tests for one mutant, as they took when they passed and were traced
_PATIENCE = 4.0  # so many times as long may they take before they count as endless
_START_S = 60.0  # and so much longer for all around them, where others use the machine

_NOTICED = ("killed", "endless")

Run = dict[str, dict[str, Any]]


def learn(cache: Path, files: Sequence[Path], afresh: bool) -> None:
    """Run the tests, folder by folder, and note which lines each runs and how long it takes.

    Files that were learned since they changed are left out, unless `afresh`.
    """
    folders: dict[Path, list[Path]] = defaultdict(list)
    for file in sorted(files):
        folders[file.parent].append(file)
    for folder, tests in folders.items():
        name = folder.relative_to(ROOT).as_posix().replace("/", "_")
        for old in cache.glob(f"{name}.*") if afresh else ():
            old.unlink()
        known = list(cache.glob(f"{name}.*xml"))
        learned_s = max((report.stat().st_mtime for report in known), default=0.0)
        changed = [file for file in tests if file.stat().st_mtime > learned_s]
        if not changed:
            continue
        name += f".{len(known)}" if known else ""
        subprocess.run(
            [sys.executable, "-m", "pytest", *map(str, changed), "-m", "not slow",
             "-p", "no:cacheprovider", "--cov=musivid", "--cov-context=test", "--cov-report=",
             "--cov-fail-under=0",
             "-o", "junit_family=xunit1", f"--junitxml={cache / name}.xml"],
            cwd=ROOT, env={**os.environ, "COVERAGE_FILE": str(cache / f"{name}.coverage")},
            check=False,
        )  # fmt: skip


class Tests:
    """Which tests run which lines, and for how long."""

    def __init__(self, cache: Path) -> None:
        """Read what `learn` noted."""
        from coverage import CoverageData

        self.seconds: dict[str, float] = {}
        for file in sorted(cache.glob("*.xml")):
            for case in ElementTree.parse(file).iter("testcase"):
                name = f"{case.get('file')}::{case.get('name')}"
                self.seconds[name] = float(case.get("time") or 0)
        self.by_file: dict[str, set[str]] = defaultdict(set)
        for name in self.seconds:
            self.by_file[name.partition("::")[0]].add(name)
        self._texts: dict[str, str] = {}
        self._runs: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
        for file in cache.glob("*.coverage*"):
            data = CoverageData(str(file))
            data.read()
            for source in data.measured_files():
                path = source.partition("/musivid/")[2]
                for line, contexts in data.contexts_by_lineno(source).items():
                    self._runs[f"musivid/{path}"][line] |= self._tests(contexts)

    def _tests(self, contexts: Iterable[str]) -> set[str]:
        """The tests behind contexts; what prepares a test may serve all in its file."""
        found = set()
        for context in contexts:
            test, _, phase = context.partition("|")
            found |= {test} if phase == "run" else self.by_file[test.partition("::")[0]]
        return {test for test in found & self.seconds.keys() if self._is_there(test)}

    def _is_there(self, test: str) -> bool:
        """Whether a test was not renamed or moved since."""
        file, _, name = test.partition("::")
        if file not in self._texts:
            path = ROOT / file
            self._texts[file] = path.read_text() if path.exists() else ""
        return f"def {name.partition('[')[0]}(" in self._texts[file]

    def of(self, mutant: Mutant) -> tuple[list[str], list[str]]:
        """Tests that run what is broken, the nearest and quickest first; the module's own files."""
        lines = self._lines_of(mutant)
        found = {test for path, line in lines for test in self._runs[path][line]}
        room, module = Path(mutant.path).parent, Path(mutant.path).stem
        folder = "tests" / room.relative_to("musivid")
        own = {f for f in [(folder / f"test_{module}.py").as_posix()] if (ROOT / f).exists()}
        near = {file for file in self.by_file if file.startswith(f"{folder}/")}
        if not found:  # it runs while modules are imported, perhaps: any test may show it
            found = {test for file in near for test in self.by_file[file] if self._is_there(test)}

        def distance(test: str) -> tuple[bool, bool, float]:
            file = test.partition("::")[0]
            return file not in own, file not in near, self.seconds[test]

        chosen, spent_s = [], 0.0
        for test in sorted(found, key=distance):
            spent_s += self.seconds[test]
            if spent_s > _LIMIT_S and chosen:
                break
            chosen.append(test)
        return chosen, sorted(own)

    def _lines_of(self, mutant: Mutant) -> list[tuple[str, int]]:
        first, last = mutant.lines
        if mutant.scope:
            return [(mutant.path, line) for line in range(first, last + 1)]
        used = []
        for file in (ROOT / "musivid").rglob("*.py"):
            path = file.relative_to(ROOT).as_posix()
            text = file.read_text()
            if path != mutant.path and not any(n in text for n in mutant.names):
                continue
            for number, line in enumerate(text.splitlines(), 1):
                if not mutant.names or any(name in line for name in mutant.names):
                    used.append((path, number))
        return used


def try_mutant(mutant: Mutant, tests: Tests, copy: Path) -> dict[str, Any]:
    """What became of a mutant: its fate, and the number and seconds of tests run."""
    chosen, own = tests.of(mutant)
    if not chosen and not own:
        return {"fate": "not run by any test"}
    target = copy / mutant.path
    whole = target.read_text()
    limit_s = _START_S + _PATIENCE * sum(tests.seconds[test] for test in chosen)
    limit_s += _PATIENCE * sum(tests.seconds[test] for file in own for test in tests.by_file[file])
    begun_s = time.monotonic()
    try:
        target.write_text(mutant.source(copy))
        code = _in_a_fork(lambda: _pytest(copy, chosen, own), limit_s)
    finally:
        target.write_text(whole)
    fate = {0: "survived", 1: "killed", 2: "killed", 3: "killed", None: "endless"}.get(
        code, "error"
    )
    return {"fate": fate, "tests": len(chosen), "seconds": round(time.monotonic() - begun_s, 1)}


class _Order:
    """Puts tests into an order for pytest, and those that it does not name last."""

    def __init__(self, tests: Sequence[str]) -> None:
        """The tests by name, the first first."""
        self._ranks = {test: rank for rank, test in enumerate(tests)}

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        """Sort what was collected."""
        items.sort(key=lambda item: self._ranks.get(item.nodeid, len(self._ranks)))


def _pytest(copy: Path, tests: Sequence[str], files: Sequence[str]) -> int:
    """Exit code of the tests, and then of what else is in the files: written since, perhaps."""
    import pytest

    os.chdir(copy)
    sys.path[:] = [str(copy), *(p for p in sys.path if Path(p or ".").resolve() != ROOT)]
    os.environ.update(PYTHONPATH=str(copy), PYTHONDONTWRITEBYTECODE="1")
    sys.dont_write_bytecode = True
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    others = [test for test in tests if test.partition("::")[0] not in files]
    quiet = ["-x", "-q", "-m", "not slow", "-p", "no:cacheprovider"]
    return int(pytest.main([*quiet, *files, *others], plugins=[_Order(tests)]))


def _in_a_fork(work: Callable[[], int], limit_s: float) -> int | None:
    """What `work` returns in a process of its own; None: it did not end in time."""
    child = os.fork()
    if child == 0:
        os.setsid()
        code = 4
        try:
            code = work()
        finally:
            os._exit(code)
    until_s = time.monotonic() + limit_s
    while time.monotonic() < until_s:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 1
        time.sleep(0.05)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def run(cache: Path, mutants: Sequence[Mutant], minutes: float, jobs: int) -> None:
    """Try mutants that were not tried yet, several at a time, until the minutes are over."""
    os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"))
    os.environ.setdefault("NUMBA_CACHE_DIR", str(ROOT / ".cache" / "numba"))  # not in the copies
    for name in _PRELOADED:  # once for all forks
        __import__(name)
    done, tests = read_results(cache), Tests(cache)
    waiting = [mutant for mutant in mutants if mutant.key not in done]
    until_s = time.monotonic() + 60 * minutes
    workers = []
    for worker in range(jobs):
        if (child := os.fork()) == 0:
            try:
                _work(cache / f"results-{worker}.json", waiting[worker::jobs], tests, until_s)
            finally:
                os._exit(0)
        workers.append(child)
    for child in workers:
        os.waitpid(child, 0)


def _work(file: Path, mutants: Sequence[Mutant], tests: Tests, until_s: float) -> None:
    """Try one mutant after the other in a copy of the source, and write down their fates."""
    results: Run = json.loads(file.read_text()) if file.exists() else {}
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "musivid"
        ignored = shutil.ignore_patterns("__pycache__", ".*", "out", "dist")
        shutil.copytree(ROOT, copy, ignore=ignored, symlinks=True)
        for mutant in mutants:
            if time.monotonic() > until_s:
                break
            result = try_mutant(mutant, tests, copy)
            results[mutant.key] = {"line": mutant.line, "operator": mutant.operator, **result}
            file.write_text(json.dumps(results, indent=1))
            print(f"{result['fate']:9} {mutant}", flush=True)


def read_results(cache: Path) -> Run:
    """What became of mutants so far, by their keys."""
    results: Run = {}
    for file in sorted(cache.glob("results*.json")):
        results |= json.loads(file.read_text())
    return results


def forget(cache: Path, fate: str) -> None:
    """Take those with another fate out of the results."""
    kept = {key: result for key, result in read_results(cache).items() if result["fate"] == fate}
    for file in cache.glob("results*.json"):
        file.unlink()
    (cache / "results.json").write_text(json.dumps(kept, indent=1))


def draw(count: int, seed: int) -> list[Mutant]:
    """`count` mutants of all rooms, drawn by seed."""
    files = sorted(file for room in ROOMS for file in (ROOT / "musivid" / room).rglob("*.py"))
    everything = [mutant for file in files for mutant in find_mutants(ROOT, file)]
    # Each has its own lot, so that most are drawn again when some of the source changes.
    everything.sort(key=lambda mutant: hashlib.sha256(f"{seed} {mutant.key}".encode()).digest())
    return everything[:count]


def show(cache: Path, mutants: Sequence[Mutant]) -> int:
    """Print the share that was noticed and all that was not; 0 if the share is at least 90 %."""
    results = read_results(cache)
    same: dict[str, str] = yaml.safe_load(EQUIVALENT.read_text()) or {}
    tried = [mutant for mutant in mutants if mutant.key in results and mutant.key not in same]
    fates = Counter(results[mutant.key]["fate"] for mutant in tried)
    for mutant in tried:
        if (fate := results[mutant.key]["fate"]) not in _NOTICED:
            print(f"{fate}: {mutant}")
    share = (fates["killed"] + fates["endless"]) / max(1, len(tried))
    left_out = sum(mutant.key in same for mutant in mutants)
    print(f"{share:.1%} of {len(tried)} noticed; {dict(fates)}; {left_out} change nothing")
    return int(share < 0.9)


def main() -> int:
    """Do what is asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("what", choices=["learn", "run", "again", "show"])
    parser.add_argument("--count", type=int, default=300, help="number of mutants (300)")
    parser.add_argument("--seed", type=int, default=0, help="which are drawn (0)")
    parser.add_argument("--minutes", type=float, default=1e9, help="stop after so many minutes")
    parser.add_argument("--jobs", type=int, default=1, help="mutants tried at a time (1)")
    parser.add_argument("--tests", nargs="*", type=Path, help="learn: folders of tests (all)")
    parser.add_argument("--afresh", action="store_true", help="learn: those learned already, too")
    parser.add_argument("--cache", type=Path, default=ROOT / ".cache" / "mutate", help="own files")
    given = parser.parse_args()
    given.cache.mkdir(parents=True, exist_ok=True)
    if given.what == "learn":
        folders = [folder.resolve() for folder in given.tests or [ROOT / "tests"]]
        files = [file for folder in folders for file in folder.rglob("test_*.py")]
        learn(given.cache, files, given.afresh)
        return 0
    mutants = draw(given.count, given.seed)
    if given.what == "again":
        forget(given.cache, "killed")
    if given.what in ("run", "again"):
        run(given.cache, mutants, given.minutes, given.jobs)
    return show(given.cache, mutants)


if __name__ == "__main__":
    sys.exit(main())
