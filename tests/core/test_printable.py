"""Text from elsewhere: nothing in it commands a terminal, and what is harmless stays as it is."""

from __future__ import annotations

import json
import unicodedata

import pytest

from musivid.core.printable import printable, printable_json

HARMFUL = {
    "colour": ("\x1b[31mred", r"\x1b[31mred"),
    "title of the window": ("\x1b]0;owned\x07", r"\x1b]0;owned\x07"),
    "one-byte escape": ("\x9b2J", r"\x9b2J"),
    "string command": ("\x90q\x9c", r"\x90q\x9c"),
    "back over what was said": ("ok\b\b\bno", r"ok\x08\x08\x08no"),
    "over the line": ("error\rfine", r"error\rfine"),
    "new page": ("a\fb\vc", r"a\x0cb\x0bc"),
    "nothing": ("a\0b\x7f", r"a\x00b\x7f"),
    "backwards": ("gpj\u202egnp", r"gpj\u202egnp"),
    "isolates": ("\u2066a\u2069", r"\u2066a\u2069"),
    "lines of another kind": ("a\u2028b\x85c", r"a\u2028b\x85c"),
    "a name that is no UTF-8": (b"\xff.mp3".decode("utf-8", "surrogateescape"), r"\udcff.mp3"),
}


@pytest.mark.parametrize("kind", HARMFUL)
def test_what_commands_a_terminal_is_written_out(kind: str) -> None:
    text, shown = HARMFUL[kind]
    assert printable(text) == shown
    read = printable_json({"name": text})
    assert json.loads(read) == {"name": text} and printable(read) == read


@pytest.mark.parametrize(
    "text", ["two\nlines\tand a tab", "Ünïcödé 你好 عربى עברית", "👩‍🎤 ‍", "a\u200fb", "", "\\x1b"]
)
def test_what_is_harmless_stays(text: str) -> None:
    assert printable(text) == text
    assert json.loads(printable_json([text])) == [text]


def test_no_control_character_is_left() -> None:
    every = printable("".join(map(chr, range(0x3000))))
    left = {letter for letter in every if unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp")}
    assert left == {"\n", "\t"}
