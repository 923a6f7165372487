"""The Dockerfile: what it copies is there, no index is named, its program has no rights."""

from __future__ import annotations

import re
from fnmatch import fnmatch

import pytest
from source import ROOT
from try_image import instructions, options

TEXT = (ROOT / "Dockerfile").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def steps() -> list[tuple[str, str]]:
    return list(instructions(TEXT))


def _last(steps: list[tuple[str, str]], name: str) -> str:
    return [argument for step, argument in steps if step == name][-1]


def _allowed(source: str) -> bool:
    """Whether .dockerignore lets a file through; its last line that fits decides."""
    allowed = True
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        pattern = line.strip().lstrip("!")
        if pattern and not pattern.startswith("#") and fnmatch(source, pattern):
            allowed = line.startswith("!")
    return allowed


def test_what_is_copied_is_there_and_sent(steps: list[tuple[str, str]]) -> None:
    copied = [argument for name, argument in steps if name == "COPY"]
    own = [a.split()[:-1] for a in copied if not a.startswith("--from")]
    sources = {source for argument in own for source in argument}
    assert {"musivid", "configs", "models", "constraints", "pyproject.toml"} <= sources
    for source in sources:
        assert (ROOT / source).exists(), source
        assert _allowed(source), f".dockerignore keeps {source} back"
    assert not _allowed("tests") and not _allowed(".git") and not _allowed(".venv")


def test_stages_follow_one_another(steps: list[tuple[str, str]]) -> None:
    known = {"${BASE}"}
    for name, argument in steps:
        if name == "FROM":
            source, *alias = argument.split()
            assert source in known | {"${DEVICE}"}, argument
            known |= set(alias[1:])
        for source in re.findall(r"from=(\w+)", argument):
            assert source in known, argument
    assert {"cpu", "cuda"} <= known
    assert ("ARG", "DEVICE=cpu") in steps[: steps.index(("FROM", "${BASE} AS wheel"))]


def test_the_program_runs_without_rights(steps: list[tuple[str, str]]) -> None:
    assert _last(steps, "USER") == "1000:1000"
    after = [name for name, _ in steps][[name for name, _ in steps].index("USER") :]
    assert "RUN" not in after and "COPY" not in after
    assert _last(steps, "ENTRYPOINT") == '["musivid"]'
    assert _last(steps, "WORKDIR") == "/work"


def test_no_index_is_named_and_no_cache_is_kept(steps: list[tuple[str, str]]) -> None:
    assert not re.search(r"https?:|index-url\b", "\n".join(argument for _, argument in steps))
    for name, argument in steps:
        if name == "RUN" and "pip " in argument:
            assert "--no-cache-dir" in argument, argument
        assert name != "ADD" and ":latest" not in argument


def test_the_steps_of_a_stage_are_read() -> None:
    text = "# x\nFROM a AS b\nRUN --mount=type=bind,from=b one \\\n  # why\n  && two\n"
    found = list(instructions(text))
    assert found[0] == ("FROM", "a AS b")
    given, rest = options(found[1][1])
    assert given == {"mount": "type=bind,from=b"}
    assert rest.split() == ["one", "&&", "two"]
