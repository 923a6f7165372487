"""Whatever is wrong with JSON that is read is a ValueError; what is written reads back."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from musivid.core.plain_json import json_digest, json_document, parse_json


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


def test_documents_read_back_and_end_their_line() -> None:
    data = {"caption": "río 夜", "path": Path("a/b"), "bpm": [120.5, None]}
    text = json_document(data)
    assert text.endswith("}\n") and '"río 夜"' in text and "\n  120.5" in text
    assert parse_json(text) == data | {"path": "a/b"}


def test_documents_hold_names_that_are_no_utf8() -> None:
    name = os.fsdecode(b"caf\xe9.mp3")
    text = json_document({"song": name})
    assert parse_json(text.encode()) == {"song": name}


def test_digests_do_not_depend_on_order_but_on_all_that_is_said() -> None:
    known = hashlib.sha256(b'{"a": 1, "b": [2, "\\u00e9"]}').hexdigest()
    assert json_digest({"b": [2, "é"], "a": 1}) == json_digest({"a": 1, "b": [2, "é"]}) == known
    assert json_digest({"a": 1, "b": ["é", 2]}) != known
