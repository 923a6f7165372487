"""Lines are broken by the rules of their script, and made smaller where they would not fit."""

from __future__ import annotations

import unicodedata

import pytest
from written import LINES

from musivid.media.lyrics.breaking import clusters, fit_rows, pieces_of

CLOSING = set("、。，．！？：；」』）》ー々っゃゅょッャュョ")


def ems(text: str) -> float:
    return sum(
        0.0 if unicodedata.combining(letter) else 1.0 if ord(letter) > 0x2E7F else 0.55
        for letter in text
    )


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("golden sunset", ["golden", "sunset"]),
        ("月光，海", ["月", "光，", "海"]),
        ("他说：「走吧」", ["他", "说：", "「走", "吧」"]),
        ("きっと", ["きっ", "と"]),
        ("コーヒー", ["コー", "ヒー"]),
        ("사랑해 너를", ["사랑해", "너를"]),
        ("love爱you", ["love", "爱", "you"]),
        ("ฉันไปเที่ยว", ["ฉัน", "ไป", "เที่ยว"]),
        ("sun-kissed sea", ["sun-", "kissed", "sea"]),
        ("-5 and 10-20", ["-5", "and", "10-20"]),
        ("one\u00a0two three", ["one\u00a0two", "three"]),
        ("a\u200bb", ["a", "b"]),
        ("รักเธอเพียง\u200bคนเดียว", ["รักเธอเพียง", "คนเดียว"]),
        ("(เธอ)", ["(เธอ)"]),
        ("soft\u00adly", ["softly"]),
        ("क्षितिज है", ["क्षितिज", "है"]),
        ("👨‍👩‍👧🇩🇪👍🏽", ["👨‍👩‍👧", "🇩🇪", "👍🏽"]),
        ("one\ntwo", ["one", "two"]),
        ("", []),
    ],
)
def test_lines_part_where_their_script_lets_them(text: str, parts: list[str]) -> None:
    assert [piece.text for piece in pieces_of(text)] == parts


def test_pieces_know_what_stands_behind_them() -> None:
    shown = [(piece.text, piece.space, piece.ends_row) for piece in pieces_of("爱 is爱\nok go")]
    assert shown == [
        ("爱", True, False),
        ("is", False, False),
        ("爱", False, True),
        ("ok", True, False),
        ("go", False, False),
    ]


@pytest.mark.parametrize("kind", LINES)
@pytest.mark.parametrize(("wide", "rows"), [(20.0, 12.0), (9.0, 20.0), (12.0, 11.0)])
def test_every_line_fits(kind: str, wide: float, rows: float) -> None:
    fitted = fit_rows(LINES[kind], ems, wide, rows)
    assert fitted.rows and len(fitted.rows) * fitted.scale <= max(rows, 1)
    assert max(ems(row) for row in fitted.rows) * fitted.scale <= wide + 1e-6
    assert not any(row[0] in CLOSING for row in fitted.rows)
    for row in fitted.rows:  # no letter is parted from its marks
        assert unicodedata.category(row[0])[0] != "M"
    said = "".join("".join(fitted.rows).split())
    whole = "".join(LINES[kind].replace("\u00a0", " ").split())
    assert said == whole or said.endswith("…")


def test_words_of_korean_stay_whole_and_rows_are_alike() -> None:
    fitted = fit_rows(LINES["korean"], ems, 16.0, 12.0)
    assert set(" ".join(fitted.rows).split()) == set(LINES["korean"].split())
    widths = [ems(row) for row in fitted.rows]
    assert len(widths) > 1 and min(widths) > 0.5 * max(widths)


def test_letters_are_made_smaller_before_words_are_parted() -> None:
    fitted = fit_rows("Kraftfahrzeughaftpflicht ja", ems, 10.0, 12.0)
    assert fitted.rows == ["Kraftfahrzeughaftpflicht", "ja"] and 0.55 <= fitted.scale < 1


def test_what_no_picture_can_hold_is_cut_and_says_so() -> None:
    fitted = fit_rows("la la la " * 300, ems, 5.0, 3.0)
    assert fitted.rows[-1] == "…"


def test_typed_rows_are_kept() -> None:
    assert fit_rows(LINES["two languages"], ems, 30.0, 12.0).rows == LINES["two languages"].split(
        "\n"
    )


def test_letters_keep_their_marks() -> None:
    assert clusters("né้") == ["n", "é้"]
    assert clusters("กำ เก") == ["กำ", " ", "เก"]
