"""Lyrics in tables: CSV with every trap, tabs, times before plain lines."""

from __future__ import annotations

from typing import Any

import pytest
from lyrics_reading import faults, plain, read

from musivid.core.timeline import Cue


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("00:10,hello", (10, "hello")),
        ('00:10,"a, b"', (10, "a, b")),
        ("00:10,I see trees, green ones", (10, "I see trees, green ones")),
        ('00:10,"Hello" she said', (10, '"Hello" she said')),
        ('00:10,she said "hi", then left', (10, 'she said "hi", then left')),
        ('00:10,"say ""hi"""', (10, 'say "hi"')),
        ("1:02:03,hours", (3723, "hours")),
        ("00:10.5,tenths", (10.5, "tenths")),
        ('"00:10,25",hundredths', (10.25, "hundredths")),
        ('"00:10,5",one, two', (10.5, "one, two")),
        ("0:10.125,thousandths", (10.125, "thousandths")),
        ("65,bare seconds", (65, "bare seconds")),
        ("00:10,nan", (10, "nan")),
        ("00:10,", (10, "")),
        ("00:10", (10, "")),
        ("00:10,sky: blue", (10, "sky: blue")),
        ("00:10,  spaces \t within ", (10, "spaces within")),
        ("00:10,#hash", (10, "#hash")),
        ("00:10,日本語の歌", (10, "日本語の歌")),
        ("00:10,שלום, עולם", (10, "שלום, עולם")),
    ],
)
@pytest.mark.parametrize("header", ["", "timestamp,text\n"], ids=["bare", "header"])
def test_csv_rows(row: str, expected: tuple[Any, ...], header: str) -> None:
    lyrics = read(header + row + "\n9:00:00,end\n" if header else f"00:01,first\n{row}\n", "l.csv")
    assert lyrics.format == "csv"
    assert expected in plain(lyrics)
    assert lyrics.warnings == []


def test_csv_is_told_by_its_content() -> None:
    assert read("timestamp,text\n0:01,a\n", "noname").format == "csv"
    assert plain(read("0:01;a, b\n0:02;c\n", "x")) == [(1, "a, b"), (2, "c")]
    assert plain(read("time\tlyrics\n0:01\ta, b\n", "x.csv")) == [(1, "a, b")]


def test_csv_columns_for_end_and_weight() -> None:
    lyrics = read("timestamp,end,weight,text\n0:01,0:02.5,-0.5,a, b\n0:03,,,c\n0:04,5\n")
    assert lyrics.cues == [Cue(1, 2.5, "a, b", -0.5), Cue(3, None, "c"), Cue(4, 5, "")]
    lyrics = read('text,timestamp,mood\n"a, b",0:01,sad\n')
    assert lyrics.cues == [Cue(1, None, "a, b")]
    assert lyrics.warnings == ["lyrics.txt, line 1: the column 'mood' is not used"]


def test_comments_and_blank_lines_are_passed_over() -> None:
    text = "# a comment\n\ntimestamp,text\n0:01,a\n \n# 0:02,b\n0:03,#\n0:04,c\n"
    assert plain(read(text)) == [(1, "a"), (4, "c")]


def test_a_quoted_text_may_have_several_lines() -> None:
    assert plain(read('0:01,"two\nlines"\n0:02,b\n')) == [(1, "two lines"), (2, "b")]


def test_an_unclosed_quotation_mark_swallows_nothing() -> None:
    lyrics = read('0:01,"open\n0:02,b\n0:03,"last\n')
    assert plain(lyrics) == [(1, '"open'), (2, "b"), (3, '"last')]
    assert [w.split(":")[0] for w in lyrics.warnings] == [
        "lyrics.txt, line 1",
        "lyrics.txt, line 3",
    ]


def test_out_of_order_is_sorted_with_a_warning() -> None:
    lyrics = read("0:03,c\n0:01,a\n0:02,b\n")
    assert plain(lyrics) == [(1, "a"), (2, "b"), (3, "c")]
    assert lyrics.warnings == [
        "lyrics.txt, line 2: earlier than the line before it; sorted by time"
    ]


def test_the_same_time_joins_the_texts() -> None:
    lyrics = read("0:01,a\n0:02,b\n0:02,c\n0:02,\n0:03,d\n")
    assert plain(lyrics) == [(1, "a"), (2, "b\nc"), (3, "d")]
    assert "line 3: the same time as line 2" in lyrics.warnings[0]


def test_prompts_of_different_weights_stay_apart() -> None:
    lyrics = read("timestamp,weight,text\n0:01,1,a\n0:01,-1,b\n0:01,1,c\n")
    assert lyrics.cues == [Cue(1, None, "a\nc"), Cue(1, None, "b", -1.0)]


def test_all_csv_faults_come_at_once() -> None:
    text = "timestamp,text,weight\n0:xx,a,1\n0:01,b,heavy\n0:02,c,d,1\n-1,e,1\n0:03,f,inf\n"
    problem = faults(text, "l.csv")
    assert problem.startswith("l.csv cannot be used:")
    for line, part in ((2, "'0:xx'"), (3, "'heavy'"), (4, "4 fields"), (5, "'-1'"), (6, "inf")):
        assert any(f"line {line}:" in row and part in row for row in problem.splitlines()), line


def test_headings_that_cannot_be_used() -> None:
    assert "no column is called text" in faults("timestamp,foo\n0:01,a\n")
    assert "two columns mean start" in faults("timestamp,start,text\n0:01,1,a\n")


def test_seconds_beyond_sixty_are_doubted() -> None:
    lyrics = read("0:75,a\n1:30,b\n")
    assert plain(lyrics) == [(75, "a"), (90, "b")]
    assert "60 or more" in lyrics.warnings[0]


def test_times_that_make_no_sense() -> None:
    assert "not between 0 and 10 hours" in faults("99:00:00,a\n0:01,b\n")
    lyrics = read("timestamp,end,text\n0:02,0:01,a\n")
    assert plain(lyrics) == [(2, "a")]
    assert "it ends at 1 s, before it begins: its end is left out" in lyrics.warnings[0]


def test_plain_text_lines() -> None:
    lyrics = read("00:58 I'm curling\n1:03.5 all, dressed\n1:03:20 up\n\n# no\n2:00\n")
    assert lyrics.format == "txt"
    assert plain(lyrics)[:2] == [(58, "I'm curling"), (63.5, "all, dressed")]
    assert (120, "") in plain(lyrics) and (3800, "up") in plain(lyrics)
    assert "line 2: it does not begin with a time" in faults("0:01 a\nwords\n0:02 b\n")


def test_tables_with_tabs() -> None:
    assert read("0:01\ta\n0:02\tb\n").format == "tsv"
    lyrics = read("1.5\t2.5\tHello, you\n\\\t100.0\t200.0\n3.0\t3.0\tmark\n4\t5\t\n")
    assert lyrics.format == "audacity"
    assert plain(lyrics) == [(1.5, "Hello, you", 2.5), (3, "mark"), (4, "", 5)]


def test_whisper_tables_count_milliseconds() -> None:
    lyrics = read("start\tend\ttext\n0\t3400\tHello\n3400\t5000\tyou\n", "l.tsv")
    assert plain(lyrics) == [(0, "Hello", 3.4), (3.4, "you", 5)]
    assert "milliseconds" in lyrics.warnings[0]
    seconds = read("start\tend\ttext\n0\t3\tHello\n3\t5\tyou\n", "l.tsv")
    assert plain(seconds) == [(0, "Hello", 3), (3, "you", 5)]
