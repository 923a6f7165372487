"""Plain YAML: data and lines, and nothing that a stranger could play tricks with."""

from __future__ import annotations

import time

import pytest

from musivid.settings.yamltext import YamlFault, read_plain_yaml


def test_values_are_what_they_look_like() -> None:
    text = """
    a: 1
    b: -2.5e-3
    c: 1e3
    d: true
    e: null
    f:
    g: no
    h: 1:05
    i: 2020-01-01
    j: 0x10
    k: 010
    l: "3"
    m: [x, 1]
    n: {o: 'it''s'}
    p: .inf
    q: "yes: # no"
    """
    assert read_plain_yaml(text).data == {
        "a": 1, "b": -0.0025, "c": 1000.0, "d": True, "e": None, "f": None, "g": "no", "h": "1:05",
        "i": "2020-01-01", "j": "0x10", "k": 10.0, "l": "3", "m": ["x", 1], "n": {"o": "it's"},
        "p": ".inf", "q": "yes: # no",
    }  # fmt: skip


def test_lines_of_keys_and_items() -> None:
    document = read_plain_yaml("a:\n  b: 1\n  c:\n  - x\n  - d: 2\n")
    assert document.lines == {
        ("a",): 1, ("a", "b"): 2, ("a", "c"): 3, ("a", "c", 0): 4, ("a", "c", 1): 5,
        ("a", "c", 1, "d"): 5,
    }  # fmt: skip


def test_an_empty_document_says_nothing() -> None:
    assert read_plain_yaml("").data is None
    assert read_plain_yaml("# only a comment\n").data is None


def test_duplicate_and_odd_keys_are_faults_with_lines() -> None:
    document = read_plain_yaml("a: 1\nb: 2\na: 3\n? [x]\n: 4\n")
    assert document.data == {"a": 1, "b": 2}
    assert [(fault.line, str(fault)) for fault in document.faults] == [
        (3, "'a' is given twice (first: line 1)"),
        (4, "a key must be plain text"),
    ]


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + k)}: &{chr(98 + k)} [{', '.join([f'*{chr(97 + k)}'] * 9)}]\n" for k in range(12)
)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: &x 1\nb: *x", "anchors"),
        (BOMB, "anchors"),
        ("a: !!python/object/apply:os.system [x]", "tags"),
        ("!!python/name:os.system", "tags"),
        ("a: !local 1", "tags"),
        ("a: !!str 1", "tags"),
        ("[" * 5000, "nested deeper"),
        ("a: [", "expected"),
        ("a: b: c", "not allowed here"),
        ("--- 1\n--- 2\n", "another document"),
        ("a: \x00", "special characters"),
        ("x" * 300_000, "longer"),
        ("\ta: 1", "cannot start any token"),
    ],
    ids=range(13),
)
def test_tricks_are_refused_at_once(text: str, problem: str) -> None:
    start = time.process_time()
    with pytest.raises(YamlFault, match=problem):
        read_plain_yaml(text)
    assert time.process_time() - start < 2


def test_fault_knows_its_line() -> None:
    with pytest.raises(YamlFault) as caught:
        read_plain_yaml("a: 1\nb: 2\nc: &x 3\n")
    assert caught.value.line == 3


def test_numbers_of_thousands_of_digits_are_faults() -> None:
    with pytest.raises(YamlFault, match="a number of 5000 digits") as told:
        read_plain_yaml("a: 1\nb: " + "9" * 5000)
    assert told.value.line == 2
