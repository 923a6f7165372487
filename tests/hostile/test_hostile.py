"""Hostile runs: each ends as it must, says what and how to mend it, and touches nothing.

A quarter of the cases is in `make test`, all of them in `make test-slow`. They run through the
program's own `main`, each in a user's folder of its own.
"""

from __future__ import annotations

import io
import json
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hostile import headers, marks, names, places, roles, sites, surroundings, values
from hostile.bounds import bounded
from hostile.case import Case
from hostile.world import COMMANDS, build, snapshot

from musivid import cli
from musivid.core.errors import MusividError

CASES = [
    case
    for table in (names, values, headers, marks, places, roles, surroundings, sites)
    for case in table.cases()
]
_QUICK = 5  # one of as many is run by `make test`


def _parameters() -> Iterator[Any]:
    """All cases; of each kind another part is quick."""
    kinds: dict[str, int] = {}
    seen: Counter[str] = Counter()
    for case in CASES:
        number = kinds.setdefault(case.kind, len(kinds)) + seen[case.kind]
        seen[case.kind] += 1
        marks = [] if number % _QUICK == 0 else [pytest.mark.slow]
        yield pytest.param(case, id=case.name, marks=marks)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The user's folder that each case gets a copy of."""
    folder = tmp_path_factory.mktemp("template")
    build(folder)
    return folder


@pytest.fixture
def world(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's folder, where the user stands, and a folder for temporary files beside it."""
    folder = tmp_path / "mine"
    shutil.copytree(template, folder)
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[MusividError]:
    """The errors that the program tells."""
    found: list[MusividError] = []
    tell = cli._tell

    def noted(error: MusividError) -> None:
        found.append(error)
        tell(error)

    monkeypatch.setattr(cli, "_tell", noted)
    return found


def _streams(monkeypatch: pytest.MonkeyPatch, encoding: str) -> tuple[io.BytesIO, io.BytesIO]:
    """Standard streams of an encoding."""
    out, err = io.BytesIO(), io.BytesIO()
    for name, raw in (("stdout", out), ("stderr", err)):
        stream = io.TextIOWrapper(raw, encoding=encoding, write_through=True)
        monkeypatch.setattr(sys, name, stream)
    return out, err


@pytest.mark.parametrize("case", list(_parameters()))
def test_hostile(
    case: Case, world: Path, told: list[MusividError], monkeypatch: pytest.MonkeyPatch
) -> None:
    case.prepare(world)
    for name, value in case.environment.items():
        monkeypatch.setenv(name, value.format(world))
    if case.label == "gone":
        monkeypatch.chdir(world / "gone")
        (world / "gone").rmdir()
    before = snapshot(world.parent)
    encoding = case.encoding or "utf-8"
    out, err = _streams(monkeypatch, encoding)
    monkeypatch.setattr(sys, "argv", ["musivid", *case.typed])
    with bounded(), pytest.raises(SystemExit) as end:
        cli.main()
    sys.stdout.flush()
    output, said = out.getvalue().decode(encoding), err.getvalue().decode(encoding)
    assert end.value.code in case.codes, said
    plain = " ".join(said.split())
    for words in case.says:
        assert " ".join(words.split()).lower() in plain.lower(), (words, said)
    assert "musivid failed" not in said and "bug in musivid" not in said
    assert len(told) == 1 and (told[0].hint or told[0].command), said
    if "--json" in case.typed:
        assert json.loads(output)["exit_code"] == end.value.code
    else:
        assert output == ""
    after = snapshot(world.parent)
    after.pop("tmp/torchinductor_root", None)  # torch makes it where it is imported
    for name in case.leaves:
        after.pop(f"mine/{name}", None)
    assert after == before


def test_there_are_cases_of_every_kind() -> None:
    assert len({case.name for case in CASES}) == len(CASES)
    kinds = Counter(case.kind for case in CASES)
    assert len(kinds) >= 300 and sum(min(10, count) for count in kinds.values()) >= 1200
    for count in (Counter(case.command for case in CASES), Counter(c.bullet for c in CASES)):
        assert min(count.values()) >= 15, count
    assert {case.command for case in CASES} == {*COMMANDS, *sites.COMMANDS, "models"}
