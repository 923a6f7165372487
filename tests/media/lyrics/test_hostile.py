"""Every reader looks at a text once: what repeats itself a million times is read or refused.

Were one to grow with the square of its input, these would take hours.
"""

from __future__ import annotations

import contextlib

import pytest
from hostile_lyrics import HOSTILE

from musivid.core.errors import InputError
from musivid.media.lyrics.reading import parse_cues

_SIZE = 200_000  # characters, of which the square is forty thousand million


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_reader_looks_twice(kind: str) -> None:
    data = HOSTILE[kind](_SIZE).encode()
    assert len(data) > _SIZE // 3
    with contextlib.suppress(InputError):
        assert len(parse_cues(data, "lyrics").cues) < 100_000
