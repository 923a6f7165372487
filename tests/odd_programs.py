"""Odd lyrics of other programs and of services, each with what should be read of it."""

from __future__ import annotations

import json

from odd_lyrics import LA, A, B, Odd

__all__ = ["ODD_PROGRAMS"]

_ASS = (
    "[Script Info]\nTitle: x\n\n[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, "
    "MarginR, MarginV, Effect, Text\n"
)
_HEAD = "Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,"
_TTML = '<?xml version="1.0" encoding="utf-8"?>\n<tt xmlns="http://www.w3.org/ns/ttml"'
_BODY = "><body><div>{}</div></body></tt>"
_P = '<p begin="1s" end="2s">la</p>'
_SONG = "#TITLE:x\n#BPM:300\n#GAP:1000\n"


def _srt(*texts: str) -> str:
    """A subtitle a second, from the first on."""
    times = [f"00:00:{n:02d},000 --> 00:00:{n:02d},900" for n in range(1, len(texts) + 1)]
    return "\n".join(
        f"{n}\n{time}\n{text}\n" for n, (time, text) in enumerate(zip(times, texts, strict=True), 1)
    )


def _spotify(*lines: tuple[str, str], kind: str = "LINE_SYNCED") -> str:
    rows = [
        {"startTimeMs": start, "words": words, "syllables": [], "endTimeMs": "0"}
        for start, words in lines
    ]
    return json.dumps({"lyrics": {"syncType": kind, "lines": rows, "language": "en"}})


def _lrclib(synced: str | None, plain: str | None = "a", *, instrumental: bool = False) -> str:
    said = {"id": 1, "trackName": "x", "instrumental": instrumental, "plainLyrics": plain}
    return json.dumps({**said, "syncedLyrics": synced})


_MUSIXMATCH = json.dumps([{"text": "a", "time": {"total": 1.0, "minutes": 0, "seconds": 1}}])
_RICH = json.dumps([{"ts": 1, "te": 2, "l": [{"c": "l", "o": 0}, {"c": "a", "o": 0.5}], "x": "la"}])
_MARKED = "signs of captions"

