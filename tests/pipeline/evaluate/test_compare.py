from __future__ import annotations

from pathlib import Path

import pytest

from musivid.core.errors import UsageError
from musivid.pipeline.evaluate.compare import pair_systems


def group(folder: str, *names: str) -> tuple[Path, list[Path]]:
    return Path(folder), [Path(folder) / name for name in names]


def test_files_of_one_name_are_pairs() -> None:
    found = pair_systems([group("/x/old", "a.mp4", "b.mp4"), group("/x/new", "b.mkv", "c.mp4")])
    assert list(found) == ["old", "new"]
    assert set(found["old"]) & set(found["new"]) == {"b"}
    assert found["new"]["b"] == Path("/x/new/b.mkv")


def test_single_files_are_a_pair_whatever_their_names() -> None:
    found = pair_systems([(Path("/x/a.mp4"), [Path("/x/a.mp4")]), group("/x/b", "q.mp4")])
    assert [list(files) for files in found.values()] == [["the only file"]] * 2
    assert list(found) == ["a.mp4", "b"]


def test_folders_of_one_name_are_told_apart() -> None:
    found = pair_systems([group("/one/out", "a.mp4"), group("/two/out", "a.mp4")])
    assert list(found) == ["one/out", "two/out"]


@pytest.mark.parametrize(
    ("groups", "words"),
    [
        ([group("/x/a", "a.mp4")], "nothing to compare"),
        ([group("/x/a", "a.mp4"), group("/x/a", "a.mp4")], "with itself"),
        ([group("/x/a", "a.mp4", "a.mkv"), group("/x/b", "a.mp4")], "two files called 'a'"),
        ([group("/x/a", "a.mp4", "b.mp4"), group("/x/b", "c.mp4")], "such as 'a'"),
    ],
)
def test_what_cannot_be_paired_is_said(groups: list, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        pair_systems(groups)
