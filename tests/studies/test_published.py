from __future__ import annotations

from pathlib import Path

import pytest

from musivid.core.errors import InputError
from musivid.studies.published import ALL_CLIPS, read_published

VIEWER = """Role: 非专业
Score1_1: 4.5
Score1_2: 3.0
Score1_3: 5
Score2_1: 0.5
Score2_2: 2
Score2_3: 1.5
"""


def test_files_of_viewers_and_creators_are_read(tmp_path: Path) -> None:
    (tmp_path / "20240401-101500.txt").write_text(VIEWER, encoding="utf-8")
    creator = "Role：professional\nmodeltmp: B\n" + "".join(
        f"Score{k}: {k / 2}\n" for k in range(1, 7)
    )
    (tmp_path / "creater_20240402-090000.txt").write_text(creator, encoding="utf-8-sig")
    found = read_published(sorted(tmp_path.iterdir(), reverse=True))
    assert [(p.code, p.role) for p in found.participants] == [
        ("20240401-101500", "none"),
        ("creater_20240402-090000", "professional"),
    ]
    viewer, own = found.ratings[:6], found.ratings[6:]
    assert [(r.system, r.question, r.value) for r in viewer] == [
        ("A", "rhythm", 4.5), ("A", "emotion", 3.0), ("A", "overall", 5.0),
        ("B", "rhythm", 0.5), ("B", "emotion", 2.0), ("B", "overall", 1.5),
    ]  # fmt: skip
    assert {r.system for r in own} == {"B"} and {r.clip for r in own} == {ALL_CLIPS}
    assert [r.question for r in own] == ["richness", "correctness", "structure", "rhythm",
                                         "emotion", "control"]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Role: x\nScore1_1: 99\n", "line 2: '99' is no score"),
        ("Score1_1: <b>\n", "line 1: '<b>' is no score"),
        ("Score1_1: nan\n", "line 1: 'nan' is no score"),
        ("Role: amateur\n", "has no line like"),
        ("", "has no line like"),
        ("x" * 200_000, "longer than"),
    ],
)
def test_bad_files_are_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "bad.txt"
    path.write_text(text)
    with pytest.raises(InputError, match=rf"bad\.txt.*{message}"):
        read_published([path])
