"""Whatever is wrong with JSON is a ValueError."""

from __future__ import annotations

import pytest

from musivid.core.plain_json import parse_json


def test_json_is_read() -> None:
    assert parse_json('{"a": [1, 2.5, null]}') == parse_json(b'{"a": [1, 2.5, null]}')


@pytest.mark.parametrize(
    "text",
    ["", "{", "[" * 100_000, '{"a":' * 100_000, "9" * 5_000, b"\xff\xfe\xfa", b'"\xff"'],
    ids=["empty", "open", "lists", "tables", "digits", "no text", "no UTF-8"],
)
def test_what_is_none(text: str | bytes) -> None:
    with pytest.raises(ValueError):
        parse_json(text)
