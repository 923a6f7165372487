"""Lyrics that punish a reader which looks at anything twice, for the test and the bench."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["HOSTILE"]

_SRT, _LRC = "00:00:01,000 --> 00:00:02,000\n", "[00:01.00]"
_ASS = "[Script Info]\n[Events]\nFormat: Layer, Start, End, Style, Text\n"
_SAID = "Dialogue: 0,0:00:01.00,0:00:02.00,D,"
_TTML = '<tt xmlns="http://www.w3.org/ns/ttml"><body><div>'


def _times(unit: str, head: str = "", tail: str = "") -> Callable[[int], str]:
    """A text of about so many characters that repeats one thing."""
    return lambda size: head + unit * (size // len(unit)) + tail


def _numbered(row: str) -> Callable[[int], str]:
    """Rows with times that go on."""
    return lambda size: "".join(
        row.format(stamp=f"{n // 60 % 500:02d}:{n % 60:02d}.00", n=n)
        for n in range(min(size // len(row), 90_000))
    )


HOSTILE: dict[str, Callable[[int], str]] = {
    "opened tags": _times("<", _SRT),
    "tags within tags": _times("<a", _SRT),
    "tags of digits": _times("<1", _SRT),
    "unclosed tags": _times("<a href=", _SRT),
    "overrides": _times("{\\", _SRT),
    "overrides within": _times("{\\an8", _SRT),
    "references": _times("&#", _SRT),
    "digits of a reference": _times("1", _SRT + "&#"),
    "cues without blank lines": _times("00:00:01,000 --> 00:00:02,000\na\n"),
    "notes without blank lines": _times("NOTE a --> b\n", "WEBVTT\n\nNOTE x\n"),
    "word times in vtt": _times("<00:00:01.000>a", "WEBVTT\n\n00:01.000 --> 00:02.000\n"),
    "blanks in a timing": _times(" ", "00:00:01,000 -->"),
    "times of one line": _times("[00:01.00]", tail="a"),
    "times and a long text": lambda size: _LRC * (size // 20) + "a" * (size // 2),
    "unclosed times": _times("[00:01"),
    "opened words": _times("<00:01", _LRC),
    "times of words": _times("<00:01.00>a ", _LRC),
    "names of tags": _times("[a:"),
    "blanks behind a tag": _times(" ", "[ti:a", "b"),
    "an offset without end": _times("9", "[offset:", "]\n[00:01.00]a"),
    "lines of one time": _times("[00:01.00]a\n"),
    "lines of one time and weights": lambda size: "time,weight,text\n" + "".join(
        f"0:01,{n},a\n" for n in range(min(size // 12, 90_000))
    ),
    "unclosed quotations": _times('0:01,"a\n'),
    "quotations without times": _times('"a,b\n', "timestamp,text\n"),
    "delimiters": _times(",", "0:01"),
    "lines in order": _numbered("[{stamp}]line {n}\n"),
    "lines out of any order": _times("[00:09.00]a\n[00:08.00]b\n"),
    "rolling captions": _times(
        "00:00:01.000 --> 00:00:02.000\na\nb\n\n00:00:02.000 --> 00:00:02.010\nb\n\n", "WEBVTT\n\n"
    ),
    "arrays": _times("[", "", "]"),
    "objects": _times('{"a":', '{"cues":['),
    "lists that are none": _times('"cues" ', '{"x": "', '"}'),
    "an integer without end": _times("1", '[{"start_s": ', ', "text": "a"}]'),
    "a time without end": _times("1", "0:", ",a"),
    "blank lines": _times("\n" + " " * 200),
    "syllables": _times("{\\k1}a", _ASS + _SAID),
    "open syllables": _times("{\\k", _ASS + _SAID),
    "said at one time": _times(_SAID + "aa\n", _ASS),
    "paragraphs": _times('<p begin="1s" end="2s">a</p>', _TTML, "</div></body></tt>"),
    "elements in elements": _times("<span>", _TTML),
    "frames": _times("{25}{50}a\n", "{1}{1}25\n"),
    "rows in a frame": _times("|", "{1}{1}25\n{25}{50}"),
    "tenths": _times("[10][20]a\n"),
    "notes that are sung": _times(": 1 1 1 a\n", "#TITLE:x\n#BPM:100\n#GAP:0\n", "E\n"),
    "lines in a string": _times("[00:01.00]a\\n", '{"syncedLyrics": "', '"}'),
    "signs of captions": _times(">> ", _SRT),
    "open brackets": _times("[Music", _LRC),
    "lines of plain words": _times("la la la la la la la la la la la la la la la la la la\n"),
}  # fmt: skip
"""By what they repeat: each makes a text of about so many characters."""
