"""Odd lyrics, each with what should be read of it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from lyrics_reading import faults, plain, read
from odd_lyrics import ODD
from odd_programs import ODD_PROGRAMS

_ALL = (*ODD, *ODD_PROGRAMS)


def test_there_are_many_kinds_of_few() -> None:
    kinds = Counter(odd.kind for odd in _ALL)
    assert sum(min(count, 10) for count in kinds.values()) >= 150 and len(kinds) >= 25
    assert max(kinds.values()) <= 10


@pytest.mark.parametrize("odd", _ALL, ids=[f"{odd.kind} {n}" for n, odd in enumerate(_ALL)])
def test_odd_lyrics_are_read_or_refused_with_their_line(odd: Any) -> None:
    if odd.fault:
        assert odd.fault in faults(odd.text)
        return
    lyrics = read(odd.text)
    assert tuple(plain(lyrics)) == odd.said
    if odd.warning:
        assert any(odd.warning in warning for warning in lyrics.warnings)
    else:
        assert lyrics.warnings == []
