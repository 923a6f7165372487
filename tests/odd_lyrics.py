"""Odd lyrics as people and tools write them, each with what should be read of it.

No kind has more than ten. `Odd.said` is what is read, as `(start, text)` or `(start, text, end)`;
`Odd.fault` a part of what is said where nothing can be.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ODD", "Odd"]

Said = tuple[float, str] | tuple[float, str, float]


@dataclass(frozen=True, slots=True)
class Odd:
    """Lyrics, and what is right.

    Attributes:
        kind: what is odd.
        text: the file.
        said: what is read of it.
        fault: a part of the error, where it is refused.
        warning: a part of a warning, where one is due; else there is none.
    """

    kind: str
    text: str | bytes
    said: tuple[Said, ...] = ()
    fault: str = ""
    warning: str = ""


def _srt(time: str, text: str = "la") -> str:
    return f"1\n{time}\n{text}\n"


def _vtt(body: str) -> str:
    return f"WEBVTT\n\n{body}"


A, B = (1.0, "a"), (2.0, "b")
LA = ((1.0, "la", 2.0),)
_SRT, _VTT = "00:00:01,000 --> 00:00:02,000\n", "00:01.000 --> 00:02.000\n"
_SRT2, _VTT2 = "00:00:02,000 --> 00:00:03,000\n", "00:02.000 --> 00:03.000\n"

_JSON3 = (
    '{"events": [{"tStartMs": 0, "dDurationMs": 5000}, {"tStartMs": 1000, "dDurationMs": 2000, '
    '"segs": [{"utf8": "good"}, {"utf8": " day", "tOffsetMs": 400}]}, {"tStartMs": 2990, "segs": '
    '[{"utf8": "\\n"}]}, {"tStartMs": 3000, "dDurationMs": 1000, "segs": [{"utf8": "bye"}]}]}'
)
_LRC = [
    Odd("times of lrc", "[00:01]a", (A,)),
    Odd("times of lrc", "[0:1.0]a", (A,)),
    Odd("times of lrc", "[00:01.000]a", (A,)),
    Odd("times of lrc", "[00:01,00]a", (A,)),
    Odd("times of lrc", "[00:01.0000]a", (A,)),
    Odd("times of lrc", "[0000:01.00]a", (A,)),
    Odd("times of lrc", "[ 00:01.00 ] a", (A,)),
    Odd("times of lrc", "[00:01:00]a", (A,), warning="minutes, seconds and hundredths"),
    Odd("times of lrc", "[00:01:000]a", (A,), warning="minutes, seconds and thousandths"),
    Odd("times of lrc", "[00:61.00]a", ((61.0, "a"),), warning="60 or more"),
    Odd("broken times of lrc", "[00:0x.00]a\n[00:02.00]b",
        fault="line 1: [00:0x.00] is not a time"),
    Odd("broken times of lrc", "[00:01.00]a\n[00:02.00b", fault="line 2:"),
    Odd("broken times of lrc", "[00:01.00]a\n[1e3]b", fault="line 2: [1e3] is not a time"),
    Odd("broken times of lrc", "[00:01.00]a\n[00:99999999]b", fault="line 2:"),
    Odd("broken times of lrc", "[9999:00.00]a", fault="10 hours"),
    Odd("offsets", "[offset:500]\n[00:01.50]a", (A,)),
    Odd("offsets", "[offset:+500]\n[00:01.50]a", (A,)),
    Odd("offsets", "[offset: -500]\n[00:00.50]a", (A,)),
    Odd("offsets", "[offset:+250 ms]\n[00:01.25]a", (A,)),
    Odd("offsets", "[offset:0.5s]\n[00:01.50]a", (A,)),
    Odd("offsets", "[offset:]\n[00:01.00]a", (A,)),
    Odd("offsets", "[OFFSET:500]\n[00:01.50]a", (A,)),
    Odd("offsets", "[00:01.50]a\n[offset:500]", (A,)),
    Odd("offsets", "[offset:2000]\n[00:01.00]a", ((0.0, "a"),)),
    Odd("offsets", "[offset:500.0]\n[00:01.50]a", (A,)),
    Odd("broken offsets", "[offset:soon]\n[00:01.00]a", fault="line 1: the offset 'soon'"),
    Odd("broken offsets", "[offset:1e400]\n[00:01.00]a", fault="line 1: the offset '1e400'"),
    Odd("broken offsets", f"[offset:{'9' * 5000}]\n[00:01.00]a", fault="line 1: the offset '999"),
    Odd("broken offsets", "[offset:999999999]\n[00:01.00]a", fault="longer than any song"),
    Odd("broken offsets", "[offset:-]\n[00:01.00]a", fault="line 1: the offset '-'"),
    Odd("words of lrc", "[00:01.00]<00:01.00>a <00:01.50>b", ((1.0, "a b"),)),
    Odd("words of lrc", "[00:01.00]a [00:01.50]b", ((1.0, "a b"),)),
    Odd("words of lrc", "[00:01.00]a[00:01.50]b[00:02.00]", ((1.0, "a b", 2.0),)),
    Odd("words of lrc", "[00:01.00]Gol[00:01.50]den [00:02.00]sun", ((1.0, "Golden sun"),)),
    Odd("words of lrc", "[00:01.00]月[00:01.50]光[00:02.00]海", ((1.0, "月光海"),)),
    Odd("words of lrc", "[00:01.00]<00:01.00>a <00:02.00>", ((1.0, "a", 2.0),)),
    Odd("words of lrc", "[00:01.00] [00:01.00] a [00:01.50] b", ((1.0, "a b"),)),
    Odd("repeats", "[00:01.00][00:02.00]a", (A, (2.0, "a"))),
    Odd("repeats", "[00:02.00][00:01.00]a", (A, (2.0, "a"))),
    Odd("repeats", "[00:01.00] [00:02.00] a", (A, (2.0, "a"))),
    Odd("repeats", "[00:01.00][00:01.00]a", (A,)),
    Odd("tags", "[ar:x]\n[ti:y]\n[length:3:20]\n[00:01.00]a", (A,)),
    Odd("tags", "[ti:a [live] mix]\n[00:01.00]a", (A,)),
    Odd("tags", "[#:comment]\n[00:01.00]a", (A,)),
    Odd("tags", "[id: cy_x]\n[ve:1.0\n[00:01.00]a", (A,)),
    Odd("tags", "[00:01.00]a\nnot timed", (A,), warning="it has no time and is left out"),
    Odd("tags", "[00:01.00]a\n[Chorus]", (A,), warning="line 2: it has no time"),
    Odd("two languages", "[00:01.00]原文\n[00:01.00]line", ((1.0, "原文\nline"),),
        warning="below it"),
    Odd("two languages", "[00:01.00]un\n[00:01.00]one\n[00:02.00]b", ((1.0, "un\none"), B),
        warning="below it"),
    Odd("two languages", "[00:01.00]a\n[00:02.00]b\n[00:01.00]x\n[00:02.00]y",
        ((1.0, "a\nx"), (2.0, "b\ny")), warning="below it"),
    Odd("two languages", "[00:01.00]a\n[00:01.00]a", (A,)),
    Odd("two languages", "[00:01.00]a\n[00:01.00]", (A,)),
    Odd("two languages", _srt(_SRT.strip(), "早上好\ngood morning"),
        ((1.0, "早上好\ngood morning", 2.0),)),
    Odd("two languages", _srt(_SRT.strip(), "good\nmorning"), ((1.0, "good morning", 2.0),)),
    Odd("many at once", "[00:01.00]a\n" * 9, (A,)),
    Odd("many at once", "".join(f"[00:01.00]{n}\n" for n in range(9)),
        fault="9 lines begin at 1 s"),
    Odd("many at once", "".join(_srt("00:00:00,000 --> 00:00:06,000", w) + "\n" for w in "abcdef"),
        tuple((float(n), w, n + 1.0) for n, w in enumerate("abcdef")), warning="shown in turn"),
]  # fmt: skip
_SUBTITLES = [
    Odd("times of srt", _srt("00:00:01 --> 00:00:02"), LA),
    Odd("times of srt", _srt("00:00:1,0 --> 00:00:2,0"), LA),
    Odd("times of srt", _srt("0:00:01.000 --> 0:00:02.000"), LA),
    Odd("times of srt", _srt("00:01,000 --> 00:02,000"), LA),
    Odd("times of srt", _srt("00:00:01,000000 --> 00:00:02,000000"), LA),
    Odd("times of srt", _srt("00:00:01,000-->00:00:02,000"), LA),
    Odd("times of srt", _srt("00：00：01，000 --> 00：00：02，000"), LA),
    Odd("times of srt", _srt("00:00:01:000 --> 00:00:02:000"), LA),
    Odd("times of srt", _srt("00:00:01,000 --> 00:00:02,000  X1:10 Y1:20"), LA),
    Odd("times of srt", _srt("00:00:01,000 --> 00:00:01,000"), ((1.0, "la"),)),
    Odd("shares of a millisecond", _srt("00:00:01,000.0999 --> 00:00:01,999.7999999999995"),
        ((1.0, "la", 1.999),)),
    Odd("ends", _srt("00:00:02,000 --> 00:00:01,000"), ((2.0, "la"),), warning="before it begins"),
    Odd("ends", '[{"start": 9.92, "end": 9.72, "text": "a"}]', ((9.92, "a"),),
        warning="its end is left out"),
    Odd("ends", _srt("00:00:0x,000 --> 00:00:02,000"), fault="line 2: '00:00:0x,000"),
    Odd("ends", _srt("00:00:01,000 --> "), fault="is not a timing line"),
    Odd("ends", _srt("00:00:01,000 --> 99:00:00,000"), fault="10 hours"),
    Odd("numbers", _SRT + "a\n" + _SRT2 + "b\n", ((1.0, "a", 2.0), (2.0, "b", 3.0))),
    Odd("numbers", "1\n" + _SRT + "a\n2\n" + _SRT2 + "b", ((1.0, "a", 2.0), (2.0, "b", 3.0))),
    Odd("numbers", "7\n" + _SRT + "a\n\n7\n" + _SRT2 + "b", ((1.0, "a", 2.0), (2.0, "b", 3.0))),
    Odd("numbers", "1\n" + _SRT + "99\n", ((1.0, "99", 2.0),)),
    Odd("numbers", "1\n" + _SRT + "a\n\n\n\n2\n" + _SRT2 + "b", ((1.0, "a", 2.0), (2.0, "b", 3.0))),
    Odd("numbers", "2\n" + _SRT2 + "b\n\n1\n" + _SRT + "a", ((1.0, "a", 2.0), (2.0, "b", 3.0))),
    Odd("blank lines", _srt(_SRT.strip(), "a\n\nb"), ((1.0, "a b", 2.0),)),
    Odd("blank lines", _srt(_SRT.strip(), "\na"), ((1.0, "a", 2.0),)),
    Odd("blank lines", "\n\n\n" + _srt(_SRT.strip()), LA),
    Odd("blank lines", _vtt(_VTT + " \nhello\n \nthere\n\nname\n" + _VTT2 + "b"),
        ((1.0, "hello there", 2.0), (2.0, "b", 3.0))),
    Odd("blank lines", _vtt(_VTT + "hello\n\nleft alone\n"), ((1.0, "hello", 2.0),)),
    Odd("blank lines", _srt(_SRT.strip(), ""), ((1.0, "", 2.0),)),
    Odd("markup", _srt(_SRT.strip(), "<i>l</i><b>a</b>"), LA),
    Odd("markup", _srt(_SRT.strip(), '<font color="#fff">la</font>'), LA),
    Odd("markup", _srt(_SRT.strip(), "{\\an8}la"), LA),
    Odd("markup", _srt(_SRT.strip(), "la\\Nla"), ((1.0, "la la", 2.0),)),
    Odd("markup", _srt(_SRT.strip(), "1 < 2 > 0"), ((1.0, "1 < 2 > 0", 2.0),)),
    Odd("markup", _srt(_SRT.strip(), "rock &amp; roll &lt;3"), ((1.0, "rock & roll <3", 2.0),)),
    Odd("markup", _srt(_SRT.strip(), "&#" + "1" * 5000 + ";")[:60], ((1.0, "&#" + "1" * 26, 2.0),)),
    Odd("markup", _srt(_SRT.strip(), "<<<<la"), ((1.0, "<<<<la", 2.0),)),
    Odd("markup", _vtt(_VTT + "<v Bob>l<c.red>a</c>"), LA),
    Odd("markup", _vtt(_VTT + "<00:01.000>l<00:01.500><c>a</c>"), LA),
    Odd("blocks of vtt", "WEBVTT\nKind: captions\nLanguage: en\n\n" + _VTT + "la", LA),
    Odd("blocks of vtt", _vtt("NOTE a --> b\nmore\n\n" + _VTT + "la"), LA),
    Odd("blocks of vtt", _vtt("STYLE\n::cue { color: red }\n\n" + _VTT + "la"), LA),
    Odd("blocks of vtt", _vtt("intro\n" + _VTT + "la"), LA),
    Odd("blocks of vtt", "\ufeffWEBVTT - x\n\n" + _VTT + "la", LA),
    Odd("blocks of vtt", _vtt("00:01.000 --> 00:02.000 align:start position:0%\nla"), LA),
    Odd("blocks of vtt", _vtt(_VTT + "NOTE la"), ((1.0, "NOTE la", 2.0),)),
    Odd("rolling", _vtt(_VTT + "a\n\n" + _VTT2 + "a\nb"), ((1.0, "a", 2.0), (2.0, "b", 3.0))),
    Odd("rolling", _srt(_SRT.strip(), "a") + "\n2\n" + _SRT2 + "a\nb",
        ((1.0, "a", 2.0), (2.0, "b", 3.0))),
    Odd("rolling", _vtt(_VTT + "a\n\n" + _VTT2 + "a"), ((1.0, "a", 3.0),)),
    Odd("rolling", _vtt(_VTT + "a\n\n00:03.000 --> 00:04.000\na"),
        ((1.0, "a", 2.0), (3.0, "a", 4.0))),
    Odd("rolling", _vtt("00:01.000 --> 00:02.500\na\n\n" + _VTT2 + "b"),
        ((1.0, "a", 2.5), (2.0, "b", 3.0))),
    Odd("rolling", _vtt(_VTT + "<u>la</u> lo\n\n" + _VTT2 + "la <u>lo</u>"),
        ((1.0, "la lo", 3.0),)),
    Odd("sbv", "0:00:01.000,0:00:02.000\nla\n", LA),
    Odd("sbv", "0:00:01.000,0:00:02.000\nla[br]la\n", ((1.0, "la la", 2.0),)),
    Odd("sbv", "0:00:01.000,0:00:02.000\nl\na\n\n0:00:02.000,0:00:03.000\nb",
        ((1.0, "l a", 2.0), (2.0, "b", 3.0))),
    Odd("sbv", "0:00:01.000,0:00:02.000\n\n0:00:02.000,0:00:03.000\nb",
        ((1.0, "", 2.0), (2.0, "b", 3.0))),
]  # fmt: skip
_TABLES = [
    Odd("separators", "0:01,a\n0:02,b", (A, B)),
    Odd("separators", "0:01;a\n0:02;b", (A, B)),
    Odd("separators", "0:01\ta\n0:02\tb", (A, B)),
    Odd("separators", "1,5;a\n2;b", ((1.5, "a"), B)),
    Odd("separators", "0:01,a, b\n0:02,c", ((1.0, "a, b"), (2.0, "c"))),
    Odd("separators", '0:01,"a, b"\n0:02,c', ((1.0, "a, b"), (2.0, "c"))),
    Odd("quotations", '0:01,"say ""a"""', ((1.0, 'say "a"'),)),
    Odd("quotations", '0:01,"a\nb"\n0:02,c', ((1.0, "a b"), (2.0, "c"))),
    Odd("quotations", '0:01,"a\n0:02,b', ((1.0, '"a'), B), warning="not closed"),
    Odd("quotations", '"0:01","a"', (A,)),
    Odd("headings", "timestamp,text\n0:01,a", (A,)),
    Odd("headings", "Start,End,Lyrics\n0:01,0:02,a", ((1.0, "a", 2.0),)),
    Odd("headings", "text,time\na,0:01", (A,)),
    Odd("headings", "time,text,singer\n0:01,a,x", (A,), warning="'singer' is not used"),
    Odd("headings", "time,start,text\n0:01,1,a", fault="two columns mean start"),
    Odd("headings", "time,words,lyrics\n0:01,a,b", fault="two columns mean text"),
    Odd("times of tables", "00:00:01,a", (A,)),
    Odd("times of tables", "1,a\n2,b", (A, B)),
    Odd("times of tables", "0:01.5,a", ((1.5, "a"),)),
    Odd("times of tables", "0:75,a", ((75.0, "a"),), warning="60 or more"),
    Odd("times of tables", "-1,a\n0:02,b", fault="line 1: '-1' is not a time"),
    Odd("times of tables", "0:01,a\nsoon,b", fault="line 2: 'soon' is not a time"),
    Odd("times of tables", f"0:01,a\n{'9' * 4000},b", fault="line 2: '999"),
    Odd("times of tables", "0:01,a\n170000000,b", fault="10 hours"),
    Odd("whisper's tables", "start\tend\ttext\n1000\t2000\tla", LA, warning="milliseconds"),
    Odd("whisper's tables", "start\tend\ttext\n1\t2\tla", LA),
    Odd("labels", "1.0\t2.0\tla", LA),
    Odd("labels", "1.0\t2.0\tla\n\\\t100.0\t200.0", LA),
    Odd("labels", "1.0\t1.0\tla", ((1.0, "la"),)),
    Odd("lines with times", "0:01 a\n0:02 b", (A, B)),
    Odd("lines with times", "1 a\n2 b", (A, B)),
    Odd("lines with times", "0:01\n0:02 b", ((1.0, ""), B)),
    Odd("lines with times", "0:01 a\nno time", fault="line 2: it does not begin with a time"),
    Odd("json", '[{"start_s": 1, "text": "a"}]', (A,)),
    Odd("json", '{"cues": [{"start_s": 1, "text": "a"}]}', (A,)),
    Odd("json", '{"start_s": 1, "text": "a"}\n{"start_s": 2, "text": "b"}', (A, B)),
    Odd("json", '{"segments": [{"start": 1, "end": 2, "text": " la"}]}', LA),
    Odd("json", '{"chunks": [{"timestamp": [1.0, 2.0], "text": " la"}]}', LA),
    Odd("json", '{"chunks": [{"timestamp": [1.0, null], "text": "a"}]}', (A,)),
    Odd("json", '{"transcription": [{"offsets": {"from": 1000, "to": 2000}, "text": "la"}]}', LA),
    Odd("json", '[{"time": "0:01", "lyric": "a"}]', (A,)),
    Odd("json", '[{"start_s": 1, "text": "\\ud83d\\ude00"}]', ((1.0, "😀"),)),
    Odd("json", '[{"start_s": 1, "text": "\\ud83d a"}]', (A,)),
    Odd("youtube's json", _JSON3, ((1.0, "good day", 3.0), (3.0, "bye", 4.0))),
    Odd("youtube's json", '{"events": [{"tStartMs": 1000, "segs": [{"utf8": "a"}]}]}', (A,)),
    Odd("youtube's json", '{"events": [{"tStartMs": "x", "segs": [{"utf8": "a"}]}]}',
        fault="line 1: 'x' is not a time"),
    Odd("youtube's json", '{"events": [{"tStartMs": 1, "segs": 5}]}', fault="no timed lines"),
    Odd("broken json", '[{"start_s": 1, "text": "a"}', fault="line 1: this is not JSON"),
    Odd("broken json", '[{"start_s": 1,\n"text": 3}]', fault="text is not a string"),
    Odd("broken json", '[{"start_s": ' + "9" * 5000 + ', "text": "a"}]', fault="cannot be read"),
    Odd("broken json", '[{"start_s": NaN, "text": "a"}]', fault="10 hours"),
    Odd("broken json", '[{"start_s": 1e999, "text": "a"}]', fault="10 hours"),
    Odd("broken json", '{"cues": ' + "[" * 50_000 + "]" * 50_000 + "}", fault="nested too deeply"),
    Odd("broken json", '[{"text": "a"}]', fault="start_s is missing"),
]  # fmt: skip
_BYTES = [
    Odd("line ends", "[00:01.00]a\r\n[00:02.00]b\r\n", (A, B)),
    Odd("line ends", "[00:01.00]a\r[00:02.00]b\r", (A, B)),
    Odd("line ends", "[00:01.00]a", (A,)),
    Odd("unicode", "\ufeff[00:01.00]a", (A,)),
    Odd("unicode", "[00:01.00]a\n[00:02.00]b".encode("utf-16"), (A, B)),
    Odd("unicode", "[00:01.00]a\n[00:02.00]b".encode("utf-16-le"), (A, B)),
    Odd("unicode", "[00:01.00]月\n".encode("utf-16-be"), ((1.0, "月"),)),
    Odd("unicode", "[00:01.00]a\n".encode("utf-32"), (A,)),
    Odd("unicode", "[00:01.00]a\u200d\u202eb\u202c", ((1.0, "a\u200db"),)),
    Odd("unicode", "[00:01.00]a\x1b[31mb", ((1.0, "a [31mb"),)),
    Odd("unicode", "[00:01.00]a\u2028b", ((1.0, "a b"),)),
    Odd("old encodings", "[00:01.00]早上好，朋友".encode("gbk"), ((1.0, "早上好，朋友"),),
        warning="GBK"),
    Odd("old encodings", "[00:01.00]太陽升起來了".encode("big5"), ((1.0, "太陽升起來了"),),
        warning="Big5"),
    Odd("old encodings", "[00:01.00]おはよう".encode("cp932"), ((1.0, "おはよう"),),
        warning="Shift-JIS"),
    Odd("old encodings", "[00:01.00]안녕하세요".encode("euc_kr"), ((1.0, "안녕하세요"),),
        warning="EUC-KR"),
    Odd("old encodings", "[00:01.00]Доброе утро".encode("cp1251"), ((1.0, "Доброе утро"),),
        warning="Windows-1251"),
    Odd("old encodings", "[00:01.00]Καλημέρα φίλε".encode("cp1253"), ((1.0, "Καλημέρα φίλε"),),
        warning="Windows-1253"),
    Odd("old encodings", "[00:01.00]صباح الخير".encode("cp1256"), ((1.0, "صباح الخير"),),
        warning="Windows-1256"),
    Odd("old encodings", "[00:01.00]Café déjà vu".encode("mac_roman"), ((1.0, "Café déjà vu"),),
        warning="Mac Roman"),
    Odd("old encodings", "[00:01.00]Café déjà vu".encode("cp1252"), ((1.0, "Café déjà vu"),),
        warning="Windows-1252"),
    Odd("damage", b"[00:01.00]a\0\n", fault="line 1: there is a zero byte"),
    Odd("damage", "[00:01.00]日".encode()[:-1], ((1.0, ""),), warning="cut off"),
    Odd("damage", "[00:01.00]日本".encode() + b"\xff\n", ((1.0, "日本"),), warning="left out"),
    Odd("damage", b"[00:01.00]" + bytes(range(128, 256)), fault="encoding cannot be recognised"),
    Odd("damage", "[00:01.00]" + "a" * 3000, fault="line 1: the text has 3000 characters"),
    Odd("damage", "[00:01.00]" + "a" * 99_000, fault="line 1: the text has 99000 characters"),
    Odd("nothing", "", fault="cannot be recognised"),
    Odd("nothing", "\n \n\t\n", fault="cannot be recognised"),
    Odd("nothing", "[ar:x]\n[ti:y]\n", fault="cannot be recognised"),
    Odd("nothing", "WEBVTT\n\nNOTE la\n", fault="no timed lines"),
    Odd("nothing", "[]", fault="no timed lines"),
    Odd("nothing", "timestamp,text\n", fault="no timed lines"),
    Odd("plain text", "we sing\nand sing\n", fault="plain text: 2 lines without times"),
    Odd("plain text", "[Verse 1]\nwe sing\n\n[Chorus]\nla", fault="plain text: 2 lines"),
    Odd("plain text", "99 bottles of beer", ((99.0, "bottles of beer"),)),
    Odd("plain text", "just, words\nand, more", fault="plain text: 2 lines"),
    Odd("order", "[00:02.00]b\n[00:01.00]a", (A, B), warning="sorted by time"),
    Odd("order", "0:02,b\n0:01,a", (A, B), warning="sorted by time"),
    Odd("order", "[00:02.00]b\n[00:01.00][00:03.00]a", (A, B, (3.0, "a"))),
]  # fmt: skip

ODD = (*_LRC, *_SUBTITLES, *_TABLES, *_BYTES)
"""All of them."""
