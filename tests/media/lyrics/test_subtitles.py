"""SRT and WebVTT; faults are named by line."""

from __future__ import annotations

from lyrics_reading import faults, plain, read

SRT = """\
1
00:00:01,000 --> 00:00:02,500
<i>Hello</i> {\\an8}there
second line

2
00:00:03,000 --> 00:00:04,000 X1:10 X2:20
99

3
00:00:05.000 --> 00:00:06.000

4
00:00:07,500 --> 00:00:08,000
at 00:00:01,000 and 00:00:02,000: 1 < 2 > 0
100
"""


def test_srt() -> None:
    lyrics = read(SRT)
    assert lyrics.format == "srt"
    assert plain(lyrics) == [
        (1, "Hello there second line", 2.5),
        (3, "99", 4),
        (5, "", 6),
        (7.5, "at 00:00:01,000 and 00:00:02,000: 1 < 2 > 0 100", 8),
    ]


def test_srt_faults_name_their_lines() -> None:
    broken = SRT.replace("00:00:03,000", "00:00:0x,000").replace("00:00:08,000", "99:00:08,000")
    problem = faults(broken, "l.srt")
    assert "line 7: '00:00:0x,000 --> " in problem
    assert "line 14: the time 356408 s" in problem


def test_vtt() -> None:
    text = """\
WEBVTT - a title
Kind: captions

NOTE this --> is no cue

STYLE
::cue { color: red }

intro
00:01.000 --> 00:02.000 align:start position:10%
<v Bob>Hi &amp; <c.red>you</c> <00:01.500>there

01:00:00.000 --> 01:00:01.000
x

left alone
"""
    lyrics = read(text)
    assert lyrics.format == "vtt"
    assert plain(lyrics) == [(1, "Hi & you there", 2), (3600, "x", 3601)]