ODD_PROGRAMS = (
    Odd("microdvd", "{1}{1}25\n{25}{50}la", LA),
    Odd("microdvd", "{0}{0}25.000\n{25}{50}la", LA),
    Odd("microdvd", "{1}{1}23,976\n{24}{48}la", ((1.001, "la", 2.002),)),
    Odd("microdvd", "{1}{1}25\n{25}{50}{y:i}{c:$ff0000}la", LA),
    Odd("microdvd", "{1}{1}25\n{25}{50}/la|lo", ((1.0, "la lo", 2.0),)),
    Odd("microdvd", "{1}{1}25\n{25}{}a\n{50}{}b", (A, B)),
    Odd("microdvd", "{25}{50}la", fault="counts frames and does not say how many make a second"),
    Odd("microdvd", "{0}{0}la\n{25}{50}lo", fault="does not say how many"),
    Odd("microdvd", "{1}{1}25\n{25}{50}la\nlo", LA, warning="it has no time"),
    Odd("mpl2", "[10][20]la", LA),
    Odd("mpl2", "[10][20]/l|a\n[20][30]b", ((1.0, "l a", 2.0), (2.0, "b", 3.0))),
    Odd("mpl2", "[10][]a\n[20][]b", (A, B)),
    Odd("ass", _ASS + _HEAD + "la", LA),
    Odd("ass", _ASS + _HEAD + "{\\an8\\fad(100,0)}l{\\i1}a{\\i0}", LA),
    Odd("ass", _ASS + _HEAD + "Hi, there\\Nyou", ((1.0, "Hi, there you", 2.0),)),
    Odd("ass", _ASS + _HEAD + "la\n" + _HEAD + "{\\p1}m 0 0 l 9 9{\\p0}", LA),
    Odd("ass", _ASS + _HEAD.replace("Dialogue", "Comment") + "no\n" + _HEAD + "la", LA),
    Odd("ass", _HEAD.replace("0,", "Marked=0,", 1) + "la", LA),
    Odd("ass", _ASS.replace("Layer, Start, End", "End, Layer, Start")
        + "Dialogue: 0:00:02.00,0,0:00:01.00,Default,,0,0,0,,la", LA),
    Odd("ass", _ASS + "Dialogue: 0,soon,0:00:02.00,Default,,0,0,0,,la",
        fault="line 6: 'soon' is not a time"),
    Odd("ass", "[Script Info]\nTitle: x\n", fault="no timed lines"),
    Odd("ttml", _TTML + _BODY.format(_P), LA),
    Odd("ttml", _TTML + _BODY.format('<p begin="00:00:01.000" dur="1000ms">l<span>a</span></p>'),
        LA),
    Odd("ttml", _TTML + ' xmlns:p="http://www.w3.org/ns/ttml#parameter" p:frameRate="25"'
        + _BODY.format('<p begin="00:00:01:00" end="50f">la</p>'), LA),
    Odd("ttml", _TTML + ' xmlns:p="http://www.w3.org/ns/ttml#parameter" p:tickRate="10000000"'
        + _BODY.format('<p begin="10000000t" end="20000000t">la</p>'), LA),
    Odd("ttml", _TTML + '><body><div begin="1s"><p begin="0s" end="1s">la</p></div></body></tt>',
        LA),
    Odd("ttml", _TTML + _BODY.format('<p begin="1s" end="2s">l<br/>\n   a</p>'),
        ((1.0, "l a", 2.0),)),
    Odd("ttml", _TTML + _BODY.format('<p begin="x">a</p>'), fault="line 2: 'x' is not a time"),
    Odd("ttml", _TTML + "><body><div><p", fault="line 2: this is not XML"),
    Odd("ttml", '<!DOCTYPE tt [<!ENTITY a "b">]>' + _TTML.partition("\n")[2] + _BODY.format(_P),
        fault="declares an entity, 'a'"),
    Odd("apple's ttml", _TTML + ' xmlns:itunes="http://music.apple.com/lyric-ttml-internal"'
        '><body><div begin="1.0" end="9.0">' + _P + "</div></body></tt>", LA),
    Odd("youtube's xml", '<transcript><text start="1" dur="1">it&amp;#39;s</text></transcript>',
        ((1.0, "it's", 2.0),)),
    Odd("youtube's xml", '<timedtext format="3"><body><p t="1000" d="1000"><s>l</s><s t="9">a</s>'
        '</p><p t="1500" d="9" a="1">\n</p></body></timedtext>', LA),
    Odd("ultrastar", _SONG + ": 0 10 5 Hel\n: 10 10 5 lo\nE", ((1.0, "Hello", 2.0),)),
    Odd("ultrastar", _SONG + ": 0 10 5 la\n- 15\nF 20 20 0 b\nE",
        ((1.0, "la", 1.5), (2.0, "b", 3.0))),
    Odd("ultrastar", "#BPM:150,0\n: 10 10 5 l\n* 20 0 5 ~a\nE", LA),
    Odd("ultrastar", "#BPM:300\n#RELATIVE:YES\n: 20 20 0 la\n- 40 40\n: 0 20 0 b\nE",
        ((1.0, "la", 2.0), (2.0, "b", 3.0))),
    Odd("ultrastar", _SONG + ": 0 20 5 la\nsoon\nE", fault="line 5: 'soon' is no note"),
    Odd("ultrastar", "#TITLE:x\n: 0 20 5 la\nE", fault="#BPM is missing"),
    Odd("spotify", _spotify(("1000", "a"), ("2000", "b")), (A, B)),
    Odd("spotify", _spotify(("1000", "a"), ("2000", "♪")), (A, (2.0, ""))),
    Odd("spotify", json.dumps(json.loads(_spotify(("1000", "a")))["lyrics"]["lines"]), (A,)),
    Odd("spotify", '{"error":false,"lines":[{"timeTag":"00:01.00","words":"a"}]}', (A,)),
    Odd("spotify", _spotify(("0", "a"), ("0", "b"), kind="UNSYNCED"), fault="plain text: 2 lines"),
    Odd("lrclib", _lrclib("[00:01.00] a\n[00:02.00] b"), (A, B)),
    Odd("lrclib", f"[{_lrclib(None)}, {_lrclib('[00:01.00] a')}]", (A,)),
    Odd("lrclib", _lrclib(None, "we sing\nla la"), fault="plain text: 2 lines without times"),
    Odd("lrclib", _lrclib(None, None, instrumental=True), fault="the song is instrumental"),
    Odd("musixmatch", _MUSIXMATCH, (A,)),
    Odd("musixmatch", json.dumps({"message": {"body": {"subtitle_body": _MUSIXMATCH}}}), (A,)),
    Odd("musixmatch", json.dumps({"message": {"body": {"richsync_body": _RICH}}}), LA),
    Odd("musixmatch", json.dumps({"body": {"subtitle_body": "[00:01.00] a"}}), (A,)),
    Odd("other services", '{"lrc":{"lyric":"[00:01.00]a\\n[00:02.00]b"},"code":200}', (A, B)),
    Odd("other services", json.dumps([
        {"lrc_timestamp": "[00:01.00]", "milliseconds": "1000", "duration": "1000", "line": "la"},
        {"line": ""}]), LA),
    Odd("other services", '{"lyrics":[{"text":"la","start_time":1000,"end_time":2000}]}', LA),
    Odd("signs of captions", _srt(">> JOHN: hello"), ((1.0, "hello", 1.9),), warning=_MARKED),
    Odd("signs of captions", _srt("a", "[Music]"), ((1.0, "a", 1.9), (2.0, "", 2.9)),
        warning=_MARKED),
    Odd("signs of captions", _srt("♪ la la ♪"), ((1.0, "la la", 1.9),), warning=_MARKED),
    Odd("signs of captions", _srt("# la la #"), ((1.0, "la la", 1.9),), warning=_MARKED),
    Odd("signs of captions", _srt("(audience applauding)"), ((1.0, "", 1.9),), warning=_MARKED),
    Odd("signs of captions", _srt("(ooh) thank you for (the music)"),
        ((1.0, "(ooh) thank you for (the music)", 1.9),)),
    Odd("signs of captions", _srt("&gt;&gt; hi &gt;&gt; you"), ((1.0, "hi you", 1.9),),
        warning=_MARKED),
    Odd("signs of captions", "[00:01.00]♪\n[00:02.00]b", ((1.0, ""), B), warning=_MARKED),
    Odd("signs of captions", "[00:01.00]【間奏】\n[00:02.00]（拍手）b",
        ((1.0, ""), (2.0, "（拍手）b")), warning=_MARKED),
    Odd("signs of captions", "[00:01.00]#1 song\n[00:02.00]b", ((1.0, "#1 song"), B)),
    Odd("singers", "[00:01.00]v1: <00:01.00>a <00:01.50>\n[00:02.00]v2: b", ((1.0, "a", 1.5), B)),
    Odd("voices behind", "[00:01.00]v2:<00:01.00>a <00:02.00>\n[bg: <00:01.50>(oh <00:01.80>no)"
        "<00:03.00>]", ((1.0, "a (oh no)", 3.0),)),
    Odd("voices behind", "[00:01.00]a\n[bg:ooh]\n[00:02.00]b", ((1.0, "a (ooh)"), B)),
    Odd("voices behind", "[00:01.00]a [bg:(<00:01.50>oh<00:02.00>)]\n[00:02.00]b",
        ((1.0, "a (oh)", 2.0), B)),
    Odd("voices behind", "[00:01.00]a\n[00:01.20][bg:<00:01.20>oh]\n[00:02.00]b",
        ((1.0, "a (oh)"), B)),
    Odd("voices behind", "[00:01.00]<00:01.00>a<00:02.00>\n[bg:[00:04.00]oh<00:05.00>]",
        ((1.0, "a", 2.0), (4.0, "(oh)", 5.0))),
    Odd("voices behind", "[bg:<00:01.00>oh<00:02.00>]\n[00:02.00]b", ((1.0, "(oh)", 2.0), B)),
    Odd("voices behind", "[bg:oh]\n[00:01.00]a", (A,), warning="it has no time and is left out"),
    Odd("voices behind", "[00:01.00]歌\n[00:01.00]song\n[bg:あ]", ((1.0, "歌 (あ)\nsong"),),
        warning="below it"),
    Odd("singers", "[00:01.00][v1:<00:01.00>a]\n[00:02.00]b", (A, B)),
    Odd("singers", "[00:01.00]F: a\n[00:02.00]D: b", (A, B)),
)  # fmt: skip
"""All of them."""
